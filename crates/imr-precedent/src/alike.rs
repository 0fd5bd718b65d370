//! What two decisions have in common.

use std::collections::{BTreeMap, BTreeSet};

use imr_index::{page_name, stem_term, words};
use imr_model::{Citation, Concepts, Decision, Family};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a decision is like another: whatever both have. Empty lists are left out of JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Alike {
    /// Drugs, drug classes, procedures and regions of the body in dispute.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub treatment: Vec<String>,
    /// What both reviewers cite, by guideline with its page or section, or by guideline only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<String>,
    /// What both rationales find wanting.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<String>,
    /// Words that are rare elsewhere and stand in both rationales.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wording: Vec<String>,
}

impl Alike {
    /// What two decisions have in common. `rare` are the words of the rationale of one that are rare elsewhere.
    #[must_use]
    pub fn new(one: &Decision, other: &Decision, rare: &[String]) -> Self {
        let subjects = (subjects(&one.concepts), subjects(&other.concepts));
        let stems: BTreeSet<String> =
            words(other.rationale.as_deref().unwrap_or_default()).map(|word| stem_term(&word.text)).collect();
        Self {
            treatment: common(subjects.0, &subjects.1),
            citations: common_citations(one, other),
            gaps: common(one.concepts.gaps.clone(), &other.concepts.gaps),
            wording: rare.iter().filter(|word| stems.contains(&stem_term(word))).cloned().collect(),
        }
    }

    /// Everything on one line: `Opioids, lumbar spine; MTUS Chronic Pain, p. 78; no functional improvement; "taper"`.
    #[must_use]
    pub fn line(&self) -> String {
        let wording = self.wording.iter().map(|word| format!("\"{word}\"")).collect();
        let parts = [&self.treatment, &self.citations, &self.gaps, &wording];
        let parts = parts.into_iter().filter(|part| !part.is_empty()).map(|part: &Vec<String>| part.join(", "));
        parts.collect::<Vec<_>>().join("; ")
    }
}

/// A guideline, or a page or section of it, that a decision's reviewer cites.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cited<'c> {
    family: Family,
    guideline: &'c str,
    /// The section or page, in lower case; `None` for the work as a whole.
    place: Option<String>,
}

impl Cited<'_> {
    fn name(&self, places: &[String]) -> String {
        let work = self.family.work_name(self.guideline);
        std::iter::once(work.as_str()).chain(places.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
    }
}

/// Whether the reviewers of two decisions cite the same page or section of the same guideline.
#[must_use]
pub fn share_place(one: &Decision, other: &Decision) -> bool {
    let cited = places(&other.citations.reviewer);
    places(&one.citations.reviewer).iter().any(|(place, _)| cited.iter().any(|(known, _)| known == place))
}

/// Whether the reviewers of two decisions cite the same guideline.
#[must_use]
pub fn share_guideline(one: &Decision, other: &Decision) -> bool {
    let cited = works(&other.citations.reviewer);
    works(&one.citations.reviewer).iter().any(|work| cited.contains(work))
}

/// Pages and sections, each with its printed name.
fn places(citations: &[Citation]) -> Vec<(Cited<'_>, String)> {
    let mut places = Vec::new();
    for (citation, work) in citations.iter().filter_map(|citation| Some((citation, work(citation)?))) {
        let pages = citation.pages.iter().flat_map(|range| range.pages()).map(page_name);
        for name in citation.sections.iter().cloned().chain(pages) {
            places.push((Cited { place: Some(name.to_lowercase()), ..work.clone() }, name));
        }
    }
    places
}

fn works(citations: &[Citation]) -> Vec<Cited<'_>> {
    citations.iter().filter_map(work).collect()
}

/// The guideline of a citation; `None` if it says that nothing was cited.
fn work(citation: &Citation) -> Option<Cited<'_>> {
    Some(Cited { family: citation.family, guideline: citation.guideline.as_deref()?, place: None })
}

