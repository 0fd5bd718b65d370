//! `contradictions`: what a rationale denies and the summary of the same letter mentions.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use expect_test::expect;
use serde_json::Value;

use crate::program::{Program, root};

/// A letter of one decision.
fn letter(number: usize, treatment: &str, summary: &str, rationale: &str) -> String {
    format!(
        "Case Number: CM17-{number:07}\nDate Assigned: 01/02/2017 Date of Injury: 05/02/2016\n\
         Decision Date: 02/{:02}/2017 UR Denial Date: 12/01/2016\n\
         Priority: Standard Application Received: 12/15/2016\n\n\
         CLINICAL CASE SUMMARY\n{summary}\n\nIMR ISSUES, DECISIONS AND RATIONALES\n\
         The Final Determination was based on decisions for the disputed items/services set forth below:\n\n\
         {treatment}: Upheld\n\n\
         Claims Administrator guideline: Decision based on MTUS Chronic Pain Medical Treatment 2009.\n\n\
         MAXIMUS guideline: Decision based on MTUS Chronic Pain Medical Treatment 2009.\n\n\
         Decision rationale: {rationale}\n",
        number % 28 + 1
    )
}

/// Three letters: two with a lead, one without.
fn write_letters(folder: &Path) {
    let spasm = "There is no documentation of muscle spasm.";
    let letters = [
        letter(1, "Soma 350mg #30", "He is 40. On exam there was spasm of the neck.", spasm),
        letter(2, "Soma 350mg #60", "She is 50. On exam there was no spasm.", spasm),
        letter(
            3,
            "MRI of the lumbar spine",
            "He is 30. Treatment to date has included rest and physical therapy.",
            "The records do not mention physical therapy. The study is not medically necessary.",
        ),
    ];
    fs::create_dir_all(folder).unwrap();
    for (index, letter) in letters.iter().enumerate() {
        fs::write(folder.join(format!("{index}.txt")), letter).unwrap();
    }
}

