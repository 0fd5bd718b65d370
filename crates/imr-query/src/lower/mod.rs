//! Lowers a plan to tantivy. The only folder where queries meet the engine's query types.

mod letter;
mod near;
mod stem;
mod timed;

use std::collections::BTreeSet;
use std::ops::Bound;

use imr_index::{FieldId, FieldKind, IndexReader, Schema};
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, ExistsQuery, InvertedIndexRangeQuery,
    Occur, Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::IndexRecordOption;

use crate::error::{QueryError, SyntaxError};
use crate::kept::Kept;
use crate::limits::{Limits, too_costly};
use crate::pattern::Pattern;
use crate::plan::Plan;
use crate::spans::{Leaf, Spans};
use letter::of_letter;
use near::NearQuery;
use timed::timed;

pub(crate) use stem::frequency;

/// The share of the weaker fields in the score of a word that several fields hold.
const TIE_BREAKER: f32 = 0.2;

/// A pattern may describe so many terms of a field.
const MOST_TERMS: usize = 10_000;
/// A pattern whose places are looked at may describe so many.
const MOST_PLACED_TERMS: usize = 500;

/// The engine's query of a plan.
///
/// # Errors
///
/// If a pattern describes too many terms, the index cannot be read, or the time is over.
pub(crate) fn lower(plan: &Plan, index: &IndexReader, limits: Limits) -> Result<Box<dyn Query>, QueryError> {
    limits.in_time()?;
    Ok(match plan {
        // Documents of letters have a place in their letter; those of files have none.
        Plan::All => Box::new(ConstScoreQuery::new(Box::new(ExistsQuery::new("n".to_owned(), false)), 0.0)),
        Plan::Nothing => Box::new(EmptyQuery),
        Plan::Term { field, term } => {
            of_letter(*field, stem::words(*field, std::slice::from_ref(term), index, limits)?, index)?
        }
        Plan::Phrase { field, terms } => of_letter(*field, stem::words(*field, terms, index, limits)?, index)?,
        Plan::Near { field, spans } => of_letter(*field, near(*field, spans, index, limits)?, index)?,
        Plan::Pattern { field, pattern } => {
            let terms = expanded(pattern, *field, index, MOST_TERMS, limits)?;
            let any = ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 1.0);
            of_letter(*field, Box::new(any), index)?
        }
        Plan::Number { field, from, to } => {
            let end = |number: u64| Bound::Included(Term::from_field_u64(index.field(*field), number));
            Box::new(RangeQuery::new(end(*from), end(*to)))
        }
        Plan::Whole { field, value } => whole(*field, value, index),
        Plan::Has(field) => of_letter(*field, has(*field, index), index)?,
        Plan::And(parts) => all_of(parts, index, limits)?,
        Plan::Or(parts) => {
            let parts = parts.iter().map(|part| Ok((Occur::Should, lower(part, index, limits)?)));
            Box::new(BooleanQuery::new(parts.collect::<Result<_, QueryError>>()?))
        }
        Plan::Not(part) => all_of(&[Plan::Not(part.clone())], index, limits)?,
        Plan::Best(parts) => {
            let boosted = parts.iter().map(|(weight, part)| {
                Ok(Box::new(BoostQuery::new(lower(part, index, limits)?, *weight)) as Box<dyn Query>)
            });
            let boosted = boosted.collect::<Result<_, QueryError>>()?;
            timed(Box::new(DisjunctionMaxQuery::with_tie_breaker(boosted, TIE_BREAKER)), limits)
        }
        Plan::Most { least, parts } => {
            let parts = parts.iter().map(|part| Ok((Occur::Should, lower(part, index, limits)?)));
            Box::new(BooleanQuery::with_minimum_required_clauses(parts.collect::<Result<_, QueryError>>()?, *least))
        }
        Plan::Constant { score, plan } => Box::new(ConstScoreQuery::new(lower(plan, index, limits)?, *score)),
    })
}

/// A conjunction in which negations exclude; alone they exclude from everything.
fn all_of(parts: &[Plan], index: &IndexReader, limits: Limits) -> Result<Box<dyn Query>, QueryError> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for part in parts {
        clauses.push(match part {
            Plan::Not(part) => (Occur::MustNot, lower(part, index, limits)?),
            part => (Occur::Must, lower(part, index, limits)?),
        });
    }
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, lower(&Plan::All, index, limits)?));
    }
    Ok(Box::new(BooleanQuery::new(clauses)))
}

/// Documents with a value in a column, or with a path that begins with it.
fn whole(field: FieldId, value: &str, index: &IndexReader) -> Box<dyn Query> {
    let end = |value: &str| Term::from_field_text(index.field(field), value);
    let last = match Schema::shared().definition(field).kind {
        // What separates levels stands before every sign that can be printed.
        FieldKind::Path => Bound::Excluded(end(&format!("{value} "))),
        _ => Bound::Included(end(value)),
    };
    Box::new(RangeQuery::new(Bound::Included(end(value)), last))
}

