//! In how many letters a field was found, so that nobody reads a facet count as the whole.

use std::collections::{BTreeMap, HashSet};

use imr_index::{IndexReader, Schema};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::error::QueryError;
use crate::lower::lower;
use crate::plan::Plan;

/// Letters of one form and year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterGroup {
    /// The form of the letters.
    pub layout: String,
    /// The year of their decisions; `None` where the letter has no date.
    pub year: Option<u64>,
}

/// How many letters there are and in how many of them each field was found, by form and year.
#[derive(Debug)]
pub struct Coverage {
    /// All letters.
    pub letters: BTreeMap<LetterGroup, usize>,
    /// For each field that queries can ask for, letters in which at least one decision has it.
    pub fields: Vec<(String, BTreeMap<LetterGroup, usize>)>,
}

/// Counts the letters of an index in which each field was found.
///
/// # Errors
///
/// If the index cannot be read.
pub fn coverage(index: &IndexReader) -> Result<Coverage, QueryError> {
    let count = |plan: &Plan| {
        let counted = index.search(&*lower(plan, index)?, &LetterCollector);
        counted.map_err(QueryError::Index)
    };
    let mut fields = Vec::new();
    for (id, field) in Schema::shared().public_fields() {
        fields.push((field.name.clone(), count(&Plan::Has(id))?));
    }
    Ok(Coverage { letters: count(&Plan::All)?, fields })
}

/// Counts letters, each once however many of its documents match. All documents of a letter stand in one segment.
struct LetterCollector;

impl Collector for LetterCollector {
    type Fruit = BTreeMap<LetterGroup, usize>;
    type Child = LetterCounter;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<LetterCounter> {
        let columns = segment.fast_fields();
        Ok(LetterCounter {
            letter: columns.str("letter")?,
            layout: columns.str("layout")?,
            year: columns.u64("year").ok(),
            seen: HashSet::new(),
            counts: BTreeMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Self::Fruit>>) -> tantivy::Result<Self::Fruit> {
        let mut all = BTreeMap::new();
        for segment in segments {
            for (group, count) in segment? {
                *all.entry(group).or_default() += count;
            }
        }
        Ok(all)
    }
}

struct LetterCounter {
    letter: Option<StrColumn>,
    layout: Option<StrColumn>,
    year: Option<Column<u64>>,
    seen: HashSet<u64>,
    /// By the number of the layout's term, and the year.
    counts: BTreeMap<(Option<u64>, Option<u64>), usize>,
}

impl SegmentCollector for LetterCounter {
    type Fruit = tantivy::Result<BTreeMap<LetterGroup, usize>>;

    fn collect(&mut self, document: DocId, _: Score) {
        let first = |column: &Option<StrColumn>| column.as_ref().and_then(|column| column.term_ords(document).next());
        if first(&self.letter).is_some_and(|letter| self.seen.insert(letter)) {
            let year = self.year.as_ref().and_then(|column| column.first(document));
            *self.counts.entry((first(&self.layout), year)).or_default() += 1;
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut groups = BTreeMap::new();
        for ((layout, year), count) in self.counts {
            let mut name = String::new();
            if let (Some(column), Some(term)) = (&self.layout, layout) {
                column.ord_to_str(term, &mut name)?;
            }
            *groups.entry(LetterGroup { layout: name, year }).or_default() += count;
        }
        Ok(groups)
    }
}
