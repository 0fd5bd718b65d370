//! How answers are printed: formats, fields, ids, counts, cards.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use expect_test::expect;
use serde_json::Value;

use crate::program::{Program, Ran, root};

/// The records of a CSV or TSV table, as field and cell.
#[track_caller]
fn table(text: &str, delimiter: u8) -> Vec<BTreeMap<String, String>> {
    let mut table = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    table.deserialize().map(Result::unwrap).collect()
}

/// A value of JSON as tables print it, by the rule of `index-schema/output.toml`.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(cell).collect::<Vec<_>>().join("; "),
        Value::Object(object) if object.contains_key("text") => cell(&object["text"]),
        other => other.to_string(),
    }
}

/// The names of all fields, from the documentation.
fn documented() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("index-schema/output.toml")).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("name = ")).map(|name| name.trim_matches('"').to_owned()).collect()
}

#[test]
fn formats_agree_on_every_field() {
    let program = Program::new();
    let names = documented();
    assert!(names.len() > 40, "{names:?}");
    let all = names.join(",");
    let print = |format: &str| program.query(&["--all", "--format", format, "--fields", &all, "pain OR treatment:mri"]);
    let jsonl = print("jsonl").json_lines();
    assert!(jsonl.len() > 10, "{}", jsonl.len());
    let json = print("json").json_lines().remove(0);
    assert_eq!(json["hits"].as_array().unwrap(), &jsonl);
    assert_eq!(json["decisions"], jsonl.len());
    let (csv, tsv) = (table(&print("csv").stdout, b','), table(&print("tsv").stdout, b'\t'));
    assert_eq!(csv, tsv);
    assert_eq!(csv.len(), jsonl.len());
    // Plain text puts every value on one line.
    let plain = program.query(&["--all", "--plain", "--fields", &all, "pain OR treatment:mri"]).stdout;
    let markdown = print("md").stdout;
    let rows: Vec<&str> = markdown.lines().skip(2).collect();
    assert_eq!(rows.len(), jsonl.len());
    for ((hit, cells), card) in jsonl.iter().zip(&csv).zip(plain.split("\n\n")) {
        let lines: Vec<&str> = card.lines().collect();
        assert_eq!(lines.len(), names.len());
        for (name, line) in names.iter().zip(lines) {
            if ["partial", "citations", "explanation"].contains(&name.as_str()) {
                let object: Value = serde_json::from_str(&cells[name]).unwrap_or_default();
                assert_eq!(object, hit[name]);
                continue;
            }
            let told = cell(&hit[name]);
            assert_eq!(cells[name], told, "{name} of {}", hit["id"]);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(line), words(&format!("{name}: {told}")), "{name} of {}", hit["id"]);
        }
    }
    // Every field holds something somewhere, but for those that other options fill.
    let is_filled = |name: &&String| jsonl.iter().any(|hit| !cell(&hit[name.as_str()]).is_empty());
    let empty: Vec<&String> = names.iter().filter(|name| !is_filled(name)).collect();
    let elsewhere = ["eligible_portion", "partial", "unsegmented", "explanation", "laterality", "priority"];
    assert!(empty.iter().all(|name| elsewhere.contains(&name.as_str())), "{empty:?}");
}

