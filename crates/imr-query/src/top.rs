//! The first documents in an order without ties. The engine's own collector drops documents with the score of the last one it
//! keeps, so that it cannot break ties.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use imr_index::{IndexReader, Schema};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal};

use crate::blocks::BlockReader;
use crate::error::QueryError;
use crate::kept::Kept;
use crate::limits::Limits;
use crate::lower::Finder;
use crate::search::Sort;
use crate::window::{Bits, Scores};

/// Which documents are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Top {
    /// Their order.
    pub(crate) sort: Sort,
    /// So many of them.
    pub(crate) kept: usize,
}

impl Top {
    /// Whether the order asks for scores.
    pub(crate) fn needs_scores(self) -> bool {
        self.sort == Sort::Score
    }

    /// The same where all scores are 0: ties go to the newer decision.
    pub(crate) fn without_scores(self) -> Self {
        let sort = if self.sort == Sort::Score { Sort::Newest } else { self.sort };
        Self { sort, ..self }
    }
}

/// Sums of scores are rounded, and so are their bounds: what comes as near as this may be as high.
const CAUTION: Score = 0.9999;

/// What a document is ordered by: the greatest stands first. Names are places in the sorted list of a segment's names.
type Key = (u64, u64, Reverse<u64>, Reverse<u64>, Reverse<DocId>);

/// A document that was kept of a segment.
#[derive(Clone, Debug)]
pub(crate) struct Ranked {
    key: Key,
    pub(crate) score: Score,
    pub(crate) address: DocAddress,
}

impl Ranked {
    /// What of its key can be compared with documents of other segments.
    fn leading(&self, sort: Sort) -> (u64, u64) {
        let (first, second, ..) = self.key;
        if sort == Sort::Case { (0, 0) } else { (first, second) }
    }
}

/// The first of the documents of all segments, in order.
pub(crate) fn merged(
    index: &IndexReader,
    segments: Vec<Vec<Ranked>>,
    top: Top,
    limits: Limits,
) -> Result<Vec<Ranked>, QueryError> {
    let mut all: Vec<Ranked> = segments.into_iter().flatten().collect();
    all.sort_by_key(|ranked| Reverse(ranked.leading(top.sort)));
    if let Some(last) = top.kept.checked_sub(1).and_then(|last| all.get(last)) {
        let last = last.leading(top.sort);
        all.truncate(all.partition_point(|ranked| ranked.leading(top.sort) >= last));
    }
    for tied in all.chunk_by_mut(|one, other| one.leading(top.sort) == other.leading(top.sort)) {
        untie(index, tied, limits)?;
    }
    all.truncate(top.kept);
    Ok(all)
}

/// Brings documents that tie into their order: by name, place in the letter and place in the index. Names are looked up only
/// where segments are mixed, because that takes longer than to find the documents.
fn untie(index: &IndexReader, tied: &mut [Ranked], limits: Limits) -> Result<(), QueryError> {
    let is_mixed = tied.windows(2).any(|pair| pair[0].address.segment_ord != pair[1].address.segment_ord);
    if !is_mixed {
        tied.sort_by_key(|ranked| Reverse(ranked.key));
        return Ok(());
    }
    let mut named = Vec::with_capacity(tied.len());
    let mut watch = limits.watch();
    for ranked in &*tied {
        watch.in_time()?;
        let (.., Reverse(name), Reverse(place), _) = ranked.key;
        named.push((name_of(index, ranked.address.segment_ord, name)?, place, ranked.address, ranked.clone()));
    }
    named.sort_by(|one, other| (&one.0, one.1, one.2).cmp(&(&other.0, other.1, other.2)));
    for (slot, (.., ranked)) in tied.iter_mut().zip(named) {
        *slot = ranked;
    }
    Ok(())
}

/// What the letter of a document is called.
///
/// # Errors
///
/// If the index cannot be read.
pub(crate) fn letter_name(index: &IndexReader, address: DocAddress) -> Result<Arc<String>, QueryError> {
    let DocAddress { segment_ord: segment, doc_id: document } = address;
    let names = index.texts(segment, Schema::shared().id("name"))?;
    let name = names.and_then(|names| names.ords().first(document)).unwrap_or(u64::MAX);
    index.kept::<Kept>().names.get(&(segment, name), || Ok(index.letter_name(address.into())?))
}

fn name_of(index: &IndexReader, segment: SegmentOrdinal, name: u64) -> Result<Arc<String>, QueryError> {
    index.kept::<Kept>().names.get(&(segment, name), || {
        let mut text = String::new();
        if let Some(names) = index.texts(segment, Schema::shared().id("name"))? {
            names.ord_to_str(name, &mut text).map_err(|error| index.error(error.into()))?;
        }
        Ok(text)
    })
}

