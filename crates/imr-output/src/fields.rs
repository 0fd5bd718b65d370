//! The fields that are printed of a hit, as `index-schema/output.toml` defines them.

use std::borrow::Cow;
use std::sync::LazyLock;

use imr_model::{Agreement, CaseNumber, CaseOutcome, Citations, Concepts, Decision, Laterality, Letter, Partial, Side};
use imr_query::{Explanation, Hit, Passage};
use jiff::civil::Date;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::UnknownField;
use crate::naming::{citations, id, sex};
use crate::nearest::nearest;

/// The formats that print a field without being asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// JSON and JSON lines.
    Json,
    /// CSV and TSV.
    Table,
    /// Markdown and plain text.
    Page,
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// A text.
    #[default]
    Text,
    /// Several texts.
    List,
    /// A whole number.
    Number,
    /// A fraction.
    Score,
    /// True or false.
    Flag,
    /// A day.
    Day,
    /// An object of several values.
    Object,
}

/// A field of a hit, as it is printed in every format.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputField {
    /// Its name in every format.
    pub name: String,
    /// The field of the index that asks for it, where that is called otherwise.
    pub alias: Option<String>,
    /// What its values are.
    #[serde(default, rename = "type")]
    pub value_type: FieldType,
    #[serde(default)]
    printed: Vec<Group>,
    /// What it holds.
    pub doc: String,
}

/// All fields, and the version of what is printed.
#[derive(Debug, Deserialize)]
pub struct OutputSchema {
    /// Raised when a field is renamed, removed or holds something else.
    pub version: u32,
    /// The fields, in the order in which they are printed.
    #[serde(rename = "field")]
    pub fields: Vec<OutputField>,
}

impl OutputSchema {
    /// The schema of this build, read once.
    #[expect(clippy::expect_used, reason = "the schema is a constant of the program, read by its tests")]
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<OutputSchema> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../index-schema/output.toml"))
                .expect("index-schema/output.toml is well formed")
        });
        &SHARED
    }

    /// The fields that a group of formats prints without being asked.
    #[must_use]
    pub fn usual(&self, group: Group) -> Vec<&OutputField> {
        self.fields.iter().filter(|field| field.printed.contains(&group)).collect()
    }

    /// The field of a name or alias.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn find(&self, name: &str) -> Result<&OutputField, UnknownField> {
        let is_called = |field: &&OutputField| field.name == name || field.alias.as_deref() == Some(name);
        self.fields.iter().find(is_called).ok_or_else(|| {
            let names = Self::shared().fields.iter().flat_map(|field| field.alias.iter().chain([&field.name]));
            UnknownField { name: name.to_owned(), nearest: nearest(name, names.map(String::as_str)) }
        })
    }

    /// The fields of names that the program itself chose.
    pub(crate) fn known(&self, names: &[&str]) -> Vec<&OutputField> {
        names.iter().filter_map(|name| self.find(name).ok()).collect()
    }

    /// The fields of some names, each once.
    ///
    /// # Errors
    ///
    /// If a name is none of a field.
    pub fn chosen<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Vec<&OutputField>, UnknownField> {
        let mut chosen: Vec<&OutputField> = Vec::new();
        for name in names {
            let field = self.find(name.trim())?;
            if chosen.iter().all(|other| other.name != field.name) {
                chosen.push(field);
            }
        }
        Ok(chosen)
    }
}

