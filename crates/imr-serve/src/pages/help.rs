//! The page that explains queries.

use maud::{Markup, html};

use super::layout::{Beside, Page, Section};

/// The page.
pub(crate) fn page() -> Markup {
    Page { title: "Help", section: Section::Other, query: None, context: None, beside: Beside::default() }
        .with(&html! { h1 { "Help" } })
}
