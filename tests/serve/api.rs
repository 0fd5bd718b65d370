//! What the API and the endings of pages answer: the same as the program prints.

use serde_json::{Value, json};

use super::server::Server;
use crate::program::{Program, root};

/// What the server says of places of letters, as tests see it.
fn without_places(text: &str) -> String {
    text.replace(&format!("{}/corpus-samples/", root().display()), "")
}

/// What of an answer the program prints, as lines of JSON.
enum Printed {
    Whole,
    /// All but where the next hits begin.
    Hits,
    /// Those that stand under a key.
    List(&'static str),
}

impl Printed {
    fn of(&self, mut answer: Value) -> Vec<Value> {
        match self {
            Self::Whole => {}
            Self::Hits => drop(answer.as_object_mut().unwrap().remove("next")),
            Self::List(key) => return answer[*key].as_array().unwrap().clone(),
        }
        vec![answer]
    }
}

#[test]
fn answers_are_those_of_the_program() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    let cases: &[(&str, &[&str], Printed)] = &[
        ("search?q=upheld+xanax&limit=3", &["query", "-n", "3", "upheld xanax"], Printed::Hits),
        (
            "search?q=mri&facet=outcome,class/drug&group=letter",
            &["query", "mri", "--group", "letter", "--facet", "outcome", "--facet", "class/drug"],
            Printed::Hits,
        ),
        (
            "search?q=norco&literal=true&sort=-date&collapse=true&explain=on&offset=1",
            &["query", "norco", "--literal", "--sort=-date", "--collapse", "--explain", "--offset", "1"],
            Printed::Hits,
        ),
        ("search?q=overturned+xanax+citing+page+24", &["query", "overturned xanax citing page 24"], Printed::Hits),
        ("search?q=mri&fields=id,rationale,case", &["query", "mri", "--fields", "id,rationale,case"], Printed::Hits),
        (
            "facets?q=upheld&facet=drug:2&facet=section&grep=e&sort=value",
            &["facets", "upheld", "-f", "drug:2", "-f", "section", "--grep", "e", "--sort", "value"],
            Printed::List("facets"),
        ),
        (
            "facets?facet=guideline/edition/section",
            &["facets", "-f", "guideline/edition/section"],
            Printed::List("facets"),
        ),
        (
            "stats?by=class&min_n=2&sort=rate",
            &["stats", "--by", "class", "--min-n", "2", "--sort", "rate"],
            Printed::Whole,
        ),
        (
            "stats?q=upheld&by=agree,level&over=year&exclude_dependent=false&limit=3",
            &["stats", "upheld", "--by", "agree,level", "--over", "year", "--exclude-dependent=false", "-n", "3"],
            Printed::Whole,
        ),
        ("similar/CM16-9000808%231?limit=4", &["similar", "CM16-9000808#1", "-n", "4"], Printed::Whole),
        ("similar/CM16-9000808%231?q=upheld", &["similar", "CM16-9000808#1", "upheld"], Printed::Whole),
        ("counter/CM16-9000808%232", &["counter", "CM16-9000808#2"], Printed::Whole),
        ("cites/chronic%20pain/24", &["cites", "chronic pain", "24"], Printed::Whole),
        (
            "cites/MTUS?where=outcome:overturned&limit=1&min_n=5",
            &["cites", "MTUS", "--where", "outcome:overturned", "-n", "1", "--min-n", "5"],
            Printed::Whole,
        ),
        ("letters/CM16-9000808", &["show", "CM16-9000808"], Printed::List("letters")),
        ("letters/unknown-form", &["show", "unknown-form"], Printed::List("letters")),
    ];
    for (target, arguments, part) in cases {
        let answer = server.get(&format!("/api/v1/{target}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{target}");
        let got = part.of(serde_json::from_str(&without_places(&answer.text())).unwrap());
        assert_eq!(got, printed(&program, arguments, "json").json_lines(), "{target}");
        // The program prints letters as JSON only, and facets beside hits not as a table.
        if target.starts_with("letters") || arguments.contains(&"--facet") {
            continue;
        }
        let table = server.ask("GET", &format!("/api/v1/{target}"), &[("Accept", "text/csv")]);
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present", "{target}");
        assert_eq!(without_places(&table.text()), printed(&program, arguments, "csv").stdout, "{target}");
    }
}

fn printed(program: &Program, arguments: &[&str], format: &str) -> crate::program::Ran {
    program.run(&[&arguments[..1], &["--letters", "letters", "--format", format], &arguments[1..]].concat())
}

#[test]
fn pages_have_their_answers_under_endings() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    for page in [
        "/search?q=mri",
        "/facets?facet=drug:3",
        "/stats?by=outcome",
        "/letters/CM16-9000808",
        "/decisions/CM16-9000808%232",
        "/similar/CM16-9000808%232",
        "/counter/CM16-9000808%232",
        "/cites/chronic%20pain",
        "/cites/chronic%20pain/24",
    ] {
        assert!(server.get(page).header("content-type").starts_with("text/html"), "{page}");
        let (path, query) = page.split_once('?').map_or((page, ""), |(path, query)| (path, query));
        for (ending, accept, content_type) in [
            ("json", "application/json", "application/json"),
            ("csv", "text/csv", "text/csv; charset=utf-8; header=present"),
        ] {
            let of_page = server.get(&format!("{path}.{ending}?{query}"));
            assert_eq!(of_page.header("content-type"), content_type, "{page}");
            let of_api = server.ask("GET", &format!("/api/v1{page}"), &[("Accept", accept)]);
            assert_eq!(of_page.text(), of_api.text(), "{page}");
        }
    }
}

