//! A decision that was found.

use imr_model::Letter;
use imr_output::{grouped, id};
use imr_precedent::{Style, citation};
use imr_query::{Explanation, Hit, Passage};
use maud::{Markup, html};

use super::cite::copy;
use super::cited;
use super::marked::marked;
use super::outcome::badge;
use crate::urls;

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
            article.card data-url=(self.place()) {
                (self.heading())
                @if !self.is_under_letter { (facts(&hit.letter)) }
                @if let Some(decision) = hit.decision() { (cited::both(&decision.citations)) }
                @match &hit.passage {
                    Some(passage) if !passage.text.is_empty() => (quoted(passage)),
                    _ if hit.n == 0 => blockquote { (beginning(&hit.letter.unsegmented_text())) },
                    _ => {}
                }
                (self.more)
                @if hit.folded > 0 { p.folded { "and " (grouped(hit.folded)) " more with the same rationale" } }
                @if let Some(explanation) = &hit.explanation {
                    details.why { summary { "Why it ranks here" } ul { (explained(explanation)) } }
                }
                (actions(hit))
            }
        }
    }

    /// Where the decision always stands, for paper.
    fn place(&self) -> String {
        let name = self.hit.letter.name();
        if self.hit.n == 0 { urls::letter(name) } else { urls::decision(&id(name, self.hit.n)) }
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
        blockquote {
            @if let Some(place) = place { span.place { (place) ": " } }
            (marked(&passage.text, &passage.marks))
        }
    }
}

/// The beginning of a text, up to the end of a word.
fn beginning(text: &str) -> String {
    let end = text.char_indices().map(|(at, _)| at).nth(BEGINNING);
    let Some(end) = end else { return text.to_owned() };
    let whole_words = text[..end].rsplit_once(char::is_whitespace).map_or(&text[..end], |(words, _)| words);
    format!("{whole_words} …")
}

/// About so many characters are shown of a text that has no passage.
const BEGINNING: usize = 320;

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
    let id = id(hit.letter.name(), hit.n);
    html! {
        p.actions {
            (copy(&citation(&hit.letter, Some(decision), Style::Short), "Copy citation", &format!("Copy citation of {id}")))
            a href=(urls::similar(&id)) { "Similar" span.hidden { " to " (id) } }
            a href=(urls::counter(&id)) { "Went the other way" span.hidden { " than " (id) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use imr_model::{Decision, Outcome};

    use super::*;

    fn hit(n: usize, passage: Option<Passage>) -> Hit {
        let mut letter = Letter::new("<b>source</b>", "a.txt");
        letter.reviewer.specialties = vec!["<i>Pain</i>".to_owned()];
        letter.decisions.push(Decision {
            n: 1,
            treatment: "<script>alert(1)</script>".to_owned(),
            eligible_portion: None,
            outcome: Some(Outcome::PartiallyOverturned),
            administrator_guideline: None,
            reviewer_guideline: None,
            citations: imr_model::Citations::default(),
            rationale: None,
            concepts: imr_model::Concepts::default(),
        });
        Hit { letter, n, score: 0.0, passage, folded: 1_400, explanation: None }
    }

    #[test]
    fn nothing_of_a_letter_is_markup() {
        let passage = Passage { field: "summary", text: "a <img src=x> b".to_owned(), marks: vec![2..13, 14..15] };
        let hit = hit(1, Some(passage));
        let card =
            Card { hit: &hit, url: "/?q=\"><script>".to_owned(), is_under_letter: false, more: Markup::default() };
        let markup = card.markup().into_string();
        for hostile in ["<script", "<img", "<i>", "<b>", "q=\""] {
            assert!(!markup.contains(hostile), "{hostile} in {markup}");
        }
        for want in [
            "<mark>&lt;img src=x&gt;</mark> <mark>b</mark>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "Clinical summary: ",
            "and 1,400 more with the same rationale",
            "<span class=\"badge partial\">Partially overturned</span>",
            "data-url=\"/decisions/%3Cb%3Esource%3C%2Fb%3E%231\"",
        ] {
            assert!(markup.contains(want), "no {want} in {markup}");
        }
    }

    #[test]
    fn texts_are_shown_from_their_beginning() {
        let long = "word é ".repeat(100);
        assert_eq!(beginning("short"), "short");
        assert!(beginning(&long).ends_with(" …") && beginning(&long).chars().count() <= BEGINNING + 2);
    }
}
