//! What a query says. No type of a search engine and no field definition stands here: names and values are as typed.

use std::fmt;
use std::ops::Range;

/// Where something stands in the query, in bytes.
pub type Span = Range<usize>;

/// A query, as typed or as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ast {
    /// Every decision: the empty query.
    All,
    /// A word, searched by its stem in all text fields.
    Word(Typed),
    /// An exact phrase, searched in all text fields.
    Phrase(Typed),
    /// A condition on one field.
    Field {
        /// The field's name or alias.
        name: Typed,
        /// What it must hold.
        value: Value,
    },
    /// All of these.
    And(Vec<Ast>),
    /// At least one of these.
    Or(Vec<Ast>),
    /// Everything but this; documents that lack the field are kept.
    Not(Box<Ast>),
}

/// A piece of the query and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The text, without quotes.
    pub text: String,
    /// Its place in the query.
    pub span: Span,
}

impl Typed {
    /// A piece of text that stands somewhere.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span }
    }
}

/// What a field must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word or number.
    Word(Typed),
    /// An exact phrase.
    Phrase(Typed),
    /// Anything: `field:*`.
    Any,
    /// A range; an end that is missing is open.
    Range {
        /// The lower end.
        from: Option<Bound>,
        /// The upper end.
        to: Option<Bound>,
        /// The place of the whole range.
        span: Span,
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

impl Ast {
    /// A condition on a field that the program adds itself.
    pub(crate) fn field(name: &str, value: Value, span: &Span) -> Self {
        Self::Field { name: Typed::new(name, span.clone()), value }
    }
}

impl fmt::Display for Ast {
    /// Prints the query in its own language; parsing that gives the same query.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Word(word) => out.write_str(&word.text),
            Self::Phrase(phrase) => write!(out, "\"{}\"", phrase.text),
            Self::Field { name, value } => write!(out, "{}:{value}", name.text),
            Self::And(parts) => print_list(out, parts, " ", |part| matches!(part, Self::And(_) | Self::Or(_))),
            Self::Or(parts) => print_list(out, parts, " OR ", |part| matches!(part, Self::And(_) | Self::Or(_))),
            Self::Not(part) if matches!(**part, Self::And(_) | Self::Or(_)) => write!(out, "NOT ({part})"),
            Self::Not(part) => write!(out, "NOT {part}"),
        }
    }
}

fn print_list(out: &mut fmt::Formatter<'_>, parts: &[Ast], joiner: &str, in_brackets: fn(&Ast) -> bool) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.write_str(joiner)?;
        }
        if in_brackets(part) { write!(out, "({part})")? } else { write!(out, "{part}")? }
    }
    Ok(())
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => out.write_str(&word.text),
            Self::Phrase(phrase) => write!(out, "\"{}\"", phrase.text),
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
