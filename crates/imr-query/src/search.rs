//! Answers a query.

use std::collections::VecDeque;

use imr_index::{DocumentId, FieldId, IndexReader, Schema};
use imr_model::{Decision, Letter};
use jiff::civil::Date;
use serde::Serialize;
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString};
use tantivy::collector::{Count, MultiCollector, TopDocs};
use tantivy::{DocAddress, Order};

use crate::ast::{Ast, Typed};
use crate::english::read_english;
use crate::error::{QueryError, SyntaxError, nearest};
use crate::facets::{Facet, FacetCollector};
use crate::lower::lower;
use crate::parse::parse;
use crate::passage::{Marker, Passage};
use crate::plan::{Resolved, field_of, resolve};

/// The order of hits. Ties are broken by decision date (newest first), then case number, then the place in the letter:
/// the order is the same in every run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best match first.
    #[default]
    Score,
    /// The newest decision first.
    Newest,
    /// The oldest decision first.
    Oldest,
    /// By case number.
    Case,
}

/// What is wanted of an answer.
#[derive(Clone, Debug)]
pub struct Request {
    /// The query, in its language or in plain English.
    pub query: String,
    /// Search for every word as it is, without reading plain English.
    pub literal: bool,
    /// At most this many hits are fetched.
    pub limit: usize,
    /// This many hits are passed over first.
    pub offset: usize,
    /// Their order.
    pub sort: Sort,
    /// Names of fields whose values are counted over all hits. Conditions of the query on the field itself are left out of
    /// its count, so that its other values stay in sight.
    pub facets: Vec<String>,
    /// Hits of one letter stand together, at the place of the best of them; limit and offset count letters.
    pub group_by_letter: bool,
    /// Of hits whose rationales are the same boilerplate, only the first is shown.
    pub collapse: bool,
    /// Tell of each hit why it ranks where it does.
    pub explain: bool,
    /// The day that relative dates (`-90d`) count from.
    pub today: Date,
}

/// The answer to a request. Hits are read from the index when they are asked for.
pub struct Answer<'i> {
    /// The query as it was understood, in the query language.
    pub understood: Ast,
    /// Corrections and expansions that were made.
    pub notes: Vec<String>,
    /// What in the query may be a slip.
    pub hints: Vec<String>,
    /// How many decisions match in all.
    pub decisions: usize,
    /// How many letters these stand in.
    pub letters: usize,
    /// The facets asked for.
    pub facets: Vec<Facet>,
    /// If nothing matches: what each condition finds, and what is found without it.
    pub emptied: Vec<Emptied>,
    index: &'i IndexReader,
    marker: Marker,
    found: VecDeque<Found>,
}

/// A condition of a query that finds nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Emptied {
    /// The condition, in the query language.
    pub condition: String,
    /// How many decisions it finds by itself.
    pub alone: usize,
    /// How many decisions the query finds without it.
    pub without: usize,
}

/// Why a hit ranks where it does: the parts of its score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// What was looked for.
    pub what: String,
    /// What it adds to the score; 0 for conditions.
    pub score: f32,
    /// Whether the hit matches it.
    pub matches: bool,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Explanation>,
}

/// A decision that matches, or the unsegmented text of a letter.
#[derive(Debug)]
pub struct Hit {
    /// The letter it stands in.
    pub letter: Letter,
    /// The place of the decision in the letter, from 1; 0 for unsegmented text.
    pub n: usize,
    /// How well it matches; 0 for a query of conditions only.
    pub score: f32,
    /// The passage to show.
    pub passage: Option<Passage>,
    /// With [`Request::collapse`]: how many further hits have the same boilerplate for a rationale.
    pub folded: usize,
    /// With [`Request::explain`]: the parts of its score.
    pub explanation: Option<Explanation>,
}

impl Hit {
    /// The decision; `None` for unsegmented text.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.letter.decisions.get(self.n.checked_sub(1)?)
    }
}

