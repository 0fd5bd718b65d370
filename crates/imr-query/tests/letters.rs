//! Text of a letter is indexed once, and words by no stem: what is found must not show it. Each query is answered a second
//! time by reading all letters.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::collections::BTreeSet;

use imr_index::{FileRecord, IndexReader, IndexWriter, NewLetter, WRITER_MEMORY, stem_term, words};
use imr_model::{Citations, Concepts, Decision, Letter, Outcome, Passage, PassageKind};
use imr_query::{Request, search};
use jiff::civil::date;
use tempfile::TempDir;

const SUMMARIES: [Option<&str>; 5] = [
    Some("The worker takes opioids. An x-ray was taken."),
    Some("A weaned worker. Weaning of an opioid failed."),
    None,
    Some("The workers wean.\nTaking of x rays."),
    Some("Opioid works; the xray was increased."),
];

const RATIONALES: [&str; 4] =
    ["Weaning is advised.", "To wean is to taper the opioids.", "An x-ray shows increas.", "Xrays increase."];

/// Letters of one to three decisions; every fourth has text that fits no form, and one has nothing else.
fn letters() -> Vec<Letter> {
    (0..40).map(letter).collect()
}

fn letter(at: usize) -> Letter {
    let source = format!("letter-{at:02}");
    let mut letter = Letter { digest: source.clone(), ..Letter::new(source.clone(), format!("{source}.txt")) };
    letter.clinical_summary = SUMMARIES[at % SUMMARIES.len()].map(str::to_owned);
    if at.is_multiple_of(4) {
        letter.remainder.push(Passage { kind: PassageKind::Unsegmented, text: "Nobody knows.".to_owned() });
    }
    let decisions = if at == 20 { 0 } else { 1 + at % 3 };
    letter.decisions = (1..=decisions).map(|n| decision(n, RATIONALES[(at + n) % RATIONALES.len()], at + n)).collect();
    letter
}

fn decision(n: usize, rationale: &str, seed: usize) -> Decision {
    Decision {
        n,
        treatment: "Norco 10/325mg".to_owned(),
        eligible_portion: None,
        outcome: Some(if seed.is_multiple_of(3) { Outcome::Overturned } else { Outcome::Upheld }),
        administrator_guideline: None,
        reviewer_guideline: None,
        citations: Citations::default(),
        rationale: Some(rationale.to_owned()),
        concepts: Concepts::default(),
    }
}

/// An index of the letters in several segments, in which some letters took the place of older versions.
fn index() -> (TempDir, IndexReader) {
    let folder = tempfile::tempdir().unwrap();
    let old = letters().into_iter().skip(5).take(10).map(|letter| Letter {
        digest: format!("old-{}", letter.digest),
        clinical_summary: Some("Old weaning of opioids.".to_owned()),
        ..letter
    });
    let (early, late): (Vec<Letter>, Vec<Letter>) =
        letters().into_iter().partition(|letter| letter.digest.as_str() > "letter-20");
    for run in [old.collect(), early, late] {
        let mut writer = IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap();
        for letter in &run {
            let file = letter.source_file.as_str();
            writer.add(&NewLetter { letter, text: "", identity: &letter.digest, file }).unwrap();
            writer.end_file(FileRecord { path: file.to_owned(), ..FileRecord::default() }).unwrap();
        }
        writer.finish().unwrap();
    }
    let index = IndexReader::open(folder.path()).unwrap();
    (folder, index)
}

fn found(index: &IndexReader, query: &str) -> BTreeSet<(String, usize)> {
    let request = Request { literal: true, ..Request::new(query, usize::MAX, date(2017, 3, 11)) };
    let mut answer = search(index, &request).unwrap_or_else(|error| panic!("{query}: {error}"));
    let hits: Vec<(String, usize)> =
        answer.hits().map(|hit| hit.unwrap()).map(|hit| (hit.letter.source, hit.n)).collect();
    assert_eq!(hits.len(), answer.decisions, "{query}: the count is that of the hits");
    hits.into_iter().collect()
}

/// What may hold of a decision, or of the unsegmented text of a letter.
type Holds<'h> = &'h dyn Fn(&Letter, Option<&Decision>) -> bool;

/// The documents for which something holds: of a decision, or of the unsegmented text of a letter.
fn matching(holds: Holds<'_>) -> BTreeSet<(String, usize)> {
    let mut matching = BTreeSet::new();
    for letter in letters() {
        let decisions = letter.decisions.iter().filter(|decision| holds(&letter, Some(decision)));
        matching.extend(decisions.map(|decision| (letter.source.clone(), decision.n)));
        let has_more = letter.decisions.is_empty() || !letter.remainder.is_empty();
        if has_more && holds(&letter, None) {
            matching.insert((letter.source.clone(), 0));
        }
    }
    matching
}

fn has_stem(text: &str, word: &str) -> bool {
    let whole = text.to_lowercase().replace('-', "");
    words(text).chain(words(&whole)).any(|other| stem_term(&other.text) == stem_term(word))
}

fn has_phrase(text: &str, phrase: &str) -> bool {
    let all = |text: &str| words(text).map(|word| word.text).collect::<Vec<_>>();
    let phrase = all(phrase);
    all(text).windows(phrase.len()).any(|words| words == phrase)
}

const WORDS: [&str; 9] = ["weaning", "wean", "opioid", "xray", "increase", "increas", "worker", "taking", "the"];

