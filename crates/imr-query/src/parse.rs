//! The query language.
//!
//! ```text
//! query     = or
//! or        = and ("OR" and)*
//! and       = not ("AND"? not)*
//! not       = ("NOT" | "-") not | near
//! near      = operand (connector operand)*
//! operand   = ("(" | "~(") or ")" | name ":" value | text
//! value     = "(" or ")" | "*" | range | "=" '"' whole value '"' | text            the texts of a group are values of the field
//! text      = word | word "~" ["1" | "2"] | word with "*" or "?" | "/" regex "/" | '"' words '"' ["~" moves]
//! connector = ("/" | "+" | "w/" | "pre/") words | "/s" | "/p"
//! range     = from ".." to | from "-" to | "[" from "TO" to "]" | (">=" | ">" | "<=" | "<") end
//! ```
//!
//! Operators are in capitals. Parsing touches no index and knows no field.

use crate::ast::{Ast, Bound, Connector, Place, Span, Text, Typed, Value};
use crate::error::SyntaxError;
use crate::lex::{Kind, Token, tokens};

/// A query of this many characters is refused.
const TOO_LONG: usize = 10_000;
/// A query of this many words, phrases and conditions is refused.
const TOO_MANY: usize = 1_000;
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
    let help = "search for fewer words, or narrow the result by fields";
    if query.len() >= TOO_LONG && query.chars().count() >= TOO_LONG {
        let problem = format!("query of {} characters: fewer than {TOO_LONG} are read", query.chars().count());
        return Err(SyntaxError::new(problem, 0..0, help));
    }
    let tokens = tokens(query)?;
    let clauses: usize = tokens.iter().map(clauses).sum();
    if clauses >= TOO_MANY {
        let problem = format!("query of {clauses} words and conditions: fewer than {TOO_MANY} are read");
        return Err(SyntaxError::new(problem, 0..0, help));
    }
    refuse_costly(&tokens)?;
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

/// How many words and conditions a token stands for.
fn clauses(token: &Token) -> usize {
    match &token.kind {
        Kind::Phrase(text, _) => text.split_whitespace().count().max(1),
        Kind::Word(_) | Kind::Bracket(_) | Kind::Fuzzy(..) | Kind::Regex(_) | Kind::Whole(_) => 1,
        _ => 0,
    }
}

/// A query of more connectors, more descriptions of words, or more words in one loose phrase is refused: each costs as much
/// as many words.
const MOST_COSTLY: usize = 30;

