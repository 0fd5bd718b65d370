//! The query language.
//!
//! ```text
//! query   = or
//! or      = and ("OR" and)*
//! and     = unary ("AND"? unary)*
//! unary   = ("NOT" | "-") unary | "(" or ")" | name ":" value | phrase | word
//! value   = phrase | "*" | range | word | "(" or ")"        the words of a group are values of the field
//! range   = from ".." to | from "-" to | "[" from "TO" to "]" | (">=" | ">" | "<=" | "<") end
//! ```
//!
//! Operators are in capitals. Parsing touches no index and knows no field.

use crate::ast::{Ast, Bound, Span, Typed, Value};
use crate::error::SyntaxError;

/// The longest query that is read, in bytes.
const LONGEST: usize = 10_000;
/// The deepest nesting of brackets and negations.
const DEEPEST: usize = 50;

/// Parses a query.
///
/// # Errors
///
/// [`SyntaxError`] with the place of the fault: an unbalanced quote or bracket, an operator without its operand, a field
/// without value, a query that is too long.
///
/// # Examples
///
/// ```
/// let query = imr_query::parse(r#"outcome:upheld (norco OR "opioid taper") -page:24"#).unwrap();
/// assert_eq!(query.to_string(), r#"outcome:upheld (norco OR "opioid taper") NOT page:24"#);
/// assert_eq!(imr_query::parse("norco AND").unwrap_err().span, 6..9);
/// ```
pub fn parse(query: &str) -> Result<Ast, SyntaxError> {
    if query.len() > LONGEST {
        let problem = format!("query of {} bytes: at most {LONGEST} are read", query.len());
        return Err(SyntaxError::new(problem, 0..0, "search for fewer words, or save the result of a wider query"));
    }
    let tokens = tokens(query)?;
    if tokens.is_empty() {
        return Ok(Ast::All);
    }
    let mut parser = Parser { query, tokens, next: 0, depth: 0 };
    let ast = parser.or(None)?;
    match parser.peek() {
        Some(token) => Err(SyntaxError::new("`)` without `(`", token.span.clone(), "remove it or add a `(` before it")),
        None => Ok(ast),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `name:` directly followed by its value.
    Field(String),
    Phrase(String),
    /// `[a TO b]`
    Bracket(String),
    Word(String),
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Span,
}

fn tokens(query: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let start = at;
        let in_field = matches!(tokens.last(), Some(Token { kind: Kind::Field(_), span }) if span.end == start);
        let kind = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '(' => Kind::Open,
            ')' => Kind::Close,
            '"' | '“' | '”' => {
                let (text, end) = quoted(query, start, c)?;
                at = end;
                tokens.push(Token { kind: Kind::Phrase(text), span: start..end });
                continue;
            }
            '[' if in_field => {
                let end = query[start..].find(']').map(|length| start + length + 1);
                let end = end.ok_or_else(|| {
                    SyntaxError::new(
                        "`[` without `]`",
                        start..start + 1,
                        "a range looks like `page:[63 TO 66]` or `page:63-66`",
                    )
                })?;
                at = end;
                tokens
                    .push(Token { kind: Kind::Bracket(query[start + 1..end - 1].trim().to_owned()), span: start..end });
                continue;
            }
            '-' if !in_field
                && query[start + 1..].starts_with(|next: char| !next.is_whitespace() && !matches!(next, '-' | ')')) =>
            {
                Kind::Not
            }
            _ => {
                at = word_end(query, start);
                let word = &query[start..at];
                // A colon before a blank is punctuation: `page: 24` is the words `page` and `24`.
                let has_value = !word.ends_with(':') || query[at..].starts_with(|next: char| !next.is_whitespace());
                let word = if has_value || at == query.len() { word } else { word.trim_end_matches(':') };
                tokens.push(match field_name(word).filter(|_| !in_field) {
                    Some(name) => {
                        at = start + name.len() + 1;
                        Token { kind: Kind::Field(name.to_owned()), span: start..at }
                    }
                    None => Token { kind: word_kind(word, in_field), span: start..at },
                });
                continue;
            }
        };
        at += c.len_utf8();
        tokens.push(Token { kind, span: start..at });
    }
    Ok(tokens)
}

