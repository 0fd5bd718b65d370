//! The property of segmentation that holds for every text; for property tests and for fuzzing.

use std::collections::BTreeMap;

use imr_ingest::segment;
use imr_model::Letter;

/// How often each letter and digit occurs.
fn characters<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in texts.into_iter().flat_map(str::chars).filter(|c| c.is_alphanumeric()) {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

/// The texts that a letter was divided into.
fn texts(letter: &Letter) -> Vec<&str> {
    let of_decisions = letter.decisions.iter().flat_map(|decision| {
        let paragraphs = [&decision.administrator_guideline, &decision.reviewer_guideline, &decision.rationale];
        paragraphs.into_iter().flatten().map(String::as_str).chain([decision.treatment.as_str()])
    });
    let remainder = letter.remainder.iter().map(|passage| passage.text.as_str());
    of_decisions.chain(remainder).chain(letter.clinical_summary.as_deref()).collect()
}

/// Every character of a text stands exactly once in a text field or in the remainder; and words stay whole, but for
/// those that a hyphen divides at a line end. Tells what does not.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let letter = segment("source", "source.txt", text.to_owned());
    let found = texts(&letter);
    let (got, want) = (characters(found.iter().copied()), characters([text]));
    if got != want {
        return Err(format!("characters {got:?} of {text:?}"));
    }
    let whole: Vec<&str> = found.iter().flat_map(|text| text.split_whitespace()).collect();
    let is_kept = |word: &&str| whole.iter().any(|found| found.contains(*word));
    let mut words = text.split_whitespace().filter(|word| word.chars().all(char::is_alphanumeric));
    words.find(|word| !is_kept(word)).map_or(Ok(()), |word| Err(format!("word {word:?} of {text:?}")))
}
