//! Finds documents by their numbers: columns are read for whole windows, as far as something is looked for there.

use std::ops::RangeInclusive;

use imr_index::FieldId;
use tantivy::{DocId, TERMINATED};

use super::finder::{Segment, Unscored};
use crate::blocks::BlockReader;
use crate::error::QueryError;
use crate::window::{Bits, WINDOW};

/// To read the number of one document takes as long as to read the numbers of so many that follow each other.
const FEW: usize = 8;

/// Documents with a number in a range.
pub(super) struct RangeFinder<'i> {
    /// `None` if no document has one.
    numbers: Option<BlockReader<'i>>,
    range: RangeInclusive<u64>,
    documents: DocId,
    /// Those of a window that are looked at.
    looked_at: Vec<DocId>,
}

impl<'i> RangeFinder<'i> {
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(super) fn new(segment: Segment<'i>, field: FieldId, range: RangeInclusive<u64>) -> Result<Self, QueryError> {
        let column = segment.index.numbers(segment.ordinal, field)?;
        let column = column.filter(|column| column.min_value() <= *range.end() && *range.start() <= column.max_value());
        let documents = segment.reader.max_doc();
        Ok(Self { numbers: column.map(BlockReader::new), range, documents, looked_at: Vec::new() })
    }
}

impl Unscored for RangeFinder<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        if self.numbers.is_some() { from } else { TERMINATED }
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        let mut found = Bits::NONE;
        let Some(numbers) = &mut self.numbers else { return found };
        let all = start..self.documents.min(start + WINDOW).max(start);
        if within.count() * FEW > all.len()
            && let Some(numbers) = numbers.one_each(all)
        {
            return Bits::where_true(numbers.iter().map(|number| self.range.contains(number))).and(within);
        }
        self.looked_at.clear();
        self.looked_at.extend(within.documents(start).take_while(|document| *document < self.documents));
        let here = numbers.pairs(&self.looked_at).filter(|(_, number)| self.range.contains(number));
        here.for_each(|(document, _)| found.insert(document));
        found
    }
}
