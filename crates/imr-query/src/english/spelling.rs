//! Misspelt words of plain queries: a word that no letter holds, and that is nearly a word of the vocabulary.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use imr_index::stem_term;
use imr_vocabulary::{drugs, guidelines, procedures, regions, specialties, states};

use super::cursor::Word;
use super::filler::is_filler;
use crate::ast::{Ast, Text};

/// A word that was corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Correction {
    pub(crate) typed: String,
    pub(crate) meant: String,
}

/// Shorter words are too near to too many others.
const SHORTEST: usize = 5;

/// A query with its misspelt plain words corrected, and the corrections. `is_in_letters` tells whether any letter holds a
/// word.
pub(crate) fn corrected(query: Ast, is_in_letters: &dyn Fn(&str) -> bool) -> (Ast, Vec<Correction>) {
    let mut corrections = Vec::new();
    let query = correct(query, is_in_letters, &mut corrections);
    (query, corrections)
}

fn correct(query: Ast, is_in_letters: &dyn Fn(&str) -> bool, corrections: &mut Vec<Correction>) -> Ast {
    match query {
        Ast::And(parts) => Ast::And(parts.into_iter().map(|part| correct(part, is_in_letters, corrections)).collect()),
        Ast::Not(part) => correct(*part, is_in_letters, corrections).negated(),
        Ast::Text(Text::Word(mut typed)) => {
            let word = Word::new(typed.clone()).lower;
            if let Some(meant) = meant(&word, is_in_letters) {
                corrections.push(Correction { typed: word, meant: meant.to_owned() });
                meant.clone_into(&mut typed.text);
            }
            Ast::Text(Text::Word(typed))
        }
        other => other,
    }
}

/// The word of the vocabulary that a misspelt one means.
fn meant(word: &str, is_in_letters: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    let is_plain = word.len() >= SHORTEST && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_plain || is_filler(word) || words_of_rules().any(|known| known == word) || is_in_letters(word) {
        return None;
    }
    let singular = word.strip_suffix('s').unwrap_or(word);
    if is_in_letters(singular) || drugs().get(word).is_some() {
        return None;
    }
    let vocabulary = vocabulary(word.as_bytes()[0]);
    if singular != word && vocabulary.contains(singular) {
        return None;
    }
    // The vocabulary knows misspellings of whole names, too: such a word is corrected if letters hold the right one.
    let is_known = vocabulary.contains(word);
    let stem = stem_term(word);
    if !is_known && vocabulary.iter().any(|known| *known != word && stem_term(known) == stem) {
        return None;
    }
    let allowed = |known: &str| match (is_known, is_in_letters(known)) {
        (true, _) => 1,
        (false, true) => 1 + word.len() / 8,
        (false, false) => 1 + word.len() / 9,
    };

    // People get the first letter right. Of equally near words one that letters hold is meant, or the longer one: the
    // vocabulary knows misspellings, too, and these leave letters out.
    let distance = |known: &str| strsim::osa_distance(word, known);
    let alike = vocabulary.iter().copied().filter(|known| {
        known.len() >= SHORTEST && *known != word && stem_term(known) != stem && (!is_known || is_in_letters(known))
    });
    alike
        .map(|known| (distance(known), known))
        .filter(|(distance, known)| *distance <= 2 && *distance <= allowed(known))
        .min_by_key(|(distance, known)| (*distance, !is_in_letters(known), Reverse(known.len())))
        .map(|(_, known)| known)
}

/// The words of names, and those that rules know, that begin with a letter.
fn vocabulary(letter: u8) -> BTreeSet<&'static str> {
    let names = drugs()
        .spellings()
        .iter()
        .map(String::as_str)
        .chain(drugs().class_spellings())
        .chain(procedures().spellings())
        .chain(regions().spellings())
        .chain(specialties().spellings())
        .chain(states().spellings())
        .chain(guidelines().titles())
        .chain(guidelines().section_names());
    let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
    names
        .flat_map(|name| name.split([' ', '-', '/', ',']))
        .chain(words_of_rules())
        .filter(|word| word.as_bytes().first() == Some(&letter) && is_word(word))
        .collect()
}

fn words_of_rules() -> impl Iterator<Item = &'static str> {
    WORDS_OF_RULES.split_whitespace()
}

/// Words of the rules that people misspell, and words that look like names but are none.
const WORDS_OF_RULES: &str = "
    upheld overturned denied denial denials approved approval granted reversed refused certified authorized modified
    retrospective expedited reviewed reviewer reviewers decided cited citing relied guideline guidelines insurer carrier
    administrator adjuster licensed license licence specialty specialist specialists surgeon surgeons orthopedic women woman
    female males older younger january february march april august september october november december neither different
    same nothing partially authorization section sections page pages before after since between during weeks months years
    twenties thirties forties fifties sixties seventies eighties nineties teenagers seniors aged whose others other another across along above below within without spring summer autumn winter wanted want looking related
    ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_words_are_corrected() {
        for (query, in_letters, want) in [
            ("cyclobenzaprinne requests", "", "cyclobenzaprine requests"),
            ("acupunkture for the sholder", "", "acupuncture for the shoulder"),
            ("orthopedic surgons", "", "orthopedic surgeons"),
            ("overturnd MRI", "", "overturned MRI"),
            ("overturnd MRI", "overturnd", "overturnd MRI"),
            ("\"overturnd\" soma", "", "\"overturnd\" soma"),
            ("opioids cited patients", "", "opioids cited patients"),
            ("zebra crossings", "", "zebra crossings"),
        ] {
            let (corrected, _) = corrected(crate::parse(query).unwrap(), &|word| word == in_letters);
            assert_eq!(corrected.to_string(), want, "case: {query}");
        }
    }
}
