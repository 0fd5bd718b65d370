//! Words of which each may be indexed by several terms: a stem by the words that were stemmed and the word that is its own
//! stem. They are searched and scored as if each had one term.

use imr_index::{FieldId, FieldKind, IndexReader, Schema, stem_terms};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, EmptyScorer, EnableScoring, Explanation, PhraseQuery, Query, Scorer, TermQuery,
    Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::error::QueryError;
use crate::limits::{Limits, Watch};

/// The index terms that a term of a plan stands for, in one field.
pub(super) fn terms(field: FieldId, text: &str, index: &IndexReader) -> Vec<Term> {
    let term = |text: &str| Term::from_field_text(index.field(field), text);
    match Schema::shared().definition(field).kind {
        FieldKind::Text | FieldKind::Title => stem_terms(text).iter().map(|text| term(text)).collect(),
        _ => vec![term(text)],
    }
}

/// Documents whose field holds words one after another; each is a term of a plan.
///
/// # Errors
///
/// If the index cannot be read.
pub(super) fn words(
    field: FieldId,
    texts: &[String],
    index: &IndexReader,
    limits: Limits,
) -> Result<Box<dyn Query>, QueryError> {
    let words = texts.iter().map(|text| in_index(terms(field, text, index), index));
    let mut words: Vec<Vec<Term>> = words.collect::<Result<_, _>>()?;
    if words.iter().any(|terms| terms.len() > 1) {
        return Ok(Box::new(WordsQuery { field: index.field(field), words, limits }));
    }
    let mut terms: Vec<Term> = words.drain(..).flatten().collect();
    Ok(match terms.len() {
        1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs)),
        _ => Box::new(PhraseQuery::new(terms)),
    })
}

/// Those of some terms of a word that any document has; at least one, so that a word stays a word.
fn in_index(mut terms: Vec<Term>, index: &IndexReader) -> Result<Vec<Term>, QueryError> {
    while terms.len() > 1 {
        let frequencies = terms.iter().map(|term| index.searcher().doc_freq(term)).collect::<tantivy::Result<Vec<_>>>();
        let Some(absent) =
            frequencies.map_err(|error| index.error(error))?.iter().position(|documents| *documents == 0)
        else {
            break;
        };
        terms.remove(absent);
    }
    Ok(terms)
}

/// In how many documents a field holds a term of a plan, deleted ones among them.
///
/// # Errors
///
/// If the index cannot be read.
pub(crate) fn frequency(field: FieldId, text: &str, index: &IndexReader) -> Result<u64, QueryError> {
    let documents = frequency_of_any(&terms(field, text, index), index.searcher());
    Ok(documents.map_err(|error| index.error(error))?)
}

/// In how many documents any of some terms stands: what is to be expected of terms that do not depend on each other. To
/// count it would take as long as the search.
fn frequency_of_any(terms: &[Term], statistics: &dyn Bm25StatisticsProvider) -> tantivy::Result<u64> {
    let all = statistics.total_num_docs()?.max(1);
    terms.iter().try_fold(0, |known, term| {
        let documents = statistics.doc_freq(term)?;
        Ok(known + documents - known * documents / all)
    })
}

/// Words one after another. The score is BM25, as of the engine's own terms and phrases.
#[derive(Clone, Debug)]
struct WordsQuery {
    field: Field,
    /// For each word the terms that it stands for.
    words: Vec<Vec<Term>>,
    /// Past their deadline the documents end early.
    limits: Limits,
}

impl WordsQuery {
    /// For each word what an occurrence counts; together, what one of the phrase counts.
    fn bm25(&self, statistics: &dyn Bm25StatisticsProvider) -> tantivy::Result<Vec<Bm25Weight>> {
        let documents = statistics.total_num_docs()?;
        #[expect(clippy::cast_precision_loss, reason = "numbers of documents and words")]
        let average = statistics.total_num_tokens(self.field)? as Score / documents as Score;
        let weight = |terms: &Vec<Term>| {
            let frequency = frequency_of_any(terms, statistics)?;
            Ok(Bm25Weight::for_one_term_without_explain(frequency, documents, average))
        };
        self.words.iter().map(weight).collect()
    }
}

impl Query for WordsQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let bm25 = match scoring {
            EnableScoring::Enabled { statistics_provider, .. } => Some(self.bm25(statistics_provider)?),
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(WordsWeight { query: self.clone(), bm25 }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.words.iter().flatten().for_each(|term| visitor(term, self.words.len() > 1));
    }
}

struct WordsWeight {
    query: WordsQuery,
    /// `None` if no score is asked for.
    bm25: Option<Vec<Bm25Weight>>,
}

