//! What is told on standard error: errors, notes, the reports of a run.

use std::fmt::Display;
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use imr_ingest::Failure;
use imr_output::{counted, grouped};
use imr_query::{Answer, Emptied, QueryError, Reading, SyntaxError};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default();

/// An error that ends the program, with the place in the query if it is one of the query.
pub(crate) fn error(error: &anyhow::Error) {
    if let Some(Located { query, error }) = error.downcast_ref::<Located>() {
        return syntax_error(query, error);
    }
    print(&format!("{ERROR}imr-search:{ERROR:#} {error:#}"));
}

/// Something the user may want to know; the program goes on.
pub(crate) fn note(text: impl Display) {
    line(&format!("{NOTE}{text}{NOTE:#}"));
}

/// How a query was understood, with what had to be corrected and what may be a slip.
pub(crate) fn understood(reading: &Reading) {
    let query = reading.understood.to_string();
    note(format!("understood as: {}", if query == "*" { "every decision" } else { &query }));
    reading.notes.iter().for_each(|told| note(format!("note: {told}")));
    reading.hints.iter().for_each(|told| note(format!("hint: {told}")));
}

/// How much was found and how much of it is printed; if nothing, what each condition finds.
pub(crate) fn found(answer: &Answer) {
    let (decisions, letters) = (counted(answer.decisions, "decision"), counted(answer.letters, "letter"));
    line(&format!("{} of {decisions} ({letters})", grouped(answer.remaining())));
    if !answer.emptied.is_empty() {
        line(&emptied_table(&answer.emptied));
    }
}

/// The conditions of a query that finds nothing, in columns.
fn emptied_table(conditions: &[Emptied]) -> String {
    let widest = conditions.iter().map(|emptied| emptied.condition.chars().count()).max().unwrap_or(0);
    let row = |Emptied { condition, alone, without }: &Emptied| {
        let (alone, without) = (grouped(*alone), grouped(*without));
        format!("\n  {condition:<widest$}  alone {alone}, without it {without}")
    };
    format!("nothing matches all of these:{}", conditions.iter().map(row).collect::<String>())
}

/// A place as the user would name it: from the present folder on, if it is below that.
pub(crate) fn near(place: &str) -> &str {
    static HERE: LazyLock<Option<String>> =
        LazyLock::new(|| Some(format!("{}/", std::env::current_dir().ok()?.to_str()?)));
    HERE.as_deref().and_then(|here| place.strip_prefix(here)).unwrap_or(place)
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
            problem(format!("{} {}", near(&failure.place), failure.error));
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

/// Errors only, from now on.
pub(crate) fn silence() {
    SILENT.store(true, Ordering::Relaxed);
}

/// Set once, before anything is told: the reports of an indexing run come from many places.
static SILENT: AtomicBool = AtomicBool::new(false);

/// Plain information.
pub(crate) fn line(text: &str) {
    if !SILENT.load(Ordering::Relaxed) {
        print(text);
    }
}

fn print(text: &str) {
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
    print(&format!("{ERROR}imr-search:{ERROR:#} {}", error.problem));
    let span = error.span.clone();
    if !(query.is_empty() || query.len() > 400 || query.contains('\n'))
        && query.get(span.clone()).is_some()
        && !(span == (0..0))
    {
        let width = |text: &str| text.chars().count();
        let marks = "^".repeat(width(&query[span.clone()]).max(1));
        print(&format!("  | {query}"));
        print(&format!("  | {}{ERROR}{marks}{ERROR:#}", " ".repeat(width(&query[..span.start]))));
    }
    print(&format!("  = help: {}", error.help));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_empties_a_query() {
        let emptied = |condition: &str, alone, without| Emptied { condition: condition.to_owned(), alone, without };
        let table = emptied_table(&[emptied("page:24", 3, 1_200), emptied("class:Benzodiazepines", 4_321, 0)]);
        expect_test::expect![[r"
            nothing matches all of these:
              page:24                alone 3, without it 1,200
              class:Benzodiazepines  alone 4,321, without it 0"]]
        .assert_eq(&table);
    }
}
