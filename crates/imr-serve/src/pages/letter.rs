//! The page of a letter, and of one decision of it.

use imr_model::{CaseOutcome, CredentialStyle, Letter, PassageKind};
use imr_output::{counted, id, sex};
use imr_query::Marks;
use jiff::civil::Date;
use maud::{Markup, html};

use super::layout::{self, Page, Section};
use super::parts::decision::{Shown, field, marks_in};
use super::parts::marked::marked;
use super::parts::outcome::badge;
use super::parts::{beside, cite};
use crate::resources::letters::{Found, FoundDecision, FoundLetter};
use crate::urls;
use crate::work::Context;

/// The page of the letters of a name.
pub(crate) fn page(context: &Context, found: &Found) -> Markup {
    let head = Page {
        title: found.name,
        section: Section::Other,
        query: Some(&found.parameters.q),
        context: Some(context),
        beside: layout::Beside::default(),
    };
    let marks = found.marks.as_ref();
    head.with(&html! {
        (beside::links(found.parameters, None))
        @if found.letters.len() > 1 { p.facts { (counted(found.letters.len(), "letter")) " have this name" } }
        @for found in &found.letters { (whole(found, marks)) }
    })
}

/// The page of a decision: its letter with this decision foremost.
pub(crate) fn decision(context: &Context, found: &FoundDecision) -> Markup {
    let FoundDecision { parameters, letter: FoundLetter { letter, .. }, n, marks, beside } = found;
    let name = id(letter.name(), *n);
    let next = |id: &Option<String>, at: usize| id.as_deref().map(|id| parameters.url_of(id, at));
    let head = Page {
        title: &name,
        section: Section::Other,
        query: Some(&parameters.q),
        context: Some(context),
        beside: beside.as_ref().map_or_else(layout::Beside::default, |beside| layout::Beside {
            previous: next(&beside.previous, beside.at.saturating_sub(1)),
            next: next(&beside.next, beside.at + 1),
        }),
    };
    let marks = marks.as_ref();
    let (own, others): (Vec<_>, Vec<_>) = letter.decisions.iter().partition(|decision| decision.n == *n);
    head.with(&html! {
        (beside::links(parameters, beside.as_ref()))
        div.reading-page {
            div {
                @for decision in own { (Shown { letter, decision, marks, is_foremost: true }.markup()) }
                (summary(letter, marks))
            }
            aside aria-label="The letter, and others like it" {
                (like("Similar decisions", &urls::similar(&name)))
                (like("Went the other way", &urls::counter(&name)))
                section {
                    h2 { "The letter" }
                    dl.fields { (facts(&found.letter)) }
                    (forms(&urls::decision(&name), &found.letter))
                    @if !others.is_empty() {
                        h3 { "Decided in the same letter" }
                        ul.others { @for other in others {
                            li { a href=(urls::decision(&id(letter.name(), other.n))) { "#" (other.n) " " (other.treatment) } " " (badge(other.outcome)) }
                        } }
                    }
                    p { a href=(urls::letter(letter.name())) { "The whole letter" } }
                }
            }
        }
    })
}

/// A letter with all of its decisions, in the order of reading.
fn whole(found: &FoundLetter, marks: Option<&Marks>) -> Markup {
    let letter = &found.letter;
    html! {
        section.whole {
            header {
                h1 { (letter.name()) }
                @if let Some(outcome) = letter.case_outcome { (case_badge(outcome)) }
            }
            (cite::styles(letter, None))
            dl.fields.in-columns { (facts(found)) }
            (forms(&urls::letter(letter.name()), found))
            (summary(letter, marks))
            @for decision in &letter.decisions { (Shown { letter, decision, marks, is_foremost: false }.markup()) }
            (unsegmented(letter, marks))
            @if !letter.warnings.is_empty() {
                details { summary { "What was looked for and not found" }
                    ul.warnings { @for warning in &letter.warnings { li { (warning) } } } }
            }
        }
    }
}

fn case_badge(outcome: CaseOutcome) -> Markup {
    let words = match outcome {
        CaseOutcome::Upheld => "All upheld",
        CaseOutcome::Overturned => "All overturned",
        CaseOutcome::Partial => "Overturned in part",
    };
    html! { span class=(format!("badge {}", outcome.as_str())) { (words) } }
}

/// Decisions like this one: a link, in whose place scripts put the first of them.
fn like(name: &str, url: &str) -> Markup {
    html! {
        section.like data-load=(format!("{url}.json?limit=3")) {
            h2 { a href=(url) { (name) } }
        }
    }
}

/// The same in other forms.
fn forms(url: &str, found: &FoundLetter) -> Markup {
    let letter = urls::letter(found.letter.name());
    html! {
        p.forms {
            a href=(format!("{letter}/text")) { "Text" }
            @if found.has_file { a href=(urls::file(&found.letter.digest)) { "File" } }
            a href=(format!("{url}.json")) { "JSON" }
            a href=(format!("{url}.csv")) { "CSV" }
        }
    }
}

/// What the letter prints at its head.
fn facts(FoundLetter { letter, also, .. }: &FoundLetter) -> Markup {
    let others: Vec<String> = also.iter().map(|place| place.source.clone()).collect();
    let day = |date: Option<Date>| date.map(|date| html! { time datetime=(date) { (date) } });
    let list = |list: &[String]| (!list.is_empty()).then(|| html! { (list.join(", ")) });
    let told_in_prose = matches!(letter.reviewer.style, Some(CredentialStyle::Narrative));
    let age = letter.patient.age.map(|age| format!("{age} years"));
    let patient: Vec<String> = age.into_iter().chain(letter.patient.sex.map(|one| sex(one).to_owned())).collect();
    let named = [
        ("Decided", day(letter.decision_date)),
        ("Refused by UR", day(letter.ur_denial_date)),
        ("Days between", letter.days_to_decision.map(|days| html! { (days) })),
        ("Application", day(letter.application_received)),
        ("Assigned", day(letter.date_assigned)),
        ("Injury", day(letter.date_of_injury)),
        ("Priority", letter.priority.as_deref().map(|priority| html! { (priority) })),
        ("Reviewer", list(&letter.reviewer.specialties)),
        ("Licensed in", list(&letter.reviewer.states_of_licensure)),
        ("Worker", list(&patient)),
        ("Found again as", list(&others)),
    ];
    html! {
        @for (name, value) in named {
            @if let Some(value) = value { (field(name, &html! {
                (value) @if name == "Reviewer" && told_in_prose { " (as told in prose)" }
            })) }
        }
    }
}

fn summary(letter: &Letter, marks: Option<&Marks>) -> Markup {
    html! {
        @if let Some(text) = &letter.clinical_summary {
            section.summary {
                h2 { "Clinical summary" }
                p.prose { (marked(text, &marks_in(marks, "summary", text))) }
            }
        }
    }
}

/// Text that no rule accounts for.
fn unsegmented(letter: &Letter, marks: Option<&Marks>) -> Markup {
    let passages: Vec<&str> = letter
        .remainder
        .iter()
        .filter(|passage| passage.kind == PassageKind::Unsegmented)
        .map(|passage| passage.text.as_str())
        .collect();
    html! {
        @if !passages.is_empty() {
            section.summary {
                h2 { "Text of no known form" }
                @for text in passages { p.prose { (marked(text, &marks_in(marks, "unsegmented", text))) } }
            }
        }
    }
}
