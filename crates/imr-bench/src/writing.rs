//! Writes a corpus to disk.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::letters::{Corpus, InventedLetter};

/// Letters in a folder, and made in one go.
const BATCH: u64 = 1_000;

/// The form in which a corpus is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text files in folders of 1,000
    Folder,
    /// One file, an object with `id` and `text` a line
    Jsonl,
    /// One archive of text files
    Zip,
}

/// What is written where.
#[derive(Clone, Debug)]
pub struct Order {
    /// How many letters.
    pub letters: u64,
    /// The seed of the corpus.
    pub seed: u64,
    /// In which form.
    pub format: Format,
    /// A folder, or the file to write; what stands there is replaced file by file.
    pub out: PathBuf,
    /// A file for what is to be found in the letters, one object a line.
    pub gold: Option<PathBuf>,
}

/// Writes a corpus, its letters made on all processors. Gives the bytes of its text.
///
/// # Errors
///
/// If a file cannot be written.
pub fn write(order: &Order) -> anyhow::Result<u64> {
    let corpus = Corpus::new(order.seed);
    let mut sink = Sink::open(order)?;
    let mut gold = order.gold.as_deref().map(create).transpose()?;
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get) as u64;
    let mut bytes = 0;
    for first in (0..order.letters).step_by(usize::try_from(BATCH * threads)?) {
        for (batch, letters) in batches(&corpus, first, order.letters, threads) {
            bytes += letters.iter().map(|letter| letter.text.len() as u64).sum::<u64>();
            sink.write(batch, &letters)?;
            let Some(gold) = &mut gold else { continue };
            for letter in &letters {
                write_line(gold, &letter.gold)?;
            }
        }
    }
    sink.close()?;
    if let Some(mut gold) = gold {
        gold.flush()?;
    }
    Ok(bytes)
}

/// The next batch of each thread, in their order.
fn batches(corpus: &Corpus, first: u64, letters: u64, threads: u64) -> Vec<(u64, Vec<InventedLetter>)> {
    let make = |first: u64| (first..(first + BATCH).min(letters)).map(|place| corpus.letter(place)).collect();
    thread::scope(|scope| {
        let firsts = (0..threads).map(|thread| first + thread * BATCH).filter(|first| *first < letters);
        let makers: Vec<_> = firsts.map(|first| (first / BATCH, scope.spawn(move || make(first)))).collect();
        makers.into_iter().filter_map(|(batch, maker)| Some((batch, maker.join().ok()?))).collect()
    })
}

enum Sink {
    Folder(PathBuf),
    Jsonl(BufWriter<File>),
    Zip(Box<ZipWriter<BufWriter<File>>>),
}

impl Sink {
    fn open(order: &Order) -> anyhow::Result<Self> {
        Ok(match order.format {
            Format::Folder => Self::Folder(order.out.clone()),
            Format::Jsonl => Self::Jsonl(create(&order.out)?),
            Format::Zip => Self::Zip(Box::new(ZipWriter::new(create(&order.out)?))),
        })
    }

    fn write(&mut self, batch: u64, letters: &[InventedLetter]) -> anyhow::Result<()> {
        let name = |letter: &InventedLetter| format!("{batch:04}/{}.txt", letter.gold.source);
        match self {
            Self::Folder(folder) => {
                let inner = folder.join(format!("{batch:04}"));
                fs::create_dir_all(&inner).with_context(|| inner.display().to_string())?;
                for letter in letters {
                    let path = folder.join(name(letter));
                    fs::write(&path, &letter.text).with_context(|| path.display().to_string())?;
                }
            }
            Self::Jsonl(file) => {
                for letter in letters {
                    write_line(file, &serde_json::json!({ "id": letter.gold.source, "text": letter.text }))?;
                }
            }
            Self::Zip(archive) => {
                for letter in letters {
                    archive.start_file(name(letter), SimpleFileOptions::default().compression_level(Some(1)))?;
                    archive.write_all(letter.text.as_bytes())?;
                }
            }
        }
        Ok(())
    }

    fn close(self) -> anyhow::Result<()> {
        match self {
            Self::Folder(_) => {}
            Self::Jsonl(mut file) => file.flush()?,
            Self::Zip(archive) => archive.finish()?.flush()?,
        }
        Ok(())
    }
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(path).with_context(|| path.display().to_string())?))
}

fn write_line(file: &mut impl Write, record: &impl serde::Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *file, record)?;
    file.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use zip::ZipArchive;

    use super::*;

    /// The texts of a written corpus in their order.
    fn texts(format: Format, out: &Path) -> Vec<String> {
        match format {
            Format::Folder => {
                let mut files: Vec<PathBuf> = fs::read_dir(out).unwrap().map(|file| file.unwrap().path()).collect();
                files.sort();
                let inside = |folder: &PathBuf| fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
                files.iter().flat_map(inside).map(|file| fs::read_to_string(file).unwrap()).collect()
            }
            Format::Jsonl => {
                let record = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
                let lines = fs::read_to_string(out).unwrap();
                lines.lines().map(|line| record(line)["text"].as_str().unwrap().to_owned()).collect()
            }
            Format::Zip => {
                let mut archive = ZipArchive::new(File::open(out).unwrap()).unwrap();
                let mut text = |member| {
                    let mut text = String::new();
                    archive.by_index(member).unwrap().read_to_string(&mut text).unwrap();
                    text
                };
                (0..1_003).map(&mut text).collect()
            }
        }
    }

    #[test]
    fn every_format_holds_every_letter() {
        let corpus = Corpus::new(5);
        let mut want: Vec<String> = (0..1_003).map(|place| corpus.letter(place).text).collect();
        want.sort();
        for format in [Format::Folder, Format::Jsonl, Format::Zip] {
            let work = tempfile::tempdir().unwrap();
            let (out, gold) = (work.path().join("letters"), work.path().join("gold.jsonl"));
            let order = Order { letters: 1_003, seed: 5, format, out: out.clone(), gold: Some(gold.clone()) };
            let bytes = write(&order).unwrap();
            let mut found = texts(format, &out);
            found.sort();
            assert!(found == want, "{format:?}");
            assert_eq!(bytes, want.iter().map(|text| text.len() as u64).sum::<u64>(), "{format:?}");
            assert_eq!(fs::read_to_string(gold).unwrap().lines().count(), 1_003, "{format:?}");
        }
    }
}
