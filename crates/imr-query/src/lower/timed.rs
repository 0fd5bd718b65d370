//! A query that ends at a deadline: where the engine joins many words it goes through thousands of documents at once, and
//! nobody else could stop it.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Term;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

use super::stem::explained;
use crate::limits::{Limits, Watch};

/// A query whose documents end at the deadline of some limits; itself if there is none.
pub(super) fn timed(query: Box<dyn Query>, limits: Limits) -> Box<dyn Query> {
    if limits.deadline.is_some() { Box::new(TimedQuery { query, limits }) } else { query }
}

#[derive(Debug)]
struct TimedQuery {
    query: Box<dyn Query>,
    limits: Limits,
}

impl Clone for TimedQuery {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), limits: self.limits }
    }
}

impl Query for TimedQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(TimedWeight { weight: self.query.weight(scoring)?, limits: self.limits }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.query.query_terms(visitor);
    }
}

struct TimedWeight {
    weight: Box<dyn Weight>,
    limits: Limits,
}

impl Weight for TimedWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let scorer = self.weight.scorer(segment, boost)?;
        Ok(Box::new(TimedScorer { scorer, watch: self.limits.watch(), is_over: false }))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained("until the deadline", self.scorer(segment, 1.0)?, document)
    }
}

struct TimedScorer {
    scorer: Box<dyn Scorer>,
    watch: Watch,
    is_over: bool,
}

impl DocSet for TimedScorer {
    fn advance(&mut self) -> DocId {
        self.is_over |= self.watch.is_over();
        if self.is_over { TERMINATED } else { self.scorer.advance() }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.is_over |= self.watch.is_over();
        if self.is_over { TERMINATED } else { self.scorer.seek(target) }
    }

    fn doc(&self) -> DocId {
        if self.is_over { TERMINATED } else { self.scorer.doc() }
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}

impl Scorer for TimedScorer {
    fn score(&mut self) -> Score {
        self.scorer.score()
    }
}
