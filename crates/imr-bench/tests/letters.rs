//! Invented letters are read as they were meant.

use std::collections::BTreeSet;

use imr_bench::{Corpus, Gold, GoldDecision};
use imr_model::Letter;

const SAMPLE: u64 = 300;

/// What is found in a letter.
fn found(letter: &Letter) -> Gold {
    let decision = |decision: &imr_model::Decision| GoldDecision {
        treatment: decision.treatment.clone(),
        outcome: decision.outcome.expect("an outcome"),
        pages: decision.citations.reviewer.iter().flat_map(|citation| citation.pages.clone()).collect(),
    };
    Gold {
        source: letter.source.clone(),
        layout: letter.layout,
        case_number: letter.case_number.as_ref().map(ToString::to_string),
        decisions: letter.decisions.iter().map(decision).collect(),
    }
}

#[test]
fn every_letter_is_read_as_it_was_meant() {
    let corpus = Corpus::new(1);
    for place in 0..SAMPLE {
        let invented = corpus.letter(place);
        let letter = imr_ingest::segment(&invented.gold.source, "", invented.text.clone());
        assert_eq!(found(&letter), invented.gold, "letter {place}:\n{}", invented.text);
        if letter.layout == imr_model::Layout::Unknown {
            continue;
        }
        assert_eq!(letter.unsegmented_text(), "", "letter {place}:\n{}", invented.text);
        // Some forms print no day of assignment; nothing of a decision may be missing.
        let of_decisions: Vec<_> = letter.warnings.iter().filter(|warning| warning.decision.is_some()).collect();
        assert!(of_decisions.is_empty(), "letter {place}: {of_decisions:?}:\n{}", invented.text);
    }
}

#[test]
fn letters_hang_on_seed_and_place_only() {
    let (corpus, again, other) = (Corpus::new(1), Corpus::new(1), Corpus::new(2));
    for place in [0, 7, 1_999_999] {
        assert_eq!(corpus.letter(place), again.letter(place), "letter {place}");
        assert_ne!(corpus.letter(place).text, other.letter(place).text, "letter {place}");
    }
}

#[test]
fn letters_are_as_frequent_and_as_long_as_real_ones() {
    let corpus = Corpus::new(1);
    let letters: Vec<_> = (0..3_000).map(|place| corpus.letter(place)).collect();
    let decisions: Vec<&GoldDecision> = letters.iter().flat_map(|letter| &letter.gold.decisions).collect();
    let upheld = decisions.iter().filter(|decision| decision.outcome == imr_model::Outcome::Upheld).count();
    let share = |part: usize, whole: usize| 100 * part / whole;
    assert!((170..=195).contains(&share(decisions.len(), letters.len())), "{} decisions", decisions.len());
    assert!((88..=92).contains(&share(upheld, decisions.len())), "{upheld} upheld");
    let bytes: usize = letters.iter().map(|letter| letter.text.len()).sum();
    let words: usize = letters.iter().map(|letter| letter.text.split_whitespace().count()).sum();
    assert!((5_800..=6_800).contains(&(bytes / letters.len())), "{} bytes a letter", bytes / letters.len());
    assert!((850..=1_000).contains(&(words / letters.len())), "{} words a letter", words / letters.len());
    let layouts: BTreeSet<_> = letters.iter().map(|letter| letter.gold.layout).collect();
    assert_eq!(layouts.len(), 5);
    let most = letters.iter().map(|letter| letter.gold.decisions.len()).max();
    assert!((10..=15).contains(&most.unwrap()), "at most {most:?} decisions");
}

#[test]
fn new_letters_bring_new_words() {
    let corpus = Corpus::new(1);
    let mut words = BTreeSet::new();
    let mut grown = Vec::new();
    for places in [0..200, 200..400, 400..800] {
        for place in places {
            let text = corpus.letter(place).text;
            words.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase));
        }
        grown.push(words.len());
    }
    assert!((4_000..6_500).contains(&grown[0]), "{grown:?}");
    assert!(grown[1] > grown[0] * 6 / 5 && grown[2] > grown[1] * 6 / 5, "{grown:?}");
}
