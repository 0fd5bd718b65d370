//! Cells as values of other types than text.

use csv::ReaderBuilder;
use serde::de::value::Error as ValueError;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::table::Table;

/// The rows of a table, each with texts of its own: for small tables, and for the gaps, which are made into patterns
/// anyway.
///
/// # Panics
///
/// If a row is not of this form, which the tests of this crate find.
#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
pub(crate) fn rows<Row: DeserializeOwned>(table: &Table) -> Vec<Row> {
    let name = table.name();
    let row =
        |row: Result<Row, csv::Error>| row.unwrap_or_else(|error| panic!("index-schema/vocabulary/{name}: {error}"));
    let mut reader =
        ReaderBuilder::new().delimiter(b'\t').comment(Some(b'#')).quoting(false).from_reader(table.text().as_bytes());
    reader.deserialize().map(row).collect()
}

/// A cell that holds one of a few values.
///
/// # Panics
///
/// If it holds another one, which the tests of this crate find.
#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
pub(crate) fn one_of<T: DeserializeOwned>(cell: &str) -> T {
    let value: Result<T, ValueError> = T::deserialize(cell.into_deserializer());
    value.unwrap_or_else(|error| panic!("index-schema/vocabulary: {error}"))
}
