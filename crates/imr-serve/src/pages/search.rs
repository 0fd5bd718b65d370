//! The page of a search.

use std::ops::RangeInclusive;

use imr_model::Letter;
use imr_output::{counted, grouped};
use imr_query::{Facet, Hit, Row, Tabulation};
use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use super::parts::card::{Card, facts};
use super::parts::facet::Panel;
use super::parts::paging::Paging;
use super::parts::{dates, rate, reading, search_form, years};
use super::{start, stats};
use crate::problem::Problem;
use crate::resources::search::{Found, Grouping, by_year_of};
use crate::urls;
use crate::work::Context;

/// The facets that a page shows, where none are asked for.
const FACETS: [&str; 9] = [
    "outcome",
    "category/subcategory",
    "class/drug",
    "procedure",
    "body",
    "gap",
    "guideline/edition/section",
    "specialty",
    "agree",
];
/// So many of them are open.
const OPEN: usize = 5;
/// So many values of each are shown.
const VALUES: usize = 6;

/// The facets that a page shows.
pub(crate) fn facets(asked: &[String]) -> Vec<String> {
    if asked.is_empty() { FACETS.map(str::to_owned).to_vec() } else { asked.to_vec() }
}

/// The page.
pub(crate) fn page(context: &Context, found: &Found) -> Result<Markup, Problem> {
    let years = Years::count(context, found)?;
    if found.parameters.is_start() {
        return Ok(start::page(context, found, &strip(found, &years)));
    }
    let parameters = found.parameters;
    let paging = paging(context, found);
    let at = |offset: Option<usize>| offset.map(|offset| parameters.at(offset).url());
    let title = if parameters.q.is_empty() { "All decisions" } else { &parameters.q };
    let head = Page {
        title,
        section: Section::Search,
        query: None,
        context: Some(context),
        beside: Beside { previous: at(paging.previous()), next: at(paging.next()) },
    };
    Ok(head.with(&html! {
        (search_form::form(parameters, true))
        (reading::reading(parameters, &found.answer))
        div.columns {
            (result_head(found))
            (filters(found, years.extent()))
            div.result {
                @if found.answer.decisions == 0 { (reading::emptied(parameters, &found.answer)) }
                @else { (strip(found, &years)) (hits(found)) (paging.markup(|offset| parameters.at(offset).url())) }
            }
        }
    }))
}

/// How the decisions that a search finds end, and the same in other years. Conditions on the outcome are left out: of
/// decisions that were chosen by their outcome, a rate says nothing.
struct Years {
    /// Of all that is found.
    of_search: Tabulation,
    /// Whether the search has no condition on the outcome.
    is_of_any_outcome: bool,
    /// By year, without the days that the search is limited to; `None` if these are no limit.
    at_any_time: Option<Tabulation>,
}

impl Years {
    fn count(context: &Context, found: &Found) -> Result<Self, Problem> {
        let understood = &found.answer.reading.understood;
        let of_any_outcome = understood.without_field("outcome");
        let at_any_time = of_any_outcome.with_range("date", None, None);
        let is_of_any_outcome = of_any_outcome == *understood;
        let is_limited = at_any_time != of_any_outcome;
        Ok(Self {
            of_search: if is_of_any_outcome { found.by_year()? } else { by_year_of(context, &of_any_outcome)? },
            is_of_any_outcome,
            at_any_time: is_limited.then(|| by_year_of(context, &at_any_time)).transpose()?,
        })
    }

    fn rows(&self) -> &[Row] {
        &self.at_any_time.as_ref().unwrap_or(&self.of_search).rows
    }

    /// The first and last year with decisions.
    fn extent(&self) -> Option<RangeInclusive<i16>> {
        let years = self.rows().iter().filter_map(|row| row.values.first()?.as_deref()?.parse().ok());
        Some(years.clone().min()?..=years.max()?)
    }

