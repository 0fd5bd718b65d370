//! Figures of `stats`, `cites` and `compare` against recounts of what `segment` prints, on the samples and on invented
//! letters. No counting of the crates is used.

mod cites;
mod compare;
mod stats;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, Weak};

use imr_bench::{Format, Order, write};
use serde_json::Value;

use crate::program::Program;

/// So many letters are invented.
const LETTERS: u64 = 600;

/// Letters with their index, and what `segment` prints of them, each letter once.
struct Corpus {
    name: &'static str,
    program: Program,
    place: [String; 2],
    letters: Vec<Value>,
}

/// A decision and its letter, as `segment` prints them.
#[derive(Clone, Copy)]
struct Decided<'c> {
    letter: &'c Value,
    decision: &'c Value,
}

/// The sample letters and the invented ones: indexed once for all tests that run at the same time.
fn corpora() -> Arc<[Corpus; 2]> {
    static MADE: Mutex<Weak<[Corpus; 2]>> = Mutex::new(Weak::new());
    let mut made = MADE.lock().unwrap();
    made.upgrade().unwrap_or_else(|| {
        let new = Arc::new([Corpus::samples(), Corpus::invented()]);
        *made = Arc::downgrade(&new);
        new
    })
}

impl Corpus {
    fn samples() -> Self {
        let program = Program::new();
        let segmented = program.run(&["segment", "letters"]).json_lines();
        program.query(&["-q", "*"]);
        Self {
            name: "samples",
            program,
            place: ["--letters", "letters"].map(str::to_owned),
            letters: each_once(segmented),
        }
    }

    /// In an index of several parts: it is written in three runs.
    fn invented() -> Self {
        let program = Program::new();
        let all = program.home().join("all.jsonl");
        write(&Order { letters: LETTERS, seed: 11, format: Format::Jsonl, out: all.clone(), gold: None }).unwrap();
        let segmented = program.run(&["segment", all.to_str().unwrap()]).json_lines();
        let text = std::fs::read_to_string(all).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let index = program.home().join("index").display().to_string();
        for (part, lines) in lines.chunks(lines.len().div_ceil(3)).enumerate() {
            let path = program.home().join(format!("{part}.jsonl"));
            std::fs::write(&path, lines.join("\n")).unwrap();
            let ran = program.run(&["index", path.to_str().unwrap(), "--index", &index]);
            assert_eq!(ran.status, 0, "{}", ran.stderr);
        }
        let letters = each_once(segmented);
        assert_eq!(letters.len() as u64, LETTERS);
        Self { name: "invented", program, place: ["--index".to_owned(), index], letters }
    }

    /// What a command prints as JSON.
    #[track_caller]
    fn json(&self, command: &str, arguments: &[&str]) -> Value {
        let arguments = self.arguments(command, &[&["--format", "json"], arguments].concat());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut lines = self.program.run(&arguments).json_lines();
        assert_eq!(lines.len(), 1, "{arguments:?}");
        lines.remove(0)
    }

    /// The rows that a command prints as CSV, each with its cells by name.
    fn csv(&self, command: &str, arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
        let arguments = self.arguments(command, &[&["--format", "csv"], arguments].concat());
        let printed = self.program.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).stdout;
        csv::Reader::from_reader(printed.as_bytes()).deserialize().map(Result::unwrap).collect()
    }

    fn arguments(&self, command: &str, arguments: &[&str]) -> Vec<String> {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned());
        [command.to_owned()].into_iter().chain(self.place.clone()).chain(arguments).collect()
    }

    /// The ids of what `query` finds, unsegmented text with them.
    fn found(&self, query: &str) -> BTreeSet<String> {
        let arguments = self.arguments("query", &["--all", "--ids", "--", query]);
        let printed = self.program.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).stdout;
        printed.lines().map(str::to_owned).collect()
    }

    fn decisions(&self) -> impl Iterator<Item = Decided<'_>> {
        let of = |letter| move |decision| Decided { letter, decision };
        self.letters.iter().flat_map(move |letter| letter["decisions"].as_array().unwrap().iter().map(of(letter)))
    }

    /// The ids of texts that hold no decision.
    fn unsegmented(&self) -> impl Iterator<Item = String> {
        let is_unsegmented = |letter: &&Value| {
            let mut rest = letter["remainder"].as_array().unwrap().iter();
            rest.any(|part| part["kind"] == "unsegmented") || letter["decisions"].as_array().unwrap().is_empty()
        };
        self.letters.iter().filter(is_unsegmented).map(|letter| format!("{}#0", name(letter)))
    }
}

/// A letter that stands in several files is one.
fn each_once(letters: Vec<Value>) -> Vec<Value> {
    let mut digests: BTreeSet<String> = BTreeSet::new();
    letters.into_iter().filter(|letter| digests.insert(letter["digest"].to_string())).collect()
}

/// What a letter is called: its case number, or the file that it was read from.
fn name(letter: &Value) -> &str {
    letter["case_number"].as_str().or(letter["source"].as_str()).unwrap()
}

impl<'c> Decided<'c> {
    fn id(&self) -> String {
        format!("{}#{}", name(self.letter), self.decision["n"])
    }

