//! Facets against a recount, and the commands that tell what the program knows: `facets`, `vocab`, `coverage`.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect;
use serde_json::Value;

use crate::program::Program;

/// How often each value of each facet occurs in the samples, by what `segment` prints.
fn recount(program: &Program) -> BTreeMap<&'static str, BTreeMap<String, usize>> {
    let mut digests: BTreeSet<String> = BTreeSet::new();
    let mut recount: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for letter in program.run(&["segment", "letters"]).json_lines() {
        if !digests.insert(letter["digest"].as_str().unwrap().to_owned()) {
            continue;
        }
        for decision in letter["decisions"].as_array().unwrap() {
            for (facet, values) in facets_of(&letter, decision) {
                // A decision counts once for each of its values.
                for value in values.into_iter().collect::<BTreeSet<String>>() {
                    *recount.entry(facet).or_default().entry(value).or_default() += 1;
                }
            }
        }
    }
    recount
}

fn facets_of(letter: &Value, decision: &Value) -> Vec<(&'static str, Vec<String>)> {
    let texts = |value: &Value| -> Vec<String> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match value {
            Value::Null => Vec::new(),
            Value::Array(list) => list.iter().map(text).collect(),
            value => vec![text(value)],
        }
    };
    let of = |key: &str| texts(&decision[key]);
    let cited = |side: &str, key: &str| -> Vec<String> {
        let citations = decision["citations"][side].as_array().unwrap();
        citations.iter().flat_map(|citation| texts(&citation[key])).collect()
    };
    let edition = |citation: &Value| -> Option<u64> {
        citation["edition"].as_u64().or_else(|| citation["edition_inferred"].as_u64())
    };
    let reviewer = decision["citations"]["reviewer"].as_array().unwrap();
    let classes_and_drugs = decision["medications"].as_array().unwrap().iter().flat_map(|medication| {
        let class = medication["class"].as_str().unwrap_or("no class").to_owned();
        let drugs = texts(&medication["ingredients"]).into_iter().map(move |drug| format!("{class} > {drug}"));
        std::iter::once(medication["class"].as_str().unwrap_or("no class").to_owned()).chain(drugs)
    });
    let categories = [of("category"), of("subcategory")].concat();
    vec![
        ("outcome", of("outcome")),
        ("drug", of("drugs")),
        ("class", of("drug_classes")),
        ("other_class", of("other_drug_classes")),
        ("class/drug", classes_and_drugs.collect()),
        ("category", of("category")),
        ("subcategory", of("subcategory")),
        ("category/subcategory", (1..=categories.len()).map(|levels| categories[..levels].join(" > ")).collect()),
        ("procedure", [of("procedure"), of("other_procedures")].concat()),
        ("body", of("body_regions")),
        ("spinal_level", of("spinal_levels")),
        ("laterality", of("laterality")),
        ("retrospective", of("retrospective")),
        ("dependent", of("dependent")),
        ("partial", vec![(!decision["partial"].is_null()).to_string()]),
        ("agree", of("agreement")),
        ("level", of("level")),
        ("gap", of("gaps")),
        ("family", cited("reviewer", "family")),
        ("ca.family", cited("administrator", "family")),
        ("section", cited("reviewer", "sections")),
        ("edition", reviewer.iter().filter_map(edition).map(|year| year.to_string()).collect()),
        ("guideline/edition/section", reviewer.iter().flat_map(guideline_paths).collect()),
        ("state", texts(&letter["reviewer"]["states_of_licensure"])),
        ("sex", texts(&letter["patient"]["sex"])),
        ("age", texts(&letter["patient"]["age"])),
        ("days", texts(&letter["days_to_decision"])),
        ("case-outcome", texts(&letter["case_outcome"])),
        ("layout", texts(&letter["layout"])),
    ]
}

/// A citation's guideline, edition and sections, with each of the beginnings.
fn guideline_paths(citation: &Value) -> Vec<String> {
    let Some(guideline) = citation["guideline"].as_str() else { return Vec::new() };
    let year = citation["edition"].as_u64().or_else(|| citation["edition_inferred"].as_u64());
    let edition = year.map_or_else(|| "edition not stated".to_owned(), |year| year.to_string());
    let edition = format!("{guideline} > {edition}");
    let sections = citation["sections"].as_array().unwrap().iter();
    let sections: Vec<String> = sections.map(|section| format!("{edition} > {}", section.as_str().unwrap())).collect();
    [vec![guideline.to_owned(), edition], sections].concat()
}

