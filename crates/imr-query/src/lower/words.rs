//! The words of a plan in an index: where their terms stand in each segment, and what they count.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use imr_index::{FieldId, IndexReader, Schema};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::query::{Bm25StatisticsProvider, Bm25Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, InvertedIndexReader, Score, SegmentOrdinal, TantivyError};

use super::finder::{BoxedFinder, Segment};
use super::forms::Forms;
use super::phrase::{PhraseFinder, PhraseScoring};
use super::word::{WordFinder, WordScorer, has_full_blocks, needs_frequencies};
use crate::error::QueryError;
use crate::kept::Kept;
use crate::limits::Limits;

/// In about how many documents a field holds a term of a plan, deleted ones among them: exactly in how many if these are few.
///
/// # Errors
///
/// If the index cannot be read.
pub(crate) fn frequency(field: FieldId, text: &str, index: &IndexReader) -> Result<u64, QueryError> {
    Word::of(field, text, index, Limits::none())?.documents(field, index)
}

/// To look at the places of words in a document takes as long as to find so many documents.
pub(super) const PLACES: u64 = 64;

/// Words one after another, or one alone, in a field.
pub(super) struct Words {
    field: Field,
    terms: Vec<Arc<Word>>,
    /// `None` if nobody asks for scores.
    scoring: Option<Scoring>,
}

/// What is known of a word in a field.
pub(crate) struct Word {
    /// The terms of the index that it stands for.
    pub(super) terms: Vec<String>,
    /// In each segment where its terms stand there.
    segments: Vec<Vec<TermInfo>>,
    /// How many documents its terms have. One that has several of them counts as often.
    listed: u64,
    /// In about how many documents any of its terms stands.
    documents: OnceLock<u64>,
}

/// What words count.
struct Scoring {
    /// What an occurrence of each word counts; together, what one of the phrase counts.
    words: Vec<Bm25Weight>,
    /// In how many documents each stands.
    frequencies: Vec<u64>,
    /// In how many it could stand.
    documents: u64,
    /// How many words the field has in one of these.
    average: Score,
    boost: Score,
}

impl Words {
    /// Looks up words, each a term of a plan; with `boost`, as they are to be scored.
    ///
    /// # Errors
    ///
    /// If the index cannot be read, or the time is over.
    pub(super) fn new(
        field: FieldId,
        texts: &[String],
        index: &IndexReader,
        boost: Option<Score>,
        limits: Limits,
    ) -> Result<Self, QueryError> {
        let words = texts.iter().map(|text| Word::of(field, text, index, limits)).collect::<Result<Vec<_>, _>>()?;
        let scoring = boost.map(|boost| Scoring::new(field, &words, index, boost)).transpose()?;
        Ok(Self { field: index.field(field), terms: words, scoring })
    }

    /// About as many documents are looked at to find all, each place like so many documents.
    pub(super) fn cost(&self) -> u64 {
        let rarest = self.terms.iter().map(|word| word.listed).min().unwrap_or(0);
        if self.terms.len() == 1 { rarest } else { rarest.saturating_mul(PLACES) }
    }

