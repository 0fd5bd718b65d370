//! In how many letters a field was found, so that nobody reads a facet count as the whole.

use std::collections::BTreeMap;
use std::io;

use imr_index::{IndexReader, Schema};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentOrdinal};

use crate::error::QueryError;
use crate::gather::FirstOfLetters;
use crate::limits::Limits;
use crate::plan::Plan;
use crate::source::Source;

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
    let mut fields = Vec::new();
    for (id, field) in Schema::shared().public_fields() {
        fields.push((field.name.clone(), groups(index, &Plan::Has(id))?));
    }
    Ok(Coverage { letters: groups(index, &Plan::All)?, fields })
}

/// The letters that a plan finds, each once however many of its documents match, by their groups.
fn groups(index: &IndexReader, plan: &Plan) -> Result<BTreeMap<LetterGroup, usize>, QueryError> {
    let mut all: BTreeMap<LetterGroup, usize> = BTreeMap::new();
    let source = Source::new(index, plan, false, Limits::none())?;
    for (ordinal, segment) in (0..).zip(index.searcher().segment_readers()) {
        let mut counter = LetterCounter::new(index, ordinal)?;
        source.run(ordinal, segment, &mut |documents| counter.take(documents))?;
        for (group, count) in counter.into_groups().map_err(|error| index.error(error.into()))? {
            *all.entry(group).or_default() += count;
        }
    }
    Ok(all)
}

/// Counts the letters of one segment.
struct LetterCounter<'i> {
    letters: FirstOfLetters<'i>,
    layouts: Option<&'i StrColumn>,
    years: Option<&'i Column<u64>>,
    /// By the number of the layout's term, and the year.
    counts: BTreeMap<(Option<u64>, Option<u64>), usize>,
}

impl<'i> LetterCounter<'i> {
    fn new(index: &'i IndexReader, segment: SegmentOrdinal) -> Result<Self, QueryError> {
        let schema = Schema::shared();
        Ok(Self {
            letters: FirstOfLetters::new(index, segment)?,
            layouts: index.texts(segment, schema.id("layout"))?,
            years: index.numbers(segment, schema.id("year"))?,
            counts: BTreeMap::new(),
        })
    }

    fn take(&mut self, documents: &[DocId]) {
        for document in self.letters.of(documents) {
            let layout = self.layouts.and_then(|layouts| layouts.ords().first(document));
            let year = self.years.and_then(|years| years.first(document));
            *self.counts.entry((layout, year)).or_default() += 1;
        }
    }

    fn into_groups(self) -> io::Result<Vec<(LetterGroup, usize)>> {
        let group = |((layout, year), count)| {
            let mut name = String::new();
            if let (Some(column), Some(term)) = (self.layouts, layout) {
                column.ord_to_str(term, &mut name)?;
            }
            Ok((LetterGroup { layout: name, year }, count))
        };
        self.counts.into_iter().map(group).collect()
    }
}
