//! The page of stats.

use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use crate::problem::Problem;
use crate::resources::stats::Found;
use crate::work::Context;

/// The page.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn page(_: &Context, found: &Found) -> Result<Markup, Problem> {
    Ok(Page { title: "Statistics", section: Section::Other, query: None, context: None, beside: Beside::default() }
        .with(&html! {
            h1 { "Statistics" }
            p { (found.report.rows.len()) " rows" }
        }))
}
