//! A click on a value of a facet finds what the facet counted, whatever signs the value has.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use imr_index::{IndexReader, IndexWriter, NewLetter, Schema, WRITER_MEMORY};
use imr_model::{Citation, Citations, Concepts, Decision, Family, Letter, Medication, Outcome};
use imr_query::{Ast, Facet, FacetValue, Request, parse, read_english, search};
use jiff::civil::date;
use proptest::prelude::*;
use tempfile::TempDir;

/// Names that are known, parts of each other, or full of signs.
const NAMES: [&str; 12] = [
    "Opioids",
    "Opioids, Criteria for Use",
    "Muscle Relaxant",
    "Pain Management",
    "Knee & Leg (\"ACL\")",
    "x-ray/MRI",
    "Rücken – “Schmerz”",
    "AND \"OR\" NOT",
    "back",
    "none",
    "\"quoted\"",
    "*",
];

fn letter(at: usize) -> Letter {
    let name = |step: usize| NAMES[(at * 5 + step) % NAMES.len()].to_owned();
    let source = format!("letter-{at:02}");
    let mut letter = Letter { digest: source.clone(), ..Letter::new(source.clone(), format!("{source}.txt")) };
    let mut cited = Citation::new(if at.is_multiple_of(2) { Family::Odg } else { Family::Mtus }, name(1));
    cited.edition = at.is_multiple_of(3).then_some(2016);
    cited.sections = vec![name(5), name(7)];
    let medication = Medication {
        name: name(5),
        ingredients: vec![name(5)],
        class: Some(name(1)),
        strength: None,
        form: None,
        quantity: None,
    };
    letter.decisions.push(Decision {
        n: 1,
        treatment: "Soma 350mg".to_owned(),
        eligible_portion: None,
        outcome: [Some(Outcome::Upheld), Some(Outcome::Overturned), None][at % 3],
        administrator_guideline: None,
        reviewer_guideline: None,
        citations: Citations { reviewer: vec![cited], ..Citations::default() },
        rationale: None,
        concepts: Concepts {
            drugs: vec![name(5), name(7)],
            drug_classes: vec![name(1), name(7)],
            category: Some(name(1)),
            subcategory: Some(name(5)),
            procedure: Some(name(7)),
            body_regions: vec![name(1), name(11)],
            gaps: vec![name(5)],
            medications: vec![medication],
            ..Concepts::default()
        },
    });
    letter.reviewer.specialties = vec![name(1)];
    letter
}

fn index() -> (TempDir, IndexReader) {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap();
    for letter in (0..36).map(letter) {
        let (identity, file) = (letter.digest.as_str(), letter.source_file.as_str());
        writer.add(&NewLetter { letter: &letter, text: "", identity, file }).unwrap();
    }
    writer.finish().unwrap();
    let index = IndexReader::open(folder.path()).unwrap();
    (folder, index)
}

fn facets(index: &IndexReader, query: &str) -> Vec<Facet> {
    let facets = Schema::shared().facets().map(|(_, field)| field.name.clone()).collect();
    search(index, &Request { facets, ..Request::new(query, 0, date(2017, 3, 11)) }).unwrap().facets
}

fn found(index: &IndexReader, query: &Ast, literal: bool) -> usize {
    let request = Request { literal, ..Request::new(query.to_string(), 0, date(2017, 3, 11)) };
    search(index, &request).unwrap_or_else(|error| panic!("{query}: {error}")).decisions
}

/// Each value with its count; levels of a path joined as they are printed.
fn flat(values: &[FacetValue], above: &str) -> Vec<(String, usize)> {
    let each = values.iter().flat_map(|value| {
        let path = format!("{above}{}", value.value);
        let below = flat(&value.children, &format!("{path} > "));
        std::iter::once((path, value.count)).chain(below)
    });
    each.collect()
}

