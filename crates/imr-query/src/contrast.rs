//! Two sets of decisions: how often each value and each word occurs in the one and in the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imr_index::{DocumentId, FieldKind, IndexReader, Schema, asked_stem, stem_term};
use rustc_hash::FxHashMap;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{
    BitSet, COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, DocSet, InvertedIndexReader, SegmentOrdinal, SegmentReader,
    TERMINATED,
};

use crate::ast::Ast;
use crate::blocks::{BlockReader, blocks};
use crate::disjunctive::facet_fields;
use crate::error::QueryError;
use crate::gather::{Gathered, Wanted, gather};
use crate::limits::{Limits, Watch};
use crate::lower::Forms;
use crate::plan::resolve_within;
use crate::search::{Reading, Request, Understood, understand};
use crate::source::Source;

/// A set of decisions to contrast with another.
#[derive(Debug)]
pub struct ContrastedSet {
    /// How its query was understood.
    pub reading: Reading,
    /// How many decisions its query finds.
    pub found: usize,
    /// Those that the other query does not find: they are contrasted.
    pub decisions: usize,
    /// How many letters these stand in.
    pub letters: usize,
}

/// How often something occurs in two sets of decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The field; [`WORD`] for a word of rationales, in any form.
    pub field: String,
    /// The value; of a word its stem, which [`printed_word`] makes readable.
    pub value: String,
    /// In how many decisions of the first set it occurs.
    pub first: usize,
    /// In how many decisions of the second.
    pub second: usize,
}

/// The field of words in [`Occurrence`].
pub const WORD: &str = "word";

/// Two sets of decisions, without those that are in both.
pub struct Contrast<'i> {
    /// The first set.
    pub first: ContrastedSet,
    /// The second set.
    pub second: ContrastedSet,
    /// How many decisions both queries find. They tell nothing of the difference and are left out.
    pub both: usize,
    /// What occurs in either set, by field and value.
    pub occurrences: Vec<Occurrence>,
    index: &'i IndexReader,
    /// The documents of both sets in each segment.
    documents: Vec<[BitSet; 2]>,
}

/// Counts what occurs in the decisions that one request finds and another does not, and the other way round: values of
/// some fields and, if asked for, words of rationales.
///
/// # Errors
///
/// As [`crate::search()`]; `first` is read first.
pub fn contrast<'i>(
    index: &'i IndexReader,
    [first, second]: [&Request; 2],
    fields: &[String],
    with_words: bool,
) -> Result<Contrast<'i>, QueryError> {
    let limits = first.limits;
    let read = |request: &Request| {
        let Understood { reading, gathered, .. } =
            understand(index, request, |_, plan| gather(index, plan, &Wanted::default(), request.limits))?;
        Ok::<_, QueryError>((reading, gathered.decisions))
    };
    let [(first_reading, first_found), (second_reading, second_found)] = [read(first)?, read(second)?];
    let counted = |own: &Ast, other: &Ast| {
        let query = own.clone().and(other.clone().negated());
        Side::new(index, &query, fields, first)
    };
    let own = counted(&first_reading.understood, &second_reading.understood)?;
    let other = counted(&second_reading.understood, &first_reading.understood)?;
    let mut occurrences = Vec::new();
    for ((field, own), other) in fields.iter().zip(&own.counts).zip(&other.counts) {
        let values: BTreeSet<&String> = own.keys().chain(other.keys()).collect();
        let count = |counts: &BTreeMap<String, usize>, value: &String| counts.get(value).copied().unwrap_or(0);
        occurrences.extend(values.into_iter().map(|value| Occurrence {
            field: field.clone(),
            value: value.clone(),
            first: count(own, value),
            second: count(other, value),
        }));
    }
    let set = |reading, found, side: &Side| ContrastedSet {
        reading,
        found,
        decisions: side.decisions,
        letters: side.letters,
    };
    let first = set(first_reading, first_found, &own);
    let second = set(second_reading, second_found, &other);
    let documents: Vec<[BitSet; 2]> = own.sets.into_iter().zip(other.sets).map(|(own, other)| [own, other]).collect();
    if with_words {
        occurrences.extend(word_occurrences(index, &documents, limits)?);
    }
    let both = first.found.saturating_sub(first.decisions);
    Ok(Contrast { first, second, both, occurrences, index, documents })
}

