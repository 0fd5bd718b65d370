//! The page of a search.

use maud::{Markup, html};

use super::layout;
use crate::problem::Problem;
use crate::resources::search::Found;
use crate::work::Context;

/// The facets that a page shows, where none are asked for.
const FACETS: [&str; 9] = [
    "outcome",
    "category/subcategory",
    "class/drug",
    "procedure",
    "body",
    "gap",
    "guideline/edition/section",
    "specialty",
    "agree",
];

/// The facets that a page shows.
pub(crate) fn facets(asked: &[String]) -> Vec<String> {
    if asked.is_empty() { FACETS.map(str::to_owned).to_vec() } else { asked.to_vec() }
}

/// The page.
pub(crate) fn page(_context: &Context, found: &Found) -> Result<Markup, Problem> {
    let years = found.by_year()?;
    Ok(layout::page(
        "Search",
        &html! {
            h1 { (found.answer.decisions) " decisions" }
            p { (years.counted.overturned) " overturned" }
            @for hit in &found.hits { p { (hit.letter.name()) } }
        },
    ))
}
