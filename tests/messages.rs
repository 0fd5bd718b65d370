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
        "class:unicorns",
        "body:low back",
        "state:narnia",
        "year:twenty",
        "class/drug:opioids",
        "gap:xyzzy",
        "spinal_level:L9",
        "class:xanax",
        "page:66-63",
        "page:2*",
        "*aper",
        "ta*",
        "x-ra*",
        "/we(an/",
        "wean~5",
        "\"a b\"~9999",
        "norco /s",
        "treatment:mri /5 rationale:knee",
        "outcome:(upheld /s denied)",
        "(a b) /5 c",
        "similar:CM99-0000000#1",
        "similar:seed-five-issues",
        "similar:*",
        "()",
        "\"\"",
        "page:",
        "page:[1 2]",
        "NOT",
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

        imr-search: unknown class `unicorns`
          | class:unicorns
          |       ^^^^^^^^
          = help: `imr-search facets -f class` lists those of the index

        imr-search: unknown body `low`
          | body:low back
          |      ^^^
          = help: `imr-search facets -f body` lists those of the index

        imr-search: unknown state `narnia`
          | state:narnia
          |       ^^^^^^
          = help: `imr-search facets -f state` lists those of the index

        imr-search: `twenty` is no number
          | year:twenty
          |      ^^^^^^
          = help: write a number, or a range like 63-66

        imr-search: unknown field `class/drug`
          | class/drug:opioids
          | ^^^^^^^^^^
          = help: it is a facet of levels; ask for one of them, as in `class:value`

        imr-search: unknown gap `xyzzy`
          | gap:xyzzy
          |     ^^^^^
          = help: `imr-search facets -f gap` lists those of the index

        imr-search: `L9` is no level of the spine
          | spinal_level:L9
          |              ^^
          = help: write a level as L4-L5, C5-6 or S1

        imr-search: `xanax` is a drug, not a class
          | class:xanax
          |       ^^^^^
          = help: ask for it as `drug:xanax`, or its class as `class:"Benzodiazepines"`

        imr-search: the range is empty
          | page:66-63
          |      ^^^^^
          = help: write the smaller end first

        imr-search: `2*` in the field `page`, which is compared with whole values
          | page:2*
          |      ^^
          = help: write a value, or a range like `a..b`

        imr-search: `*aper` describes too many words
          | *aper
          | ^^^^^
          = help: begin with a letter and write at least 3, as in `tap*`

        imr-search: `ta*` describes too many words
          | ta*
          | ^^^
          = help: begin with a letter and write at least 3, as in `tap*`

        imr-search: `x-ra*` is more than one word
          | x-ra*
          | ^^^^^
          = help: describe one word; join words as in `x +1 ray*`

        imr-search: `we(an` is no regular expression: unclosed group
          | /we(an/
          | ^^^^^^^
          = help: describe one word, as in `/wean(ed|ing)/`

        imr-search: a word may differ by 1 or 2 letters
          | wean~5
          |     ^^
          = help: write `wean~1` or `wean~2`

        imr-search: a distance of more than 1000 words
          | "a b"~9999
          |      ^^^^^
          = help: for texts farther apart use `/p` (one paragraph) or AND

        imr-search: `/s` has nothing to join
          | norco /s
          |       ^^
          = help: write a word on both sides, or put it in quotes to search for the word "/s"

        imr-search: `/5` between two fields, `treatment` and `rationale`
          | treatment:mri /5 rationale:knee
          |               ^^
          = help: texts are near each other in one field, as in `treatment:(a /5 b)`

        imr-search: `/s` in the field `outcome`, which holds no text
          | outcome:(upheld /s denied)
          |                 ^^
          = help: use it in a text field such as `rationale`, or without one

        imr-search: only words, phrases and alternatives can be near each other
          | (a b) /5 c
          |       ^^
          = help: join one word or phrase, or several as `(a OR b)`, on each side

        imr-search: no letter called `CM99-0000000`
          | similar:CM99-0000000#1
          |         ^^^^^^^^^^^^^^
          = help: write a case number and the decision's place, as in CM16-0213037#2

        imr-search: `seed-five-issues` has 5 decisions
          | similar:seed-five-issues
          |         ^^^^^^^^^^^^^^^^
          = help: name one of them by its place, as in CM16-0213037#2

        imr-search: `similar:` without a decision
          | similar:*
          | ^^^^^^^
          = help: name a decision, as in `similar:CM16-0213037#2`

        imr-search: nothing between the brackets
          | ()
          | ^^
          = help: remove them

        imr-search: nothing between the quotes
          | ""
          | ^^
          = help: write the phrase, or remove the quotes

        imr-search: field `page` has no value
          | page:
          | ^^^^^
          = help: write the value right behind the colon, as in `page:value`

        imr-search: not a range
          | page:[1 2]
          |      ^^^^^
          = help: a range looks like `[63 TO 66]` or `[2014 TO *]`

        imr-search: `NOT` has nothing to exclude
          | NOT
          | ^^^
          = help: write what to exclude behind it

        imr-search: `twenty` is no number
          | page:twenty
          |      ^^^^^^
          = help: write a number, or a range like 63-66

        imr-search: `2016-13` is no date
          | date:2016-13
          |      ^^^^^^^
          = help: write a date as 2016, 2016-12, 2016-12-09 or -90d (the last 90 days; also w, m, y)

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
fn slips_earn_a_hint_and_corrections_a_note() {
    let program = Program::new();
    let mut report = String::new();
    for query in [
        &["drug:alprazollam"][..],
        &["specialty:pain management"],
        &["rationale:red flag"],
        &["--literal", "norco or soma"],
        &["orthopedic surgons who overturnd MRIs"],
        &["norco telemetry"],
        &["outcome:overturned drug:xanax page:24"],
        &["needles of a pine tree and other unrelated things"],
    ] {
        let ran = program.query(&[query, &["-n", "0"]].concat());
        let told: Vec<&str> =
            ran.stderr.lines().filter(|line| !line.contains("letters/") && !line.starts_with("indexed")).collect();
        report += &format!("$ {}\n{}\nexit {}\n\n", query.join(" "), told.join("\n"), ran.status);
    }
    expect![[r#"
        $ drug:alprazollam
        understood as: drug:alprazollam
        note: alprazollam -> alprazolam
        0 of 1 decision (1 letter)
        exit 0

        $ specialty:pain management
        understood as: specialty:pain management
        hint: `specialty:` takes the next word only; write `specialty:"pain management"` for both
        0 of 0 decisions (0 letters)
        nothing matches all of these:
          specialty:pain  alone 15, without it 0
          management      alone 0, without it 15
        exit 1

        $ rationale:red flag
        understood as: rationale:red flag
        hint: `rationale:` takes the next word only; write `rationale:"red flag"` for both
        0 of 3 decisions (3 letters)
        exit 0

        $ --literal norco or soma
        understood as: norco or soma
        hint: `or` is searched as a word; the operator is written OR
        0 of 0 decisions (0 letters)
        nothing matches all of these:
          norco  alone 9, without it 0
          or     alone 32, without it 0
          soma   alone 3, without it 3
        exit 1

        $ orthopedic surgons who overturnd MRIs
        understood as: specialty:"Orthopedic Surgery" outcome:overturned procedure:MRI
        note: surgons -> surgeons
        note: overturnd -> overturned
        0 of 0 decisions (0 letters)
        nothing matches all of these:
          specialty:"Orthopedic Surgery"  alone 20, without it 2
          outcome:overturned              alone 8, without it 0
          procedure:MRI                   alone 6, without it 2
        exit 1

        $ norco telemetry
        understood as: drug:norco ~(drug:norco telemetry)
        note: Norco = hydrocodone + acetaminophen
        note: no decision has all of this; `telemetry` may be missing, and counts in ranking
        0 of 3 decisions (3 letters)
        exit 0

        $ outcome:overturned drug:xanax page:24
        understood as: outcome:overturned drug:xanax page:24
        note: Xanax = alprazolam
        0 of 0 decisions (0 letters)
        nothing matches all of these:
          outcome:overturned  alone 8, without it 1
          drug:xanax          alone 1, without it 0
          page:24             alone 4, without it 0
        exit 1

        $ needles of a pine tree and other unrelated things
        understood as: ~(needles pine tree other unrelated)
        0 of 0 decisions (0 letters)
        exit 1

    "#]]
    .assert_eq(&report);
}

#[test]
fn queries_that_are_too_large_are_refused() {
    let program = Program::new();
    for (query, problem) in [
        ("a".repeat(10_000), "query of 10000 characters"),
        ("a OR b ".repeat(500), "query of 1000 words and conditions"),
        ("a /s ".repeat(40) + "a", "more than 30 connectors"),
        ("tap* ".repeat(40), "more than 30 words with"),
        ("(".repeat(60) + "a" + &")".repeat(60), "more than 50 brackets"),
    ] {
        let ran = program.query(&[query.as_str()]);
        assert_eq!(ran.status, 2, "{problem}");
        assert!(ran.stderr.contains(problem), "{}", ran.stderr);
    }
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
        vec!["explain", "--letters", "letters", "mri", "seed-five-issues"],
        vec!["explain", "--letters", "letters", "mri", "CM99-0000000#1"],
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

        $ imr-search explain --letters letters mri seed-five-issues
        imr-search: `seed-five-issues` has 5 decisions; name one of them by its place, as in CM16-0213037#2
        exit 2

        $ imr-search explain --letters letters mri CM99-0000000#1
        imr-search: no letter called `CM99-0000000`; write a case number and the decision's place, as in CM16-0213037#2
        exit 2

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
