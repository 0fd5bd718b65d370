//! Problems as pages.

use std::slice;

use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use super::parts::marked::marked;
use super::parts::search_form::{examples, form};
use super::parts::worded::worded;
use crate::problem::Problem;
use crate::resources::search::SearchParameters;

/// A problem, where in the query it is, and what to do about it.
pub(crate) fn page(problem: &Problem) -> Markup {
    let query = problem.query.as_deref().filter(|query| !query.is_empty());
    let head =
        Page { title: problem.title, section: Section::Other, query: None, context: None, beside: Beside::default() };
    let parameters = SearchParameters { q: query.unwrap_or_default().to_owned(), ..SearchParameters::default() };
    head.with(&html! {
        (form(&parameters, false))
        section.problem {
            h1 { (problem.title) }
            p { (worded(&problem.detail)) }
            @if let (Some(query), Some([from, to])) = (query, problem.span) {
                pre.query { (marked(query, slice::from_ref(&(from..to)))) }
            }
            @if let Some(help) = &problem.help { p { (worded(&help.replace("/api/v1/schema", "Help"))) } }
            p { a href="/help" { "Help: the query language and its fields" } }
        }
        (examples())
    })
}
