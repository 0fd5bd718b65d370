//! Letters to documents: what each field holds.

use std::sync::LazyLock;

use imr_model::{
    Agreement, CaseNumber, CaseOutcome, Citation, Decision, Family, Laterality, Letter, Outcome, Sex, Side,
};
use imr_vocabulary::specialties;
use jiff::civil::Date;
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use crate::schema::{FieldId, Fields, PATH_SEPARATOR, Schema};
use crate::sketch::Sketch;

/// Takes the values of one field of a document.
struct Values<'d> {
    document: &'d mut TantivyDocument,
    field: Field,
}

impl Values<'_> {
    fn texts(&mut self, texts: impl IntoIterator<Item = impl AsRef<str>>) {
        for text in texts {
            if !text.as_ref().is_empty() {
                self.document.add_text(self.field, text);
            }
        }
    }

    fn numbers(&mut self, numbers: impl IntoIterator<Item = impl Into<u64>>) {
        numbers.into_iter().for_each(|number| self.document.add_u64(self.field, number.into()));
    }

    fn date(&mut self, date: Option<Date>) {
        self.numbers(date.map(date_number));
    }
}

type LetterRule = fn(&Letter, &mut Values<'_>);
type DecisionRule = fn(&Decision, &mut Values<'_>);
type CitationRule = fn(&[Citation], &mut Values<'_>);

/// What the fields of a letter hold.
const OF_LETTER: [(&str, LetterRule); 19] = [
    ("summary", |letter, values| values.texts(&letter.clinical_summary)),
    ("days", |letter, values| values.numbers(letter.days_to_decision)),
    ("case-outcome", |letter, values| values.texts(letter.case_outcome.map(CaseOutcome::as_str))),
    ("specialty", |letter, values| {
        values.texts(distinct(letter.reviewer.specialties.iter().map(|name| specialty(name))));
    }),
    ("state", |letter, values| values.texts(distinct(letter.reviewer.states_of_licensure.iter()))),
    ("age", |letter, values| values.numbers(letter.patient.age)),
    ("sex", |letter, values| {
        values.texts(letter.patient.sex.map(|sex| if sex == Sex::Female { "female" } else { "male" }));
    }),
    ("date", |letter, values| values.date(letter.decision_date)),
    ("year", |letter, values| values.numbers(letter.decision_date.map(|date| date.year().unsigned_abs()))),
    ("injury", |letter, values| values.date(letter.date_of_injury)),
    ("assigned", |letter, values| values.date(letter.date_assigned)),
    ("denied", |letter, values| values.date(letter.ur_denial_date)),
    ("received", |letter, values| values.date(letter.application_received)),
    ("priority", |letter, values| values.texts(&letter.priority)),
    ("case", |letter, values| values.texts(letter.case_number.as_ref().map(CaseNumber::as_str))),
    ("layout", |letter, values| values.texts([letter.layout.as_str()])),
    ("source", |letter, values| values.texts([&letter.source])),
    ("letter", |letter, values| values.texts([&letter.digest])),
    ("name", |letter, values| values.texts([letter.name()])),
];

/// What the fields of a decision hold.
const OF_DECISION: [(&str, DecisionRule); 22] = [
    (PLACE, |decision, values| values.numbers([decision.n as u64])),
    ("treatment", |decision, values| values.texts([&decision.treatment])),
    ("rationale", |decision, values| values.texts(&decision.rationale)),
    ("reviewer_guideline", |decision, values| values.texts(&decision.reviewer_guideline)),
    ("administrator_guideline", |decision, values| values.texts(&decision.administrator_guideline)),
    ("outcome", |decision, values| values.texts(decision.outcome.map(Outcome::as_str))),
    ("drug", |decision, values| values.texts(&decision.concepts.drugs)),
    ("class", |decision, values| values.texts(&decision.concepts.drug_classes)),
    ("other_class", |decision, values| values.texts(&decision.concepts.other_drug_classes)),
    ("class/drug", |decision, values| values.texts(class_and_drug(decision))),
    ("category", |decision, values| values.texts(&decision.concepts.category)),
    ("subcategory", |decision, values| values.texts(&decision.concepts.subcategory)),
    ("category/subcategory", |decision, values| {
        let levels = decision.concepts.category.iter().chain(&decision.concepts.subcategory);
        values.texts([path(levels.map(String::as_str))]);
    }),
    ("procedure", |decision, values| {
        values.texts(decision.concepts.procedure.iter().chain(&decision.concepts.other_procedures));
    }),
    ("body", |decision, values| values.texts(&decision.concepts.body_regions)),
    ("spinal_level", |decision, values| values.texts(&decision.concepts.spinal_levels)),
    ("laterality", |decision, values| values.texts(decision.concepts.laterality.map(Laterality::as_str))),
    ("retrospective", |decision, values| values.texts([flag(decision.concepts.retrospective)])),
    ("dependent", |decision, values| values.texts([flag(decision.concepts.dependent)])),
    ("partial", |decision, values| values.texts([flag(decision.concepts.partial.is_some())])),
    ("gap", |decision, values| values.texts(&decision.concepts.gaps)),
    ("agree", |decision, values| values.texts(decision.concepts.agreement.map(Agreement::as_str))),
];

/// What the citation fields hold: of the reviewer by these names, of the claims administrator behind `ca.`.
const OF_CITATIONS: [(&str, CitationRule); 8] = [
    ("family", |citations, values| values.texts(distinct(citations.iter().map(|citation| citation.family.as_str())))),
    ("guideline", |citations, values| {
        let stated = citations.iter().filter(|citation| citation.family != Family::NoneStated);
        values.texts(distinct(stated.filter_map(|citation| citation.guideline.as_deref())));
    }),
    ("section", |citations, values| values.texts(distinct(citations.iter().flat_map(|citation| &citation.sections)))),
    ("level", |citations, values| {
        values.texts(citations.iter().map(|citation| citation.family).min().map(Family::as_str));
    }),
    ("edition", |citations, values| values.numbers(ascending(citations.iter().filter_map(Citation::known_edition)))),
    ("guideline/edition/section", |citations, values| {
        values.texts(distinct(citations.iter().flat_map(guideline_paths)));
    }),
    ("family/guideline/edition/place", |citations, values| {
        values.texts(distinct(citations.iter().flat_map(whole_citations)));
    }),
    ("page", |citations, values| {
        let ranges = citations.iter().flat_map(|citation| &citation.pages);
        values.numbers(ascending(ranges.flat_map(|range| range.pages())));
    }),
];

/// The place of a decision in its letter, from 1; 0 for unsegmented text.
const PLACE: &str = "n";
/// The one field of unsegmented text.
const UNSEGMENTED: &str = "unsegmented";

/// The rules, each with its field.
struct Rules {
    /// For every document of a letter.
    letter: Vec<(FieldId, LetterRule)>,
    /// For the first of them only.
    first: Vec<(FieldId, LetterRule)>,
    decision: Vec<(FieldId, DecisionRule)>,
    citations: Vec<(FieldId, Side, CitationRule)>,
    place: FieldId,
    unsegmented: FieldId,
}

impl Rules {
    /// The rules of this build, put together once.
    fn shared() -> &'static Self {
        static SHARED: LazyLock<Rules> = LazyLock::new(|| Rules::new(Schema::shared()));
        &SHARED
    }

    fn new(schema: &Schema) -> Self {
        let of_letter = OF_LETTER.into_iter().map(|(name, rule)| (schema.id(name), rule));
        let (first, letter) = of_letter.partition(|(field, _)| schema.definition(*field).is_indexed_once());
        let citations = [(Side::Reviewer, ""), (Side::Administrator, "ca.")].into_iter().flat_map(|(side, prefix)| {
            OF_CITATIONS.into_iter().map(move |(name, rule)| (schema.id(&format!("{prefix}{name}")), side, rule))
        });
        Self {
            letter,
            first,
            decision: OF_DECISION.into_iter().map(|(name, rule)| (schema.id(name), rule)).collect(),
            citations: citations.collect(),
            place: schema.id(PLACE),
            unsegmented: schema.id(UNSEGMENTED),
        }
    }
}

/// The documents of a letter: one for each decision, and one for text that no rule accounts for. The first holds text that
/// is the same for all of them. A letter that gives neither (a bare form) has one empty
/// document, so that it can be shown.
pub(crate) fn documents(fields: &Fields, letter: &Letter) -> Vec<TantivyDocument> {
    let rules = Rules::shared();
    let mut common = TantivyDocument::default();
    for (field, rule) in &rules.letter {
        rule(letter, &mut Values { document: &mut common, field: fields.field(*field) });
    }
    let mut documents: Vec<TantivyDocument> =
        letter.decisions.iter().map(|decision| of_decision(rules, fields, common.clone(), decision)).collect();
    let unsegmented = letter.unsegmented_text();
    if !unsegmented.is_empty() || documents.is_empty() {
        documents.push(of_unsegmented(rules, fields, common, &unsegmented));
    }
    let first = &mut documents[0];
    for (field, rule) in &rules.first {
        rule(letter, &mut Values { document: first, field: fields.field(*field) });
    }
    documents
}

fn of_decision(rules: &Rules, fields: &Fields, mut document: TantivyDocument, decision: &Decision) -> TantivyDocument {
    for (field, rule) in &rules.decision {
        rule(decision, &mut Values { document: &mut document, field: fields.field(*field) });
    }
    for (field, side, rule) in &rules.citations {
        rule(decision.citations.of(*side), &mut Values { document: &mut document, field: fields.field(*field) });
    }
    if let Some(sketch) = decision.rationale.as_deref().and_then(Sketch::of) {
        document.add_bytes(fields.sketch, sketch.as_bytes());
    }
    document
}

fn of_unsegmented(rules: &Rules, fields: &Fields, mut document: TantivyDocument, text: &str) -> TantivyDocument {
    document.add_u64(fields.field(rules.place), 0);
    if !text.is_empty() {
        document.add_text(fields.field(rules.unsegmented), text);
    }
    document
}

fn flag(is_so: bool) -> &'static str {
    if is_so { "true" } else { "false" }
}

/// Each of some numbers once, in order.
fn ascending<N: Ord>(numbers: impl Iterator<Item = N>) -> Vec<N> {
    let mut numbers: Vec<N> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Stands for the edition of a citation that tells none.
const NO_EDITION: &str = "edition not stated";

fn edition_name(citation: &Citation) -> String {
    citation.known_edition().map_or_else(|| NO_EDITION.to_owned(), |year| year.to_string())
}

/// Guideline, edition and section; one path for each section.
fn guideline_paths(citation: &Citation) -> Vec<String> {
    let Some(guideline) = citation.guideline.as_deref() else { return Vec::new() };
    let edition = edition_name(citation);
    if citation.sections.is_empty() {
        return vec![path([guideline, &edition])];
    }
    citation.sections.iter().map(|section| path([guideline, &edition, section])).collect()
}

/// Family, guideline, edition, and section or page; one path for each section and each page.
fn whole_citations(citation: &Citation) -> Vec<String> {
    let Some(guideline) = citation.guideline.as_deref() else { return Vec::new() };
    let edition = edition_name(citation);
    let whole = [citation.family.as_str(), guideline, &edition];
    let pages = citation.pages.iter().flat_map(|range| range.pages()).map(page_name);
    let places: Vec<String> = citation.sections.iter().cloned().chain(pages).collect();
    if places.is_empty() {
        return vec![path(whole)];
    }
    places.iter().map(|place| path(whole.into_iter().chain([place.as_str()]))).collect()
}

/// How a page is called where it stands beside sections: `p. 24`.
#[must_use]
pub fn page_name(page: u32) -> String {
    format!("p. {page}")
}

/// Drug class and ingredient.
fn class_and_drug(decision: &Decision) -> Vec<String> {
    let paths = decision.concepts.medications.iter().flat_map(|medication| {
        let class = medication.class.as_deref().unwrap_or("no class");
        medication.ingredients.iter().map(move |ingredient| path([class, ingredient]))
    });
    distinct(paths)
}

fn path<'l>(levels: impl IntoIterator<Item = &'l str>) -> String {
    levels.into_iter().collect::<Vec<_>>().join(&PATH_SEPARATOR.to_string())
}

/// The official name of a specialty, or the printed one.
fn specialty(printed: &str) -> &str {
    specialties().get(printed).unwrap_or(printed)
}

/// A day as the number `yyyymmdd`.
#[must_use]
pub fn date_number(date: Date) -> u64 {
    u64::from(date.year().unsigned_abs()) * 10_000
        + u64::from(date.month().unsigned_abs()) * 100
        + u64::from(date.day().unsigned_abs())
}

/// Each of some values once, in the order of their first places.
fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct: Vec<T> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use imr_model::{Citations, Concepts, Passage, PassageKind};
    use tantivy::schema::Value;

    use super::*;

    #[test]
    fn every_field_has_a_rule() {
        let rules = Rules::shared();
        let of_letter = rules.letter.iter().chain(&rules.first).map(|(field, _)| field);
        let of_decision = rules.decision.iter().map(|(field, _)| field);
        let cited = rules.citations.iter().map(|(field, ..)| field);
        let ruled: BTreeSet<&FieldId> = of_letter.chain(of_decision).chain(cited).chain([&rules.unsegmented]).collect();
        for (id, field) in Schema::shared().fields() {
            assert!(ruled.contains(&id), "no rule for the field `{}`", field.name);
        }
        for (id, _) in rules.letter.iter().chain(&rules.first) {
            let field = Schema::shared().definition(*id);
            assert!(field.letter, "`{}` is a field of the letter", field.name);
        }
    }

    #[test]
    fn what_is_the_same_for_a_letter_is_there_once_or_in_every_document() {
        let schema = Schema::shared();
        let fields = Fields::new(schema);
        let mut letter = Letter::new("a", "a.txt");
        assert_eq!(documents(&fields, &letter).len(), 1, "an empty letter can be shown");
        letter.clinical_summary = Some("A worker.".to_owned());
        letter.decision_date = Some(jiff::civil::date(2017, 1, 9));
        letter.remainder =
            ["One", "Two"].map(|text| Passage { kind: PassageKind::Unsegmented, text: text.to_owned() }).to_vec();
        letter.decisions = vec![decision(1), decision(2)];
        let documents = documents(&fields, &letter);
        let values = |name: &str| -> Vec<String> {
            let field = fields.field(schema.id(name));
            let value = |document: &TantivyDocument| {
                let value = document.get_first(field)?;
                value.as_str().map(str::to_owned).or_else(|| Some(value.as_u64()?.to_string()))
            };
            documents.iter().map(|document| value(document).unwrap_or_default()).collect()
        };
        for (name, want) in [
            ("summary", ["A worker.", "", ""]),
            ("date", ["20170109", "20170109", "20170109"]),
            ("name", ["a", "a", "a"]),
            ("n", ["1", "2", "0"]),
            ("treatment", ["MRI", "MRI", ""]),
            ("dependent", ["false", "false", ""]),
            ("unsegmented", ["", "", "One\n\nTwo"]),
        ] {
            assert_eq!(values(name), want, "case: {name}");
        }
    }

    fn decision(n: usize) -> Decision {
        Decision {
            n,
            treatment: "MRI".to_owned(),
            eligible_portion: None,
            outcome: None,
            administrator_guideline: None,
            reviewer_guideline: None,
            citations: Citations::default(),
            rationale: None,
            concepts: Concepts::default(),
        }
    }
}
