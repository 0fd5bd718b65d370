//! The engine's query for texts near each other: it finds documents with the words, and our code checks their places.

use std::sync::Arc;

use imr_index::{Boundaries, PARAGRAPH_START, SENTENCE_START};
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::stem::explained;
use crate::limits::Limits;
use crate::spans::{Spans, matches};

/// Documents in which some spans match.
#[derive(Debug)]
pub(super) struct NearQuery {
    field: Field,
    looked_for: Arc<LookedFor>,
    /// Documents that have the words; their score is the document's.
    candidates: Box<dyn Query>,
    limits: Limits,
}

impl Clone for NearQuery {
    fn clone(&self) -> Self {
        let candidates = self.candidates.box_clone();
        Self { field: self.field, looked_for: Arc::clone(&self.looked_for), candidates, limits: self.limits }
    }
}

#[derive(Debug)]
struct LookedFor {
    spans: Spans,
    /// For each leaf of the spans, the terms that it stands for.
    leaves: Vec<Vec<Term>>,
}

impl NearQuery {
    /// Past their deadline, limits end the documents early.
    pub(super) fn new(
        field: Field,
        spans: Spans,
        leaves: Vec<Vec<Term>>,
        candidates: Box<dyn Query>,
        limits: Limits,
    ) -> Self {
        Self { field, looked_for: Arc::new(LookedFor { spans, leaves }), candidates, limits }
    }
}

impl Query for NearQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let candidates = self.candidates.weight(scoring)?;
        let looked_for = Arc::clone(&self.looked_for);
        Ok(Box::new(NearWeight { field: self.field, looked_for, candidates, limits: self.limits }))
    }
}

struct NearWeight {
    field: Field,
    looked_for: Arc<LookedFor>,
    candidates: Box<dyn Weight>,
    limits: Limits,
}

impl Weight for NearWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let index = segment.inverted_index(self.field)?;
        let postings = |term: &Term| index.read_postings(term, IndexRecordOption::WithFreqsAndPositions);
        let leaf = |terms: &Vec<Term>| terms.iter().filter_map(|term| postings(term).transpose()).collect();
        let mark = |mark: &str| postings(&Term::from_field_text(self.field, mark));
        let mut scorer = NearScorer {
            candidates: self.candidates.scorer(segment, boost)?,
            looked_for: Arc::clone(&self.looked_for),
            positions: vec![Vec::new(); self.looked_for.leaves.len()],
            leaves: self.looked_for.leaves.iter().map(leaf).collect::<Result<_, _>>()?,
            sentences: mark(SENTENCE_START)?,
            paragraphs: mark(PARAGRAPH_START)?,
            boundaries: Boundaries::default(),
            limits: self.limits,
        };
        scorer.find_match();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained("texts near each other", self.scorer(segment, 1.0)?, document)
    }
}

struct NearScorer {
    candidates: Box<dyn Scorer>,
    looked_for: Arc<LookedFor>,
    leaves: Vec<Vec<SegmentPostings>>,
    sentences: Option<SegmentPostings>,
    paragraphs: Option<SegmentPostings>,
    /// Where the leaves stand in the candidate.
    positions: Vec<Vec<u32>>,
    boundaries: Boundaries,
    limits: Limits,
}

impl NearScorer {
    /// Goes on from the present candidate, itself included, to one that matches. To compare places takes so long that the
    /// clock is looked at each time.
    fn find_match(&mut self) -> DocId {
        let mut document = self.candidates.doc();
        while document != TERMINATED {
            if self.limits.in_time().is_err() {
                return self.candidates.seek(TERMINATED);
            }
            if self.is_match(document) {
                return document;
            }
            document = self.candidates.advance();
        }
        document
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
        !matches(&self.looked_for.spans, &self.positions, &self.boundaries).is_empty()
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

impl DocSet for NearScorer {
    fn advance(&mut self) -> DocId {
        self.candidates.advance();
        self.find_match()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.candidates.seek(target);
        self.find_match()
    }

    fn doc(&self) -> DocId {
        self.candidates.doc()
    }

    fn size_hint(&self) -> u32 {
        self.candidates.size_hint()
    }

    fn cost(&self) -> u64 {
        // Places cost more than the words alone.
        self.candidates.cost().saturating_mul(8)
    }
}

impl Scorer for NearScorer {
    fn score(&mut self) -> Score {
        self.candidates.score()
    }
}
