//! Problems as pages.

use maud::{Markup, html};

use super::layout;
use crate::problem::Problem;

/// A problem, and what to do about it.
pub(crate) fn page(problem: &Problem) -> Markup {
    layout::page(
        problem.title,
        &html! {
            h1 { (problem.title) }
            p { (problem.detail) }
            @if let Some(help) = &problem.help { p { (help) } }
        },
    )
}
