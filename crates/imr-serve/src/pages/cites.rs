//! The page of a guideline, or of a page or section of it.

use imr_output::{CitedCounts, CitedGroup, CitesReport, Counts, counted, grouped};
use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use super::parts::card::Card;
use super::parts::rate::{bar, interval};
use crate::resources::cites::{Cited, CitesParameters, Found};
use crate::urls;
use crate::work::Context;

/// Works that are asked for most.
const EXAMPLES: [(&str, Option<&str>); 5] = [
    ("MTUS Chronic Pain Medical Treatment", Some("24")),
    ("MTUS Low Back Complaints", Some("303-305")),
    ("ODG Pain", None),
    ("MTUS Knee Complaints", Some("Special Studies")),
    ("ACOEM", None),
];

/// The page.
pub(crate) fn page(context: &Context, found: &Found, report: &CitesReport) -> Markup {
    let title = format!("Who cites {}", report.work);
    let head = page_called(&title, Some(context));
    let url = |ending: &str| {
        let Cited { guideline, place } = found.cited;
        let path = urls::cites(guideline, place.as_deref());
        urls::with_parameters(&format!("{path}{ending}"), found.parameters)
    };
    let cited = counted(report.cited.either.tally.decisions, "decision");
    head.with(&html! {
        h1 { (report.work) }
        (asked(found.cited, found.parameters))
        header.result-head {
            h2 { "Cited in " (cited) " of " (grouped(report.found)) }
            p.forms { a href=(url(".csv")) { "CSV" } a href=(url(".json")) { "JSON" } }
        }
        @if !report.query.is_empty() { p.facts { "Of decisions that: " code { (report.understood) } } }
        @if report.cited.either.tally.decisions > 0 {
            (sides(&report.cited))
            (groups("By guideline and edition", "Guideline and edition", &report.editions, None))
            (groups("By page and section", "Page or section", &report.places, Some(found.cited)))
            @if report.more_places > 0 { p.facts { (counted(report.more_places, "place")) " more, in the other forms." } }
            (groups("By year", "Year", &report.years, None))
            @if !found.passages.is_empty() {
                section {
                    h2 { "How it is applied" }
                    ol.cards { @for hit in &found.passages {
                        @let url = urls::decision(&imr_output::id(hit.letter.name(), hit.n));
                        li { (Card { hit, url, is_under_letter: true, more: Markup::default() }.markup()) }
                    } }
                }
            }
        } @else { p { "No letter cites it. " (examples()) } }
    })
}

/// The page that asks for a guideline and a place in it.
pub(crate) fn form() -> Markup {
    let nothing = Cited { guideline: String::new(), place: None };
    page_called("Citations", None).with(&html! {
        h1 { "Who cites a guideline, and how these disputes end" }
        p.lead { "A guideline by its title or its family, with or without a page or section." }
        (asked(&nothing, &CitesParameters::default()))
        (examples())
    })
}

fn page_called<'p>(title: &'p str, context: Option<&'p Context>) -> Page<'p> {
    Page { title, section: Section::Citations, query: Some(""), context, beside: Beside::default() }
}

fn asked(cited: &Cited, parameters: &CitesParameters) -> Markup {
    let guideline = if cited.guideline == "*" { "" } else { &cited.guideline };
    html! {
        form.ask action="/cites" {
            label { "Guideline" input type="search" name="guideline" value=(guideline) placeholder="any" spellcheck="false"; }
            label { "Page or section" input type="search" name="place" value=[cited.place.as_deref()] placeholder="any" spellcheck="false"; }
            label { "In decisions that" input type="search" name="where" value=(parameters.query) placeholder="every decision" spellcheck="false"; }
            button { "Show" }
        }
    }
}

fn examples() -> Markup {
    html! {
        section.examples {
            h2 { "For example" }
            ul { @for (guideline, place) in EXAMPLES {
                li { a href=(urls::cites(guideline, place)) { (guideline) @if let Some(place) = place { ", " (place) } } }
            } }
        }
    }
}

/// The columns that all tables here have behind their first.
fn head(first: &str) -> Markup {
    html! {
        thead { tr {
            th scope="col" { (first) }
            th.number scope="col" { "Decisions" }
            th.number scope="col" { "Overturned" }
            th.number scope="col" { "Rate" }
            th.number scope="col" { "95 % interval" }
            th scope="col" { span.hidden { "Drawn" } }
        } }
    }
}

fn figures(counts: &Counts, drawn: &Markup) -> Markup {
    let [decisions, _, overturned, rate, ends] = counts.for_people();
    html! {
        td.number { (decisions) }
        td.number { (overturned) }
        td.number { (rate) }
        td.number { (ends) }
        td { (drawn) }
    }
}

/// Who cites it.
fn sides(cited: &CitedCounts) -> Markup {
    let told = |side: &str| match side {
        "either" => "Either side",
        "reviewer" => "The reviewer",
        "administrator" => "The claims administrator",
        _ => "Both sides",
    };
    html! {
        div.scrolled tabindex="0" role="region" aria-label="By side" {
            table {
                caption { "By the side that cites it" }
                (head("Cited by"))
                tbody { @for (side, counts) in cited.sides() {
                    tr { th scope="row" { (told(side)) } (figures(counts, &interval(counts))) }
                } }
            }
        }
    }
}

/// Parts of the citations; places are links where `within` is what they are places of.
fn groups(caption: &str, first: &str, groups: &[CitedGroup], within: Option<&Cited>) -> Markup {
    let largest = groups.iter().map(|group| group.cited.either.tally.decisions).max().unwrap_or(0);
    let link = |place: &str| within.map(|cited| urls::cites(&cited.guideline, Some(place)));
    html! {
        @if !groups.is_empty() {
            div.scrolled tabindex="0" role="region" aria-label=(caption) {
                table {
                    caption { (caption) ", cited by either side" }
                    (head(first))
                    tbody { @for CitedGroup { value, cited } in groups {
                        @let counts = &cited.either;
                        tr {
                            th scope="row" { @if let Some(url) = link(value) { a href=(url) { (value) } } @else { (value) } }
                            (figures(counts, &bar(counts.tally.overturned, counts.tally.decisions, largest)))
                        }
                    } }
                }
            }
        }
    }
}
