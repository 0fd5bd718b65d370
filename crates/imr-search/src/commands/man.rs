//! `imr-search man`

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap_mangen::Man;

use super::{Found, definition};
use crate::report;

/// Print the manual page, or write the pages of all commands
///
/// The pages say what `--help` says.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search man | man -l -
  imr-search man --dir ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs) -> anyhow::Result<Found> {
    let Some(folder) = &args.dir else {
        Man::new(definition()).render(&mut std::io::stdout())?;
        return Ok(Found::Something);
    };
    let place = || format!("{}: the manual pages cannot be written; name another folder", folder.display());
    fs::create_dir_all(folder).with_context(place)?;
    clap_mangen::generate_to(definition(), folder).with_context(place)?;
    report::line(&format!("wrote the manual pages into {}", folder.display()));
    Ok(Found::Something)
}