impl Answer<'_> {
    /// How many hits are still to be read.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.found.len()
    }

    /// The hits asked for, in their order, each read when its turn comes: any number of them needs the memory of one.
    ///
    /// # Errors
    ///
    /// Each hit is an error if the index cannot be read.
    pub fn hits(&mut self) -> impl Iterator<Item = Result<Hit, QueryError>> {
        std::iter::from_fn(|| self.found.pop_front().map(|found| self.hit(found)))
    }

    fn hit(&self, found: Found) -> Result<Hit, QueryError> {
        let Found { score, address } = found;
        let (letter, n) = self.index.letter_of(DocumentId::from(address))?;
        let decision = n.checked_sub(1).and_then(|index| letter.decisions.get(index));
        let passage = match decision {
            Some(decision) => self.marker.passage(decision, letter.clinical_summary.as_deref()),
            None => Some(self.marker.best("unsegmented", &letter.unsegmented_text())),
        };
        Ok(Hit { letter, n, score, passage, folded: 0, explanation: None })
    }
}

/// A document that matches.
struct Found {
    score: f32,
    address: DocAddress,
}

/// Answers a request from an index.
///
/// # Errors
///
/// [`QueryError::Syntax`] if the query is wrong, or a facet names no field that can be counted; [`QueryError::Index`] if
/// the index cannot be read.
pub fn search<'i>(index: &'i IndexReader, request: &Request) -> Result<Answer<'i>, QueryError> {
    let typed = parse(&request.query)?;
    let understood = if request.literal { typed } else { read_english(typed) };
    let Resolved { plan, notes } = resolve(&understood)?;
    let facet_fields = request.facets.iter().map(|name| facet_field(name)).collect::<Result<Vec<_>, _>>()?;

    let mut counting = MultiCollector::new();
    let count = counting.add_collector(Count);
    let letters = counting.add_collector(FacetCollector::new(Schema::shared().id("letter")));
    let query = lower(&plan, index);
    let engine = |error| QueryError::Index(index.error(error));
    let mut counted = index.searcher().search(&*query, &counting).map_err(engine)?;
    let decisions = count.extract(&mut counted);
    let letters = letters.extract(&mut counted).distinct();
    let facets = count_facets(index, &understood, &facet_fields)?;
    let found = top(index, &*query, request, decisions).map_err(engine)?;
    let found = found.into_iter().map(|(score, address)| Found { score, address }).collect();
    let marker = Marker::new(&plan);
    let (hints, emptied) = (Vec::new(), Vec::new());
    Ok(Answer { understood, notes, hints, decisions, letters, facets, emptied, index, marker, found })
}

/// Counts fields, each over the query without its conditions on the field. Fields whose queries are the same are counted
/// in one pass.
fn count_facets(index: &IndexReader, query: &Ast, fields: &[FieldId]) -> Result<Vec<Facet>, QueryError> {
    let schema = Schema::shared();
    let queries: Vec<Ast> = fields.iter().map(|id| without(query, &schema.definition(*id).name)).collect();
    let mut facets: Vec<Option<Facet>> = vec![None; fields.len()];
    for first in 0..fields.len() {
        if facets[first].is_some() {
            continue;
        }
        let same: Vec<usize> = (first..fields.len()).filter(|other| queries[*other] == queries[first]).collect();
        let mut counting = MultiCollector::new();
        let handles: Vec<_> = same.iter().map(|at| counting.add_collector(FacetCollector::new(fields[*at]))).collect();
        let plan = resolve(&queries[first])?.plan;
        let counted = index.searcher().search(&*lower(&plan, index), &counting);
        let mut counted = counted.map_err(|error| index.error(error))?;
        for (at, handle) in same.into_iter().zip(handles) {
            let name = &schema.definition(fields[at]).name;
            facets[at] = Some(handle.extract(&mut counted).into_facet(name, queries[at] != *query));
        }
    }
    Ok(facets.into_iter().flatten().collect())
}

/// A query without its conditions on a field, or for a field of several levels, on any of these.
fn without(query: &Ast, field: &str) -> Ast {
    let side = field.strip_prefix("ca.").map_or("", |_| "ca.");
    let fields: Vec<Option<FieldId>> = field
        .trim_start_matches("ca.")
        .split('/')
        .flat_map(same_subject)
        .map(|level| Schema::shared().find(&format!("{side}{level}")))
        .collect();
    let is_on_field = |part: &Ast| is_condition(part, &|name| fields.contains(&field_of(&name.text)));
    match query {
        part if is_on_field(part) => Ast::All,
        Ast::And(parts) => {
            let mut kept: Vec<Ast> = parts.iter().filter(|part| !is_on_field(part)).cloned().collect();
            match kept.len() {
                0 => Ast::All,
                1 => kept.remove(0),
                _ => Ast::And(kept),
            }
        }
        other => other.clone(),
    }
}

