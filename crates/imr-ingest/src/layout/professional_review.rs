//! `MEDICAL PROFESSIONAL REVIEW`: one request a letter, long labels in capitals, the reviewer's qualifications last.

use std::sync::LazyLock;

use imr_model::{Layout, Letter, Outcome, PassageKind};
use regex::Regex;

use super::issues::Issue;
use super::outline::Outline;
use super::{Form, add_decision, read_reviewer, read_summary};
use crate::fields::header;
use crate::reader::Reader;
use crate::text::{Text, regex};

pub(super) struct ProfessionalReview;

impl Form for ProfessionalReview {
    fn recognise(&self, text: &Text) -> Option<Layout> {
        static TITLE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)medical\s+professional\s+review"));
        let mut opening = (0..text.lines().len().min(10)).map(|line| text.line(line));
        let has_title = opening.any(|line| TITLE.is_match(line) && line.split_whitespace().count() <= 8);
        has_title.then_some(Layout::ProfessionalReview)
    }

    fn read(&self, reader: &mut Reader<'_>, letter: &mut Letter) {
        let parts = parts(reader.text());
        header::read(reader, letter, parts.head());
        reader.set_aside(parts.head(), PassageKind::Form);
        let mut issue = Issue {
            heading: 0..0,
            outcome: None,
            is_finding: false,
            administrator: None,
            reviewer: None,
            rationale: None,
        };
        for (part, name) in parts.headings() {
            reader.set_aside(name.clone(), PassageKind::Form);
            let Some(body) = parts.body(part) else { continue };
            match part {
                Part::Issue => issue.heading = body,
                Part::Summary => read_summary(reader, letter, body),
                Part::Documents => reader.set_aside(body, PassageKind::Documents),
                Part::Guideline => issue.reviewer = Some(body),
                Part::Rationale => {
                    let raw = reader.text().raw();
                    issue.outcome = outcome_of(&raw[name]).or_else(|| outcome_of(&raw[body.clone()]));
                    issue.rationale = Some(body);
                }
                Part::Qualifications => {
                    read_reviewer(reader, letter, body);
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
        ]
    }

    fn prints_of_decisions(&self) -> &'static [&'static str] {
        &["treatment", "outcome", "reviewer_guideline", "rationale", "citations.reviewer"]
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

/// The labelled parts; labels wrap over lines at any blank.
fn parts(text: &Text) -> Outline<Part> {
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
    let groups = [
        ("issue", Part::Issue),
        ("summary", Part::Summary),
        ("documents", Part::Documents),
        ("guideline", Part::Guideline),
        ("rationale", Part::Rationale),
        ("qualifications", Part::Qualifications),
    ];
    Outline::by_groups(text, &LABEL, &groups)
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
