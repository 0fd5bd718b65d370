//! The commands, one file each.

mod cite;
mod cites;
mod compare;
mod completions;
mod config;
mod contradictions;
mod counter;
mod coverage;
mod explain;
mod export;
mod facets;
mod failures;
mod index;
mod info;
mod man;
mod optimize;
mod precedents;
mod query;
mod query_text;
mod saved;
mod segment;
mod serve;
mod show;
mod similar;
mod stats;
mod verify;
mod vocab;

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use anyhow::Context;
use clap::builder::RangedU64ValueParser;
use clap::error::ErrorKind;
use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
use imr_index::{IndexError, IndexReader};
use imr_ingest::{Ingest, WorkerCommand, serve_worker};

use self::config::{ConfigArgs, What};
use crate::config_file::{Choice, ConfigFile};
use crate::memory::Memory;
use crate::settings::{Flags, Pager, Settings};
use crate::{folder, location, report};

pub(crate) use completions::complete;
pub(crate) use query_text::shielded;

/// Find precedent among decisions of the California workers' compensation Independent Medical Review
///
/// Letters (text or PDF) are segmented into one document for each disputed treatment, which can be searched by words,
/// fields and plain English.
#[derive(Parser)]
#[command(version, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    global: Global,
}

const EXAMPLES: &str = "\
Examples:
  imr-search query --letters ./letters \"upheld benzodiazepine decisions citing page 24\"
  imr-search index ./letters
  imr-search query 'outcome:overturned treatment:mri' --facet specialty
  imr-search show CM16-0213037
  imr-search explain \"weaning of opioids\"
  imr-search config show

Exit status: 0 found, 1 nothing found, 2 error (also when some letters could not be read).";

/// What every command understands.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// When to print in colour [default: auto, on a terminal unless `NO_COLOR` is set]
    #[arg(long, global = true, value_enum, value_name = "WHEN", hide_possible_values = true)]
    color: Option<ColorChoice>,

    /// Print at once what is longer than the screen [a pager: `IMR_SEARCH_PAGER`, `PAGER`, or `less`]
    #[arg(long, global = true)]
    no_pager: bool,

    /// Read settings from this file [default: `IMR_SEARCH_CONFIG`, or what `imr-search config path` prints]
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,

    /// Read settings from no file
    #[arg(long, global = true)]
    no_config: bool,
}

impl Global {
    fn config_file(&self) -> anyhow::Result<Option<ConfigFile>> {
        match Choice::of(self.config.as_ref()) {
            Some(choice) if !self.no_config => choice.read(),
            _ => Ok(None),
        }
    }

    /// The place of the configuration file, whether it is there, read, or not.
    fn config_place(&self) -> anyhow::Result<PathBuf> {
        let choice = Choice::of(self.config.as_ref());
        Ok(choice.context("no home folder, so no place for what is saved; name a file with --config")?.path)
    }

    fn add_to(&self, flags: Flags) -> Flags {
        let pager = self.no_pager.then(|| Pager(String::new()));
        Flags { color: self.color, pager, ..flags }
    }
}