fn refuse_costly(tokens: &[Token]) -> Result<(), SyntaxError> {
    let is_connector = |token: &&Token| matches!(token.kind, Kind::Connector(_));
    let is_pattern = |token: &&Token| match &token.kind {
        Kind::Fuzzy(..) | Kind::Regex(_) => true,
        Kind::Word(word) => is_wildcard(word),
        _ => false,
    };
    let is_long =
        |token: &&Token| matches!(token.kind, Kind::Phrase(_, slop) if slop > 0) && clauses(token) > MOST_COSTLY;
    let nth = |is: &dyn Fn(&&Token) -> bool| tokens.iter().filter(is).nth(MOST_COSTLY);
    let (token, what) = if let Some(token) = nth(&is_connector) {
        (token, "connectors such as `/s`")
    } else if let Some(token) = nth(&is_pattern) {
        (token, "words with `*`, `~` or in slashes")
    } else if let Some(token) = tokens.iter().find(is_long) {
        (token, "words in a loose phrase")
    } else {
        return Ok(());
    };
    Err(SyntaxError::new(format!("more than {MOST_COSTLY} {what}"), token.span.clone(), "write fewer of them"))
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
        Ok(Ast::any_of(parts))
    }

    fn and(&mut self, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let mut parts = vec![self.not(field)?];
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
            parts.push(self.not(field)?);
        }
        Ok(Ast::all_of(parts))
    }

    fn not(&mut self, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let Some(operator) = self.take_if(&Kind::Not) else { return self.near(field) };
        if self.is_at_end_of_operands() {
            let problem = format!("`{}` has nothing to exclude", &self.query[operator.span.clone()]);
            return Err(SyntaxError::new(problem, operator.span, "write what to exclude behind it"));
        }
        self.nested(operator.span, |parser| Ok(parser.not(field)?.negated()))
    }

    fn near(&mut self, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let mut left = self.operand(field)?;
        while let Some((connector, operator)) = self.take_connector() {
            self.expect_operand(&operator)?;
            let right = self.operand(field)?;
            let place = Place(operator.span);
            left = Ast::Near { connector, place, left: Box::new(left), right: Box::new(right) };
        }
        Ok(left)
    }

    fn take_connector(&mut self) -> Option<(Connector, Token)> {
        let token = self.peek()?.clone();
        let Kind::Connector(connector) = token.kind else { return None };
        self.next += 1;
        Some((connector, token))
    }

    fn is_at_end_of_operands(&self) -> bool {
        self.peek().is_none_or(|next| matches!(next.kind, Kind::Close | Kind::And | Kind::Or | Kind::Connector(_)))
    }

    /// Refuses an operator at the end, before a closing bracket or before another operator.
    fn expect_operand(&self, operator: &Token) -> Result<(), SyntaxError> {
        if self.is_at_end_of_operands() { Err(self.dangling(operator)) } else { Ok(()) }
    }

    fn dangling(&self, operator: &Token) -> SyntaxError {
        let name = &self.query[operator.span.clone()];
        let help = format!("write a word on both sides, or put it in quotes to search for the word \"{name}\"");
        SyntaxError::new(format!("`{name}` has nothing to join"), operator.span.clone(), help)
    }

    /// Reads something inside something else.
    fn nested(
        &mut self,
        span: Span,
        read: impl FnOnce(&mut Self) -> Result<Ast, SyntaxError>,
    ) -> Result<Ast, SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let problem = format!("more than {DEEPEST} brackets or negations inside each other");
            return Err(SyntaxError::new(problem, span, "write the query without some of them"));
        }
        let ast = read(self);
        self.depth -= 1;
        ast
    }

    fn operand(&mut self, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        let Some(token) = self.take() else {
            let end = self.query.len();
            return Err(SyntaxError::new("the query ends too early", end..end, "write what to search for"));
        };
        let Token { kind, span } = token;
        match kind {
            Kind::Open | Kind::OpenMost => self.group(&kind, span, field),
            Kind::Field(name) if field.is_some() => {
                let problem = format!("field `{name}` inside a group of values");
                Err(SyntaxError::new(problem, span, "close the group first"))
            }
            Kind::Field(name) => self.field(Typed::new(name, span.start..span.end - 1)),
            Kind::Close => {
                Err(SyntaxError::new("nothing stands before `)`", span, "write what to search for, or remove it"))
            }
            Kind::And | Kind::Or | Kind::Not | Kind::Connector(_) => Err(self.dangling(&Token { kind, span })),
            kind => Ok(match field {
                Some(name) => Ast::Field { name: name.clone(), value: field_value(kind, span)? },
                None if kind == Kind::Word("*".to_owned()) => Ast::All,
                None => Ast::Text(text(kind, span)?),
            }),
        }
    }

    fn group(&mut self, kind: &Kind, open: Span, field: Option<&Typed>) -> Result<Ast, SyntaxError> {
        if let Some(close) = self.take_if(&Kind::Close) {
            return Err(SyntaxError::new("nothing between the brackets", open.start..close.span.end, "remove them"));
        }
        let inner = self.nested(open.clone(), |parser| parser.or(field))?;
        if self.take_if(&Kind::Close).is_none() {
            return Err(SyntaxError::new("`(` without `)`", open, "close the group with `)`"));
        }
        Ok(match (kind, inner) {
            (Kind::OpenMost, Ast::And(parts)) => Ast::Most(parts),
            (Kind::OpenMost, one) => Ast::Most(vec![one]),
            (_, inner) => inner,
        })
    }

    fn field(&mut self, name: Typed) -> Result<Ast, SyntaxError> {
        let end = name.span().end + 1;
        let missing = || {
            let help = format!("write the value right behind the colon, as in `{}:value`", name.text);
            SyntaxError::new(format!("field `{}` has no value", name.text), name.span().start..end, help)
        };
        let follows = self.peek().is_some_and(|next| next.span.start == end);
        let token = if follows { self.take() } else { None }.ok_or_else(missing)?;
        match token.kind {
            Kind::Open | Kind::OpenMost => self.group(&token.kind, token.span, Some(&name)),
            Kind::Phrase(text, _) | Kind::Whole(text) if text.is_empty() => Err(missing()),
            Kind::Phrase(..) | Kind::Whole(_) | Kind::Bracket(_) | Kind::Word(_) | Kind::Fuzzy(..) | Kind::Regex(_) => {
                let value = field_value(token.kind, token.span)?;
                Ok(Ast::Field { name, value })
            }
            _ => Err(missing()),
        }
    }
}

