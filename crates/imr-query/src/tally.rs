//! How decisions ended, counted.

use std::io;

use imr_index::{IndexReader, Schema, SegmentLetters};
use imr_model::Outcome;
use serde::Serialize;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentOrdinal};
use utoipa::ToSchema;

use crate::blocks::BlockReader;
use crate::error::QueryError;

/// How many decisions there are, in how many letters, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tally {
    /// All of them; those whose letter prints no outcome are in none of the outcomes below.
    pub decisions: usize,
    /// The letters that these stand in, each once.
    pub letters: usize,
    /// Refusals that stand.
    pub upheld: usize,
    /// Refusals that fall.
    pub overturned: usize,
    /// Refusals that fall in part.
    pub partially_overturned: usize,
    /// Refusals that were modified.
    pub modified: usize,
}

impl Tally {
    /// Decisions whose letter prints an outcome.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.upheld + self.overturned + self.partially_overturned + self.modified
    }

    fn count(&mut self, outcome: Option<Outcome>) {
        self.decisions += 1;
        match outcome {
            None => {}
            Some(Outcome::Upheld) => self.upheld += 1,
            Some(Outcome::Overturned) => self.overturned += 1,
            Some(Outcome::PartiallyOverturned) => self.partially_overturned += 1,
            Some(Outcome::Modified) => self.modified += 1,
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.decisions += other.decisions;
        self.letters += other.letters;
        self.upheld += other.upheld;
        self.overturned += other.overturned;
        self.partially_overturned += other.partially_overturned;
        self.modified += other.modified;
    }
}

/// How a decision ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// The first document of its letter.
    letter: DocId,
    /// `None` if its letter prints none.
    outcome: Option<Outcome>,
}

/// A tally of one segment, and the letter that was counted last: decisions come in the order of their documents.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cell {
    pub(crate) tally: Tally,
    last_letter: Option<DocId>,
}

impl Cell {
    pub(crate) fn count(&mut self, Ended { letter, outcome }: Ended) {
        self.tally.count(outcome);
        self.tally.letters += usize::from(self.last_letter.replace(letter) != Some(letter));
    }
}

/// Tells of the decisions of one segment how they ended.
pub(crate) struct Decisions<'i> {
    letters: &'i SegmentLetters,
    places: Values<'i>,
    outcomes: Values<'i>,
    /// The outcome of each value of that column.
    outcome_of: Vec<Option<Outcome>>,
}

impl<'i> Decisions<'i> {
    pub(crate) fn new(index: &'i IndexReader, segment: SegmentOrdinal) -> Result<Self, QueryError> {
        let schema = Schema::shared();
        let outcomes = index.texts(segment, schema.id("outcome"))?;
        let names = values_of(outcomes).map_err(|error| index.error(error.into()))?;
        Ok(Self {
            letters: index.letters_of_segments()?.segment(segment),
            places: Values::new(index.numbers(segment, schema.id("n"))?),
            outcomes: Values::new(outcomes.map(|column| column.ords())),
            outcome_of: names.iter().map(|name| name.parse().ok()).collect(),
        })
    }

    /// Reads about a block of documents, in ascending order.
    pub(crate) fn read(&mut self, documents: &[DocId]) {
        self.places.read(documents);
        self.outcomes.read(documents);
    }

    /// How the decision of a document of the block ended; `None` of unsegmented text. Documents are asked for in order.
    pub(crate) fn of(&mut self, document: DocId) -> Option<Ended> {
        if self.places.first(document) == Some(0) {
            return None;
        }
        let outcome = self.outcomes.first(document);
        let outcome = outcome.and_then(|outcome| *self.outcome_of.get(usize::try_from(outcome).ok()?)?);
        Some(Ended { letter: self.letters.first_of(document), outcome })
    }
}

/// All values of a column of texts, by their numbers.
pub(crate) fn values_of(column: Option<&StrColumn>) -> io::Result<Vec<String>> {
    let Some(column) = column else { return Ok(Vec::new()) };
    let mut names = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        names.push(String::from_utf8_lossy(terms.key()).into_owned());
    }
    Ok(names)
}

/// The values of a column for a block of documents.
pub(crate) struct Values<'i> {
    /// `None` if no document of the segment has a value.
    reader: Option<BlockReader<'i>>,
    pairs: Vec<(DocId, u64)>,
    /// Pairs before this one belong to documents that were asked for.
    next: usize,
}

impl<'i> Values<'i> {
    pub(crate) fn new(column: Option<&'i Column<u64>>) -> Self {
        Self { reader: column.map(BlockReader::new), pairs: Vec::new(), next: 0 }
    }

    pub(crate) fn read(&mut self, documents: &[DocId]) {
        self.pairs.clear();
        self.next = 0;
        if let Some(reader) = &mut self.reader {
            self.pairs.extend(reader.pairs(documents));
        }
    }

    /// The values of a document, which stands behind those asked for before.
    pub(crate) fn of(&mut self, document: DocId) -> &[(DocId, u64)] {
        while self.pairs.get(self.next).is_some_and(|(other, _)| *other < document) {
            self.next += 1;
        }
        let own = self.pairs[self.next..].iter().take_while(|(other, _)| *other == document).count();
        &self.pairs[self.next..self.next + own]
    }

    pub(crate) fn first(&mut self, document: DocId) -> Option<u64> {
        self.of(document).first().map(|(_, value)| *value)
    }
}
