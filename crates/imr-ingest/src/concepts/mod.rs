//! What a decision is about: drugs, procedure, region, side, amounts, citations compared, gaps.
//!
//! Everything here is inferred from fields that were read before, by the tables of `imr-vocabulary`. Requests are read
//! alone: what the summary, the rationale or the guidelines mention is not in dispute.

mod anatomy;
mod medications;
mod partial;
mod procedure;
mod quantity;

use std::cell::RefCell;
use std::sync::LazyLock;

use imr_model::{CaseOutcome, Concepts, Decision, Letter, Side};
use regex::Regex;

use crate::remembered::Remembered;
use crate::text::regex;
use partial::Request;
use procedure::Named;

/// Fills in the concepts of every decision, and those of the letter, from the fields that it has.
///
/// [`segment`](crate::segment) does it for every letter; by itself it renews the concepts of a letter that was segmented
/// with older tables.
pub fn read_concepts(letter: &mut Letter) {
    for decision in &mut letter.decisions {
        decision.concepts = concepts(decision);
    }
    let disputes_operation = letter.decisions.iter().any(|decision| is_operation(&decision.concepts));
    for decision in &mut letter.decisions {
        decision.concepts.dependent = is_dependent(decision, disputes_operation);
    }
    letter.case_outcome = CaseOutcome::of(&letter.decisions);
    letter.days_to_decision = letter.ur_denial_date.zip(letter.decision_date).and_then(|(denied, decided)| {
        let days = denied.until(decided).ok()?.get_days();
        u32::try_from(days).ok()
    });
}

/// The concepts of one decision, but for what only its letter tells.
fn concepts(decision: &Decision) -> Concepts {
    thread_local! {
        static WHOLE_REQUESTS: RefCell<Remembered<Concepts>> = Remembered::of(|treatment| of_request(treatment, None));
    }
    let treatment = &decision.treatment;
    let requested = match decision.eligible_portion.as_deref() {
        None => Remembered::get(&WHOLE_REQUESTS, treatment),
        portion => of_request(treatment, portion),
    };
    Concepts {
        agreement: decision.citations.agreement(),
        level: decision.citations.level(Side::Reviewer),
        gaps: decision.rationale.as_deref().map(gaps).unwrap_or_default(),
        ..requested
    }
}

/// What a request tells by itself.
fn of_request(treatment: &str, eligible_portion: Option<&str>) -> Concepts {
    let request = Request::read(treatment, eligible_portion);
    let text = &request.text;
    let Named { main, mut others, ranges } = Named::find(text);
    let medications = medications::read(request.texts(), main, &ranges);
    let body_regions = anatomy::regions(text, main, &ranges);
    let placed = procedure::place(text, main, &body_regions, &medications);
    // A prescription beside another service, or the other service beside the prescription.
    let beside = if medications.come_first { main.map(|main| main.name.as_str()) } else { Some(procedure::MEDICATION) };
    let is_new = |name: &&str| placed.procedure.as_deref() != Some(*name) && !others.iter().any(|other| other == name);
    if let Some(name) =
        beside.filter(is_new).filter(|_| !medications.is_empty() && placed.category.as_deref() != Some("Injection"))
    {
        others.push(name.to_owned());
    }
    let components = match placed.procedure.as_deref() {
        Some(procedure::ELECTRODIAGNOSTICS) => procedure::electrodiagnostic_components(request.disputed()),
        _ => Vec::new(),
    };
    Concepts {
        body_regions,
        spinal_levels: anatomy::levels(text),
        // Where the sides were divided, the one that is left is in dispute.
        laterality: anatomy::laterality(request.disputed()).or_else(|| anatomy::laterality(text)),
        retrospective: is_retrospective(text),
        partial: request.partial,
        drugs: medications.ingredients,
        drug_classes: medications.classes,
        other_drug_classes: medications.other_classes,
        medications: medications.ordered,
        category: placed.category,
        subcategory: placed.subcategory,
        procedure: placed.procedure,
        other_procedures: others,
        components,
        ..Concepts::default()
    }
}

/// The words before a place in a request, as far as they can matter: a long heading is not read anew for each name in it.
fn before(request: &str, at: usize) -> &str {
    const FAR: usize = 100;
    let mut from = at.saturating_sub(FAR);
    while !request.is_char_boundary(from) {
        from += 1;
    }
    &request[from..at]
}

/// Whether what stands at a place in a request is ruled out: `no NCS`, `in lieu of Percocet`, `allergic to penicillin`.
fn is_ruled_out(request: &str, at: usize) -> bool {
    static RULED_OUT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) \b (?: no | not | without | w/o | excluding | except | instead\s+of | in\s+lieu\s+of | rather\s+than
              | (?:allergic|allergy)\s+to | not\s+to\s+be\s+taken\s+with ) \s+ (?: (?:for|the|any|in|on) \s+ ){0,2} $",
        )
    });
    RULED_OUT.is_match(before(request, at))
}

fn gaps(rationale: &str) -> Vec<String> {
    imr_vocabulary::gaps().in_text(rationale).into_iter().map(str::to_owned).collect()
}