/// The values of a printed facet with their counts, levels joined by ` > `.
fn counted(values: &Value, parents: &str, counts: &mut BTreeMap<String, usize>) {
    for value in values.as_array().into_iter().flatten() {
        let name = format!("{parents}{}", value["value"].as_str().unwrap());
        counted(&value["children"], &format!("{name} > "), counts);
        counts.insert(name, value["count"].as_u64().unwrap() as usize);
    }
}

#[test]
fn facets_agree_with_a_recount() {
    let program = Program::new();
    let recount = recount(&program);
    assert!(recount.len() > 25, "{} facets have values", recount.len());
    let facets: Vec<&str> = recount.keys().copied().collect();
    let fields = facets.join(",");
    let arguments = ["facets", "--letters", "letters", "--format", "json", "-f", &fields, "--", "-unsegmented:*"];
    for facet in program.run(&arguments).json_lines() {
        let name = facet["field"].as_str().unwrap();
        let mut counts = BTreeMap::new();
        counted(&facet["values"], "", &mut counts);
        assert_eq!(counts, recount[name], "facet {name}");
    }
}

#[test]
fn a_field_with_a_condition_shows_its_other_values() {
    let program = Program::new();
    let facet = |query: &str, field: &str| -> BTreeMap<String, usize> {
        let ran = program.run(&["facets", "--letters", "letters", "--format", "json", "-f", field, "--", query]);
        let mut counts = BTreeMap::new();
        counted(&ran.json_lines()[0]["values"], "", &mut counts);
        counts
    };
    let all = facet("category:pharmaceuticals", "class/drug");
    assert!(all.len() > 8);
    assert_eq!(facet("category:pharmaceuticals class:opioids", "class/drug"), all);
    assert_eq!(
        facet("category:pharmaceuticals class:(opioids OR nsaid)", "class"),
        facet("category:pharmaceuticals", "class")
    );
    assert!(
        !facet("category:pharmaceuticals -class:opioids", "class").contains_key("Opioids"),
        "what is excluded stays so"
    );
    assert!(facet("class:opioids", "category").keys().eq(["Pharmaceuticals"]), "other fields keep the condition");
}