/// A value or word, and the set in which it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown<'o> {
    /// The field, or [`WORD`].
    pub field: &'o str,
    /// The value, or the stem of the word.
    pub value: &'o str,
    /// In the second set instead of the first.
    pub in_second: bool,
}

impl Contrast<'_> {
    /// For each of some values the newest decision of its set that has it.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub fn newest(&self, shown: &[Shown<'_>]) -> Result<Vec<Option<DocumentId>>, QueryError> {
        let mut newest = Newest(vec![None; shown.len()]);
        let words = shown.iter().enumerate().filter(|(_, shown)| shown.field == WORD);
        let mut words: Vec<(usize, bool, Forms<'_>)> =
            words.map(|(at, word)| (at, word.in_second, forms(word.value))).collect();
        for (ordinal, sets) in (0..).zip(&self.documents) {
            self.see_words(&mut newest, &mut words, ordinal, sets)?;
            let fields: BTreeSet<&str> = shown.iter().map(|shown| shown.field).filter(|field| *field != WORD).collect();
            for field in fields {
                self.see_values(&mut newest, shown, field, ordinal, sets)?;
            }
        }
        Ok(newest.0.into_iter().map(|found| found.map(|(_, address)| address.into())).collect())
    }

    fn see_words(
        &self,
        newest: &mut Newest,
        shown: &mut [(usize, bool, Forms<'_>)],
        segment: SegmentOrdinal,
        sets: &[BitSet; 2],
    ) -> Result<(), QueryError> {
        let dates = self.index.numbers(segment, Schema::shared().id("date"))?;
        let words = rationale_words(self.index, self.index.searcher().segment_reader(segment));
        let words = words.map_err(|error| self.index.error(error))?;
        for (at, in_second, forms) in shown {
            for (_, term) in forms.in_segment(&words, self.index)? {
                let list = words.read_postings_from_terminfo(&term, IndexRecordOption::Basic);
                let mut list = list.map_err(|error| self.index.error(error.into()))?;
                while list.doc() != TERMINATED {
                    if sets[usize::from(*in_second)].contains(list.doc()) {
                        let date = dates.and_then(|dates| dates.first(list.doc())).unwrap_or(0);
                        newest.see(*at, date, DocAddress::new(segment, list.doc()));
                    }
                    list.advance();
                }
            }
        }
        Ok(())
    }

    fn see_values(
        &self,
        newest: &mut Newest,
        shown: &[Shown<'_>],
        field: &str,
        segment: SegmentOrdinal,
        sets: &[BitSet; 2],
    ) -> Result<(), QueryError> {
        let id = facet_fields(&[field.to_owned()])?[0];
        let is_number = Schema::shared().definition(id).kind == FieldKind::Number;
        let texts = if is_number { None } else { self.index.texts(segment, id)? };
        let Some(column) = self.index.values(segment, id)? else { return Ok(()) };
        let number = |value: &str| match texts {
            None => Ok(value.parse().ok()),
            Some(texts) => texts.dictionary().term_ord(value).map_err(|error| self.index.error(error.into())),
        };
        // For the number of each value in the column, which of those that are looked for it is.
        let mut wanted: [FxHashMap<u64, usize>; 2] = Default::default();
        for (at, shown) in shown.iter().enumerate().filter(|(_, shown)| shown.field == field) {
            wanted[usize::from(shown.in_second)].extend(number(shown.value)?.map(|number| (number, at)));
        }
        let dates = self.index.numbers(segment, Schema::shared().id("date"))?;
        let mut reader = BlockReader::new(column);
        for (set, wanted) in sets.iter().zip(&wanted).filter(|(_, wanted)| !wanted.is_empty()) {
            blocks(set, |documents| {
                for (document, value) in reader.pairs(documents) {
                    if let Some(at) = wanted.get(&value) {
                        let date = dates.and_then(|dates| dates.first(document)).unwrap_or(0);
                        newest.see(*at, date, DocAddress::new(segment, document));
                    }
                }
            });
        }
        Ok(())
    }
}

/// Of each of some things, the date of the newest document that was seen with it, and the document.
struct Newest(Vec<Option<(u64, DocAddress)>>);

impl Newest {
    fn see(&mut self, at: usize, date: u64, address: DocAddress) {
        if self.0[at].is_none_or(|(known, _)| date > known) {
            self.0[at] = Some((date, address));
        }
    }
}

/// The decisions of one side.
struct Side {
    decisions: usize,
    letters: usize,
    /// For each field its values.
    counts: Vec<BTreeMap<String, usize>>,
    /// The documents of each segment.
    sets: Vec<BitSet>,
}

impl Side {
    fn new(index: &IndexReader, query: &Ast, fields: &[String], request: &Request) -> Result<Self, QueryError> {
        let plan = resolve_within(query, request)?.plan;
        let wanted = Wanted { letters: true, fields: facet_fields(fields)?, top: None };
        let Gathered { decisions, letters, counts, .. } = gather(index, &plan, &wanted, request.limits)?;
        let source = Source::new(index, &plan, false, request.limits)?;
        let mut sets = Vec::new();
        for (ordinal, segment) in (0..).zip(index.searcher().segment_readers()) {
            let mut set = BitSet::with_max_value(segment.max_doc());
            source.run(ordinal, segment, &mut |documents| {
                documents.iter().for_each(|document| {
                    set.insert(*document);
                });
            })?;
            sets.push(set);
        }
        let counts = counts.into_iter().map(crate::facets::Counts::into_values).collect();
        Ok(Self { decisions, letters, counts, sets })
    }
}

/// Words of rationales that occur in either of two sets, by their stems.
fn word_occurrences(
    index: &IndexReader,
    documents: &[[BitSet; 2]],
    limits: Limits,
) -> Result<impl Iterator<Item = Occurrence> + use<>, QueryError> {
    let mut words: FxHashMap<String, WordCount> = FxHashMap::default();
    for (segment, sets) in index.searcher().segment_readers().iter().zip(documents) {
        count_words(index, segment, &Marks::new(sets), &mut words, limits)?;
    }
    // Words with a hyphen are indexed as one, too, by their stem only: their parts are words.
    let occurring = words.into_iter().filter(|(_, word)| word.is_word && word.first + word.second > 0);
    Ok(occurring.map(|(value, WordCount { first, second, .. })| Occurrence {
        field: WORD.to_owned(),
        value,
        first,
        second,
    }))
}

/// In how many documents of two sets a stem stands, and whether it is the stem of a word.
#[derive(Default)]
struct WordCount {
    first: usize,
    second: usize,
    is_word: bool,
}

/// Counts the documents of two sets that have each stem.
fn count_words(
    index: &IndexReader,
    segment: &SegmentReader,
    marks: &Marks,
    counts: &mut FxHashMap<String, WordCount>,
    limits: Limits,
) -> Result<(), QueryError> {
    let words = rationale_words(index, segment).map_err(|error| index.error(error))?;
    let mut watch = limits.watch();
    let stems = terms_by_stem(&words, index, &mut watch)?;
    stems.into_iter().try_for_each(|(stem, Terms { terms, is_word })| {
        watch.in_time()?;
        let lists = terms.iter().map(|term| words.read_postings_from_terminfo(term, IndexRecordOption::Basic));
        let lists = lists.collect::<std::io::Result<_>>().map_err(|error| index.error(error.into()))?;
        let (first, second) = marks.counted(lists);
        let count = counts.entry(stem).or_default();
        *count =
            WordCount { first: count.first + first, second: count.second + second, is_word: count.is_word || is_word };
        Ok(())
    })
}

/// The terms of a stem in a segment: words, and wholes of words with a hyphen.
#[derive(Default)]
struct Terms {
    terms: Vec<TermInfo>,
    is_word: bool,
}

fn terms_by_stem(
    words: &InvertedIndexReader,
    index: &IndexReader,
    watch: &mut Watch,
) -> Result<FxHashMap<String, Terms>, QueryError> {
    let mut stems: FxHashMap<String, Terms> = FxHashMap::default();
    let mut terms = words.terms().stream().map_err(|error| index.error(error.into()))?;
    while let Some((term, info)) = terms.next() {
        watch.in_time()?;
        let Some(term) = std::str::from_utf8(term).ok().filter(|term| is_telling(term)) else { continue };
        let is_whole = asked_stem(term).is_some();
        let stem = if is_whole { term.to_owned() } else { stem_term(term) };
        if !is_telling(&stem) {
            continue;
        }
        let own = stems.entry(stem).or_default();
        own.is_word |= !is_whole;
        own.terms.push(info.clone());
    }
    Ok(stems)
}

fn rationale_words(index: &IndexReader, segment: &SegmentReader) -> tantivy::Result<Arc<InvertedIndexReader>> {
    segment.inverted_index(index.field(Schema::shared().id("rationale")))
}

/// The words of a stem in rationales.
fn forms(stem: &str) -> Forms<'_> {
    Forms::of(Schema::shared().id("rationale"), stem, Limits::none())
}

/// Shorter words tell nothing.
const SHORTEST: usize = 3;

/// Whether a term is a word, or the stem of one, that can tell something.
fn is_telling(term: &str) -> bool {
    let word = asked_stem(term).unwrap_or(term);
    word.len() >= SHORTEST && word.chars().all(char::is_alphabetic)
}

/// For each document of a segment whether it is in the first of two sets (1), in the second (2), or in none (0): most of the
/// time goes into asking this.
struct Marks(Vec<u8>);

impl Marks {
    fn new(sets: &[BitSet; 2]) -> Self {
        let mut marks = vec![0; sets[0].max_value() as usize];
        for (mark, set) in [1, 2].into_iter().zip(sets) {
            blocks(set, |documents| documents.iter().for_each(|document| marks[*document as usize] = mark));
        }
        Self(marks)
    }

    /// How many documents of each set stand in any of some lists.
    fn counted(&self, mut lists: Vec<SegmentPostings>) -> (usize, usize) {
        let mut counts = (0, 0);
        let mut count = |document: DocId| {
            let mark = self.0[document as usize];
            counts.0 += usize::from(mark & 1);
            counts.1 += usize::from(mark >> 1);
        };
        if let [list] = lists.as_mut_slice() {
            let mut block = [0; COLLECT_BLOCK_BUFFER_LEN];
            loop {
                let documents = list.fill_buffer(&mut block);
                block[..documents].iter().copied().for_each(&mut count);
                if documents < block.len() {
                    return counts;
                }
            }
        }
        while let Some(document) = lists.iter().map(DocSet::doc).min().filter(|document| *document != TERMINATED) {
            count(document);
            for list in lists.iter_mut().filter(|list| list.doc() == document) {
                list.advance();
            }
        }
        counts
    }
}

/// The commonest word of rationales that has a stem, to print for it.
///
/// # Errors
///
/// If the index cannot be read.
pub fn printed_word(index: &IndexReader, stem: &str) -> Result<String, QueryError> {
    let mut forms = forms(stem);
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for segment in index.searcher().segment_readers() {
        let words = rationale_words(index, segment).map_err(|error| index.error(error))?;
        for (word, term) in forms.in_segment(&words, index)? {
            *found.entry(word).or_default() += u64::from(term.doc_freq);
        }
    }
    let words = found.into_iter().filter(|(word, _)| asked_stem(word).is_none());
    let commonest = words.max_by_key(|(_, documents)| *documents);
    Ok(commonest.map_or_else(|| asked_stem(stem).unwrap_or(stem).to_owned(), |(word, _)| word))
}
