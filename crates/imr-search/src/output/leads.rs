//! Leads to contradictions.

use std::io::{self, Write};

use imr_model::Outcome;
use imr_output::{Sheet, id};
use imr_precedent::{Lead, Leads, MarkedSentence, Read};
use jiff::civil::Date;
use serde::Serialize;

use super::text::{self, Look};

/// What a lead is and is not, before the leads.
const CAUTION: &str = "Leads to read, not findings: the rationale says that something is not documented, the summary of \
                       the same letter mentions it. Read both, and the records.";

/// What is printed of a search for leads. In JSON these are the keys.
#[derive(Serialize)]
pub(crate) struct Report {
    caution: &'static str,
    query: String,
    understood: String,
    /// Decisions that the query finds.
    decisions: usize,
    /// Those of them that were read.
    read: usize,
    /// The leads, of the newest decision first.
    pub(crate) leads: Vec<Found>,
}

/// A lead, and the decision that it is of.
#[derive(Serialize)]
pub(crate) struct Found {
    id: String,
    n: usize,
    treatment: String,
    outcome: Option<Outcome>,
    decision_date: Option<Date>,
    #[serde(flatten)]
    lead: Lead,
}

impl Found {
    /// The leads of a decision.
    pub(crate) fn all_of(read: Read) -> Vec<Self> {
        let Read { letter, n, leads } = read;
        let decision = n.checked_sub(1).and_then(|index| letter.decisions.get(index));
        let found = |lead| Self {
            id: id(letter.name(), n),
            n,
            treatment: decision.map(|decision| decision.treatment.clone()).unwrap_or_default(),
            outcome: decision.and_then(|decision| decision.outcome),
            decision_date: letter.decision_date,
            lead,
        };
        leads.into_iter().map(found).collect()
    }
}

impl Report {
    /// The report on a query.
    pub(crate) fn new(query: &str, leads: &Leads, found: Vec<Found>) -> Self {
        Self {
            caution: CAUTION,
            query: query.to_owned(),
            understood: leads.answer.reading.understood.to_string(),
            decisions: leads.answer.decisions,
            read: leads.read,
            leads: found,
        }
    }
}

/// Prints leads as cards, both sentences under their decision.
pub(crate) fn text(out: &mut impl Write, report: &Report, look: Look) -> io::Result<()> {
    if report.leads.is_empty() {
        return Ok(());
    }
    look.print(out, report.caution, "", "")?;
    let mut before = None;
    for found in &report.leads {
        writeln!(out)?;
        if before != Some(&found.id) {
            text::title(out, &found.id, found.outcome, &found.treatment, look)?;
        }
        before = Some(&found.id);
        let Lead { subject, rationale, summary, .. } = &found.lead;
        text::field(out, "lead", Some(&format!("{subject}: the summary mentions it; read both")), look)?;
        text::field(out, "rationale", Some(&text::marked(&rationale.text, &rationale.marks)), look)?;
        text::field(out, "summary", Some(&text::marked(&summary.text, &summary.marks)), look)?;
    }
    Ok(())
}

/// Leads as rows.
pub(crate) fn sheet(report: &Report) -> Sheet<'static> {
    let columns =
        ["id", "decision_date", "outcome", "treatment", "subject", "rationale_says", "summary_mentions", "caution"];
    let mut sheet = Sheet::new(columns);
    for Found { id, treatment, outcome, decision_date, lead, .. } in &report.leads {
        let text = |quoted: &MarkedSentence| quoted.text.clone();
        sheet.row([
            id.clone(),
            decision_date.map(|date| date.to_string()).unwrap_or_default(),
            outcome.map(|outcome| outcome.to_string()).unwrap_or_default(),
            treatment.clone(),
            lead.subject.to_owned(),
            text(&lead.rationale),
            text(&lead.summary),
            "a lead to read, not a finding".to_owned(),
        ]);
    }
    sheet
}
