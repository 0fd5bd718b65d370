//! The index that benchmarks ask: `IMR_BENCH_INDEX`, or one of some 2,000 copies of the text letters of a folder,
//! `IMR_BENCH_LETTERS` or `corpus-samples/letters`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use imr_index::{IndexReader, IndexWriter, NewLetter, WRITER_MEMORY};
use imr_ingest::segment;

const LETTERS: usize = 2_000;

/// The opened index.
pub(crate) static INDEX: LazyLock<IndexReader> = LazyLock::new(|| match std::env::var_os("IMR_BENCH_INDEX") {
    Some(index) => IndexReader::open(Path::new(&index)).unwrap(),
    None => copies(),
});

/// An index of copies of letters; the reader keeps its files open when the folder is gone.
fn copies() -> IndexReader {
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
}
