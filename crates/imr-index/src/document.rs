//! Letters to documents: what each field holds.

use imr_model::{Agreement, CaseOutcome, Citation, Concepts, Decision, Family, Laterality, Letter, Sex, Side};
use imr_vocabulary::specialties;
use jiff::civil::Date;
use tantivy::TantivyDocument;

use crate::schema::{FieldKind, Fields, PATH_SEPARATOR, Schema};
use crate::sketch::Sketch;

/// The values of a field in one document.
#[derive(Debug, PartialEq, Eq)]
enum Values {
    Texts(Vec<String>),
    Numbers(Vec<u64>),
}

/// The documents of a letter: one for each decision, and one for text that no rule accounts for. The first holds the
/// letter in JSON. A letter that gives neither (a bare form) has one empty document, so that it can be shown.
pub(crate) fn documents(schema: &Schema, fields: &Fields, letter: &Letter) -> serde_json::Result<Vec<TantivyDocument>> {
    let unsegmented = letter.unsegmented_text();
    let mut documents: Vec<TantivyDocument> =
        letter.decisions.iter().map(|decision| document(schema, fields, letter, Some(decision), "")).collect();
    if !unsegmented.is_empty() || documents.is_empty() {
        documents.push(document(schema, fields, letter, None, &unsegmented));
    }
    documents[0].add_bytes(fields.stored_letter, &serde_json::to_vec(letter)?);
    Ok(documents)
}

fn document(
    schema: &Schema,
    fields: &Fields,
    letter: &Letter,
    decision: Option<&Decision>,
    unsegmented: &str,
) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    if let Some(sketch) = decision.and_then(|decision| Sketch::of(decision.rationale.as_deref()?)) {
        document.add_bytes(fields.sketch, sketch.as_bytes());
    }
    for (id, definition) in schema.fields() {
        match values(&definition.name, letter, decision, unsegmented) {
            Values::Texts(texts) => {
                debug_assert!(!matches!(definition.kind, FieldKind::Number | FieldKind::Date), "{}", definition.name);
                texts.iter().for_each(|text| document.add_text(fields.field(id), text));
            }
            Values::Numbers(numbers) => {
                debug_assert!(matches!(definition.kind, FieldKind::Number | FieldKind::Date), "{}", definition.name);
                numbers.iter().for_each(|number| document.add_u64(fields.field(id), *number));
            }
        }
    }
    document
}

/// What a field holds for one decision, or for the unsegmented text of a letter.
#[expect(clippy::panic, reason = "a field without a rule is found by the first test that indexes a letter")]
fn values(field: &str, letter: &Letter, decision: Option<&Decision>, unsegmented: &str) -> Values {
    if let Some(field) = field.strip_prefix("ca.") {
        return cited(field, decision, Side::Administrator)
            .unwrap_or_else(|| panic!("no rule for the field `ca.{field}`"));
    }
    let of_decision = |value: fn(&Decision) -> Option<&String>| decision.and_then(value).cloned();
    let concepts = decision.map(|decision| &decision.concepts);
    let of_concepts = |value: fn(&Concepts) -> Option<&str>| text(concepts.and_then(value).map(str::to_owned));
    let listed = |list: fn(&Concepts) -> Vec<String>| Values::Texts(concepts.map(list).unwrap_or_default());
    let flag = |flag: fn(&Concepts) -> bool| text(concepts.map(|concepts| flag(concepts).to_string()));
    match field {
        "treatment" => text(decision.map(|decision| decision.treatment.clone())),
        "rationale" => text(of_decision(|decision| decision.rationale.as_ref())),
        "reviewer_guideline" => text(of_decision(|decision| decision.reviewer_guideline.as_ref())),
        "administrator_guideline" => text(of_decision(|decision| decision.administrator_guideline.as_ref())),
        "summary" => text(letter.clinical_summary.clone()),
        "unsegmented" => text(Some(unsegmented.to_owned())),
        "outcome" => text(decision.and_then(|decision| decision.outcome).map(|outcome| outcome.as_str().to_owned())),
        "drug" => listed(|concepts| concepts.drugs.clone()),
        "class" => listed(|concepts| concepts.drug_classes.clone()),
        "other_class" => listed(|concepts| concepts.other_drug_classes.clone()),
        "class/drug" => listed(class_and_drug),
        "category" => of_concepts(|concepts| concepts.category.as_deref()),
        "subcategory" => of_concepts(|concepts| concepts.subcategory.as_deref()),
        "category/subcategory" => listed(|concepts| {
            let levels = concepts.category.iter().chain(&concepts.subcategory).map(String::as_str);
            Some(path(levels)).filter(|path| !path.is_empty()).into_iter().collect()
        }),
        "procedure" => {
            listed(|concepts| concepts.procedure.iter().chain(&concepts.other_procedures).cloned().collect())
        }
        "body" => listed(|concepts| concepts.body_regions.clone()),
        "spinal_level" => listed(|concepts| concepts.spinal_levels.clone()),
        "laterality" => of_concepts(|concepts| concepts.laterality.map(Laterality::as_str)),
        "retrospective" => flag(|concepts| concepts.retrospective),
        "dependent" => flag(|concepts| concepts.dependent),
        "partial" => flag(|concepts| concepts.partial.is_some()),
        "gap" => listed(|concepts| concepts.gaps.clone()),
        "agree" => of_concepts(|concepts| concepts.agreement.map(Agreement::as_str)),
        "n" => number(Some(decision.map_or(0, |decision| decision.n as u64))),
        "days" => number(letter.days_to_decision.map(u64::from)),
        "case-outcome" => text(letter.case_outcome.map(CaseOutcome::as_str).map(str::to_owned)),
        "specialty" => Values::Texts(distinct(letter.reviewer.specialties.iter().map(|name| specialty(name)))),
        "state" => Values::Texts(distinct(letter.reviewer.states_of_licensure.iter().cloned())),
        "age" => number(letter.patient.age.map(u64::from)),
        "sex" => text(letter.patient.sex.map(|sex| if sex == Sex::Female { "female" } else { "male" }.to_owned())),
        "date" => date(letter.decision_date),
        "year" => number(letter.decision_date.map(|date| date.year().unsigned_abs().into())),
        "injury" => date(letter.date_of_injury),
        "assigned" => date(letter.date_assigned),
        "denied" => date(letter.ur_denial_date),
        "received" => date(letter.application_received),
        "priority" => text(letter.priority.clone()),
        "case" => text(letter.case_number.as_ref().map(ToString::to_string)),
        "layout" => text(Some(letter.layout.to_string())),
        "source" => text(Some(letter.source.clone())),
        "letter" => text(Some(letter.digest.clone())),
        "path" => text(Some(letter.source_file.clone())),
        "name" => text(Some(letter.name().to_owned())),
        field => cited(field, decision, Side::Reviewer).unwrap_or_else(|| panic!("no rule for the field `{field}`")),
    }
}