/// Keeps the first documents of a segment.
pub(crate) struct SegmentTop<'i> {
    top: Top,
    segment: SegmentOrdinal,
    dates: Option<&'i Column<u64>>,
    places: Option<&'i Column<u64>>,
    names: Option<&'i StrColumn>,
    /// Reads what comes first in the order, unless that is the score.
    leading: Option<BlockReader<'i>>,
    /// The best documents; the worst of them is at the top.
    best: BinaryHeap<Reverse<(Key, u32)>>,
    /// Those of a window.
    scores: Scores,
}

impl<'i> SegmentTop<'i> {
    pub(crate) fn new(index: &'i IndexReader, segment: SegmentOrdinal, top: Top) -> Result<Self, QueryError> {
        let schema = Schema::shared();
        let dates = index.numbers(segment, schema.id("date"))?;
        let names = index.texts(segment, schema.id("name"))?;
        let leading = match top.sort {
            Sort::Score => None,
            Sort::Newest | Sort::Oldest => dates,
            Sort::Case => names.map(|names| names.ords()),
        };
        let places = index.numbers(segment, schema.id("n"))?;
        let leading = leading.map(BlockReader::new);
        Ok(Self { top, segment, dates, places, names, leading, best: BinaryHeap::new(), scores: Scores::new() })
    }

    /// Whether the order asks for scores.
    pub(crate) fn needs_scores(&self) -> bool {
        self.top.needs_scores()
    }

    /// Takes documents by the leading column, in ascending order.
    pub(crate) fn take(&mut self, documents: &[DocId]) {
        // A column that no document has says nothing.
        let zeros = Vec::new();
        let mut reader = self.leading.take();
        let values = reader.as_mut().map_or(&zeros[..], |reader| reader.first_or_zero(documents));
        for (at, document) in documents.iter().enumerate() {
            self.consider(*document, values.get(at).copied().unwrap_or(0), 0.0);
        }
        self.leading = reader;
    }

    /// Takes the documents that were found last, in a window that begins at `start`, by their scores. Those that cannot be
    /// among the first are not scored.
    pub(crate) fn rank(&mut self, start: DocId, found: &Bits, finder: &mut dyn Finder) {
        let worst = self.worst().map(|(first, ..)| u32::try_from(*first).map_or(Score::MAX, Score::from_bits));
        let worth = worst.map_or(*found, |worst| finder.reaching(worst * CAUTION).and(found));
        if worth.is_empty() || self.top.kept == 0 {
            return;
        }
        finder.score(start, &worth, &mut self.scores);
        worth.documents(start).for_each(|document| self.consider(document, 0, self.scores.get(document)));
    }

    /// Keeps a document if it is among the first so far. Most need no closer look.
    fn consider(&mut self, document: DocId, value: u64, score: Score) {
        let first = self.first(value, score);
        if self.top.kept > 0 && self.worst().is_none_or(|worst| first >= worst.0) {
            self.add(self.key(first, document), score);
        }
    }

    /// The worst document that is kept, once there are enough.
    fn worst(&self) -> Option<&Key> {
        let Reverse((worst, _)) = self.best.peek().filter(|_| self.best.len() >= self.top.kept)?;
        Some(worst)
    }

    fn add(&mut self, key: Key, score: Score) {
        if self.worst().is_some_and(|worst| key <= *worst) {
            return;
        }
        if self.best.len() >= self.top.kept {
            self.best.pop();
        }
        self.best.push(Reverse((key, score.to_bits())));
    }

    /// What decides first: a score, or a value of the leading column.
    fn first(&self, value: u64, score: Score) -> u64 {
        match self.top.sort {
            // The bits of positive numbers are in their order.
            Sort::Score => u64::from(score.max(0.0).to_bits()),
            Sort::Newest => value,
            // Documents without a date stand last in either order.
            Sort::Oldest if value == 0 => 0,
            Sort::Oldest | Sort::Case => u64::MAX - value,
        }
    }

    fn key(&self, first: u64, document: DocId) -> Key {
        let number = |column: Option<&Column<u64>>| column.and_then(|column| column.first(document)).unwrap_or(0);
        let second = if self.top.needs_scores() { number(self.dates) } else { 0 };
        let name = number(self.names.map(|names| names.ords()));
        (first, second, Reverse(name), Reverse(number(self.places)), Reverse(document))
    }

    /// The documents that were kept, in no order.
    pub(crate) fn into_ranked(self) -> Vec<Ranked> {
        let ranked = self.best.into_iter().map(|Reverse((key, score))| {
            let (.., Reverse(document)) = key;
            Ranked { key, score: Score::from_bits(score), address: DocAddress::new(self.segment, document) }
        });
        ranked.collect()
    }
}