    /// Finds them in a segment.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(super) fn in_segment<'i>(&self, segment: Segment<'i>) -> Result<BoxedFinder<'i>, QueryError> {
        let terms: Vec<&[TermInfo]> =
            self.terms.iter().map(|word| word.segments[segment.ordinal as usize].as_slice()).collect();
        if terms.iter().any(|terms| terms.is_empty()) {
            return Ok(Box::new(WordFinder::new(Vec::new(), None)));
        }
        let index = segment.asked(segment.reader.inverted_index(self.field))?;
        segment.asked(match terms.as_slice() {
            [word] => self.word(word, &index, segment).map(|finder| Box::new(finder) as BoxedFinder<'i>),
            words => self.phrase(words, &index, segment).map(|finder| Box::new(finder) as BoxedFinder<'i>),
        })
    }

    fn word(
        &self,
        terms: &[TermInfo],
        index: &InvertedIndexReader,
        segment: Segment<'_>,
    ) -> tantivy::Result<WordFinder> {
        let blocks = |has_frequencies: fn(&TermInfo) -> bool| {
            let read =
                |term| if has_frequencies(term) { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
            let blocks = terms.iter().map(|term| index.read_block_postings_from_terminfo(term, read(term)));
            blocks.collect::<Result<Vec<_>, _>>()
        };
        let scorer = |scoring: &Scoring| {
            #[expect(clippy::cast_precision_loss, reason = "numbers of documents and words")]
            let average = index.total_num_tokens() as Score / segment.reader.max_doc() as Score;
            let is_long = terms.iter().any(|term| has_full_blocks(term.doc_freq));
            let written = is_long.then(|| scoring.weight(scoring.frequencies[0], average));
            let (postings, norms) = (blocks(|_| true)?, self.norms(segment)?);
            let longer = scoring.average / average;
            Ok::<_, TantivyError>(WordScorer::new(postings, norms, scoring.words[0].clone(), written, longer))
        };
        Ok(WordFinder::new(
            blocks(|term| needs_frequencies(term.doc_freq))?,
            self.scoring.as_ref().map(scorer).transpose()?,
        ))
    }

    fn phrase(
        &self,
        words: &[&[TermInfo]],
        index: &InvertedIndexReader,
        segment: Segment<'_>,
    ) -> tantivy::Result<PhraseFinder> {
        let places = |term| index.read_postings_from_terminfo(term, IndexRecordOption::WithFreqsAndPositions);
        let words = words.iter().map(|terms| terms.iter().map(places).collect::<Result<_, _>>());
        let words = words.collect::<Result<_, _>>()?;
        let scoring = |scoring: &Scoring| {
            Ok::<_, TantivyError>(PhraseScoring { words: scoring.words.clone(), norms: self.norms(segment)? })
        };
        Ok(PhraseFinder::new(words, self.scoring.as_ref().map(scoring).transpose()?))
    }

    /// How long the field is in each document.
    fn norms(&self, segment: Segment<'_>) -> tantivy::Result<FieldNormReader> {
        let norms = segment.reader.fieldnorms_readers().get_field(self.field)?;
        Ok(norms.unwrap_or_else(|| FieldNormReader::constant(segment.reader.max_doc(), 1)))
    }
}

impl Word {
    /// Looks a word up, unless that was done before: to ask the dictionary of each segment takes longer than many a query.
    pub(super) fn of(field: FieldId, text: &str, index: &IndexReader, limits: Limits) -> Result<Arc<Self>, QueryError> {
        let look_up = || Self::look_up(field, text, index, limits);
        index.kept::<Kept>().looked_up.get(&(field, text.to_owned()), look_up)
    }

    fn look_up(field: FieldId, text: &str, index: &IndexReader, limits: Limits) -> Result<Self, QueryError> {
        let mut forms = Forms::of(field, text, limits);
        let mut terms = BTreeSet::new();
        let mut listed = 0;
        let mut segments = vec![Vec::new(); index.searcher().segment_readers().len()];
        for (ordinal, inverted) in in_letters(field, index)? {
            for (term, info) in forms.in_segment(&inverted, index)? {
                listed += u64::from(info.doc_freq);
                segments[ordinal as usize].push(info);
                terms.insert(term);
            }
        }
        Ok(Self { terms: Vec::from_iter(terms), segments, listed, documents: OnceLock::new() })
    }

    /// In about how many documents any of its terms stands.
    fn documents(&self, field: FieldId, index: &IndexReader) -> Result<u64, QueryError> {
        if let Some(documents) = self.documents.get() {
            return Ok(*documents);
        }
        let counted = if self.terms.len() > 1 { self.counted(field, index) } else { Ok(self.listed) };
        let documents = counted.map_err(|error| index.error(error))?;
        Ok(*self.documents.get_or_init(|| documents))
    }

    /// Counts the documents that any of its terms has: all if they are few, or else the first of each segment, whose lists
    /// tell how many have several. To count all would take as long as the search.
    fn counted(&self, field: FieldId, index: &IndexReader) -> tantivy::Result<u64> {
        let end = if self.listed <= FEW { DocId::MAX } else { FIRST_DOCUMENTS };
        let (mut listed, mut documents) = (0, 0);
        for (terms, reader) in self.segments.iter().zip(index.searcher().segment_readers()) {
            if terms.is_empty() {
                continue;
            }
            let inverted = reader.inverted_index(index.field(field))?;
            let mut found: Vec<DocId> = Vec::new();
            for term in terms {
                let mut list = inverted.read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?;
                while list.docs().first().is_some_and(|first| *first < end) {
                    found.extend(list.docs().iter().filter(|document| **document < end));
                    list.advance();
                }
            }
            listed += found.len() as u64;
            found.sort_unstable();
            found.dedup();
            documents += found.len() as u64;
        }
        Ok(if listed == 0 { self.listed } else { (self.listed * documents).div_ceil(listed) })
    }
}

/// Of a word with no more documents all are counted.
const FEW: u64 = 4_096;
/// Of another word those of each segment below this number.
const FIRST_DOCUMENTS: DocId = 4_096;

impl Scoring {
    fn new(field: FieldId, words: &[Arc<Word>], index: &IndexReader, boost: Score) -> Result<Self, QueryError> {
        let (documents, average) = *index.kept::<Kept>().texts.get(&field, || texts(field, index))?;
        // A letter that was replaced by itself is there twice until segments are merged.
        let frequency = |word: &Arc<Word>| Ok(word.documents(field, index)?.min(documents));
        let frequencies = words.iter().map(frequency).collect::<Result<_, QueryError>>()?;
        let mut scoring = Self { words: Vec::new(), frequencies, documents, average, boost };
        scoring.words = scoring.frequencies.iter().map(|frequency| scoring.weight(*frequency, average)).collect();
        Ok(scoring)
    }

    /// What a word counts that stands in so many documents, where texts have this length on average.
    fn weight(&self, frequency: u64, average: Score) -> Bm25Weight {
        Bm25Weight::for_one_term_without_explain(frequency, self.documents, average).boost_by(self.boost)
    }
}

/// How many texts a field has to BM25, and how many words one of them has.
fn texts(field: FieldId, index: &IndexReader) -> Result<(u64, Score), QueryError> {
    let texts = counted(field, index)?;
    let words: u64 = in_letters(field, index)?.iter().map(|(_, inverted)| inverted.total_num_tokens()).sum();
    #[expect(clippy::cast_precision_loss, reason = "numbers of documents and words")]
    let average = words as Score / texts as Score;
    Ok((texts, average))
}

/// How many texts a field has. A text counts once, however many decisions its letter has.
fn counted(field: FieldId, index: &IndexReader) -> Result<u64, QueryError> {
    let schema = Schema::shared();
    if !schema.definition(field).is_indexed_once() {
        return Ok(index.total_num_docs().map_err(|error| index.error(error))?);
    }
    let letters = in_letters(schema.id("letter"), index)?;
    Ok(letters.iter().map(|(_, inverted)| inverted.terms().num_terms() as u64).sum())
}

/// The lists of a field in the segments that have letters. For a field that a segment has not, the engine builds an empty
/// dictionary, which takes as long as many a query.
fn in_letters(
    field: FieldId,
    index: &IndexReader,
) -> Result<Vec<(SegmentOrdinal, Arc<InvertedIndexReader>)>, QueryError> {
    let letters = index.letters_of_segments()?;
    let segments = (0..).zip(index.searcher().segment_readers());
    let with_letters = segments.filter(|(ordinal, _)| !letters.segment(*ordinal).is_empty());
    let lists = with_letters.map(|(ordinal, reader)| Ok((ordinal, reader.inverted_index(index.field(field))?)));
    Ok(lists.collect::<tantivy::Result<_>>().map_err(|error| index.error(error))?)
}