/// A request for what has been given already: it says so, or names the day of service.
fn is_retrospective(request: &str) -> bool {
    static RETROSPECTIVE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\b(?:retro(?:spective(?:ly)?)?|retroactive|dos|dates?\s+of\s+services?)\b"));
    RETROSPECTIVE.is_match(request)
}

/// An operation: surgery that is neither a consultation nor a service around another operation.
fn is_operation(concepts: &Concepts) -> bool {
    concepts.category.as_deref() == Some("Surgery")
        && !matches!(concepts.subcategory.as_deref(), Some("Surgical Consult" | "Adjunct Surgical Services"))
}

/// The stock sentence on services around an operation ends within so many characters.
const STOCK_LENGTH: usize = 200;

/// Whether a service goes with another. Its heading says so, or its rationale is the stock sentence on services around
/// an operation that is not necessary. Therapy after an operation goes with it only while the operation is in dispute:
/// mostly it lies in the past.
fn is_dependent(decision: &Decision, disputes_operation: bool) -> bool {
    static AROUND_OPERATION: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) \b (?: associated \s+ (?:surgical \s+)? (?:service|treatment|procedure)s? | pre-?\s?op(?:erative(?:ly)?)? | pre-?\s?surgical
              | surgical \s+ assistant | assistant \s+ surgeon | co-?surgeon | (?:medical|cardiac|surgical|pulmonary|psychological|internal \s medicine) \s+ clearance
              | clearance \s+ for \s+ surgery ) \b",
        )
    });
    static AFTER_OPERATION: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\b(?:post-?\s?op(?:erative(?:ly)?)?|post-?\s?surgical|post-?\s?surgery)\b"));
    static STOCK: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) \b (?: (?:requested|proposed) \s+ (?: surgical \s+ (?:interventions?|procedures?) | surger(?:y|ies) | operations? )
                | (?:primary|associated|index|main) \s+ (?:surgical \s+)? (?:interventions?|procedures?|surger(?:y|ies)|operations?) ) \s+
              (?: itself \s+ )? (?: is|are|was|were|has|have ) \s+ (?: not \s+ (?:been \s+)? (?: medically \s+ )? (?:necessary|certified|supported|indicated|approved|authorized) | deemed \s+ not )",
        )
    });
    if is_operation(&decision.concepts) {
        return false;
    }
    let heading = &decision.treatment;
    // The stock sentence is the first of its rationale.
    let first = |rationale: &str| rationale.char_indices().nth(STOCK_LENGTH).map_or(rationale.len(), |(end, _)| end);
    let falls_with_operation =
        || decision.rationale.as_deref().is_some_and(|rationale| STOCK.is_match(&rationale[..first(rationale)]));
    let is_therapy = decision.concepts.category.as_deref() == Some("Rehabilitation");
    AROUND_OPERATION.is_match(heading)
        || falls_with_operation()
        || AFTER_OPERATION.is_match(heading) && (!is_therapy || disputes_operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first decision of a letter with these headings and rationales.
    fn first(issues: &[(&str, &str)]) -> Letter {
        let issue =
            |(heading, rationale): &(&str, &str)| format!("{heading}: Upheld\n\nDecision rationale: {rationale}\n\n");
        let issues: String = issues.iter().map(issue).collect();
        crate::segment("a", "a.txt", format!("IMR ISSUES, DECISIONS AND RATIONALES\n\n{issues}"))
    }

    #[test]
    fn what_goes_with_an_operation() {
        const OPERATION: (&str, &str) = ("Right knee arthroscopy", "It is so.");
        for (issues, want) in [
            (
                vec![(
                    "Cold therapy unit",
                    "As the requested surgical intervention is not medically necessary, no unit is.",
                )],
                true,
            ),
            (vec![("Lumbar epidural injection", "The requested procedure is not medically necessary.")], false),
            (vec![("Cold therapy unit", "The primary procedure is not medically necessary, so this is not.")], true),
            (vec![("Post-op physical therapy 2x6", "It is so."), OPERATION], true),
            (vec![("Post-op physical therapy 2x6", "It is so.")], false),
            (vec![("Pre-op EKG", "It is so.")], true),
            (vec![OPERATION], false),
        ] {
            assert_eq!(first(&issues).decisions[0].concepts.dependent, want, "case: {issues:?}");
        }
    }

    #[test]
    fn a_letter_has_an_outcome_and_a_length() {
        let mut letter = first(&[("Massage", "It is so."), ("Traction", "It is so.")]);
        assert_eq!(letter.case_outcome, Some(CaseOutcome::Upheld));
        letter.decisions[1].outcome = Some(imr_model::Outcome::Overturned);
        letter.ur_denial_date = Some(jiff::civil::date(2017, 1, 2));
        letter.decision_date = Some(jiff::civil::date(2017, 3, 1));
        read_concepts(&mut letter);
        assert_eq!((letter.case_outcome, letter.days_to_decision), (Some(CaseOutcome::Partial), Some(58)));
        letter.decision_date = Some(jiff::civil::date(2016, 12, 1));
        letter.decisions[0].outcome = None;
        read_concepts(&mut letter);
        assert_eq!((letter.case_outcome, letter.days_to_decision), (None, None));
    }
}