#[test]
fn words_are_found_by_their_stems() {
    let (_folder, index) = index();
    for word in WORDS {
        let in_rationale = |_: &Letter, decision: Option<&Decision>| {
            decision.is_some_and(|decision| has_stem(decision.rationale.as_deref().unwrap_or_default(), word))
        };
        assert_eq!(found(&index, &format!("rationale:{word}")), matching(&in_rationale), "rationale:{word}");
        let exact = |_: &Letter, decision: Option<&Decision>| {
            decision.is_some_and(|decision| has_phrase(decision.rationale.as_deref().unwrap_or_default(), word))
        };
        assert_eq!(found(&index, &format!("rationale:\"{word}\"")), matching(&exact), "rationale:\"{word}\"");
    }
    let hyphen = |_: &Letter, decision: Option<&Decision>| {
        decision
            .is_some_and(|decision| decision.rationale.as_deref().unwrap_or_default().to_lowercase().contains("ray"))
    };
    assert_eq!(found(&index, "rationale:x-rays"), matching(&hyphen), "parts, or the whole");
}

#[test]
fn a_decision_is_found_by_the_summary_of_its_letter() {
    let (_folder, index) = index();
    for word in WORDS {
        let in_summary = |letter: &Letter| letter.clinical_summary.as_deref().is_some_and(|text| has_stem(text, word));
        let is_upheld = |decision: Option<&Decision>| decision.is_some_and(|one| one.outcome == Some(Outcome::Upheld));
        let in_rationale = |decision: Option<&Decision>| {
            decision.is_some_and(|decision| has_stem(decision.rationale.as_deref().unwrap_or_default(), word))
        };
        let cases: [(String, Holds<'_>); 7] = [
            (format!("summary:{word}"), &|letter, _| in_summary(letter)),
            (format!("summary:{word} outcome:upheld"), &|letter, decision| in_summary(letter) && is_upheld(decision)),
            (format!("summary:{word} n:3"), &|letter, decision| {
                in_summary(letter) && decision.is_some_and(|decision| decision.n == 3)
            }),
            (format!("summary:{word} n:0"), &|letter, decision| in_summary(letter) && decision.is_none()),
            (format!("summary:* NOT summary:{word}"), &|letter, _| {
                letter.clinical_summary.is_some() && !in_summary(letter)
            }),
            (format!("summary:{word} rationale:{word}"), &|letter, decision| {
                in_summary(letter) && in_rationale(decision)
            }),
            (word.to_owned(), &|letter, decision| in_summary(letter) || in_rationale(decision)),
        ];
        for (query, holds) in cases {
            assert_eq!(found(&index, &query), matching(holds), "{query}");
        }
    }
}

#[test]
fn places_in_the_summary_count_for_all_decisions() {
    let (_folder, index) = index();
    for (query, text) in [
        ("summary:\"opioids. An\"", "opioids an"),
        ("summary:(takes /1 opioid)", "takes opioids"),
        ("summary:(wean /s workers)", "weaned worker"),
        ("summary:(takes /p ray)", "x-ray was taken"),
        ("summary:\"weaned weaning\"~1", "weaned worker weaning"),
        ("summary:increa*", "increased"),
    ] {
        let holds = |letter: &Letter, _: Option<&Decision>| {
            letter.clinical_summary.as_deref().is_some_and(|summary| has_phrase(summary, text))
        };
        let wanted = matching(&holds);
        assert!(!wanted.is_empty(), "case: {query}");
        let got = found(&index, query);
        assert!(wanted.is_subset(&got), "case: {query}");
        let letters = |found: &BTreeSet<(String, usize)>| found.iter().map(|(source, _)| source.clone()).collect();
        let letters: BTreeSet<String> = letters(&got);
        assert_eq!(got, matching(&|letter, _| letters.contains(&letter.source)), "all of a letter or none: {query}");
    }
}

#[test]
fn decisions_of_a_letter_score_its_summary_alike() {
    let (_folder, index) = index();
    let request = Request { literal: true, ..Request::new("summary:opioids", usize::MAX, date(2017, 3, 11)) };
    let mut answer = search(&index, &request).unwrap();
    let hits: Vec<(String, f32)> =
        answer.hits().map(|hit| hit.unwrap()).map(|hit| (hit.letter.source, hit.score)).collect();
    for (source, score) in &hits {
        assert!(*score > 0.0);
        let others = hits.iter().filter(|(other, _)| other == source);
        assert!(others.into_iter().all(|(_, other)| other.to_bits() == score.to_bits()), "{source}");
    }
}

#[test]
fn counts_over_everything_stay_the_same_when_they_are_asked_again() {
    let (_folder, index) = index();
    let decisions = letters().iter().map(|letter| letter.decisions.len()).sum::<usize>();
    for fields in [vec!["outcome"], vec!["outcome", "n"], vec![]] {
        for ask in 0..4 {
            let facets = fields.iter().map(|field| (*field).to_owned()).collect();
            let answer = search(&index, &Request { facets, ..Request::new("", 0, date(2017, 3, 1)) }).unwrap();
            let case = format!("{fields:?}, asked {ask} times before");
            // Text that fits no form is found, too.
            assert!(answer.decisions > decisions && answer.letters == 40, "{case}");
            for facet in &answer.facets {
                let counted: usize = facet.values.iter().map(|value| value.count).sum();
                assert_eq!(counted + facet.missing, answer.decisions, "{case}: {}", facet.field);
            }
            assert_eq!(answer.facets.len(), fields.len(), "{case}");
        }
    }
}
