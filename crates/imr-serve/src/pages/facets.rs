//! The page of facets.

use maud::{Markup, html};

use super::layout;
use crate::problem::Problem;
use crate::resources::facets::Found;
use crate::work::Context;

/// The page.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn page(_: &Context, found: &Found) -> Result<Markup, Problem> {
    Ok(layout::page(
        "Facets",
        &html! {
            h1 { "Facets" }
            @for facet in &found.facets { p { (facet.field) ": " (facet.values.len()) } }
        },
    ))
}