#[test]
fn both_sentences_stand_side_by_side() {
    let program = Program::new();
    write_letters(&program.home().join("l"));
    let folder = program.home().join("l").display().to_string();
    let run = |arguments: &[&str]| program.run(&[&["contradictions", "--letters", &folder], arguments].concat());
    run(&[]);
    expect![[r#"
        exit 0
        --- stdout
        Leads to read, not findings: the rationale says that something is not
        documented, the summary of the same letter mentions it. Read both, and the
        records.

        CM17-0000003#1  upheld  MRI of the lumbar spine
          lead          physical therapy: the summary mentions it; read both
          rationale     The records do **not mention** **physical therapy**.
          summary       **Treatment to date has included rest and physical therapy**.

        CM17-0000001#1  upheld  Soma 350mg #30
          lead          muscle spasm: the summary mentions it; read both
          rationale     **There is no** documentation of **muscle spasm**.
          summary       On **exam there was spasm** of the neck.
        --- stderr
        understood as: every decision
        2 leads in 3 decisions
    "#]]
    .assert_eq(&run(&[]).all());
    expect![[r#"
        exit 0
        --- stdout
        Leads to read, not findings: the rationale says that something is not
        documented, the summary of the same letter mentions it. Read both, and the
        records.

        CM17-0000003#1  upheld  MRI of the lumbar spine
          lead          physical therapy: the summary mentions it; read both
          rationale     The records do **not mention** **physical therapy**.
          summary       **Treatment to date has included rest and physical therapy**.
        --- stderr
        understood as: outcome:upheld body:"lumbar spine" procedure:MRI
        1 lead in 1 decision
    "#]]
    .assert_eq(&run(&["upheld lumbar MRI", "-n", "1"]).all());
    expect![[r#"
        exit 0
        --- stdout
        id,decision_date,outcome,treatment,subject,rationale_says,summary_mentions,caution
        CM17-0000003#1,2017-02-04,upheld,MRI of the lumbar spine,physical therapy,The records do not mention physical therapy.,Treatment to date has included rest and physical therapy.,"a lead to read, not a finding"
        --- stderr
        understood as: every decision
        1 lead in the first 1 of 3 decisions; --all reads all
    "#]].assert_eq(&run(&["-n", "1", "--format", "csv"]).all());
    expect![[r#"
        exit 0
        --- stdout
        | id | decision_date | outcome | treatment | subject | rationale_says | summary_mentions | caution |
        |---|---|---|---|---|---|---|---|
        | CM17-0000001#1 | 2017-02-02 | upheld | Soma 350mg #30 | muscle spasm | There is no documentation of muscle spasm. | On exam there was spasm of the neck. | a lead to read, not a finding |
        --- stderr
        understood as: class:* NOT treatment:60
        1 lead in 1 decision
    "#]].assert_eq(&run(&["class:*", "-treatment:60", "--format", "md"]).all());
    expect![[r#"
        exit 0
        --- stdout
        {"caution":"Leads to read, not findings: the rationale says that something is not documented, the summary of the same letter mentions it. Read both, and the records.","query":"soma","understood":"drug:soma","decisions":2,"read":2,"leads":[{"id":"CM17-0000001#1","n":1,"treatment":"Soma 350mg #30","outcome":"upheld","decision_date":"2017-02-02","subject":"muscle spasm","doc":"muscle spasm is found or complained of","rationale":{"text":"There is no documentation of muscle spasm.","place":{"start":0,"end":42},"marks":[{"start":0,"end":11},{"start":29,"end":41}]},"summary":{"text":"On exam there was spasm of the neck.","place":{"start":10,"end":46},"marks":[{"start":3,"end":23}]}}]}
        --- stderr
        understood as: drug:soma
        note: Soma = carisoprodol
        1 lead in 2 decisions
    "#]].assert_eq(&run(&["soma", "--all", "--format", "json"]).all());
    expect![[r#"
        exit 1
        --- stdout
        --- stderr
        understood as: treatment:60
        0 leads in 1 decision
    "#]]
    .assert_eq(&run(&["treatment:60"]).all());
    expect![[r#"
        exit 2
        --- stdout
        --- stderr
        imr-search: unknown field `outcom`
          | outcom:upheld
          | ^^^^^^
          = help: did you mean `outcome`? All fields stand in `imr-search query --help`
    "#]]
    .assert_eq(&run(&["outcom:upheld"]).all());
}

/// A case of `contradictions.tsv`: whether there is a lead, and of what kind the case is.
struct Case {
    is_lead: bool,
    kind: String,
    letter: String,
}

fn cases() -> Vec<Case> {
    let table = fs::read_to_string(root().join("tests/contradictions.tsv")).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    let case = |(number, row): (usize, &str)| {
        let [lead, kind, treatment, rationale, summary] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("five cells a row: {row}")
        };
        let letter = letter(number, treatment, summary, rationale);
        Case { is_lead: lead == "yes", kind: kind.to_owned(), letter }
    };
    rows.enumerate().map(case).collect()
}

/// Precision comes first: no case without a contradiction may have a lead.
#[test]
fn contradictions_are_told_from_what_is_near_to_them() {
    let cases = cases();
    let program = Program::new();
    let folder = program.home().join("l");
    fs::create_dir(&folder).unwrap();
    for (number, case) in cases.iter().enumerate() {
        fs::write(folder.join(format!("{number}.txt")), &case.letter).unwrap();
    }
    let folder = folder.display().to_string();
    let ran = program.run(&["contradictions", "--letters", &folder, "--all", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let id = |number: usize| format!("CM17-{number:07}#1");
    let found: BTreeSet<&str> =
        report["leads"].as_array().unwrap().iter().filter_map(|lead| lead["id"].as_str()).collect();
    let wrong = (0..).zip(&cases).filter(|(number, case)| case.is_lead != found.contains(id(*number).as_str()));
    let wrong: Vec<&str> = wrong.map(|(_, case)| case.kind.as_str()).collect();
    assert_eq!(report["read"], cases.len(), "every case is read");
    assert!(wrong.is_empty(), "of {} cases: {wrong:?}", cases.len());
}

/// The places of sentences and marks are those of the letter's fields.
#[test]
fn sentences_are_quoted_as_they_stand() {
    let program = Program::new();
    let folder = program.home().join("l");
    write_letters(&folder);
    let folder = folder.display().to_string();
    let ran = program.run(&["contradictions", "--letters", &folder, "--all", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let letters = program.run(&["segment", &folder]).json_lines();
    let slice = |text: &str, range: &Value| {
        let at = |end: &str| range[end].as_u64().unwrap() as usize;
        text[at("start")..at("end")].to_owned()
    };
    let mut marks = Vec::new();
    for lead in report["leads"].as_array().unwrap() {
        let name = lead["id"].as_str().unwrap().split('#').next().unwrap();
        let letter = letters.iter().find(|letter| letter["case_number"] == name).unwrap();
        let rationale = letter["decisions"][0]["rationale"].as_str().unwrap();
        for (field, quoted) in
            [(letter["clinical_summary"].as_str().unwrap(), &lead["summary"]), (rationale, &lead["rationale"])]
        {
            let text = quoted["text"].as_str().unwrap();
            assert_eq!(slice(field, &quoted["place"]), text);
            marks.extend(quoted["marks"].as_array().unwrap().iter().map(|mark| slice(text, mark)));
        }
    }
    expect![[r#"
        [
            "Treatment to date has included rest and physical therapy",
            "not mention",
            "physical therapy",
            "exam there was spasm",
            "There is no",
            "muscle spasm",
        ]
    "#]]
    .assert_debug_eq(&marks);
}
