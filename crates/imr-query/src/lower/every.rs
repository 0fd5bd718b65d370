//! Finds every document of a letter; those of files have no place in one.

use imr_index::Schema;
use tantivy::DocId;
use tantivy::columnar::Column;

use super::finder::{Segment, Unscored};
use crate::error::QueryError;
use crate::window::{Bits, WINDOW};

/// Every document of a letter.
pub(super) struct EveryFinder<'i> {
    /// Their places in their letters; `None` if there is no letter.
    places: Option<&'i Column<u64>>,
    documents: DocId,
}

impl<'i> EveryFinder<'i> {
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(super) fn new(segment: Segment<'i>) -> Result<Self, QueryError> {
        let places = segment.index.numbers(segment.ordinal, Schema::shared().id("n"))?;
        Ok(Self { places, documents: segment.reader.max_doc() })
    }
}

impl Unscored for EveryFinder<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        from
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        let Some(places) = self.places else { return Bits::NONE };
        let documents = start..self.documents.min(start + WINDOW).max(start);
        if places.index.docid_range_to_rowids(documents.clone()).len() == WINDOW as usize {
            return *within;
        }
        let mut found = Bits::NONE;
        documents.filter(|document| places.index.has_value(*document)).for_each(|document| found.insert(document));
        found.and(within)
    }
}
