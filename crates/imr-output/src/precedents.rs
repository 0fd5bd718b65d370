//! Decisions like one.

use std::sync::LazyLock;

use imr_model::Outcome;
use imr_precedent::{Alike, Differing, Precedent, Precedents};
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{OutputField, OutputSchema, Record};
use crate::naming::id;
use crate::sheet::Sheet;

/// What is told of decisions like one. In JSON the names of its fields are the keys; `index-schema/README.md` describes them.
#[derive(Serialize, ToSchema)]
pub struct PrecedentsReport<'p> {
    /// The decision that they are like, as it is quoted.
    pub id: String,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What it disputes.
    pub treatment: &'p str,
    /// What was searched for.
    pub understood: String,
    /// How many decisions share enough to be ranked.
    pub found: usize,
    /// The most alike first.
    pub like: Vec<Like<'p>>,
}

/// A decision like another.
#[derive(Serialize, ToSchema)]
pub struct Like<'p> {
    /// The decision.
    #[serde(flatten)]
    pub hit: Record<'p>,
    /// What both have.
    pub alike: &'p Alike,
    /// Of a decision that went the other way, the sentences that differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differs: Option<Differs<'p>>,
}

/// Sentences that only one of two rationales has.
#[derive(Serialize, ToSchema)]
pub struct Differs<'p> {
    /// Those of the decision that others are compared with.
    pub only_in_base: &'p [String],
    /// Those of this decision.
    pub only_here: &'p [String],
}

/// The fields that are printed of a decision.
const FIELDS: [&str; 10] = [
    "id",
    "outcome",
    "treatment",
    "specialties",
    "decision_date",
    "reviewer_citations",
    "administrator_citations",
    "rationale",
    "passage",
    "score",
];

impl<'p> PrecedentsReport<'p> {
    /// The report on decisions like one.
    #[must_use]
    pub fn new(found: &'p Precedents) -> Self {
        static PRINTED: LazyLock<Vec<&OutputField>> = LazyLock::new(|| OutputSchema::shared().known(&FIELDS));
        let like = |Precedent { hit, alike, differing }: &'p Precedent| Like {
            hit: Record { fields: &PRINTED, hit },
            alike,
            differs: differing
                .as_ref()
                .map(|Differing { first, second }| Differs { only_in_base: first, only_here: second }),
        };
        Self {
            id: id(found.letter.name(), found.decision.n),
            outcome: found.decision.outcome,
            treatment: &found.decision.treatment,
            understood: found.reading.understood.to_string(),
            found: found.found,
            like: found.list.iter().map(like).collect(),
        }
    }

    /// The decisions as rows.
    #[must_use]
    pub fn sheet(&self) -> Sheet<'static> {
        let names = ["id", "outcome", "treatment", "decision_date", "in_common", "only_in_base", "only_here"];
        let mut sheet = Sheet::new(names);
        for Like { hit: Record { hit, .. }, alike, differs } in &self.like {
            let decision = hit.decision();
            let joined = |part: fn(&Differs<'p>) -> &'p [String]| {
                differs.as_ref().map(|differs| part(differs).join(" ")).unwrap_or_default()
            };
            sheet.row([
                id(hit.letter.name(), hit.n),
                decision.and_then(|decision| decision.outcome).map(|outcome| outcome.to_string()).unwrap_or_default(),
                decision.map(|decision| decision.treatment.clone()).unwrap_or_default(),
                hit.letter.decision_date.map(|date| date.to_string()).unwrap_or_default(),
                alike.line(),
                joined(|differs| differs.only_in_base),
                joined(|differs| differs.only_here),
            ]);
        }
        sheet
    }
}
