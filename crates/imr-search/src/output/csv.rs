//! CSV output.

use std::io::Write;

use imr_model::Side;
use imr_query::Answer;

use super::{citations, id};

/// Prints hits as a table with a line of names; lists are joined by `; `.
pub(crate) fn hits(out: &mut impl Write, answer: &Answer) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "id",
        "case_number",
        "source",
        "n",
        "outcome",
        "treatment",
        "drugs",
        "drug_classes",
        "specialties",
        "states_of_licensure",
        "decision_date",
        "reviewer_citations",
        "administrator_citations",
        "passage",
    ])?;
    for hit in &answer.hits {
        let (letter, decision) = (&hit.letter, hit.decision());
        let cited = |side| decision.map(|decision| citations(decision.citations.of(side))).unwrap_or_default();
        let joined = |list: Option<&Vec<String>>| list.map(|list| list.join("; ")).unwrap_or_default();
        table.write_record([
            id(letter, hit.n),
            letter.case_number.as_ref().map(ToString::to_string).unwrap_or_default(),
            letter.source.clone(),
            hit.n.to_string(),
            decision.and_then(|decision| decision.outcome).map(|outcome| outcome.to_string()).unwrap_or_default(),
            decision.map(|decision| decision.treatment.clone()).unwrap_or_default(),
            joined(decision.map(|decision| &decision.drugs)),
            joined(decision.map(|decision| &decision.drug_classes)),
            letter.reviewer.specialties.join("; "),
            letter.reviewer.states_of_licensure.join("; "),
            letter.decision_date.map(|date| date.to_string()).unwrap_or_default(),
            cited(Side::Reviewer),
            cited(Side::Administrator),
            hit.passage.as_ref().map(|passage| passage.text.clone()).unwrap_or_default(),
        ])?;
    }
    table.flush()?;
    Ok(())
}