/// What a citation field holds for one side; `None` if it is no citation field.
fn cited(field: &str, decision: Option<&Decision>, side: Side) -> Option<Values> {
    let citations = decision.map(|decision| decision.citations.of(side)).unwrap_or_default();
    let texts = |values: fn(&Citation) -> Vec<String>| Values::Texts(distinct(citations.iter().flat_map(values)));
    let numbers = |mut numbers: Vec<u64>| {
        numbers.sort_unstable();
        numbers.dedup();
        Values::Numbers(numbers)
    };
    match field {
        "family" => Some(texts(|citation| vec![citation.family.to_string()])),
        "guideline" => Some(texts(|citation| match citation.family {
            Family::NoneStated => Vec::new(),
            _ => citation.guideline.iter().cloned().collect(),
        })),
        "section" => Some(texts(|citation| citation.sections.clone())),
        "level" => Some(text(citations.iter().map(|citation| citation.family).min().map(|family| family.to_string()))),
        "edition" => Some(numbers(citations.iter().filter_map(edition).map(u64::from).collect())),
        "guideline/edition/section" => Some(texts(guideline_paths)),
        "page" => {
            let pages = citations.iter().flat_map(|citation| &citation.pages).flat_map(|range| range.pages());
            Some(numbers(pages.map(u64::from).collect()))
        }
        _ => None,
    }
}

/// The edition that a citation prints, or else the only one then in force.
fn edition(citation: &Citation) -> Option<u16> {
    citation.edition.or(citation.edition_inferred)
}

/// Guideline, edition and section; one path for each section.
fn guideline_paths(citation: &Citation) -> Vec<String> {
    let Some(guideline) = citation.guideline.as_deref() else { return Vec::new() };
    let edition = edition(citation).map_or_else(|| "edition not stated".to_owned(), |year| year.to_string());
    if citation.sections.is_empty() {
        return vec![path([guideline, &edition])];
    }
    citation.sections.iter().map(|section| path([guideline, &edition, section])).collect()
}

/// Drug class and ingredient.
fn class_and_drug(concepts: &Concepts) -> Vec<String> {
    let paths = concepts.medications.iter().flat_map(|medication| {
        let class = medication.class.as_deref().unwrap_or("no class");
        medication.ingredients.iter().map(move |ingredient| path([class, ingredient]))
    });
    distinct(paths)
}

fn path<'l>(levels: impl IntoIterator<Item = &'l str>) -> String {
    levels.into_iter().collect::<Vec<_>>().join(&PATH_SEPARATOR.to_string())
}

/// The official name of a specialty, or the printed one.
fn specialty(printed: &str) -> String {
    specialties().get(printed).unwrap_or(printed).to_owned()
}

fn text(value: Option<String>) -> Values {
    Values::Texts(value.into_iter().filter(|text| !text.is_empty()).collect())
}

fn number(value: Option<u64>) -> Values {
    Values::Numbers(value.into_iter().collect())
}

fn date(value: Option<Date>) -> Values {
    number(value.map(date_number))
}

/// A day as the number `yyyymmdd`.
#[must_use]
pub fn date_number(date: Date) -> u64 {
    u64::from(date.year().unsigned_abs()) * 10_000
        + u64::from(date.month().unsigned_abs()) * 100
        + u64::from(date.day().unsigned_abs())
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_rule() {
        let schema = Schema::shared();
        let mut letter = Letter::new("a", "a.txt");
        assert_eq!(documents(schema, &Fields::new(schema), &letter).unwrap().len(), 1, "an empty letter can be shown");
        letter.decision_date = Some(jiff::civil::date(2017, 1, 9));
        assert_eq!(values("date", &letter, None, ""), Values::Numbers(vec![20_170_109]));
        assert_eq!(values("name", &letter, None, ""), Values::Texts(vec!["a".to_owned()]));
    }
}