/// Fields that say the same in other words: lay words ask both kinds of classes, a family is asked for as a guideline.
fn same_subject(field: &str) -> Vec<&str> {
    match field {
        "class" | "other_class" => vec!["class", "other_class"],
        "guideline" | "family" => vec!["guideline", "family"],
        field => vec![field],
    }
}

/// Whether a part of a query is a condition on one field, with one value or a group of them. Exclusions are none: what is
/// excluded stays so.
fn is_condition(part: &Ast, is_called: &impl Fn(&Typed) -> bool) -> bool {
    match part {
        Ast::Field { name, .. } => is_called(name),
        Ast::Or(parts) => parts.iter().all(|part| is_condition(part, is_called)),
        _ => false,
    }
}

fn facet_field(name: &str) -> Result<FieldId, SyntaxError> {
    let schema = Schema::shared();
    let countable = || schema.facets().map(|(_, field)| field.name.as_str());
    let known = schema.find(name.strip_prefix("mx.").unwrap_or(name)).filter(|id| schema.definition(*id).is_facet());
    known.ok_or_else(|| {
        let help = match nearest(name, countable()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("fields that can be counted: {}", countable().collect::<Vec<_>>().join(", ")),
        };
        SyntaxError { problem: format!("no facet `{name}`"), span: 0..0, help }
    })
}

/// The documents asked for, in order, with their scores.
fn top(
    index: &IndexReader,
    query: &dyn tantivy::query::Query,
    request: &Request,
    total: usize,
) -> tantivy::Result<Vec<(f32, DocAddress)>> {
    let wanted = request.limit.min(total.saturating_sub(request.offset));
    if wanted == 0 {
        return Ok(Vec::new());
    }
    let searcher = index.searcher();
    let top = TopDocs::with_limit(wanted).and_offset(request.offset);
    let date = |order| (SortByStaticFastValue::<u64>::for_field("date"), order);
    let name = (SortByString::for_field("name"), Order::Asc);
    let place = (SortByStaticFastValue::<u64>::for_field("n"), Order::Asc);
    match request.sort {
        Sort::Score => {
            let order = (SortBySimilarityScore, date(Order::Desc), name, place);
            let found = searcher.search(query, &top.order_by(order))?;
            Ok(found.into_iter().map(|((score, ..), address)| (score, address)).collect())
        }
        Sort::Newest | Sort::Oldest => {
            let order = if request.sort == Sort::Newest { Order::Desc } else { Order::Asc };
            let found = searcher.search(query, &top.order_by((date(order), name, place)))?;
            Ok(found.into_iter().map(|(_, address)| (0.0, address)).collect())
        }
        Sort::Case => {
            let found = searcher.search(query, &top.order_by((name, place)))?;
            Ok(found.into_iter().map(|(_, address)| (0.0, address)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_leaves_out_conditions_on_itself() {
        for (query, field, want) in [
            ("outcome:upheld class:opioids", "class", "outcome:upheld"),
            ("outcome:upheld class:(opioids OR benzos)", "class/drug", "outcome:upheld"),
            ("o:upheld", "outcome", ""),
            ("(class:opioids OR other_class:opioids) mri", "class", "mri"),
            ("guideline:odg mri", "family", "mri"),
            ("outcome:upheld -class:opioids", "class", "outcome:upheld NOT class:opioids"),
            ("outcome:upheld class:opioids", "drug", "outcome:upheld class:opioids"),
            ("ca.page:24 page:24", "ca.page", "page:24"),
            ("section:opioids ca.section:opioids mri", "guideline/edition/section", "ca.section:opioids mri"),
        ] {
            assert_eq!(without(&parse(query).unwrap(), field).to_string(), want, "case: {query}, {field}");
        }
    }
}
