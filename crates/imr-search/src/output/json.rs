//! JSON output.

use std::io::Write;

use imr_model::{Citations, Concepts, Laterality, Outcome};
use imr_query::{Answer, Facet, Hit, Passage};
use jiff::civil::Date;
use serde::Serialize;

use super::id;

/// Prints a value as one line.
pub(crate) fn line(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// A hit, as it is printed; `index-schema/README.md` describes the keys.
#[derive(Serialize)]
struct PrintedHit<'a> {
    id: String,
    source: &'a str,
    n: usize,
    case_number: Option<&'a str>,
    outcome: Option<Outcome>,
    treatment: Option<&'a str>,
    category: Option<&'a str>,
    subcategory: Option<&'a str>,
    procedure: Option<&'a str>,
    drugs: &'a [String],
    drug_classes: &'a [String],
    body_regions: &'a [String],
    laterality: Option<Laterality>,
    gaps: &'a [String],
    specialties: &'a [String],
    states_of_licensure: &'a [String],
    decision_date: Option<Date>,
    citations: Option<&'a Citations>,
    passage: Option<&'a Passage>,
    score: f32,
    source_file: &'a str,
}

impl<'a> PrintedHit<'a> {
    fn new(hit: &'a Hit) -> Self {
        let (letter, decision) = (&hit.letter, hit.decision());
        let concepts = decision.map(|decision| &decision.concepts);
        let listed = |list: fn(&Concepts) -> &[String]| concepts.map(list).unwrap_or_default();
        Self {
            id: id(letter, hit.n),
            source: &letter.source,
            n: hit.n,
            case_number: letter.case_number.as_ref().map(imr_model::CaseNumber::as_str),
            outcome: decision.and_then(|decision| decision.outcome),
            treatment: decision.map(|decision| decision.treatment.as_str()),
            category: concepts.and_then(|concepts| concepts.category.as_deref()),
            subcategory: concepts.and_then(|concepts| concepts.subcategory.as_deref()),
            procedure: concepts.and_then(|concepts| concepts.procedure.as_deref()),
            drugs: listed(|concepts| &concepts.drugs),
            drug_classes: listed(|concepts| &concepts.drug_classes),
            body_regions: listed(|concepts| &concepts.body_regions),
            laterality: concepts.and_then(|concepts| concepts.laterality),
            gaps: listed(|concepts| &concepts.gaps),
            specialties: &letter.reviewer.specialties,
            states_of_licensure: &letter.reviewer.states_of_licensure,
            decision_date: letter.decision_date,
            citations: decision.map(|decision| &decision.citations),
            passage: hit.passage.as_ref(),
            score: hit.score,
            source_file: &letter.source_file,
        }
    }
}

#[derive(Serialize)]
struct PrintedAnswer<'a> {
    query: &'a str,
    understood: String,
    notes: &'a [String],
    decisions: usize,
    letters: usize,
    hits: Vec<PrintedHit<'a>>,
    facets: &'a [Facet],
}

/// Prints an answer as one object.
pub(crate) fn answer(out: &mut impl Write, query: &str, answer: &mut Answer) -> anyhow::Result<()> {
    let hits = answer.hits().collect::<Result<Vec<Hit>, _>>()?;
    let printed = PrintedAnswer {
        query,
        understood: answer.understood.to_string(),
        notes: &answer.notes,
        decisions: answer.decisions,
        letters: answer.letters,
        hits: hits.iter().map(PrintedHit::new).collect(),
        facets: &answer.facets,
    };
    line(out, &printed)
}

/// Prints one object a hit, then one a facet.
pub(crate) fn lines(out: &mut impl Write, answer: &mut Answer) -> anyhow::Result<()> {
    for hit in answer.hits() {
        line(out, &PrintedHit::new(&hit?))?;
    }
    answer.facets.iter().try_for_each(|facet| line(out, facet))
}
