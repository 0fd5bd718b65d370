//! The sentences in which two rationales differ.

use std::collections::BTreeSet;
use std::ops::Range;

use imr_index::{sentences, stem_term, words};
use imr_vocabulary::gaps;
use serde::Serialize;

/// What one rationale says and the other does not, in each: the sentences that most likely made the difference, in their
/// order. A lead for reading, not a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// Sentences of the first.
    pub first: Vec<String>,
    /// Sentences of the second.
    pub second: Vec<String>,
}

/// So many sentences of each are told.
const TOLD: usize = 2;

/// The sentences in which two rationales differ. `rarity` tells how rare a word is: sentences are compared by their rare
/// words.
#[must_use]
pub fn differing(first: &str, second: &str, rarity: impl Fn(&str) -> f64) -> Differing {
    let (first, second) = (Sentence::all(first, &rarity), Sentence::all(second, &rarity));
    Differing { first: told(&first, &second), second: told(&second, &first) }
}

/// A sentence and its words.
struct Sentence<'t> {
    text: &'t str,
    /// Stems, each with how rare it is.
    words: Vec<(String, f64)>,
    /// How many gaps it states.
    gaps: usize,
}

impl<'t> Sentence<'t> {
    fn all(text: &'t str, rarity: &impl Fn(&str) -> f64) -> Vec<Self> {
        // Some rationales say the same twice; it is told once.
        let mut said = BTreeSet::new();
        let texts = sentences(text).into_iter().map(|range: Range<usize>| text[range].trim());
        texts.filter(|text| said.insert(*text)).map(|text| Self::new(text, rarity)).collect()
    }

    fn new(text: &'t str, rarity: &impl Fn(&str) -> f64) -> Self {
        let mut words: Vec<(String, f64)> =
            words(text).map(|word| (stem_term(&word.text), rarity(&word.text))).collect();
        words.sort_by(|(one, _), (other, _)| one.cmp(other));
        words.dedup_by(|one, other| one.0 == other.0);
        Self { text, words, gaps: gaps().in_text(text).len() }
    }

    fn weight(&self) -> f64 {
        self.words.iter().map(|(_, rarity)| rarity).sum()
    }

    /// How much of its weight stands in another sentence, from 0 to 1.
    fn share_in(&self, other: &Self) -> f64 {
        let own: BTreeSet<&str> = other.words.iter().map(|(stem, _)| stem.as_str()).collect();
        let shared: f64 =
            self.words.iter().filter(|(stem, _)| own.contains(stem.as_str())).map(|(_, rarity)| rarity).sum();
        let weight = self.weight();
        if weight > 0.0 { shared / weight } else { 1.0 }
    }

    /// How much it says of the case: most of all what it finds wanting, and facts of the worker; what a guideline says is
    /// the same for both sides, and the closing formula says the outcome only.
    fn substance(&self) -> f64 {
        let lower = self.text.to_lowercase();
        let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if self.words.len() <= LONGEST_FORMULA && holds(&FORMULAE) {
            return 0.1;
        }
        let facts = if holds(&FACTS) { 1.0 } else { 0.0 };
        // Numbered sentences are those of guidelines.
        let rules = if holds(&RULES) || lower.starts_with('(') { 0.5 } else { 1.0 };
        (1.0 + facts + f64::from(u8::try_from(self.gaps).unwrap_or(u8::MAX))) * rules
    }
}

/// The closing sentence of a rationale: `The request is not medically necessary.`
const FORMULAE: [&str; 5] =
    ["medically necessary", "medical necessity", "is upheld", "is overturned", "is not recommended"];
/// A longer sentence says more than the formula that it holds.
const LONGEST_FORMULA: usize = 14;
/// Words of sentences that speak of the case at hand.
const FACTS: [&str; 14] = [
    "patient",
    "worker",
    "claimant",
    "applicant",
    "employee",
    "records",
    "documented",
    "documentation",
    "submitted",
    "provided",
    "reported",
    "exam",
    "in this case",
    "year-old",
];
/// Words of sentences that speak of what guidelines say.
const RULES: [&str; 8] =
    ["guideline", "mtus", "acoem", "odg", "criteria", "recommend", "is indicated for", "should be"];

/// Below this share of a sentence in every other it counts as said by one side only.
const SAID_BY_BOTH: f64 = 0.6;

/// The sentences of one rationale that say most of what no sentence of the other says, in their order.
fn told(own: &[Sentence<'_>], other: &[Sentence<'_>]) -> Vec<String> {
    let novelty = |sentence: &Sentence<'_>| {
        let shared = other.iter().map(|other| sentence.share_in(other)).fold(0.0, f64::max);
        if shared < SAID_BY_BOTH { 1.0 - shared } else { 0.0 }
    };
    let mut ranked: Vec<(f64, usize)> =
        own.iter().enumerate().map(|(at, sentence)| (novelty(sentence) * sentence.substance(), at)).collect();
    ranked.retain(|(score, _)| *score > 0.0);
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut told: Vec<usize> = ranked.into_iter().take(TOLD).map(|(_, at)| at).collect();
    told.sort_unstable();
    told.into_iter().map(|at| own[at].text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word counts the same but for the smallest.
    fn rarity(word: &str) -> f64 {
        if word.len() > 3 { 1.0 } else { 0.0 }
    }

    #[test]
    fn the_sentences_that_differ_are_those_on_the_case() {
        let refused = "The guidelines advise opioids only with better function. There is no documentation that the worker \
                       functions better. The request is not medically necessary.";
        let granted = "The guidelines advise opioids only with better function. The worker went back to full duty on this \
                       drug, and two urine tests were as they should be. The request is medically necessary.";
        let found = differing(refused, granted, rarity);
        assert_eq!(found.first, ["There is no documentation that the worker functions better."]);
        assert_eq!(
            found.second,
            ["The worker went back to full duty on this drug, and two urine tests were as they should be."]
        );
    }

    #[test]
    fn the_same_text_does_not_differ() {
        let text = "The worker has had six visits. More are not medically necessary.";
        assert_eq!(differing(text, text, rarity), Differing::default());
        assert_eq!(differing("", "", rarity), Differing::default());
        assert_eq!(differing(text, "", rarity).first.len(), 2);
        let twice = "The worker has had six visits. The worker has had six visits.";
        assert_eq!(differing(twice, "", rarity).first, ["The worker has had six visits."]);
    }
}
