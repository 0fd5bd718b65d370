//! `imr-search index`

use std::path::PathBuf;
use std::time::{Duration, Instant};

use imr_index::{Added, IndexWriter};
use imr_ingest::{Discovered, Event, discover};
use imr_model::Letter;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Found, ingest};
use crate::folder::GO_ON;
use crate::location;
use crate::report::{self, Failures, counted};
use crate::settings::Settings;

/// Build or extend an index from decision letters
///
/// Reads files (.txt, .pdf, .jsonl with a letter a line, .zip of letters), folders with all below them, and standard
/// input (`-`). A letter that was indexed before is replaced. A letter that cannot be read is reported and passed over;
/// one of unknown form is indexed as whole text.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search index ./letters
  imr-search index letters.zip more.jsonl --index ./my-index
  cat letter.txt | imr-search index -")]
pub(crate) struct IndexArgs {
    /// Letters: files, folders, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Where to keep the index [default: `IMR_SEARCH_INDEX`, or `imr-search/index` in the platform's data folder]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,

    /// Begin anew: the index holds these letters only, in the form of this version of the program
    #[arg(long)]
    rebuild: bool,
}

impl IndexArgs {
    /// The index that a flag names.
    pub(crate) fn index(&self) -> Option<PathBuf> {
        self.index.clone()
    }
}

pub(crate) fn run(args: &IndexArgs, settings: &Settings) -> anyhow::Result<Found> {
    let place = settings.index.value.clone().map_or_else(location::index, Ok)?;
    let discovered = discover(&args.paths);
    if discovered.files.is_empty() {
        discovered.failures.iter().for_each(report::problem);
        anyhow::bail!("nothing to index; the index was not touched");
    }
    let writer = if args.rebuild { IndexWriter::rebuild(&place)? } else { IndexWriter::open(&place)? };
    let mut run = Run::new(writer);
    run.read(&discovered)?;
    let failed = run.failures.count > 0;
    let summary = run.commit(None)?;
    report::line(&format!("{summary}; index: {}", place.display()));
    Ok(if failed { Found::WithFailures } else { Found::Something })
}

/// One run of the indexer.
pub(crate) struct Run {
    writer: IndexWriter,
    counts: Counts,
    failures: Failures,
    started: Instant,
}

#[derive(Default)]
struct Counts {
    letters: usize,
    decisions: usize,
    duplicates: usize,
    unsegmented: usize,
    partly: usize,
}

impl Run {
    pub(crate) fn new(writer: IndexWriter) -> Self {
        Self { writer, counts: Counts::default(), failures: Failures::default(), started: Instant::now() }
    }

    /// Reads and adds letters; what is wrong with some of them is told on standard error.
    pub(crate) fn read(&mut self, discovered: &Discovered) -> anyhow::Result<()> {
        let progress = progress(discovered.files.len());
        for failure in &discovered.failures {
            self.failures.tell(failure);
            self.failures.end_file();
        }
        let mut stopped: anyhow::Result<()> = Ok(());
        ingest()?.run(&discovered.files, |event| match event {
            Event::FileDone => {
                progress.suspend(|| self.failures.end_file());
                progress.inc(1);
                GO_ON
            }
            Event::Failed(failure) => {
                progress.suspend(|| self.failures.tell(&failure));
                GO_ON
            }
            Event::Letter(letter) => match self.add(&letter, &progress) {
                Ok(()) => GO_ON,
                Err(error) => {
                    stopped = Err(error);
                    std::ops::ControlFlow::Break(())
                }
            },
        });
        progress.finish_and_clear();
        stopped
    }

    fn add(&mut self, letter: &Letter, progress: &ProgressBar) -> anyhow::Result<()> {
        if self.writer.add(letter)? == Added::Duplicate {
            self.counts.duplicates += 1;
            return Ok(());
        }
        self.counts.letters += 1;
        self.counts.decisions += letter.decisions.len();
        if letter.decisions.is_empty() {
            self.counts.unsegmented += 1;
            let reasons: Vec<String> = letter.warnings.iter().map(ToString::to_string).collect();
            progress.suspend(|| {
                report::problem(format!("{} is indexed as whole text: {}", letter.source_file, reasons.join("; ")));
            });
        } else if !letter.unsegmented_text().is_empty() {
            self.counts.partly += 1;
            let start: String = letter.unsegmented_text().chars().take(60).collect();
            progress.suspend(|| {
                let start = start.replace('\n', " ");
                report::problem(format!(
                    "{} fits its form in part: \"{start}...\" is indexed as unsegmented text",
                    letter.source_file
                ));
            });
        }
        Ok(())
    }

    /// Makes the run durable. Returns its summary: `26 letters, 79 treatments, ...`.
    pub(crate) fn commit(self, inputs: Option<String>) -> anyhow::Result<String> {
        self.writer.commit(inputs)?;
        let Counts { letters, decisions, duplicates, unsegmented, partly } = self.counts;
        let mut parts = vec![
            format!("indexed {}, {}", counted(letters, "letter"), counted(decisions, "treatment")),
            format!("{unsegmented} unsegmented"),
            format!("{} failed", self.failures.count),
        ];
        if partly > 0 {
            parts.insert(2, format!("{partly} in part"));
        }
        if duplicates > 0 {
            parts.push(counted(duplicates, "duplicate"));
        }
        Ok(format!("{} in {:.1} s", parts.join(", "), self.started.elapsed().as_secs_f64()))
    }
}

/// A bar on terminals, nothing elsewhere.
fn progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr_with_hz(8));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