/// What a field holds for one hit.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Value<'h> {
    /// The letter does not say.
    Nothing,
    /// A text.
    Text(Cow<'h, str>),
    /// A day.
    Day(Date),
    /// A whole number.
    Number(u64),
    /// A score.
    Score(f32),
    /// True or false.
    Flag(bool),
    /// Several texts.
    List(&'h [String]),
    /// What both sides cite.
    Citations(&'h Citations),
    /// How a request divides.
    Partial(&'h Partial),
    /// What to show of the decision.
    Passage(&'h Passage),
    /// Why the hit ranks where it does.
    Explanation(&'h Explanation),
}

impl Value<'_> {
    /// The value in one cell of a table: lists joined by `; `, objects by their text or as JSON.
    #[must_use]
    pub fn cell(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing => "".into(),
            Self::Text(text) => text.as_ref().into(),
            Self::Day(day) => day.to_string().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Flag(flag) => flag.to_string().into(),
            Self::List(list) => list.join("; ").into(),
            Self::Passage(passage) => passage.text.as_str().into(),
            object => serde_json::to_string(object).unwrap_or_default().into(),
        }
    }
}

impl<'h> From<Option<Cow<'h, str>>> for Value<'h> {
    fn from(text: Option<Cow<'h, str>>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map(Cow::Borrowed).into()
}

fn day<'h>(date: Option<Date>) -> Value<'h> {
    date.map_or(Value::Nothing, Value::Day)
}

fn number<'h>(number: Option<impl Into<u64>>) -> Value<'h> {
    number.map_or(Value::Nothing, |number| Value::Number(number.into()))
}

/// What a field holds for a hit.
#[must_use]
pub fn value<'h>(field: &OutputField, hit: &'h Hit) -> Value<'h> {
    let name = field.name.as_str();
    of_hit(name, hit)
        .or_else(|| of_letter(name, &hit.letter))
        .or_else(|| of_decision(name, hit.decision()))
        .or_else(|| of_concepts(name, hit.decision().map(|decision| &decision.concepts)))
        .unwrap_or(Value::Nothing)
}

/// `None`: no field of a hit has this name; so also below.
fn of_hit<'h>(name: &str, hit: &'h Hit) -> Option<Value<'h>> {
    Some(match name {
        "id" => Value::Text(id(hit.letter.name(), hit.n).into()),
        "n" => Value::Number(hit.n as u64),
        "unsegmented" if hit.n == 0 => Value::Text(hit.letter.unsegmented_text().into()),
        "unsegmented" => Value::Nothing,
        "passage" => hit.passage.as_ref().map_or(Value::Nothing, Value::Passage),
        "score" => Value::Score(hit.score),
        "folded" => Value::Number(hit.folded as u64),
        "explanation" => hit.explanation.as_ref().map_or(Value::Nothing, Value::Explanation),
        _ => return None,
    })
}

fn of_letter<'h>(name: &str, letter: &'h Letter) -> Option<Value<'h>> {
    Some(match name {
        "case_number" => text(letter.case_number.as_ref().map(CaseNumber::as_str)),
        "source" => text(Some(&letter.source)),
        "source_file" => text(Some(&letter.source_file)),
        "digest" => text(Some(&letter.digest)),
        "layout" => text(Some(letter.layout.as_str())),
        "specialties" => Value::List(&letter.reviewer.specialties),
        "states_of_licensure" => Value::List(&letter.reviewer.states_of_licensure),
        "decision_date" => day(letter.decision_date),
        "date_of_injury" => day(letter.date_of_injury),
        "summary_date_of_injury" => day(letter.summary_date_of_injury),
        "date_assigned" => day(letter.date_assigned),
        "ur_denial_date" => day(letter.ur_denial_date),
        "application_received" => day(letter.application_received),
        "days_to_decision" => number(letter.days_to_decision),
        "priority" => text(letter.priority.as_deref()),
        "case_outcome" => text(letter.case_outcome.map(CaseOutcome::as_str)),
        "age" => number(letter.patient.age),
        "sex" => text(letter.patient.sex.map(sex)),
        "clinical_summary" => text(letter.clinical_summary.as_deref()),
        _ => return None,
    })
}

fn of_decision<'h>(name: &str, decision: Option<&'h Decision>) -> Option<Value<'h>> {
    let texts = |part: fn(&Decision) -> Option<&str>| text(decision.and_then(part));
    let cited = |side| {
        let line = decision.map(|decision| citations(decision.citations.of(side)));
        line.filter(|line| !line.is_empty()).map(Cow::Owned).into()
    };
    Some(match name {
        "outcome" => texts(|decision| Some(decision.outcome?.as_str())),
        "treatment" => texts(|decision| Some(&decision.treatment)),
        "eligible_portion" => texts(|decision| decision.eligible_portion.as_deref()),
        "reviewer_guideline" => texts(|decision| decision.reviewer_guideline.as_deref()),
        "administrator_guideline" => texts(|decision| decision.administrator_guideline.as_deref()),
        "rationale" => texts(|decision| decision.rationale.as_deref()),
        "reviewer_citations" => cited(Side::Reviewer),
        "administrator_citations" => cited(Side::Administrator),
        "citations" => decision.map_or(Value::Nothing, |decision| Value::Citations(&decision.citations)),
        _ => return None,
    })
}

