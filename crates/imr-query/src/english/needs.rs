//! Queries that describe a need: no decision holds all of their words, so that words and concepts rank.

use imr_vocabulary::gaps;

use super::cursor::Word;
use super::is_word;
use super::joining::{field_of, is_or};
use crate::ast::{Ast, Text, Typed, Value};
use crate::plan::{concept_weight, names_service};

/// With so many words left that no rule reads, a query describes a need.
pub(super) const MANY_WORDS: usize = 4;
/// A query of more words than this is a sentence: with two words left it describes a need, and one that finds nothing does.
const SENTENCE: usize = 7;

/// Whether a query of so many plain words describes a need.
pub(super) fn is_need(parts: &[Ast], said: usize) -> bool {
    let words = parts.iter().filter(|part| is_word(part) && !is_or(part)).count();
    words >= MANY_WORDS || words >= 2 && said > SENTENCE && !is_search(parts)
}

/// A need: words and concepts rank, other conditions (dates, people, pages) and whatever was typed in the query language
/// must be met. What the need finds wanting, as a rationale would, ranks as well.
pub(super) fn need(parts: Vec<Ast>, typed: &[Ast], said: &str) -> Ast {
    let mut ranking: Vec<Ast> = Vec::new();
    let mut conditions: Vec<Ast> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let is_concept = concept_weight(part).is_some();
        // `upheld` at the head of a need is meant; farther on it is a part of the story.
        let is_head = at <= 1 && field_of(part) == Some("outcome");
        // In a need `without` seldom excludes.
        let is_no_concept = matches!(part, Ast::Not(inner) if concept_weight(inner).is_some());
        if typed.contains(part) || is_head || !(is_word(part) || is_concept || is_no_concept) {
            conditions.push(part.clone());
        } else if is_concept || is_word(part) && !is_function_word(part) {
            ranking.push(part.clone());
        }
    }
    if ranking.is_empty() {
        ranking = parts.into_iter().filter(is_word).collect();
    }
    ranking.extend(gaps().in_text(said).into_iter().map(|tag| {
        let text = Text::Phrase { text: Typed::new(tag, 0..0), slop: 0 };
        Ast::field("gap", Value::Text(text), &(0..0))
    }));
    conditions.push(Ast::Most(ranking));
    Ast::all_of(conditions)
}

/// A weaker reading of a query.
pub(crate) struct Weaker {
    pub(crate) reading: Ast,
    /// What to tell the user of it.
    pub(crate) note: String,
}

/// Weaker readings of a query that finds nothing, the nearest first: one in which its words only rank, and of a sentence one
/// in which its concepts do, too. `typed` is the query before it was read, `text` as it was typed.
pub(crate) fn relaxed(query: &Ast, typed: &Ast, text: &str) -> Vec<Weaker> {
    let Ast::And(parts) = query else { return Vec::new() };
    let (words, conditions): (Vec<Ast>, Vec<Ast>) = parts.iter().cloned().partition(is_word);
    if words.is_empty() {
        return Vec::new();
    }
    let by_words = by_words(&words, &conditions);
    let typed: Vec<Ast> = match typed {
        Ast::And(parts) => parts.iter().filter(|part| !is_word(part)).cloned().collect(),
        _ => Vec::new(),
    };
    let by_need = (text.split_whitespace().count() >= SENTENCE).then(|| Weaker {
        reading: need(parts.clone(), &typed, text),
        note: "no decision has all of this; shown are those that have most of it".to_owned(),
    });
    let readings = if is_search(parts) { [by_words, by_need] } else { [by_need, by_words] };
    readings.into_iter().flatten().collect()
}

/// A reading in which words only rank: beside a concept that is asked for anyway, or by themselves.
fn by_words(words: &[Ast], conditions: &[Ast]) -> Option<Weaker> {
    let service = conditions.iter().find(|part| names_service(part));
    let concept = service.or_else(|| conditions.iter().find(|part| concept_weight(part).is_some())).cloned();
    if concept.is_none() && (words.len() < 2 || !conditions.is_empty()) {
        return None;
    }
    let ranking = Ast::Most(concept.into_iter().chain(words.iter().cloned()).collect());
    let named: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    Some(Weaker {
        reading: Ast::all_of(conditions.iter().cloned().chain([ranking]).collect()),
        note: format!("no decision has all of this; {} may be missing, and counts in ranking", named.join(", ")),
    })
}

/// Whether a query has conditions that a need has not: dates, people, pages.
fn is_search(parts: &[Ast]) -> bool {
    let is_hard = |part: &Ast| !is_word(part) && concept_weight(part).is_none() && !matches!(part, Ast::Not(_));
    parts.iter().any(is_hard)
}

/// Words that join others: in a need they say nothing by themselves.
fn is_function_word(part: &Ast) -> bool {
    const JOINING: &str = "
        without not no nor never after before because since until when while though although despite during against between
        beyond longer more most less least than then too very only itself themselves again further also still yet whose
        continued requested used using done made kept given such or and but if unless rather instead
        ";
    let Ast::Text(Text::Word(word)) = part else { return false };
    let word = Word::new(word.clone());
    JOINING.split_whitespace().any(|joining| joining == word.lower)
}
