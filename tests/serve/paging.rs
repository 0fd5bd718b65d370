//! Paging through a result by its cursor.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::Server;
use crate::program::{Program, samples};

/// The ids of a page, and the cursor of the next.
fn page(server: &Server, parameters: &str, cursor: Option<&str>) -> (Vec<String>, Option<String>) {
    let cursor = cursor.map(|cursor| format!("&cursor={}", cursor.replace('#', "%23"))).unwrap_or_default();
    let answer = server.json(&format!("/api/v1/search?{parameters}&fields=id{cursor}"));
    let ids = answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned());
    (ids.collect(), answer["next"].as_str().map(str::to_owned))
}

/// All ids from a cursor on.
fn rest(server: &Server, parameters: &str, mut cursor: Option<String>) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(from) = cursor {
        let (more, next) = page(server, parameters, Some(&from));
        assert!(!more.is_empty(), "a page behind a cursor has hits");
        ids.extend(more);
        cursor = next;
    }
    ids
}

/// Copies sample letters into a folder, of each two the first or the second, and indexes it.
fn index(program: &Program, letters: &Path, index: &str, remainder: usize) {
    fs::create_dir_all(letters).unwrap();
    let mut files: Vec<_> = fs::read_dir(samples()).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files.iter().skip(remainder).step_by(2) {
        fs::copy(file, letters.join(file.file_name().unwrap())).unwrap();
    }
    let ran = program.run(&["index", letters.to_str().unwrap(), "--index", index]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn each_hit_is_visited_once() {
    let program = Program::new();
    let server = Server::start(&program, &["--letters", "letters"]);
    for parameters in ["q=", "q=upheld", "q=mri", "q=upheld&group=letter", "q=&sort=case", "q=upheld&collapse=true"] {
        let whole = page(&server, &format!("{parameters}&limit=200"), None).0;
        let parameters = format!("{parameters}&limit=7");
        let (mut visited, next) = page(&server, &parameters, None);
        visited.extend(rest(&server, &parameters, next));
        assert_eq!(visited, whole, "case: {parameters}");
    }
}

#[test]
fn each_hit_is_visited_once_while_letters_are_added() {
    for parameters in ["q=upheld&limit=4", "q=&sort=case&limit=9", "q=upheld&limit=3&group=letter"] {
        let program = Program::new();
        let letters = program.home().join("letters");
        let place = program.home().join("index").display().to_string();
        index(&program, &letters, &place, 0);
        let server = Server::start(&program, &["--index", &place]);
        let (mut before, next) = page(&server, parameters, None);
        let first = before.clone();
        before.extend(rest(&server, parameters, next.clone()));
        let known = server.json("/api/v1/schema")["versions"]["commit"].clone();
        index(&program, &letters, &place, 1);
        wait_for_another(&server, &known);
        let visited = [first, rest(&server, parameters, next)].concat();
        for id in &before {
            assert_eq!(visited.iter().filter(|other| *other == id).count(), 1, "case: {parameters}: {id}");
        }
        let all = page(&server, &parameters.replace("limit=", "limit=10"), None).0;
        assert!(all.len() > before.len(), "case: {parameters}: letters were added");
        assert!(visited.iter().all(|id| visited.iter().filter(|other| *other == id).count() == 1), "{visited:?}");
    }
}

/// Waits until the server answers from another commit.
fn wait_for_another(server: &Server, known: &Value) {
    let start = Instant::now();
    while server.json("/api/v1/schema")["versions"]["commit"] == *known {
        assert!(start.elapsed() < Duration::from_secs(20), "the new commit is not served");
        std::thread::sleep(Duration::from_millis(50));
    }
}
