//! What queries of each kind cost, against a query of one word.
//!
//! ```sh
//! cargo bench -p imr-search --bench queries -- [FOLDER]
//! ```
//!
//! Takes the text letters of a folder (by default `corpus-samples/letters`), copies them to some 2,000 letters, and answers
//! each query in turn, so that all meet the same machine. Times are medians; the ratio is to the first query.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and fails loudly")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use imr_index::{IndexReader, IndexWriter, NewLetter, WRITER_MEMORY};
use imr_ingest::segment;
use imr_query::{Request, Sort, search};
use jiff::civil::date;

const LETTERS: usize = 2_000;
const RUNS: usize = 21;

/// The first is the measure of the others.
const QUERIES: [&str; 12] = [
    "rationale:weaning",
    "outcome:upheld",
    "\"functional improvement\"",
    "rationale:\"functional improvement\"~5",
    "rationale:(pain /5 function)",
    "rationale:(pain /s (function OR improvement) /s patient)",
    "therap*",
    "weaning~1",
    "/wean(ed|ing)/",
    "upheld benzodiazepine decisions citing page 24",
    "opioid continued without documented functional improvement or a urine drug screen",
    "overturned xanax citing page 24 for women over 90",
];

/// Fields counted over every decision, one by one and together.
const FACETS: [&[&str]; 5] =
    [&["outcome"], &["specialty"], &["class/drug"], &["page"], &["outcome", "specialty", "year", "class"]];

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus-samples/letters");
    let place = tempfile::tempdir().unwrap();
    let letters = index(&folder.map_or(samples, PathBuf::from), place.path());
    let index = IndexReader::open(place.path()).unwrap();
    println!("{letters} letters\n{:>9}  {:>6}  {:>6}  query", "time", "ratio", "hits");
    let today = date(2017, 3, 1);
    let counting = |fields: &&[&str]| Request {
        facets: fields.iter().map(|field| (*field).to_owned()).collect(),
        ..Request::new("", 0, today)
    };
    let newest = Request { sort: Sort::Newest, ..Request::new("outcome:overturned", 10, today) };
    let requests: Vec<Request> = QUERIES
        .iter()
        .map(|query| Request::new(*query, 10, today))
        .chain([newest])
        .chain(FACETS.iter().map(counting))
        .collect();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); requests.len()];
    let mut hits = vec![0; requests.len()];
    for _ in 0..RUNS {
        for (at, request) in requests.iter().enumerate() {
            let started = Instant::now();
            let mut answer = search(&index, request).unwrap();
            assert!(answer.hits().all(|hit| hit.is_ok()));
            times[at].push(started.elapsed());
            hits[at] = answer.decisions;
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    for ((request, time), hits) in requests.iter().zip(&medians).zip(hits) {
        let ratio = time.as_secs_f64() / medians[0].as_secs_f64();
        let (query, facets) = (&request.query, request.facets.join(", "));
        println!("{:>6.2} ms  {ratio:>6.1}  {hits:>6}  {query} {facets}", time.as_secs_f64() * 1e3);
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Indexes copies of the text letters of a folder; tells how many.
fn index(folder: &Path, place: &Path) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    let texts: Vec<String> = files.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let mut writer = IndexWriter::open(place, WRITER_MEMORY).unwrap();
    let mut letters = 0;
    for copy in 0..LETTERS.div_ceil(texts.len()) {
        for (at, text) in texts.iter().enumerate() {
            let name = format!("letter-{at}-{copy}");
            let text = format!("{text}\n\nCopy {copy}\n");
            let letter = segment(&name, &name, text.clone());
            writer.add(&NewLetter { letter: &letter, text: &text, identity: &name, file: &name }).unwrap();
            letters += 1;
        }
    }
    writer.finish().unwrap();
    letters
}
