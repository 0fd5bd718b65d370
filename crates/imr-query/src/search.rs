//! Answers a query.

use imr_index::{DocumentId, FieldId, IndexReader, Schema};
use imr_model::{Decision, Letter};
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString};
use tantivy::collector::{Count, MultiCollector, TopDocs};
use tantivy::{DocAddress, Order};

use crate::ast::Ast;
use crate::english::read_english;
use crate::error::{QueryError, SyntaxError, nearest};
use crate::facets::{Facet, FacetCollector};
use crate::lower::lower;
use crate::parse::parse;
use crate::passage::{Marker, Passage};
use crate::plan::{Resolved, resolve};

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
    /// Names of fields whose values are counted over all hits.
    pub facets: Vec<String>,
}

/// The answer to a request.
#[derive(Debug)]
pub struct Answer {
    /// The query as it was understood, in the query language.
    pub understood: Ast,
    /// Corrections and expansions that were made.
    pub notes: Vec<String>,
    /// How many decisions match in all.
    pub decisions: usize,
    /// How many letters these stand in.
    pub letters: usize,
    /// The hits asked for.
    pub hits: Vec<Hit>,
    /// The facets asked for.
    pub facets: Vec<Facet>,
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
}

impl Hit {
    /// The decision; `None` for unsegmented text.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.letter.decisions.get(self.n.checked_sub(1)?)
    }
}

/// Answers a request from an index.
///
/// # Errors
///
/// [`QueryError::Syntax`] if the query is wrong, or a facet names no field that can be counted; [`QueryError::Index`] if
/// the index cannot be read.
pub fn search(index: &IndexReader, request: &Request) -> Result<Answer, QueryError> {
    let typed = parse(&request.query)?;
    let understood = if request.literal { typed } else { read_english(typed) };
    let Resolved { plan, notes } = resolve(&understood)?;
    let facet_fields = request.facets.iter().map(|name| facet_field(name)).collect::<Result<Vec<_>, _>>()?;

    let mut counting = MultiCollector::new();
    let count = counting.add_collector(Count);
    let letters = counting.add_collector(FacetCollector::new(Schema::shared().id("letter")));
    let facets: Vec<_> = facet_fields.iter().map(|id| counting.add_collector(FacetCollector::new(*id))).collect();
    let query = lower(&plan, index);
    let engine = |error| QueryError::Index(index.error(error));
    let mut counted = index.searcher().search(&*query, &counting).map_err(engine)?;
    let decisions = count.extract(&mut counted);
    let letters = letters.extract(&mut counted).distinct();
    let facets = facets.into_iter().zip(&facet_fields);
    let facets = facets
        .map(|(facet, id)| facet.extract(&mut counted).into_facet(&Schema::shared().definition(*id).name))
        .collect();

    let marker = Marker::new(&plan);
    let mut hits = Vec::new();
    for (score, address) in top(index, &*query, request, decisions).map_err(engine)? {
        let (letter, n) = index.letter_of(DocumentId::from(address))?;
        let decision = n.checked_sub(1).and_then(|index| letter.decisions.get(index));
        let passage = match decision {
            Some(decision) => marker.passage(decision, letter.clinical_summary.as_deref()),
            None => Some(marker.best("unsegmented", &letter.unsegmented_text())),
        };
        hits.push(Hit { letter, n, score, passage });
    }
    Ok(Answer { understood, notes, decisions, letters, hits, facets })
}

fn facet_field(name: &str) -> Result<FieldId, SyntaxError> {
    let schema = Schema::shared();
    let countable =
        || schema.public_fields().filter(|(_, field)| field.is_facet()).map(|(_, field)| field.name.as_str());
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
