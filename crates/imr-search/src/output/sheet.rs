//! Rows of named columns, for spreadsheets and documents.

use std::io::Write;

use super::markdown;

/// A sheet: every row has a cell for each name.
pub(crate) struct Sheet<'n> {
    names: Vec<&'n str>,
    rows: Vec<Vec<String>>,
}

impl<'n> Sheet<'n> {
    /// A sheet with the names of its columns.
    pub(crate) fn new(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self { names: names.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Prints it separated by commas.
    pub(crate) fn csv(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(&self.names)?;
        self.rows.iter().try_for_each(|row| table.write_record(row))?;
        table.flush()?;
        Ok(())
    }

    /// Prints it as a Markdown table.
    pub(crate) fn markdown(self, out: &mut impl Write) -> anyhow::Result<()> {
        markdown::head(out, self.names)?;
        for row in self.rows {
            markdown::row(out, row)?;
        }
        Ok(())
    }
}