#[test]
fn a_decision_has_every_field_and_a_citation() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    let decision = server.json("/api/v1/decisions/CM16-9000808%232");
    let fields = server.json("/api/v1/schema")["output"].clone();
    let names: Vec<&str> = fields.as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    for name in &names {
        assert!(decision.get(name).is_some(), "no field `{name}`");
    }
    assert_eq!(decision.as_object().unwrap().len(), names.len() + 1);
    let cited = program.run(&["cite", "--letters", "letters", "CM16-9000808#2", "--style", "full"]);
    assert_eq!(decision["citation"], cited.stdout.trim_end());
    let printed = program.query(&["case:CM16-9000808 n:2", "--format", "json", "--fields", "rationale,gaps,citations"]);
    let hit = &printed.json_lines()[0]["hits"][0];
    for field in ["rationale", "gaps", "citations"] {
        assert_eq!(decision[field], hit[field]);
    }
    let text = server.get("/api/v1/letters/CM16-9000808/text");
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    let raw = program.run(&["show", "--letters", "letters", "CM16-9000808", "--raw"]);
    assert_eq!(text.text().trim_end(), raw.stdout.trim_end());
    let whole = server.json("/api/v1/decisions/unknown-form%230");
    assert_eq!((&whole["n"], &whole["outcome"]), (&json!(0), &Value::Null));
    assert!(whole["unsegmented"].as_str().is_some_and(|text| !text.is_empty()));
}

#[test]
fn words_are_completed_and_fields_are_told() {
    let program = Program::new();
    let place = program.home().join("index").display().to_string();
    let server = Server::start(&program, &["--letters", "letters", "--index", &place]);
    for (typed, want) in [
        ("upheld+xan", json!({"text": "upheld drug:Xanax", "label": "Xanax", "field": "drug", "doc": "alprazolam"})),
        ("outc", json!({"text": "outcome:", "label": "outcome:", "field": "outcome"})),
        (
            "mri+-outcome:o",
            json!({"text": "mri -outcome:overturned", "label": "overturned", "field": "outcome", "doc": ""}),
        ),
    ] {
        let found = server.json(&format!("/api/v1/suggest?q={typed}&limit=1"));
        assert_eq!(found["suggestions"].as_array().unwrap().len(), 1, "case: {typed}");
        for (key, value) in want.as_object().unwrap() {
            assert_eq!(found["suggestions"][0][key], *value, "case: {typed}");
        }
    }
    let schema = server.json("/api/v1/schema");
    let totals = &program.run(&["info", "--index", &place, "--format", "json"]).json_lines()[0]["totals"];
    assert_eq!(schema["totals"], *totals);
    let told = program.run(&["vocab", "fields", "--format", "json"]).json_lines();
    let known = schema["fields"].as_array().unwrap();
    assert_eq!(known.len(), told.len());
    for (field, told) in known.iter().zip(told) {
        assert_eq!(field["name"], told["field"]);
        for key in ["alias", "kind", "query", "facet", "doc", "example"] {
            assert_eq!(field[key], told[key], "{}: {key}", field["name"]);
        }
    }
}

#[test]
fn answers_that_are_known_are_not_sent_again() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    let first = server.get("/api/v1/search?q=mri");
    let tag = first.header("etag");
    let again =
        |target: &str, accept: &str| server.ask("GET", target, &[("If-None-Match", tag), ("Accept", accept)]).status;
    assert_eq!(server.ask("GET", "/api/v1/search?q=mri", &[("If-None-Match", tag)]).status, 304);
    assert_eq!(again("/api/v1/search?q=mri", "text/csv"), 200, "another form is another answer");
    assert_eq!(server.ask("GET", "/api/v1/search?q=mr", &[("If-None-Match", tag)]).status, 200);
    assert_eq!(first.header("cache-control"), "no-cache");
}

