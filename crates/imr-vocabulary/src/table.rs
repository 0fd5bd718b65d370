//! Reads the tables that are compiled in.

use crate::names::folded;

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

/// Some columns of every row of a table, as they stand there.
///
/// # Panics
///
/// If the table lacks a column, or a row does not fit its columns. The build script reads every table that has names, and
/// the tests of this crate read them all, so that a wrong row never leaves the workshop.
pub(crate) fn columns<const N: usize>(
    table: &Table,
    wanted: [&'static str; N],
) -> impl Iterator<Item = [&'static str; N]> + use<N> {
    let (columns, (_, lines)) = (Columns::of(table, wanted), table.lines());
    lines.map(move |line| columns.read(line))
}

/// A table whose rows are found by their numbers, without reading those before: a query asks for a few of thousands. The
/// build script finds out where they begin.
pub(crate) struct Rows {
    pub(crate) table: &'static Table,
    /// Where each row begins in the table, in bytes.
    pub(crate) begins: &'static [u32],
}

impl Rows {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.begins.len()
    }

    /// Some columns of a row, by its number from 0; `None` if there is no such row.
    ///
    /// # Panics
    ///
    /// As [`columns`] does.
    pub(crate) fn row<const N: usize>(&self, row: usize, wanted: [&'static str; N]) -> Option<[&'static str; N]> {
        let line = self.table.text[*self.begins.get(row)? as usize..].lines().next()?;
        Some(Columns::of(self.table, wanted).read(line))
    }
}

/// Where the rows of a table begin, in bytes.
#[allow(dead_code, reason = "the build script calls it")]
pub(crate) fn begins(table: &Table) -> Vec<usize> {
    let start = table.text.as_ptr().addr();
    table.lines().1.map(|line| line.as_ptr().addr() - start).collect()
}

/// Where some columns of a table stand.
struct Columns<const N: usize> {
    table: &'static str,
    places: [usize; N],
    width: usize,
}

#[expect(clippy::panic, reason = "the tables are constants of the program, and tests read them all")]
impl<const N: usize> Columns<N> {
    fn of(table: &Table, wanted: [&'static str; N]) -> Self {
        let (name, (header, _)) = (table.name, table.lines());
        let place = |column: &str| header.split('\t').position(|own| own == column);
        let places = wanted.map(|column| {
            place(column).unwrap_or_else(|| panic!("index-schema/vocabulary/{name}: no column `{column}`"))
        });
        Self { table: name, places, width: header.split('\t').count() }
    }

    fn read(&self, line: &'static str) -> [&'static str; N] {
        let mut row = [""; N];
        let mut cells = 0;
        for cell in line.split('\t') {
            if let Some(at) = self.places.iter().position(|place| *place == cells) {
                row[at] = cell;
            }
            cells += 1;
        }
        let Self { table, width, .. } = self;
        assert!(cells == *width, "index-schema/vocabulary/{table}: {cells} cells instead of {width}: {line}");
        row
    }
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

/// The items of a cell that holds a list.
pub(crate) fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// A cell that may be empty.
pub(crate) fn optional(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}
