//! The page of a guideline, or of a page or section of it.

use imr_output::CitesReport;
use maud::{Markup, html};

use super::layout;
use crate::problem::Problem;
use crate::resources::cites::Found;
use crate::work::Context;

/// The page.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn page(_: &Context, found: &Found, report: &CitesReport) -> Result<Markup, Problem> {
    Ok(layout::page(
        "Citations",
        &html! {
            h1 { (found.work) }
            p { "cited in " (report.cited.either.tally.decisions) " decisions" }
        },
    ))
}

/// The page that asks for a guideline and a place in it.
pub(crate) fn form() -> Markup {
    layout::page("Citations", &html! { h1 { "Citations" } })
}
