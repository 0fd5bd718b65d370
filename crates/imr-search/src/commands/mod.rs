//! The commands, one file each.

mod coverage;
mod facets;
pub(crate) mod index;
mod query;
mod segment;
mod show;
mod vocab;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use imr_index::IndexReader;
use imr_ingest::{Ingest, WorkerCommand, serve_worker};

use crate::{folder, location};

/// Find precedent among decisions of the California workers' compensation Independent Medical Review
///
/// Letters (text or PDF) are segmented into one document for each disputed treatment, which can be searched by words,
/// fields and plain English.
#[derive(Parser)]
#[command(version, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  imr-search query --letters ./letters \"upheld benzodiazepine decisions citing page 24\"
  imr-search index ./letters
  imr-search query 'outcome:overturned treatment:mri' --facet specialty
  imr-search show CM16-0213037

Exit status: 0 found, 1 nothing found, 2 error (also when some letters could not be read).";

#[derive(Subcommand)]
enum Command {
    Index(index::IndexArgs),
    Query(query::QueryArgs),
    Facets(facets::FacetsArgs),
    Show(show::ShowArgs),
    Segment(segment::SegmentArgs),
    Vocab(vocab::VocabArgs),
    Coverage(coverage::CoverageArgs),
    /// Read PDFs for the running command; not for use by hand
    #[command(hide = true, name = WORKER)]
    PdfWorker,
}

const WORKER: &str = "pdf-worker";

/// What a command has to say by its exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// There is a result.
    Something,
    /// There is none.
    Nothing,
    /// There is a result, but some letters could not be read.
    WithFailures,
}

/// Carries out a command.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Found> {
    match cli.command {
        Command::Index(args) => index::run(&args),
        Command::Query(args) => query::run(&args),
        Command::Facets(args) => facets::run(&args),
        Command::Vocab(args) => vocab::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Segment(args) => segment::run(&args),
        Command::PdfWorker => {
            serve_worker()?;
            Ok(Found::Something)
        }
    }
}

/// Which index to ask.
#[derive(Args)]
pub(crate) struct Where {
    /// The index to ask [default: `IMR_SEARCH_INDEX`, or `imr-search/index` in the platform's data folder]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,

    /// Ask these letters; they are indexed first when that has not been done or they have changed (can be repeated)
    #[arg(long, value_name = "PATH")]
    letters: Vec<PathBuf>,
}

impl Where {
    /// Opens the index. Letters that are asked by their folder have an index of their own, which follows them: the index
    /// that the environment names is left alone.
    pub(crate) fn open(&self) -> anyhow::Result<IndexReader> {
        if self.letters.is_empty() {
            return Ok(IndexReader::open(&location::index(self.index.as_ref())?)?);
        }
        folder::open(&self.letters, self.index.as_deref())
    }
}

/// An ingest whose PDF workers are this program.
pub(crate) fn ingest() -> anyhow::Result<Ingest> {
    let program = std::env::current_exe()?;
    Ok(Ingest::new(WorkerCommand { program, arguments: vec![OsString::from(WORKER)] }))
}

/// The day that relative dates in queries count from.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