/// The text of a phrase and where it ends. Typographic quotes count as plain ones.
fn quoted(query: &str, start: usize, quote: char) -> Result<(String, usize), SyntaxError> {
    let inside = start + quote.len_utf8();
    let Some((length, end)) = query[inside..].char_indices().find(|(_, c)| matches!(c, '"' | '“' | '”')) else {
        let help = "close the phrase with another quote, or remove this one";
        return Err(SyntaxError::new("quote without its partner", start..inside, help));
    };
    Ok((query[inside..inside + length].trim().to_owned(), inside + length + end.len_utf8()))
}

fn word_end(query: &str, start: usize) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '“' | '”');
    query[start..].find(ends).map_or(query.len(), |length| start + length.max(1))
}

/// The name in `name:value`; a colon elsewhere (`10:30`, `C5:`) is text.
fn field_name(word: &str) -> Option<&str> {
    let (name, _) = word.split_once(':')?;
    let well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '_' | '-'));
    well_formed.then_some(name)
}

fn word_kind(word: &str, in_field: bool) -> Kind {
    match word {
        "AND" if !in_field => Kind::And,
        "OR" if !in_field => Kind::Or,
        "NOT" if !in_field => Kind::Not,
        word => Kind::Word(word.to_owned()),
    }
}

struct Parser<'q> {
    query: &'q str,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        token
    }

    fn take_if(&mut self, kind: &Kind) -> Option<Token> {
        if self.peek().is_some_and(|token| token.kind == *kind) { self.take() } else { None }
    }

    fn or(&mut self, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let mut parts = vec![self.and(field)?];
        while let Some(operator) = self.take_if(&Kind::Or) {
            self.expect_operand(&operator)?;
            parts.push(self.and(field)?);
        }
        Ok(joined(parts, Ast::Or))
    }

    fn and(&mut self, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let mut parts = vec![self.unary(field)?];
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::Or | Kind::Close => break,
                Kind::And => {
                    let operator = token.clone();
                    self.next += 1;
                    self.expect_operand(&operator)?;
                }
                _ => {}
            }
            parts.push(self.unary(field)?);
        }
        Ok(joined(parts, Ast::And))
    }

    /// Refuses an operator at the end, before a closing bracket or before another operator.
    fn expect_operand(&self, operator: &Token) -> Result<(), SyntaxError> {
        let missing = self.peek().is_none_or(|next| matches!(next.kind, Kind::Close | Kind::And | Kind::Or));
        if missing { Err(self.dangling(operator)) } else { Ok(()) }
    }

    fn dangling(&self, operator: &Token) -> SyntaxError {
        let name = &self.query[operator.span.clone()];
        let help = format!("write a word on both sides, or put it in quotes to search for the word \"{name}\"");
        SyntaxError::new(format!("`{name}` has nothing to join"), operator.span.clone(), help)
    }

    fn unary(&mut self, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let Some(token) = self.take() else {
            let end = self.query.len();
            return Err(SyntaxError::new("the query ends too early", end..end, "write what to search for"));
        };
        self.depth += 1;
        if self.depth > DEEPEST {
            let problem = format!("more than {DEEPEST} brackets or negations inside each other");
            return Err(SyntaxError::new(problem, token.span, "write the query without some of them"));
        }
        let ast = self.operand(token, field);
        self.depth -= 1;
        ast
    }

    fn operand(&mut self, token: Token, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let Token { kind, span } = token;
        match kind {
            Kind::Not => {
                if self.peek().is_none_or(|next| matches!(next.kind, Kind::Close | Kind::And | Kind::Or)) {
                    let problem = format!("`{}` has nothing to exclude", &self.query[span.clone()]);
                    return Err(SyntaxError::new(problem, span, "write what to exclude behind it"));
                }
                Ok(Ast::Not(Box::new(self.unary(field)?)))
            }
            Kind::Open => self.group(span, field),
            Kind::Field(name) if field.is_some() => {
                let problem = format!("field `{name}` inside a group of values");
                Err(SyntaxError::new(problem, span, "close the group first"))
            }
            Kind::Field(name) => self.field(Typed::new(name, span.start..span.end - 1)),
            Kind::Phrase(text) | Kind::Word(text) if text.is_empty() => {
                Err(SyntaxError::new("nothing between the quotes", span, "write the phrase, or remove the quotes"))
            }
            Kind::Phrase(text) => Ok(match field {
                Some(name) => Ast::Field { name: name.clone(), value: Value::Phrase(Typed::new(text, span)) },
                None => Ast::Phrase(Typed::new(text, span)),
            }),
            Kind::Word(text) | Kind::Bracket(text) => Ok(match field {
                Some(name) => Ast::Field { name: name.clone(), value: value(text, span) },
                None => Ast::Word(Typed::new(text, span)),
            }),
            Kind::Close => {
                Err(SyntaxError::new("nothing stands before `)`", span, "write what to search for, or remove it"))
            }
            Kind::And | Kind::Or => Err(self.dangling(&Token { kind, span })),
        }
    }

    fn group(&mut self, open: Span, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        if let Some(close) = self.take_if(&Kind::Close) {
            return Err(SyntaxError::new("nothing between the brackets", open.start..close.span.end, "remove them"));
        }
        let inner = self.or(field)?;
        match self.take_if(&Kind::Close) {
            Some(_) => Ok(inner),
            None => Err(SyntaxError::new("`(` without `)`", open, "close the group with `)`")),
        }
    }

    fn field(&mut self, name: Typed) -> Result<Ast, SyntaxError> {
        let follows = self.peek().is_some_and(|next| next.span.start == name.span.end + 1);
        let missing = || {
            let problem = format!("field `{}` has no value", name.text);
            let help = format!("write the value right behind the colon, as in `{}:value`", name.text);
            SyntaxError::new(problem, name.span.start..name.span.end + 1, help)
        };
        let token = if follows { self.take() } else { None }.ok_or_else(missing)?;
        match token.kind {
            Kind::Open => self.group(token.span, Some(&name)),
            Kind::Phrase(text) if text.is_empty() => Err(missing()),
            Kind::Phrase(text) => Ok(Ast::Field { name, value: Value::Phrase(Typed::new(text, token.span)) }),
            Kind::Bracket(text) => {
                let value = bracket(&text, &token.span)?;
                Ok(Ast::Field { name, value })
            }
            Kind::Word(text) => Ok(Ast::Field { name, value: value(text, token.span) }),
            _ => Err(missing()),
        }
    }
}

