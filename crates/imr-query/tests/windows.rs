//! Documents are found a window at a time, and those that cannot be among the first hits are not scored: what is found in
//! many windows must be what a reader of all letters finds.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use imr_index::{IndexReader, IndexWriter, NewLetter, WRITER_MEMORY, stem_term};
use imr_model::{Citations, Concepts, Decision, Letter, Outcome};
use imr_query::{Request, rarity, search};
use jiff::civil::date;
use tempfile::TempDir;

/// So many letters have some 5,000 decisions, in windows that no letter begins with.
const LETTERS: usize = 2_500;
/// Words in several forms, which stand together in many a text.
const WORDS: [[&str; 3]; 5] = [
    ["pain", "pains", "pained"],
    ["weaning", "weaned", "weans"],
    ["taper", "tapers", "tapering"],
    ["visits", "visit", "visited"],
    ["opioid", "opioids", "opioid"],
];

/// The words of a text: the rarer the further behind, and often twice.
fn words(seed: usize) -> Vec<&'static str> {
    let random = |at: usize| seed.wrapping_mul(2_654_435_761).wrapping_add(at * 40_503) >> 7;
    let has = |at: usize| random(at) % (2 + 7 * at) == 0;
    let here = WORDS.iter().enumerate().filter(|(at, _)| has(*at));
    let form = move |at: usize, forms: &[&'static str; 3], n: usize| forms[(random(at + 20) % 5 + n) % 4 % 3];
    here.flat_map(|(at, forms)| (0..=random(at + 9) % 3).map(move |n| form(at, forms, n))).collect()
}

/// Whether some words have a word in any form.
fn has(words: &[&str], word: &str) -> bool {
    words.iter().any(|other| stem_term(other) == stem_term(word))
}

/// Of each letter the words of its summary and of the rationales of its decisions.
fn texts() -> impl Iterator<Item = (Vec<&'static str>, Vec<Vec<&'static str>>)> {
    (0..LETTERS).map(|at| (words(7 * at), (1..=1 + at % 3).map(|n| words(100_000 + 3 * at + n)).collect()))
}

fn decision(n: usize, words: &[&str]) -> Decision {
    Decision {
        n,
        treatment: "Norco 10/325mg".to_owned(),
        eligible_portion: None,
        outcome: Some(if n == 2 { Outcome::Overturned } else { Outcome::Upheld }),
        administrator_guideline: None,
        reviewer_guideline: None,
        citations: Citations::default(),
        rationale: Some(words.join(" ")),
        concepts: Concepts::default(),
    }
}

/// An index of the letters, in a folder that goes with it.
static INDEX: LazyLock<(TempDir, IndexReader)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap();
    for (at, (summary, rationales)) in texts().enumerate() {
        let source = format!("letter-{at:04}");
        let mut letter = Letter { digest: source.clone(), ..Letter::new(source.clone(), format!("{source}.txt")) };
        letter.clinical_summary = Some(summary.join(" "));
        letter.decisions = (1..).zip(rationales).map(|(n, words)| decision(n, &words)).collect();
        letter.decision_date = Some(date(2016, 1, 1));
        writer.add(&NewLetter { letter: &letter, text: "", identity: &source, file: &source }).unwrap();
    }
    writer.finish().unwrap();
    let index = IndexReader::open(folder.path()).unwrap();
    (folder, index)
});

/// The first hits of a query, and how many decisions and letters it finds.
fn found(query: &str, limit: usize) -> (Vec<(String, usize)>, usize, usize) {
    let request = Request { literal: true, ..Request::new(query, limit, date(2017, 3, 11)) };
    let mut answer = search(&INDEX.1, &request).unwrap();
    let (decisions, letters) = (answer.decisions, answer.letters);
    (answer.names().map(Result::unwrap).collect(), decisions, letters)
}

/// Whether a decision is to be found: the words of its summary, of its rationale, and its number.
type Holds<'t> = &'t dyn Fn(&[&str], &[&str], usize) -> bool;

