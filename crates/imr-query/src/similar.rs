//! `similar:ID`: decisions that share what is rare in one decision.

use std::collections::{BTreeMap, BTreeSet};

use imr_index::{FieldId, IndexReader, Schema, Word, stem_term, words};
use imr_model::{CaseNumber, Decision, Letter};

use crate::ast::{Ast, Text, Typed, Value};
use crate::error::{QueryError, SyntaxError};
use crate::limits::Limits;
use crate::lower::frequency;

/// So many words of a rationale are compared,
const WORDS: usize = 20;
/// and so many of a heading, most of which its concepts say.
const WORDS_OF_HEADING: usize = 5;
/// The rarity of a word that one in four decisions has.
const LEAST_RARITY: f64 = 2.0 * std::f64::consts::LN_2;
/// More pages than these are a whole chapter.
const PAGES: usize = 10;

/// A query in which each `similar:ID` is what it stands for: as much as possible of what is rare in that decision, and not
/// the decision itself.
pub(crate) fn with_similar(query: Ast, index: &IndexReader, limits: Limits) -> Result<Ast, QueryError> {
    let read = |part| with_similar(part, index, limits);
    let all = |parts: Vec<Ast>| parts.into_iter().map(read).collect::<Result<Vec<_>, _>>();
    Ok(match query {
        Ast::Field { name, value } if name.text.eq_ignore_ascii_case("similar") => {
            let Value::Text(text) = value else {
                let help = "name a decision, as in `similar:CM16-0213037#2`";
                return Err(SyntaxError::new("`similar:` without a decision", name.span(), help).into());
            };
            limits.in_time()?;
            similar(text.typed(), index)?
        }
        // Conditions of their own join those that stand beside them.
        Ast::And(parts) => Ast::all_of(all(parts)?.into_iter().flat_map(flat).collect()),
        Ast::Or(parts) => Ast::Or(all(parts)?),
        Ast::Most(parts) => Ast::Most(all(parts)?),
        Ast::Not(part) => read(*part)?.negated(),
        other => other,
    })
}

/// A query without its conditions `similar:ID`.
pub(crate) fn without_similar(query: Ast) -> Ast {
    let all = |parts: Vec<Ast>| parts.into_iter().map(without_similar).collect();
    match query {
        Ast::Field { name, .. } if name.text.eq_ignore_ascii_case("similar") => Ast::All,
        Ast::And(parts) => Ast::And(all(parts)),
        Ast::Or(parts) => Ast::Or(all(parts)),
        Ast::Most(parts) => Ast::Most(all(parts)),
        Ast::Not(part) => without_similar(*part).negated(),
        other => other,
    }
}

fn flat(query: Ast) -> Vec<Ast> {
    match query {
        Ast::And(parts) => parts,
        other => vec![other],
    }
}

fn similar(id: &Typed, index: &IndexReader) -> Result<Ast, QueryError> {
    let (letter, decision) = find(id, index)?;
    let itself = vec![value("source", &letter.source), value("n", &decision.n.to_string())];
    let Likeness { query, .. } = likeness(index, &decision)?;
    Ok(Ast::And(vec![query, Ast::And(itself).negated()]))
}

/// What tells a decision from others.
#[derive(Clone, Debug)]
pub struct Likeness {
    /// As much of it as possible: what is in dispute, what the reviewer cites and misses, and rare words. It finds the
    /// decision itself, too.
    pub query: Ast,
    /// The words of its rationale that are frequent in it and rare in others, as printed but in lower case, the weightiest
    /// first.
    pub words: Vec<String>,
}

/// What tells a decision from others in an index.
///
/// # Errors
///
/// If the index cannot be read.
pub fn likeness(index: &IndexReader, decision: &Decision) -> Result<Likeness, QueryError> {
    let rationale = decision.rationale.as_deref().unwrap_or_default();
    let words = rare_words(index, "rationale", rationale, WORDS)?;
    let heading = rare_words(index, "treatment", &decision.treatment, WORDS_OF_HEADING)?;
    let in_field = |field: &'static str| {
        move |word: &String| Ast::field(field, Value::Text(Text::Word(Typed::new(word, 0..0))), &(0..0))
    };
    let mut parts = concepts(decision);
    parts.extend(cited(decision));
    parts.extend(heading.iter().map(in_field("treatment")));
    parts.extend(words.iter().map(in_field("rationale")));
    Ok(Likeness { query: if parts.is_empty() { Ast::All } else { Ast::Most(parts) }, words })
}

/// How rare a word of rationales is: the natural logarithm of all documents over those that have it, in any form; 0 for a
/// word that none has.
///
/// # Errors
///
/// If the index cannot be read.
pub fn rarity(index: &IndexReader, word: &str) -> Result<f64, QueryError> {
    rarity_in(index, Schema::shared().id("rationale"), &stem_term(&word.to_lowercase())).map(|(_, rarity)| rarity)
}

/// In how many documents a term stands, and how rare that makes it.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents")]
fn rarity_in(index: &IndexReader, field: FieldId, term: &str) -> Result<(u64, f64), QueryError> {
    let all = index.searcher().num_docs().max(1);
    let documents = frequency(field, term, index)?;
    let rarity = if documents == 0 { 0.0 } else { (all as f64 / documents as f64).ln().max(0.0) };
    Ok((documents, rarity))
}

