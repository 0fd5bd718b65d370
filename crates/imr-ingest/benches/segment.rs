//! What reading a letter costs: its fields (with citations, without concepts), its citations alone, and its concepts.
//!
//! ```sh
//! cargo bench -p imr-ingest --bench segment
//! IMR_BENCH_LETTERS=FOLDER cargo bench -p imr-ingest --bench segment
//! ```
//!
//! Each sample reads all text letters of the folder (by default `corpus-samples/letters`) once, on one thread. Fields and
//! concepts are counted in bytes of the letters' text, citations in bytes of the guideline paragraphs. Texts are copied
//! outside of the timed part.

#![allow(clippy::unwrap_used, reason = "a benchmark fails loudly")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use imr_ingest::{read_citations, read_concepts, read_fields};
use imr_model::Letter;
use mimalloc::MiMalloc;

/// That of the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    divan::main();
}

#[divan::bench]
fn fields(bencher: Bencher<'_, '_>) {
    bencher
        .counter(letter_bytes())
        .with_inputs(|| TEXTS.clone())
        .bench_values(|texts| texts.into_iter().for_each(|text| drop(black_box(letter(text)))));
}

#[divan::bench]
fn citations(bencher: Bencher<'_, '_>) {
    let paragraphs = paragraphs();
    let bytes: usize = paragraphs.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        paragraphs.iter().for_each(|paragraph| drop(black_box(read_citations(paragraph))));
    });
}

#[divan::bench]
fn concepts(bencher: Bencher<'_, '_>) {
    let letters = letters();
    bencher.counter(letter_bytes()).with_inputs(|| letters.clone()).bench_local_refs(|letters| {
        letters.iter_mut().for_each(read_concepts);
    });
}

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let samples = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus-samples/letters");
    let folder = std::env::var_os("IMR_BENCH_LETTERS").map_or_else(samples, PathBuf::from);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    files.sort();
    files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
});

fn letter_bytes() -> BytesCount {
    BytesCount::new(TEXTS.iter().map(String::len).sum::<usize>())
}

fn letter(text: String) -> Letter {
    read_fields("letter", "letter.txt", text)
}

fn letters() -> Vec<Letter> {
    TEXTS.iter().cloned().map(letter).collect()
}

/// The guideline paragraphs of all letters.
fn paragraphs() -> Vec<String> {
    let decisions = letters().into_iter().flat_map(|letter| letter.decisions);
    decisions.flat_map(|decision| [decision.administrator_guideline, decision.reviewer_guideline]).flatten().collect()
}
