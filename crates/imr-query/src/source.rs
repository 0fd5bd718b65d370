//! Where documents come from: what a plan finds in an index, a window of documents at a time.

use std::num::NonZero;
use std::ops::Range;

use imr_index::{IndexReader, SegmentLetters};
use tantivy::{BitSet, DocId, SegmentOrdinal, SegmentReader};

use crate::error::QueryError;
use crate::kept::Kept;
use crate::limits::Limits;
use crate::lower::{Finder, Lowered, Segment, lower};
use crate::plan::Plan;
use crate::window::{Bits, WINDOW, window_of};

/// Where documents come from.
pub(crate) struct Source<'i> {
    index: &'i IndexReader,
    lowered: Lowered,
    limits: Limits,
}

impl<'i> Source<'i> {
    pub(crate) fn new(
        index: &'i IndexReader,
        plan: &Plan,
        is_scored: bool,
        limits: Limits,
    ) -> Result<Self, QueryError> {
        Ok(Self { index, lowered: lower(plan, index, is_scored, limits)?, limits })
    }

    /// Hands on the documents of a segment in ascending order, some at a time.
    ///
    /// # Errors
    ///
    /// If the index cannot be read, or the time is over: what was handed on is not all then.
    pub(crate) fn run(
        &self,
        ordinal: SegmentOrdinal,
        reader: &SegmentReader,
        take: &mut dyn FnMut(&[DocId]),
    ) -> Result<(), QueryError> {
        let mut documents = Vec::with_capacity(WINDOW as usize);
        self.windows(&Stretch::whole(ordinal, reader), &mut |found| {
            documents.clear();
            documents.extend(found.documents());
            take(&documents);
        })
    }

    /// The segments that have letters, in shares, one for each processor if there is much to do.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(crate) fn shares(&self) -> Result<Vec<Vec<Stretch<'i>>>, QueryError> {
        let is_much = self.lowered.cost() > MUCH;
        let processors = if is_much { std::thread::available_parallelism().map_or(1, NonZero::get) } else { 1 };
        let mut shares = vec![Vec::new(); processors];
        for (ordinal, reader) in (0..).zip(self.index.searcher().segment_readers()) {
            let letters = self.index.letters_of_segments()?.segment(ordinal);
            if letters.is_empty() {
                continue;
            }
            let mut rest = Stretch::whole(ordinal, reader);
            for (share, left) in shares.iter_mut().zip((1..=processors).rev()) {
                share.push(rest.split_off(left, letters));
            }
        }
        Ok(shares)
    }

    /// Hands on what is found in each window of a stretch, in ascending order.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub(crate) fn windows(
        &self,
        stretch: &Stretch<'_>,
        take: &mut dyn FnMut(&mut FoundHere<'_>),
    ) -> Result<(), QueryError> {
        let Stretch { ordinal, reader, ref documents } = *stretch;
        if self.index.letters_of_segments()?.segment(ordinal).is_empty() {
            return Ok(());
        }
        let mut finder = self.lowered.in_segment(Segment { index: self.index, ordinal, reader })?;
        let alive = self.index.kept::<Kept>().alive.get(&ordinal, || Ok::<_, QueryError>(alive(reader)))?;
        let mut start = window_of(finder.next(documents.start));
        while start < documents.end {
            let mut bits = finder.find(start, &Bits::ALL);
            if let Some(alive) = &*alive {
                bits = bits.and(&Bits::of_set(alive, start));
            }
            // What looks at places ends early when the time is over.
            self.limits.in_time()?;
            if !bits.is_empty() {
                take(&mut FoundHere { start, bits, finder: &mut *finder });
            }
            start = window_of(finder.next(start + WINDOW));
        }
        self.limits.in_time()
    }
}

/// To look for so many documents takes longer than to share them out.
const MUCH: u64 = 500_000;

/// Documents of a segment that follow each other, from the beginning of a window on.
#[derive(Clone)]
pub(crate) struct Stretch<'i> {
    pub(crate) ordinal: SegmentOrdinal,
    reader: &'i SegmentReader,
    documents: Range<DocId>,
}

impl<'i> Stretch<'i> {
    /// All documents of a segment.
    pub(crate) fn whole(ordinal: SegmentOrdinal, reader: &'i SegmentReader) -> Self {
        Self { ordinal, reader, documents: 0..reader.max_doc() }
    }

    /// Takes one part of so many off the beginning. It ends with a letter, so that no letter is counted twice.
    fn split_off(&mut self, parts: usize, letters: &SegmentLetters) -> Self {
        let share = self.documents.len().div_ceil(parts.max(1));
        let from = window_of(self.documents.start + DocId::try_from(share).unwrap_or(DocId::MAX));
        let mut ends = (from..self.documents.end).step_by(WINDOW as usize).filter(|end| *end > self.documents.start);
        let end = ends.find(|end| parts > 1 && letters.begins_at(*end)).unwrap_or(self.documents.end);
        let taken = self.documents.start..end;
        self.documents.start = end;
        Self { documents: taken, ..self.clone() }
    }
}

/// What is found in one window of a segment.
pub(crate) struct FoundHere<'f> {
    /// Where the window begins.
    pub(crate) start: DocId,
    pub(crate) bits: Bits,
    /// Scores them.
    pub(crate) finder: &'f mut dyn Finder,
}

impl FoundHere<'_> {
    /// The documents, in ascending order.
    pub(crate) fn documents(&self) -> impl Iterator<Item = DocId> {
        self.bits.documents(self.start)
    }
}

/// The documents of a segment that were not deleted; `None` if none was.
fn alive(reader: &SegmentReader) -> Option<BitSet> {
    let alive = reader.alive_bitset()?;
    let mut set = BitSet::with_max_value_and_full(reader.max_doc());
    set.intersect_update(alive.bitset());
    Some(set)
}
