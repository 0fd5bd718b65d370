//! The page that explains queries.

use maud::{Markup, html};

use super::layout;

/// The page.
pub(crate) fn page() -> Markup {
    layout::page("Help", &html! { h1 { "Help" } })
}
