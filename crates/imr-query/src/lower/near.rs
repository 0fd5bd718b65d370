//! Finds texts near each other: documents with the words are found as such, and our code checks their places.

use imr_index::{Boundaries, PARAGRAPH_START, SENTENCE_START};
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, Term};

use super::finder::{BoxedFinder, Finder};
use crate::limits::Limits;
use crate::spans::{Spans, matches};
use crate::window::{Bits, Scores};

/// What is to stand near what in a field.
pub(super) struct LookedFor {
    pub(super) field: Field,
    pub(super) spans: Spans,
    /// For each leaf of the spans, the terms that it stands for.
    pub(super) leaves: Vec<Vec<Term>>,
}

/// Documents in which some spans match.
pub(super) struct NearFinder<'i> {
    /// Documents that have the words; their score is the document's.
    candidates: BoxedFinder<'i>,
    spans: &'i Spans,
    leaves: Vec<Vec<SegmentPostings>>,
    sentences: Option<SegmentPostings>,
    paragraphs: Option<SegmentPostings>,
    /// Where the leaves stand in the candidate.
    positions: Vec<Vec<u32>>,
    boundaries: Boundaries,
    found: Bits,
    /// Past their deadline the documents end early.
    limits: Limits,
}

impl<'i> NearFinder<'i> {
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(super) fn new(
        looked_for: &'i LookedFor,
        candidates: BoxedFinder<'i>,
        segment: &SegmentReader,
        limits: Limits,
    ) -> tantivy::Result<Self> {
        let LookedFor { field, spans, leaves } = looked_for;
        let index = segment.inverted_index(*field)?;
        let postings = |term: &Term| index.read_postings(term, IndexRecordOption::WithFreqsAndPositions);
        let leaf = |terms: &Vec<Term>| terms.iter().filter_map(|term| postings(term).transpose()).collect();
        let mark = |mark: &str| postings(&Term::from_field_text(*field, mark));
        Ok(Self {
            candidates,
            spans,
            positions: vec![Vec::new(); leaves.len()],
            leaves: leaves.iter().map(leaf).collect::<Result<_, _>>()?,
            sentences: mark(SENTENCE_START)?,
            paragraphs: mark(PARAGRAPH_START)?,
            boundaries: Boundaries::default(),
            found: Bits::NONE,
            limits,
        })
    }

    fn is_match(&mut self, document: DocId) -> bool {
        for (leaf, positions) in self.leaves.iter_mut().zip(&mut self.positions) {
            positions.clear();
            leaf.iter_mut().for_each(|postings| add_positions(postings, document, positions));
            positions.sort_unstable();
            positions.dedup();
        }
        for (marks, starts) in [
            (&mut self.sentences, &mut self.boundaries.sentences),
            (&mut self.paragraphs, &mut self.boundaries.paragraphs),
        ] {
            starts.clear();
            marks.iter_mut().for_each(|postings| add_positions(postings, document, starts));
        }
        !matches(self.spans, &self.positions, &self.boundaries).is_empty()
    }
}

/// Where a term stands in a document; documents are asked for in ascending order.
fn add_positions(postings: &mut SegmentPostings, document: DocId, positions: &mut Vec<u32>) {
    if postings.doc() < document {
        postings.seek(document);
    }
    if postings.doc() == document {
        postings.append_positions_with_offset(0, positions);
    }
}

impl Finder for NearFinder<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        self.candidates.next(from)
    }

    /// To compare places takes so long that the clock is looked at each time.
    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = Bits::NONE;
        let candidates = self.candidates.find(start, within);
        let limits = self.limits;
        for document in candidates.documents(start).take_while(|_| limits.in_time().is_ok()) {
            if self.is_match(document) {
                self.found.insert(document);
            }
        }
        self.found
    }

    fn bound(&self) -> Score {
        self.candidates.bound()
    }

    fn reaching(&mut self, least: Score) -> Bits {
        self.candidates.reaching(least).and(&self.found)
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        self.candidates.score(start, wanted, scores);
    }
}
