//! The page of precedents.

use maud::{Markup, html};

use super::layout;
use crate::problem::Problem;
use crate::resources::precedents::Found;
use crate::work::Context;

/// The page.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn page(_: &Context, found: &Found) -> Result<Markup, Problem> {
    Ok(layout::page(
        "Precedents",
        &html! {
            h1 { "Precedents" }
            p { (found.precedents.list.len()) " decisions" }
        },
    ))
}
