//! What queries find.

use serde_json::Value;

use crate::program::Program;

#[track_caller]
fn found(program: &Program, query: &str) -> Vec<String> {
    let mut ids = program.query(&["--all", "--format", "jsonl", "--", query]).ids();
    ids.sort();
    ids
}

#[test]
fn plain_english_finds_what_it_means() {
    let program = Program::new();
    let ran = program.query(&["--all", "--format", "jsonl", "upheld benzodiazepine decisions citing page 24"]);
    assert!(ran.stderr.contains("understood as: outcome:upheld class:Benzodiazepines page:24\n"), "{}", ran.stderr);
    let hits = ran.json_lines();
    assert!(hits.len() >= 3, "{hits:?}");
    for hit in hits {
        assert_eq!(hit["outcome"], "upheld");
        assert_eq!(hit["drug_classes"], serde_json::json!(["Benzodiazepines"]));
        let pages: Vec<&Value> =
            hit["citations"]["reviewer"].as_array().unwrap().iter().map(|citation| &citation["pages"]).collect();
        assert!(pages.contains(&&serde_json::json!([[24, 24]])), "{pages:?}");
    }
    // The letter never says benzodiazepine: it says Xanax.
    assert!(found(&program, "upheld benzodiazepine decisions citing page 24").contains(&"seed-xanax#1".to_owned()));
}

#[test]
fn fields_phrases_and_operators() {
    let program = Program::new();
    let all = found(&program, "");
    let count = |query: &str| found(&program, query).len();
    assert_eq!(count("outcome:upheld") + count("NOT outcome:upheld"), all.len(), "NOT keeps what lacks the field");
    assert_eq!(count("drug:*") + count("-drug:*"), all.len());
    assert_eq!(count("rationale:*") + count("-rationale:*"), all.len());
    for (narrow, wide) in [
        ("outcome:overturned treatment:mri", "treatment:mri"),
        ("drug:xanax", "class:benzodiazepines"),
        ("page:24", "page:1-100"),
        ("\"medically necessary\"", "medically necessary"),
        ("date:2017-02", "year:2017"),
        ("specialty:\"pain management\"", "specialty:pain"),
        ("ca.guideline:mtus", "any.guideline:mtus"),
    ] {
        let (narrow_hits, wide_hits) = (found(&program, narrow), found(&program, wide));
        assert!(!narrow_hits.is_empty(), "{narrow} finds nothing");
        assert!(narrow_hits.iter().all(|id| wide_hits.contains(id)), "{narrow} finds more than {wide}");
    }
    for (one, other) in [
        ("outcome:denied", "outcome:upheld"),
        ("drug:alprazolam", "drug:xanax"),
        ("massage OR outcome:overturned", "outcome:overturned OR massage"),
        ("page:63-66", "pages:[63 TO 66]"),
        ("outcome:upheld xanax", "upheld AND (drug:xanax)"),
        ("mx.page:24", "page:24"),
    ] {
        assert_eq!(found(&program, one), found(&program, other), "{one} and {other}");
    }
}

#[test]
fn words_find_their_other_forms_and_phrases_do_not() {
    let program = Program::new();
    let forms = found(&program, "rationale:injections");
    assert!(!forms.is_empty());
    assert_eq!(forms, found(&program, "rationale:injection"), "words are compared by their stems");
    let exact = found(&program, "rationale:\"injections\"");
    assert!(exact.len() < forms.len(), "phrases are exact");
}

#[test]
fn the_order_is_the_same_in_every_run_and_pages_join() {
    let program = Program::new();
    let ids = |arguments: &[&str]| program.query(&[arguments, &["--format", "jsonl", "pain"]].concat()).ids();
    let all = ids(&["--all"]);
    assert!(all.len() > 6);
    assert_eq!(all, ids(&["--all"]));
    assert_eq!([ids(&["-n", "3"]), ids(&["-n", "3", "--offset", "3"])].concat(), all[..6]);
    assert!(ids(&["--offset", "100000"]).is_empty());
    let dates = |sort: &str| -> Vec<String> {
        let hits = program.query(&["--all", "--format", "jsonl", sort, "date:*"]).json_lines();
        hits.iter().map(|hit| hit["decision_date"].as_str().unwrap().to_owned()).collect()
    };
    let (newest, oldest) = (dates("--sort=-date"), dates("--sort=date"));
    assert!(newest.is_sorted_by(|one, next| one >= next), "{newest:?}");
    assert!(oldest.is_sorted(), "{oldest:?}");
}