/// Text to find.
fn text(kind: Kind, span: Span) -> Result<Text, SyntaxError> {
    let typed = |text| Typed::new(text, span.clone());
    match kind {
        Kind::Phrase(text, slop) if !text.is_empty() => Ok(Text::Phrase { text: typed(text), slop }),
        Kind::Fuzzy(word, distance) => Ok(Text::Fuzzy(typed(word), distance)),
        Kind::Regex(pattern) => Ok(Text::Regex(typed(pattern))),
        Kind::Word(word) if is_wildcard(&word) => Ok(Text::Wildcard(typed(word))),
        Kind::Word(word) | Kind::Bracket(word) => Ok(Text::Word(typed(word))),
        _ => Err(SyntaxError::new("nothing between the quotes", span, "write the phrase, or remove the quotes")),
    }
}

/// Whether a word has letters and gaps: a question mark at its end only asks.
fn is_wildcard(word: &str) -> bool {
    let asks = word.trim_end_matches('?');
    word.contains(char::is_alphanumeric) && (word.contains('*') || asks.contains('?'))
}

/// The value of a field: text, or without quotes also `*` and ranges.
fn field_value(kind: Kind, span: Span) -> Result<Value, SyntaxError> {
    match kind {
        Kind::Bracket(range) => bracket(&range, span),
        Kind::Whole(value) => Ok(Value::Whole(Typed::new(value, span))),
        Kind::Word(word) if word == "*" => Ok(Value::Any),
        Kind::Word(word) => match range(&word, &span) {
            Some(range) => Ok(range),
            // Nobody asks a question in a value.
            None if word.contains('?') && word.contains(char::is_alphanumeric) => {
                Ok(Value::Text(Text::Wildcard(Typed::new(word, span))))
            }
            None => text(Kind::Word(word), span).map(Value::Text),
        },
        kind => text(kind, span).map(Value::Text),
    }
}

/// A range that was typed without brackets; `None` if a word was.
fn range(text: &str, span: &Span) -> Option<Value> {
    let range = |from: End, to: End| match (from, to) {
        (End::Open, End::Open) | (End::None, _) | (_, End::None) => None,
        (from, to) => Some(Value::Range { from: from.bound(), to: to.bound(), place: Place(span.clone()) }),
    };
    for (sign, lower, inclusive) in [(">=", true, true), ("<=", false, true), (">", true, false), ("<", false, false)] {
        if let Some(end) = text.strip_prefix(sign) {
            let end = End::of(end, inclusive);
            return if lower { range(end, End::Open) } else { range(End::Open, end) };
        }
    }
    if let Some((from, to)) = text.split_once("..") {
        return range(End::of(from, true), End::of(to, true));
    }
    // `63-66` and `2015-2016`, but neither `2016-12` (a month) nor `CM16-0213037`.
    let (from, to) = text.split_once(['-', '–'])?;
    let is_number = |end: &str| (1..=4).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = from.len() == 4 && to.len() < 4;
    if is_number(from) && is_number(to) && !is_month { range(End::of(from, true), End::of(to, true)) } else { None }
}

/// An end of a range as it is typed.
enum End {
    Open,
    At(Bound),
    /// Something that is no end: numbers and dates have letters, digits and few signs.
    None,
}

impl End {
    fn of(text: &str, inclusive: bool) -> Self {
        match text {
            "" | "*" => Self::Open,
            text if text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '/')) => {
                Self::At(Bound { text: text.to_owned(), inclusive })
            }
            _ => Self::None,
        }
    }

    fn bound(self) -> Option<Bound> {
        match self {
            Self::At(bound) => Some(bound),
            Self::Open | Self::None => None,
        }
    }
}

