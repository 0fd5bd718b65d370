//! The columns of an opened index.

use std::sync::OnceLock;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{SegmentOrdinal, SegmentReader};

use crate::error::IndexError;
use crate::reader::IndexReader;
use crate::schema::{FieldId, FieldKind, Schema};

/// The columns of one segment, each looked for when it is first asked for: the engine reads a column's place, dictionary and
/// codec anew whenever it is asked, which takes longer than many a query.
pub(crate) struct Columns {
    texts: Vec<OnceLock<Option<StrColumn>>>,
    numbers: Vec<OnceLock<Option<Column<u64>>>>,
}

impl Columns {
    pub(crate) fn new() -> Self {
        let fields = Schema::shared().fields().count();
        Self { texts: unopened(fields), numbers: unopened(fields) }
    }
}

fn unopened<C>(fields: usize) -> Vec<OnceLock<C>> {
    std::iter::repeat_with(OnceLock::new).take(fields).collect()
}

impl IndexReader {
    /// The values of a field in a segment as numbers: numbers as they are, texts by their numbers in the sorted list of
    /// values; `None` if no document has one.
    ///
    /// # Errors
    ///
    /// If the index is damaged, or the field has no such column.
    pub fn values(&self, segment: SegmentOrdinal, field: FieldId) -> Result<Option<&Column<u64>>, IndexError> {
        match Schema::shared().definition(field).kind {
            FieldKind::Number | FieldKind::Date => self.numbers(segment, field),
            _ => Ok(self.texts(segment, field)?.map(|column| column.ords())),
        }
    }

    /// The values of a field of texts in a segment, by their numbers in its sorted list of values; `None` if no document
    /// has one.
    ///
    /// # Errors
    ///
    /// If the index is damaged, or the field has no such column.
    pub fn texts(&self, segment: SegmentOrdinal, field: FieldId) -> Result<Option<&StrColumn>, IndexError> {
        let open = |segment: &SegmentReader, name: &str| segment.fast_fields().str(name);
        self.column(segment, field, &self.columns(segment).texts, open)
    }

    /// The values of a field of numbers or days in a segment; `None` if no document has one.
    ///
    /// # Errors
    ///
    /// If the index is damaged, or the field has no such column.
    pub fn numbers(&self, segment: SegmentOrdinal, field: FieldId) -> Result<Option<&Column<u64>>, IndexError> {
        let open = |segment: &SegmentReader, name: &str| segment.fast_fields().column_opt(name);
        self.column(segment, field, &self.columns(segment).numbers, open)
    }

    fn column<'c, C>(
        &self,
        segment: SegmentOrdinal,
        field: FieldId,
        opened: &'c [OnceLock<Option<C>>],
        open: impl Fn(&SegmentReader, &str) -> tantivy::Result<Option<C>>,
    ) -> Result<Option<&'c C>, IndexError> {
        let cell = &opened[field.place()];
        if let Some(column) = cell.get() {
            return Ok(column.as_ref());
        }
        let name = &Schema::shared().definition(field).name;
        let column = open(self.searcher().segment_reader(segment), name).map_err(|error| self.error(error))?;
        Ok(cell.get_or_init(|| column).as_ref())
    }
}
