//! What is told on standard error: errors, notes, the reports of a run.

use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use imr_ingest::Failure;
use imr_query::{Answer, QueryError, SyntaxError};

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

/// How a query was understood, with what had to be corrected.
pub(crate) fn understood(answer: &Answer) {
    let query = answer.understood.to_string();
    note(format!("understood as: {}", if query.is_empty() { "every decision" } else { &query }));
    answer.notes.iter().for_each(|told| note(format!("note: {told}")));
}

/// Something that went wrong with one letter; the run goes on.
pub(crate) fn problem(text: impl Display) {
    line(&text.to_string());
}

/// Tells what cannot be read, but not without end: a file of a million lines that are no letters has one fault.
#[derive(Default)]
pub(crate) struct Failures {
    /// How many there were in all.
    pub(crate) count: usize,
    in_file: usize,
}

impl Failures {
    /// So many are told of one file.
    const TOLD: usize = 5;

    /// Tells a failure.
    pub(crate) fn tell(&mut self, failure: &Failure) {
        self.count += 1;
        self.in_file += 1;
        if self.in_file <= Self::TOLD {
            problem(failure);
        }
    }

    /// Ends a file, and tells how many of its failures were left out.
    pub(crate) fn end_file(&mut self) {
        let left_out = self.in_file.saturating_sub(Self::TOLD);
        if left_out > 0 {
            problem(format!("... and {left_out} more in the same file"));
        }
        self.in_file = 0;
    }
}

/// A number of things: `1 letter`, `2 letters`.
pub(crate) fn counted(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
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
