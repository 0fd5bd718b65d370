//! `MEDICAL PROFESSIONAL REVIEW`: one request a letter, long labels in capitals, the reviewer's qualifications last.

use std::ops::Range;
use std::sync::LazyLock;

use imr_model::{Layout, Letter, Outcome, PassageKind};
use regex::Regex;

use super::issues::Issue;
use super::{Form, add_decision};
use crate::fields::{credentials, header, patient};
use crate::reader::Reader;
use crate::text::{Text, regex};

pub(super) struct ProfessionalReview;

impl Form for ProfessionalReview {
    fn layout(&self) -> Layout {
        Layout::ProfessionalReview
    }

    fn recognises(&self, text: &Text) -> bool {
        (0..text.lines().len().min(10)).any(|line| {
            let words: Vec<&str> = text.line(line).split_whitespace().collect();
            words.len() <= 8 && words.join(" ").to_uppercase().contains("MEDICAL PROFESSIONAL REVIEW")
        })
    }

    fn read(&self, reader: &mut Reader<'_>, letter: &mut Letter) {
        let labels = labels(reader.text());
        let head = 0..labels.first().map_or(reader.text().raw().len(), |label| label.range.start);
        header::read(reader, letter, head.clone());
        reader.set_aside(head, PassageKind::Form);
        let mut issue = Issue { heading: 0..0, outcome: None, administrator: None, reviewer: None, rationale: None };
        for (index, label) in labels.iter().enumerate() {
            let body =
                label.range.end..labels.get(index + 1).map_or(reader.text().raw().len(), |next| next.range.start);
            reader.set_aside(label.range.clone(), PassageKind::Form);
            match label.part {
                Part::Issue => issue.heading = body,
                Part::Summary => read_summary(reader, letter, body),
                Part::Documents => reader.set_aside(body, PassageKind::Documents),
                Part::Guideline => issue.reviewer = Some(body),
                Part::Rationale => {
                    let name = &reader.text().raw()[label.range.clone()];
                    issue.outcome = outcome_of(name).or_else(|| outcome_of(&reader.text().raw()[body.clone()]));
                    issue.rationale = Some(body);
                }
                Part::Qualifications => {
                    letter.reviewer = credentials::read(reader, body.clone());
                    reader.set_aside(body, PassageKind::Form);
                }
            }
        }
        if !issue.heading.is_empty() || issue.rationale.is_some() {
            add_decision(reader, letter, issue);
        }
    }

    fn prints(&self) -> &'static [&'static str] {
        &[
            "case_number",
            "reviewer.states_of_licensure",
            "reviewer.specialties",
            "clinical_summary",
            "patient.age",
            "patient.sex",
            "decisions",
            "treatment",
            "outcome",
            "reviewer_guideline",
            "rationale",
            "citations.reviewer",
        ]
    }
}

fn read_summary(reader: &mut Reader<'_>, letter: &mut Letter, body: Range<usize>) {
    letter.clinical_summary = reader.take(body);
    if let Some(summary) = &letter.clinical_summary {
        letter.patient = patient::read(summary);
        letter.summary_date_of_injury = patient::date_of_injury(summary);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Issue,
    Summary,
    Documents,
    Guideline,
    Rationale,
    Qualifications,
}

struct Label {
    part: Part,
    range: Range<usize>,
}

/// The labels, in the order of the letter; they wrap over lines at any blank.
fn labels(text: &Text) -> Vec<Label> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xm)^\s*(?:
              (?P<issue> ISSUES?(?:\(S\))?\s+AT\s+DISPUTE\s*: )
            | (?P<summary> CASE\s+SUMMARY\s*: )
            | (?P<documents> DOCUMENTS\s+REVIEWED\s+FOR\s+DETERMINATION\s*: )
            | (?P<guideline> MEDICAL\s+TREATMENT\s+GUIDELINE(?:\(S\)|S)?\s+RELIED\s+UPON\s+BY\s+(?:THE\s+)?PROFESSIONAL\s+REVIEWER(?:\s+AND\s+WHY)?\s*: )
            | (?P<rationale> RATIONALE\s+FOR\s+WHY\s+THE\s+REQUESTED\s+TREATMENT\s*/\s*SERVICE\s+[A-Z/\s]{2,20}?MEDICALLY\s+NECESSARY\s*: )
            | (?P<qualifications> MEDICAL\s+REVIEWER\s+QUALIFICATIONS\s*: ) )",
        )
    });
    let parts = [
        ("issue", Part::Issue),
        ("summary", Part::Summary),
        ("documents", Part::Documents),
        ("guideline", Part::Guideline),
        ("rationale", Part::Rationale),
        ("qualifications", Part::Qualifications),
    ];
    let mut labels: Vec<Label> = Vec::new();
    for found in LABEL.captures_iter(text.raw()) {
        for (name, part) in parts {
            if let Some(place) = found.name(name)
                && labels.iter().all(|label| label.part != part)
            {
                labels.push(Label { part, range: place.range() });
            }
        }
    }
    labels
}

/// What a label or, where the label leaves it open (`IS/WAS NOT`), the rationale's last finding says.
fn outcome_of(text: &str) -> Option<Outcome> {
    static FINDING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)\b(?:is|are|was|were)\s*(?P<not>not\s*)?(?:considered\s+|found\s+to\s+be\s+|deemed\s+)?medically\s+necessary",
        )
    });
    let last = FINDING.captures_iter(text).last()?;
    Some(if last.name("not").is_some() { Outcome::Upheld } else { Outcome::Overturned })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcome_by_label_or_rationale() {
        for (text, want) in [
            ("TREATMENT/SERVICE IS NOT MEDICALLY NECESSARY:", Some(Outcome::Upheld)),
            ("TREATMENT/SERVICE WAS MEDICALLY\nNECESSARY:", Some(Outcome::Overturned)),
            ("MRI is medically necessary for some. This one is not medically necessary.", Some(Outcome::Upheld)),
            ("Nothing is said.", None),
        ] {
            assert_eq!(outcome_of(text), want, "case: {text}");
        }
    }
}