    /// A bar a year; that of the only year that is chosen leads back to all.
    fn chart(&self, found: &Found) -> Markup {
        let understood = &found.answer.reading.understood;
        let chosen = dates::years(understood);
        years::chart(self.rows(), chosen.as_ref(), |year| {
            let name = year.to_string();
            let only = understood.with_range("date", Some(&name), Some(&name));
            let toggled = if only == *understood { understood.with_range("date", None, None) } else { only };
            found.parameters.of_query(&toggled).url()
        })
    }
}

fn paging(context: &Context, found: &Found) -> Paging {
    let all = match found.parameters.group {
        Grouping::None => found.answer.decisions,
        Grouping::Letter => found.answer.letters,
    };
    Paging { offset: found.offset, limit: found.limit, all, depth: context.options.limits.depth }
}

/// How many decisions there are, which of them are shown, and the same in other forms.
fn result_head(found: &Found) -> Markup {
    let answer = &found.answer;
    let parameters = found.parameters;
    let (decisions, letters) = (counted(answer.decisions, "decision"), counted(answer.letters, "letter"));
    html! {
        header.result-head {
            h1 {
                @if found.hits.is_empty() { (decisions) }
                @else { (shown(found)) " of " (decisions) " in " (letters) }
            }
            @if answer.decisions > 0 {
                p.forms {
                    a href=(stats::url(parameters, &answer.facets)) { "Statistics" }
                    a href=(parameters.in_form(".csv")) { "CSV" }
                    a href=(parameters.in_form(".json")) { "JSON" }
                }
            }
        }
    }
}

/// Which hits are shown: of letters, how many decisions they have is not known.
fn shown(found: &Found) -> String {
    match found.parameters.group {
        Grouping::Letter => grouped(found.hits.len()),
        Grouping::None if found.offset == 0 => grouped(found.hits.len()),
        Grouping::None => format!("{}–{}", grouped(found.offset + 1), grouped(found.offset + found.hits.len())),
    }
}

/// How these decisions end.
fn strip(found: &Found, years: &Years) -> Markup {
    html! {
        section.strip aria-label="How these disputes end" {
            div {
                @if !years.is_of_any_outcome { p.facts { "With any outcome, of the same search" } }
                (rate::rate(&years.of_search))
            }
            (years.chart(found))
        }
    }
}

/// Days and facets.
fn filters(found: &Found, years: Option<RangeInclusive<i16>>) -> Markup {
    let (query, parameters) = (&found.answer.reading.understood, found.parameters);
    let panel = |at: usize, facet: &Facet| {
        let all =
            urls::with_given("/facets", &[("q", &query.to_string()), ("literal", "true"), ("facet", &facet.field)]);
        Panel { facet, query, parameters, most: VALUES, depth: 0, all }.markup(at < OPEN)
    };
    html! {
        details.filters {
            summary { "Filters" }
            nav aria-labelledby="filters" {
                h2.hidden #filters { "Filters" }
                (dates::form(query, parameters, years))
                @for (at, facet) in found.answer.facets.iter().enumerate() {
                    @if let Some(panel) = panel(at, facet) { (panel) }
                }
            }
        }
    }
}

fn hits(found: &Found) -> Markup {
    let is_by_letter = found.parameters.group == Grouping::Letter;
    let places = found.hits.chunk_by(|one, other| is_by_letter && one.letter.digest == other.letter.digest);
    let card = |hit: &Hit, at: usize| {
        let url = found.parameters.hit_url(hit, at);
        Card { hit, url, is_under_letter: is_by_letter, more: Markup::default() }.markup()
    };
    html! {
        ol.cards start=(found.offset + 1) {
            @for (at, hits) in (found.offset + 1..).zip(places) {
                li {
                    @if let Some(hit) = hits.first().filter(|_| is_by_letter) { (letter_heading(&hit.letter)) }
                    @for hit in hits { (card(hit, at)) }
                }
            }
        }
    }
}

fn letter_heading(letter: &Letter) -> Markup {
    html! {
        header.letter-head {
            h2 { a href=(urls::letter(letter.name())) { (letter.name()) } }
            (facts(letter))
        }
    }
}
