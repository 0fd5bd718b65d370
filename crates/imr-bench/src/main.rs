//! Makes corpora of invented letters.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use imr_bench::{Format, Order, write};

/// Corpora of invented letters, and benchmarks on them
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a corpus of invented letters
    ///
    /// A letter hangs on the seed and its place only: a larger corpus begins with the smaller one.
    Generate(GenerateArgs),
}

#[derive(clap::Args)]
struct GenerateArgs {
    /// How many letters
    #[arg(long, default_value_t = 10_000)]
    letters: u64,
    /// Another seed makes other letters
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How they are written
    #[arg(long, value_enum, default_value_t = Format::Folder)]
    format: Format,
    /// Write what is to be found in each letter, one object a line
    #[arg(long, value_name = "FILE")]
    gold: Option<PathBuf>,
    /// The folder or file to write
    out: PathBuf,
}

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Generate(args) => {
            let GenerateArgs { letters, seed, format, gold, out } = args;
            write(&Order { letters, seed, format, out, gold })?;
        }
    }
    Ok(())
}
