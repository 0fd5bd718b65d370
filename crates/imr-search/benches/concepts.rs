//! What concepts cost: the time of indexing letters, against the time of reading their concepts once more.
//!
//! ```sh
//! cargo bench -p imr-search --bench concepts -- [FOLDER]
//! ```
//!
//! Takes the text letters of a folder (by default `corpus-samples/letters`), copies them to some 2,000 letters with texts
//! of their own, and does both in turn, five times. Times are those of the processor, all threads together: what is
//! compared is work, whoever else is at the machine and however many processors it has. The share is that of the medians.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and fails loudly")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use imr_index::{IndexWriter, NewLetter, WRITER_MEMORY};
use imr_ingest::{read_concepts, segment};
use imr_model::Letter;
use rustix::time::{ClockId, clock_gettime};

const LETTERS: usize = 2_000;
const RUNS: usize = 5;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus-samples/letters");
    let texts = texts(&folder.map_or(samples, PathBuf::from));
    let copies = LETTERS.div_ceil(texts.len());
    // Copies end in a line of their own, for each text is one letter.
    let letters: Vec<String> =
        (0..copies).flat_map(|copy| texts.iter().map(move |text| format!("{text}\n\nCopy {copy}\n"))).collect();
    let bytes: usize = letters.iter().map(String::len).sum();
    println!("{} letters of {} bytes on average", letters.len(), bytes / letters.len());

    let (mut indexing, mut concepts) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (time, segmented) = index(&letters);
        indexing.push(time);
        concepts.push(read_again(segmented));
    }
    let (indexing, concepts) = (median(indexing), median(concepts));
    let without = indexing.saturating_sub(concepts);
    println!("indexing with concepts     {indexing:>8.3?}");
    println!("indexing without concepts  {without:>8.3?}");
    println!(
        "concepts                   {concepts:>8.3?}  {:.1} % of indexing",
        100.0 * concepts.as_secs_f64() / indexing.as_secs_f64()
    );
}

fn texts(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    files.sort();
    files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// Segments and indexes letters, up to the commit.
fn index(texts: &[String]) -> (Duration, Vec<Letter>) {
    let folder = tempfile::tempdir().unwrap();
    let started = processor_time();
    let mut writer = IndexWriter::open(&folder.path().join("index"), WRITER_MEMORY).unwrap();
    let mut letters = Vec::with_capacity(texts.len());
    for (number, text) in texts.iter().enumerate() {
        let name = format!("letter-{number}");
        let letter = segment(&name, &name, text.clone());
        writer.add(&NewLetter { letter: &letter, text, identity: &name, file: &name }).unwrap();
        letters.push(letter);
    }
    writer.commit().unwrap();
    (processor_time().saturating_sub(started), letters)
}

/// What all threads of this process have used.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap()
}

fn read_again(mut letters: Vec<Letter>) -> Duration {
    let started = processor_time();
    letters.iter_mut().for_each(read_concepts);
    processor_time().saturating_sub(started)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
