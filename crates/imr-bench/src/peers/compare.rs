//! The whole benchmark, from a corpus to its tables.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::measure::{Cost, measure, median, size};
use super::ours::Ours;
use super::plain::{self, Plain, Stemming};
use super::question::{Engine, questions};
use super::rows::{Prepared, prepare};
use super::sqlite::{self, Sqlite};
use super::table::{Table, digits};
use super::{processes, queries};
use crate::writing::{Format, Order, write};

/// What is compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// How many letters are made, where no corpus is named.
    pub letters: u64,
    /// The seed of the corpus.
    pub seed: u64,
    /// A folder of text letters to take instead.
    pub corpus: Option<PathBuf>,
    /// How often each index is built.
    pub runs: usize,
    /// The program `imr-search`; built first where none is named.
    pub binary: Option<PathBuf>,
    /// An empty folder to work in.
    pub work: PathBuf,
}

/// A peer that indexes in a process of its own, so that its memory can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Peer {
    /// Plain tantivy, given prepared rows.
    PlainRows,
    /// Plain tantivy over the letters' files.
    PlainLetters,
    /// The same, each distinct word stemmed once.
    PlainStems,
    /// `SQLite` FTS5, given prepared rows.
    Sqlite,
}

impl Peer {
    /// Builds the index of this peer.
    ///
    /// # Errors
    ///
    /// If the input cannot be read or the index not be written.
    pub fn index(self, input: &Path, out: &Path) -> anyhow::Result<()> {
        match self {
            Self::PlainRows => plain::index_rows(input, out),
            Self::PlainLetters => plain::index_letters(input, out, Stemming::Stock),
            Self::PlainStems => plain::index_letters(input, out, Stemming::Remembered),
            Self::Sqlite => sqlite::index_rows(input, out),
        }
    }
}

/// Runs the benchmark and prints its tables in Markdown; what is being done is told on standard error.
///
/// # Errors
///
/// If a file cannot be written, or a program fails.
pub fn compare(comparison: &Comparison) -> anyhow::Result<()> {
    let work = &comparison.work;
    let corpus = comparison.corpus.clone().map_or_else(|| generate(comparison), Ok)?;
    let binary = comparison.binary.clone().map_or_else(build, Ok)?;
    tell("segmenting the letters for the peers")?;
    let rows = work.join("rows.jsonl");
    let prepared = prepare(&corpus, &rows)?;
    let mut contenders = contenders(&binary, &corpus, &rows, work)?;
    let mut out = io::stdout().lock();
    let Prepared { letters, rows, bytes, case } = prepared;
    writeln!(out, "{letters} letters, {rows} documents, {} MB of text.\n", bytes / 1_000_000)?;
    writeln!(
        out,
        "## Indexing in turn, medians (runs: {})\n\n{}",
        comparison.runs,
        indexing(&mut contenders, comparison.runs, bytes)?
    )?;
    let (ours, sqlite) = (Ours::open(&work.join("ours"))?, Sqlite::open(&work.join("sqlite"))?);
    let plain = Plain::open(&plain::folder(work, "rows"))?;
    tell("asking")?;
    let engines: [&dyn Engine; 3] = [&ours, &plain, &sqlite];
    writeln!(out, "## Queries in process, warm, in turn\n\n{}", queries::compare(&engines, &questions(&case)?)?)?;
    tell("starting processes")?;
    writeln!(out, "## Whole processes\n\n{}", processes::compare(&binary, &work.join("ours"), &corpus, work)?)?;
    Ok(())
}

fn generate(comparison: &Comparison) -> anyhow::Result<PathBuf> {
    tell(&format!("writing {} letters", comparison.letters))?;
    let out = comparison.work.join("letters");
    let Comparison { letters, seed, .. } = *comparison;
    write(&Order { letters, seed, format: Format::Folder, out: out.clone(), gold: None })?;
    Ok(out)
}

/// Builds the program with the cargo that runs us.
fn build() -> anyhow::Result<PathBuf> {
    tell("building imr-search")?;
    let cargo = env::var_os("CARGO").context("no cargo to build imr-search with; name the program with --binary")?;
    let status = Command::new(cargo).args(["build", "--release", "--quiet", "--package", "imr-search"]).status()?;
    anyhow::ensure!(status.success(), "imr-search cannot be built");
    let binary = env::current_exe()?.with_file_name("imr-search");
    anyhow::ensure!(
        binary.exists(),
        "no {}; run this from a release build, or name the program with --binary",
        binary.display()
    );
    Ok(binary)
}

