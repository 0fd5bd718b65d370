//! `imr-search segment`

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::ValueEnum;
use imr_ingest::{Event, Task, discover};

use super::{Found, ingest};
use crate::memory::Memory;
use crate::output::text::Look;
use crate::report::Failures;
use crate::settings::Settings;
use crate::{output, screen};
use imr_output::json_line;

/// Segment letters and print their fields
///
/// Prints one JSON object a letter a line, in the order of the files; nothing is indexed. `index-schema/README.md`
/// describes the keys. Every word of a letter stands in one of its fields or in its `remainder`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search segment letter.pdf --format text
  imr-search segment ./letters > letters.jsonl")]
pub(crate) struct SegmentArgs {
    /// Letters: files, folders, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a letter a line
    Jsonl,
    /// A readable outline
    Text,
}

pub(crate) fn run(args: &SegmentArgs, settings: &Settings) -> anyhow::Result<Found> {
    let mut failures = Failures::default();
    let (files, unfound): (Vec<_>, Vec<_>) = discover(&args.paths).partition(Result::is_ok);
    for failure in unfound.iter().filter_map(|found| found.as_ref().err()) {
        failures.tell(failure);
        failures.end_file();
    }
    let tasks = files.into_iter().flatten().map(Task::from);
    let mut out = if args.format == Format::Text { screen::text(settings) } else { screen::data(settings) };
    let look = Look::new(settings.wide.value);
    let mut printed: anyhow::Result<()> = Ok(());
    ingest(Memory::default())?.run(tasks, |event| match event {
        Event::FileDone(_) => {
            failures.end_file();
            ControlFlow::Continue(())
        }
        Event::Failed(failure) => {
            failures.tell(&failure);
            ControlFlow::Continue(())
        }
        Event::Letter(read) => {
            let letter = &read.letter;
            printed = match args.format {
                Format::Jsonl => json_line(&mut out, letter).map_err(anyhow::Error::from),
                Format::Text => output::text::letter(&mut out, letter, None, look),
            };
            if printed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
    });
    printed?;
    out.flush()?;
    Ok(if failures.count > 0 { Found::WithFailures } else { Found::Something })
}
