//! How a query was understood, to be corrected.

use imr_output::{counted, grouped};
use imr_query::{Answer, Ast};
use maud::{Markup, html};

use crate::parameters::Switch;
use crate::resources::search::SearchParameters;

/// So many conditions are shown at once.
const SHOWN: usize = 12;

/// The conditions of a query, each a link to the search without it, and what is to be said of it.
pub(crate) fn reading(parameters: &SearchParameters, answer: &Answer) -> Markup {
    let reading = &answer.reading;
    let conditions = reading.understood.conditions();
    let chip = |text: &str, without: &Ast| {
        html! {
            li { a.chip href=(parameters.of_query(without).url()) {
                span.hidden { "Remove " } (text) span.cross aria-hidden="true" { "×" }
            } }
        }
    };
    html! {
        @if !conditions.is_empty() {
            section.reading aria-label="How the query was read" {
                p { "Read as" }
                ul.chips { @for one in conditions.iter().take(SHOWN) { (chip(&one.text, &one.without)) } }
                @if conditions.len() > SHOWN {
                    details {
                        summary { "and " (counted(conditions.len() - SHOWN, "more")) }
                        ul.chips { @for one in &conditions[SHOWN..] { (chip(&one.text, &one.without)) } }
                    }
                }
                @if parameters.literal == Switch::False && is_read(parameters, &reading.understood) {
                    a.literally href=(literal(parameters).url()) { "Search the words as typed" }
                }
            }
        }
        @if !reading.notes.is_empty() || !reading.hints.is_empty() {
            ul.notes {
                @for note in &reading.notes { li { (note.replace("->", "→")) } }
                @for hint in &reading.hints { li.hint { (hint) } }
            }
        }
    }
}

/// Whether plain English was read as something else.
fn is_read(parameters: &SearchParameters, understood: &Ast) -> bool {
    imr_query::parse(&parameters.q).is_ok_and(|typed| typed != *understood)
}

fn literal(parameters: &SearchParameters) -> SearchParameters {
    SearchParameters { literal: Switch::True, ..parameters.first_page() }
}

/// What to do about a query that finds nothing: what each condition finds, and the search without it.
pub(crate) fn emptied(parameters: &SearchParameters, answer: &Answer) -> Markup {
    let conditions = answer.reading.understood.conditions();
    let without = |text: &str| {
        let known = conditions.iter().find(|condition| condition.text == text);
        known.map(|condition| parameters.of_query(&condition.without).url())
    };
    html! {
        section.emptied {
            h2 { "Nothing matches all of this" }
            @if answer.emptied.is_empty() {
                p { "Try fewer or other words, or leave out what the letters may not print. " a href="/help" { "How to search" } }
            } @else {
                table {
                    caption { "What each condition finds" }
                    thead { tr {
                        th scope="col" { "Condition" }
                        th.number scope="col" { "By itself" }
                        th.number scope="col" { "Search without it" }
                    } }
                    tbody {
                        @for one in &answer.emptied {
                            tr {
                                th scope="row" { code { (one.condition) } }
                                td.number { (grouped(one.alone)) }
                                td.number {
                                    @match without(&one.condition) {
                                        Some(url) if one.without > 0 => {
                                            a href=(url) { (counted(one.without, "decision")) span.hidden { " without " (one.condition) } }
                                        }
                                        _ => (grouped(one.without)),
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
