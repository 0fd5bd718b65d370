//! Text that is the same for all decisions of a letter is indexed with the first of its documents only. What matches there
//! counts for all of them: a decision is found by its letter's summary together with its own facets.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use imr_index::{FieldId, IndexReader, Letters, Schema, SegmentLetters};
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyError, Term};

use super::stem::explained;
use crate::error::QueryError;

/// A query of one field, of all documents of a letter if the field is indexed once a letter.
///
/// # Errors
///
/// If the index cannot be read.
pub(super) fn of_letter(
    field: FieldId,
    query: Box<dyn Query>,
    index: &IndexReader,
) -> Result<Box<dyn Query>, QueryError> {
    let schema = Schema::shared();
    if !schema.definition(field).is_indexed_once() {
        return Ok(query);
    }
    let letters = Arc::clone(index.letters_of_segments()?);
    Ok(Box::new(LetterQuery { first: query, digest: index.field(schema.id(DIGEST)), letters }))
}

/// The field that tells letters apart.
const DIGEST: &str = "letter";

/// All documents of the letters whose first document matches, with its score.
struct LetterQuery {
    first: Box<dyn Query>,
    digest: Field,
    letters: Arc<Letters>,
}

impl Debug for LetterQuery {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("LetterQuery").field(&self.first).finish()
    }
}

impl Clone for LetterQuery {
    fn clone(&self) -> Self {
        Self { first: self.first.box_clone(), digest: self.digest, letters: Arc::clone(&self.letters) }
    }
}

impl Query for LetterQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let first = match scoring {
            EnableScoring::Enabled { searcher, .. } => {
                let letters = LetterStatistics::new(searcher, self.digest)?;
                self.first.weight(EnableScoring::enabled_from_statistics_provider(&letters, searcher))?
            }
            disabled @ EnableScoring::Disabled { .. } => self.first.weight(disabled)?,
        };
        Ok(Box::new(LetterWeight { first, letters: Arc::clone(&self.letters) }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.first.query_terms(visitor);
    }
}

/// Statistics by letter: to BM25 a text counts once, however many decisions its letter has.
struct LetterStatistics<'s> {
    searcher: &'s Searcher,
    count: u64,
}

impl<'s> LetterStatistics<'s> {
    fn new(searcher: &'s Searcher, digest: Field) -> tantivy::Result<Self> {
        let mut count = 0;
        for segment in searcher.segment_readers() {
            count += segment.inverted_index(digest)?.terms().num_terms() as u64;
        }
        Ok(Self { searcher, count })
    }
}

impl Bm25StatisticsProvider for LetterStatistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.count)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // A letter that was replaced by itself is there twice until segments are merged, with one digest.
        Ok(self.searcher.doc_freq(term)?.min(self.count))
    }
}

struct LetterWeight {
    first: Box<dyn Weight>,
    letters: Arc<Letters>,
}

impl Weight for LetterWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let first = self.first.scorer(segment, boost)?;
        let document = first.doc();
        let another = || TantivyError::InvalidArgument("a segment of another commit".to_owned());
        let letters = Arc::clone(self.letters.find(segment.segment_id()).ok_or_else(another)?);
        Ok(Box::new(LetterScorer { first, letters, document }))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained("text of the letter", self.scorer(segment, 1.0)?, document)
    }
}

struct LetterScorer {
    /// Stands at the first document of the present letter.
    first: Box<dyn Scorer>,
    letters: Arc<SegmentLetters>,
    document: DocId,
}

impl DocSet for LetterScorer {
    fn advance(&mut self) -> DocId {
        if self.document == TERMINATED {
            return TERMINATED;
        }
        let next = self.document + 1;
        let is_same_letter = next < self.letters.documents() && !self.letters.begins_at(next);
        self.document = if is_same_letter { next } else { self.first.advance() };
        self.document
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.document {
            return self.document;
        }
        if target >= self.letters.documents() {
            self.document = self.first.seek(TERMINATED);
            return self.document;
        }
        let first = self.letters.first_of(target);
        if self.first.doc() < first {
            self.first.seek(first);
        }
        self.document = if self.first.doc() == first { target } else { self.first.doc() };
        self.document
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        self.first.size_hint()
    }

    fn cost(&self) -> u64 {
        self.first.cost()
    }
}

impl Scorer for LetterScorer {
    fn score(&mut self) -> Score {
        self.first.score()
    }
}