#[test]
fn a_value_finds_what_its_facet_counted() {
    let (_folder, index) = index();
    let mut values = 0;
    for query in ["", "outcome:upheld"] {
        for facet in facets(&index, query) {
            let base = if facet.widened { Ast::All } else { parse(query).unwrap() };
            for (value, count) in flat(&facet.values, "") {
                let edited = base.with_value(&facet.field, &value);
                let case = format!("{} = {value}: {edited}", facet.field);
                assert_eq!(parse(&edited.to_string()).unwrap(), edited, "{case}");
                assert_eq!(read_english(edited.clone()), edited, "{case}");
                for literal in [true, false] {
                    assert_eq!(found(&index, &edited, literal), count, "{case}");
                }
                assert!(edited.has_value(&facet.field, &value), "{case}");
                assert_eq!(edited.without_value(&facet.field, &value), base, "{case}");
                values += 1;
            }
            let missing = base.with_missing(&facet.field);
            assert!(missing.has_missing(&facet.field));
            assert_eq!(found(&index, &missing, false), facet.missing, "{missing}");
        }
    }
    assert!(values > 200, "{values} values");
}

#[test]
fn values_of_one_field_are_alternatives() {
    for (query, field, value, want) in [
        ("mri", "drug", "soma", "mri drug:=\"soma\""),
        ("mri", "drug", "tramadol", "mri drug:\"tramadol\""),
        ("*", "page", "24", "page:24"),
        ("page:63-66 mri", "page", "24", "(page:63..66 OR page:24) mri"),
        ("cl:opioids o:upheld", "class", "Opioids", "cl:opioids o:upheld"),
        ("other_class:opioids", "class", "Opioids", "other_class:opioids OR class:\"Opioids\""),
        ("NOT drug:* mri", "drug", "tramadol", "mri drug:\"tramadol\""),
        ("-drug:soma", "drug", "tramadol", "NOT drug:soma drug:\"tramadol\""),
        ("(drug:soma OR mri)", "drug", "tramadol", "(drug:soma OR mri) drug:\"tramadol\""),
        ("~(drug:soma mri)", "drug", "tramadol", "~(drug:soma mri) drug:\"tramadol\""),
        ("mri", "rationale", "pain", "mri"),
        ("mri", "no-field", "pain", "mri"),
    ] {
        let edited = parse(query).unwrap().with_value(field, value);
        assert_eq!(edited.to_string(), want, "case: {query} with {field} = {value}");
    }
}

#[test]
fn ranges_replace_each_other() {
    for (query, from, to, want) in [
        ("mri", Some("2016"), Some("2016-03-31"), "mri date:2016..2016-03-31"),
        ("date:2015 mri date:<=2016", None, Some("2017"), "mri date:<=2017"),
        ("date:>2015 mri", Some("2016"), None, "date:>2015 mri date:>=2016"),
        ("date:-90d", Some("2016"), None, "date:-90d date:>=2016"),
        ("date:2015", Some("2016 OR x"), Some(""), "*"),
    ] {
        let edited = parse(query).unwrap().with_range("date", from, to);
        assert_eq!(edited.to_string(), want, "case: {query}");
        assert_eq!(parse(want).unwrap(), edited, "case: {query}");
    }
}

fn query() -> impl Strategy<Value = Ast> {
    let leaf = prop_oneof![
        Just("pain"),
        Just("\"a b\""),
        Just("drug:soma"),
        Just("drug:*"),
        Just("date:2016"),
        Just("page:=\"1\""),
        Just("(a /s b)"),
    ];
    let leaf = leaf.prop_map(|text| parse(text).unwrap());
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Ast::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Ast::any_of),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Ast::Most),
            inner.prop_map(Ast::negated),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_edited_is_parsed_again(query in query(), field in "drug|page|class/drug|section", value in "[a-z1 \"“”ü&/()*~-]{1,9}") {
        let mut edited: Vec<Ast> = query.conditions().into_iter().map(|condition| condition.without).collect();
        edited.push(query.with_value(&field, &value));
        edited.push(query.with_value(&field, &value).without_value(&field, &value));
        edited.push(query.with_missing(&field));
        edited.push(query.with_range("date", Some("2016"), None));
        for edited in edited {
            prop_assert_eq!(parse(&edited.to_string()).unwrap(), edited);
        }
    }
}
