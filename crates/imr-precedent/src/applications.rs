//! How decisions apply what they cite.

use std::collections::BTreeSet;

use imr_index::IndexReader;
use imr_query::{Ast, CitedBy, CitedWork, Hit, QueryError, Request, Sort, parse, search_passing};

/// The newest decisions that cite a work and speak of what it says, with these passages; if none does, the newest that cite
/// it. The request limits them, and says how many are wanted; `cited` is what was counted of the work.
///
/// # Errors
///
/// As [`imr_query::search()`].
pub fn applications(
    index: &IndexReader,
    request: &Request,
    work: &CitedWork,
    cited: &CitedBy,
) -> Result<Vec<Hit>, QueryError> {
    let spoken_of = work.spoken_of().map(|section| format!("~({}) ", section.replace(['(', ')', '"'], " ")));
    let applied = format!(
        "{}rationale:(guideline* OR mtus OR acoem OR odg OR page OR chapter OR recommend*)",
        spoken_of.unwrap_or_default()
    );
    let cites = |hit: &Hit| {
        let citations = hit.decision().map(|decision| &decision.citations);
        let both = citations.map(|citations| citations.reviewer.iter().chain(&citations.administrator));
        both.is_some_and(|mut both| both.any(|citation| work.is_cited_by(citation)))
    };
    for also in [parse(&applied)?, Ast::All] {
        let also = work.condition().and(titles(cited)).and(also);
        let request = Request { also, sort: Sort::Newest, ..request.clone() };
        let hits = search_passing(index, &request, cites)?.hits;
        if !hits.is_empty() {
            return Ok(hits);
        }
    }
    Ok(Vec::new())
}

/// The condition that one of the guidelines is cited that were counted. A work that is named by some words of its title would
/// else be looked for in every letter that cites any.
fn titles(cited: &CitedBy) -> Ast {
    let titles: BTreeSet<&str> = cited.editions.iter().map(|(edition, _)| edition.guideline.as_str()).collect();
    if titles.len() > MOST_TITLES {
        return Ast::All;
    }
    let of = |field: &str| titles.iter().fold(Ast::All, |query, title| query.with_value(field, title));
    Ast::any_of(vec![of("guideline"), of("ca.guideline")])
}

/// More titles hardly narrow a search.
const MOST_TITLES: usize = 20;