#[derive(Subcommand)]
enum Command {
    Index(index::IndexArgs),
    Query(Box<query::QueryArgs>),
    Facets(facets::FacetsArgs),
    Similar(similar::SimilarArgs),
    Counter(counter::CounterArgs),
    Cites(cites::CitesArgs),
    Compare(compare::CompareArgs),
    Export(export::ExportArgs),
    Saved(saved::SavedArgs),
    Stats(stats::StatsArgs),
    Contradictions(contradictions::ContradictionsArgs),
    Serve(serve::ServeArgs),
    Show(show::ShowArgs),
    Cite(cite::CiteArgs),
    Segment(segment::SegmentArgs),
    Vocab(vocab::VocabArgs),
    Explain(explain::ExplainArgs),
    Coverage(coverage::CoverageArgs),
    Info(info::InfoArgs),
    Failures(failures::FailuresArgs),
    Verify(verify::VerifyArgs),
    Optimize(optimize::OptimizeArgs),
    Config(config::ConfigArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    /// Read PDFs for the running command; not for use by hand
    #[command(hide = true, name = WORKER)]
    PdfWorker {
        /// The memory that it may take, in bytes
        memory: u64,
    },
}

impl Command {
    /// What its flags say of settings.
    fn flags(&self) -> Flags {
        match self {
            Self::Index(args) => Flags { index: args.index(), ..Flags::default() },
            Self::Query(args) => args.flags(),
            Self::Facets(args) => args.flags(),
            Self::Similar(args) => args.asked.flags(),
            Self::Counter(args) => args.asked.flags(),
            Self::Cites(args) => args.flags(),
            Self::Compare(args) => args.flags(),
            Self::Export(args) => args.flags(),
            Self::Stats(args) => args.flags(),
            Self::Contradictions(args) => args.flags(),
            Self::Serve(args) => args.flags(),
            Self::Show(args) => args.flags(),
            Self::Cite(args) => args.flags(),
            Self::Explain(args) => args.flags(),
            Self::Coverage(args) => args.place().flags(),
            Self::Info(args) => args.flags(),
            Self::Failures(args) => args.flags(),
            Self::Verify(args) => args.flags(),
            Self::Optimize(args) => args.flags(),
            Self::Config(ConfigArgs { what: What::Show(args) }) => args.flags(),
            Self::Saved(_)
            | Self::Segment(_)
            | Self::Vocab(_)
            | Self::Config(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::PdfWorker { .. } => Flags::default(),
        }
    }
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
    /// The user ended the command early.
    Interrupted,
}

/// The program's arguments with all of their help, for help, completions and manual pages.
pub(crate) fn definition() -> clap::Command {
    Cli::command().mut_subcommand("query", |query| query.after_long_help(query::long_help()))
}

impl Cli {
    /// What arguments ask for. Only those that ask for help are parsed with all of it.
    ///
    /// # Errors
    ///
    /// If they are wrong, or ask for help or the version, with the text to print.
    pub(crate) fn parsed(arguments: &[OsString]) -> Result<Self, clap::Error> {
        match Self::try_parse_from(arguments) {
            Err(usage) if usage.kind() == ErrorKind::DisplayHelp => {
                definition().try_get_matches_from(arguments).and_then(|matches| Self::from_arg_matches(&matches))
            }
            parsed => parsed,
        }
    }

    /// The settings that hold for its command. Colours follow them from now on.
    fn settings(&self) -> anyhow::Result<Settings> {
        self.settings_of(self.command.flags())
    }

