//! Why an answer cannot be printed.

use std::io;

use imr_query::QueryError;

/// A fault while an answer is printed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A hit cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Nothing can be written to where it goes.
    #[error(transparent)]
    Write(#[from] io::Error),
}

impl From<csv::Error> for OutputError {
    fn from(error: csv::Error) -> Self {
        // As it is, so that a closed pipe is still known as one.
        Self::Write(match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    }
}

impl From<serde_json::Error> for OutputError {
    fn from(error: serde_json::Error) -> Self {
        Self::Write(error.into())
    }
}

/// A name that is no field of output.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no output field `{name}`")]
pub struct UnknownField {
    /// The name.
    pub name: String,
    /// The field that is spelled most like it, if that may be meant.
    pub nearest: Option<&'static str>,
}
