//! Two sets of decisions: how often each value and each word occurs in the one and in the other.

use std::collections::{BTreeMap, BTreeSet};

use imr_index::{IndexReader, Schema, stem_term, stem_terms};
use rustc_hash::FxHashMap;
use tantivy::postings::SegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use crate::ast::Ast;
use crate::disjunctive::facet_fields;
use crate::error::QueryError;
use crate::gather::{Gathered, Source, Wanted, gather};
use crate::plan::resolve;
use crate::search::{Reading, Request, Understood, understand};

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
#[derive(Debug)]
pub struct Contrast {
    /// The first set.
    pub first: ContrastedSet,
    /// The second set.
    pub second: ContrastedSet,
    /// How many decisions both queries find. They tell nothing of the difference and are left out.
    pub both: usize,
    /// What occurs in either set, by field and value.
    pub occurrences: Vec<Occurrence>,
}

/// Counts what occurs in the decisions that one request finds and another does not, and the other way round: values of
/// some fields and, if asked for, words of rationales.
///
/// # Errors
///
/// As [`crate::search()`]. A span in a syntax error is one of the query that [`QueryError`] comes from: `first` is read
/// first.
pub fn contrast(
    index: &IndexReader,
    [first, second]: [&Request; 2],
    fields: &[String],
    with_words: bool,
) -> Result<Contrast, QueryError> {
    let read = |request: &Request| {
        let Understood { reading, gathered, .. } =
            understand(index, request, |_, plan| gather(index, plan, &Wanted::default()))?;
        Ok::<_, QueryError>((reading, gathered.decisions))
    };
    let [(first_reading, first_found), (second_reading, second_found)] = [read(first)?, read(second)?];
    let counted = |own: &Ast, other: &Ast| {
        let request = own.clone().and(other.clone().negated());
        Side::new(index, &request, fields, first.today)
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
    if with_words {
        occurrences.extend(word_occurrences(index, &own.sets, &other.sets)?);
    }
    let both = first_found - own.decisions;
    let set = |reading, found, side: &Side| ContrastedSet {
        reading,
        found,
        decisions: side.decisions,
        letters: side.letters,
    };
    Ok(Contrast {
        first: set(first_reading, first_found, &own),
        second: set(second_reading, second_found, &other),
        both,
        occurrences,
    })
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
    fn new(index: &IndexReader, query: &Ast, fields: &[String], today: jiff::civil::Date) -> Result<Self, QueryError> {
        let plan = resolve(query, today)?.plan;
        let wanted = Wanted { letters: true, fields: facet_fields(fields)?, top: None };
        let Gathered { decisions, letters, counts, .. } = gather(index, &plan, &wanted)?;
        let source = Source::new(index, &plan, false)?;
        let mut sets = Vec::new();
        for (ordinal, segment) in (0..).zip(index.searcher().segment_readers()) {
            let mut set = BitSet::with_max_value(segment.max_doc());
            source.run(ordinal, segment, &mut |documents, _| {
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
    first: &[BitSet],
    second: &[BitSet],
) -> Result<impl Iterator<Item = Occurrence>, QueryError> {
    let mut counts: FxHashMap<String, (usize, usize)> = FxHashMap::default();
    for ((segment, first), second) in index.searcher().segment_readers().iter().zip(first).zip(second) {
        count_words(index, segment, [first, second], &mut counts).map_err(|error| index.error(error))?;
    }
    let counts: BTreeMap<String, (usize, usize)> = counts.into_iter().collect();
    let occurrence = |(value, (first, second))| Occurrence { field: WORD.to_owned(), value, first, second };
    Ok(counts.into_iter().map(occurrence))
}

/// Counts the documents of two sets that have each stem. A stem has one posting list for the words that were stemmed to it
/// and, if it is a word itself, one for that.
fn count_words(
    index: &IndexReader,
    segment: &SegmentReader,
    sets: [&BitSet; 2],
    counts: &mut FxHashMap<String, (usize, usize)>,
) -> tantivy::Result<()> {
    let field = index.field(Schema::shared().id("rationale"));
    let words = segment.inverted_index(field)?;
    let mut add = |stem: String, lists: Vec<SegmentPostings>| {
        let (first, second) = counted(lists, sets);
        if first + second > 0 {
            let counts = counts.entry(stem).or_default();
            *counts = (counts.0 + first, counts.1 + second);
        }
    };
    let mut terms = words.terms().stream()?;
    while terms.advance() {
        let Some(term) = std::str::from_utf8(terms.key()).ok().filter(|term| is_telling(term)) else { continue };
        let stem = stem_term(term.trim_start_matches(STEM_MARK));
        let is_stem = term.starts_with(STEM_MARK);
        // A word is counted with its stem, where that has a list of its own.
        if !is_stem && (stem[STEM_MARK.len_utf8()..] != *term || has(&words, field, &stem)?) {
            continue;
        }
        let mut lists = vec![words.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?];
        if is_stem && let [_, word] = &stem_terms(term)[..] {
            lists.extend(words.read_postings(&Term::from_field_text(field, word), IndexRecordOption::Basic)?);
        }
        add(format!("{STEM_MARK}{}", term.trim_start_matches(STEM_MARK)), lists);
    }
    Ok(())
}

/// Stands before stems in the index.
const STEM_MARK: char = '~';
/// Shorter words tell nothing.
const SHORTEST: usize = 3;

/// Whether a term is a word, or the stem of one, that can tell something.
fn is_telling(term: &str) -> bool {
    let word = term.trim_start_matches(STEM_MARK);
    word.len() >= SHORTEST && word.chars().all(char::is_alphabetic)
}

fn has(words: &InvertedIndexReader, field: tantivy::schema::Field, term: &str) -> tantivy::Result<bool> {
    Ok(words.get_term_info(&Term::from_field_text(field, term))?.is_some())
}

/// How many documents of two sets stand in any of some lists.
fn counted(mut lists: Vec<SegmentPostings>, [first, second]: [&BitSet; 2]) -> (usize, usize) {
    let mut counts = (0, 0);
    while let Some(document) = lists.iter().map(DocSet::doc).min().filter(|document| *document != TERMINATED) {
        counts.0 += usize::from(first.contains(document));
        counts.1 += usize::from(second.contains(document));
        for list in lists.iter_mut().filter(|list| list.doc() == document) {
            list.advance();
        }
    }
    counts
}

/// The commonest word of rationales that has a stem, to print for it.
///
/// # Errors
///
/// If the index cannot be read.
pub fn printed_word(index: &IndexReader, stem: &str) -> Result<String, QueryError> {
    let bare = stem.trim_start_matches(STEM_MARK);
    let field = index.field(Schema::shared().id("rationale"));
    let beginning: String = bare.chars().take(SHORTEST).collect();
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for segment in index.searcher().segment_readers() {
        let mut add = || {
            let words = segment.inverted_index(field)?;
            let mut terms = words.terms().range().ge(beginning.as_bytes()).into_stream()?;
            while terms.advance() && terms.key().starts_with(beginning.as_bytes()) {
                let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
                if stem_term(term) == stem {
                    *found.entry(term.to_owned()).or_default() += u64::from(terms.value().doc_freq);
                }
            }
            Ok(())
        };
        add().map_err(|error: tantivy::TantivyError| index.error(error))?;
    }
    let commonest = found.into_iter().max_by_key(|(_, documents)| *documents);
    Ok(commonest.map_or_else(|| bare.to_owned(), |(word, _)| word))
}
