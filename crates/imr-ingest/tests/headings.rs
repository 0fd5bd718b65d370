//! What headings of treatments are about: `headings.tsv`, one invented heading a line.
//!
//! A new word in a table of `index-schema/vocabulary/` gets a line here. The columns: the heading; category and
//! sub-category; procedure; regions; side; drugs; drug classes; `retrospective` and `dependent`, where they hold; amounts
//! requested, authorized and in dispute (`-`: none printed) with their unit, of partly authorized requests. Lists are joined
//! by `;`.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use imr_model::{Concepts, Laterality, Partial};

/// The concepts of a heading, written as a line of the table.
fn line(heading: &str) -> String {
    let text = format!("IMR ISSUES, DECISIONS AND RATIONALES\n\n{heading}: Upheld\n\nDecision rationale: It is so.");
    let letter = imr_ingest::segment("a", "a.txt", text);
    let [decision] = &letter.decisions[..] else { return format!("{heading}: not one decision") };
    let Concepts { category, subcategory, procedure, .. } = &decision.concepts;
    let concepts = &decision.concepts;
    let flags = [("retrospective", concepts.retrospective), ("dependent", concepts.dependent)];
    let flags: Vec<&str> = flags.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        decision.treatment.clone(),
        text(category),
        text(subcategory),
        text(procedure),
        concepts.body_regions.join(";"),
        concepts.laterality.map_or("", Laterality::as_str).to_owned(),
        concepts.drugs.join(";"),
        concepts.drug_classes.join(";"),
        flags.join(";"),
        concepts.partial.as_ref().map(amounts).unwrap_or_default(),
    ]
    .join("\t")
}

fn amounts(partial: &Partial) -> String {
    let amount = |amount: Option<u32>| amount.map_or_else(|| "-".to_owned(), |amount| amount.to_string());
    let amounts = [partial.requested_qty, partial.authorized_qty, partial.disputed_qty].map(amount).join("/");
    format!("{amounts} {}", partial.unit.as_deref().unwrap_or_default()).trim_end().to_owned()
}

#[test]
fn headings_are_understood() {
    let table = include_str!("headings.tsv");
    let rows: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
    assert!(rows.len() > 300, "{} rows", rows.len());
    let wrong: Vec<String> = rows
        .into_iter()
        .map(|row| (row, line(row.split('\t').next().unwrap())))
        .filter(|(row, line)| row != line)
        .map(|(row, line)| format!("expected {row}\n     got {line}"))
        .collect();
    assert!(wrong.is_empty(), "{} headings:\n{}", wrong.len(), wrong.join("\n"));
}
