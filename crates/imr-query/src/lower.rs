//! Lowers a plan to tantivy. The only place where queries meet the engine's query types.

use std::ops::Bound;

use imr_index::IndexReader;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, ExistsQuery, Occur,
    PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Schema};

use crate::plan::Plan;

/// The share of the weaker fields in the score of a word that several fields hold.
const TIE_BREAKER: f32 = 0.2;

/// The engine's query of a plan.
pub(crate) fn lower(plan: &Plan, index: &IndexReader) -> Box<dyn Query> {
    let schema = index.searcher().schema();
    let text = |field: Field, term: &str| Term::from_field_text(field, term);
    match plan {
        Plan::All => Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0)),
        Plan::Nothing => Box::new(EmptyQuery),
        Plan::Term { field, term } => {
            let field = index.field(*field);
            Box::new(TermQuery::new(text(field, term), IndexRecordOption::WithFreqs))
        }
        Plan::Phrase { field, terms } => {
            let field = index.field(*field);
            Box::new(PhraseQuery::new(terms.iter().map(|term| text(field, term)).collect()))
        }
        Plan::Number { field, from, to } => {
            let end = |number: u64| Bound::Included(Term::from_field_u64(index.field(*field), number));
            Box::new(RangeQuery::new(end(*from), end(*to)))
        }
        Plan::Has(field) => has(index.field(*field), schema),
        Plan::And(parts) => all_of(parts, index),
        Plan::Or(parts) => {
            Box::new(BooleanQuery::new(parts.iter().map(|part| (Occur::Should, lower(part, index))).collect()))
        }
        Plan::Not(part) => all_of(&[Plan::Not(part.clone())], index),
        Plan::Best(parts) => {
            let boosted = parts
                .iter()
                .map(|(weight, part)| -> Box<dyn Query> { Box::new(BoostQuery::new(lower(part, index), *weight)) });
            Box::new(DisjunctionMaxQuery::with_tie_breaker(boosted.collect(), TIE_BREAKER))
        }
        Plan::Filter(part) => Box::new(ConstScoreQuery::new(lower(part, index), 0.0)),
    }
}

/// A conjunction in which negations exclude; alone they exclude from everything.
fn all_of(parts: &[Plan], index: &IndexReader) -> Box<dyn Query> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for part in parts {
        clauses.push(match part {
            Plan::Not(part) => (Occur::MustNot, lower(part, index)),
            part => (Occur::Must, lower(part, index)),
        });
    }
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, lower(&Plan::All, index)));
    }
    Box::new(BooleanQuery::new(clauses))
}

/// Documents that have a field: by its column, or for running text, which has none, by any of its terms.
fn has(field: Field, schema: &Schema) -> Box<dyn Query> {
    let entry = schema.get_field_entry(field);
    if entry.is_fast() {
        return Box::new(ExistsQuery::new(entry.name().to_owned(), false));
    }
    Box::new(tantivy::query::InvertedIndexRangeQuery::new(
        Bound::Included(Term::from_field_text(field, "")),
        Bound::Unbounded,
    ))
}