    /// The settings that hold where its command says these.
    fn settings_of(&self, flags: Flags) -> anyhow::Result<Settings> {
        let file = self.global.config_file()?;
        let settings = Settings::resolve(self.global.add_to(flags), file.as_ref())?;
        colour(settings.color.value).write_global();
        Ok(settings)
    }
}

/// Carries out a command. Those that need no settings work even where these are wrong.
pub(crate) fn run(cli: &Cli) -> anyhow::Result<Found> {
    match &cli.command {
        Command::Index(args) => index::run(args, &cli.settings()?),
        Command::Query(args) => query::run(args, &cli.settings()?),
        Command::Facets(args) => facets::run(args, &cli.settings()?),
        Command::Similar(args) => similar::run(args, &cli.settings()?),
        Command::Counter(args) => counter::run(args, &cli.settings()?),
        Command::Cites(args) => cites::run(args, &cli.settings()?),
        Command::Compare(args) => compare::run(args, &cli.settings()?),
        Command::Export(args) => export::run(args, &cli.settings()?),
        Command::Saved(args) => saved::run(args, cli, &cli.global.config_place()?),
        Command::Stats(args) => stats::run(args, &cli.settings()?),
        Command::Contradictions(args) => contradictions::run(args, &cli.settings()?),
        Command::Serve(args) => serve::run(args, &cli.settings()?),
        Command::Vocab(args) => vocab::run(args, &cli.settings()?),
        Command::Coverage(args) => coverage::run(args, &cli.settings()?),
        Command::Info(args) => info::run(args, &cli.settings()?),
        Command::Failures(args) => failures::run(args, &cli.settings()?),
        Command::Verify(args) => verify::run(args, &cli.settings()?),
        Command::Optimize(_) => optimize::run(&cli.settings()?),
        Command::Explain(args) => explain::run(args, &cli.settings()?),
        Command::Show(args) => show::run(args, &cli.settings()?),
        Command::Cite(args) => cite::run(args, &cli.settings()?),
        Command::Segment(args) => segment::run(args, &cli.settings()?),
        Command::Config(ConfigArgs { what: What::Show(args) }) => config::show(args, &cli.settings()?),
        Command::Config(ConfigArgs { what: What::Path }) => config::path(cli.global.config.as_ref()),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
        Command::PdfWorker { memory } => {
            serve_worker(*memory)?;
            Ok(Found::Something)
        }
    }
}

/// A choice of colour in the terms of what prints.
fn colour(choice: ColorChoice) -> anstream::ColorChoice {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Which index to ask.
#[derive(Args)]
pub(crate) struct Where {
    /// The index to ask [default: `IMR_SEARCH_INDEX`, or `imr-search/index` in the platform's data folder]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    index: Option<PathBuf>,

    /// Ask these letters; they are indexed first when that has not been done or they have changed (can be repeated)
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    letters: Vec<PathBuf>,
}

impl Where {
    /// What these flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        let letters = Some(self.letters.clone()).filter(|letters| !letters.is_empty());
        Flags { index: self.index.clone(), letters, ..Flags::default() }
    }
}

/// Which index to look at, whatever letters it mirrors.
#[derive(Args)]
pub(crate) struct Which {
    /// The index [default: `IMR_SEARCH_INDEX`, or `imr-search/index` in the platform's data folder]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    index: Option<PathBuf>,
}

impl Which {
    /// What these flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { index: self.index.clone(), ..Flags::default() }
    }
}

/// How to print what is not long.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ShortFormat {
    /// Lines for people
    Text,
    /// One JSON object, or one a line
    Json,
}

/// How to print a report.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// A table, separated by commas
    Csv,
    /// Markdown
    Md,
}

/// A number of things to print, of which none asks for nothing.
pub(crate) fn at_least_one() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

/// Opens the index to ask. Letters that are asked by their folder have an index of their own, which follows them: an index
/// that the environment names is left alone.
///
/// It stays open: as the program ends, the system closes its hundred files in less time than one by one would take.
pub(crate) fn open(settings: &Settings) -> anyhow::Result<ManuallyDrop<IndexReader>> {
    let place = match settings.place() {
        ([], Some(index)) => index.to_owned(),
        ([], None) => location::index()?,
        (letters, index) => return folder::open(letters, index).map(ManuallyDrop::new),
    };
    let index = IndexReader::open(&place)?;
    if !index.manifest().has_this_vocabulary() {
        report::note(IndexError::OtherVocabulary { path: place });
    }
    Ok(ManuallyDrop::new(index))
}

/// An ingest whose PDF workers are this program.
pub(crate) fn ingest(memory: Memory) -> anyhow::Result<Ingest> {
    let program = std::env::current_exe()?;
    let arguments = vec![OsString::from(WORKER), OsString::from(memory.of_pdf_worker().to_string())];
    // The allocator would reserve 1 GiB before the limit of the worker is set, and hand it out whatever that says.
    let environment = vec![("MIMALLOC_ARENA_RESERVE", "0")];
    Ok(Ingest::new(WorkerCommand { program, arguments, environment }).with_bytes_on_the_way(memory.of_files()))
}

/// The day that relative dates in queries count from.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
