//! The page of a guideline, or of a page or section of it.

use imr_output::CitesReport;
use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use crate::problem::Problem;
use crate::resources::cites::Found;
use crate::work::Context;

/// The page.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn page(_: &Context, found: &Found, report: &CitesReport) -> Result<Markup, Problem> {
    Ok(Page { title: "Citations", section: Section::Other, query: None, context: None, beside: Beside::default() }
        .with(&html! {
            h1 { (found.work) }
            p { "cited in " (report.cited.either.tally.decisions) " decisions" }
        }))
}

/// The page that asks for a guideline and a place in it.
pub(crate) fn form() -> Markup {
    Page { title: "Citations", section: Section::Other, query: None, context: None, beside: Beside::default() }
        .with(&html! { h1 { "Citations" } })
}
