//! What a query says. No type of a search engine and no field definition stands here: names and values are as typed.

use std::fmt;
use std::ops::Range;

/// Where something stands in the query, in bytes.
pub type Span = Range<usize>;

/// The place of a part of a query. Queries that say the same are equal, wherever their parts stand.
#[derive(Clone, Debug, Default)]
pub struct Place(pub Span);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

/// A query, as typed or as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ast {
    /// Every decision: the empty query.
    All,
    /// Text, searched in all text fields.
    Text(Text),
    /// A condition on one field.
    Field {
        /// The field's name or alias.
        name: Typed,
        /// What it must hold.
        value: Value,
    },
    /// Two texts near each other in one field. Operands are texts, text conditions, alternatives of these, or again near
    /// each other.
    Near {
        /// How near.
        connector: Connector,
        /// Where the connector stands.
        place: Place,
        /// What stands on one side.
        left: Box<Ast>,
        /// What stands on the other.
        right: Box<Ast>,
    },
    /// All of these.
    And(Vec<Ast>),
    /// At least one of these.
    Or(Vec<Ast>),
    /// As many of these as possible: at least some, and the more, the better.
    Most(Vec<Ast>),
    /// Everything but this; documents that lack the field are kept.
    Not(Box<Ast>),
}

/// Text to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// A word, by its stem.
    Word(Typed),
    /// Words one after another, exactly as they are, `slop` moves apart: words in between, or words that changed places
    /// (two moves).
    Phrase {
        /// The words.
        text: Typed,
        /// How many moves are allowed.
        slop: u32,
    },
    /// A word with `*` (any letters) or `?` (one letter) in it.
    Wildcard(Typed),
    /// A word, or one that differs by up to so many letters (1 or 2).
    Fuzzy(Typed, u8),
    /// A regular expression that matches a whole word.
    Regex(Typed),
}

/// A piece of the query and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The text, without quotes and operators.
    pub text: String,
    /// Its place in the query.
    pub place: Place,
}

impl Typed {
    /// A piece of text that stands somewhere.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), place: Place(span) }
    }

    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.place.0.clone()
    }
}

/// How near two texts must stand, as in Westlaw and Lexis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `/n`: at most `n` words apart, in either order; neighbours are 1 apart.
    Within(u32),
    /// `+n`: the same, in this order.
    Before(u32),
    /// `/s`: in one sentence.
    Sentence,
    /// `/p`: in one paragraph.
    Paragraph,
}

/// What a field must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word, phrase or pattern.
    Text(Text),
    /// A value exactly as it is counted: `field:="value"`. In a field of several levels these are joined by ` > `, and
    /// whatever begins with them is meant, too. A quote in it is doubled.
    Whole(Typed),
    /// Anything: `field:*`.
    Any,
    /// A range; an end that is missing is open.
    Range {
        /// The lower end.
        from: Option<Bound>,
        /// The upper end.
        to: Option<Bound>,
        /// The place of the whole range.
        place: Place,
    },
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The value at the end.
    pub text: String,
    /// Whether the value itself belongs to the range.
    pub inclusive: bool,
}

impl Bound {
    /// An end that belongs to its range.
    pub(crate) fn included(text: impl Into<String>) -> Self {
        Self { text: text.into(), inclusive: true }
    }
}

impl Text {
    /// What was typed, without quotes and operators.
    #[must_use]
    pub fn typed(&self) -> &Typed {
        match self {
            Self::Word(typed)
            | Self::Phrase { text: typed, .. }
            | Self::Wildcard(typed)
            | Self::Fuzzy(typed, _)
            | Self::Regex(typed) => typed,
        }
    }
}

impl Ast {
    /// A condition on a field that the program adds itself.
    pub(crate) fn field(name: &str, value: Value, span: &Span) -> Self {
        Self::Field { name: Typed::new(name, span.clone()), value }
    }

    /// All of some parts; one part is itself, none is everything.
    pub(crate) fn all_of(parts: Vec<Self>) -> Self {
        Self::joined(parts, Self::And)
    }

