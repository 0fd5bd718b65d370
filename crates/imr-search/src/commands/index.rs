//! `imr-search index`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imr_index::{IndexReader, IndexWriter, NewLetter, StoredIndex, StoredText};
use imr_ingest::{Event, Failure, LetterText};

use super::{Found, ingest};
use crate::interrupt::Interrupt;
use crate::memory::{Memory, use_small_pages};
use crate::report;
use crate::settings::Settings;
use crate::update::{COMMIT_EVERY, Update, Wishes, absolute, has_files};
use imr_output::counted;

/// Build an index from decision letters, or bring it up to date
///
/// Reads files (.txt, .pdf, .jsonl with a letter a line, .zip of letters), folders with all below them, and standard
/// input (`-`). Only what is new or has changed is read: run it as often as you like. A letter that is found at several
/// places is stored once. A letter that cannot be read is reported and passed over; one of unknown form is indexed as
/// whole text. A run that is killed loses no more than what was added since its last commit, and the next one carries on.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search index ./letters
  imr-search index ./letters --prune --report /var/log/imr.jsonl
  imr-search index letters.zip more.jsonl --index ./my-index
  imr-search index --retry-failed
  imr-search index --rebuild --from-index
  cat letter.txt | imr-search index -")]
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub(crate) struct IndexArgs {
    /// Letters: files, folders, or `-` for standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["from_index", "retry_failed"], value_hint = clap::ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    /// Where to keep the index [default: `IMR_SEARCH_INDEX`, or `imr-search/index` in the platform's data folder]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    index: Option<PathBuf>,

    /// Remove letters whose files are gone from the paths; what cannot be looked at is kept
    #[arg(long, conflicts_with = "rebuild")]
    prune: bool,

    /// Read files again that could not be read before: those under the paths, or all
    #[arg(long, conflicts_with = "rebuild")]
    retry_failed: bool,

    /// Begin anew: the index holds these letters only, in the form of this version of the program. The old one answers
    /// until the new one is whole
    #[arg(long)]
    rebuild: bool,

    /// With --rebuild: take the texts that the index has kept, and open no letters
    #[arg(long, requires = "rebuild", conflicts_with = "paths")]
    from_index: bool,

    /// Make the work durable after so many letters
    #[arg(long, value_name = "N", default_value_t = COMMIT_EVERY, value_parser = commit_every)]
    commit_every: usize,

    /// Take at most so much memory in all, however many letters there are
    #[arg(long, value_name = "SIZE", default_value = "1G")]
    memory: Memory,

    /// Write what failed or was removed, and the counts of the run, to this file as JSON, an object a line
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    report: Option<PathBuf>,
}

fn commit_every(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "expected a number of letters, from 1 on".to_owned())
}

impl IndexArgs {
    /// The index that a flag names.
    pub(crate) fn index(&self) -> Option<PathBuf> {
        self.index.clone()
    }

    fn wishes(&self) -> anyhow::Result<Wishes> {
        Ok(Wishes {
            prune: self.prune,
            retry_failed: self.retry_failed,
            commit_every: self.commit_every,
            report: self.report.clone(),
            interrupt: Interrupt::listen()?,
        })
    }
}

pub(crate) fn run(args: &IndexArgs, settings: &Settings) -> anyhow::Result<Found> {
    let place = settings.index_place()?;
    use_small_pages();
    if args.from_index {
        return rebuild_from_index(args, &place);
    }
    let paths = if args.paths.is_empty() { failed_files(&place)? } else { absolute(&args.paths)? };
    if paths.is_empty() {
        report::line(&format!("no file is known that could not be read; index: {}", place.display()));
        return Ok(Found::Something);
    }
    if let Err(failures) = has_files(&paths) {
        failures
            .iter()
            .for_each(|failure| report::problem(format!("{} {}", report::near(&failure.place), failure.error)));
        anyhow::bail!("nothing to index; the index was not touched");
    }
    let memory = args.memory.of_writer();
    let writer = if args.rebuild { IndexWriter::rebuild(&place, memory)? } else { IndexWriter::open(&place, memory)? };
    let mut update = Update::new(writer, args.wishes()?)?;
    update.read(&paths, &ingest(args.memory)?)?;
    let finished = update.finish()?;
    report::line(&format!("{}; index: {}", finished.summary(), place.display()));
    finished.hints().iter().for_each(report::note);
    if finished.is_interrupted {
        report::problem(if args.rebuild {
            "stopped; the index is as it was before the rebuild"
        } else {
            "stopped; what was indexed so far is kept, and the next run carries on"
        });
        return Ok(Found::Interrupted);
    }
    Ok(if finished.has_failures() { Found::WithFailures } else { Found::Something })
}

/// The files that could not be read in earlier runs.
fn failed_files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let index = IndexReader::open(place)?;
    Ok(index.failed_files()?.into_iter().map(|record| PathBuf::from(record.path)).collect())
}

/// Builds an index anew from the texts that it keeps.
fn rebuild_from_index(args: &IndexArgs, place: &Path) -> anyhow::Result<Found> {
    let interrupt = Interrupt::listen()?;
    let old = StoredIndex::open(place)?;
    let mut rebuild = Rebuild::new(IndexWriter::rebuild(place, args.memory.of_writer())?, args.commit_every);
    if let Some(paths) = old.mirrors() {
        rebuild.writer.set_mirrored(paths.to_vec());
    }
    for record in old.files() {
        rebuild.writer.restore_record(record?)?;
    }
    let mut unreadable = Ok(());
    let kept = old.letters().map_while(|stored| stored.map_err(|error| unreadable = Err(error)).ok());
    let texts = kept.map(|stored| {
        let StoredText { source, text, warnings, source_file, file, .. } = stored;
        (LetterText::kept(source, text, warnings), source_file, Arc::from(file))
    });
    let mut stopped = Ok(());
    ingest(args.memory)?.run_again(texts, |event| {
        stopped = rebuild.handle(event);
        if stopped.is_ok() && !interrupt.is_asked() {
            std::ops::ControlFlow::Continue(())
        } else {
            std::ops::ControlFlow::Break(())
        }
    });
    stopped?;
    unreadable?;
    if interrupt.is_asked() {
        report::problem("stopped; the index is as it was before the rebuild");
        return Ok(Found::Interrupted);
    }
    let manifest = rebuild.writer.finish()?;
    let letters = usize::try_from(manifest.totals.letters)?;
    report::line(&format!("built anew from {}; index: {}", counted(letters, "stored letter"), place.display()));
    Ok(Found::Something)
}

/// An index that is being built from another.
struct Rebuild {
    writer: IndexWriter,
    commit_every: usize,
}

impl Rebuild {
    fn new(writer: IndexWriter, commit_every: usize) -> Self {
        Self { writer, commit_every }
    }

    fn handle(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Letter(read) => {
                let (letter, text) = (&read.letter, &read.text);
                let new = NewLetter { letter, text, identity: &read.identity, file: &read.file };
                self.writer.restore_letter(&new)?;
            }
            Event::Failed(Failure { place, error }) => anyhow::bail!("{place} {error}"),
            Event::FileDone(_) => {}
        }
        if self.writer.pending() >= self.commit_every {
            self.writer.commit()?;
        }
        Ok(())
    }
}
