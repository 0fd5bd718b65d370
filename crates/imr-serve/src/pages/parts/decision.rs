//! A decision, by its fields.

use std::ops::Range;

use imr_model::{Citation, Concepts, Decision, Laterality, Letter, Side};
use imr_output::id;
use imr_query::{Ast, Marks};
use maud::{Markup, html};

use super::marked::marked;
use super::outcome::badge;
use super::{cite, cited};
use crate::urls;

/// How a decision is shown.
pub(crate) struct Shown<'s> {
    /// The letter that it stands in.
    pub(crate) letter: &'s Letter,
    /// The decision.
    pub(crate) decision: &'s Decision,
    /// What to mark in it.
    pub(crate) marks: Option<&'s Marks>,
    /// Whether the page is about it.
    pub(crate) is_foremost: bool,
}

impl Shown<'_> {
    /// The decision, with an anchor.
    pub(crate) fn markup(&self) -> Markup {
        let Self { letter, decision, .. } = self;
        html! {
            article.decision id=(format!("decision-{}", decision.n)) {
                (self.heading())
                (cite::styles(letter, Some(decision)))
                dl.fields {
                    @if let Some(text) = &decision.eligible_portion { (field("In dispute", &html! { (text) })) }
                    (concepts(&decision.concepts))
                }
                (self.side(Side::Administrator))
                (self.side(Side::Reviewer))
                @if let Some(text) = &decision.rationale {
                    (self.part("Rationale"))
                    p.prose { (self.text("rationale", text)) }
                }
            }
        }
    }

    fn heading(&self) -> Markup {
        let Self { letter, decision, is_foremost, .. } = self;
        let name = id(letter.name(), decision.n);
        let treatment = self.text("treatment", &decision.treatment);
        html! {
            header {
                @if *is_foremost { h1 { span.id { (name) } " " (treatment) } }
                @else { h2 { a.id href=(urls::decision(&name)) { (name) } " " (treatment) } }
                (badge(decision.outcome))
            }
        }
    }

    /// The heading of a part, under that of the decision.
    fn part(&self, name: &str) -> Markup {
        html! { @if self.is_foremost { h2.part { (name) } } @else { h3.part { (name) } } }
    }

    /// What a side relied on: its paragraph, and the works that are cited in it.
    fn side(&self, side: Side) -> Markup {
        let decision = self.decision;
        let (name, field, text) = match side {
            Side::Administrator => {
                ("The claims administrator relied on", "administrator_guideline", &decision.administrator_guideline)
            }
            Side::Reviewer => ("The reviewer relied on", "reviewer_guideline", &decision.reviewer_guideline),
        };
        let works: &[Citation] = decision.citations.of(side);
        html! {
            @if text.is_some() || !works.is_empty() {
                (self.part(name))
                @if !works.is_empty() { p.works { (cited::list(works)) } }
                @if let Some(text) = text { p.prose { (self.text(field, text)) } }
            }
        }
    }

    fn text(&self, field: &str, text: &str) -> Markup {
        marked(text, &marks_in(self.marks, field, text))
    }
}

/// What is to be marked in the text of a field.
pub(crate) fn marks_in(marks: Option<&Marks>, field: &str, text: &str) -> Vec<Range<usize>> {
    marks.map(|marks| marks.in_text(field, text)).unwrap_or_default()
}

/// A fact by its name.
pub(crate) fn field(name: &str, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// What a decision is about: each value a search for it.
fn concepts(concepts: &Concepts) -> Markup {
    let lists = [
        (
            "Kind",
            vec![("category", one(concepts.category.as_ref())), ("subcategory", one(concepts.subcategory.as_ref()))],
        ),
        (
            "Procedure",
            vec![("procedure", one(concepts.procedure.as_ref())), ("procedure", all(&concepts.other_procedures))],
        ),
        ("Drugs", vec![("drug", all(&concepts.drugs)), ("class", all(&concepts.drug_classes))]),
        (
            "Region",
            vec![
                ("laterality", concepts.laterality.map(Laterality::as_str).into_iter().collect()),
                ("body", all(&concepts.body_regions)),
                ("spinal_level", all(&concepts.spinal_levels)),
            ],
        ),
        ("Request", vec![("retrospective", flag(concepts.retrospective)), ("dependent", flag(concepts.dependent))]),
        ("Found wanting", vec![("gap", all(&concepts.gaps))]),
    ];
    html! {
        @for (name, values) in lists {
            @let links: Vec<Markup> = values.iter().flat_map(|(field, values)| values.iter().map(|value| link(field, value))).collect();
            @if !links.is_empty() { (field(name, &html! { ul.values { @for link in links { li { (link) } } } })) }
        }
        @if let Some(partial) = &concepts.partial { (field("Authorized before", &html! { (partial.authorized) })) }
    }
}

fn one(value: Option<&String>) -> Vec<&str> {
    value.map(String::as_str).into_iter().collect()
}

fn all(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}

fn flag(is_set: bool) -> Vec<&'static str> {
    if is_set { vec!["true"] } else { Vec::new() }
}

fn link(field: &str, value: &str) -> Markup {
    let told = match (field, value) {
        ("retrospective", _) => "given already",
        ("dependent", _) => "goes with an operation",
        (_, value) => value,
    };
    html! { a href=(urls::search(&Ast::All.with_value(field, value).to_string())) { (told) } }
}
