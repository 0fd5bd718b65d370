//! Building and refusing indexes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use expect_test::expect;

use crate::program::{Program, Ran, root, samples};

fn letter(case: &str, treatment: &str) -> String {
    format!(
        "Case Number: {case}\nDate Assigned: 01/02/2015 Date of Injury: 03/04/2014\n\n\
         HOW THE IMR FINAL DETERMINATION WAS MADE\n\nA reviewer was chosen.\n\n\
         CLINICAL CASE SUMMARY\n\nThe worker is a 44 year old man.\n\n\
         IMR ISSUES, DECISIONS AND RATIONALES\n\nThe Final Determination was based on decisions set forth below:\n\n\
         {treatment}: Upheld\n\nClaims Administrator guideline: Decision based on MTUS ACOEM.\n\n\
         MAXIMUS guideline: Decision based on MTUS ACOEM.\n\nDecision rationale: It is not medically necessary.\n"
    )
}

#[test]
fn letters_are_replaced_and_doubles_kept_once() {
    let program = Program::new();
    let folder = program.home().join("letters");
    fs::create_dir(&folder).unwrap();
    let index = program.home().join("index").display().to_string();
    let letters = folder.display().to_string();
    let treatments = |query: &str| -> Vec<String> {
        let hits = program.run(&["query", "--index", &index, "--all", "--format", "jsonl", query]).json_lines();
        let mut names: Vec<String> = hits.iter().map(|hit| hit["treatment"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    fs::write(folder.join("a.txt"), letter("CM15-9000001", "Massage")).unwrap();
    fs::write(folder.join("b.txt"), letter("CM15-9000002", "Traction")).unwrap();
    fs::write(folder.join("copy of b.txt"), letter("CM15-9000002", "Traction")).unwrap();
    let ran = program.run(&["index", &letters, "--index", &index]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(
        ran.stderr,
        "indexed 2 letters, 2 treatments, 0 unsegmented, 0 failed, 1 duplicate in N.N s; index: HOME/index\n"
    );
    assert_eq!(treatments(""), ["Massage", "Traction"]);

    // Again, with one letter changed.
    fs::write(folder.join("a.txt"), letter("CM15-9000001", "Acupuncture")).unwrap();
    program.run(&["index", &letters, "--index", &index]);
    assert_eq!(treatments(""), ["Acupuncture", "Traction"], "a changed letter takes the place of the old one");

    // Others are added to what is there; a rebuild holds only what it is given.
    let other = program.home().join("other.txt");
    fs::write(&other, letter("CM15-9000003", "Yoga")).unwrap();
    program.run(&["index", other.to_str().unwrap(), "--index", &index]);
    assert_eq!(treatments(""), ["Acupuncture", "Traction", "Yoga"]);
    program.run(&["index", "--rebuild", other.to_str().unwrap(), "--index", &index]);
    assert_eq!(treatments(""), ["Yoga"]);
}

#[test]
fn an_index_follows_its_folder() {
    let program = Program::new();
    let folder = program.home().join("letters");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.txt"), letter("CM15-9000001", "Massage")).unwrap();
    let letters = folder.display().to_string();
    let query = || program.run(&["query", "--letters", &letters, "outcome:upheld"]);
    let first = query();
    assert!(first.stderr.starts_with("indexed 1 letter,"), "{}", first.stderr);
    assert!(query().stderr.starts_with("understood as"), "nothing has changed");
    fs::write(folder.join("b.txt"), letter("CM15-9000002", "Traction")).unwrap();
    let third = query();
    assert!(
        third.stderr.starts_with("indexed 1 letter,") && third.stderr.contains("2 of 2 decisions (2 letters)"),
        "{}",
        third.stderr
    );
    fs::remove_file(folder.join("a.txt")).unwrap();
    assert!(query().stderr.contains("1 of 1 decision (1 letter)"));
}

#[test]
fn damaged_input_is_told_and_stops_nothing() {
    let program = Program::new();
    fs::copy(samples().join("seed-xanax.txt"), program.home().join("good.txt")).unwrap();
    let good = program.home().join("good.txt").display().to_string();
    let ran = program.run(&[
        "index",
        "../tests/bad",
        "missing.txt",
        &good,
        "--index",
        &program.home().join("index").display().to_string(),
    ]);
    expect![[r#"
        exit 2
        --- stdout
        --- stderr
        bad/binary.txt is not text (byte 0 is 0x00); expected UTF-8, UTF-16 with a byte order mark or Windows-1252, or a PDF
        bad/broken.jsonl:2 is no letter: EOF while parsing a string at line 1 column 48; expected an object like {"id": "...", "text": "..."}
        bad/broken.jsonl:3 is no letter: missing field `text` at line 1 column 19; expected an object like {"id": "...", "text": "..."}
        bad/broken.zip is no readable ZIP file: invalid Zip archive: Could not find EOCD; pack it again
        bad/calls-itself.pdf is a damaged PDF: it crashed its reader; fetch it again
        bad/empty.txt is empty; nothing to read
        bad/password.pdf needs a password; remove it with a PDF program and try again
        bad/scanned.pdf has no text layer on its 1 page(s), it looks scanned; run OCR on it and try again
        bad/truncated.pdf is a damaged PDF: failed parsing cross reference table: invalid start value; fetch it again
        missing.txt cannot be read: No such file or directory (os error 2)
        indexed 2 letters, 3 treatments, 0 unsegmented, 10 failed in N.N s; index: HOME/index
    "#]]
    .assert_eq(&ran.all());
}

#[test]
fn letters_of_no_known_form_are_kept_whole() {
    let program = Program::new();
    let ran = program.run(&["index", "letters/unknown-form.txt", "letters/partly-known.txt"]);
    expect![[r#"
        exit 0
        --- stdout
        --- stderr
        letters/unknown-form.txt is indexed as whole text: layout: the text has the form of no known letter
        letters/partly-known.txt fits its form in part: "ADDENDUM This letter takes the place of the one sent on 03/2..." is indexed as unsegmented text
        indexed 2 letters, 3 treatments, 1 in part, 1 unsegmented, 0 failed in N.N s; index: HOME/data/imr-search/index
    "#]].assert_eq(&ran.all());
    let found = program.run(&["query", "--format", "jsonl", "janitor"]).json_lines();
    assert_eq!(found[0]["source"], "unknown-form");
    assert_eq!(found[0]["n"], 0);
    assert_eq!(found[0]["passage"]["field"], "unsegmented");
    let found = program.run(&["query", "--format", "jsonl", "mistyped"]).json_lines();
    assert_eq!((&found[0]["source"], &found[0]["n"]), (&"partly-known".into(), &0.into()));
}

#[test]
fn letters_come_from_standard_input_too() {
    let program = Program::new();
    let mut child = program
        .command(&["segment", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(letter("CM15-9000001", "Massage").as_bytes()).unwrap();
    let ran = Ran::new(&child.wait_with_output().unwrap(), program.home());
    assert_eq!(ran.json_lines()[0]["source"], "stdin");
    assert_eq!(ran.json_lines()[0]["case_number"], "CM15-9000001");
}

#[test]
fn a_folder_never_takes_the_place_of_an_index() {
    let program = Program::new();
    let index = program.home().join("index").display().to_string();
    program.run(&["index", "letters/seed-xanax.txt", "--index", &index]);
    let ran = program.run(&["query", "--letters", "letters/lenient.txt", "--index", &index, "pain"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("holds letters that were put there by `imr-search index`"), "{}", ran.stderr);
    // Nor does it take the place of the index that the environment names.
    let mut command = program.command(&["query", "--letters", "letters/lenient.txt", "walker"]);
    assert!(command.env("IMR_SEARCH_INDEX", &index).status().unwrap().success());
    let mut command = program.command(&["query", "--format", "jsonl", "xanax"]);
    let found = Ran::new(&command.env("IMR_SEARCH_INDEX", &index).output().unwrap(), program.home());
    assert_eq!(found.ids(), ["seed-xanax#1"]);
}

#[test]
fn what_is_no_index_is_left_alone() {
    let program = Program::new();
    let folder = program.home().join("photos");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("cat.jpg"), "meow").unwrap();
    let place = folder.display().to_string();
    let letters = samples().display().to_string();
    for arguments in [
        vec!["index", &letters, "--index", &place],
        vec!["index", "--rebuild", &letters, "--index", &place],
        vec!["query", "--index", &place, "pain"],
        vec!["query", "--letters", &letters, "--index", &place, "pain"],
    ] {
        let ran = program.run(&arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(ran.stderr.contains("not an index of imr-search, and not empty"), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(folder.join("cat.jpg")).unwrap(), "meow");
}

/// The folder of an index that another version of the program made: of each released schema one is kept.
fn released(version: &str) -> std::path::PathBuf {
    root().join("tests/indexes").join(version)
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn an_index_of_an_older_schema_is_refused_with_the_remedy() {
    let program = Program::new();
    let place = program.home().join("index");
    copied(&released("schema-3"), &place);
    let index = place.display().to_string();
    expect![[r#"
        exit 2
        --- stdout
        --- stderr
        imr-search: HOME/index: the index has schema 3, this program needs 7; build it anew with `imr-search index --rebuild LETTERS --index HOME/index`
    "#]].assert_eq(&program.run(&["query", "--index", &index, "xanax"]).all());
    for arguments in [vec!["index", "letters/seed-xanax.txt"], vec!["info"], vec!["index", "--rebuild", "--from-index"]]
    {
        let ran = program.run(&[arguments.as_slice(), &["--index", &index]].concat());
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(ran.stderr.contains("index --rebuild LETTERS"), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(program.run(&["index", "--rebuild", "letters/seed-xanax.txt", "--index", &index]).status, 0);
    assert_eq!(program.run(&["query", "--index", &index, "xanax"]).status, 0);
    let left: Vec<_> = fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "what the older version left is gone: {left:?}");
}

#[test]
fn an_index_of_a_released_schema_that_keeps_texts_is_rebuilt_from_itself() {
    for version in [4, 5, 6, 7] {
        rebuilt_from_itself(version);
    }
}

fn rebuilt_from_itself(version: u32) {
    let program = Program::new();
    let place = program.home().join("index");
    copied(&released(&format!("schema-{version}")), &place);
    let run = |arguments: &[&str]| program.run(&[arguments, &["--index", place.to_str().unwrap()]].concat());
    let count = |query: &str| run(&["query", "-c", query]).stdout;
    let letters = || ["acoem-2018", "seed-xanax"].map(|name| run(&["show", name, "--format", "json"]).stdout);
    let is_current = imr_index::Schema::shared().version() == version;
    let before = is_current.then(letters);
    if is_current {
        assert_eq!(count("outcome:upheld drug:xanax"), "1\n");
        assert!(run(&["query", "-c", "xanax"]).status < 2);
    } else {
        let refused = run(&["query", "xanax"]);
        assert!(refused.status == 2 && refused.stderr.contains("--rebuild --from-index"), "{}", refused.stderr);
    }
    let rebuilt = run(&["index", "--rebuild", "--from-index"]);
    assert_eq!(rebuilt.status, 0, "{}", rebuilt.stderr);
    assert_eq!(run(&["verify"]).status, 0);
    assert_eq!((count("outcome:upheld drug:xanax"), count("*")), ("1\n".to_owned(), "7\n".to_owned()));
    // What the released program packed is what this one reads again from the text: fields that moved would be misread.
    for (before, after) in before.iter().flatten().zip(letters()) {
        assert_eq!((before, before.len() > 1_000), (&after, true));
    }
}

#[test]
fn a_text_larger_than_any_letter_is_refused() {
    let program = Program::new();
    let path = program.home().join("large.txt");
    fs::write(&path, "word ".repeat(5 << 20)).unwrap();
    let ran = program.run(&["segment", path.to_str().unwrap()]);
    expect![[r#"
        exit 2
        --- stdout
        --- stderr
        HOME/large.txt has 25 MB, more than the 16 MB that a letter may have; split it into one file a letter, or into the lines of a .jsonl file
    "#]]
    .assert_eq(&ran.all());
}

#[test]
fn a_broken_pdf_costs_its_page_only() {
    // Bytes of the samples' PDFs, damaged in many ways: none may stop the run, each is accounted for.
    let program = Program::new();
    let folder = program.home().join("damaged");
    fs::create_dir(&folder).unwrap();
    let pdf = fs::read(root().join("corpus-samples/letters/plain-2015.pdf")).unwrap();
    for step in 0..24 {
        let mut damaged = pdf.clone();
        let at = pdf.len() * step / 24;
        let end = (at + 40).min(pdf.len());
        if step % 3 == 0 {
            damaged.truncate(at.max(8));
        } else {
            damaged[at.max(8)..end.max(at.max(8))].fill(b'0' + u8::try_from(step % 10).unwrap());
        }
        fs::write(folder.join(format!("{step:02}.pdf")), damaged).unwrap();
    }
    let output = program.command(&["segment", folder.to_str().unwrap()]).output().unwrap();
    let ran = Ran::new(&output, program.home());
    assert_eq!(ran.stdout.lines().count() + ran.stderr.lines().count(), 24, "{}", ran.stderr);
    assert!(ran.stderr.lines().all(|line| line.starts_with("HOME/damaged/")), "{}", ran.stderr);
}
