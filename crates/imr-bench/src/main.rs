//! Makes corpora of invented letters and compares imr-search with its peers on them.

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

    /// Compare imr-search with other engines on one corpus
    ///
    /// Prints tables in Markdown. Build with `--release`.
    #[cfg(feature = "peers")]
    Compare(peers::CompareArgs),

    /// Build the index of a peer
    #[cfg(feature = "peers")]
    #[command(hide = true)]
    Peer(peers::PeerArgs),
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

#[cfg(feature = "peers")]
mod peers {
    use std::path::PathBuf;

    use imr_bench::{Comparison, Peer, compare};

    #[derive(clap::Args)]
    pub(crate) struct CompareArgs {
        /// How many letters are made
        #[arg(long, default_value_t = 100_000)]
        letters: u64,
        /// Another seed makes other letters
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Take the text letters of this folder instead
        #[arg(long, value_name = "DIR", conflicts_with_all = ["letters", "seed"])]
        corpus: Option<PathBuf>,
        /// How often each index is built
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
        runs: u16,
        /// The program; without it, imr-search is built first
        #[arg(long, value_name = "FILE")]
        binary: Option<PathBuf>,
        /// Work in a new folder below this one; removed at the end [default: the folder for temporary files]
        #[arg(long, value_name = "DIR")]
        work: Option<PathBuf>,
    }

    #[derive(clap::Args)]
    pub(crate) struct PeerArgs {
        #[arg(value_enum)]
        peer: Peer,
        input: PathBuf,
        out: PathBuf,
    }

    impl CompareArgs {
        pub(crate) fn run(self) -> anyhow::Result<()> {
            let Self { letters, seed, corpus, runs, binary, work } = self;
            let work = tempfile::tempdir_in(work.unwrap_or_else(std::env::temp_dir))?;
            compare(&Comparison { letters, seed, corpus, runs: runs.into(), binary, work: work.path().to_owned() })
        }
    }

    impl PeerArgs {
        pub(crate) fn run(&self) -> anyhow::Result<()> {
            self.peer.index(&self.input, &self.out)
        }
    }
}

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Generate(args) => {
            let GenerateArgs { letters, seed, format, gold, out } = args;
            write(&Order { letters, seed, format, out, gold })?;
        }
        #[cfg(feature = "peers")]
        Command::Compare(args) => args.run()?,
        #[cfg(feature = "peers")]
        Command::Peer(args) => args.run()?,
    }
    Ok(())
}
