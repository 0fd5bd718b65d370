//! The tokens of a query.

use crate::ast::{Connector, Span};
use crate::error::SyntaxError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Open,
    /// `~(`
    OpenMost,
    Close,
    And,
    Or,
    Not,
    Connector(Connector),
    /// `name:` directly followed by its value.
    Field(String),
    /// A phrase and its slop.
    Phrase(String, u32),
    /// `="value"`, quotes in it doubled.
    Whole(String),
    /// `[a TO b]`
    Bracket(String),
    Word(String),
    /// `word~1`
    Fuzzy(String, u8),
    /// `/pattern/`
    Regex(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// The most moves or words that a proximity may allow.
const WIDEST: u32 = 1_000;

/// The tokens of a query, in order.
pub(crate) fn tokens(query: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer { query, at: 0, tokens: Vec::new() };
    while let Some(c) = lexer.rest().chars().next() {
        if c.is_whitespace() {
            lexer.at += c.len_utf8();
        } else {
            let start = lexer.at;
            let kind = lexer.token(c)?;
            lexer.tokens.push(Token { kind, span: start..lexer.at });
        }
    }
    Ok(lexer.tokens)
}

struct Lexer<'q> {
    query: &'q str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'q> Lexer<'q> {
    fn rest(&self) -> &'q str {
        &self.query[self.at..]
    }

    /// Whether the next token is the value of a field.
    fn in_field(&self) -> bool {
        matches!(self.tokens.last(), Some(Token { kind: Kind::Field(_), span }) if span.end == self.at)
    }

    fn take(&mut self, bytes: usize, kind: Kind) -> Kind {
        self.at += bytes;
        kind
    }

    fn token(&mut self, c: char) -> Result<Kind, SyntaxError> {
        let in_field = self.in_field();
        match c {
            '(' => Ok(self.take(1, Kind::Open)),
            ')' => Ok(self.take(1, Kind::Close)),
            '~' if self.rest().starts_with("~(") => Ok(self.take(2, Kind::OpenMost)),
            '"' | '“' | '”' => self.phrase(c),
            '=' if in_field && self.rest().starts_with("=\"") => self.whole(),
            '[' if in_field => self.bracket(),
            '-' if !in_field && self.is_negation() => Ok(self.take(1, Kind::Not)),
            '/' if let Some(pattern) = self.regex() => {
                Ok(self.take(pattern.len() + 2, Kind::Regex(pattern.to_owned())))
            }
            _ => self.word(in_field),
        }
    }

    /// A hyphen directly before what it excludes.
    fn is_negation(&self) -> bool {
        self.rest()[1..].starts_with(|next: char| !next.is_whitespace() && !matches!(next, '-' | ')'))
    }

    /// Typographic quotes count as plain ones.
    fn phrase(&mut self, quote: char) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let inside = start + quote.len_utf8();
        let closing = self.query[inside..].char_indices().find(|(_, c)| matches!(c, '"' | '“' | '”'));
        let Some((length, end)) = closing else {
            let help = "close the phrase with another quote, or remove this one";
            return Err(SyntaxError::new("quote without its partner", start..inside, help));
        };
        self.at = inside + length + end.len_utf8();
        let text = self.query[inside..inside + length].trim().to_owned();
        let digits = self.rest().strip_prefix('~').map(leading_digits).filter(|digits| !digits.is_empty());
        let Some(digits) = digits else { return Ok(Kind::Phrase(text, 0)) };
        let number = self.at..self.at + 1 + digits.len();
        self.at = number.end;
        Ok(Kind::Phrase(text, distance(digits, number)?))
    }

    fn whole(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let mut text = String::new();
        let mut inside = self.rest()[2..].char_indices().peekable();
        while let Some((at, c)) = inside.next() {
            if c == '"' && inside.next_if(|(_, next)| *next == '"').is_none() {
                self.at = start + 2 + at + 1;
                return Ok(Kind::Whole(text));
            }
            text.push(c);
        }
        let help = "close the value with another quote; a quote in it is doubled";
        Err(SyntaxError::new("quote without its partner", start..start + 2, help))
    }

    fn bracket(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let Some(length) = self.rest().find(']') else {
            let help = "a range looks like `page:[63 TO 66]` or `page:63-66`";
            return Err(SyntaxError::new("`[` without `]`", start..start + 1, help));
        };
        let text = self.rest()[1..length].trim().to_owned();
        Ok(self.take(length + 1, Kind::Bracket(text)))
    }

    /// The pattern in `/pattern/`, which has no blanks and ends the word.
    fn regex(&self) -> Option<&'q str> {
        let inside = &self.rest()[1..];
        let word = &inside[..inside.find(char::is_whitespace).unwrap_or(inside.len())];
        let ends_word = |after: &str| after.is_empty() || after.starts_with(ends_word) || after.starts_with("~(");
        let end = word.match_indices('/').map(|(at, _)| at).find(|at| ends_word(&word[at + 1..]))?;
        (end > 0).then(|| &word[..end])
    }

    fn word(&mut self, in_field: bool) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let length = word_length(self.rest());
        let word = &self.rest()[..length];
        self.at += length;
        // A colon before a blank is punctuation: `page: 24` is the words `page` and `24`.
        let has_value = self.rest().is_empty() || self.rest().starts_with(|next: char| !next.is_whitespace());
        let name = field_name(word).filter(|name| !in_field && (has_value || word.len() > name.len() + 1));
        if let Some(name) = name {
            self.at = start + name.len() + 1;
            return Ok(Kind::Field(name.to_owned()));
        }
        let bare = word.trim_end_matches(':');
        let word = if bare.is_empty() || word.starts_with('/') { word } else { bare };
        if in_field {
            return word_kind(word, start);
        }
        match word {
            "AND" => Ok(Kind::And),
            "OR" => Ok(Kind::Or),
            "NOT" => Ok(Kind::Not),
            word => match connector(word, start)? {
                Some(connector) => Ok(Kind::Connector(connector)),
                None => word_kind(word, start),
            },
        }
    }
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"' | '“' | '”')
}