    /// This and another query.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let parts = [self, other].into_iter().flat_map(|query| match query {
            Self::All => Vec::new(),
            Self::And(parts) => parts,
            other => vec![other],
        });
        Self::all_of(parts.collect())
    }

    /// Everything but this.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The condition that a field has one of some values, each compared whole; none is no condition.
    #[must_use]
    pub fn one_of(field: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let condition = |value: String| {
            let text = Text::Phrase { text: Typed::new(value, 0..0), slop: 0 };
            Self::field(field, Value::Text(text), &(0..0))
        };
        Self::any_of(values.into_iter().map(|value| condition(value.into())).collect())
    }

    /// One of some parts.
    #[must_use]
    pub fn any_of(parts: Vec<Self>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            Self::Or(parts) => parts,
            part => vec![part],
        });
        Self::joined(flat.collect(), Self::Or)
    }

    /// Some parts joined; one part is itself, none is everything.
    pub(crate) fn joined(mut parts: Vec<Self>, join: fn(Vec<Self>) -> Self) -> Self {
        match parts.len() {
            0 => Self::All,
            1 => parts.remove(0),
            _ => join(parts),
        }
    }
}

impl fmt::Display for Ast {
    /// Prints the query in its own language; parsing that gives the same query.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => out.write_str("*"),
            Self::Text(text) => write!(out, "{text}"),
            Self::Field { name, value } => write!(out, "{}:{value}", name.text),
            Self::Near { connector, left, right, .. } => {
                print_part(out, left, &[Self::is_list, Self::is_negation])?;
                write!(out, " {connector} ")?;
                print_part(out, right, &[Self::is_list, Self::is_negation, Self::is_near])
            }
            Self::And(parts) => print_list(out, parts, " "),
            Self::Or(parts) => print_list(out, parts, " OR "),
            Self::Most(parts) => {
                out.write_str("~(")?;
                print_list(out, parts, " ")?;
                out.write_str(")")
            }
            Self::Not(part) => {
                out.write_str("NOT ")?;
                print_part(out, part, &[Self::is_list])
            }
        }
    }
}

impl Ast {
    fn is_list(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_))
    }

    fn is_negation(&self) -> bool {
        matches!(self, Self::Not(_))
    }

    fn is_near(&self) -> bool {
        matches!(self, Self::Near { .. })
    }
}

/// Prints a part, in brackets if it is one of these.
fn print_part(out: &mut fmt::Formatter<'_>, part: &Ast, in_brackets: &[fn(&Ast) -> bool]) -> fmt::Result {
    if in_brackets.iter().any(|is| is(part)) { write!(out, "({part})") } else { write!(out, "{part}") }
}

fn print_list(out: &mut fmt::Formatter<'_>, parts: &[Ast], joiner: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.write_str(joiner)?;
        }
        print_part(out, part, &[Ast::is_list])?;
    }
    Ok(())
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => out.write_str(&word.text),
            Self::Phrase { text, slop: 0 } => write!(out, "\"{}\"", text.text),
            Self::Phrase { text, slop } => write!(out, "\"{}\"~{slop}", text.text),
            Self::Wildcard(pattern) => out.write_str(&pattern.text),
            Self::Fuzzy(word, distance) => write!(out, "{}~{distance}", word.text),
            Self::Regex(pattern) => write!(out, "/{}/", pattern.text),
        }
    }
}

impl fmt::Display for Connector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(words) => write!(out, "/{words}"),
            Self::Before(words) => write!(out, "+{words}"),
            Self::Sentence => out.write_str("/s"),
            Self::Paragraph => out.write_str("/p"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(out, "{text}"),
            Self::Whole(value) => write!(out, "=\"{}\"", value.text.replace('"', "\"\"")),
            Self::Any => out.write_str("*"),
            Self::Range { from: Some(from), to: Some(to), .. } if from.inclusive && to.inclusive => {
                write!(out, "{}..{}", from.text, to.text)
            }
            Self::Range { from: Some(from), to: None, .. } => {
                write!(out, "{}{}", if from.inclusive { ">=" } else { ">" }, from.text)
            }
            Self::Range { from: None, to: Some(to), .. } => {
                write!(out, "{}{}", if to.inclusive { "<=" } else { "<" }, to.text)
            }
            Self::Range { from, to, .. } => {
                let end = |bound: &Option<Bound>| bound.as_ref().map_or("*".to_owned(), |bound| bound.text.clone());
                write!(out, "[{} TO {}]", end(from), end(to))
            }
        }
    }
}