fn joined(mut parts: Vec<Ast>, join: fn(Vec<Ast>) -> Ast) -> Ast {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

/// A value that was typed without quotes: a word, `*` or a range.
fn value(text: String, span: Span) -> Value {
    let bound = |text: &str, inclusive| {
        Some(Bound { text: text.to_owned(), inclusive }).filter(|_| !text.is_empty() && text != "*")
    };
    let range = |from: Option<Bound>, to: Option<Bound>| Value::Range { from, to, span: span.clone() };
    if text == "*" {
        return Value::Any;
    }
    for (sign, lower, inclusive) in [(">=", true, true), ("<=", false, true), (">", true, false), ("<", false, false)] {
        if let Some(end) = text.strip_prefix(sign).filter(|end| !end.is_empty()) {
            return if lower { range(bound(end, inclusive), None) } else { range(None, bound(end, inclusive)) };
        }
    }
    if let Some((from, to)) = text.split_once("..") {
        let (from, to) = (bound(from, true), bound(to, true));
        if from.is_some() || to.is_some() {
            return range(from, to);
        }
    }
    // `63-66`, but neither `2016-12` (a month) nor `CM16-0213037`.
    if let Some((from, to)) = text.split_once('-')
        && [from, to].iter().all(|end| (1..=3).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return range(bound(from, true), bound(to, true));
    }
    Value::Word(Typed::new(text, span))
}

/// `[63 TO 66]`, `[2014 TO *]`
fn bracket(text: &str, span: &Span) -> Result<Value, SyntaxError> {
    let wrong = || SyntaxError::new("not a range", span.clone(), "a range looks like `[63 TO 66]` or `[2014 TO *]`");
    let (from, to) = text.split_once(" TO ").ok_or_else(wrong)?;
    let bound = |text: &str| (text != "*").then(|| Bound { text: text.to_owned(), inclusive: true });
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() || to.is_empty() || (from == "*" && to == "*") {
        return Err(wrong());
    }
    Ok(Value::Range { from: bound(from), to: bound(to), span: span.clone() })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn queries() {
        for (query, want) in [
            ("", ""),
            ("norco weaning", "norco weaning"),
            ("norco AND weaning OR taper", "(norco weaning) OR taper"),
            ("(norco OR xanax) taper", "(norco OR xanax) taper"),
            ("-taper NOT \"red flag\"", "NOT taper NOT \"red flag\""),
            ("NOT (a b)", "NOT (a b)"),
            ("outcome:upheld page:63-66", "outcome:upheld page:63..66"),
            ("pages:[300 TO 310] age:[60 TO *]", "pages:300..310 age:>=60"),
            ("date:2016-12..2017-01 date:>=2016 age:<45", "date:2016-12..2017-01 date:>=2016 age:<45"),
            ("date:2016-12 case:CM16-0213037", "date:2016-12 case:CM16-0213037"),
            ("class:(opioids OR \"muscle relaxant\")", "class:opioids OR class:\"muscle relaxant\""),
            ("drug:* -drug:soma", "drug:* NOT drug:soma"),
            ("ca.guideline:MTUS", "ca.guideline:MTUS"),
            ("“functional improvement”", "\"functional improvement\""),
            ("L4-5 10/325mg x-ray 10:30", "L4-5 10/325mg x-ray 10:30"),
            ("therapy: page: 24", "therapy page 24"),
        ] {
            assert_eq!(parse(query).map(|ast| ast.to_string()), Ok(want.to_owned()), "case: {query}");
        }
    }

    #[test]
    fn faults_point_at_their_place() {
        let mut report = String::new();
        for query in [
            "\"red flag",
            "(norco",
            "norco)",
            "norco AND",
            "OR norco",
            "NOT",
            "()",
            "page:",
            "class:()",
            "\"\"",
            "page:[1 2]",
            "page:[1",
            "class:(drug:x)",
            "a OR OR b",
        ] {
            let SyntaxError { problem, span, help } = parse(query).unwrap_err();
            report += &format!("{query}  →  {span:?} {problem}; {help}\n");
        }
        expect![[r#"
            "red flag  →  0..1 quote without its partner; close the phrase with another quote, or remove this one
            (norco  →  0..1 `(` without `)`; close the group with `)`
            norco)  →  5..6 `)` without `(`; remove it or add a `(` before it
            norco AND  →  6..9 `AND` has nothing to join; write a word on both sides, or put it in quotes to search for the word "AND"
            OR norco  →  0..2 `OR` has nothing to join; write a word on both sides, or put it in quotes to search for the word "OR"
            NOT  →  0..3 `NOT` has nothing to exclude; write what to exclude behind it
            ()  →  0..2 nothing between the brackets; remove them
            page:  →  0..5 field `page` has no value; write the value right behind the colon, as in `page:value`
            class:()  →  6..8 nothing between the brackets; remove them
            ""  →  0..2 nothing between the quotes; write the phrase, or remove the quotes
            page:[1 2]  →  5..10 not a range; a range looks like `[63 TO 66]` or `[2014 TO *]`
            page:[1  →  5..6 `[` without `]`; a range looks like `page:[63 TO 66]` or `page:63-66`
            class:(drug:x)  →  7..12 field `drug` inside a group of values; close the group first
            a OR OR b  →  2..4 `OR` has nothing to join; write a word on both sides, or put it in quotes to search for the word "OR"
        "#]]
        .assert_eq(&report);
        assert!(parse(&"a".repeat(20_000)).is_err());
        assert!(parse(&"(".repeat(5_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(query in "\\PC{0,60}") {
            let _ = parse(&query);
        }

        #[test]
        fn what_is_printed_is_parsed_again(query in r#"(norco|page:24|"red flag"|OR|AND|NOT|\(|\)|-|date:>=2016| ){0,14}"#) {
            if let Ok(ast) = parse(&query) {
                let printed = ast.to_string();
                prop_assert_eq!(parse(&printed).map(|again| again.to_string()), Ok(printed));
            }
        }
    }
}
