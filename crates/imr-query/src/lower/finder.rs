//! How documents of a plan are found in one segment: windows of documents as bits, and scores of those that are asked for.

use imr_index::{IndexReader, SegmentLetters};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::error::QueryError;
use crate::window::{Bits, Scores};

/// Finds the documents of a plan in one segment. Windows are asked for in ascending order; those in which nothing is found
/// may be left out.
pub(crate) trait Finder {
    /// From which document on there may be one. What stands before `from` is not asked for again.
    fn next(&mut self, from: DocId) -> DocId;

    /// Those of a window that are among some documents of it; `start` is its beginning.
    fn find(&mut self, start: DocId, within: &Bits) -> Bits;

    /// No document of the window that was found last has a higher score.
    fn bound(&self) -> Score;

    /// The documents that were found last, without some whose score is less; the rest are those that are worth scoring.
    fn reaching(&mut self, least: Score) -> Bits;

    /// Writes the scores of some documents, all of which were found last, in the window that begins at `start`.
    /// What stands there for others means nothing.
    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores);
}

/// Finds documents of one segment that all count the same; otherwise as [`Finder`].
pub(super) trait Unscored {
    /// As [`Finder::next`].
    fn next(&mut self, from: DocId) -> DocId;

    /// As [`Finder::find`].
    fn find(&mut self, start: DocId, within: &Bits) -> Bits;
}

/// What counts may be asked for as if it did not.
impl Unscored for BoxedFinder<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        (**self).next(from)
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        (**self).find(start, within)
    }
}

/// A finder of a segment of an index.
pub(crate) type BoxedFinder<'i> = Box<dyn Finder + 'i>;

/// A segment of an index.
#[derive(Clone, Copy)]
pub(crate) struct Segment<'i> {
    pub(crate) index: &'i IndexReader,
    pub(crate) ordinal: SegmentOrdinal,
    pub(crate) reader: &'i SegmentReader,
}

impl<'i> Segment<'i> {
    /// Where its letters begin.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(crate) fn letters(self) -> Result<&'i SegmentLetters, QueryError> {
        Ok(self.index.letters_of_segments()?.segment(self.ordinal))
    }

    /// What the engine was asked of it.
    pub(super) fn asked<T>(self, answer: tantivy::Result<T>) -> Result<T, QueryError> {
        Ok(answer.map_err(|error| self.index.error(error))?)
    }
}
