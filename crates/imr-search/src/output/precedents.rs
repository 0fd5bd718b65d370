//! Decisions like one.

use std::io::Write;

use imr_model::Outcome;
use imr_precedent::{Alike, Differing, Precedent, Precedents};
use serde::Serialize;

use super::fields::{OutputField, OutputSchema, Record};
use super::sheet::Sheet;
use super::text::{Cards, Look, card};
use super::{id, json};

/// Prints cards, each with what it has in common and where it differs.
pub(crate) fn text(out: &mut impl Write, found: &Precedents, look: Look) -> anyhow::Result<()> {
    let cards = Cards { look, fields: Vec::new(), by_letter: false };
    let base = id(found.letter.name(), found.decision.n);
    for (at, Precedent { hit, alike, differing }) in found.list.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        card(out, hit, &cards)?;
        let own = id(hit.letter.name(), hit.n);
        look.named(out, "in common", &alike.line())?;
        let Some(Differing { first, second }) = differing else { continue };
        for (name, sentences) in [(&base, first), (&own, second)] {
            for sentence in sentences {
                look.named(out, &format!("only in {name}"), &format!("\"{sentence}\""))?;
            }
        }
    }
    Ok(())
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

/// Decisions like one as JSON. The keys are described in `index-schema/README.md`.
#[derive(Serialize)]
struct Json<'p> {
    id: String,
    outcome: Option<Outcome>,
    treatment: &'p str,
    understood: String,
    found: usize,
    like: Vec<JsonPrecedent<'p>>,
}

#[derive(Serialize)]
struct JsonPrecedent<'p> {
    #[serde(flatten)]
    hit: Record<'p>,
    alike: &'p Alike,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<Differs<'p>>,
}

/// Sentences that only one of two rationales has.
#[derive(Serialize)]
struct Differs<'p> {
    only_in_base: &'p [String],
    only_here: &'p [String],
}

impl<'p> Differs<'p> {
    fn new(Differing { first, second }: &'p Differing) -> Self {
        Self { only_in_base: first, only_here: second }
    }
}

/// Prints one object.
pub(crate) fn json(out: &mut impl Write, found: &Precedents) -> anyhow::Result<()> {
    let fields: Vec<&OutputField> =
        FIELDS.iter().map(|name| OutputSchema::shared().find(name)).collect::<anyhow::Result<_>>()?;
    let like = found.list.iter().map(|Precedent { hit, alike, differing }| JsonPrecedent {
        hit: Record { fields: &fields, hit },
        alike,
        differs: differing.as_ref().map(Differs::new),
    });
    let report = Json {
        id: id(found.letter.name(), found.decision.n),
        outcome: found.decision.outcome,
        treatment: &found.decision.treatment,
        understood: found.reading.understood.to_string(),
        found: found.found,
        like: like.collect(),
    };
    json::line(out, &report)
}

/// The decisions as rows.
pub(crate) fn sheet(found: &Precedents) -> Sheet<'static> {
    let mut sheet =
        Sheet::new(["id", "outcome", "treatment", "decision_date", "in_common", "only_in_base", "only_here"]);
    for Precedent { hit, alike, differing } in &found.list {
        let decision = hit.decision();
        let Differing { first, second } = differing.clone().unwrap_or_default();
        sheet.row([
            id(hit.letter.name(), hit.n),
            decision.and_then(|decision| decision.outcome).map(|outcome| outcome.to_string()).unwrap_or_default(),
            decision.map(|decision| decision.treatment.clone()).unwrap_or_default(),
            hit.letter.decision_date.map(|date| date.to_string()).unwrap_or_default(),
            alike.line(),
            first.join(" "),
            second.join(" "),
        ]);
    }
    sheet
}
