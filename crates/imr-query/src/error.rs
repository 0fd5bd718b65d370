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

/// The candidates that are spelled most like a word, the nearest first.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= 1 + word.chars().count() / 5)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, candidate)| candidate)
}
