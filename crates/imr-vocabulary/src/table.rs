//! Reads the tables that are compiled in.

use csv::{ReaderBuilder, StringRecord};
use serde::de::DeserializeOwned;

use crate::matcher::fold;

/// A table of `index-schema/vocabulary/`.
pub struct Table {
    name: &'static str,
    text: &'static str,
}

/// A row of a table, for whoever asks what the program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file that it stands in.
    pub table: &'static str,
    /// Its first column: what the row is about.
    pub name: String,
    /// Other names of the same.
    pub names: Vec<String>,
    /// The other columns that are not empty, by the names of the columns.
    pub facts: Vec<(String, String)>,
}

impl Entry {
    /// A column of the row; empty if it has none.
    #[must_use]
    pub fn fact(&self, column: &str) -> &str {
        self.facts.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value)
    }

    /// Whether a name is one of the row's, in any case.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let name = folded(name);
        let own = std::iter::once(self.name.as_str()).chain(self.names.iter().map(String::as_str));
        own.chain(items(self.fact("lay"))).any(|own| folded(own) == name)
    }
}

impl Table {
    #[cfg(test)]
    pub(crate) fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The table as it stands in its file.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.text.bytes()
    }

    /// Every row, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let (header, records) = self.records();
        let entry = |record: StringRecord| {
            let mut cells = header.iter().zip(&record).map(|(column, cell)| (column.to_owned(), cell.to_owned()));
            let (_, name) = cells.next().unwrap_or_default();
            let (names, facts): (Vec<_>, Vec<_>) = cells.partition(|(column, _)| column == "names");
            Entry {
                table: self.name,
                name,
                names: names.iter().flat_map(|(_, cell)| items(cell)).map(str::to_owned).collect(),
                facts: facts.into_iter().filter(|(_, cell)| !cell.is_empty()).collect(),
            }
        };
        records.into_iter().map(entry).collect()
    }

    fn reader(&self) -> csv::Reader<&[u8]> {
        ReaderBuilder::new().delimiter(b'\t').comment(Some(b'#')).quoting(false).from_reader(self.text.as_bytes())
    }

    #[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
    fn records(&self) -> (StringRecord, Vec<StringRecord>) {
        let fail = |error: csv::Error| -> ! { panic!("index-schema/vocabulary/{}: {error}", self.name) };
        let mut reader = self.reader();
        let header = reader.headers().cloned().unwrap_or_else(|error| fail(error));
        let records = reader.records().map(|record| record.unwrap_or_else(|error| fail(error))).collect();
        (header, records)
    }
}

/// Every spelling in a table whose rows are names of one thing, with the name that stands for it.
pub(crate) fn spellings(table: &Table) -> impl Iterator<Item = (String, String)> {
    table.entries().into_iter().flat_map(|Entry { name, names, .. }| {
        let own = (name.clone(), name.clone());
        names.into_iter().map(move |spelling| (spelling, name.clone())).chain([own])
    })
}

macro_rules! tables {
    ($($constant:ident $file:literal),+ $(,)?) => {
        $(pub(crate) static $constant: Table = Table {
            name: $file,
            text: include_str!(concat!("../../../index-schema/vocabulary/", $file)),
        };)+
        /// Every table.
        pub(crate) static ALL: &[&Table] = &[$(&$constant),+];
    };
}

tables! {
    INGREDIENTS "ingredients.tsv",
    PRODUCTS "products.tsv",
    DRUG_CLASSES "drug_classes.tsv",
    DOSE_FORMS "dose_forms.tsv",
    PROCEDURES "procedures.tsv",
    CATEGORIES "categories.tsv",
    BODY_REGIONS "body_regions.tsv",
    GUIDELINES "guidelines.tsv",
    SECTIONS "sections.tsv",
    SPECIALTIES "specialties.tsv",
    STATES "states.tsv",
    GAPS "gaps.tsv",
    GAP_PHRASES "gap_phrases.tsv",
}

/// The rows of a tab-separated table: the first line names the columns, lines that begin with `#` are comments.
///
/// # Panics
///
/// If a row does not fit its columns. The tables are compiled in and each is read by the tests of this crate, so that a
/// wrong row never leaves the workshop.
#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
pub(crate) fn rows<Row: DeserializeOwned>(table: &Table) -> Vec<Row> {
    let name = table.name;
    let row =
        |row: Result<Row, csv::Error>| row.unwrap_or_else(|error| panic!("index-schema/vocabulary/{name}: {error}"));
    table.reader().deserialize().map(row).collect()
}

/// The items of a cell that holds a list.
pub(crate) fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// A cell that may be empty.
pub(crate) fn optional(cell: String) -> Option<String> {
    Some(cell).filter(|cell| !cell.is_empty())
}

/// A name as names are compared: in lower case, a hyphen as a blank.
pub(crate) fn folded(name: &str) -> String {
    fold(name.trim()).to_lowercase()
}