#[test]
fn answers_are_compressed_for_those_who_can_read_it() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    let plain = server.get("/api/v1/search?q=mri");
    for encoding in ["gzip", "br"] {
        let packed = server.ask("GET", "/api/v1/search?q=mri", &[("Accept-Encoding", encoding)]);
        assert_eq!((packed.status, packed.header("content-encoding")), (200, encoding));
        assert!(packed.body.len() * 2 < plain.body.len(), "{encoding}: {} bytes", packed.body.len());
        assert_eq!(packed.header("etag"), plain.header("etag"), "it says the same");
    }
}

#[test]
fn heads_are_those_of_the_answers() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    for target in ["/", "/api/v1/search?q=mri", "/api/v1/nothing", "/letters/CM16-9000808", "/stats.svg?by=class"] {
        let (whole, head) = (server.get(target), server.ask("HEAD", target, &[]));
        assert_eq!((head.status, head.body.len()), (whole.status, 0), "{target}");
        for name in ["content-type", "content-length", "etag"] {
            assert_eq!(head.header(name), whole.header(name), "{target}: {name}");
        }
    }
}

#[test]
fn problems_say_what_is_wrong_and_what_to_do() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    for (target, status, kind, detail, help, span) in [
        ("search?q=outcom:upheld", 400, "query", "unknown field `outcom`", "did you mean `outcome`?", json!([0, 6])),
        ("search?q=mri+(norco", 400, "query", "", "", json!([4, 5])),
        ("search?limt=5", 400, "parameter", "unknown field `limt`", "openapi.json", Value::Null),
        ("search?limit=many", 400, "parameter", "invalid digit", "openapi.json", Value::Null),
        ("search?q=&limit=", 400, "parameter", "`limit` is empty", "leave it out", Value::Null),
        ("search?fields=outcom", 400, "parameter", "no output field `outcom`", "did you mean `outcome`?", Value::Null),
        ("search?cursor=nonsense", 400, "parameter", "`nonsense` is no cursor", "pass the `next`", Value::Null),
        ("search?cursor=3~x~nothing%231", 410, "stale-cursor", "the index has changed", "start again", Value::Null),
        ("facets", 400, "parameter", "missing field `facet`", "openapi.json", Value::Null),
        ("facets?facet=nothing", 400, "query", "nothing", "", Value::Null),
        ("facets?facet=drug:0", 400, "parameter", "`0` is no number of values", "", Value::Null),
        ("facets?facet=drug:9999", 400, "parameter", "at most 200", "ask for fewer", Value::Null),
        ("stats?by=class,class", 400, "query", "`class` divides twice", "name it once", Value::Null),
        ("stats.svg", 404, "not-found", "nothing to draw", "divide", Value::Null),
        ("letters/nobody", 404, "not-found", "no letter called `nobody`", "the name of their file", Value::Null),
        ("letters/..%2F..%2Fetc%2Fpasswd", 404, "not-found", "no letter called `../../etc/passwd`", "", Value::Null),
        ("decisions/CM16-9000808", 404, "not-found", "has 4 decisions", "name one of them", Value::Null),
        ("decisions/CM16-9000808%239", 404, "not-found", "has 4 decisions", "", Value::Null),
        ("similar/nobody%231", 404, "not-found", "no letter called `nobody`", "", Value::Null),
        ("similar/CM16-9000808%231?q=outcom:upheld", 400, "query", "unknown field", "did you mean", json!([0, 6])),
        ("counter/unknown-form", 404, "not-found", "has 0 decisions", "fits no known form", Value::Null),
        ("cites/*", 400, "query", "no guideline", "name a guideline", Value::Null),
        ("letters/%ff", 400, "parameter", "", "UTF-8", Value::Null),
        ("nothing", 404, "not-found", "nothing is found under /api/v1/nothing", "", Value::Null),
    ] {
        let answer = server.get(&format!("/api/v1/{target}"));
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{target}");
        let problem = answer.json();
        assert_eq!(
            (&problem["type"], &problem["status"]),
            (&json!(format!("/problems/{kind}")), &json!(status)),
            "{target}"
        );
        for (key, part) in [("detail", detail), ("help", help)] {
            let told = problem[key].as_str().unwrap_or_default();
            assert!(told.contains(part), "{target}: {key}: {told}");
        }
        assert_eq!(problem.get("span").unwrap_or(&Value::Null), &span, "{target}");
    }
    let page = server.ask("GET", "/search?q=outcom:upheld", &[("Accept", "text/html")]);
    assert_eq!((page.status, page.header("content-type")), (400, "text/html; charset=utf-8"));
    assert_eq!(server.ask("POST", "/api/v1/search", &[]).status, 405);
    assert_eq!(server.ask("GET", "/api/v1/search", &[("Host", "evil.example")]).status, 421);
}