#[test]
fn values_are_those_of_the_letter() {
    let program = Program::new();
    let letters = program.run(&["segment", "letters"]).json_lines();
    let all = documented().join(",");
    let hits = program.query(&["--all", "--format", "jsonl", "--fields", &all, ""]).json_lines();
    let mut compared = 0;
    for hit in hits.iter().filter(|hit| hit["n"] != 0) {
        let letter = letters.iter().find(|letter| letter["digest"] == hit["digest"]).unwrap();
        let n = hit["n"].as_u64().unwrap() as usize;
        let decision = &letter["decisions"][n - 1];
        for (name, value) in hit.as_object().unwrap() {
            let places = [&decision[name], &letter[name], &letter["reviewer"][name], &letter["patient"][name]];
            if let Some(told) = places.into_iter().find(|told| !told.is_null()) {
                assert_eq!(value, told, "{name} of {}", hit["id"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 25 * hits.len(), "{compared} values of {} hits", hits.len());
}

#[test]
fn formats_print_their_usual_fields() {
    let program = Program::new();
    let mut report = String::new();
    let jsonl = program.query(&["-n", "1", "--format", "jsonl", "xanax"]).stdout;
    let mut at: Vec<(usize, String)> =
        documented().into_iter().filter_map(|name| Some((jsonl.find(&format!("\"{name}\":"))?, name))).collect();
    at.sort();
    report += &format!("json: {}\n", at.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(" "));
    for format in ["csv", "md"] {
        let ran = program.query(&["-n", "1", "--format", format, "xanax"]);
        report += &format!("{format}: {}\n", ran.stdout.lines().next().unwrap());
    }
    report += &program.query(&["--plain", "xanax"]).stdout;
    expect![[r#"
        json: id case_number source n outcome treatment category subcategory procedure drugs drug_classes body_regions laterality gaps specialties states_of_licensure decision_date reviewer_citations administrator_citations citations passage score source_file
        csv: id,case_number,source,n,outcome,treatment,category,subcategory,procedure,drugs,drug_classes,body_regions,laterality,gaps,specialties,states_of_licensure,decision_date,reviewer_citations,administrator_citations,passage,score,source_file
        md: | id | outcome | treatment | specialties | decision_date | reviewer_citations | administrator_citations | passage |
        id: seed-xanax#1
        outcome: upheld
        treatment: prescription of Xanax
        specialties: Internal Medicine
        decision_date:
        reviewer_citations: MTUS Chronic Pain Medical Treatment, p. 24
        administrator_citations: MTUS Chronic Pain Medical Treatment
        passage: Xanax is a sedative that readily forms a habit. The page cited puts the usual limit at four weeks, because benefit past that time has not been shown and because dependence comes early; worry and restlessness may in the end even grow under the influence of long-term intake.
    "#]].assert_eq(&report);
}

#[test]
fn fields_have_the_names_of_queries_too() {
    let program = Program::new();
    let ran = program.query(&[
        "-n",
        "1",
        "--format",
        "csv",
        "--fields",
        "case,date,class,days,source_file,case_number",
        "case:CM16-9001313",
    ]);
    expect![[r#"
        case_number,decision_date,drug_classes,days_to_decision,source_file
        CM16-9001313,2016-09-16,Topical Analgesics,49,letters/windows-1252.txt
    "#]]
    .assert_eq(&ran.stdout);
}

#[test]
fn chosen_fields_on_cards() {
    let ran = Program::new().query(&["-n", "1", "--fields", "id,outcome,rationale,days", "case:CM16-9001313"]);
    expect![[r#"
        exit 0
        --- stdout
        CM16-9001313#1  upheld  Lidoderm® 5% patch #30 with 1 refill
            rationale: The patch is for nerve pain in a small area after a tablet of the
              antidepressant or antiepileptic kind has failed. The worker’s “burn” may
              hint at such pain, yet no tablet was tried and the nerve below the kneecap
              was not examined. The patch is not medically necessary.
            days_to_decision: 49
        --- stderr
        understood as: case:CM16-9001313
        1 of 2 decisions (1 letter)
    "#]]
    .assert_eq(&ran.all_but_indexing());
}

#[test]
fn the_envelope_has_its_version() {
    let program = Program::new();
    let json = program.query(&["-n", "0", "--format", "json", "-f", "outcome", "xanax"]).stdout;
    expect![[r#"
        {"version":1,"query":"xanax","understood":"drug:xanax","notes":["Xanax = alprazolam"],"hints":[],"decisions":1,"letters":1,"hits":[],"facets":[{"field":"outcome","values":[{"value":"upheld","count":1}],"missing":0,"widened":false}],"emptied":[]}
    "#]].assert_eq(&json);
    let keys: Vec<String> =
        serde_json::from_str::<Value>(&json).unwrap().as_object().unwrap().keys().cloned().collect();
    let schema = std::fs::read_to_string(root().join("index-schema/output.toml")).unwrap();
    for key in keys {
        assert!(schema.contains(&format!("#   {key} ")), "index-schema/output.toml does not describe `{key}`");
    }
}

#[test]
fn ids_count_and_quiet() {
    let program = Program::new();
    let ids = program.query(&["--all", "--format", "jsonl", "pain"]).ids();
    let lines = program.query(&["--all", "--ids", "pain"]).stdout;
    assert_eq!(lines.lines().collect::<Vec<_>>(), ids);
    let by_null = program.query(&["--all", "--ids", "-0", "pain"]).stdout;
    assert_eq!(by_null.split_terminator('\0').collect::<Vec<_>>(), ids);
    assert!(by_null.ends_with('\0') && !by_null.contains('\n'));

    for (arguments, status, want) in [
        (["-c", "pain"], 0, format!("{}\n", ids.len())),
        (["--count", "unicorn"], 1, "0\n".to_owned()),
        (["-q", "pain"], 0, String::new()),
        (["--quiet", "unicorn"], 1, String::new()),
        (["-q", "zebra:striped"], 2, String::new()),
    ] {
        let ran = program.query(&arguments);
        assert_eq!((ran.status, &ran.stdout), (status, &want), "{arguments:?}");
        let is_quiet = arguments[0] != "-c" && arguments[0] != "--count";
        assert_eq!(ran.stderr.is_empty(), is_quiet && status < 2, "{arguments:?}: {}", ran.stderr);
    }
    // Nothing is told of indexing either.
    assert_eq!(Program::new().query(&["-q", "pain"]).all(), "exit 0\n--- stdout\n--- stderr\n");
}

#[test]
fn all_has_no_limit_and_a_closed_pipe_ends_it_quietly() {
    let program = Program::new();
    let everything = program.query(&["--all", "--ids", ""]);
    assert_eq!(everything.stdout.lines().count().to_string(), program.query(&["-c", ""]).stdout.trim());
    for format in ["text", "json", "jsonl", "csv", "tsv", "md"] {
        let mut command = program.command(&["query", "--letters", "letters", "--all", "--format", format, ""]);
        let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::with_capacity(16, running.stdout.take().unwrap()).read_line(&mut first).unwrap_or_default();
        let ran = Ran::new(&running.wait_with_output().unwrap(), program.home());
        assert_eq!(ran.status, 0, "{format}: {}", ran.stderr);
        assert!(!ran.stderr.contains("imr-search:"), "{format}: {}", ran.stderr);
    }
}

#[test]
fn the_line_of_counts() {
    let program = Program::new();
    let told = |arguments: &[&str]| program.query(arguments).stderr.lines().last().unwrap().to_owned();
    program.query(&["pain"]);
    assert_eq!(told(&["-n", "2", "pain"]), "2 of 71 decisions (22 letters)");
    assert_eq!(told(&["xanax"]), "1 of 1 decision (1 letter)");
    assert_eq!(told(&["--offset", "1000", "pain"]), "0 of 71 decisions (22 letters)");
}

#[test]
fn decisions_under_their_letter() {
    let program = Program::new();
    let ran = program.query(&["--group", "letter", "case:CM14-9000202"]);
    expect![[r#"
        exit 0
        --- stdout
        CM14-9000202  Internal Medicine, Rheumatology · decided 2014-02-24
          #1  upheld  Diazepam 5 mg #60
            reviewer cites: MTUS Chronic Pain Medical Treatment, Benzodiazepines, p. 24
            administrator cites: MTUS Chronic Pain Medical Treatment, Benzodiazepines,
              p. 24
            "Sixty tablets more are not medically necessary; the dose should be lowered
            in steps."
          #2  upheld  TENS unit, purchase, with electrodes for 3 months
            reviewer cites: MTUS Chronic Pain Medical Treatment, TENS, chronic pain
              (transcutaneous electrical nerve stimulation), p. 114-116
            administrator cites: MTUS Chronic Pain Medical Treatment, TENS, chronic pain
              (transcutaneous electrical nerve stimulation), p. 114-116
            "The purchase is not medically necessary."
        --- stderr
        understood as: case:CM14-9000202
        2 of 2 decisions (1 letter)
    "#]]
    .assert_eq(&ran.all_but_indexing());
}

#[test]
fn wide_and_plain_text_is_not_wrapped() {
    let program = Program::new();
    let wide = program.query(&["-n", "1", "--wide", "case:CM14-9000202"]).stdout;
    expect![[r#"
        CM14-9000202#1  upheld  Diazepam 5 mg #60
            Internal Medicine, Rheumatology · decided 2014-02-24
            reviewer cites: MTUS Chronic Pain Medical Treatment, Benzodiazepines, p. 24
            administrator cites: MTUS Chronic Pain Medical Treatment, Benzodiazepines, p. 24
            "Sixty tablets more are not medically necessary; the dose should be lowered in steps."
    "#]]
    .assert_eq(&wide);
    let plain = program.query(&["--all", "--plain", "-f", "class/drug", "class:(opioids OR benzos)"]).stdout;
    let is_fact = |line: &str| line.is_empty() || line.split_once(':').is_some_and(|(name, _)| !name.contains(' '));
    assert!(plain.lines().all(is_fact), "{plain}");
    assert!(!plain.contains(['\t', '\u{1b}']) && !plain.contains("**"));
    let (_, facets) = plain.rsplit_once("\n\n").unwrap();
    expect![[r#"
        class/drug: 6 Opioids
        class/drug: 3 Opioids > acetaminophen
        class/drug: 3 Opioids > hydrocodone
        class/drug: 2 Opioids > tramadol
        class/drug: 1 Opioids > oxycodone
        class/drug: 5 Benzodiazepines
        class/drug: 1 Benzodiazepines > alprazolam
        class/drug: 1 Benzodiazepines > clonazepam
        class/drug: 1 Benzodiazepines > diazepam
        class/drug: 1 Benzodiazepines > lorazepam
        class/drug: 1 Benzodiazepines > temazepam
        class/drug: 4 Muscle Relaxant
        class/drug: 2 Muscle Relaxant > cyclobenzaprine
        class/drug: 1 Muscle Relaxant > botulinum toxin
        class/drug: 1 Muscle Relaxant > carisoprodol
        class/drug: 2 Topical Analgesics
        class/drug: 2 Topical Analgesics > lidocaine
        class/drug: 2 Topical Compounds
        class/drug: 2 Topical Compounds > flurbiprofen
        class/drug: 1 Topical Compounds > baclofen
        class/drug: 1 Topical Compounds > camphor
        class/drug: 1 Topical Compounds > cyclobenzaprine
        class/drug: 1 Topical Compounds > menthol
        class/drug: 1 NSAID
        class/drug: 1 NSAID > ketorolac
        class/drug: 1 Proton Pump Inhibitors
        class/drug: 1 Proton Pump Inhibitors > omeprazole
        class/drug: 1 Sedative-hypnotics
        class/drug: 1 Sedative-hypnotics > zolpidem
        class/drug: 57 (none)
    "#]]
    .assert_eq(facets);
}

#[test]
fn colour_is_a_choice() {
    let program = Program::new();
    let has_colour = |arguments: &[&str], no_color: &str| {
        let mut command = program.command(&[&["query", "--letters", "letters", "xanax"], arguments].concat());
        let output = command.env("NO_COLOR", no_color).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!has_colour(&[], "1") && !has_colour(&[], ""));
    assert!(has_colour(&["--color", "always"], "1"), "a flag comes before the environment");
    assert!(!has_colour(&["--color=always", "--plain"], ""));
    assert!(!has_colour(&["--color=always", "--format", "csv"], ""));
}

#[test]
fn queries_from_standard_input_and_with_a_leading_hyphen() {
    let program = Program::new();
    let file = program.home().join("query");
    std::fs::write(&file, "drug:xanax\n").unwrap();
    let mut command = program.command(&["query", "--letters", "letters", "--ids", "-"]);
    let output = command.stdin(std::fs::File::open(&file).unwrap()).output().unwrap();
    assert_eq!(Ran::new(&output, program.home()).stdout, "seed-xanax#1\n");

    let count = |arguments: &[&str]| program.query(&[&["-c"], arguments].concat()).stdout;
    assert_eq!(count(&["-drug:*"]), count(&["NOT drug:*"]));
    assert_eq!(count(&["-drug:*", "-o:upheld"]), count(&["NOT drug:* NOT outcome:upheld"]));
    assert_eq!(count(&["--", "-drug:*"]), count(&["-drug:*"]));
    let facets = program.run(&["facets", "--letters", "letters", "-f", "sex", "-drug:*"]);
    assert!(facets.stderr.contains("understood as: NOT drug:*"), "{}", facets.stderr);
    let mistyped = program.query(&["--frmat", "csv", "pain"]);
    assert!(mistyped.status == 2 && mistyped.stderr.contains("'--format'"), "{}", mistyped.stderr);
}

#[test]
fn sections_of_a_letter() {
    let program = Program::new();
    let show = |arguments: &[&str]| program.run(&[&["show", "--letters", "letters"], arguments].concat());
    let letter = program.run(&["segment", "letters/seed-five-issues.txt"]).json_lines().remove(0);
    let rationale = |n: usize| letter["decisions"][n - 1]["rationale"].as_str().unwrap().to_owned();
    assert_eq!(show(&["seed-five-issues#2", "--section", "rationale"]).stdout, rationale(2) + "\n");
    let all: Vec<String> = (1..=5).map(rationale).collect();
    assert_eq!(show(&["seed-five-issues", "--section", "rationale"]).stdout, all.join("\n\n") + "\n");
    let summary = show(&["seed-five-issues#2", "--section", "treatment,summary"]).stdout;
    let (treatment, summary) = summary.split_once("\n\n").unwrap();
    assert_eq!(treatment, letter["decisions"][1]["treatment"]);
    assert_eq!(summary.trim_end(), letter["clinical_summary"]);
    let json = show(&["seed-five-issues#2", "--section", "reviewer-guideline", "--format", "json"]).json_lines();
    assert_eq!(json[0]["text"], letter["decisions"][1]["reviewer_guideline"]);
    assert_eq!(show(&["imr13-900304", "--section", "treatment"]).status, 0, "case numbers in any spelling");
    expect![[r#"
        exit 1
        --- stdout
        --- stderr
        seed-five-issues has no section `unsegmented`
    "#]]
    .assert_eq(&show(&["seed-five-issues", "--section", "unsegmented"]).all_but_indexing());
}

#[test]
fn the_text_of_a_letter_again() {
    let program = Program::new();
    let show = |name: &str, how: &str| program.run(&["show", "--letters", "letters", name, how]);
    let source = std::fs::read_to_string(root().join("corpus-samples/letters/seed-xanax.txt")).unwrap();
    assert_eq!(show("seed-xanax", "--raw").stdout.trim_end(), source.trim_end());
    // A member of an archive, a line of a file, a PDF, a text in another encoding.
    for (name, file) in [
        ("CM16-9001701", "letters/bundle.zip"),
        ("CM16-9001603", "letters/batch.jsonl"),
        ("CM17-9001501", "letters/encrypted-2017.pdf"),
        ("utf-16", "letters/utf-16.txt"),
    ] {
        let ran = show(name, "--raw");
        assert!(ran.status == 0 && ran.stdout.len() > 1_000, "{name}: {}", ran.stderr);
        // The same letter stands in the archive and in the file of lines.
        assert!(show(name, "--pdf").stdout.lines().any(|path| path == file), "{name}");
        assert_eq!(show(name, "--path").stdout, show(name, "--pdf").stdout);
    }
}

#[test]
fn a_source_that_is_gone_or_has_changed() {
    let program = Program::new();
    let folder = program.home().join("letters");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("a.txt");
    let source = root().join("corpus-samples/letters/seed-xanax.txt");
    std::fs::copy(&source, &file).unwrap();
    let index = program.home().join("index").display().to_string();
    program.run(&["index", folder.to_str().unwrap(), "--index", &index]);
    let show = |how: &str| program.run(&["show", "--index", &index, "a", how]);
    // What was indexed is kept, whatever becomes of the file.
    let text = std::fs::read_to_string(&source).unwrap();
    std::fs::write(&file, "Another letter.").unwrap();
    assert_eq!(show("--raw").stdout.trim_end(), text.trim_end());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(show("--raw").stdout.trim_end(), text.trim_end());
    let letter = root().join("corpus-samples/letters/utf-16.txt");
    let mut piped = program.command(&["index", "-", "--rebuild", "--index", &index]);
    let mut report = show("--pdf").all();
    piped.stdin(std::fs::File::open(letter).unwrap()).output().unwrap();
    report += &program.run(&["show", "--index", &index, "stdin", "--pdf"]).all();
    expect![[r#"
        exit 1
        --- stdout
        --- stderr
        a was read from HOME/letters/a.txt, and there is no such file now
        exit 1
        --- stdout
        --- stderr
        stdin was read from standard input, which is no file
    "#]]
    .assert_eq(&report);
}

#[test]
fn faults_in_arguments() {
    let program = Program::new();
    program.query(&["pain"]);
    let mut report = String::new();
    for arguments in [
        vec!["--fields", "id,outcom", "pain"],
        vec!["--fields", "zebra", "pain"],
        vec!["--format", "tsv", "-f", "outcome", "pain"],
        vec!["--ids", "--format", "csv", "pain"],
        vec!["-0", "pain"],
        vec!["--format", "xml", "pain"],
        vec!["--group", "drug", "pain"],
    ] {
        let ran = program.query(&arguments);
        report += &format!("$ {}\n{}exit {}\n\n", arguments.join(" "), ran.stderr, ran.status);
    }
    expect![[r#"
        $ --fields id,outcom pain
        imr-search: no output field `outcom`; did you mean `outcome`? `imr-search query --help` lists all for --fields
        exit 2

        $ --fields zebra pain
        imr-search: no output field `zebra`; `imr-search query --help` lists all for --fields
        exit 2

        $ --format tsv -f outcome pain
        imr-search: facets do not fit into a TSV table of hits; use --format json or jsonl
        exit 2

        $ --ids --format csv pain
        error: the argument '--ids' cannot be used with '--format <FORMAT>'

        Usage: imr-search query --letters <PATH> --ids <QUERY>...

        For more information, try '--help'.
        exit 2

        $ -0 pain
        error: the following required arguments were not provided:
          --ids

        Usage: imr-search query --ids --letters <PATH> --null <QUERY>...

        For more information, try '--help'.
        exit 2

        $ --format xml pain
        error: invalid value 'xml' for '--format <FORMAT>'
          [possible values: text, json, jsonl, csv, tsv, md]

        For more information, try '--help'.
        exit 2

        $ --group drug pain
        error: invalid value 'drug' for '--group <BY>'
          [possible values: none, letter]

        For more information, try '--help'.
        exit 2

    "#]]
    .assert_eq(&report);
}

#[test]
fn completions_offer_fields_and_their_values() {
    let program = Program::new();
    let complete = |words: &[&str]| {
        let mut command = program.command(&[&["--", "imr-search"], words].concat());
        let index = words.len().to_string();
        let output = command.env("IMR_SEARCH_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", index).output().unwrap();
        Ran::new(&output, program.home()).stdout.replace('\n', " ")
    };
    let mut report = String::new();
    for words in [
        vec!["sh"],
        vec!["query", "outc"],
        vec!["query", "outcome:"],
        vec!["query", "class:musc"],
        vec!["query", "any.guideline:knee"],
        vec!["query", "--sort", ""],
        vec!["query", "--fields", "id,rat"],
        vec!["query", "-f", "guide"],
        vec!["facets", "-f", "class"],
        vec!["query", "--format", "j"],
    ] {
        report += &format!("{}: {}\n", words.join(" "), complete(&words));
    }
    expect![[r#"
        sh: show
        query outc: outcome:
        query outcome:: outcome:modified outcome:overturned outcome:"partially overturned" outcome:upheld
        query class:musc: class:"Muscle Relaxant"
        query any.guideline:knee: any.guideline:"Knee & Leg" any.guideline:"Knee Complaints" any.guideline:"Knee Disorders"
        query --sort : score -date date case
        query --fields id,rat: id,rationale
        query -f guide: guideline guideline/edition/section
        facets -f class: class class/drug
        query --format j: json jsonl
    "#]].assert_eq(&report);
    complete_in_bash(&program);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = program.run(&["completions", shell]);
        assert!(ran.status == 0 && ran.stdout.contains("IMR_SEARCH_COMPLETE"), "{shell}: {}", ran.stdout);
    }
}

/// What the script does in bash itself, which divides words at colons and does not quote what it inserts.
fn complete_in_bash(program: &Program) {
    let script = program.home().join("script");
    std::fs::write(&script, program.run(&["completions", "bash"]).stdout).unwrap();
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_imr-search")).parent().unwrap().display().to_string();
    for (words, want) in [
        ("query outc", "outcome:"),
        ("query outcome : o", "overturned"),
        ("query mri class : mu", r#"\"Muscle\ Relaxant\""#),
        ("query --fields id,rat", "id,rationale"),
    ] {
        let last = words.split(' ').count();
        let run = format!(
            "source '{}'; COMP_WORDS=(imr-search {words}); COMP_CWORD={last}; _imr_search; printf '%s\n' \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        let mut bash = std::process::Command::new("bash");
        let output = bash.args(["-c", &run]).env("PATH", format!("{folder}:/usr/bin:/bin")).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), want, "case: {words}");
    }
}

#[test]
fn manual_pages() {
    let program = Program::new();
    let page = program.run(&["man"]).stdout;
    assert!(page.contains(".TH imr-search 1") && page.contains("Exit status"), "{page}");
    let folder = program.home().join("man");
    program.run(&["man", "--dir", folder.to_str().unwrap()]);
    let query = std::fs::read_to_string(folder.join("imr-search-query.1")).unwrap();
    assert!(query.contains("\\-\\-fields") && query.contains("clinical_summary"), "{query}");
    assert!(!folder.join("imr-search-pdf-worker.1").exists());
}

#[test]
fn help_lists_the_fields_of_output() {
    let help = Program::new().run(&["query", "--help"]).stdout;
    let (_, listed) = help.split_once("Fields of output").unwrap();
    for name in documented() {
        assert!(listed.contains(&format!("\n  {name} ")), "{name}: {listed}");
    }
}

#[test]
fn every_command_has_examples() {
    let program = Program::new();
    let help = program.run(&["--help"]).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> =
        commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(names.len() >= 10, "{names:?}");
    for name in names {
        let help = program.run(&[name, "--help"]).stdout;
        assert!(help.contains("Example"), "{name}: {help}");
    }
}

#[cfg(unix)]
mod terminal {
    use super::*;
    use crate::program::terminal::seen;

    #[test]
    fn a_pager_shows_what_is_longer_than_the_screen() {
        let program = Program::new();
        program.query(&["pain"]);
        let pager = ("IMR_SEARCH_PAGER", "sed 's/^/| /'");
        let long = ["query", "--letters", "letters", "--all", "pain"];
        let short = ["query", "--letters", "letters", "-n", "1", "pain"];
        let is_paged = |text: &str| text.lines().all(|line| line.starts_with("| "));
        let paged = seen(&program, &long, &[pager]);
        assert!(paged.lines().count() > 24 && is_paged(&paged), "{paged}");
        assert_eq!(paged.replace("| ", "").lines().count(), seen(&program, &long, &[("PAGER", "cat")]).lines().count());
        assert!(is_paged(&seen(&program, &long, &[("PAGER", pager.1)])));
        for (name, arguments, variables) in [
            ("fits", short.to_vec(), vec![pager]),
            ("no pager", [&long[..], &["--no-pager"]].concat(), vec![pager]),
            ("missing pager", long.to_vec(), vec![("IMR_SEARCH_PAGER", "no-such-pager -x"), ("PAGER", pager.1)]),
        ] {
            let text = seen(&program, &arguments, &variables);
            assert!(text.starts_with("CM18-9001212#4") && !text.contains("| CM"), "{name}: {text}");
        }
    }

    #[test]
    fn matches_are_coloured_on_a_terminal() {
        let program = Program::new();
        let query = ["query", "--letters", "letters", "case:CM14-9000202 diazepam"];
        let coloured = seen(&program, &query, &[("NO_COLOR", ""), ("TERM", "xterm")]);
        assert!(coloured.contains("\u{1b}[1m\u{1b}[33mDiazepam\u{1b}[0m"), "{coloured:?}");
        assert!(!coloured.contains("**"), "{coloured:?}");
        assert!(!seen(&program, &query, &[("TERM", "xterm")]).contains('\u{1b}'), "NO_COLOR is respected");
    }
}
