//! The page of decisions like one.

use imr_output::{counted, id};
use imr_precedent::{Differing, Precedent, Shared};
use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use super::parts::card::Card;
use super::parts::outcome::badge;
use crate::resources::precedents::{Found, Kind};
use crate::urls;
use crate::work::Context;

/// The page.
pub(crate) fn page(context: &Context, found: &Found) -> Markup {
    let precedents = &found.precedents;
    let name = id(precedents.letter.name(), precedents.decision.n);
    let (title, path) = match found.kind {
        Kind::Similar => (format!("Decisions like {name}"), urls::similar(&name)),
        Kind::Counter => (format!("Decided the other way than {name}"), urls::counter(&name)),
    };
    let head = Page {
        title: &title,
        section: Section::Other,
        query: Some(""),
        context: Some(context),
        beside: Beside::default(),
    };
    head.with(&html! {
        header.result-head {
            h1 { (title) }
            p.forms {
                a href=(format!("{path}.csv")) { "CSV" }
                a href=(format!("{path}.json")) { "JSON" }
            }
        }
        p.base { a href=(urls::decision(&name)) { span.id { (name) } " " (precedents.decision.treatment) } " " (badge(precedents.decision.outcome)) }
        (narrow(&path, found))
        (told(found))
        ol.cards { @for precedent in &precedents.list { li { (card(&name, precedent)) } } }
    })
}

/// Only decisions that a query finds.
fn narrow(path: &str, found: &Found) -> Markup {
    let parameters = found.parameters;
    html! {
        form.ask action=(path) {
            label for="among" { "Only decisions that" }
            input #among type="search" name="q" value=(parameters.q) placeholder="state:CA date:>=2016" spellcheck="false";
            @if let Some(limit) = parameters.limit { input type="hidden" name="limit" value=(limit); }
            button { "Narrow" }
        }
    }
}

/// What those that are listed have in common, or why there are none.
fn told(found: &Found) -> Markup {
    let precedents = &found.precedents;
    if precedents.list.is_empty() {
        let why = match (found.kind, precedents.decision.outcome) {
            (Kind::Counter, None) => "The letter prints no outcome of this decision, so that none is the other one.",
            _ => "There is none.",
        };
        return html! { p { (why) } };
    }
    let shared = match precedents.shared {
        Shared::TreatmentAndPlace => {
            "They share the treatment or its class, and a page or section that both reviewers cite."
        }
        Shared::TreatmentAndGuideline => {
            "No other decision on the treatment cites the same page or section: these share the guideline."
        }
        Shared::Treatment => {
            "No other decision on the treatment cites the same guideline: these share the treatment only."
        }
        Shared::Anything => {
            "The most alike first: by what is in dispute, what is cited, what is found wanting, and rare words."
        }
    };
    html! {
        p.facts { (shared) " " (counted(precedents.found, "decision")) " share enough to be ranked." }
    }
}

fn card(base: &str, Precedent { hit, alike, differing }: &Precedent) -> Markup {
    let (common, own) = (alike.line(), id(hit.letter.name(), hit.n));
    let more = html! {
        dl.cited.alike {
            @if !common.is_empty() { div { dt { "In common" } dd { (common) } } }
            @if let Some(Differing { first, second }) = differing {
                (only_in(base, first))
                (only_in(&own, second))
            }
        }
    };
    Card { hit, url: urls::decision(&own), is_under_letter: false, more }.markup()
}

/// Sentences that only one of two rationales has.
fn only_in(name: &str, sentences: &[String]) -> Markup {
    html! {
        @if !sentences.is_empty() {
            div { dt { "Only in " span.id { (name) } } dd { @for sentence in sentences { p.prose { (sentence) } } } }
        }
    }
}