#[test]
fn all_windows_are_looked_at() {
    let cases: [(&str, Holds<'_>); 9] = [
        ("pain", &|summary, rationale, _| has(summary, "pain") || has(rationale, "pain")),
        ("summary:weaning", &|summary, _, _| has(summary, "weaning")),
        ("summary:weaning outcome:overturned", &|summary, _, n| has(summary, "weaning") && n == 2),
        ("rationale:pain -summary:pain", &|summary, rationale, _| has(rationale, "pain") && !has(summary, "pain")),
        ("rationale:opioid summary:visits", &|summary, rationale, _| {
            has(rationale, "opioid") && has(summary, "visits")
        }),
        ("summary:\"pain weaning\"", &|summary, _, _| summary.windows(2).any(|pair| pair == ["pain", "weaning"])),
        ("rationale:\"pain pain\" OR summary:opioid", &|summary, rationale, _| {
            rationale.windows(2).any(|pair| pair == ["pain", "pain"]) || has(summary, "opioid")
        }),
        ("-summary:pain", &|summary, _, _| !has(summary, "pain")),
        ("rationale:absent", &|_, _, _| false),
    ];
    for (query, holds) in cases {
        let mut want = BTreeSet::new();
        for (at, (summary, rationales)) in texts().enumerate() {
            let held = (1..).zip(rationales).filter(|(n, rationale)| holds(&summary, rationale, *n));
            want.extend(held.map(|(n, _)| (format!("letter-{at:04}"), n)));
        }
        let letters: BTreeSet<&str> = want.iter().map(|(letter, _)| letter.as_str()).collect();
        let (hits, decisions, of_letters) = found(query, usize::MAX);
        assert_eq!(hits.into_iter().collect::<BTreeSet<_>>(), want, "case: {query}");
        assert_eq!((decisions, of_letters), (want.len(), letters.len()), "case: {query}");
    }
}

#[test]
fn the_first_hits_are_those_of_all() {
    for query in [
        "pain",
        "opioid",
        "pain weaning",
        "pain OR visits OR opioid",
        "summary:taper rationale:pain",
        "\"pain weaning\" OR taper",
        "~(pain weaning taper visits)",
        "pain -opioid outcome:overturned",
    ] {
        let (all, ..) = found(query, usize::MAX);
        for limit in [1, 10, 300] {
            let (first, decisions, _) = found(query, limit);
            assert_eq!(first, all[..limit.min(all.len())], "case: {query}");
            assert_eq!(decisions, all.len(), "case: {query}");
        }
    }
}

/// Forms of a word stand together: a document that has several of them counts once.
#[test]
#[expect(clippy::cast_precision_loss, reason = "thousands of documents")]
fn words_are_as_rare_as_the_documents_that_have_any_of_their_forms() {
    let index = &INDEX.1;
    let all = index.searcher().num_docs() as f64;
    for word in ["pain", "weaning", "tapers", "visits", "opioids"] {
        let rationales = texts().flat_map(|(_, rationales)| rationales);
        let want = rationales.filter(|rationale| has(rationale, word)).count() as f64;
        let documents = all / rarity(index, word).unwrap().exp();
        assert!((documents / want - 1.0).abs() < 0.02, "{word}: {documents} and not {want}");
    }
}

/// What is costly is remembered from the second asking on, as far as it was looked for: narrowed, scored, counted.
#[test]
fn what_is_remembered_is_what_was_found() {
    for (phrase, narrowed) in [
        ("\"pain weaning\"", "outcome:overturned"),
        ("summary:\"pain weaning\"", "rationale:opioid"),
        ("rationale:(pain /3 taper)", "-rationale:visits"),
        ("\"weaning pain\" OR \"pain pain\"", "summary:opioid"),
        ("visi* OR summary:wean*", "rationale:pain"),
        ("year:2015..2017 pain", "outcome:overturned"),
        ("year:2016", "-pain"),
    ] {
        let both = format!("({phrase}) {narrowed}");
        let queries = [both.as_str(), phrase];
        let ask = || queries.map(|query| (found(query, 10), found(query, usize::MAX), found(query, 0)));
        let first = ask();
        assert!(first.iter().all(|(_, (all, ..), _)| !all.is_empty()), "case: {phrase}");
        for round in 2..5 {
            assert_eq!(ask(), first, "case: {phrase}, asked {round} times");
        }
    }
}
