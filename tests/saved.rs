//! `saved`: searches by name, and what is new in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use expect_test::expect;
use serde_json::Value;

use crate::program::{Program, Ran, samples};

/// A home with letters of its own and their index.
struct Home {
    program: Program,
    letters: PathBuf,
    index: String,
}

impl Home {
    fn new() -> Self {
        let program = Program::new();
        let (letters, index) = (program.home().join("letters"), program.home().join("index").display().to_string());
        fs::create_dir(&letters).unwrap();
        let home = Self { program, letters, index };
        home.receive("seed-xanax");
        home
    }

    /// Another letter comes and is indexed.
    fn receive(&self, name: &str) {
        let file = format!("{name}.txt");
        fs::copy(samples().join(&file), self.letters.join(&file)).unwrap();
        let ran = self.program.run(&["index", self.letters.to_str().unwrap(), "--index", &self.index]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }

    fn saved(&self, arguments: &[&str]) -> Ran {
        self.program.run(&[&["saved"], arguments].concat())
    }

    /// The exit status of a run and the ids that it prints.
    fn ids(&self, arguments: &[&str]) -> (i32, Vec<String>) {
        let ran = self.saved(&[arguments, &["--format", "jsonl", "--fields", "id"]].concat());
        (ran.status, ran.ids())
    }
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn diff_shows_what_is_new_once() {
    let home = Home::new();
    let query = ["class:benzodiazepines", "--index", &home.index];
    assert_eq!(home.saved(&[&["add", "benzos"][..], &query].concat()).status, 0);
    let old = ids(&["seed-xanax#1"]);
    assert_eq!(home.ids(&["diff", "benzos", "--keep"]), (0, old.clone()), "nothing was seen before the first run");
    assert_eq!(home.ids(&["run", "benzos"]), (0, old.clone()));
    assert_eq!(home.ids(&["run", "benzos"]), (0, old), "what is run again is shown again");
    assert_eq!(home.ids(&["diff", "benzos"]), (1, vec![]));
    home.receive("determination-2014");
    home.receive("utf-16");
    let new = |(status, mut ids): (i32, Vec<String>)| {
        ids.sort();
        (status, ids)
    };
    let both = ids(&["CM14-9000202#1", "utf-16#1"]);
    assert_eq!(new(home.ids(&["diff", "benzos", "--keep"])), (0, both.clone()));
    assert_eq!(new(home.ids(&["diff", "benzos"])), (0, both.clone()), "--keep has kept them new");
    assert_eq!(home.ids(&["diff", "benzos"]), (1, vec![]));
    assert_eq!(home.saved(&[&["add", "benzos", "--force"][..], &query].concat()).status, 0);
    assert_eq!(home.ids(&["diff", "benzos"]).1.len(), 3, "a new search has shown nothing yet");
}

#[test]
fn a_run_marks_all_as_seen_however_many_it_prints() {
    let home = Home::new();
    home.receive("seed-five-issues");
    home.saved(&["add", "all", "*", "--index", &home.index]);
    assert_eq!(home.ids(&["run", "all", "-n", "1"]).1.len(), 1);
    assert_eq!(home.ids(&["diff", "all"]), (1, vec![]));
}

#[test]
fn the_place_to_ask_is_remembered() {
    let home = Home::new();
    home.saved(&["add", "by-index", "xanax", "--index", &home.index]);
    // From a relative path, asked for elsewhere.
    home.saved(&["add", "by-letters", "xanax", "--letters", "letters"]);
    home.saved(&["add", "nowhere", "xanax"]);
    let elsewhere = |arguments: &[&str]| {
        let mut command = home.program.command(&[&["saved"], arguments].concat());
        Ran::new(&command.current_dir(home.program.home()).output().unwrap(), home.program.home())
    };
    for name in ["by-index", "by-letters"] {
        let ran = elsewhere(&["run", name, "--format", "csv", "--fields", "id"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (0, "id\nseed-xanax#1\n"), "{name}: {}", ran.stderr);
    }
    let ran = elsewhere(&["run", "nowhere"]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    let ran = elsewhere(&["run", "nowhere", "--format", "csv", "--fields", "id", "--index", &home.index]);
    assert_eq!(ran.stdout, "id\nseed-xanax#1\n", "a place that is typed comes first");
    // The letters of the samples hold more than those of the index.
    let both = elsewhere(&["run", "by-letters", "--format", "csv", "--fields", "id", "--index", &home.index]);
    assert_eq!(both.stdout, "id\nseed-xanax#1\n");
}

#[test]
fn searches_are_listed_and_forgotten() {
    let home = Home::new();
    assert_eq!(home.saved(&["list"]).status, 1);
    home.saved(&["add", "opioids", "class:opioids"]);
    home.saved(&["add", "page-24", "page:24", "--literal", "--index", &home.index]);
    home.saved(&["run", "page-24", "-n", "1"]);
    let json = home.saved(&["list", "--format", "json"]).json_lines().remove(0);
    let names: Vec<&Value> = json.as_array().unwrap().iter().map(|search| &search["name"]).collect();
    assert_eq!(names, ["opioids", "page-24"]);
    assert_eq!((&json[1]["query"], &json[1]["literal"]), (&"page:24".into(), &true.into()));
    assert_eq!((&json[0]["last_run"], &json[1]["last_run"]["decisions"]), (&Value::Null, &1.into()));
    let csv = home.saved(&["list", "--format", "csv"]).stdout;
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = table.deserialize().map(Result::unwrap).collect();
    let cells: Vec<[&str; 3]> =
        rows.iter().map(|row| ["name", "query", "decisions"].map(|key| row[key].as_str())).collect();
    assert_eq!(cells, [["opioids", "class:opioids", ""], ["page-24", "page:24", "1"]]);
    assert_eq!(home.saved(&["list", "--format", "md"]).stdout.lines().count(), 4);
    let text = home.saved(&["list"]).stdout;
    assert!(text.starts_with("opioids: class:opioids\n    never run\npage-24: page:24\n    last run "), "{text}");
    assert_eq!(home.saved(&["rm", "opioids"]).status, 0);
    assert_eq!(home.saved(&["rm", "opioids"]).status, 2);
    assert_eq!(home.saved(&["list", "--format", "csv"]).stdout.lines().count(), 2);
    let folder = home.program.home().join(".config/imr-search/saved");
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2, "a search, and what it has shown");
}

#[test]
fn every_format_prints_what_is_new() {
    let home = Home::new();
    home.saved(&["add", "xanax", "xanax", "--index", &home.index]);
    for format in ["text", "json", "jsonl", "csv", "tsv", "md"] {
        for what in ["run", "diff"] {
            let keep = if what == "diff" { &["--keep"][..] } else { &[] };
            home.saved(&["add", "xanax", "xanax", "--force", "--index", &home.index]);
            let ran = home.saved(&[&[what, "xanax", "--format", format], keep].concat());
            assert!(ran.status == 0 && ran.stdout.contains("seed-xanax"), "{what} {format}: {}", ran.stdout);
            assert!(ran.stderr.contains("1 of 1 decision (1 letter)"), "{what} {format}: {}", ran.stderr);
        }
    }
}

#[test]
fn what_is_wrong_is_told() {
    let home = Home::new();
    home.saved(&["add", "page-24", "page:24", "--index", &home.index]);
    let mut report = String::new();
    for arguments in [
        &["add", "../x", "mri"][..],
        &["add", "", "mri"],
        &["add", "page-24", "mri"],
        &["add", "broken", "(mri"],
        &["run", "page-42"],
        &["diff", "xyzzy"],
        &["rm", "xyzzy"],
        &["run", "page-24", "--fields", "outcom"],
    ] {
        report += &format!("$ {}\n{}\n", arguments.join(" "), home.saved(arguments).all());
    }
    expect![[r#"
        $ add ../x mri
        exit 2
        --- stdout
        --- stderr
        imr-search: `../x` is no name for a saved search; use up to 100 letters, digits, `-` and `_`

        $ add  mri
        exit 2
        --- stdout
        --- stderr
        imr-search: `` is no name for a saved search; use up to 100 letters, digits, `-` and `_`

        $ add page-24 mri
        exit 2
        --- stdout
        --- stderr
        imr-search: a search is saved as `page-24` already; take another name, or --force to replace it

        $ add broken (mri
        exit 2
        --- stdout
        --- stderr
        imr-search: `(` without `)`
          | (mri
          | ^
          = help: close the group with `)`

        $ run page-42
        exit 2
        --- stdout
        --- stderr
        imr-search: no search is saved as `page-42`; did you mean `page-24`?

        $ diff xyzzy
        exit 2
        --- stdout
        --- stderr
        imr-search: no search is saved as `xyzzy`; `imr-search saved list` lists all

        $ rm xyzzy
        exit 2
        --- stdout
        --- stderr
        imr-search: no search is saved as `xyzzy`; `imr-search saved list` lists all

        $ run page-24 --fields outcom
        exit 2
        --- stdout
        --- stderr
        imr-search: no output field `outcom`; did you mean `outcome`? `imr-search query --help` lists all for --fields

    "#]]
    .assert_eq(&report);
    assert_eq!(home.saved(&["list", "--format", "csv"]).stdout.lines().count(), 2, "what is refused is not saved");
    assert_eq!(home.ids(&["diff", "page-24"]), (0, ids(&["seed-xanax#1"])), "a run that fails has shown nothing");
}
