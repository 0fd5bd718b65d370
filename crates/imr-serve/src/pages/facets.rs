//! The page of facets.

use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use crate::problem::Problem;
use crate::resources::facets::Found;
use crate::work::Context;

/// The page.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn page(_: &Context, found: &Found) -> Result<Markup, Problem> {
    Ok(Page { title: "Facets", section: Section::Other, query: None, context: None, beside: Beside::default() }.with(
        &html! {
            h1 { "Facets" }
            @for facet in &found.facets { p { (facet.field) ": " (facet.values.len()) } }
        },
    ))
}