/// Each guideline that both cite, with the pages and sections of it that both cite.
fn common_citations(one: &Decision, other: &Decision) -> Vec<String> {
    let (works_of_other, places_of_other) = (works(&other.citations.reviewer), places(&other.citations.reviewer));
    let mut told: BTreeMap<Cited<'_>, Vec<String>> = BTreeMap::new();
    for work in works(&one.citations.reviewer).into_iter().filter(|work| works_of_other.contains(work)) {
        told.insert(work, Vec::new());
    }
    for (place, name) in places(&one.citations.reviewer) {
        let is_common = places_of_other.iter().any(|(known, _)| *known == place);
        if let Some(names) = told.get_mut(&Cited { place: None, ..place }).filter(|_| is_common) {
            names.push(name);
        }
    }
    told.into_iter().map(|(work, places)| work.name(&places)).collect()
}

/// What is in dispute, each once.
fn subjects(concepts: &Concepts) -> Vec<String> {
    let named = concepts.drugs.iter().chain(&concepts.drug_classes).chain(&concepts.procedure);
    named.chain(&concepts.other_procedures).chain(&concepts.body_regions).cloned().collect()
}

/// Those of some texts that stand among others, each once.
fn common(texts: Vec<String>, others: &[String]) -> Vec<String> {
    let mut told = BTreeSet::new();
    texts.into_iter().filter(|text| others.contains(text) && told.insert(text.clone())).collect()
}

#[cfg(test)]
mod tests {
    use imr_model::{Citations, PageRange};

    use super::*;

    fn decision(drug: &str, citations: Vec<Citation>, gaps: &[&str], rationale: &str) -> Decision {
        Decision {
            n: 1,
            treatment: drug.to_owned(),
            eligible_portion: None,
            outcome: None,
            administrator_guideline: None,
            reviewer_guideline: None,
            citations: Citations { reviewer: citations, ..Citations::default() },
            rationale: Some(rationale.to_owned()),
            concepts: Concepts {
                drugs: vec![drug.to_owned()],
                drug_classes: vec!["Opioids".to_owned()],
                gaps: gaps.iter().map(|gap| (*gap).to_owned()).collect(),
                ..Concepts::default()
            },
        }
    }

    fn pain(section: &[&str], pages: &[(u32, u32)]) -> Citation {
        Citation {
            sections: section.iter().map(|name| (*name).to_owned()).collect(),
            pages: pages.iter().map(|(first, last)| PageRange::new(*first, *last)).collect(),
            ..Citation::new(Family::Mtus, "Chronic Pain Medical Treatment")
        }
    }

    #[test]
    fn what_two_decisions_share() {
        let rare = ["taper", "kidney"].map(str::to_owned);
        let one = decision("tramadol", vec![pain(&["Opioids"], &[(78, 80)])], &["no functional improvement"], "Taper.");
        for (other, line, place, guideline) in [
            (
                decision(
                    "tramadol",
                    vec![pain(&["opioids"], &[(80, 80)])],
                    &["no functional improvement"],
                    "Tapering.",
                ),
                "tramadol, Opioids; MTUS Chronic Pain Medical Treatment, Opioids, p. 80; no functional improvement; \
                 \"taper\"",
                true,
                true,
            ),
            (
                decision("fentanyl", vec![pain(&[], &[(24, 24)])], &["no drug screen"], "A tape of kidneys."),
                "Opioids; MTUS Chronic Pain Medical Treatment; \"kidney\"",
                false,
                true,
            ),
            (
                decision("fentanyl", vec![Citation::new(Family::Odg, "Pain"), Citation::none_stated()], &[], ""),
                "Opioids",
                false,
                false,
            ),
        ] {
            let alike = Alike::new(&one, &other, &rare);
            assert_eq!(alike.line(), line);
            assert_eq!((share_place(&one, &other), share_guideline(&one, &other)), (place, guideline), "case: {line}");
        }
    }
}
