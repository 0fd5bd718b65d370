//! What a query may cost: each limit hit, and just not hit.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::time::{Duration, Instant};

use imr_index::{IndexReader, IndexWriter, NewLetter, WRITER_MEMORY};
use imr_model::{Citations, Concepts, Decision, Letter, Outcome};
use imr_query::{
    CitedWork, Division, Limits, Period, QueryError, Request, cited_by, contrast, explain, search, search_passing,
    tabulate,
};
use jiff::civil::date;
use tempfile::TempDir;

/// An index of a few letters, whose rationales hold seven words that begin with `tap`.
fn index() -> (TempDir, IndexReader) {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap();
    for word in ["tap", "tape", "taper", "tapers", "tapered", "tapering", "tapestry"] {
        let mut letter = Letter::new(format!("letter-{word}"), format!("{word}.txt"));
        letter.digest.push_str(word);
        letter.decisions.push(Decision {
            n: 1,
            treatment: "Soma 350mg".to_owned(),
            eligible_portion: None,
            outcome: Some(Outcome::Upheld),
            administrator_guideline: None,
            reviewer_guideline: None,
            citations: Citations::default(),
            rationale: Some(format!("The {word} is advised.")),
            concepts: Concepts::default(),
        });
        writer.add(&NewLetter { letter: &letter, text: "", identity: word, file: word }).unwrap();
    }
    writer.finish().unwrap();
    let index = IndexReader::open(folder.path()).unwrap();
    (folder, index)
}

fn request(query: &str, limits: Limits) -> Request {
    Request { limits, ..Request::new(query, 10, date(2017, 3, 11)) }
}

/// The limits of a deadline that has passed.
fn over() -> Limits {
    Limits { deadline: Some(Instant::now()), ..Limits::none() }
}

#[test]
fn a_costly_query_is_refused_with_its_place() {
    let (_folder, index) = index();
    let clauses = |clauses| Limits { clauses, ..Limits::none() };
    let expansions = |expansions| Limits { expansions, ..Limits::none() };
    let no_regex = Limits { regex: false, ..Limits::none() };
    for (query, limits, refused) in [
        ("advised treatment:soma outcome:upheld", clauses(3), None),
        ("advised treatment:soma outcome:upheld", clauses(2), Some(("3 words and conditions", "outcome:upheld"))),
        ("similar:letter-taper", clauses(1), None),
        ("rationale:tap*", expansions(7), None),
        ("rationale:tap*", expansions(6), Some(("more than 6 words", "tap*"))),
        ("rationale:(advised /s tap*)", expansions(7), None),
        ("rationale:(is /s tap*)", expansions(6), Some(("more than 6 words", "tap*"))),
        ("rationale:tapar~1", expansions(1), None),
        ("rationale:tapar~1", expansions(0), Some(("more than 0 words", "tapar"))),
        ("treatment:soma rationale:/taper.*/", Limits::none(), None),
        ("treatment:soma rationale:/taper.*/", no_regex, Some(("not allowed", "/taper.*/"))),
        ("rationale:taper*", no_regex, None),
    ] {
        let answer = search(&index, &request(query, limits));
        match (answer, refused) {
            (Ok(answer), None) => assert!(answer.decisions > 0 || query.starts_with("similar"), "case: {query}"),
            (Err(QueryError::TooCostly(error)), Some((problem, place))) => {
                assert!(error.problem.contains(problem), "case: {query}: {error}");
                assert!(query[error.span.clone()].starts_with(place), "case: {query}: {:?}", error.span);
                assert!(!error.help.is_empty());
            }
            (Ok(_), Some(_)) => panic!("case: {query} is answered"),
            (Err(error), _) => panic!("case: {query}: {error}"),
        }
    }
}

#[test]
fn what_was_refused_is_answered_without_limits() {
    let (_folder, index) = index();
    let query = "rationale:tap* outcome:upheld";
    for limit in [10, 10, 10, 0, 0, 0] {
        let ask = |limits: Limits| search(&index, &Request { limit, ..request(query, limits) });
        assert!(ask(Limits { expansions: 6, ..Limits::none() }).is_err());
        assert!(ask(over()).is_err());
        assert_eq!(ask(Limits::none()).unwrap().decisions, 7);
    }
}

#[test]
fn past_the_deadline_nothing_is_answered() {
    let (_folder, index) = index();
    let late = request("rationale:tap*", over());
    let everything = Request { facets: vec!["outcome".to_owned()], ..request("", over()) };
    let work = CitedWork::parse("mtus", None).unwrap();
    let by_year = [Division::Time(Period::Year)];
    for (what, outcome) in [
        ("search", search(&index, &late).map(drop)),
        ("facets", search(&index, &everything).map(drop)),
        ("tabulate", tabulate(&index, &late, &by_year, false).map(drop)),
        ("cited_by", cited_by(&index, &late, &work).map(drop)),
        ("contrast", contrast(&index, [&late, &late], &[], true).map(drop)),
        ("explain", explain(&index, &late, None).map(drop)),
        ("search_passing", search_passing(&index, &late, |_| true).map(drop)),
    ] {
        assert!(matches!(outcome, Err(QueryError::OutOfTime)), "case: {what}: {outcome:?}");
    }
}

#[test]
fn hits_are_not_read_past_the_deadline() {
    let (_folder, index) = index();
    let deadline = Instant::now() + Duration::from_millis(500);
    let limits = Limits { deadline: Some(deadline), ..Limits::none() };
    let mut answer = search(&index, &request("rationale:tap*", limits)).unwrap();
    std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
    assert!(matches!(answer.hits().next(), Some(Err(QueryError::OutOfTime))));
    assert!(matches!(answer.map_hits(3, drop), Err(QueryError::OutOfTime)));
}

#[test]
fn a_deadline_that_is_far_changes_nothing() {
    let (_folder, index) = index();
    let far = Limits { deadline: Some(Instant::now() + Duration::from_secs(600)), ..Limits::none() };
    for query in
        ["advised tapers", "tap* OR soma", "\"taper is\"", "taper /s advised", "advised -tapers", "~(tapers soma)", ""]
    {
        let answers = [Limits::none(), far].map(|limits| {
            let mut answer = search(&index, &request(query, limits)).unwrap();
            let hits = answer.hits().map(|hit| hit.unwrap()).map(|hit| (hit.letter.source, hit.score.to_bits()));
            (hits.collect::<Vec<_>>(), answer.decisions)
        });
        assert!(answers[0].1 > 0, "case: {query}");
        assert_eq!(answers[0], answers[1], "case: {query}");
    }
}
