//! A decision that was found.

use imr_model::Letter;
use imr_output::{grouped, id};
use imr_precedent::{Style, citation};
use imr_query::{Explanation, Hit, Passage};
use maud::{Markup, html};

use super::cited;
use super::marked::marked;
use super::outcome::badge;
use crate::pages::links;

/// A decision that was found.
pub(crate) struct Card<'c> {
    /// The decision.
    pub(crate) hit: &'c Hit,
    /// Where its heading leads.
    pub(crate) url: String,
    /// Whether it stands under the heading of its letter, which tells what belongs to the letter.
    pub(crate) is_under_letter: bool,
    /// What else is told of it.
    pub(crate) more: Markup,
}

impl Card<'_> {
    /// The card.
    pub(crate) fn markup(&self) -> Markup {
        let hit = self.hit;
        html! {
            article.card {
                (self.heading())
                @if !self.is_under_letter { (facts(&hit.letter)) }
                @if let Some(decision) = hit.decision() { dl.cited { (cited::both(&decision.citations)) } }
                @if let Some(passage) = &hit.passage { (quoted(passage)) }
                (self.more)
                @if hit.folded > 0 { p.folded { "and " (grouped(hit.folded)) " more with the same rationale" } }
                @if let Some(explanation) = &hit.explanation {
                    details.why { summary { "Why it ranks here" } ul { (explained(explanation)) } }
                }
                (actions(hit))
            }
        }
    }

    fn heading(&self) -> Markup {
        let hit = self.hit;
        let what = match hit.decision() {
            Some(decision) => decision.treatment.as_str(),
            None => "Text of a letter of unknown form",
        };
        let name = if hit.n == 0 { hit.letter.name().to_owned() } else { id(hit.letter.name(), hit.n) };
        let heading = html! {
            a href=(self.url) { span.id { (name) } " " span.treatment { (what) } }
        };
        html! {
            header {
                @if self.is_under_letter { h3 { (heading) } } @else { h2 { (heading) } }
                @if let Some(decision) = hit.decision() { (badge(decision.outcome)) }
            }
        }
    }
}

/// Specialties of the reviewer, and the day of the decision.
pub(crate) fn facts(letter: &Letter) -> Markup {
    let specialties = letter.reviewer.specialties.join(", ");
    let day = letter.decision_date.map(|date| date.to_string());
    html! {
        @if !specialties.is_empty() || day.is_some() {
            p.facts {
                (specialties)
                @if let Some(day) = day {
                    @if !specialties.is_empty() { " · " }
                    "decided " time datetime=(day) { (day) }
                }
            }
        }
    }
}

/// A passage, and where it stands if that is not the rationale.
fn quoted(passage: &Passage) -> Markup {
    let place = match passage.field {
        "summary" => Some("Clinical summary"),
        "reviewer_guideline" => Some("What the reviewer relied on"),
        "administrator_guideline" => Some("What the administrator relied on"),
        "unsegmented" => Some("Text"),
        _ => None,
    };
    html! {
        @if !passage.text.is_empty() {
            blockquote {
                @if let Some(place) = place { span.place { (place) ": " } }
                (marked(&passage.text, &passage.marks))
            }
        }
    }
}

/// The parts of a score, each under what it is a part of.
fn explained(explanation: &Explanation) -> Markup {
    let Explanation { what, score, matches, parts } = explanation;
    html! {
        li {
            span.score {
                @if !matches { "no" } @else if *score > 0.0 { (format!("{score:.2}")) } @else { "yes" }
            }
            " " (what)
            @if !parts.is_empty() { ul { @for part in parts { (explained(part)) } } }
        }
    }
}

/// What can be done with a decision.
fn actions(hit: &Hit) -> Markup {
    let Some(decision) = hit.decision() else { return Markup::default() };
    let name = hit.letter.name();
    html! {
        p.actions {
            button.copy type="button" hidden data-copy=(citation(&hit.letter, Some(decision), Style::Short)) {
                "Copy citation"
            }
            a href=(links::similar(name, hit.n)) { "Similar" span.hidden { " to " (id(name, hit.n)) } }
            a href=(links::counter(name, hit.n)) { "Went the other way" span.hidden { " than " (id(name, hit.n)) } }
        }
    }
}
