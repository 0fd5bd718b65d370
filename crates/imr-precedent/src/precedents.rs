//! Decisions like one: those most alike, and those that went the other way.

use std::collections::BTreeMap;

use imr_index::{IndexReader, words};
use imr_model::{Decision, Letter, Outcome};
use imr_query::{
    Ast, Hit, Likeness, Passing, QueryError, Reading, Request, decision, likeness, rarity, search, search_passing,
};

use crate::alike::{Alike, share_guideline, share_place};
use crate::differing::{Differing, differing};

/// Decisions like one.
#[derive(Debug)]
pub struct Precedents {
    /// The letter of the decision that they are like.
    pub letter: Letter,
    /// The decision that they are like.
    pub decision: Decision,
    /// How the query that limits them was understood, with all that was asked for besides.
    pub reading: Reading,
    /// How many decisions share enough to be ranked; of [`counter`] also those that cite no more than pages of the same
    /// number, which are not told.
    pub found: usize,
    /// What they have to share.
    pub shared: Shared,
    /// The most alike first.
    pub list: Vec<Precedent>,
}

/// A decision like another.
#[derive(Debug)]
pub struct Precedent {
    /// The decision.
    pub hit: Hit,
    /// What both have.
    pub alike: Alike,
    /// Of a decision that went the other way, sentences of the other rationale (`first`) and of its own (`second`).
    pub differing: Option<Differing>,
}

/// What decisions that went the other way share with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// The treatment or its class, and a page or section of a guideline, in whichever edition, that both reviewers cite.
    TreatmentAndPlace,
    /// The treatment or its class, and a guideline that both reviewers cite.
    TreatmentAndGuideline,
    /// The treatment or its class.
    Treatment,
    /// Anything.
    Anything,
}

/// The decisions of other letters that are most like one, of those that a request finds: they share what is rare in it, in
/// what is in dispute, what the reviewer cites and misses, and the wording of the rationale. The query of the request may be
/// empty.
///
/// # Errors
///
/// As [`imr_query::search()`], and if no decision is called `id`.
pub fn similar(index: &IndexReader, id: &str, request: &Request) -> Result<Precedents, QueryError> {
    let (letter, decision) = decision(index, id)?;
    let Likeness { query, words } = likeness(index, &decision)?;
    let request = Request { also: query.and(other_letters(&letter)), ..request.clone() };
    let mut answer = search(index, &request)?;
    let hits = answer.hits().collect::<Result<Vec<Hit>, _>>()?;
    let precedent = |hit: Hit| {
        let alike = hit.decision().map(|other| Alike::new(&decision, other, &words)).unwrap_or_default();
        Precedent { hit, alike, differing: None }
    };
    let list = hits.into_iter().map(precedent).collect();
    let (reading, found) = (answer.reading.clone(), answer.decisions);
    Ok(Precedents { reading, found, shared: Shared::Anything, list, letter, decision })
}

/// The decisions of other letters with the other outcome that are most like one: on the same treatment or class, in which
/// the reviewer cites the same page or section of the same guideline. Where there is none, those that cite the same
/// guideline, and then those on the same treatment or class.
///
/// # Errors
///
/// As [`similar()`], and if the letter prints no outcome of the decision.
pub fn counter(index: &IndexReader, id: &str, request: &Request) -> Result<Precedents, QueryError> {
    let (letter, decision) = decision(index, id)?;
    let Some(outcomes) = decision.outcome.map(others) else {
        let problem = format!("the letter prints no outcome of {id}, so that there is no other");
        return Err(QueryError::Unknown(problem));
    };
    let Likeness { query, words } = likeness(index, &decision)?;
    let outcomes = outcomes.iter().map(|outcome| outcome.as_str());
    let treatment = same_treatment(&decision);
    let conditions = Ast::one_of("outcome", outcomes).and(treatment.clone()).and(other_letters(&letter));
    let any = |_: &Decision, _: &Decision| true;
    let steps: [Step; 3] = [
        (Shared::TreatmentAndPlace, same_places(&decision), share_place),
        (Shared::TreatmentAndGuideline, same_guidelines(&decision), share_guideline),
        (Shared::Treatment, Ast::All, any),
    ];
    let mut found = None;
    for (shared, narrowing, shares) in steps {
        // Where nothing is cited, nothing can be shared.
        if shared != Shared::Treatment && narrowing == Ast::All {
            continue;
        }
        let also = query.clone().and(conditions.clone()).and(narrowing);
        let passes = |hit: &Hit| hit.decision().is_some_and(|other| shares(&decision, other));
        let passing = search_passing(index, &Request { also, ..request.clone() }, passes)?;
        let is_enough = !passing.hits.is_empty();
        found = Some((shared, passing));
        if is_enough {
            break;
        }
    }
    let (shared, Passing { reading, found, hits }) =
        found.ok_or_else(|| QueryError::Unknown(format!("nothing can be compared with {id}")))?;
    let shared = if treatment == Ast::All { Shared::Anything } else { shared };
    let list = hits.into_iter().map(|hit| opposed(index, &decision, hit, &words)).collect::<Result<_, _>>()?;
    Ok(Precedents { letter, decision, reading, found, shared, list })
}

