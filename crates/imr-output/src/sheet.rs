//! Rows of named columns, for spreadsheets and documents.

use std::io::Write;

use crate::{OutputError, markdown};

/// A sheet: every row has a cell for each name.
#[derive(Clone, Debug)]
pub struct Sheet<'n> {
    names: Vec<&'n str>,
    rows: Vec<Vec<String>>,
}

impl<'n> Sheet<'n> {
    /// A sheet with the names of its columns.
    pub fn new(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self { names: names.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Prints it separated by commas.
    ///
    /// # Errors
    ///
    /// If nothing can be written.
    pub fn csv(&self, out: &mut impl Write) -> Result<(), OutputError> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(&self.names)?;
        self.rows.iter().try_for_each(|row| table.write_record(row))?;
        table.flush()?;
        Ok(())
    }

    /// Prints it as a Markdown table.
    ///
    /// # Errors
    ///
    /// If nothing can be written.
    pub fn markdown(self, out: &mut impl Write) -> Result<(), OutputError> {
        markdown::head(out, self.names)?;
        for row in self.rows {
            markdown::row(out, row)?;
        }
        Ok(())
    }
}
