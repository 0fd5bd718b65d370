//! Reads the tables that are compiled in.

use csv::ReaderBuilder;
use serde::de::DeserializeOwned;

/// A table of `index-schema/vocabulary/`.
pub(crate) struct Table {
    name: &'static str,
    text: &'static str,
}

impl Table {
    /// The table as it stands in its file.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.text.bytes()
    }
}

pub(crate) static INGREDIENTS: Table =
    Table { name: "ingredients.tsv", text: include_str!("../../../index-schema/vocabulary/ingredients.tsv") };
pub(crate) static PRODUCTS: Table =
    Table { name: "products.tsv", text: include_str!("../../../index-schema/vocabulary/products.tsv") };
pub(crate) static DRUG_CLASSES: Table =
    Table { name: "drug_classes.tsv", text: include_str!("../../../index-schema/vocabulary/drug_classes.tsv") };
pub(crate) static GUIDELINES: Table =
    Table { name: "guidelines.tsv", text: include_str!("../../../index-schema/vocabulary/guidelines.tsv") };
pub(crate) static SECTIONS: Table =
    Table { name: "sections.tsv", text: include_str!("../../../index-schema/vocabulary/sections.tsv") };
pub(crate) static SPECIALTIES: Table =
    Table { name: "specialties.tsv", text: include_str!("../../../index-schema/vocabulary/specialties.tsv") };

/// Every table.
pub(crate) static ALL: [&Table; 6] = [&INGREDIENTS, &PRODUCTS, &DRUG_CLASSES, &GUIDELINES, &SECTIONS, &SPECIALTIES];

/// The rows of a tab-separated table: the first line names the columns, lines that begin with `#` are comments.
///
/// # Panics
///
/// If a row does not fit its columns. The tables are compiled in and each is read by the tests of this crate, so that a
/// wrong row never leaves the workshop.
#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
pub(crate) fn rows<Row: DeserializeOwned>(table: &Table) -> Vec<Row> {
    let Table { name, text } = table;
    let mut reader =
        ReaderBuilder::new().delimiter(b'\t').comment(Some(b'#')).quoting(false).from_reader(text.as_bytes());
    let row =
        |row: Result<Row, csv::Error>| row.unwrap_or_else(|error| panic!("index-schema/vocabulary/{name}: {error}"));
    reader.deserialize().map(row).collect()
}

/// The items of a cell that holds a list.
pub(crate) fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty())
}
