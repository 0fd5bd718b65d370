//! Citations, verified quotations, and briefs as text, Markdown and Word documents.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;

use expect_test::expect;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::{Program, Ran, root};

/// The program cites from the sample letters.
#[track_caller]
fn cite(program: &Program, arguments: &[&str]) -> Ran {
    program.run(&[&["cite", "--letters", "letters"], arguments].concat())
}

/// Checks a brief of some name and content; the findings as JSON.
#[track_caller]
fn check(program: &Program, name: &str, content: &[u8]) -> Value {
    let ran = check_as(program, name, content, "json");
    assert!(ran.status < 2, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn check_as(program: &Program, name: &str, content: &[u8], format: &str) -> Ran {
    let brief = written(program, name, content);
    cite(program, &["--check", brief.to_str().unwrap(), "--format", format])
}

fn written(program: &Program, name: &str, content: &[u8]) -> PathBuf {
    let brief = program.home().join(name);
    fs::write(&brief, content).unwrap();
    brief
}

/// A Word document of a body and of other parts.
fn docx(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = xml("document", &format!("<w:body>{body}</w:body>"));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("word/document.xml", document.as_str())].iter().chain(parts) {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn xml(root: &str, content: &str) -> String {
    let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    format!("<?xml version=\"1.0\"?>\n<w:{root} xmlns:w=\"{namespace}\">{content}</w:{root}>")
}

/// A paragraph of a Word document, its text divided into runs in the midst of words.
fn paragraph(properties: &str, text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let run = |part: &[char]| {
        let text: String = part.iter().collect();
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    format!("<w:p><w:pPr>{properties}</w:pPr>{}</w:p>", characters.chunks(7).map(run).collect::<String>())
}

/// The findings of `briefs/quotations.tsv`, with the case and the text of each.
fn rows() -> Vec<[String; 3]> {
    let table = fs::read_to_string(root().join("tests/briefs/quotations.tsv")).unwrap();
    let row = |line: &str| line.splitn(3, '\t').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    table.lines().map(row).collect()
}

#[track_caller]
fn assert_sorted(name: &str, found: &Value) {
    let rows = rows();
    assert_eq!(rows.len(), 40);
    let quotations = found["quotations"].as_array().unwrap();
    assert_eq!(quotations.len(), 40, "{name}");
    for ([status, case, text], finding) in rows.iter().zip(quotations) {
        assert_eq!(finding["status"], status.replace(' ', "_"), "{name}: {case}: {text}\n{finding:#}");
    }
    assert_eq!(found["totals"]["unknown_cases"], 0);
    assert_eq!(found["totals"]["unknown_issues"], 0);
}

#[test]
fn forty_quotations_are_sorted() {
    let program = Program::new();
    let (mut text, mut markdown, mut body) = (String::new(), String::new(), String::new());
    for (index, [_, case, quotation]) in rows().iter().enumerate() {
        let straight = quotation.replace('’', "'");
        let sentence = match index % 3 {
            0 => format!("In {case} the reviewer wrote: \"{straight}\""),
            1 => format!("The reviewer put it in these words: “{quotation}” ({case}).\n"),
            _ => format!("As it was said:\t\"{straight}\" See {case}."),
        };
        text += &format!("{}\r\n\r\n", wrapped(&sentence));
        markdown += &match index % 2 {
            0 => format!("In **{case}** the reviewer held:\n\n> {}\n\n", wrapped(quotation).replace("\r\n", "\n> ")),
            _ => format!("- {}\n\n", wrapped(&sentence)),
        };
        body += &match index % 2 {
            0 => paragraph("", &format!("In {case} it says:")) + &paragraph("<w:pStyle w:val=\"Quote\"/>", quotation),
            _ => paragraph("", &sentence),
        };
    }
    assert_sorted("text", &check(&program, "brief.txt", text.as_bytes()));
    let with_mark = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    assert_sorted("text with a byte order mark", &check(&program, "mark.txt", &with_mark));
    assert_sorted("Windows-1252", &check(&program, "windows.txt", &windows_1252(&text)));
    assert_sorted("Markdown", &check(&program, "brief.md", markdown.as_bytes()));
    assert_sorted("Word", &check(&program, "brief.docx", &docx(&body, &[])));
}

/// Lines of some sixty characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if lines.last().unwrap().len() + word.len() > 60 {
            lines.push(String::new());
        }
        let line = lines.last_mut().unwrap();
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.join("\r\n")
}

fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '“' => 0x93,
        '”' => 0x94,
        '‘' => 0x91,
        '’' => 0x92,
        c => u8::try_from(u32::from(c)).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn styles_of_citations() {
    let program = Program::new();
    let mut report = String::new();
    for style in ["short", "full", "bluebook", "markdown", "bibtex"] {
        for id in ["CM16-9000808#3", "CM13-9000405", "seed-xanax#1"] {
            report += &cite(&program, &[id, "--style", style]).stdout;
        }
    }
    expect![[r#"
        IMR No. CM16-9000808, issue 3 (Nov. 14, 2016)
        IMR No. CM13-9000405
        IMR letter "seed-xanax", issue 1
        California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, Independent Medical Review Final Determination Letter, Case No. CM16-9000808, issue 3: physical therapy for the lumbar spine, 8 sessions (upheld), November 14, 2016
        California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, Independent Medical Review, Medical Professional Review, Case No. CM13-9000405 (overturned)
        California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, Independent Medical Review Final Determination Letter, letter "seed-xanax", issue 1: prescription of Xanax (upheld)
        Indep. Med. Rev. Final Determination No. CM16-9000808, issue 3 (Cal. Dep't of Indus. Rels., Div. of Workers' Comp. Nov. 14, 2016)
        Indep. Med. Rev. Final Determination No. CM13-9000405 (Cal. Dep't of Indus. Rels., Div. of Workers' Comp.)
        Indep. Med. Rev. Final Determination letter "seed-xanax", issue 1 (Cal. Dep't of Indus. Rels., Div. of Workers' Comp.)
        California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, *Independent Medical Review Final Determination Letter*, **Case No. CM16-9000808**, issue 3: physical therapy for the lumbar spine, 8 sessions (upheld), November 14, 2016
        California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, *Independent Medical Review, Medical Professional Review*, **Case No. CM13-9000405** (overturned)
        California Department of Industrial Relations, Division of Workers' Compensation; MAXIMUS Federal Services, *Independent Medical Review Final Determination Letter*, **letter "seed-xanax"**, issue 1: prescription of Xanax (upheld)
        @misc{imr-cm16-9000808-3,
          author = {{MAXIMUS Federal Services}},
          title = {{Independent Medical Review Final Determination Letter, Case No. CM16-9000808, issue 3}},
          howpublished = {California Department of Industrial Relations, Division of Workers' Compensation},
          date = {2016-11-14},
          year = {2016},
          month = {11},
          number = {CM16-9000808},
          note = {physical therapy for the lumbar spine, 8 sessions: upheld},
        }
        @misc{imr-cm13-9000405,
          author = {{MAXIMUS Federal Services}},
          title = {{Independent Medical Review, Medical Professional Review, Case No. CM13-9000405}},
          howpublished = {California Department of Industrial Relations, Division of Workers' Compensation},
          number = {CM13-9000405},
          note = {overturned},
        }
        @misc{imr-seed-xanax-36e729eb-1,
          author = {{MAXIMUS Federal Services}},
          title = {{Independent Medical Review Final Determination Letter, letter "seed-xanax", issue 1}},
          howpublished = {California Department of Industrial Relations, Division of Workers' Compensation},
          note = {prescription of Xanax: upheld},
        }
    "#]].assert_eq(&report);
}

#[test]
fn a_quotation_is_verified() {
    let program = Program::new();
    cite(&program, &["seed-xanax"]);
    let mut report = String::new();
    for (id, quotation) in [
        ("CM16-9000808#2", "The right leg is without any complaint,"),
        ("CM16-9000808#1", "The right leg is without any complaint."),
        ("CM16-9000808#2", "The request is medically necessary."),
        ("CM16-9000808#2", "[T]he request ... medically necessary."),
        ("CM16-9000808", "medically necessary"),
        ("CM16-9000808#2", "Nobody has seen a lame horse on this road since Easter"),
        ("CM16-9000808#9", "The right leg"),
        ("CM99-0000001", "The right leg"),
        ("CM16-9000808#2", ""),
        ("no-letter", "forty-one envelopes"),
    ] {
        let ran = cite(&program, &[id, "--quote", quotation]);
        report += &format!("> {id}: {quotation}\n{}", ran.all());
    }
    expect![[r#"
        > CM16-9000808#2: The right leg is without any complaint,
        exit 0
        --- stdout
        IMR No. CM16-9000808, issue 2 (Nov. 14, 2016)
        verbatim: CM16-9000808#2, rationale, sentence 3 (letter
            e9128c981bc886d612a7b0a0eef08794)
            marks: the closing punctuation is not the letter's
        --- stderr
        > CM16-9000808#1: The right leg is without any complaint.
        exit 1
        --- stdout
        IMR No. CM16-9000808, issue 1 (Nov. 14, 2016)
        found, but in another decision: CM16-9000808#2, rationale, sentence 3 (letter
            e9128c981bc886d612a7b0a0eef08794)
        --- stderr
        > CM16-9000808#2: The request is medically necessary.
        exit 1
        --- stdout
        IMR No. CM16-9000808, issue 2 (Nov. 14, 2016)
        altered: CM16-9000808#2, rationale, sentence 5 (letter
            e9128c981bc886d612a7b0a0eef08794)
            The request is [-not-] medically necessary.
        --- stderr
        > CM16-9000808#2: [T]he request ... medically necessary.
        exit 1
        --- stdout
        IMR No. CM16-9000808, issue 2 (Nov. 14, 2016)
        altered: CM16-9000808#2, rationale, sentence 5 (letter
            e9128c981bc886d612a7b0a0eef08794)
            an ellipsis leaves out `not`
        --- stderr
        > CM16-9000808: medically necessary
        exit 0
        --- stdout
        IMR No. CM16-9000808 (Nov. 14, 2016)
        verbatim: CM16-9000808#1, rationale, sentence 5 (letter
            e9128c981bc886d612a7b0a0eef08794)
        --- stderr
        > CM16-9000808#2: Nobody has seen a lame horse on this road since Easter
        exit 1
        --- stdout
        IMR No. CM16-9000808, issue 2 (Nov. 14, 2016)
        not found; nothing in the letter is like it
        --- stderr
        > CM16-9000808#9: The right leg
        exit 2
        --- stdout
        --- stderr
        imr-search: CM16-9000808 has 4 decisions, no #9
        > CM99-0000001: The right leg
        exit 2
        --- stdout
        --- stderr
        imr-search: no letter called `CM99-0000001`; letters without a case number go by the name of their file
        > CM16-9000808#2: 
        exit 2
        --- stdout
        --- stderr
        imr-search: the quotation of --quote has no words; give some words of the letter
        > no-letter: forty-one envelopes
        exit 0
        --- stdout
        text of unknown form "no-letter"
        verbatim: no-letter, other text, sentence 6 (letter
            6a5a1fdb94b8411623b6b485a3f37c21)
        --- stderr
    "#]]
    .assert_eq(&report);
}

#[test]
fn reports_of_a_brief() {
    let program = Program::new();
    cite(&program, &["seed-xanax"]);
    let brief = "CM16-9000808 and CM99-1234567 matter, CM16-9000808#7 does not.\n\n\
        In CM16-9000808#1 it says “The right leg is without any complaint.” It is “not so”.\n\
        CM14-9000202 says \"The right leg is with any complaint.\"\n\n\
        The statute says \"disputes shall be resolved by the independent reviewers of the state\" (CM99-1234567).\n\n\
        \"Xanax is a sedative that readily forms a habit.\"\n";
    let mut report = String::new();
    for format in ["text", "csv", "md"] {
        report += &check_as(&program, "brief.txt", brief.as_bytes(), format).all();
    }
    expect![[r#"
        exit 1
        --- stdout
        CM16-9000808  in the index, 4 decisions, no #7; line 1, line 3
        CM99-1234567  not in this index; line 1, line 6
        CM14-9000202  in the index, 2 decisions; line 4

        misattributed  line 3: "The right leg is without any complaint."
            CM16-9000808#2, rationale, sentence 3 (letter
              e9128c981bc886d612a7b0a0eef08794)
            found, but in CM16-9000808#2, not in CM16-9000808#1 as cited

        misattributed  line 4: "The right leg is with any complaint."
            CM16-9000808#2, rationale, sentence 3 (letter
              e9128c981bc886d612a7b0a0eef08794)
            something like it was found, but in CM16-9000808#2, not in CM14-9000202 as
              cited
            The right leg is [-without-]{+with+} any complaint.

        not found  line 6: "disputes shall be resolved by the independent reviewers of
            the state"
            CM99-1234567 is not in this index, so that it could not be compared; no
              letter of the index has it

        misattributed  line 8: "Xanax is a sedative that readily forms a habit."
            seed-xanax#1, rationale, sentence 1 (letter
              36e729eb23df611521c7779a54628802)
            found, but in seed-xanax#1, not in CM99-1234567 as cited

        3 cases (1 not in this index), 4 quotations: 0 verbatim, 0 altered, 3
            misattributed, 1 not found; 1 of less than 4 words not looked for
        --- stderr
        exit 1
        --- stdout
        place,kind,status,cited,text,found_in,section,sentence,digest,changes,hint
        "line 1, line 3",case,no such issue,CM16-9000808,,,,,,,"in the index, 4 decisions, no #7"
        "line 1, line 6",case,not in this index,CM99-1234567,,,,,,,not in this index
        line 4,case,in the index,CM14-9000202,,,,,,,"in the index, 2 decisions"
        line 3,quotation,misattributed,CM16-9000808#1,The right leg is without any complaint.,CM16-9000808#2,rationale,3,e9128c981bc886d612a7b0a0eef08794,,"found, but in CM16-9000808#2, not in CM16-9000808#1 as cited"
        line 4,quotation,misattributed,CM14-9000202,The right leg is with any complaint.,CM16-9000808#2,rationale,3,e9128c981bc886d612a7b0a0eef08794,The right leg is [-without-]{+with+} any complaint.,"something like it was found, but in CM16-9000808#2, not in CM14-9000202 as cited"
        line 6,quotation,not found,CM99-1234567,disputes shall be resolved by the independent reviewers of the state,,,,,,"CM99-1234567 is not in this index, so that it could not be compared; no letter of the index has it"
        line 8,quotation,misattributed,CM99-1234567,Xanax is a sedative that readily forms a habit.,seed-xanax#1,rationale,1,36e729eb23df611521c7779a54628802,,"found, but in seed-xanax#1, not in CM99-1234567 as cited"
        --- stderr
        exit 1
        --- stdout
        | place | kind | status | cited | text | found_in | section | sentence | digest | changes | hint |
        |---|---|---|---|---|---|---|---|---|---|---|
        | line 1, line 3 | case | no such issue | CM16-9000808 |  |  |  |  |  |  | in the index, 4 decisions, no #7 |
        | line 1, line 6 | case | not in this index | CM99-1234567 |  |  |  |  |  |  | not in this index |
        | line 4 | case | in the index | CM14-9000202 |  |  |  |  |  |  | in the index, 2 decisions |
        | line 3 | quotation | misattributed | CM16-9000808#1 | The right leg is without any complaint. | CM16-9000808#2 | rationale | 3 | e9128c981bc886d612a7b0a0eef08794 |  | found, but in CM16-9000808#2, not in CM16-9000808#1 as cited |
        | line 4 | quotation | misattributed | CM14-9000202 | The right leg is with any complaint. | CM16-9000808#2 | rationale | 3 | e9128c981bc886d612a7b0a0eef08794 | The right leg is \[-without-\]{+with+} any complaint. | something like it was found, but in CM16-9000808#2, not in CM14-9000202 as cited |
        | line 6 | quotation | not found | CM99-1234567 | disputes shall be resolved by the independent reviewers of the state |  |  |  |  |  | CM99-1234567 is not in this index, so that it could not be compared; no letter of the index has it |
        | line 8 | quotation | misattributed | CM99-1234567 | Xanax is a sedative that readily forms a habit. | seed-xanax#1 | rationale | 1 | 36e729eb23df611521c7779a54628802 |  | found, but in seed-xanax#1, not in CM99-1234567 as cited |
        --- stderr
    "#]].assert_eq(&report);
    let found = check(&program, "brief.txt", brief.as_bytes());
    let keys: Vec<&String> = found["quotations"][0].as_object().unwrap().keys().collect();
    expect![[r#"
        ["basis", "changes", "cited", "edits", "elsewhere", "found", "hint", "objection", "spot", "status", "text"]
        {"altered":0,"cases":3,"misattributed":3,"not_found":1,"quotations":4,"short":1,"unknown_cases":1,"unknown_issues":1,"verbatim":0}"#]].assert_eq(&format!("{keys:?}\n{}", found["totals"]));
}

#[test]
fn a_clean_brief_from_standard_input() {
    let program = Program::new();
    let brief = written(&program, "brief.txt", b"\"The right leg is without any complaint.\" CM16-9000808, issue 2.");
    let mut command = program.command(&["cite", "--letters", "letters", "--check", "-"]);
    let output = command.stdin(fs::File::open(brief).unwrap()).output().unwrap();
    assert_eq!(Ran::new(&output, program.home()).status, 0);
}

#[test]
fn the_case_before_a_quotation_is_its_case() {
    let program = Program::new();
    let brief = "In CM16-9000808 the reviewer said \"The request is medically necessary.\" In CM13-9002345 the outcome was \
        other.";
    let found = check(&program, "brief.txt", brief.as_bytes());
    assert_eq!(outline(&found["quotations"][0]), r#""altered" {"line":1} ["CM16-9000808"] "sentence""#);
}

#[test]
fn a_brief_without_anything_to_check_is_told() {
    let program = Program::new();
    cite(&program, &["seed-xanax"]);
    let ran = check_as(&program, "brief.txt", b"Nothing is \"cited\" here.", "text");
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("has no case number and no quotation"), "{}", ran.stderr);
}

#[test]
fn what_word_documents_are_made_of() {
    let program = Program::new();
    let right = "The right leg is without any complaint.";
    let note = "<w:r><w:footnoteReference w:id=\"2\"/></w:r>";
    let text = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let body = [
        // A deletion is no text, an insertion is.
        format!(
            "<w:p>{}<w:del>{}</w:del><w:ins>{}</w:ins>{}</w:p>",
            text("CM16-9000808#2: \u{201c}The right leg is "),
            "<w:r><w:delText>with</w:delText></w:r><w:r><w:t>with</w:t></w:r>",
            text("without"),
            text(" any complaint.\u{201d}"),
        ),
        // The case stands in a footnote.
        format!("<w:p>{}{note}{}</w:p>", text(&format!("As said, \u{201c}{right}\u{201d}")), text(" And so on.")),
        // Cells of a table are paragraphs.
        format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", paragraph("", &format!("\"{right}\" CM14-9000202"))),
        // Indented on both sides, by itself and by its style.
        paragraph("", "In CM16-9000808, issue 2:") + &paragraph("<w:ind w:left=\"720\" w:right=\"720\"/>", right),
        paragraph("", "In CM16-9000808, issue 3:") + &paragraph("<w:pStyle w:val=\"Zitat\"/>", right),
        paragraph("<w:ind w:left=\"720\"/>", "This is indented on one side and is no quotation at all."),
        // A second version for old programs is not counted.
        format!(
            "<w:p><mc:AlternateContent xmlns:mc=\"x\"><mc:Fallback>{}</mc:Fallback></mc:AlternateContent></w:p>",
            text("CM99-1111111")
        ),
    ]
    .concat();
    let styles = xml("styles", "<w:style w:styleId=\"Zitat\"><w:name w:val=\"Quote\"/></w:style>");
    let footnotes = xml(
        "footnotes",
        "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote><w:footnote w:id=\"2\"><w:p><w:r><w:t>CM16-9000808#2</w:t></w:r></w:p></w:footnote>",
    );
    let brief = docx(&body, &[("word/styles.xml", &styles), ("word/footnotes.xml", &footnotes)]);
    let found = check(&program, "brief.docx", &brief);
    let quotations: Vec<String> = found["quotations"].as_array().unwrap().iter().map(outline).collect();
    expect![[r#"
        "verbatim" {"paragraph":1} ["CM16-9000808#2"] "sentence"
        "verbatim" {"paragraph":2} ["CM16-9000808#2"] "behind"
        "misattributed" {"paragraph":3} ["CM14-9000202"] "behind"
        "verbatim" {"paragraph":5} ["CM16-9000808#2"] "sentence"
        "misattributed" {"paragraph":7} ["CM16-9000808#3"] "sentence""#]]
    .assert_eq(&quotations.join("\n"));
}

fn outline(finding: &Value) -> String {
    let part = |name: &str| finding[name].to_string();
    format!("{} {} {} {}", part("status"), part("spot"), part("cited"), part("basis"))
}

#[test]
fn briefs_that_cannot_be_read() {
    let program = Program::new();
    cite(&program, &["seed-xanax"]);
    let good = docx("", &[]);
    let bomb = docx(&format!("<w:p>{}</w:p>", " ".repeat(130 << 20)), &[]);
    assert!(bomb.len() < 1 << 20);
    let mut other = ZipWriter::new(Cursor::new(Vec::new()));
    other.start_file("a.txt", SimpleFileOptions::default()).unwrap();
    let other = other.finish().unwrap().into_inner();
    let mut report = String::new();
    for (name, content) in [
        ("half.docx", &good[..good.len() / 2]),
        ("bomb.docx", &bomb),
        ("other.docx", &other),
        ("text.docx", b"CM16-9000808"),
        ("broken.docx", &docx("<w:p></w:r>", &[])),
        ("letter.pdf", b"%PDF-1.4"),
        ("old.doc", b"\xd0\xcf\x11\xe0 and more"),
        ("rich.rtf", b"{\\rtf1 text}"),
        ("empty.txt", b" \n"),
        ("binary.txt", b"a\0b"),
    ] {
        report += &check_as(&program, name, content, "text").all();
    }
    report += &cite(&program, &["--check", "gone.txt"]).all();
    report += &cite(&program, &[]).all();
    expect![[r#"
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/half.docx`: is no readable .docx; save it again as .docx, or as text: invalid Zip archive: Could not find EOCD
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/bomb.docx`: is too large: word/document.xml has more than 128 MB when it is unpacked; split it
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/other.docx`: is no Word document: it has no word/document.xml; save it as .docx, or as text
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/text.docx`: is no readable .docx; save it again as .docx, or as text: invalid Zip archive: Could not find EOCD
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/broken.docx`: is a damaged .docx: word/document.xml is no XML: ill-formed document: expected `</w:p>`, but `</w:r>` was found; save it again
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/letter.pdf`: is a PDF; save it as .docx or as text
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/old.doc`: is a document of an old version of Word; save it as .docx or as text
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/rich.rtf`: is in Rich Text Format; save it as .docx or as text
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/empty.txt`: is empty; nothing to read
        exit 2
        --- stdout
        --- stderr
        imr-search: `HOME/binary.txt`: is no text; save it as .docx or as text
        exit 2
        --- stdout
        --- stderr
        imr-search: `gone.txt`: cannot be read: No such file or directory (os error 2)
        exit 2
        --- stdout
        --- stderr
        error: the following required arguments were not provided:
          <ID>

        Usage: imr-search cite --letters <PATH> <ID>

        For more information, try '--help'.
    "#]].assert_eq(&report);
}

#[test]
fn a_long_brief_is_read_soon() {
    let program = Program::new();
    cite(&program, &["seed-xanax"]);
    // One paragraph of 10 MB with marks that nobody closes.
    let line = "He took 5\" of it, “and” then CM16-9000808 said \"so\" (see “there\n";
    let brief = line.repeat((10 << 20) / line.len());
    let started = std::time::Instant::now();
    let found = check(&program, "long.txt", brief.as_bytes());
    assert_eq!(found["totals"]["cases"], 1);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
