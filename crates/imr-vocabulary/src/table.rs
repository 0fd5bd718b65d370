//! Reads the tables that are compiled in.

use csv::ReaderBuilder;
use serde::de::value::Error as ValueError;
use serde::de::{DeserializeOwned, IntoDeserializer};

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
    pub(crate) fn text(&self) -> &'static str {
        self.text
    }

    /// Every row, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let (header, lines) = self.lines();
        lines.map(|line| self.entry(header, line)).collect()
    }

    fn entry(&self, header: &str, line: &str) -> Entry {
        let mut cells = header.split('\t').map(str::to_owned).zip(line.split('\t').map(str::to_owned));
        let (_, name) = cells.next().unwrap_or_default();
        let (names, facts): (Vec<_>, Vec<_>) = cells.partition(|(column, _)| column == "names");
        Entry {
            table: self.name,
            name,
            names: names.iter().flat_map(|(_, cell)| items(cell)).map(str::to_owned).collect(),
            facts: facts.into_iter().filter(|(_, cell)| !cell.is_empty()).collect(),
        }
    }

    /// The line that names the columns, and those of the rows; lines that begin with `#` are comments.
    fn lines(&self) -> (&'static str, impl Iterator<Item = &'static str> + use<>) {
        let mut lines = self.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        (lines.next().unwrap_or_default(), lines)
    }
}

/// Some columns of every row of a table, as they stand there: nothing is copied, because whoever asks one question pays
/// for reading the table.
///
/// # Panics
///
/// If the table lacks a column, or a row does not fit its columns. The tables are compiled in and each is read by the
/// tests of this crate, so that a wrong row never leaves the workshop.
#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
pub(crate) fn columns<const N: usize>(
    table: &Table,
    wanted: [&'static str; N],
) -> impl Iterator<Item = [&'static str; N]> + use<N> {
    let name = table.name;
    let (header, lines) = table.lines();
    let place = |column: &str| header.split('\t').position(|own| own == column);
    let places = wanted
        .map(|column| place(column).unwrap_or_else(|| panic!("index-schema/vocabulary/{name}: no column `{column}`")));
    let width = header.split('\t').count();
    lines.map(move |line| {
        let mut row = [""; N];
        let mut cells = 0;
        for cell in line.split('\t') {
            if let Some(at) = places.iter().position(|place| *place == cells) {
                row[at] = cell;
            }
            cells += 1;
        }
        assert!(cells == width, "index-schema/vocabulary/{name}: {cells} cells instead of {width}: {line}");
        row
    })
}

/// Every spelling in a table whose rows are names of one thing, with the name that stands for it: that of a column.
pub(crate) fn spellings(
    table: &Table,
    column: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    columns(table, [column, "names"])
        .flat_map(|[name, names]| items(names).map(move |spelling| (spelling, name)).chain([(name, name)]))
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
    CONTRADICTIONS "contradictions.tsv",
    GAPS "gaps.tsv",
    GAP_PHRASES "gap_phrases.tsv",
}

/// The rows of a table, each with texts of its own: for small tables, and for
/// the gaps, which are made into patterns anyway.
///
/// # Panics
///
/// As [`columns`] does.
#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
pub(crate) fn rows<Row: DeserializeOwned>(table: &Table) -> Vec<Row> {
    let name = table.name;
    let row =
        |row: Result<Row, csv::Error>| row.unwrap_or_else(|error| panic!("index-schema/vocabulary/{name}: {error}"));
    let mut reader =
        ReaderBuilder::new().delimiter(b'\t').comment(Some(b'#')).quoting(false).from_reader(table.text.as_bytes());
    reader.deserialize().map(row).collect()
}

/// The items of a cell that holds a list.
pub(crate) fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty())
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

/// A cell that may be empty.
pub(crate) fn optional(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}

/// A name as names are compared: in lower case, a hyphen as a blank.
pub(crate) fn folded(name: &str) -> String {
    fold(name.trim()).to_lowercase()
}
