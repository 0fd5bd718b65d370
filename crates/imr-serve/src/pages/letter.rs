//! The page of a letter, and of one decision of it.

use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use crate::problem::Problem;
use crate::resources::letters::{Found, FoundDecision};
use crate::work::Context;

/// The page of the letters of a name.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn page(_: &Context, found: &Found) -> Result<Markup, Problem> {
    Ok(Page { title: found.name, section: Section::Other, query: None, context: None, beside: Beside::default() }.with(
        &html! {
            h1 { (found.name) }
            p { (found.letters.len()) " letters" }
        },
    ))
}

/// The page of a decision: its letter with this decision foremost.
#[expect(clippy::unnecessary_wraps, reason = "pages may ask the index, too")]
pub(crate) fn decision(_: &Context, found: &FoundDecision) -> Result<Markup, Problem> {
    let name = found.letter.letter.name();
    Ok(Page { title: name, section: Section::Other, query: None, context: None, beside: Beside::default() }
        .with(&html! { h1 { (name) "#" (found.n) } }))
}