/// `[63 TO 66]`, `[2014 TO *]`
fn bracket(text: &str, span: Span) -> Result<Value, SyntaxError> {
    let wrong = || SyntaxError::new("not a range", span.clone(), "a range looks like `[63 TO 66]` or `[2014 TO *]`");
    let (from, to) = text.split_once(" TO ").ok_or_else(wrong)?;
    let (from, to) = (from.trim(), to.trim());
    match (End::of(from, true), End::of(to, true)) {
        _ if from.is_empty() || to.is_empty() => Err(wrong()),
        (End::None, _) | (_, End::None) | (End::Open, End::Open) => Err(wrong()),
        (from, to) => Ok(Value::Range { from: from.bound(), to: to.bound(), place: Place(span.clone()) }),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn queries() {
        for (query, want) in [
            ("", "*"),
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
            ("section:=\"a \"\"b\"\" (c\" mri", "section:=\"a \"\"b\"\" (c\" mri"),
            ("ca.guideline:MTUS", "ca.guideline:MTUS"),
            ("“functional improvement”", "\"functional improvement\""),
            ("L4-5 10/325mg x-ray 10:30", "L4-5 10/325mg x-ray 10:30"),
            ("therapy: page: 24", "therapy page 24"),
            ("\"a b\"~5 a /5 b +3 \"c d\" /s e* /p f", "\"a b\"~5 a /5 b +3 \"c d\" /s e* /p f"),
            ("a w/5 b PRE/2 c w/S d", "a /5 b +2 c /s d"),
            ("(wean* OR taper) /s opioid", "(wean* OR taper) /s opioid"),
            ("a /5 (b /s c)", "a /5 (b /s c)"),
            ("rationale:(a /s b)", "rationale:a /s rationale:b"),
            ("NOT a /5 b", "NOT a /5 b"),
            (
                "taper* gr?y wean~ wean~2 /wean(ed|ing)/ drug:hydro*",
                "taper* gr?y wean~1 wean~2 /wean(ed|ing)/ drug:hydro*",
            ),
            ("rationale:/ween.*/ rationale:\"a b\"~3", "rationale:/ween.*/ rationale:\"a b\"~3"),
            ("which MRIs for the knee? and/or /etc 1/2", "which MRIs for the knee? and/or /etc 1/2"),
            ("~(lumbar mri) outcome:upheld -~(a)", "~(lumbar mri) outcome:upheld NOT ~(a)"),
            ("class/drug:x similar:CM16-0213037#2", "class/drug:x similar:CM16-0213037#2"),
            ("date:-90d date:2015-03..2015-06 age:60..", "date:-90d date:2015-03..2015-06 age:>=60"),
            ("*", "*"),
            ("NOT *", "NOT *"),
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
            "/5 b",
            "a /s OR b",
            "\"a b\"~99999",
            "wean~3",
            "~()",
            &"a /s ".repeat(40),
            &"tap* ".repeat(40),
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
            /5 b  →  0..2 `/5` has nothing to join; write a word on both sides, or put it in quotes to search for the word "/5"
            a /s OR b  →  2..4 `/s` has nothing to join; write a word on both sides, or put it in quotes to search for the word "/s"
            "a b"~99999  →  5..11 a distance of more than 1000 words; for texts farther apart use `/p` (one paragraph) or AND
            wean~3  →  4..6 a word may differ by 1 or 2 letters; write `wean~1` or `wean~2`
            ~()  →  0..3 nothing between the brackets; remove them
            a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s a /s   →  152..154 more than 30 connectors such as `/s`; write fewer of them
            tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap* tap*   →  150..154 more than 30 words with `*`, `~` or in slashes; write fewer of them
        "#]]
        .assert_eq(&report);
        assert!(parse(&"a".repeat(9_999)).is_ok());
        assert!(parse(&"a".repeat(10_000)).unwrap_err().problem.contains("10000 characters"));
        assert!(parse(&"a ".repeat(999)).is_ok());
        assert!(parse(&"a OR b ".repeat(500)).unwrap_err().problem.contains("1000 words"));
        assert!(parse(&"(".repeat(5_000)).is_err());
    }

    /// Queries that look like queries.
    const PIECES: &str = "(norco|taper\\*|gr\\?y|wean~2|/we.n/|\"red flag\"|\"a b\"~3|page:24|date:>=2016|rationale:|age:5..7|drug:\\*|\
                          OR|AND|NOT|/5|\\+3|/s|/p|\\(|~\\(|\\)|-|~|:|\"| ){0,16}";

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(query in "\\PC{0,60}") {
            let _ = parse(&query);
        }

        #[test]
        fn what_is_printed_is_parsed_again(query in PIECES) {
            if let Ok(ast) = parse(&query) {
                prop_assert_eq!(parse(&ast.to_string()), Ok(ast.clone()), "printed as {}", ast);
            }
        }

        #[test]
        fn any_text_that_is_parsed_is_printed_alike(query in "[ab\"~*?/:() .-]{0,24}") {
            if let Ok(ast) = parse(&query) {
                prop_assert_eq!(parse(&ast.to_string()), Ok(ast.clone()), "printed as {}", ast);
            }
        }
    }
}
