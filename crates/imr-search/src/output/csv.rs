//! CSV output.

use std::io::Write;

use imr_model::{Concepts, Laterality, Side};
use imr_query::{Answer, Facet, FacetValue};

use super::{citations, id};

/// Prints hits as a table with a line of names; lists are joined by `; `.
pub(crate) fn hits(out: &mut impl Write, answer: &mut Answer) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "id",
        "case_number",
        "source",
        "n",
        "outcome",
        "treatment",
        "category",
        "subcategory",
        "procedure",
        "drugs",
        "drug_classes",
        "body_regions",
        "laterality",
        "gaps",
        "specialties",
        "states_of_licensure",
        "decision_date",
        "reviewer_citations",
        "administrator_citations",
        "passage",
    ])?;
    for hit in answer.hits() {
        let hit = hit?;
        let (letter, decision) = (&hit.letter, hit.decision());
        let cited = |side| decision.map(|decision| citations(decision.citations.of(side))).unwrap_or_default();
        let concepts = decision.map(|decision| &decision.concepts);
        let joined =
            |list: fn(&Concepts) -> &[String]| concepts.map(|concepts| list(concepts).join("; ")).unwrap_or_default();
        let named = |name: fn(&Concepts) -> Option<&str>| concepts.and_then(name).unwrap_or_default().to_owned();
        table.write_record([
            id(letter, hit.n),
            letter.case_number.as_ref().map(ToString::to_string).unwrap_or_default(),
            letter.source.clone(),
            hit.n.to_string(),
            decision.and_then(|decision| decision.outcome).map(|outcome| outcome.to_string()).unwrap_or_default(),
            decision.map(|decision| decision.treatment.clone()).unwrap_or_default(),
            named(|concepts| concepts.category.as_deref()),
            named(|concepts| concepts.subcategory.as_deref()),
            named(|concepts| concepts.procedure.as_deref()),
            joined(|concepts| &concepts.drugs),
            joined(|concepts| &concepts.drug_classes),
            joined(|concepts| &concepts.body_regions),
            named(|concepts| concepts.laterality.map(Laterality::as_str)),
            joined(|concepts| &concepts.gaps),
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

/// Prints facets as a table of field, value and count; the levels of a value are joined by ` > `, decisions without a value
/// have an empty one.
pub(crate) fn facets(out: &mut impl Write, facets: &[Facet]) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["field", "value", "count"])?;
    for facet in facets {
        facet_values(&mut table, &facet.field, "", &facet.values)?;
        if facet.missing > 0 {
            table.write_record([&facet.field, "", &facet.missing.to_string()])?;
        }
    }
    table.flush()?;
    Ok(())
}

fn facet_values(
    table: &mut csv::Writer<impl Write>,
    field: &str,
    parents: &str,
    values: &[FacetValue],
) -> anyhow::Result<()> {
    for FacetValue { value, count, children } in values {
        let value = format!("{parents}{value}");
        table.write_record([field, &value, &count.to_string()])?;
        facet_values(table, field, &format!("{value} > "), children)?;
    }
    Ok(())
}
