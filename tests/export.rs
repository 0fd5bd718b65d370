//! `export`: files of everything that a query finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use expect_test::expect;
use parquet::basic::{ConvertedType, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

use crate::program::{Program, Ran};

const QUERY: &str = "pain OR treatment:mri OR unsegmented:*";
/// One of each type.
const FIELDS: &str = "id,n,outcome,decision_date,gaps,drugs,retrospective,score,partial,rationale";

/// A home with a folder to export into.
struct Exports {
    program: Program,
    folder: PathBuf,
}

impl Exports {
    fn new() -> Self {
        let program = Program::new();
        let folder = program.home().join("exports");
        fs::create_dir(&folder).unwrap();
        program.query(&["-q", "*"]);
        Self { program, folder }
    }

    fn run(&self, query: &str, file: &str, arguments: &[&str]) -> Ran {
        let path = self.folder.join(file).display().to_string();
        self.program.run(&[&["export", "--letters", "letters", "-o", &path], arguments, &["--", query]].concat())
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap()
    }

    fn files(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(&self.folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What `query` prints of the same decisions.
    fn queried(&self) -> Vec<Value> {
        self.program.query(&["--all", "--format", "jsonl", "--fields", FIELDS, QUERY]).json_lines()
    }
}

fn rows(text: &str, delimiter: u8) -> Vec<BTreeMap<String, String>> {
    let mut table = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    table.deserialize().map(Result::unwrap).collect()
}

#[test]
fn files_hold_what_the_query_finds() {
    let exports = Exports::new();
    let hits = exports.queried();
    let ids: Vec<&str> = hits.iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    assert!(ids.len() > 50, "{}", ids.len());
    for ending in ["csv", "tsv", "jsonl", "parquet", "md"] {
        let file = format!("pain.{ending}");
        let ran = exports.run(QUERY, &file, &["--fields", FIELDS]);
        assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
        let told = format!("wrote {} decisions (24 letters) to HOME/exports/{file}", ids.len());
        assert_eq!(ran.stderr.lines().last(), Some(told.as_str()));
        let manifest: Value = serde_json::from_str(&exports.read(&format!("{file}.manifest.json"))).unwrap();
        assert_eq!((&manifest["decisions"], &manifest["format"]), (&ids.len().into(), &ending.into()));
    }
    for (ending, delimiter) in [("csv", b','), ("tsv", b'\t')] {
        let rows = rows(&exports.read(&format!("pain.{ending}")), delimiter);
        assert_eq!(rows.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(), ids, "{ending}");
        let rationales = rows.iter().zip(&hits).filter(|(row, hit)| hit["rationale"] == row["rationale"]).count();
        assert!(rationales > 50, "{ending}: {rationales}");
    }
    let lines: Vec<Value> =
        exports.read("pain.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, hits);
    let page = exports.read("pain.md");
    let in_rows: Vec<&str> = page.lines().skip(2).filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
    assert_eq!(in_rows, ids);
    assert_eq!(exports.files().len(), 10, "no temporary file stays: {:?}", exports.files());
}

/// A value of a Parquet file as `query` prints it in JSON.
fn as_json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => (*flag).into(),
        Field::Long(number) => (*number).into(),
        Field::Float(score) => (*score).into(),
        Field::Str(text) => text.as_str().into(),
        Field::Date(days) => {
            let day = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(*days)).unwrap();
            day.to_string().into()
        }
        Field::ListInternal(list) => list.elements().iter().map(as_json).collect(),
        other => panic!("unexpected {other:?}"),
    }
}

#[test]
fn parquet_has_typed_columns() {
    let exports = Exports::new();
    assert_eq!(exports.run(QUERY, "pain.parquet", &["--fields", FIELDS]).status, 0);
    let file = fs::File::open(exports.folder.join("pain.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns: Vec<(String, Type, ConvertedType)> = schema
        .columns()
        .iter()
        .map(|column| (column.path().string(), column.physical_type(), column.converted_type()))
        .collect();
    let want = [
        ("id", Type::BYTE_ARRAY, ConvertedType::UTF8),
        ("n", Type::INT64, ConvertedType::NONE),
        ("outcome", Type::BYTE_ARRAY, ConvertedType::UTF8),
        ("decision_date", Type::INT32, ConvertedType::DATE),
        ("gaps.list.element", Type::BYTE_ARRAY, ConvertedType::UTF8),
        ("drugs.list.element", Type::BYTE_ARRAY, ConvertedType::UTF8),
        ("retrospective", Type::BOOLEAN, ConvertedType::NONE),
        ("score", Type::FLOAT, ConvertedType::NONE),
        ("partial", Type::BYTE_ARRAY, ConvertedType::JSON),
        ("rationale", Type::BYTE_ARRAY, ConvertedType::UTF8),
    ];
    assert_eq!(columns, want.map(|(name, physical, converted)| (name.to_owned(), physical, converted)));
    let hits = exports.queried();
    assert_eq!(usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap(), hits.len());
    let mut nulls: BTreeSet<String> = BTreeSet::new();
    let mut longest = 0;
    for (row, hit) in reader.get_row_iter(None).unwrap().zip(&hits) {
        let row = row.unwrap();
        for (name, field) in row.get_column_iter() {
            let (own, told) = (as_json(field), &hit[name]);
            match name.as_str() {
                "score" => assert!((own.as_f64().unwrap() - told.as_f64().unwrap()).abs() < 1e-4, "{}", hit["id"]),
                "partial" if !told.is_null() => {
                    assert_eq!(&serde_json::from_str::<Value>(own.as_str().unwrap()).unwrap(), told);
                }
                // A text without decisions prints neither.
                "gaps" | "drugs" if told.is_null() => assert_eq!(own, Value::Array(Vec::new()), "{}", hit["id"]),
                _ => assert_eq!(&own, told, "{name} of {}", hit["id"]),
            }
            longest = longest.max(own.as_array().map_or(0, Vec::len));
            if own.is_null() {
                nulls.insert(name.clone());
            }
        }
    }
    assert!(nulls.contains("outcome") && nulls.contains("decision_date"), "{nulls:?}");
    assert!(longest > 1, "some list holds several texts");
}

#[test]
fn the_manifest_says_what_the_file_is() {
    let exports = Exports::new();
    exports.run("xanax", "xanax.csv", &[]);
    let manifest: Value = serde_json::from_str(&exports.read("xanax.csv.manifest.json")).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    expect!["decisions exported fields file format index letters notes output_version program query understood"]
        .assert_eq(&keys(&manifest));
    expect!["committed created decisions letters place schema vocabulary"].assert_eq(&keys(&manifest["index"]));
    assert_eq!((&manifest["query"], &manifest["file"]), (&"xanax".into(), &"xanax.csv".into()));
    let header = exports.read("xanax.csv").lines().next().unwrap().to_owned();
    let fields: Vec<&str> = manifest["fields"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(header, fields.join(","));
    assert!(!fields.contains(&"passage") && !fields.contains(&"score"));
    // Asked again as it was understood, it finds the same.
    let again = exports.program.query(&["--all", "--ids", manifest["understood"].as_str().unwrap()]);
    let ids: Vec<String> = rows(&exports.read("xanax.csv"), b',').iter().map(|row| row["id"].clone()).collect();
    assert_eq!(again.stdout.lines().collect::<Vec<_>>(), ids);
    assert_eq!((&manifest["decisions"], ids.len()), (&1.into(), 1));
    assert_eq!(manifest["notes"], serde_json::json!(["Xanax = alprazolam"]));
}

#[test]
fn what_is_there_stays_unless_forced() {
    let exports = Exports::new();
    let mut report = String::new();
    for (query, file, arguments) in [
        ("xanax", "a.csv", &[][..]),
        ("norco", "a.csv", &[]),
        ("norco", "a.csv", &["--force"]),
        ("unicorn", "b.csv", &[]),
        ("xanax", "c.xls", &[]),
        ("xanax", "c", &[]),
        ("xanax", "c.csv", &["--fields", "id,outcom"]),
        ("zebra:x", "c.csv", &[]),
        ("zebra:x", "a.csv", &["--force"]),
    ] {
        let ran = exports.run(query, file, arguments);
        report += &format!("$ {query} {file} {}\n{}\n", arguments.join(" "), ran.all());
    }
    expect![[r#"
        $ xanax a.csv 
        exit 0
        --- stdout
        --- stderr
        understood as: drug:xanax
        note: Xanax = alprazolam
        wrote 1 decision (1 letter) to HOME/exports/a.csv

        $ norco a.csv 
        exit 2
        --- stdout
        --- stderr
        imr-search: HOME/exports/a.csv is there already; name another file, or write over it with --force

        $ norco a.csv --force
        exit 0
        --- stdout
        --- stderr
        understood as: drug:norco
        note: Norco = hydrocodone + acetaminophen
        wrote 3 decisions (3 letters) to HOME/exports/a.csv

        $ unicorn b.csv 
        exit 1
        --- stdout
        --- stderr
        understood as: unicorn
        wrote 0 decisions (0 letters) to HOME/exports/b.csv

        $ xanax c.xls 
        exit 2
        --- stdout
        --- stderr
        imr-search: HOME/exports/c.xls has no ending that says how to write it; known are .csv, .tsv, .jsonl, .parquet, .md

        $ xanax c 
        exit 2
        --- stdout
        --- stderr
        imr-search: HOME/exports/c has no ending that says how to write it; known are .csv, .tsv, .jsonl, .parquet, .md

        $ xanax c.csv --fields id,outcom
        exit 2
        --- stdout
        --- stderr
        imr-search: no output field `outcom`; did you mean `outcome`? `imr-search query --help` lists all for --fields

        $ zebra:x c.csv 
        exit 2
        --- stdout
        --- stderr
        imr-search: unknown field `zebra`
          | zebra:x
          | ^^^^^
          = help: all fields stand in `imr-search query --help`; to search for the text, write "zebra: ..." in quotes

        $ zebra:x a.csv --force
        exit 2
        --- stdout
        --- stderr
        imr-search: unknown field `zebra`
          | zebra:x
          | ^^^^^
          = help: all fields stand in `imr-search query --help`; to search for the text, write "zebra: ..." in quotes

    "#]]
    .assert_eq(&report);
    let names = ["a.csv", "a.csv.manifest.json", "b.csv", "b.csv.manifest.json"];
    assert_eq!(exports.files(), names.map(str::to_owned).into(), "what fails leaves nothing");
    let ids: Vec<String> = rows(&exports.read("a.csv"), b',').iter().map(|row| row["id"].clone()).collect();
    let norco = exports.program.query(&["--all", "--ids", "norco"]).stdout;
    assert_eq!(ids, norco.lines().collect::<Vec<_>>(), "the last export that went well stands");
    assert_eq!(exports.read("b.csv").lines().count(), 1, "only the names of fields");
    let ran = exports.run("xanax", "no/such/folder/a.csv", &[]);
    assert_eq!((ran.status, exports.folder.join("no").exists()), (2, false), "{}", ran.stderr);
    assert!(ran.stderr.contains("HOME/exports/no/such/folder/a.csv cannot be written"), "{}", ran.stderr);
}
