//! How a server begins, follows its index, and ends.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::server::Server;
use crate::program::{Program, samples};

/// A new commit is served after so long at most.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn a_server_is_there_at_once() {
    let program = Program::new();
    assert_eq!(program.query(&["-q", "*"]).status, 0, "the letters are indexed");
    let begun = Instant::now();
    let server = Server::start(&program, &["--letters", "letters"]);
    assert_eq!(server.get("/search?q=xanax").status, 200);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(1) || cfg!(debug_assertions), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn new_commits_and_rebuilt_indexes_are_served_without_a_restart() {
    let program = Program::new();
    let (letters, index) = (program.home().join("letters"), program.home().join("index").display().to_string());
    fs::create_dir(&letters).unwrap();
    let mut names = fs::read_dir(samples()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    names.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    names.sort();
    let put = |at: usize| fs::copy(&names[at], letters.join(names[at].file_name().unwrap())).unwrap();
    let update = |flags: &[&str]| {
        let ran = program.run(&[&["index", letters.to_str().unwrap(), "--index", &index], flags].concat());
        assert!(ran.status != 1, "{}", ran.stderr);
    };
    put(0);
    update(&[]);
    let server = Server::start(&program, &["--index", &index, "--rate", "0"]);
    let first = server.get("/api/v1/search");
    assert_eq!(first.json()["letters"], 1);
    put(1);
    update(&[]);
    let second = wait(&server, 2, first.header("etag"));
    assert_eq!(server.ask("GET", "/api/v1/search", &[("If-None-Match", &second)]).status, 304);
    put(2);
    update(&["--rebuild"]);
    let third = wait(&server, 3, &second);
    fs::remove_file(letters.join(names[0].file_name().unwrap())).unwrap();
    update(&["--prune"]);
    wait(&server, 2, &third);
    // An index that is gone is told of; what was read of it is served on.
    assert_eq!(server.get("/readyz").status, 200);
    fs::rename(&index, program.home().join("elsewhere")).unwrap();
    assert_eq!(server.get("/readyz").status, 503);
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/api/v1/search").status, 200);
}

/// Waits until so many letters are served, by an answer with another tag; tells its tag.
fn wait(server: &Server, letters: u64, before: &str) -> String {
    let begun = Instant::now();
    loop {
        let answer = server.get("/api/v1/search");
        assert_eq!(answer.status, 200, "{}", answer.text());
        if answer.json()["letters"] == letters {
            assert_ne!(answer.header("etag"), before);
            return answer.header("etag").to_owned();
        }
        assert!(begun.elapsed() < SOON, "{}", answer.text());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_server_ends_when_it_is_told_to() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    assert_eq!(server.get("/").status, 200);
    let begun = Instant::now();
    assert_eq!(server.terminate(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(15));
}

#[test]
fn what_keeps_a_server_from_beginning_is_told() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    let address = server.address.to_string();
    let ran = program.run(&["serve", "--letters", "letters", "--listen", &address]);
    let message = ran.stderr.lines().last().unwrap_or_default();
    assert_eq!(ran.status, 2);
    assert!(message.contains(&format!("cannot listen to {address}")) && message.contains("--listen"), "{message}");
    let ran = program.run(&["serve", "--index", "nowhere"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("nowhere") && ran.stderr.contains("imr-search index"), "{}", ran.stderr);
}
