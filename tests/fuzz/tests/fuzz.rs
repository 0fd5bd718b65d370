//! Tries each fuzz target on its seeds and on mutations of them, the same in every run: some in an ordinary test, for as
//! long as `IMR_FUZZ_SECONDS` says in `ci/fuzz.sh`.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]
#![allow(clippy::print_stdout, reason = "shown with a failure, and by `ci/fuzz.sh`")]

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, iter};

use fastrand::Rng;

/// How many mutations an ordinary test tries.
const FEW: usize = 200;
/// How many changes one mutation has at most.
const MOST_CHANGES: usize = 8;
/// Pieces on which readers of text and of PDFs decide.
const TELLING: [&[u8]; 18] = [
    b"\n",
    b"\n\n",
    b"\x0c",
    b"\r\n",
    b"-\n",
    b"\t",
    b" ",
    b"\0",
    b"\xff",
    b"\"",
    b"(",
    b")",
    b":",
    b"/",
    b"-1",
    b"99999999999",
    "\u{2019}".as_bytes(),
    "\u{130}".as_bytes(),
];

#[test]
fn citation() {
    fuzz("citation", imr_fuzz::citation);
}

#[test]
fn pdf() {
    fuzz("pdf", imr_fuzz::pdf);
}

#[test]
fn query() {
    fuzz("query", imr_fuzz::query);
}

#[test]
fn segment() {
    fuzz("segment", imr_fuzz::segment);
}

fn fuzz(target: &str, check: fn(&[u8])) {
    let seeds = seeds(target);
    let last = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}"));
    // Written before each try: it outlives a stack overflow and an endless loop, too.
    println!("the input that fails is {}; once mended, it belongs into tests/fuzz/corpus/{target}", last.display());
    let mut rng = Rng::with_seed(1);
    let mutations = iter::repeat_with(|| mutated(&seeds, &mut rng)).take_while(within_limit());
    let mut tried = 0;
    for input in seeds.iter().cloned().chain(mutations) {
        fs::write(&last, &input).unwrap();
        check(&input);
        tried += 1;
    }
    println!("{target}: {tried} inputs, no fault");
}

/// Whether there is time for one more mutation.
fn within_limit() -> impl FnMut(&Vec<u8>) -> bool {
    let seconds = env::var("IMR_FUZZ_SECONDS").ok().map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let (start, mut tried) = (Instant::now(), 0);
    move |_| {
        tried += 1;
        seconds.map_or(tried <= FEW, |limit| start.elapsed() < limit)
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A seed with some changes.
fn mutated(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut input = rng.choice(seeds).unwrap().clone();
    for _ in 0..rng.usize(1..=MOST_CHANGES) {
        change(&mut input, seeds, rng);
    }
    input
}

/// Damages bytes, takes some away, repeats some, or puts something in between that may belong there.
fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], rng: &mut Rng) {
    let place = rng.usize(0..=input.len());
    match rng.u8(0..6) {
        0 => input.truncate(place),
        1 => drop(input.drain(stretch(input.len(), rng))),
        2 => input.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1 << rng.u8(0..8)),
        3 => {
            let piece = input[stretch(input.len(), rng)].to_vec();
            insert(input, place, &piece);
        }
        4 => insert(input, place, rng.choice(TELLING).unwrap()),
        _ => {
            let seed = rng.choice(seeds).unwrap();
            insert(input, place, &seed[stretch(seed.len(), rng)]);
        }
    }
}

/// A range of a text of some length, short ones as likely as long ones.
fn stretch(length: usize, rng: &mut Rng) -> Range<usize> {
    let start = rng.usize(0..=length);
    let longest = (length - start) >> rng.u32(0..8);
    start..start + rng.usize(0..=longest)
}

fn insert(input: &mut Vec<u8>, place: usize, piece: &[u8]) {
    input.splice(place..place, piece.iter().copied());
}
