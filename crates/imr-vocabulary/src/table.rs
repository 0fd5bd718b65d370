//! Reads the tables that are compiled in.

use csv::ReaderBuilder;
use serde::de::DeserializeOwned;

/// The rows of a tab-separated table: the first line names the columns, lines that begin with `#` are comments.
///
/// # Panics
///
/// If a row does not fit its columns. The tables are compiled in and each is read by the tests of this crate, so that a
/// wrong row never leaves the workshop.
#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
pub(crate) fn rows<Row: DeserializeOwned>(name: &str, table: &str) -> Vec<Row> {
    let mut reader =
        ReaderBuilder::new().delimiter(b'\t').comment(Some(b'#')).quoting(false).from_reader(table.as_bytes());
    let row =
        |row: Result<Row, csv::Error>| row.unwrap_or_else(|error| panic!("index-schema/vocabulary/{name}: {error}"));
    reader.deserialize().map(row).collect()
}

/// The items of a cell that holds a list.
pub(crate) fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty())
}
