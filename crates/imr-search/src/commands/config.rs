//! `imr-search config`

use std::io::Write;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use imr_output::json_line;
use serde::Serialize;

use super::{Found, Where};
use crate::config_file::Choice;
use crate::screen;
use crate::settings::{Flags, KEYS, Settings, variable};

/// Tell which settings hold, and where each comes from
///
/// A flag comes before the environment, the environment before the configuration file, the file before what is usual.
#[derive(clap::Args)]
#[command(after_long_help = long_help())]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) what: What,
}

/// What is asked of settings.
#[derive(Subcommand)]
pub(crate) enum What {
    /// Print every setting with its value and its source
    #[command(after_help = "\
Examples:
  imr-search config show
  IMR_SEARCH_LIMIT=50 imr-search config show --format json")]
    Show(ShowArgs),
    /// Print the path of the configuration file, whether it is there or not
    #[command(after_help = "\
Example:
  $EDITOR \"$(imr-search config path)\"")]
    Path,
}

/// How to show settings.
#[derive(clap::Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    place: Where,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table to read
    Text,
    /// One JSON object a setting a line
    Json,
}

/// Every key, its variable and its meaning, and an example.
fn long_help() -> String {
    let mut help = "Settings, their keys in the file and their variables in the environment:\n".to_owned();
    for (key, doc) in KEYS {
        help += &format!("  {key:<9} {:<20} {doc}\n", variable(key));
    }
    help + "\nExample of a file; relative paths in it count from its folder, `~/` is your home:\n  \
            letters = [\"~/imr/letters\"]\n  \
            limit = 20\n  \
            pager = \"less -R\"\n\n\
            In the environment IMR_SEARCH_LETTERS is a list like PATH, and IMR_SEARCH_CONFIG names another file.\n\
            `index` and `letters` are one choice: the stronger source of the two decides both."
}

impl ShowArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        self.place.flags()
    }
}

/// Prints the path of the configuration file.
pub(crate) fn path(flag: Option<&PathBuf>) -> anyhow::Result<Found> {
    let choice = Choice::of(flag);
    let choice =
        choice.ok_or_else(|| anyhow::anyhow!("no home folder, so no configuration file; name one with --config"))?;
    writeln!(anstream::stdout(), "{}", choice.path.display())?;
    Ok(Found::Something)
}

#[derive(Serialize)]
struct PrintedSetting<'s> {
    key: &'s str,
    value: &'s str,
    source: String,
}

/// Prints all settings.
pub(crate) fn show(args: &ShowArgs, settings: &Settings) -> anyhow::Result<Found> {
    let mut out = screen::data(settings);
    let rows = settings.rows();
    let widest = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or(0);
    for (key, value, origin) in &rows {
        let source = origin.to_string();
        match args.format {
            Format::Text => writeln!(out, "{key:<9} {value:<widest$}  {source}")?,
            Format::Json => json_line(&mut out, &PrintedSetting { key, value, source })?,
        }
    }
    out.flush()?;
    Ok(Found::Something)
}