fn word_length(text: &str) -> usize {
    let length = text.find(ends_word).unwrap_or(text.len());
    // `~(` opens a group.
    let before = &text[..length];
    let length =
        if text[length..].starts_with('(') { before.strip_suffix('~').unwrap_or(before).len() } else { length };
    length.max(text.chars().next().map_or(0, char::len_utf8))
}

/// The name in `name:value`; a colon elsewhere (`10:30`, `C5:`) is text.
fn field_name(word: &str) -> Option<&str> {
    let (name, _) = word.split_once(':')?;
    let well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '_' | '-' | '/'));
    well_formed.then_some(name)
}

/// `/5`, `+5`, `/s`, `/p`, and the forms of Lexis: `w/5`, `pre/5`, `w/s`, `w/p`.
fn connector(word: &str, start: usize) -> Result<Option<Connector>, SyntaxError> {
    let lower = word.to_ascii_lowercase();
    let (sign, reach) = if let Some(reach) = lower.strip_prefix("w/").or_else(|| lower.strip_prefix('/')) {
        ('/', reach)
    } else if let Some(reach) = lower.strip_prefix("pre/").or_else(|| lower.strip_prefix('+')) {
        ('+', reach)
    } else {
        return Ok(None);
    };
    Ok(match (sign, reach) {
        ('/', "s") => Some(Connector::Sentence),
        ('/', "p") => Some(Connector::Paragraph),
        (_, digits) if is_digits(digits) => {
            let words = distance(digits, start..start + word.len())?;
            Some(if sign == '/' { Connector::Within(words) } else { Connector::Before(words) })
        }
        _ => None,
    })
}

fn word_kind(word: &str, start: usize) -> Result<Kind, SyntaxError> {
    let Some((text, digits)) = word.rsplit_once('~').filter(|(text, _)| !text.is_empty()) else {
        return Ok(Kind::Word(word.to_owned()));
    };
    match digits {
        "" | "1" => Ok(Kind::Fuzzy(text.to_owned(), 1)),
        "2" => Ok(Kind::Fuzzy(text.to_owned(), 2)),
        digits if is_digits(digits) => {
            let span = start + text.len()..start + word.len();
            Err(SyntaxError::new(
                "a word may differ by 1 or 2 letters",
                span,
                format!("write `{text}~1` or `{text}~2`"),
            ))
        }
        _ => Ok(Kind::Word(word.to_owned())),
    }
}

fn leading_digits(text: &str) -> &str {
    &text[..text.bytes().take_while(u8::is_ascii_digit).count()]
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn distance(digits: &str, span: Span) -> Result<u32, SyntaxError> {
    let distance = digits.parse().ok().filter(|distance| *distance <= WIDEST);
    distance.ok_or_else(|| {
        let help = "for texts farther apart use `/p` (one paragraph) or AND";
        SyntaxError::new(format!("a distance of more than {WIDEST} words"), span, help)
    })
}
