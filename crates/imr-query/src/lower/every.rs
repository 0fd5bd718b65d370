//! Finds every document of a letter; those of files have no place in one.

use imr_index::Schema;
use tantivy::columnar::Column;
use tantivy::{DocId, Score};

use super::finder::{Finder, Segment};
use crate::error::QueryError;
use crate::window::{Bits, Scores, WINDOW};

/// Every document of a letter.
pub(super) struct EveryFinder<'i> {
    /// Their places in their letters; `None` if there is no letter.
    places: Option<&'i Column<u64>>,
    documents: DocId,
    found: Bits,
}

impl<'i> EveryFinder<'i> {
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(super) fn new(segment: Segment<'i>) -> Result<Self, QueryError> {
        let places = segment.index.numbers(segment.ordinal, Schema::shared().id("n"))?;
        Ok(Self { places, documents: segment.reader.max_doc(), found: Bits::NONE })
    }
}

impl Finder for EveryFinder<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        from
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = Bits::NONE;
        let documents = start..self.documents.min(start + WINDOW).max(start);
        if let Some(places) = self.places {
            let rows = places.index.docid_range_to_rowids(documents.clone());
            if rows.len() == WINDOW as usize {
                self.found = *within;
            } else {
                let shown = documents.filter(|document| places.index.has_value(*document));
                shown.for_each(|document| self.found.insert(document));
            }
        }
        self.found = self.found.and(within);
        self.found
    }

    fn bound(&self) -> Score {
        0.0
    }

    fn reaching(&mut self, least: Score) -> Bits {
        if least <= 0.0 { self.found } else { Bits::NONE }
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        wanted.documents(start).for_each(|document| scores.set(document, 0.0));
    }
}
