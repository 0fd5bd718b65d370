//! What a server bears: whoever asks for more is told which limit that was.

use super::server::Server;
use crate::program::Program;

#[test]
fn each_limit_is_told() {
    let program = Program::new();
    let limits = [
        "--letters",
        "letters",
        "--rate",
        "0",
        "--max-url",
        "300",
        "--max-body",
        "10",
        "--max-clauses",
        "3",
        "--max-expansions",
        "2",
        "--max-hits",
        "5",
        "--max-depth",
        "8",
    ];
    let server = Server::start(&program, &limits);
    let long = format!("search?q={}", "x".repeat(300));
    for (target, header, status, kind, told) in [
        (long.as_str(), None, 414, "long-url", "at most 300"),
        ("search", Some(("Content-Length", "11")), 413, "long-body", "10 bytes"),
        ("search?q=a+AND+b+AND+c+AND+d&literal=1", None, 422, "too-costly", ""),
        ("search?q=con*", None, 422, "too-costly", ""),
        ("search?q=/wean(ed|ing)/", None, 422, "too-costly", "regular expression"),
        ("search?limit=6", None, 400, "parameter", "at most 5"),
        ("stats?by=class&limit=6", None, 400, "parameter", "at most 5"),
        ("facets?facet=drug:6", None, 400, "parameter", "at most 5"),
        ("similar/CM16-9000808%231?limit=6", None, 400, "parameter", "at most 5"),
        ("cites/MTUS?places=6", None, 400, "parameter", "at most 5"),
        ("search?limit=5&offset=4", None, 400, "parameter", "at most 8"),
    ] {
        let headers: Vec<(&str, &str)> = header.into_iter().collect();
        let answer = server.ask("GET", &format!("/api/v1/{target}"), &headers);
        let problem = answer.json();
        assert_eq!(
            (answer.status, problem["type"].as_str()),
            (status, Some(format!("/problems/{kind}").as_str())),
            "{target}"
        );
        let text = answer.text();
        assert!(text.contains(told) && problem["help"].is_string(), "{target}: {text}");
    }
    for (target, list) in
        [("facets?facet=drug", "/facets/0/values"), ("stats?by=class", "/rows"), ("cites/MTUS", "/places")]
    {
        let answer = server.json(&format!("/api/v1/{target}"));
        assert_eq!(answer.pointer(list).unwrap().as_array().unwrap().len(), 5, "{target}");
    }
    let cut = server.json("/api/v1/facets?facet=drug");
    assert!(cut["facets"][0]["left_out"].as_u64().is_some_and(|left_out| left_out > 0), "what is left out is told");
    let last = server.json("/api/v1/search?limit=4&offset=4");
    assert!(last["next"].is_null(), "nothing is listed behind the deepest place");
}

#[test]
fn whoever_asks_too_often_is_told_when_to_come_back() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters", "--rate", "3"]);
    let statuses: Vec<u16> = (0..4).map(|_| server.get("/api/v1/schema").status).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
    let refused = server.get("/api/v1/schema");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| (1..=20).contains(&seconds)));
    assert_eq!(refused.json()["type"], "/problems/too-often");
    assert_eq!(server.get("/healthz").status, 200, "whoever runs it may always ask");
}