    fn outcome(&self) -> Option<&'c str> {
        self.decision["outcome"].as_str()
    }

    fn rationale(&self) -> &'c str {
        self.decision["rationale"].as_str().unwrap_or_default()
    }

    fn is_dependent(&self) -> bool {
        self.decision["dependent"] == true
    }

    fn date(&self) -> Option<&'c str> {
        self.letter["decision_date"].as_str()
    }

    fn citations(&self, side: &str) -> &'c [Value] {
        self.decision["citations"][side].as_array().unwrap()
    }

    /// The distinct values of a field, as the documentation of fields describes them.
    fn values(&self, field: &str) -> BTreeSet<String> {
        let of = |key: &str| texts(&self.decision[key]);
        let cited = |key: &str| self.citations("reviewer").iter().flat_map(|citation| texts(&citation[key])).collect();
        let values: Vec<String> = match field {
            "class" => of("drug_classes"),
            "drug" => of("drugs"),
            "gap" => of("gaps"),
            "body" => of("body_regions"),
            "agree" => of("agreement"),
            "procedure" => [of("procedure"), of("other_procedures")].concat(),
            "category/subcategory" => [of("category"), of("subcategory")].concat(),
            "class/drug" => classes_and_drugs(self.decision),
            "specialty" => {
                let official =
                    |printed: String| imr_vocabulary::specialties().get(&printed).map(str::to_owned).unwrap_or(printed);
                texts(&self.letter["reviewer"]["specialties"]).into_iter().map(official).collect()
            }
            "year" => self.date().map(|date| date[..4].to_owned()).into_iter().collect(),
            "guideline" => cited("guideline"),
            "ca.guideline" => {
                self.citations("administrator").iter().flat_map(|citation| texts(&citation["guideline"])).collect()
            }
            "section" => cited("sections"),
            "page" => self.citations("reviewer").iter().flat_map(pages).map(|page| page.to_string()).collect(),
            plain => of(plain),
        };
        if field == "category/subcategory" && !values.is_empty() {
            return [values.join(" > ")].into();
        }
        values.into_iter().collect()
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn classes_and_drugs(decision: &Value) -> Vec<String> {
    let paths = decision["medications"].as_array().unwrap().iter().flat_map(|medication| {
        let class = medication["class"].as_str().unwrap_or("no class");
        texts(&medication["ingredients"]).into_iter().map(move |drug| format!("{class} > {drug}"))
    });
    paths.collect()
}

/// The pages of a citation, each one of its ranges.
fn pages(citation: &Value) -> Vec<u64> {
    let ends = |range: &Value| (range[0].as_u64().unwrap(), range[1].as_u64().unwrap());
    let ranges = citation["pages"].as_array().unwrap().iter().map(ends);
    ranges.flat_map(|(first, last)| first..=last).collect()
}

/// How often each outcome is printed, by its key in JSON.
const OUTCOMES: [(&str, &str); 4] = [
    ("upheld", "upheld"),
    ("overturned", "overturned"),
    ("partially_overturned", "partially overturned"),
    ("modified", "modified"),
];

/// What is wrong with the figures that are printed of some decisions; nothing, if they are right.
fn faults(printed: &Value, decisions: &[Decided], min_n: usize) -> String {
    let mut faults = String::new();
    let letters: BTreeSet<&str> = decisions.iter().map(|decided| decided.letter["digest"].as_str().unwrap()).collect();
    let ended = |outcome: &str| decisions.iter().filter(|decided| decided.outcome() == Some(outcome)).count();
    let mut counts: Vec<(&str, usize)> = OUTCOMES.iter().map(|(key, outcome)| (*key, ended(outcome))).collect();
    let decided: usize = counts.iter().map(|(_, count)| count).sum();
    counts.extend([("decisions", decisions.len()), ("letters", letters.len()), ("decided", decided)]);
    for (key, count) in counts {
        if printed[key] != count {
            writeln!(faults, "{key} is {} and should be {count}", printed[key]).unwrap();
        }
    }
    let overturned = ended("overturned") as f64;
    let rate = (decided > 0 && decided >= min_n).then(|| overturned / decided as f64);
    let ends = (decided > 0).then(|| wilson(overturned, decided as f64));
    for (key, want) in [("rate", rate), ("low", ends.map(|ends| ends.0)), ("high", ends.map(|ends| ends.1))] {
        let is_right = match (printed[key].as_f64(), want) {
            (Some(share), Some(want)) => (share - want).abs() < 1e-9,
            (share, want) => share.is_none() && want.is_none() && printed[key].is_null(),
        };
        if !is_right {
            writeln!(faults, "{key} is {} and should be {want:?}", printed[key]).unwrap();
        }
    }
    faults
}

/// The ends of Wilson's interval at 95 %, as roots of the equation that it solves: the shares `p` from which the observed
/// one is just 1.96 standard errors away, (x/n - p)² = z² p (1 - p) / n.
fn wilson(part: f64, all: f64) -> (f64, f64) {
    let (share, spread) = (part / all, 1.959_963_984_540_054_f64.powi(2) / all);
    let (a, b, c) = (1.0 + spread, -(2.0 * share + spread), share * share);
    let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
    ((-b - root) / (2.0 * a), (-b + root) / (2.0 * a))
}

/// Whether a printed cell says the same as a value of JSON; shares have four decimals there.
fn is_same_cell(cell: &str, value: &Value) -> bool {
    match value {
        Value::Null => cell.is_empty(),
        Value::String(text) => cell == text,
        Value::Number(number) if number.is_f64() => cell == format!("{:.4}", number.as_f64().unwrap()),
        other => serde_json::from_str::<Value>(cell).is_ok_and(|cell| cell == *other),
    }
}

#[test]
fn intervals_are_those_that_were_published() {
    // Newcombe (1998), table I, method 3.
    for (part, all, low, high) in
        [(81.0, 263.0, 0.2553, 0.3662), (15.0, 148.0, 0.0624, 0.1605), (0.0, 20.0, 0.0, 0.1611)]
    {
        let (lower, upper) = wilson(part, all);
        assert!((lower - low).abs() < 6e-5 && (upper - high).abs() < 6e-5, "case: {part} of {all}: {lower} {upper}");
    }
}
