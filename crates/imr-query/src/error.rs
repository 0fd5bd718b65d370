//! Why a query cannot be answered.

use imr_index::IndexError;

use crate::ast::Span;

/// A fault in a query, or in the index that should answer it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The query itself is wrong.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The query would cost more than [`crate::Limits`] allow.
    #[error(transparent)]
    TooCostly(SyntaxError),
    /// The deadline of [`crate::Limits`] passed before the answer was found.
    #[error("the query took longer than it may; narrow it by a field, by dates or by rarer words")]
    OutOfTime,
    /// A decision that is asked for is not in the index.
    #[error("{0}")]
    Unknown(String),
    /// The index is.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// A fault in the text of a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SyntaxError {
    /// What is wrong.
    pub problem: String,
    /// Where, in bytes of the query.
    pub span: Span,
    /// What to do about it.
    pub help: String,
}

impl SyntaxError {
    pub(crate) fn new(problem: impl Into<String>, span: Span, help: impl Into<String>) -> Self {
        Self { problem: problem.into(), span, help: help.into() }
    }
}

/// The candidate that is spelled most like a word.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.trim().to_lowercase();
    let allowed = most_typos(&word);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, candidate)| candidate)
}

/// How many letters of a word may be wrong.
fn most_typos(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        8..=13 => 2,
        _ => 3,
    }
}
