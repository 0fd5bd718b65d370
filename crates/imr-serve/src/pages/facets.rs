//! The page of facets: all values of a field.

use imr_output::counted;
use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use super::parts::facet::{Panel, name};
use crate::parameters::Switch;
use crate::resources::facets::{FacetsParameters, Found, Order};
use crate::resources::search::SearchParameters;
use crate::work::Context;

/// The page.
pub(crate) fn page(context: &Context, found: &Found) -> Markup {
    let names: Vec<String> = found.facets.iter().map(|facet| name(&facet.field)).collect();
    let title = names.join(", ");
    let head = Page {
        title: &title,
        section: Section::Search,
        query: Some(&found.parameters.q),
        context: Some(context),
        beside: Beside::default(),
    };
    let FacetsParameters { q, literal, .. } = found.parameters;
    let search = SearchParameters { q: q.clone(), literal: *literal, ..SearchParameters::default() };
    let query = &found.answer.reading.understood;
    let depth = if found.parameters.grep.is_some() { usize::MAX } else { 1 };
    head.with(&html! {
        nav.beside aria-label="Search" { a href=(search.url()) { "Back to the search" } }
        h1 { (title) }
        p.facts {
            "In " (counted(found.answer.decisions, "decision")) ", " (counted(found.answer.letters, "letter")) ": "
            code { (query) }
        }
        (form(found.parameters))
        p.forms {
            @for (ending, name) in [(".csv", "CSV"), (".json", "JSON")] {
                a href=(found.parameters.url().replacen("/facets", &format!("/facets{ending}"), 1)) { (name) }
            }
        }
        @for facet in &found.facets {
            section.whole-facet {
                @if found.facets.len() > 1 { h2 { (name(&facet.field)) } }
                @let panel = Panel { facet, query, parameters: &search, most: usize::MAX, depth, all: String::new() };
                @if facet.values.is_empty() && facet.missing == 0 { p { "No value is like this." } }
                div.facet { (panel.list()) }
                @if facet.left_out > 0 { p.facts { (counted(facet.left_out, "value")) " more: search inside for them." } }
            }
        }
    })
}

/// Only values that hold a text, and their order.
fn form(parameters: &FacetsParameters) -> Markup {
    html! {
        form.ask action="/facets" {
            @if !parameters.q.is_empty() { input type="hidden" name="q" value=(parameters.q); }
            @if parameters.literal == Switch::True { input type="hidden" name="literal" value="true"; }
            @for facet in &parameters.facet { input type="hidden" name="facet" value=(facet); }
            label for="grep" { "Values that hold" }
            input #grep type="search" name="grep" value=[parameters.grep.as_deref()] spellcheck="false";
            label for="order" { "Sort" }
            select #order name="sort" {
                option value="count" selected[parameters.sort == Order::Count] { "Commonest first" }
                option value="value" selected[parameters.sort == Order::Value] { "By name" }
            }
            button { "Show" }
        }
    }
}