#[test]
fn facets_are_cut_searched_and_sorted() {
    let program = Program::new();
    let run = |arguments: &[&str]| program.run(&[&["facets", "--letters", "letters"], arguments].concat());
    expect![[r#"
        category/subcategory
              20  Pharmaceuticals
                   2  Topical Compounds
              14  Diagnostic Testing
                   7  Imaging & Radiology
                   3  EMG/NCV/NCS
                   3  Lab & Pathology
                   1  Other Diagnostic Tests
              12  Rehabilitation
                   6  PT/OT
                   3  Acupuncture
                   2  Chiropractic
                   1  Other Therapies
               3  (none)

        outcome
              65  upheld
               8  overturned
               1  modified
               1  partially overturned
               4  (none)
    "#]]
    .assert_eq(&run(&["-f", "category/subcategory:3", "-f", "outcome"]).stdout);
    expect![[r#"
        field,value,count
        procedure,aquatic therapy,1
        procedure,cold therapy unit,2
        procedure,physical therapy,5
        procedure,psychotherapy,2
    "#]]
    .assert_eq(&run(&["-f", "procedure", "--grep", "therapy", "--sort", "value", "--format", "csv"]).stdout);
    expect![[r#"
        exit 2
        --- stdout
        --- stderr
        imr-search: no facet `outcom`
          = help: did you mean `outcome`?
    "#]]
    .assert_eq(&run(&["-f", "outcom"]).all());
    expect![[r#"
        exit 2
        --- stdout
        --- stderr
        error: invalid value 'outcome:0' for '--facet <FIELD[:N]>': `0` is no number of values; write FIELD:N, as in drug:10

        For more information, try '--help'.
    "#]].assert_eq(&run(&["-f", "outcome:0"]).all());
    assert_eq!(run(&["-f", "outcome", "--grep", "xyzzy"]).status, 1);
}

#[test]
fn vocab_tells_what_a_word_means_and_why() {
    let program = Program::new();
    expect![[r#"
        exit 0
        --- stdout
        Xanax -> alprazolam -> Benzodiazepines

        Xanax  products.tsv
          ingredients   alprazolam
          kind          brand
          source        FDA label
        alprazolam  ingredients.tsv
          class         Benzodiazepines
          also          Anti-Anxiety
          source        MTUS Drug List
          names         alprazolan; alprazalam; alprazolam er; alprazolm; alprozolam
        Benzodiazepines  drug_classes.tsv
          source        DWC
          names         benzodiazepine; benzodiazapines; benzodiazapine;
                        benzodiazipines; benzodiazipine; benzodiazepenes; benzos; benzo;
                        BZDs
        --- stderr
    "#]]
    .assert_eq(&program.run(&["vocab", "xanax"]).all());
    expect![[r#"
        EMG/NCS  procedures.tsv
          category      Diagnostic Testing
          subcategory   EMG/NCV/NCS
          rank          specific
          source        letters
          names         EMG/NCV; NCV/EMG; NCS/EMG; EMG NCV; EMG NCS; NCV EMG; NCS EMG;"#]]
    .assert_eq(&program.run(&["vocab", "nerve", "test"]).stdout.lines().take(6).collect::<Vec<_>>().join("\n"));
    let page = program.run(&["vocab", "page", "24", "--format", "json"]).json_lines();
    let topics: Vec<&str> = page.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(topics, ["Benzodiazepines", "Biofeedback"]);
    expect![[r#"
        exit 1
        --- stdout
        --- stderr
        no table knows `xyzzy`; it is searched as a word. `imr-search vocab drugs` and others list what is known
    "#]]
    .assert_eq(&program.run(&["vocab", "xyzzy"]).all());
    for list in [
        "drugs",
        "products",
        "classes",
        "forms",
        "procedures",
        "categories",
        "regions",
        "guidelines",
        "sections",
        "specialties",
        "gaps",
        "fields",
    ] {
        let ran = program.run(&["vocab", list, "--format", "json"]);
        assert!(ran.json_lines().len() >= 20, "{list}: {}", ran.stdout.len());
        assert_eq!(program.run(&["vocab", list]).status, 0);
    }
}

#[test]
fn coverage_tells_in_how_many_letters_a_field_was_found() {
    let program = Program::new();
    let lines = program.run(&["coverage", "--letters", "letters", "--format", "json"]).json_lines();
    let letters = program.run(&["segment", "letters"]).json_lines();
    let mut digests: BTreeSet<&str> = BTreeSet::new();
    let letters: Vec<&Value> =
        letters.iter().filter(|letter| digests.insert(letter["digest"].as_str().unwrap())).collect();
    let sum = |field: &str, key: &str| -> u64 {
        let of_field = lines.iter().filter(|line| line["field"] == field);
        of_field.map(|line| line[key].as_u64().unwrap()).sum()
    };
    let count = |found: &dyn Fn(&Value) -> bool| letters.iter().filter(|letter| found(letter)).count() as u64;
    let has_decision =
        |found: &dyn Fn(&Value) -> bool| count(&|letter| letter["decisions"].as_array().unwrap().iter().any(found));
    assert_eq!(sum("rationale", "letters"), letters.len() as u64);
    assert_eq!(sum("rationale", "found"), has_decision(&|decision| !decision["rationale"].is_null()));
    assert_eq!(sum("category", "found"), has_decision(&|decision| !decision["category"].is_null()));
    assert_eq!(sum("gap", "found"), has_decision(&|decision| !decision["gaps"].as_array().unwrap().is_empty()));
    assert_eq!(sum("date", "found"), count(&|letter| !letter["decision_date"].is_null()));
    let table = program.run(&["coverage", "--letters", "letters"]).stdout;
    let head: Vec<&str> = table.lines().take(4).collect();
    expect![[r#"
        field                      all  determination-2014  final-determination  notice-2013  professional-review  unknown
        letters                     26                   2                   19            1                    2        2
        treatment                 92 %               100 %                100 %        100 %                100 %      0 %
        rationale                 92 %               100 %                100 %        100 %                100 %      0 %"#]].assert_eq(&head.join("\n"));
    let years = program.run(&["coverage", "--letters", "letters", "--by", "year"]).stdout;
    assert!(years.starts_with("field"), "{years}");
    assert!(years.lines().next().unwrap().contains("2017"), "{years}");
}
