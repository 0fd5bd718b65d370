//! Many clients while the index changes.
//!
//! The short form runs with the other tests; `IMR_SEARCH_LONG_TESTS=1 cargo test --release -p imr-search --test integration
//! serve::load -- --nocapture` is 64 clients for 30 seconds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use imr_bench::Corpus;
use serde_json::Value;

use super::raw::{body, get};
use super::server::Server;
use crate::program::Program;

/// How much is done.
struct Load {
    clients: usize,
    time: Duration,
    /// Letters of each commit.
    commits: &'static [usize],
}

impl Load {
    fn wanted() -> Self {
        if std::env::var_os("IMR_SEARCH_LONG_TESTS").is_some() {
            Self { clients: 64, time: Duration::from_secs(30), commits: &[500; 12] }
        } else {
            Self { clients: 16, time: Duration::from_secs(4), commits: &[40; 4] }
        }
    }
}

/// The server keeps to this, in kB, however many ask: two commits of a small index, and its threads.
const MEMORY: u64 = 600_000;

#[test]
fn clients_see_whole_commits_only_while_the_index_grows() {
    let (load, program, corpus) = (Load::wanted(), Program::new(), Corpus::new(7));
    let letters = program.home().join("letters");
    let index = program.home().join("index").display().to_string();
    let mut written = 0;
    let mut add = |count: usize| {
        put(&corpus, &letters, written..written + count);
        written += count;
        let ran = program.run(&["index", letters.to_str().unwrap(), "--index", &index]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let info: Value =
            serde_json::from_str(&program.run(&["info", "--index", &index, "--format", "json"]).stdout).unwrap();
        info["totals"]["letters"].as_u64().unwrap()
    };
    let mut committed = BTreeSet::from([add(load.commits[0])]);
    let server = Server::start(&program, &["--index", &index, "--rate", "0", "--log", "off"]);
    let (over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let seen = thread::scope(|scope| {
        let clients: Vec<_> = (0..load.clients)
            .map(|client| {
                let (over, asked, server) = (&over, &asked, &server);
                scope.spawn(move || {
                    let mut seen = BTreeSet::new();
                    while !over.load(Ordering::Relaxed) {
                        seen.extend(ask(server, client + asked.fetch_add(1, Ordering::Relaxed)));
                    }
                    seen
                })
            })
            .collect();
        let begun = Instant::now();
        committed.extend(load.commits[1..].iter().map(|count| add(*count)));
        thread::sleep(load.time.saturating_sub(begun.elapsed()));
        over.store(true, Ordering::Relaxed);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect::<BTreeSet<u64>>()
    });
    assert!(seen.is_subset(&committed), "{seen:?} of {committed:?}");
    // The server looks for a newer commit twice a second.
    let is_served = || ask(&server, FIGURES) == committed.last().copied();
    assert!(comes_true(is_served), "the last commit is served: {seen:?} of {committed:?}");
    assert!(asked.into_inner() > load.clients, "each client was answered");
    let peak = server.peak_memory();
    assert!(peak < MEMORY, "{peak} kB");
}

/// Whether something comes true in time.
fn comes_true(mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        if is_so() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

/// What [`ask`] asks at this place tells how many letters there are.
const FIGURES: usize = 1;

/// Asks for a page or for figures; of figures, tells how many letters there are in all.
fn ask(server: &Server, at: usize) -> Option<u64> {
    let targets = ["/search?q=upheld+opioids", "/stats?by=class", "/search?q=mri&group=letter", "/facets?facet=drug"];
    if at.is_multiple_of(3) {
        let (status, answer) = get(server.address, targets[at / 3 % targets.len()]);
        assert_eq!(status, 200, "{answer}");
        return None;
    }
    let (status, answer) = get(server.address, "/api/v1/search?limit=3&facet=outcome&fields=id");
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(body(&answer)).unwrap();
    let facet = &answer["facets"][0];
    let counted: u64 = facet["values"].as_array().unwrap().iter().map(|value| value["count"].as_u64().unwrap()).sum();
    assert_eq!(counted + facet["missing"].as_u64().unwrap(), answer["decisions"].as_u64().unwrap(), "one commit");
    assert_eq!(answer["hits"].as_array().unwrap().len(), 3);
    answer["letters"].as_u64()
}

/// Writes invented letters into a folder.
fn put(corpus: &Corpus, folder: &Path, places: std::ops::Range<usize>) {
    fs::create_dir_all(folder).unwrap();
    for place in places {
        let letter = corpus.letter(place as u64);
        fs::write(folder.join(format!("{place}.txt")), letter.text).unwrap();
    }
}