fn of_concepts<'h>(name: &str, concepts: Option<&'h Concepts>) -> Option<Value<'h>> {
    let texts = |part: fn(&Concepts) -> Option<&str>| text(concepts.and_then(part));
    let list = |list: fn(&Concepts) -> &[String]| Value::List(concepts.map(list).unwrap_or_default());
    let flag = |flag: fn(&Concepts) -> bool| concepts.map_or(Value::Nothing, |concepts| Value::Flag(flag(concepts)));
    Some(match name {
        "category" => texts(|concepts| concepts.category.as_deref()),
        "subcategory" => texts(|concepts| concepts.subcategory.as_deref()),
        "procedure" => texts(|concepts| concepts.procedure.as_deref()),
        "other_procedures" => list(|concepts| &concepts.other_procedures),
        "drugs" => list(|concepts| &concepts.drugs),
        "drug_classes" => list(|concepts| &concepts.drug_classes),
        "other_drug_classes" => list(|concepts| &concepts.other_drug_classes),
        "body_regions" => list(|concepts| &concepts.body_regions),
        "spinal_levels" => list(|concepts| &concepts.spinal_levels),
        "laterality" => texts(|concepts| concepts.laterality.map(Laterality::as_str)),
        "retrospective" => flag(|concepts| concepts.retrospective),
        "dependent" => flag(|concepts| concepts.dependent),
        "partial" => concepts.and_then(|concepts| concepts.partial.as_ref()).map_or(Value::Nothing, Value::Partial),
        "gaps" => list(|concepts| &concepts.gaps),
        "agreement" => texts(|concepts| concepts.agreement.map(Agreement::as_str)),
        "level" => texts(|concepts| concepts.level.map(imr_model::Family::as_str)),
        _ => return None,
    })
}

/// A hit as an object of some fields, in their order.
pub struct Record<'h> {
    /// The fields.
    pub fields: &'h [&'h OutputField],
    /// The hit.
    pub hit: &'h Hit,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.fields.len()))?;
        for field in self.fields {
            object.serialize_entry(&field.name, &value(field, self.hit))?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use imr_index::Schema;

    use super::*;

    fn names() -> impl Iterator<Item = &'static str> {
        OutputSchema::shared().fields.iter().map(|field| field.name.as_str())
    }

    #[test]
    fn every_field_has_a_rule() {
        let letter = Letter::new("a", "a.txt");
        let hit = Hit { letter: letter.clone(), n: 0, score: 0.0, passage: None, folded: 0, explanation: None };
        for name in names() {
            let rules = [
                of_hit(name, &hit).is_some(),
                of_letter(name, &letter).is_some(),
                of_decision(name, None).is_some(),
                of_concepts(name, None).is_some(),
            ];
            assert_eq!(rules.iter().filter(|rule| **rule).count(), 1, "rules for `{name}`");
        }
    }

    #[test]
    fn names_are_unique_and_aliases_are_fields_of_the_index() {
        let mut seen = HashSet::new();
        for field in &OutputSchema::shared().fields {
            for name in [Some(&field.name), field.alias.as_ref()].into_iter().flatten() {
                assert!(seen.insert(name.clone()), "`{name}` is the name of two fields");
            }
            if let Some(alias) = &field.alias {
                let is_key = Schema::shared().find(alias).is_some();
                assert!(is_key, "no field `{alias}` in index-schema/decision.toml");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_told_with_the_nearest() {
        for (name, nearest) in [("outcom", Some("outcome")), ("dat", Some("date")), ("zebra", None)] {
            let error = OutputSchema::shared().find(name).unwrap_err();
            assert_eq!((error.to_string(), error.nearest), (format!("no output field `{name}`"), nearest));
        }
    }

    #[test]
    fn fields_are_chosen_once() {
        let chosen = OutputSchema::shared().chosen(["id", " date", "decision_date", "id"]).unwrap();
        assert_eq!(chosen.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), ["id", "decision_date"]);
    }
}
