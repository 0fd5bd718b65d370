//! What queries cost: reading them, answering them, and counting facets over everything.
//!
//! ```sh
//! cargo bench -p imr-search --bench queries
//! IMR_BENCH_LETTERS=FOLDER cargo bench -p imr-search --bench queries -- facets
//! ```
//!
//! Asks each query until its times settle. Compare medians of one run: the first query is a single word. `letters/mod.rs`
//! says which letters are asked.

#![allow(clippy::unwrap_used, reason = "a benchmark fails loudly")]

mod letters;

use std::sync::LazyLock;

use divan::{Bencher, black_box};
use imr_query::{Request, Sort, parse, read_english, search};
use jiff::civil::{Date, date};

use letters::INDEX;

const TODAY: Date = date(2017, 3, 1);

/// All but the last find something in the samples.
const QUERIES: [&str; 12] = [
    "rationale:therapy",
    "outcome:upheld",
    "\"physical therapy\"",
    "rationale:\"medically necessary\"~5",
    "rationale:(medically /5 necessary)",
    "rationale:(request /s (necessary OR appropriate) /s medically)",
    "therap*",
    "therapy~1",
    "/inject(ion|ions|ed)/",
    "upheld benzodiazepine decisions citing page 24",
    "opioid continued without documented functional improvement or a urine drug screen",
    "overturned xanax citing page 24 for women over 90",
];

/// One by one and together.
const FACETS: [&str; 5] = ["outcome", "specialty", "class/drug", "page", "outcome specialty year class"];

fn main() {
    divan::main();
}

/// The query language alone.
#[divan::bench(args = QUERIES)]
fn parsing(query: &str) {
    drop(black_box(parse(query)));
}

/// The query language, and plain English.
#[divan::bench(args = QUERIES)]
fn understanding(query: &str) {
    drop(black_box(read_english(parse(query).unwrap())));
}

/// The first ten hits with their passages.
#[divan::bench(args = QUERIES)]
fn answering(bencher: Bencher<'_, '_>, query: &str) {
    answer(bencher, &Request::new(query, 10, TODAY));
}

#[divan::bench]
fn newest(bencher: Bencher<'_, '_>) {
    answer(bencher, &Request { sort: Sort::Newest, ..Request::new("outcome:overturned", 10, TODAY) });
}

/// Values of fields, over every decision, when they are asked again.
#[divan::bench(args = FACETS)]
fn facets(bencher: Bencher<'_, '_>, fields: &str) {
    let facets = fields.split(' ').map(str::to_owned).collect();
    answer(bencher, &Request { facets, ..Request::new("", 0, TODAY) });
}

fn answer(bencher: Bencher<'_, '_>, request: &Request) {
    // Making it is no part of the first answer.
    let index = LazyLock::force(&INDEX);
    bencher.bench_local(|| {
        let mut answer = search(index, request).unwrap();
        assert!(answer.hits().all(|hit| hit.is_ok()));
        answer.decisions
    });
}
