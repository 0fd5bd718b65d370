//! What queries cost: reading them, answering them, and counting facets over everything.
//!
//! ```sh
//! cargo bench -p imr-search --bench queries
//! IMR_BENCH_LETTERS=FOLDER cargo bench -p imr-search --bench queries -- facets
//! ```
//!
//! Takes the text letters of a folder (by default `corpus-samples/letters`), copies them to some 2,000 letters, and asks
//! each query until its times settle. Compare medians of one run: the first query is a single word.

#![allow(clippy::unwrap_used, reason = "a benchmark fails loudly")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use imr_index::{IndexReader, IndexWriter, NewLetter, WRITER_MEMORY};
use imr_ingest::segment;
use imr_query::{Request, Sort, parse, read_english, search};
use jiff::civil::{Date, date};

const LETTERS: usize = 2_000;
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

/// An index of copies of letters; the reader keeps its files open when the folder is gone.
static INDEX: LazyLock<IndexReader> = LazyLock::new(|| {
    let samples = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus-samples/letters");
    let folder = std::env::var_os("IMR_BENCH_LETTERS").map_or_else(samples, PathBuf::from);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    let texts: Vec<String> = files.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let place = tempfile::tempdir().unwrap().keep();
    let mut writer = IndexWriter::open(&place, WRITER_MEMORY).unwrap();
    for copy in 0..LETTERS.div_ceil(texts.len()) {
        for (at, text) in texts.iter().enumerate() {
            let name = format!("letter-{at}-{copy}");
            let text = format!("{text}\n\nCopy {copy}\n");
            let letter = segment(&name, &name, text.clone());
            writer.add(&NewLetter { letter: &letter, text: &text, identity: &name, file: &name }).unwrap();
        }
    }
    writer.finish().unwrap();
    let reader = IndexReader::open(&place).unwrap();
    std::fs::remove_dir_all(&place).unwrap();
    reader
});