/// The letters with a case number, or else with a source.
///
/// # Errors
///
/// If the index cannot be read.
pub fn letters_called(index: &IndexReader, name: &str) -> Result<Vec<Letter>, QueryError> {
    let by_case = match name.parse::<CaseNumber>() {
        Ok(number) => index.letters("case", number.as_str())?,
        Err(_) => Vec::new(),
    };
    if by_case.is_empty() { Ok(index.letters("source", name)?) } else { Ok(by_case) }
}

/// The decision that an id names, and its letter: `CM16-0213037#2`; without a number the only one of its letter.
///
/// # Errors
///
/// [`QueryError::Syntax`] with a span of `id` if no decision is called so, [`QueryError::Index`] if the index cannot be
/// read.
pub fn decision(index: &IndexReader, id: &str) -> Result<(Letter, Decision), QueryError> {
    find(&Typed::new(id, 0..id.len()), index)
}

/// The same of an id in a query.
pub(crate) fn find(id: &Typed, index: &IndexReader) -> Result<(Letter, Decision), QueryError> {
    let numbered = id.text.rsplit_once('#').and_then(|(name, n)| Some((name, n.parse::<usize>().ok()?)));
    let (name, n) = numbered.map_or((id.text.as_str(), None), |(name, n)| (name, Some(n)));
    let unknown = |problem: String, help: &str| QueryError::Syntax(SyntaxError::new(problem, id.span(), help));
    let letter = letters_called(index, name)?.into_iter().next().ok_or_else(|| {
        unknown(
            format!("no letter called `{name}`"),
            "write a case number and the decision's place, as in CM16-0213037#2",
        )
    })?;
    let decision = match (n, letter.decisions.as_slice()) {
        (Some(n), decisions) => decisions.iter().find(|decision| decision.n == n).cloned(),
        (None, [one]) => Some(one.clone()),
        (None, _) => None,
    };
    let decision = decision.ok_or_else(|| {
        let count = letter.decisions.len();
        let problem = format!("`{}` has {count} decision{}", letter.name(), if count == 1 { "" } else { "s" });
        let help = match count {
            0 => "its text fits no known form, so that there is nothing to compare",
            _ => "name one of them by its place, as in CM16-0213037#2",
        };
        unknown(problem, help)
    })?;
    Ok((letter, decision))
}

fn value(field: &str, value: &str) -> Ast {
    Ast::one_of(field, [value])
}

fn concepts(decision: &Decision) -> Vec<Ast> {
    let concepts = &decision.concepts;
    let fields = [
        ("drug", concepts.drugs.as_slice()),
        ("class", &concepts.drug_classes),
        ("procedure", concepts.procedure.as_slice()),
        ("subcategory", concepts.subcategory.as_slice()),
        ("body", &concepts.body_regions),
        ("gap", &concepts.gaps),
    ];
    fields.into_iter().flat_map(|(field, values)| values.iter().map(move |text| value(field, text))).collect()
}

/// What the reviewer cites, each guideline, section and page once.
fn cited(decision: &Decision) -> Vec<Ast> {
    let citations = &decision.citations.reviewer;
    let titles = citations.iter().filter_map(|citation| citation.guideline.clone()).map(|title| ("guideline", title));
    let sections = citations.iter().flat_map(|citation| &citation.sections).map(|section| ("section", section.clone()));
    let pages = citations.iter().flat_map(|citation| &citation.pages).flat_map(|range| range.pages());
    let pages = pages.take(PAGES).map(|page| ("page", page.to_string()));
    let cited: BTreeSet<(&str, String)> = titles.chain(sections).chain(pages).collect();
    cited.iter().map(|(field, text)| value(field, text)).collect()
}

/// Words that tell nothing of a decision, however rare they are in a small index.
const FUNCTION_WORDS: [&str; 64] = [
    "about", "above", "after", "again", "all", "also", "although", "among", "and", "another", "any", "are", "because",
    "been", "before", "both", "but", "can", "could", "did", "does", "during", "each", "either", "few", "for", "four",
    "from", "had", "has", "have", "how", "into", "its", "last", "many", "more", "most", "much", "only", "other",
    "over", "per", "several", "she", "some", "such", "than", "that", "the", "their", "there", "these", "they", "this",
    "those", "three", "two", "until", "was", "when", "which", "with", "would",
];

/// The words of a text that are frequent in it and rare in a field of others, in the order of their weight.
fn rare_words(index: &IndexReader, field: &str, text: &str, most: usize) -> Result<Vec<String>, QueryError> {
    let field = Schema::shared().id(field);
    let mut counts: BTreeMap<String, (String, u32)> = BTreeMap::new();
    let is_telling = |word: &Word| word.text.len() > 2 && word.text.starts_with(char::is_alphabetic);
    for word in words(text).filter(|word| is_telling(word) && !FUNCTION_WORDS.contains(&word.text.as_str())) {
        counts.entry(stem_term(&word.text)).or_insert_with(|| (word.text.clone(), 0)).1 += 1;
    }
    let mut weighed: Vec<(f64, String)> = Vec::new();
    for (stem, (word, count)) in counts {
        let (others, rarity) = rarity_in(index, field, &stem)?;
        // A word of this decision alone finds nothing else, and one of every fourth decision tells nothing.
        if others > 1 && rarity > LEAST_RARITY {
            weighed.push((f64::from(count).sqrt() * rarity, word));
        }
    }
    weighed.sort_by(|(one, word), (other, next)| other.total_cmp(one).then_with(|| word.cmp(next)));
    Ok(weighed.into_iter().take(most).map(|(_, word)| word).collect())
}
