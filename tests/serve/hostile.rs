//! What nobody should send, and what letters should not hold.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::raw::{body, exchange, get, status};
use super::server::Server;
use crate::program::Program;

/// How long a test waits for a server that should hang up at once.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn broken_requests_are_refused_and_the_server_goes_on() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    let long = |length: usize| "x".repeat(length);
    let requests: &[(&str, String, &[u16])] = &[
        ("no HTTP", "\u{1}\u{2}\u{3} hello\r\n\r\n".to_owned(), &[0, 400]),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0".to_owned(), &[0, 400]),
        ("a path that is none", "GET \\..\\.. HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_owned(), &[400, 404]),
        ("no host", "GET /search HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), &[400, 421]),
        ("a head without end", format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}", long(200_000)), &[0, 400, 431]),
        ("too many headers", format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "A: b\r\n".repeat(5_000)), &[0, 400, 431]),
        ("two lengths", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc".to_owned(), &[400]),
        ("a long body", format!("GET /search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n{}", long(99)), &[413]),
        ("a body in chunks", "GET /search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_owned(), &[413]),
        ("a long URL", format!("GET /search?q={} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", long(9_000)), &[414]),
        ("another method", "DELETE /search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_owned(), &[405]),
        ("an absolute URL of somebody else", "GET http://evil.example/search HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_owned(), &[421]),
        ("a proxy", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n".to_owned(), &[405, 421]),
    ];
    for (name, request, want) in requests {
        let answer = exchange(server.address, request.as_bytes(), SOON);
        assert!(want.contains(&status(&answer)), "case: {name}: {answer}");
        assert_eq!(get(server.address, "/healthz").0, 200, "after {name}");
    }
}

#[test]
fn what_is_asked_in_bad_faith_finds_nothing_and_breaks_nothing() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters", "--rate", "0"]);
    for (target, want) in [
        ("/assets/../Cargo.toml", 404),
        ("/assets/%2e%2e/Cargo.toml", 404),
        ("/assets//etc/passwd", 404),
        ("/letters/..%2f..%2fCargo.toml", 404),
        ("/letters/%2fetc%2fpasswd/text", 404),
        ("/files/..%2f..%2fCargo.toml", 404),
        ("/decisions/%00", 404),
        ("/decisions/%ff%fe", 400),
        ("/search?q=%ff", 200),
        ("/search?q=%F0%9F%A4%A0%E2%80%AE%00", 200),
        ("/search?q=/(a*)*b/", 422),
        ("/search?q=((((((((((", 400),
        ("/search.json?limit=99999999999999999999", 400),
        ("/search.json?offset=18446744073709551615", 400),
        ("/search.json?limit=100000", 400),
        ("/search.json?cursor=0~~", 410),
        ("/search.json?cursor=18446744073709551615~~", 410),
        ("/search.json?unknown=1", 400),
        ("/stats?by=nonsense", 400),
        ("/stats?by=drug,drug", 400),
        ("/facets?facet=%3Cscript%3E", 400),
        ("/similar/nonsense%231", 404),
    ] {
        let (status, answer) = get(server.address, target);
        assert_eq!(status, want, "case: {target}: {answer}");
    }
    let brackets = format!("/search?q={}a{}", "(".repeat(3_000), ")".repeat(3_000));
    let words = format!("/search?q={}", "a+".repeat(3_000));
    for target in [brackets, words] {
        let (status, _) = get(server.address, &target);
        assert!((200..500).contains(&status), "case: {target}: {status}");
    }
    assert_eq!(get(server.address, "/healthz").0, 200);
}

/// A letter that would run as a script where a page does not escape it.
const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

#[test]
fn letters_and_queries_are_text_on_every_page() {
    let program = Program::new();
    let letters = program.home().join("hostile");
    fs::create_dir(&letters).unwrap();
    fs::write(
        letters.join("a.txt"),
        format!(
            "Case Number: CM15-9000001\nDate Assigned: 01/02/2015 Date of Injury: 03/04/2014\n\n\
             HOW THE IMR FINAL DETERMINATION WAS MADE\n\nA reviewer was chosen.\n\n\
             CLINICAL CASE SUMMARY\n\nThe worker {SCRIPT} is a 44 year old man.\n\n\
             IMR ISSUES, DECISIONS AND RATIONALES\n\nThe Final Determination was based on decisions set forth below:\n\n\
             Norco {SCRIPT}: Upheld\n\nClaims Administrator guideline: Decision based on MTUS {SCRIPT}.\n\n\
             MAXIMUS guideline: Decision based on {SCRIPT}.\n\nDecision rationale: {SCRIPT} Norco is not necessary.\n\n"
        ),
    )
    .unwrap();
    let server = Server::start(&program, &["--letters", letters.to_str().unwrap(), "--rate", "0"]);
    let query = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%3E%3Cimg%20src=x%20onerror=alert(2)%3E";
    for target in [
        "/".to_owned(),
        "/search?q=norco".to_owned(),
        format!("/search?q={query}"),
        format!("/search?q=%22{query}%22&literal=true"),
        format!("/search?q=norco&sort=score&facet={query}"),
        format!("/search?q=outcom:{query}"),
        "/letters/CM15-9000001?q=norco".to_owned(),
        "/decisions/CM15-9000001%231?q=alert".to_owned(),
        format!("/decisions/{query}"),
        format!("/cites/{query}"),
        format!("/facets?facet=guideline&q={query}"),
        format!("/stats?by=drug&q={query}"),
        "/similar/CM15-9000001%231".to_owned(),
        format!("/{query}"),
    ] {
        let (status, answer) = get(server.address, &target);
        let page = body(&answer);
        assert!(status < 500, "case: {target}: {answer}");
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "case: {target}: {page}");
        assert!(answer.contains("default-src 'none'"), "case: {target}: {answer}");
    }
    let (_, page) = get(server.address, "/decisions/CM15-9000001%231");
    assert!(page.contains("&lt;script&gt;alert"), "the text is there, as text: {page}");
}

#[test]
fn slow_clients_do_not_keep_others_waiting() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters", "--rate", "0"]);
    let begun = Instant::now();
    let mut slow: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /search HTTP/1.1\r\nHost: local").unwrap();
    }
    for _ in 0..20 {
        assert_eq!(get(server.address, "/search.json?q=xanax").0, 200);
    }
    // Whoever does not end its request is left: the end of the connection, with or without an answer.
    slow[0].set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let mut answer = Vec::new();
    slow[0].read_to_end(&mut answer).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(40));
    assert_eq!(get(server.address, "/healthz").0, 200);
}