impl WordsWeight {
    /// The documents of a segment that have the words; `None` if it lacks one of them.
    fn find(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Option<WordsScorer>> {
        let index = segment.inverted_index(self.query.field)?;
        let read = match (self.query.words.len(), &self.bm25) {
            (1, None) => IndexRecordOption::Basic,
            (1, Some(_)) => IndexRecordOption::WithFreqs,
            _ => IndexRecordOption::WithFreqsAndPositions,
        };
        let mut words = Vec::with_capacity(self.query.words.len());
        for terms in &self.query.words {
            let postings = terms.iter().filter_map(|term| index.read_postings(term, read).transpose());
            let postings: Vec<SegmentPostings> = postings.collect::<Result<_, _>>()?;
            if postings.is_empty() {
                return Ok(None);
            }
            words.push(AnyTerm::new(postings));
        }
        let norms = match &self.bm25 {
            Some(_) => segment.fieldnorms_readers().get_field(self.query.field)?,
            None => None,
        };
        let bm25 = self.bm25.iter().flatten().map(|weight| weight.boost_by(boost)).collect();
        let norms = norms.unwrap_or_else(|| FieldNormReader::constant(segment.max_doc(), 1));
        let mut scorer = WordsScorer {
            words,
            bm25,
            norms,
            starts: Vec::new(),
            places: Vec::new(),
            watch: self.query.limits.watch(),
        };
        scorer.find_match();
        Ok(Some(scorer))
    }
}

impl Weight for WordsWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.find(segment, boost)? {
            Some(scorer) => Box::new(scorer),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained("words by their stems", self.scorer(segment, 1.0)?, document)
    }
}

/// The score of a document, in the engine's words.
pub(super) fn explained(
    what: &'static str,
    mut scorer: Box<dyn Scorer>,
    document: DocId,
) -> tantivy::Result<Explanation> {
    if scorer.doc() > document || scorer.seek(document) != document {
        return Err(TantivyError::InvalidArgument(format!("document {document} does not match")));
    }
    Ok(Explanation::new(what, scorer.score()))
}

/// The documents that have any of some terms. No two of these stand for the same word of a text.
struct AnyTerm {
    postings: Vec<SegmentPostings>,
    document: DocId,
}

impl AnyTerm {
    fn new(postings: Vec<SegmentPostings>) -> Self {
        let mut any = Self { postings, document: TERMINATED };
        any.settle();
        any
    }

    /// The next document is the first of those of all terms.
    fn settle(&mut self) -> DocId {
        self.document = self.postings.iter().map(DocSet::doc).min().unwrap_or(TERMINATED);
        self.document
    }

    fn advance(&mut self) -> DocId {
        for postings in &mut self.postings {
            if postings.doc() == self.document {
                postings.advance();
            }
        }
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for postings in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
        }
        self.settle()
    }

    fn here(&mut self) -> impl Iterator<Item = &mut SegmentPostings> {
        let document = self.document;
        self.postings.iter_mut().filter(move |postings| postings.doc() == document)
    }

    fn frequency(&mut self) -> u32 {
        self.here().map(|postings| postings.term_freq()).sum()
    }

    /// Where the word stands in the document, ascending.
    fn read_places(&mut self, places: &mut Vec<u32>) {
        places.clear();
        self.here().for_each(|postings| postings.append_positions_with_offset(0, places));
        places.sort_unstable();
    }

    fn size(&self) -> u32 {
        self.postings.iter().map(DocSet::size_hint).fold(0, u32::saturating_add)
    }
}

struct WordsScorer {
    words: Vec<AnyTerm>,
    /// For each word; empty if no score is asked for.
    bm25: Vec<Bm25Weight>,
    norms: FieldNormReader,
    /// Of several words, where the first of them stands when the others follow it.
    starts: Vec<u32>,
    places: Vec<u32>,
    watch: Watch,
}

impl WordsScorer {
    /// Goes on from the present document, itself included, to one that has all words in their order.
    fn find_match(&mut self) -> DocId {
        loop {
            let document = self.find_words();
            if document == TERMINATED || self.words.len() == 1 || self.is_phrase() {
                return document;
            }
            if self.watch.is_over() {
                return self.words[0].seek(TERMINATED);
            }
            self.words[0].advance();
        }
    }

    /// Goes on to a document that has all words, wherever they stand.
    fn find_words(&mut self) -> DocId {
        let Some((first, others)) = self.words.split_first_mut() else { return TERMINATED };
        while let Some(next) = others.iter_mut().find_map(|word| {
            let found = word.seek(first.document.max(word.document));
            (found > first.document).then_some(found)
        }) {
            first.seek(next);
        }
        first.document
    }

    fn is_phrase(&mut self) -> bool {
        let Some((first, others)) = self.words.split_first_mut() else { return false };
        first.read_places(&mut self.starts);
        for (after, word) in (1..).zip(others) {
            word.read_places(&mut self.places);
            self.starts.retain(|start| self.places.binary_search(&(start + after)).is_ok());
        }
        !self.starts.is_empty()
    }

    fn frequency(&mut self) -> u32 {
        match self.words.as_mut_slice() {
            [word] => word.frequency(),
            _ => u32::try_from(self.starts.len()).unwrap_or(u32::MAX),
        }
    }
}

impl DocSet for WordsScorer {
    fn advance(&mut self) -> DocId {
        self.words[0].advance();
        self.find_match()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.words[0].seek(target);
        self.find_match()
    }

    fn doc(&self) -> DocId {
        self.words[0].document
    }

    fn size_hint(&self) -> u32 {
        self.words.iter().map(AnyTerm::size).min().unwrap_or(0)
    }

    fn cost(&self) -> u64 {
        // Places cost more than the words alone.
        let places = if self.words.len() == 1 { 1 } else { 8 };
        u64::from(self.size_hint()) * places
    }
}

impl Scorer for WordsScorer {
    fn score(&mut self) -> Score {
        let frequency = self.frequency();
        let norm = self.norms.fieldnorm_id(self.doc());
        self.bm25.iter().map(|weight| weight.score(norm, frequency)).sum()
    }
}
