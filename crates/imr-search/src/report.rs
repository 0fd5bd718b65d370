//! What is told on standard error: errors, notes, the reports of a run.

use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use imr_query::{QueryError, SyntaxError};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default();

/// An error that ends the program, with the place in the query if it is one of the query.
pub(crate) fn error(error: &anyhow::Error) {
    if let Some(Located { query, error }) = error.downcast_ref::<Located>() {
        return syntax_error(query, error);
    }
    line(&format!("{ERROR}imr-search:{ERROR:#} {error:#}"));
}

/// Something the user may want to know; the program goes on.
pub(crate) fn note(text: impl Display) {
    line(&format!("{NOTE}{text}{NOTE:#}"));
}

/// Something that went wrong with one letter; the run goes on.
pub(crate) fn problem(text: impl Display) {
    line(&text.to_string());
}

/// Plain information.
pub(crate) fn line(text: &str) {
    // There is nowhere to tell that standard error is closed.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// An error in a query, and the query.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct Located {
    query: String,
    error: SyntaxError,
}

/// Keeps the query beside an error of it.
pub(crate) fn locate(error: QueryError, query: &str) -> anyhow::Error {
    match error {
        QueryError::Syntax(error) => Located { query: query.to_owned(), error }.into(),
        other => other.into(),
    }
}

fn syntax_error(query: &str, error: &SyntaxError) {
    line(&format!("{ERROR}imr-search:{ERROR:#} {}", error.problem));
    let span = error.span.clone();
    if !(query.is_empty() || query.len() > 400 || query.contains('\n'))
        && query.get(span.clone()).is_some()
        && !(span == (0..0))
    {
        let width = |text: &str| text.chars().count();
        let marks = "^".repeat(width(&query[span.clone()]).max(1));
        line(&format!("  | {query}"));
        line(&format!("  | {}{ERROR}{marks}{ERROR:#}", " ".repeat(width(&query[..span.start]))));
    }
    line(&format!("  = help: {}", error.help));
}
