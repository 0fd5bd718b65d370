//! Messages that a user can cause, word for word.

use expect_test::expect;

use crate::program::Program;

#[test]
fn faults_in_queries() {
    let program = Program::new();
    let mut report = String::new();
    for query in [
        "outcom:upheld rationale:fusion",
        "outcome:upheldd",
        "class:benzodiazepins",
        "page:twenty",
        "date:2016-13",
        "state:a..b",
        "\"red flag",
        "norco AND",
        "(norco",
        "zebra:striped",
    ] {
        let ran = program.query(&[query]);
        assert_eq!(ran.status, 2, "{query}");
        let message =
            ran.stderr.lines().skip_while(|line| !line.starts_with("imr-search:")).collect::<Vec<_>>().join("\n");
        report += &format!("{message}\n\n");
    }
    expect![[r#"
        imr-search: unknown field `outcom`
          | outcom:upheld rationale:fusion
          | ^^^^^^
          = help: did you mean `outcome`? All fields stand in `imr-search query --help`

        imr-search: unknown outcome `upheldd`
          | outcome:upheldd
          |         ^^^^^^^
          = help: did you mean `upheld`?

        imr-search: unknown class `benzodiazepins`
          | class:benzodiazepins
          |       ^^^^^^^^^^^^^^
          = help: did you mean `Benzodiazepines`?

        imr-search: `twenty` is no number
          | page:twenty
          |      ^^^^^^
          = help: write a number, or a range like 63-66

        imr-search: `2016-13` is no date
          | date:2016-13
          |      ^^^^^^^
          = help: write a date as 2016, 2016-12 or 2016-12-09

        imr-search: field `state` has no order, so no range
          | state:a..b
          |       ^^^^
          = help: name one value, or several as `field:(a OR b)`

        imr-search: quote without its partner
          | "red flag
          | ^
          = help: close the phrase with another quote, or remove this one

        imr-search: `AND` has nothing to join
          | norco AND
          |       ^^^
          = help: write a word on both sides, or put it in quotes to search for the word "AND"

        imr-search: `(` without `)`
          | (norco
          | ^
          = help: close the group with `)`

        imr-search: unknown field `zebra`
          | zebra:striped
          | ^^^^^
          = help: all fields stand in `imr-search query --help`; to search for the text, write "zebra: ..." in quotes

    "#]]
    .assert_eq(&report);
}

#[test]
fn faults_in_arguments() {
    let program = Program::new();
    let empty = program.home().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let empty = empty.display().to_string();
    let mut report = String::new();
    for arguments in [
        vec!["query", "--index", "nowhere", "pain"],
        vec!["query", "--letters", "letters", "--facet", "specialy", "pain"],
        vec!["query", "--letters", "letters", "--facet", "outcome", "--format", "csv", "pain"],
        vec!["query", "--letters", "missing", "pain"],
        vec!["index", &empty],
        vec!["index", "missing"],
        vec!["show", "--letters", "letters", "CM99-0000000"],
        vec!["show", "--letters", "letters", "seed-five-issues#9"],
        vec!["query", "--letters", "letters", "unicorn"],
    ] {
        let ran = program.run(&arguments);
        let lines: Vec<&str> = ran.stderr.lines().filter(|line| !line.contains("indexed")).collect();
        report += &format!("$ imr-search {}\n{}\nexit {}\n\n", arguments.join(" "), lines.join("\n"), ran.status);
    }
    expect![[r#"
        $ imr-search query --index nowhere pain
        imr-search: nowhere: no index here; build one with `imr-search index LETTERS --index nowhere`
        exit 2

        $ imr-search query --letters letters --facet specialy pain
        imr-search: no facet `specialy`
          = help: did you mean `specialty`?
        exit 2

        $ imr-search query --letters letters --facet outcome --format csv pain
        imr-search: facets do not fit into a CSV table of hits; use --format json or jsonl
        exit 2

        $ imr-search query --letters missing pain
        imr-search: missing cannot be read: No such file or directory (os error 2)
        exit 2

        $ imr-search index HOME/empty
        HOME/empty holds no letters; expected files that end in .txt, .pdf, .jsonl or .zip
        imr-search: nothing to index; the index was not touched
        exit 2

        $ imr-search index missing
        missing cannot be read: No such file or directory (os error 2)
        imr-search: nothing to index; the index was not touched
        exit 2

        $ imr-search show --letters letters CM99-0000000
        no letter called `CM99-0000000`; letters without a case number go by the name of their file
        exit 1

        $ imr-search show --letters letters seed-five-issues#9
        seed-five-issues has 5 decisions, no #9
        exit 1

        $ imr-search query --letters letters unicorn
        understood as: unicorn
        0 of 0 decisions (0 letters)
        exit 1

    "#]]
    .assert_eq(&report.replace(&program.home().display().to_string(), "HOME"));
}

#[test]
fn help_lists_the_fields_of_the_schema() {
    let ran = Program::new().run(&["query", "--help"]);
    assert_eq!(ran.status, 0);
    for line in ["  outcome (o)  ", "  ca.page  ", "Examples:", "field:*"] {
        assert!(ran.stdout.contains(line), "{line:?} in {}", ran.stdout);
    }
    for command in ["index", "show", "segment"] {
        let ran = Program::new().run(&[command, "--help"]);
        assert!(ran.status == 0 && ran.stdout.contains("Examples:"), "{}", ran.stdout);
    }
}
