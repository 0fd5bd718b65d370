//! `imr-search failures`

use std::io::Write;

use imr_index::{FailedRead, IndexReader};

use super::{Found, ShortFormat, Which};
use crate::settings::{Flags, Settings};
use crate::{report, screen};
use imr_output::{counted, json_line};

/// List the files and letters that could not be read, and why
///
/// They are not tried again until they change; `imr-search index --retry-failed` tries at once.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search failures
  imr-search failures --format json | jq -r 'select(.reason == \"scanned\").place'")]
pub(crate) struct FailuresArgs {
    #[command(flatten)]
    which: Which,

    /// How to print
    #[arg(long, value_enum, default_value_t = ShortFormat::Text)]
    format: ShortFormat,
}

impl FailuresArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        self.which.flags()
    }
}

pub(crate) fn run(args: &FailuresArgs, settings: &Settings) -> anyhow::Result<Found> {
    let index = IndexReader::open(&settings.index_place()?)?;
    let failures: Vec<FailedRead> = index.failed_files()?.into_iter().flat_map(|record| record.failures).collect();
    let mut out = screen::data(settings);
    for failure in &failures {
        match args.format {
            ShortFormat::Text => writeln!(out, "{} {}", report::near(&failure.place), failure.message)?,
            ShortFormat::Json => json_line(&mut out, failure)?,
        }
    }
    out.flush()?;
    report::note(counted(failures.len(), "failure"));
    Ok(if failures.is_empty() { Found::Nothing } else { Found::Something })
}
