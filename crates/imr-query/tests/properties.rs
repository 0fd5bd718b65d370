//! What must hold of every query, on a small index of made-up letters.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use imr_index::{IndexReader, IndexWriter, NewLetter, WRITER_MEMORY};
use imr_model::{Citations, Concepts, Decision, Letter, Outcome};
use imr_query::{Request, Sort, search};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::string::string_regex;
use tempfile::TempDir;

const TODAY: Date = date(2017, 3, 11);

/// Rationales of a few words, so that everything stands near everything sometimes.
fn rationales() -> Vec<String> {
    let words = ["pain", "opioid", "weaning", "taper", "guideline", "visits", "pain", "not"];
    let mut seed = 7_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    let mut sentence = || {
        let words: Vec<&str> = (0..2 + next(7)).map(|_| words[next(words.len())]).collect();
        format!("The {}.", words.join(" "))
    };
    (0..60).map(|at| (0..=at % 3).map(|_| sentence()).collect::<Vec<_>>().join(" ")).collect()
}

/// An index, in a folder that goes with it.
static INDEX: LazyLock<(TempDir, IndexReader)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap();
    for (at, rationale) in rationales().into_iter().enumerate() {
        let source = format!("letter-{at:02}");
        let mut letter = Letter::new(source.clone(), format!("{source}.txt"));
        let outcome = [Some(Outcome::Upheld), Some(Outcome::Overturned), None][at % 3];
        letter.decisions.push(Decision {
            n: 1,
            treatment: "Norco 10/325mg".to_owned(),
            eligible_portion: None,
            outcome,
            administrator_guideline: None,
            reviewer_guideline: None,
            citations: Citations::default(),
            rationale: Some(rationale),
            concepts: Concepts::default(),
        });
        letter.digest.clone_from(&source);
        letter.decision_date = (at % 2 == 0).then(|| date(2016, 1 + i8::try_from(at % 12).unwrap(), 1));
        let new = NewLetter { letter: &letter, text: "", identity: &source, file: &source };
        writer.add(&new).unwrap();
    }
    writer.finish().unwrap();
    let index = IndexReader::open(folder.path()).unwrap();
    (folder, index)
});

/// What a query finds, in order; read as it is.
fn found(query: &str) -> Vec<String> {
    let request = Request { literal: true, ..Request::new(query, usize::MAX, TODAY) };
    let mut answer = search(&INDEX.1, &request).unwrap_or_else(|error| panic!("{query}: {error}"));
    let hits: Vec<String> = answer.hits().map(|hit| hit.unwrap().letter.source).collect();
    assert_eq!(hits.len(), answer.decisions, "{query}: the count is that of the hits");
    hits
}

/// The names of the hits of a request, and all that is counted.
fn asked(request: &Request) -> (Vec<String>, String) {
    let mut answer = search(&INDEX.1, request).unwrap();
    let counts = format!("{} {} {:?}", answer.decisions, answer.letters, answer.facets);
    (answer.names().map(|name| name.unwrap().0).collect(), counts)
}

fn set(query: &str) -> BTreeSet<String> {
    found(query).into_iter().collect()
}