/// Documents that have a field: by its column, or for running text, which has none, by any of its terms.
fn has(field: FieldId, index: &IndexReader) -> Box<dyn Query> {
    let definition = Schema::shared().definition(field);
    if definition.kind != FieldKind::Text {
        return Box::new(ExistsQuery::new(definition.name.clone(), false));
    }
    let first = Term::from_field_text(index.field(field), "");
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(first), Bound::Unbounded))
}

/// Texts near each other: documents that have the words are the engine's to find, their places ours to check.
fn near(field: FieldId, spans: &Spans, index: &IndexReader, limits: Limits) -> Result<Box<dyn Query>, QueryError> {
    let leaves = spans.leaves().into_iter().map(|leaf| match leaf {
        Leaf::Term(text) => Ok(stem::terms(field, text, index)),
        Leaf::Pattern(pattern) => expanded(pattern, field, index, MOST_PLACED_TERMS, limits),
    });
    let leaves: Vec<Vec<Term>> = leaves.collect::<Result<_, QueryError>>()?;
    let candidates = with_words(field, spans, index, limits)?;
    Ok(Box::new(NearQuery::new(index.field(field), spans.clone(), leaves, candidates, limits)))
}

/// Documents that have the words of some spans, wherever they stand.
fn with_words(
    field: FieldId,
    spans: &Spans,
    index: &IndexReader,
    limits: Limits,
) -> Result<Box<dyn Query>, QueryError> {
    let clauses: Vec<(Occur, Box<dyn Query>)> = match spans {
        Spans::Word(leaf) => return with_word(field, leaf, index, limits),
        Spans::Phrase { words, .. } => {
            let words = words.iter().map(|word| Ok((Occur::Must, with_word(field, word, index, limits)?)));
            words.collect::<Result<_, QueryError>>()?
        }
        Spans::Any(parts) => {
            let parts = parts.iter().map(|part| Ok((Occur::Should, with_words(field, part, index, limits)?)));
            parts.collect::<Result<_, QueryError>>()?
        }
        Spans::Near { left, right, .. } => {
            vec![
                (Occur::Must, with_words(field, left, index, limits)?),
                (Occur::Must, with_words(field, right, index, limits)?),
            ]
        }
    };
    Ok(Box::new(BooleanQuery::new(clauses)))
}

fn with_word(field: FieldId, leaf: &Leaf, index: &IndexReader, limits: Limits) -> Result<Box<dyn Query>, QueryError> {
    match leaf {
        Leaf::Term(text) => stem::words(field, std::slice::from_ref(text), index, limits),
        Leaf::Pattern(pattern) => {
            let terms = expanded(pattern, field, index, MOST_PLACED_TERMS, limits)?;
            Ok(match terms.as_slice() {
                [] => Box::new(EmptyQuery),
                [term] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)),
                _ => Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 1.0)),
            })
        }
    }
}

/// The terms of a field that a pattern describes. A query is lowered for its hits, its facets and its explanation: the
/// field's words are compared once.
fn expanded(
    pattern: &Pattern,
    field: FieldId,
    index: &IndexReader,
    most: usize,
    limits: Limits,
) -> Result<Vec<Term>, QueryError> {
    let allowed = most.min(limits.expansions);
    let find = || {
        let described = described(pattern, field, index, allowed, limits)?;
        if described.len() <= allowed {
            return Ok::<Vec<String>, QueryError>(described.into_iter().collect());
        }
        let (problem, help) =
            (format!("`{}` describes more than {allowed} words", pattern.text), "write more of its letters");
        if allowed < most {
            return Err(too_costly(problem, pattern.span.clone(), help));
        }
        Err(SyntaxError::new(problem, pattern.span.clone(), help).into())
    };
    let words = index.kept::<Kept>().words.get(&format!("{field:?} {allowed} {}", pattern.key()), find)?;
    Ok(words.iter().map(|text| Term::from_field_text(index.field(field), text)).collect())
}

/// The words of a field that a pattern describes; one more than so many are not all.
fn described(
    pattern: &Pattern,
    field: FieldId,
    index: &IndexReader,
    most: usize,
    limits: Limits,
) -> Result<BTreeSet<String>, QueryError> {
    let mut described = BTreeSet::new();
    let mut watch = limits.watch();
    for segment in index.searcher().segment_readers() {
        let postings = segment.inverted_index(index.field(field)).map_err(|error| index.error(error))?;
        let terms = postings.terms().range().ge(pattern.prefix.as_bytes()).into_stream();
        let mut terms = terms.map_err(|error| index.error(error.into()))?;
        while let Some((term, _)) = terms.next() {
            watch.in_time()?;
            if !term.starts_with(pattern.prefix.as_bytes()) || described.len() > most {
                break;
            }
            // Stems and marks of sentences begin with signs that no word has.
            let Ok(word) = std::str::from_utf8(term) else { continue };
            if word.starts_with(char::is_alphanumeric) && pattern.matches(word) {
                described.insert(word.to_owned());
            }
        }
    }
    Ok(described)
}