#[test]
fn any_number_of_hits_is_the_beginning_of_all() {
    let program = Program::new();
    // Conditions score nothing, so that all hits tie.
    for query in ["outcome:upheld", "not medically necessary", "mri"] {
        let ids = |arguments: &[&str]| program.query(&[arguments, &["--format", "jsonl", query]].concat()).ids();
        let all = ids(&["--all"]);
        for limit in [1, 2, 3, 5, 7, 11] {
            let wanted = &all[..limit.min(all.len())];
            assert_eq!(ids(&["-n", &limit.to_string()]), wanted, "{query}: the first {limit}");
            let next = all.get(limit).map(std::slice::from_ref).unwrap_or_default();
            assert_eq!(ids(&["-n", "1", "--offset", &limit.to_string()]), next, "{query}: behind the first {limit}");
        }
    }
}

#[test]
fn proximity_and_patterns() {
    let program = Program::new();
    for (narrow, wide) in [
        ("rationale:\"not medically necessary\"", "rationale:\"medically necessary\""),
        ("rationale:(medically +1 necessary)", "rationale:(necessary /1 medically)"),
        ("rationale:(opioid /s function)", "rationale:(opioid /p function)"),
        ("rationale:(opioid /s (function OR pain))", "rationale:(opioid function) OR rationale:(opioid pain)"),
        ("rationale:\"page cited\"", "rationale:\"cited page\"~2"),
        ("rationale:therapy", "rationale:therap*"),
        ("rationale:\"therapy\"", "rationale:/therap(y|ies)/"),
        ("rationale:\"therapy\"", "rationale:therapi~1"),
        ("drug:hydrocodone", "drug:hydro*"),
        ("case:CM17-9001501", "case:CM17-90015*"),
        ("specialty:\"pain management\"", "specialty:(pain +1 man*)"),
    ] {
        let (narrow_hits, wide_hits) = (found(&program, narrow), found(&program, wide));
        assert!(!narrow_hits.is_empty(), "{narrow} finds nothing");
        assert!(narrow_hits.iter().all(|id| wide_hits.contains(id)), "{narrow} finds more than {wide}");
    }
    for (one, other) in [
        ("rationale:(opioid w/5 function)", "rationale:(function /5 opioid)"),
        ("xray", "x-ray"),
        ("10mg", "\"10 mg\""),
        ("case:CM17-9001501#2", "case:CM17-9001501 n:2"),
        ("state:CA", "state:california"),
        ("proc:mri b:knee", "procedure:mri body:knee"),
        ("NOT *", "outcome:upheld -outcome:upheld"),
    ] {
        assert_eq!(found(&program, one), found(&program, other), "{one} and {other}");
    }
}

#[test]
fn similar_decisions_leave_out_the_decision_itself() {
    let program = Program::new();
    let hits = program.query(&["-n", "5", "--format", "jsonl", "similar:seed-xanax#1"]).ids();
    assert!(hits.len() == 5 && !hits.contains(&"seed-xanax#1".to_owned()), "{hits:?}");
    let drugs = program.query(&["-n", "3", "--format", "jsonl", "similar:seed-xanax#1"]).json_lines();
    for hit in drugs {
        assert_eq!(hit["drug_classes"], serde_json::json!(["Benzodiazepines"]), "{}", hit["id"]);
    }
}

#[test]
fn hits_are_grouped_by_letter_and_folded_by_boilerplate() {
    let program = Program::new();
    let lines = |arguments: &[&str]| program.query(&[arguments, &["--format", "jsonl", ""]].concat()).json_lines();
    let letters: Vec<String> =
        lines(&["--all", "--group", "letter"]).iter().map(|hit| hit["source"].to_string()).collect();
    let mut runs = letters.clone();
    runs.dedup();
    let distinct: std::collections::BTreeSet<&String> = letters.iter().collect();
    assert_eq!(runs.len(), distinct.len(), "the decisions of a letter stand together");
    let all = lines(&["--all"]).len();
    let folded = lines(&["--all", "--collapse"]);
    let stood_for: u64 = folded.iter().map(|hit| 1 + hit["folded"].as_u64().unwrap_or(0)).sum();
    assert_eq!(stood_for, all as u64, "every decision is shown or stood for");
    assert!(folded.len() < all, "some rationales of the samples are the same");
}