/// Parts of queries that can be joined by operators.
fn part() -> impl Strategy<Value = String> {
    let word = "(pain|opioid|weaning|tapered|guideline|visits|absent)";
    let pieces = [
        word.to_owned(),
        format!("\"{word} {word}\""),
        format!("\"{word} {word}\"~[0-4]"),
        format!(r"rationale:\({word} (/[1-5]|\+[1-5]|/s|/p) {word}\)"),
        format!(r"{word} /s \({word} OR {word}\)"),
        r"(tap\*|gu\?deline|wean~2|/vi\.ts/|/pai\[mn\]/)".to_owned(),
        r"(outcome:upheld|outcome:\*|-outcome:\*|date:2016-0[1-9]|date:>=2016-06|rationale:pain)".to_owned(),
        format!(r"~\({word} {word} {word}\)"),
    ];
    proptest::strategy::Union::new(pieces.map(|piece| string_regex(&piece).unwrap().boxed()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn and_finds_what_both_sides_find(one in part(), other in part()) {
        let both: BTreeSet<String> = set(&one).intersection(&set(&other)).cloned().collect();
        prop_assert_eq!(set(&format!("({one}) ({other})")), both);
    }

    #[test]
    fn or_finds_what_either_side_finds_in_any_order(one in part(), other in part()) {
        let either: BTreeSet<String> = set(&one).union(&set(&other)).cloned().collect();
        prop_assert_eq!(set(&format!("({one}) OR ({other})")), either.clone());
        prop_assert_eq!(set(&format!("({other}) OR ({one})")), either);
    }

    #[test]
    fn not_finds_the_rest(one in part()) {
        let rest: BTreeSet<String> = set("").difference(&set(&one)).cloned().collect();
        prop_assert_eq!(set(&format!("NOT ({one})")), rest);
    }

    #[test]
    fn the_order_is_the_same_in_every_run(one in part()) {
        prop_assert_eq!(found(&one), found(&one));
    }

    #[test]
    fn the_first_hits_and_counts_are_those_of_all_however_often_they_are_asked(
        one in part(),
        limit in 1_usize..9,
        offset in 0_usize..4,
        sort in prop::sample::select(vec![Sort::Score, Sort::Newest, Sort::Oldest, Sort::Case]),
    ) {
        let facets = vec!["outcome".to_owned(), "year".to_owned(), "category/subcategory".to_owned()];
        let all = Request { literal: true, sort, facets, ..Request::new(one, usize::MAX, TODAY) };
        let (hits, counts) = asked(&all);
        let some = Request { limit, offset, ..all };
        let shown: Vec<String> = hits.into_iter().skip(offset).take(limit).collect();
        for _ in 0..4 {
            prop_assert_eq!(asked(&some), (shown.clone(), counts.clone()));
        }
    }

    #[test]
    fn what_is_understood_can_be_asked_again(words in "(upheld |weaning |norco |in |2016 |opioids |pain |the |not |page 24 |or ){1,8}") {
        let Ok(mut answer) = search(&INDEX.1, &Request::new(words.clone(), usize::MAX, TODAY)) else { return Ok(()) };
        let hits: Vec<String> = answer.hits().map(|hit| hit.unwrap().letter.source).collect();
        prop_assert_eq!(found(&answer.reading.understood.to_string()), hits, "{} as {}", words, answer.reading.understood);
    }
}

/// The words of a text, as a reader would count them.
fn words(text: &str) -> Vec<String> {
    text.split([' ', '.']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Where a word stands in a text.
fn places(text: &str, wanted: &str) -> Vec<usize> {
    words(text).iter().enumerate().filter(|(_, word)| *word == wanted).map(|(at, _)| at).collect()
}

fn are_near(text: &str, one: &str, other: &str, apart: usize, ordered: bool) -> bool {
    let others = places(text, other);
    places(text, one).into_iter().any(|one| {
        others.iter().any(|other| one != *other && one.abs_diff(*other) <= apart && (!ordered || one < *other))
    })
}

/// Whether three words stand at most so many moves from a phrase; every choice of places is tried.
fn is_loose_phrase(text: &str, phrase: [&str; 3], slop: usize) -> bool {
    let [first, second, third] = phrase.map(|word| places(text, word));
    let is_near = |a: usize, b: usize, c: usize| {
        let moved = [a + 2, b + 1, c];
        a != b && b != c && a != c && moved.iter().max().unwrap() - moved.iter().min().unwrap() <= slop
    };
    first.iter().any(|a| second.iter().any(|b| third.iter().any(|c| is_near(*a, *b, *c))))
}

#[test]
fn places_are_those_that_a_reader_counts() {
    let matching = |is_match: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let all = rationales().into_iter().enumerate().filter(|(_, text)| is_match(text));
        all.map(|(at, _)| format!("letter-{at:02}")).collect()
    };
    for (one, other) in [("pain", "opioid"), ("opioid", "taper"), ("pain", "pain"), ("visits", "guideline")] {
        for apart in 1..6 {
            for (sign, ordered) in [('/', false), ('+', true)] {
                let query = format!("rationale:({one} {sign}{apart} {other})");
                assert_eq!(set(&query), matching(&|text| are_near(text, one, other, apart, ordered)), "{query}");
            }
        }
        let in_sentence =
            |text: &str| text.split_inclusive('.').any(|sentence| are_near(sentence, one, other, usize::MAX, false));
        assert_eq!(set(&format!("rationale:({one} /s {other})")), matching(&in_sentence), "{one} /s {other}");
        let is_phrase = |text: &str| words(text).windows(2).any(|pair| pair == [one, other]);
        assert_eq!(set(&format!("rationale:\"{one} {other}\"")), matching(&is_phrase), "\"{one} {other}\"");
    }
    for phrase in [["pain", "opioid", "taper"], ["pain", "taper", "pain"], ["visits", "pain", "not"], ["pain"; 3]] {
        for slop in 0..5 {
            let query = format!("rationale:\"{}\"~{slop}", phrase.join(" "));
            assert_eq!(set(&query), matching(&|text| is_loose_phrase(text, phrase, slop)), "{query}");
        }
    }
}