/// What is to be shared, a condition that decisions meet which share it, and whether two do.
type Step = (Shared, Ast, fn(&Decision, &Decision) -> bool);

/// A decision that went the other way, with what both have and where they differ.
fn opposed(index: &IndexReader, base: &Decision, hit: Hit, words: &[String]) -> Result<Precedent, QueryError> {
    let Some(other) = hit.decision() else {
        return Ok(Precedent { hit, alike: Alike::default(), differing: None });
    };
    let alike = Alike::new(base, other, words);
    let rationale = |decision: &Decision| decision.rationale.clone().unwrap_or_default();
    let rarities = rarities(index, [&rationale(base), &rationale(other)])?;
    let rarity = |word: &str| rarities.get(word).copied().unwrap_or_default();
    let differing = differing(&rationale(base), &rationale(other), rarity);
    Ok(Precedent { hit, alike, differing: Some(differing) })
}

/// How rare each word of some texts is.
fn rarities(index: &IndexReader, texts: [&str; 2]) -> Result<BTreeMap<String, f64>, QueryError> {
    let mut rarities = BTreeMap::new();
    for word in texts.into_iter().flat_map(words) {
        if !rarities.contains_key(&word.text) {
            rarities.insert(word.text.clone(), rarity(index, &word.text)?);
        }
    }
    Ok(rarities)
}

/// The outcomes that are other than one. What fell in part went either way.
fn others(outcome: Outcome) -> &'static [Outcome] {
    match outcome {
        Outcome::Upheld => &[Outcome::Overturned, Outcome::PartiallyOverturned, Outcome::Modified],
        Outcome::Overturned => &[Outcome::Upheld],
        Outcome::PartiallyOverturned | Outcome::Modified => &[Outcome::Upheld, Outcome::Overturned],
    }
}

/// Other decisions of a letter are no precedents for it.
fn other_letters(letter: &Letter) -> Ast {
    let (field, name) = match &letter.case_number {
        Some(number) => ("case", number.as_str()),
        None => ("source", letter.source.as_str()),
    };
    Ast::one_of(field, [name]).negated()
}

/// Requests for drugs are told apart by their drugs, and not by being requests for drugs.
const MEDICATION: &str = "medication";

/// One of the drugs, classes or procedures of a decision; of a decision without, its place in the state's search form.
fn same_treatment(decision: &Decision) -> Ast {
    let concepts = &decision.concepts;
    let procedures = concepts.procedure.iter().filter(|name| *name != MEDICATION);
    let services = [
        Ast::one_of("drug", &concepts.drugs),
        Ast::one_of("class", &concepts.drug_classes),
        Ast::one_of("procedure", procedures),
    ];
    let services: Vec<Ast> = services.into_iter().filter(|service| *service != Ast::All).collect();
    if services.is_empty() {
        return Ast::one_of("subcategory", &concepts.subcategory);
    }
    Ast::any_of(services)
}

/// A guideline of the reviewer with one of the pages or sections that are cited of it.
fn same_places(decision: &Decision) -> Ast {
    let places = decision.citations.reviewer.iter().filter_map(|citation| {
        let pages = citation.pages.iter().flat_map(|range| range.pages()).map(|page| page.to_string());
        let places = [Ast::one_of("page", pages), Ast::one_of("section", &citation.sections)];
        let places: Vec<Ast> = places.into_iter().filter(|place| *place != Ast::All).collect();
        let guideline = Ast::one_of("guideline", [citation.guideline.as_deref()?]);
        (!places.is_empty()).then(|| guideline.and(Ast::any_of(places)))
    });
    Ast::any_of(places.collect())
}

fn same_guidelines(decision: &Decision) -> Ast {
    Ast::one_of("guideline", decision.citations.reviewer.iter().filter_map(|citation| citation.guideline.as_deref()))
}