#[test]
fn a_query_can_be_explained() {
    let program = Program::new();
    let ran =
        program.run(&["explain", "--letters", "letters", "--format", "json", "denied xanax habit", "seed-xanax#1"]);
    let explained = &ran.json_lines()[0];
    assert_eq!(explained["understood"], "outcome:upheld drug:xanax habit");
    assert_eq!(explained["notes"], serde_json::json!(["Xanax = alprazolam"]));
    assert_eq!(explained["typed"]["parts"].as_array().unwrap().len(), 3);
    let decision = &explained["decision"];
    let parts: Vec<bool> = decision["parts"].as_array().unwrap().iter().map(|part| part["matches"] == true).collect();
    assert_eq!(decision["matches"] == true, parts.iter().all(|matches| *matches), "all parts must match: {decision}");
    // The score that is explained is the score that is printed.
    for hit in program
        .query(&["-n", "3", "--explain", "--fields", "id,score,explanation", "--format", "jsonl", "weaning opioids"])
        .json_lines()
    {
        assert_eq!(hit["score"], hit["explanation"]["score"], "{hit}");
    }
}

#[test]
fn an_empty_result_says_which_condition_empties_it() {
    let program = Program::new();
    let ran = program.query(&["--format", "json", "outcome:overturned drug:xanax page:24"]);
    assert_eq!(ran.status, 1);
    let emptied = ran.json_lines()[0]["emptied"].clone();
    let rows = emptied.as_array().unwrap();
    assert_eq!(rows.len(), 3, "{emptied}");
    for row in rows {
        let alone = found(&program, row["condition"].as_str().unwrap()).len();
        assert_eq!(row["alone"], alone, "{row}");
    }
    assert_eq!(rows[0]["without"], found(&program, "drug:xanax page:24").len());
}

#[test]
fn every_case_can_be_shown() {
    let program = Program::new();
    let letters = program.run(&["segment", "letters"]).json_lines();
    for letter in &letters {
        let name = letter["case_number"].as_str().or(letter["source"].as_str()).unwrap();
        let shown = program.run(&["show", "--letters", "letters", "--format", "json", name]);
        assert_eq!(shown.status, 0, "{name}: {}", shown.stderr);
        assert!(shown.json_lines().iter().any(|shown| shown["digest"] == letter["digest"]), "{name}");
    }
    let one = program.run(&["show", "--letters", "letters", "--format", "json", "seed-five-issues#2"]).json_lines();
    assert_eq!(one[0]["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(one[0]["decisions"][0]["n"], 2);
}

#[test]
fn output_formats_agree() {
    let program = Program::new();
    let query = "class:benzodiazepines";
    let ids = program.query(&["--all", "--format", "jsonl", query]).ids();
    let json = program.query(&["--all", "--format", "json", query]).json_lines().remove(0);
    let of_json: Vec<&str> = json["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    assert_eq!(of_json, ids);
    assert_eq!(json["decisions"], ids.len());
    let csv = program.query(&["--all", "--format", "csv", query]).stdout;
    assert!(csv.starts_with("id,case_number,source,n,outcome,treatment,"), "{csv}");
    let text = program.query(&["--all", query]);
    for id in &ids {
        assert!(csv.contains(id.as_str()) && text.stdout.contains(id.as_str()), "{id}");
    }
    assert!(text.stdout.contains("**"), "matches are marked: {}", text.stdout);
}

#[test]
fn passages_hold_what_matched() {
    let program = Program::new();
    for hit in program.query(&["--all", "--format", "jsonl", "rationale:surgery"]).json_lines() {
        let passage = &hit["passage"];
        let text = passage["text"].as_str().unwrap();
        let marks = passage["marks"].as_array().unwrap();
        assert!(!marks.is_empty(), "{hit}");
        for mark in marks {
            let (start, end) = (mark["start"].as_u64().unwrap() as usize, mark["end"].as_u64().unwrap() as usize);
            assert!(text[start..end].to_lowercase().starts_with("surg"), "{}", &text[start..end]);
        }
    }
}
