//! From one hit of a search to the next.

use imr_output::grouped;
use maud::{Markup, html};

use crate::resources::letters::{Beside, LetterParameters};
use crate::resources::search::SearchParameters;
use crate::urls;

/// The way back to the search, and to the hits before and behind this one.
pub(crate) fn links(parameters: &LetterParameters, beside: Option<&Beside>) -> Markup {
    let Some(Beside { at, of, previous, next }) = beside else {
        return html! {
            @if !parameters.q.is_empty() { nav.beside aria-label="Search" { a href=(search(parameters, 1)) { "Search for this" } } }
        };
    };
    let step = |id: &Option<String>, at: usize| id.as_deref().map(|id| parameters.url_of(id, at));
    html! {
        nav.beside aria-label="Hits of the search" {
            a href=(search(parameters, *at)) { "Back to the search" }
            span.steps {
                @if let Some(url) = step(previous, at.saturating_sub(1)) { a rel="prev" href=(url) { "Previous" } }
                span.facts { (grouped(*at)) " of " (grouped(*of)) }
                @if let Some(url) = step(next, at + 1) { a rel="next" href=(url) { "Next" } }
            }
        }
    }
}

/// The page of the search on which a hit stands.
fn search(parameters: &LetterParameters, at: usize) -> String {
    let LetterParameters { literal, sort, group, collapse, .. } = *parameters;
    let search = SearchParameters { q: parameters.q.clone(), literal, sort, group, collapse, ..Default::default() };
    let before = at.saturating_sub(1) / SearchParameters::USUAL * SearchParameters::USUAL;
    let url = search.at(before).url();
    if url == "/search" { urls::with_given("/search", &[("sort", "-date")]) } else { url }
}
