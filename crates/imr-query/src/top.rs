//! The first documents in an order without ties.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use imr_index::IndexReader;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Query;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::error::QueryError;
use crate::hits::Found;
use crate::search::Sort;

/// The documents from `offset` on, at most `wanted`, in order. The engine's own collector drops documents with the score of
/// the last one it keeps, so that it cannot break ties.
pub(crate) fn top(
    index: &IndexReader,
    query: &dyn Query,
    sort: Sort,
    wanted: usize,
    offset: usize,
) -> Result<Vec<Found>, QueryError> {
    if wanted == 0 {
        return Ok(Vec::new());
    }
    let collector = TopCollector { sort, kept: offset.saturating_add(wanted) };
    let best = index.search(query, &collector)?;
    let shown = best.into_iter().skip(offset).take(wanted);
    Ok(shown.map(|ranked| Found { score: ranked.score, address: ranked.address, folded: 0 }).collect())
}

/// What a document is ordered by: the greatest stands first. Names are places in the sorted list of a segment's names.
type Key = (u64, u64, Reverse<u64>, Reverse<u64>, Reverse<DocId>);

/// A document with all that it is ordered by, across segments.
struct Ranked {
    key: (u64, u64, Reverse<String>, Reverse<u64>, Reverse<DocAddress>),
    score: Score,
    address: DocAddress,
}

struct TopCollector {
    sort: Sort,
    kept: usize,
}

impl Collector for TopCollector {
    type Fruit = Vec<Ranked>;
    type Child = SegmentTop;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentTop> {
        let columns = segment.fast_fields();
        Ok(SegmentTop {
            sort: self.sort,
            kept: self.kept,
            ordinal,
            dates: columns.u64("date").ok(),
            places: columns.u64("n").ok(),
            names: columns.str("name")?,
            best: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Score
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Vec<Ranked>>>) -> tantivy::Result<Vec<Ranked>> {
        let mut all: Vec<Ranked> =
            segments.into_iter().collect::<tantivy::Result<Vec<_>>>()?.into_iter().flatten().collect();
        all.sort_by(|one, other| other.key.cmp(&one.key));
        all.truncate(self.kept);
        Ok(all)
    }
}

struct SegmentTop {
    sort: Sort,
    kept: usize,
    ordinal: SegmentOrdinal,
    dates: Option<Column<u64>>,
    places: Option<Column<u64>>,
    names: Option<StrColumn>,
    /// The best documents; the worst of them is at the top.
    best: BinaryHeap<Reverse<(Key, DocId, u32)>>,
}

impl SegmentTop {
    fn key(&self, document: DocId, score: Score) -> Key {
        let date = self.dates.as_ref().and_then(|dates| dates.first(document));
        let (first, second) = match self.sort {
            // The bits of positive numbers are in their order.
            Sort::Score => (u64::from(score.max(0.0).to_bits()), date.unwrap_or(0)),
            Sort::Newest => (date.unwrap_or(0), 0),
            Sort::Oldest => (date.map_or(0, |date| u64::MAX - date), 0),
            Sort::Case => (0, 0),
        };
        let name = self.names.as_ref().and_then(|names| names.term_ords(document).next()).unwrap_or(0);
        let place = self.places.as_ref().and_then(|places| places.first(document)).unwrap_or(0);
        (first, second, Reverse(name), Reverse(place), Reverse(document))
    }
}

impl SegmentCollector for SegmentTop {
    type Fruit = tantivy::Result<Vec<Ranked>>;

    fn collect(&mut self, document: DocId, score: Score) {
        let score = if self.sort == Sort::Score { score } else { 0.0 };
        let is_full = self.best.len() >= self.kept;
        let key = self.key(document, score);
        if is_full && self.best.peek().is_some_and(|Reverse((worst, ..))| key <= *worst) {
            return;
        }
        if is_full {
            self.best.pop();
        }
        self.best.push(Reverse((key, document, score.to_bits())));
    }

    fn harvest(self) -> Self::Fruit {
        let names = self.names.as_ref();
        let ranked = self.best.into_iter().map(|Reverse(((first, second, name, place, _), document, score))| {
            let mut text = String::new();
            if let Some(names) = names {
                names.ord_to_str(name.0, &mut text)?;
            }
            let address = DocAddress::new(self.ordinal, document);
            let key = (first, second, Reverse(text), place, Reverse(address));
            Ok(Ranked { key, score: f32::from_bits(score), address })
        });
        ranked.collect()
    }
}
