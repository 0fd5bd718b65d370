//! How `stats`, `cites` and `compare` print: messages, bars, charts.

use expect_test::expect;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use serde_json::Value;

use crate::program::{Program, root};

#[test]
fn what_is_wrong_or_missing_is_told() {
    let program = Program::new();
    program.query(&["-q", "pain"]);
    let mut report = String::new();
    for arguments in [
        &["stats", "--by", "outcom"][..],
        &["stats", "zebra:x", "--by", "class"],
        &["stats", "unicorn", "--by", "class"],
        &["cites", "unicorn"],
        &["cites", "*"],
        &["cites", "24", "--where", "zebra:x"],
        &["compare", "pain", "zebra:x"],
        &["compare", "pain", "knee", "--by", "gap,outcom"],
        &["compare", "outcome:upheld", "outcome:upheld"],
    ] {
        let ran = program.run(&[&[arguments[0], "--letters", "letters"], &arguments[1..]].concat());
        report += &format!("$ {}\n{}\n", arguments.join(" "), ran.all());
    }
    expect![[r#"
        $ stats --by outcom
        exit 2
        --- stdout
        --- stderr
        imr-search: no facet `outcom`
          = help: did you mean `outcome`?

        $ stats zebra:x --by class
        exit 2
        --- stdout
        --- stderr
        imr-search: unknown field `zebra`
          | zebra:x
          | ^^^^^
          = help: all fields stand in `imr-search query --help`; to search for the text, write "zebra: ..." in quotes

        $ stats unicorn --by class
        exit 1
        --- stdout
        class  decisions  letters  overturned  rate  95 % interval
        all            0        0           0
        --- stderr
        understood as: unicorn
        0 decisions (0 letters): 0 counted, 0 that go with an operation left out (--exclude-dependent=false counts them)

        $ cites unicorn
        exit 1
        --- stdout
        --- stderr
        section unicorn: cited in 0 decisions (0 letters) of 79
        write the guideline first, and the page or section behind it, as in `cites "ODG low back" mri`

        $ cites *
        exit 2
        --- stdout
        --- stderr
        imr-search: no guideline and no place in one
          = help: name a guideline, a page or a section, as in `cites "chronic pain" 24`

        $ cites 24 --where zebra:x
        exit 2
        --- stdout
        --- stderr
        imr-search: unknown field `zebra`
          | zebra:x
          | ^^^^^
          = help: all fields stand in `imr-search query --help`; to search for the text, write "zebra: ..." in quotes

        $ compare pain zebra:x
        exit 2
        --- stdout
        --- stderr
        imr-search: unknown field `zebra`
          | zebra:x
          | ^^^^^
          = help: all fields stand in `imr-search query --help`; to search for the text, write "zebra: ..." in quotes

        $ compare pain knee --by gap,outcom
        exit 2
        --- stdout
        --- stderr
        imr-search: no facet `outcom`
          = help: did you mean `outcome`?

        $ compare outcome:upheld outcome:upheld
        exit 1
        --- stdout
        --- stderr
        understood as: outcome:upheld
        A: 0 decisions (0 letters), without 65 that are in both
        understood as: outcome:upheld
        B: 0 decisions (0 letters), without 65 that are in both
        there is nothing to compare

    "#]]
    .assert_eq(&report);
}

#[test]
fn tables_of_people() {
    let program = Program::new();
    let ran = program.run(&["stats", "--letters", "letters", "--by", "category", "--min-n", "10"]);
    expect![[r#"
        exit 0
        --- stdout
        category            decisions  letters  overturned    rate  95 % interval
        all                        70       24           8  11.6 %     6.0-21.2 %
        Pharmaceuticals            20       14           0   0.0 %     0.0-16.1 %
        Diagnostic Testing         13       10           2  15.4 %     4.3-42.2 %
        Rehabilitation             11       11           1   9.1 %     1.6-37.7 %
        DMEPOS                      8        7           2  n < 10     8.2-64.1 %
        Psych Services              6        4           1  n < 10     3.0-56.4 %
        Injection                   4        4           1  n < 10     4.6-69.9 %
        Surgery                     4        3           1  n < 10     4.6-69.9 %
        Programs                    3        3           0  n < 10     0.0-56.1 %
        Home Health                 1        1           0  n < 10     0.0-79.3 %
        --- stderr
        understood as: every decision
        79 decisions (26 letters): 70 counted (1 without an outcome, in no rate), 6 that go with an operation left out (--exclude-dependent=false counts them), 3 unsegmented texts without decisions
    "#]]
    .assert_eq(&ran.all_but_indexing());
    let ran = program.run(&["cites", "--letters", "letters", "chronic pain", "24", "-n", "1"]);
    expect![[r#"
        exit 0
        --- stdout
        cited by       decisions  letters  overturned    rate  95 % interval
        either side            4        4           0  n < 20     0.0-49.0 %
        reviewer               4        4           0  n < 20     0.0-49.0 %
        administrator          1        1           0  n < 20     0.0-79.3 %
        both                   1        1           0  n < 20     0.0-79.3 %

        guideline and edition                       decisions  reviewer  administrator  overturned    rate  95 % interval
        MTUS Chronic Pain Medical Treatment (2009)          4         4              1           0  n < 20     0.0-49.0 %

        page or section  decisions  reviewer  administrator  overturned    rate  95 % interval
        p. 24                    4         4              1           0  n < 20     0.0-49.0 %

        year     decisions  reviewer  administrator  overturned    rate  95 % interval
        no date          3         3              0           0  n < 20     0.0-56.1 %
        2014             1         1              1           0  n < 20     0.0-79.3 %

        CM14-9000202#1  upheld  Diazepam 5 mg #60
            Internal Medicine, Rheumatology · decided 2014-02-24
            reviewer cites: MTUS Chronic Pain Medical Treatment, Benzodiazepines, p. 24
            administrator cites: MTUS Chronic Pain Medical Treatment, Benzodiazepines,
              p. 24
            "The **page** cited sees no place for such drugs beyond four weeks, whether
            for sleep, for worry or for spasm, as the body gets used to them within
            weeks and as they are hard to give up. This worker has had diazepam for two
            years and more, and spasm is still felt. Amitriptyline serves both the
            headache and the sleep."
        --- stderr
        chronic pain, p. 24: cited in 4 decisions (4 letters) of 79
    "#]]
    .assert_eq(&ran.all_but_indexing());
}

#[test]
fn nobody_is_counted_by_name() {
    let program = Program::new();
    program.query(&["-q", "pain"]);
    for field in ["reviewer", "administrator", "employer", "provider", "worker"] {
        let ran = program.run(&["stats", "--letters", "letters", "--by", field]);
        assert!(ran.status == 2 && ran.stderr.contains("no facet"), "{field}: {}", ran.stderr);
    }
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("nothing guesses reviewers or workers"), "the README says so");
}

/// What stands in an SVG document: its dots, and its texts.
fn drawn(svg: &str) -> (usize, Vec<String>) {
    let (mut reader, mut dots, mut texts) = (Reader::from_str(svg), 0, Vec::new());
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(element) => open.push(element.name().as_ref().to_owned()),
            Event::End(element) => assert_eq!(open.pop().as_deref(), Some(element.name().as_ref())),
            Event::Empty(element) => dots += usize::from(element.name().as_ref() == "circle"),
            Event::Text(text) => texts.push(text.xml10_content().trim().to_owned()),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    texts.retain(|text| !text.is_empty());
    (dots, texts)
}

#[test]
fn charts_have_a_dot_for_each_row_that_is_not_small() {
    let program = Program::new();
    let path = program.home().join("rates.svg");
    let plot = path.to_str().unwrap();
    for (arguments, of_series) in
        [(&["--by", "category"][..], 0), (&["--over", "year"], 1), (&["--by", "agree", "--over", "year"], 4)]
    {
        let arguments =
            [&["stats", "--letters", "letters", "--format", "json", "--min-n", "8", "--plot", plot], arguments]
                .concat();
        let report = program.run(&arguments).json_lines().remove(0);
        let rows = report["rows"].as_array().unwrap();
        let is_drawn = |row: &&Value| {
            !row["rate"].is_null() && !row["values"].as_object().unwrap().get("year").is_some_and(Value::is_null)
        };
        let with_rate = rows.iter().filter(is_drawn).count();
        let (dots, texts) = drawn(&std::fs::read_to_string(&path).unwrap());
        assert!(with_rate > 0 && with_rate < rows.len(), "{with_rate} of {} rows have a rate", rows.len());
        // One dot more for each series in the legend of lines.
        assert_eq!(dots, with_rate + of_series, "{arguments:?}");
        assert_eq!(texts[0], "Refusals overturned: every decision");
    }
}

#[test]
fn a_chart_that_cannot_be_written_leaves_nothing() {
    let program = Program::new();
    let folder = program.home().join("charts");
    let path = folder.join("rates.svg");
    let ran = program.run(&["stats", "--letters", "letters", "--by", "class", "--plot", path.to_str().unwrap()]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("cannot write HOME/charts/rates.svg"), "{}", ran.stderr);
    assert!(!folder.exists());
    std::fs::create_dir(&folder).unwrap();
    let ran = program.run(&["stats", "--letters", "letters", "--by", "class", "--plot", path.to_str().unwrap()]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no temporary file stays");
}

#[cfg(unix)]
#[test]
fn bars_are_for_terminals() {
    use crate::program::terminal::seen;

    let program = Program::new();
    let arguments = ["stats", "--letters", "letters", "--by", "category", "--min-n", "10", "--color", "never"];
    let piped = program.run(&arguments).stdout;
    let is_bar = |line: &str| line.contains('─');
    assert!(!piped.lines().any(is_bar), "{piped}");
    let shown = seen(&program, &arguments, &[]);
    assert!(shown.lines().skip(1).all(is_bar), "{shown}");
    let has_dot = |line: &str| line.contains('●');
    let is_small = |line: &str| line.contains("n < 10");
    assert!(shown.lines().skip(1).all(|line| has_dot(line) != is_small(line)), "{shown}");
}
