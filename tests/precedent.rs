//! Decisions like one (`similar`) and those that went the other way (`counter`).

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect;
use serde_json::Value;

use crate::program::{Program, Ran};

/// The decisions of the samples by their ids, as `segment` prints them.
struct Samples {
    program: Program,
    decisions: BTreeMap<String, Value>,
}

impl Samples {
    fn new() -> Self {
        let program = Program::new();
        let mut decisions = BTreeMap::new();
        for letter in program.run(&["segment", "letters"]).json_lines() {
            let name = letter["case_number"].as_str().or(letter["source"].as_str()).unwrap();
            for decision in letter["decisions"].as_array().unwrap() {
                decisions.insert(format!("{name}#{}", decision["n"]), decision.clone());
            }
        }
        Self { program, decisions }
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Ran {
        self.program.run(&[&[command, "--letters", "letters"], arguments].concat())
    }

    /// What a command prints of decisions like one.
    fn like(&self, command: &str, arguments: &[&str]) -> Vec<Value> {
        let ran = self.run(command, &[&["--format", "json", "-n", "100"], arguments].concat());
        ran.json_lines().remove(0)["like"].as_array().unwrap().clone()
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The drugs, classes, procedures and regions of a decision.
fn subjects(decision: &Value) -> Vec<&str> {
    let lists = ["drugs", "drug_classes", "other_procedures", "body_regions"];
    lists.iter().flat_map(|key| texts(&decision[key])).chain(decision["procedure"].as_str()).collect()
}

/// Each guideline of the reviewer, as people write it, and each page and section of it in lower case.
fn cited(decision: &Value) -> Vec<(String, Option<String>)> {
    let mut cited = Vec::new();
    for citation in decision["citations"]["reviewer"].as_array().unwrap() {
        let Some(guideline) = citation["guideline"].as_str() else { continue };
        let family = citation["family"].as_str().unwrap();
        let is_named = guideline.starts_with(family) || family == "other";
        let work = if is_named { guideline.to_owned() } else { format!("{family} {guideline}") };
        let end = |range: &Value, at: usize| range[at].as_u64().unwrap();
        let pages = citation["pages"].as_array().unwrap().iter().flat_map(|range| end(range, 0)..=end(range, 1));
        cited.push((work.clone(), None));
        cited.extend(texts(&citation["sections"]).iter().map(|section| (work.clone(), Some(section.to_lowercase()))));
        cited.extend(pages.map(|page| (work.clone(), Some(format!("p. {page}")))));
    }
    cited
}

/// Each guideline that both decisions cite, with the pages and sections of it that both cite, in lower case.
fn cited_by_both(one: &Value, other: &Value) -> BTreeSet<String> {
    let others = cited(other);
    let common: Vec<_> = cited(one).into_iter().filter(|place| others.contains(place)).collect();
    let works: BTreeSet<&String> = common.iter().map(|(work, _)| work).collect();
    let line = |work: &String| {
        let places = common.iter().filter(|(known, _)| known == work).filter_map(|(_, place)| place.clone());
        std::iter::once(work.to_lowercase()).chain(places).collect::<Vec<_>>().join(", ")
    };
    works.into_iter().map(line).collect()
}

/// What is told to be common to two decisions stands in both.
#[track_caller]
fn assert_alike(alike: &Value, one: &Value, other: &Value, told: &str) {
    let citations: BTreeSet<String> = texts(&alike["citations"]).iter().map(|line| line.to_lowercase()).collect();
    assert_eq!(citations, cited_by_both(one, other), "{told}");
    for decision in [one, other] {
        let stems =
            |text: &str| imr_index::words(text).map(|word| imr_index::stem_term(&word.text)).collect::<Vec<_>>();
        let rationale = stems(decision["rationale"].as_str().unwrap_or_default());
        let (subjects, gaps) = (subjects(decision), texts(&decision["gaps"]));
        assert!(texts(&alike["treatment"]).iter().all(|subject| subjects.contains(subject)), "{told}: {alike}");
        assert!(texts(&alike["gaps"]).iter().all(|gap| gaps.contains(gap)), "{told}: {alike}");
        let is_there = |word: &&str| stems(word).iter().all(|stem| rationale.contains(stem));
        assert!(texts(&alike["wording"]).iter().all(is_there), "{told}: {alike}");
    }
}

fn letter_of(id: &str) -> &str {
    id.rsplit_once('#').unwrap().0
}

#[test]
fn decisions_like_one_are_of_other_letters_and_have_what_they_are_said_to() {
    let samples = Samples::new();
    let mut compared = 0;
    for (id, decision) in samples.decisions.iter().step_by(3) {
        let like = samples.like("similar", &[id]);
        let mut scores = like.iter().map(|precedent| precedent["score"].as_f64().unwrap());
        assert!(scores.clone().is_sorted_by(|one, next| one >= next), "{id}: the most alike come first");
        assert!(scores.all(|score| score > 0.0), "{id}");
        for precedent in &like {
            let other = precedent["id"].as_str().unwrap();
            assert_ne!(letter_of(other), letter_of(id), "{id}");
            assert_alike(&precedent["alike"], decision, &samples.decisions[other], &format!("{id} and {other}"));
            compared += texts(&precedent["alike"]["treatment"]).len() + texts(&precedent["alike"]["citations"]).len();
        }
    }
    assert!(compared > 100, "{compared} things in common");
}

#[test]
fn a_query_limits_decisions_like_one() {
    let samples = Samples::new();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let like = samples.like("similar", arguments);
        like.iter().map(|precedent| precedent["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&["CM18-9001212#3"]);
    let limited = ids(&["CM18-9001212#3", "class:opioids"]);
    let is_opioid = |id: &&String| texts(&samples.decisions[*id]["drug_classes"]).contains(&"Opioids");
    let mut want: Vec<&String> = all.iter().filter(is_opioid).collect();
    let mut got: Vec<&String> = limited.iter().collect();
    want.sort();
    got.sort();
    assert!(got.len() > 1 && got == want, "{got:?} {want:?}");
    let ran = samples.run("similar", &["CM18-9001212#3", "-n", "2", "--format", "csv"]);
    let mut table = csv::Reader::from_reader(ran.stdout.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = table.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| &row["id"]).collect::<Vec<_>>(), all.iter().take(2).collect::<Vec<_>>());
    assert_eq!(ran.stderr.lines().last().unwrap(), format!("2 of {} decisions like CM18-9001212#3", all.len()));
}

/// Whether a sentence is cut out of a rationale as it stands there.
fn stands_in(sentence: &str, decision: &Value) -> bool {
    !sentence.is_empty() && decision["rationale"].as_str().unwrap().contains(sentence)
}

#[test]
fn decisions_that_went_the_other_way_share_what_is_said() {
    let samples = Samples::new();
    let mut notices: BTreeMap<String, usize> = BTreeMap::new();
    let mut sentences = 0;
    for (id, decision) in samples.decisions.iter().step_by(2) {
        let ran = samples.run("counter", &[id, "--format", "json"]);
        if decision["outcome"].is_null() {
            assert_eq!(ran.status, 2, "{id}: {}", ran.stderr);
            continue;
        }
        let like = ran.json_lines().remove(0)["like"].as_array().unwrap().clone();
        assert_eq!(ran.status, i32::from(like.is_empty()), "{id}");
        let notice = ran.stderr.lines().last().unwrap();
        let shares_guideline =
            notice.contains("a guideline that both") || notice.contains("a page or section that both");
        let shares_place = notice.contains("and a page or section that both");
        for precedent in &like {
            let other_id = precedent["id"].as_str().unwrap();
            let other = &samples.decisions[other_id];
            let told = format!("{id} and {other_id}: {notice}");
            assert_ne!(letter_of(other_id), letter_of(id), "{told}");
            assert_ne!(other["outcome"], decision["outcome"], "{told}");
            let is_of_both = |key: &str| texts(&decision[key]).iter().any(|name| texts(&other[key]).contains(name));
            let procedures = |decision: &Value| {
                let names = texts(&decision["other_procedures"]).into_iter().chain(decision["procedure"].as_str());
                names.filter(|name| *name != "medication").map(str::to_owned).collect::<Vec<_>>()
            };
            let is_same_procedure = procedures(decision).iter().any(|name| procedures(other).contains(name));
            let is_without = [decision, other].iter().any(|decision| procedures(decision).is_empty());
            let is_same_place = is_without && decision["subcategory"] == other["subcategory"];
            assert!(is_of_both("drugs") || is_of_both("drug_classes") || is_same_procedure || is_same_place, "{told}");
            let common: Vec<_> = cited(decision).into_iter().filter(|place| cited(other).contains(place)).collect();
            assert!(!shares_guideline || !common.is_empty(), "{told}");
            assert!(!shares_place || common.iter().any(|(_, place)| place.is_some()), "{told}: {common:?}");
            assert_alike(&precedent["alike"], decision, other, &told);
            let of_base = texts(&precedent["differs"]["only_in_base"]);
            let of_other = texts(&precedent["differs"]["only_here"]);
            assert!(of_base.iter().all(|sentence| stands_in(sentence, decision)), "{told}: {of_base:?}");
            assert!(of_other.iter().all(|sentence| stands_in(sentence, other)), "{told}: {of_other:?}");
            sentences += of_base.len() + of_other.len();
        }
        let notice = notice.split_once(": ").map_or("none", |(_, notice)| notice).to_owned();
        *notices.entry(notice).or_default() += 1;
    }
    assert!(sentences > 10, "{sentences}");
    expect![[r#"
        28 none
        4 the same treatment or class, and a guideline that both reviewers cite; none shares a page or section
        2 the same treatment or class, and a page or section that both reviewers cite
        3 the same treatment or class; none that cites the same guideline went the other way
    "#]]
    .assert_eq(&notices.iter().map(|(notice, count)| format!("{count} {notice}\n")).collect::<String>());
}

#[test]
fn what_cannot_be_found_is_told() {
    let samples = Samples::new();
    samples.program.query(&["-q", "pain"]);
    let mut report = String::new();
    for (command, arguments) in [
        ("similar", &["CM14-9000202"][..]),
        ("similar", &["CM99-0000001#1"]),
        ("similar", &["CM14-9000202#3"]),
        ("similar", &["seed-xanax#1", "outcom:upheld"]),
        ("similar", &["seed-xanax#1", "unicorn"]),
        ("similar", &["seed-xanax#1", "-n", "0"]),
        ("counter", &["no-letter#1"]),
        ("counter", &["CM17-9001818#3"]),
        ("counter", &["seed-xanax#1"]),
    ] {
        report += &format!("$ {command} {}\n{}\n", arguments.join(" "), samples.run(command, arguments).all());
    }
    expect![[r#"
        $ similar CM14-9000202
        exit 2
        --- stdout
        --- stderr
        imr-search: `CM14-9000202` has 2 decisions
          | CM14-9000202
          | ^^^^^^^^^^^^
          = help: name one of them by its place, as in CM16-0213037#2

        $ similar CM99-0000001#1
        exit 2
        --- stdout
        --- stderr
        imr-search: no letter called `CM99-0000001`
          | CM99-0000001#1
          | ^^^^^^^^^^^^^^
          = help: write a case number and the decision's place, as in CM16-0213037#2

        $ similar CM14-9000202#3
        exit 2
        --- stdout
        --- stderr
        imr-search: `CM14-9000202` has 2 decisions
          | CM14-9000202#3
          | ^^^^^^^^^^^^^^
          = help: name one of them by its place, as in CM16-0213037#2

        $ similar seed-xanax#1 outcom:upheld
        exit 2
        --- stdout
        --- stderr
        imr-search: unknown field `outcom`
          | outcom:upheld
          | ^^^^^^
          = help: did you mean `outcome`? All fields stand in `imr-search query --help`

        $ similar seed-xanax#1 unicorn
        exit 1
        --- stdout
        --- stderr
        0 of 0 decisions like seed-xanax#1

        $ similar seed-xanax#1 -n 0
        exit 2
        --- stdout
        --- stderr
        imr-search: -n 0 asks for nothing

        $ counter no-letter#1
        exit 2
        --- stdout
        --- stderr
        imr-search: `no-letter` has 0 decisions
          | no-letter#1
          | ^^^^^^^^^^^
          = help: its text fits no known form, so that there is nothing to compare

        $ counter CM17-9001818#3
        exit 2
        --- stdout
        --- stderr
        imr-search: the letter prints no outcome of CM17-9001818#3, so that there is no other

        $ counter seed-xanax#1
        exit 1
        --- stdout
        --- stderr
        seed-xanax#1 is upheld; no decision on the same treatment or class went the other way

    "#]]
    .assert_eq(&report);
}