/// Our program with a home of its own, so that no configuration or index of the user counts.
pub(super) fn program(binary: &Path, work: &Path) -> Command {
    let mut command = Command::new(binary);
    let home = work.join("home");
    command.env("HOME", &home).env("XDG_DATA_HOME", &home).env("XDG_CONFIG_HOME", &home).env("NO_COLOR", "1");
    command
}

/// A way to build an index.
struct Contender {
    name: &'static str,
    command: Command,
    out: PathBuf,
    /// The index is kept, and built again as it stands.
    again: bool,
}

fn contenders(binary: &Path, corpus: &Path, rows: &Path, work: &Path) -> anyhow::Result<[Contender; 7]> {
    let peer = |name: &'static str, kind: &str, input: &Path, out: PathBuf| -> anyhow::Result<Contender> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["peer", kind]).arg(input).arg(&out);
        Ok(Contender { name, command, out, again: false })
    };
    let ours = |name: &'static str, again: bool| {
        let mut command = program(binary, work);
        let out = work.join("ours");
        command.arg("index").arg(corpus).arg("--index").arg(&out);
        Contender { name, command, out, again }
    };
    // What reading costs by itself: no index over what is read can cost less.
    let mut segment = program(binary, work);
    segment.arg("segment").arg(corpus);
    let reading = Contender {
        name: "imr-search segment, nothing indexed",
        command: segment,
        out: work.join("nothing"),
        again: false,
    };
    Ok([
        peer("plain tantivy, letter files, least parser", "plain-letters", corpus, plain::folder(work, "letters"))?,
        peer("the same, each distinct word stemmed once", "plain-stems", corpus, plain::folder(work, "stems"))?,
        reading,
        ours("imr-search, letter files", false),
        ours("imr-search again, nothing changed", true),
        peer("plain tantivy, ready-made JSON", "plain-rows", rows, plain::folder(work, "rows"))?,
        peer("SQLite FTS5, ready-made JSON", "sqlite", rows, work.join("sqlite"))?,
    ])
}

/// Builds all indices in turn. The first contender is what the others are compared with.
#[expect(clippy::cast_precision_loss, reason = "sizes in megabytes")]
fn indexing(contenders: &mut [Contender], runs: usize, text: u64) -> anyhow::Result<String> {
    let mut costs: Vec<Vec<Cost>> = contenders.iter().map(|_| Vec::new()).collect();
    for run in 1..=runs {
        for (contender, costs) in contenders.iter_mut().zip(&mut costs) {
            tell(&format!("indexing, run {run} of {runs}: {}", contender.name))?;
            costs.push(contender.build()?);
        }
    }
    let head = ["index", "wall", "processors", "median s", "own memory MB", "resident MB", "size ÷ text"];
    let mut table = Table::new(&head);
    let of = |costs: &[Cost], value: fn(&Cost) -> f64| median(costs.iter().map(value));
    let first = &costs[0];
    for (contender, costs) in contenders.iter().zip(&costs) {
        table.row([
            contender.name.to_owned(),
            digits(of(costs, |cost| cost.wall) / of(first, |cost| cost.wall)),
            digits(of(costs, |cost| cost.cpu) / of(first, |cost| cost.cpu)),
            digits(of(costs, |cost| cost.wall)),
            digits(of(costs, |cost| cost.own as f64 / 1e6)),
            digits(of(costs, |cost| cost.resident as f64 / 1e6)),
            digits(size(&contender.out) as f64 / text as f64),
        ]);
    }
    Ok(format!("Wall and processor time as a share of the first row's.\n\n{table}"))
}

impl Contender {
    fn build(&mut self) -> anyhow::Result<Cost> {
        if !self.again {
            remove(&self.out)?;
        }
        measure(&mut self.command)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

/// Tells what is being done.
fn tell(what: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_find_the_same() {
        let work = tempfile::tempdir().unwrap();
        let (corpus, rows) = (work.path().join("letters"), work.path().join("rows.jsonl"));
        write(&Order { letters: 200, seed: 1, format: Format::Folder, out: corpus.clone(), gold: None }).unwrap();
        let prepared = prepare(&corpus, &rows).unwrap();
        let (plain, sqlite) = (plain::folder(work.path(), "rows"), work.path().join("sqlite"));
        Peer::PlainRows.index(&rows, &plain).unwrap();
        Peer::Sqlite.index(&rows, &sqlite).unwrap();
        let (plain, sqlite) = (Plain::open(&plain).unwrap(), Sqlite::open(&sqlite).unwrap());
        for question in questions(&prepared.case).unwrap() {
            assert_eq!(plain.check(&question).unwrap(), sqlite.check(&question).unwrap(), "{}", question.id);
            plain.answer(&question).unwrap();
            sqlite.answer(&question).unwrap();
        }
    }
}
