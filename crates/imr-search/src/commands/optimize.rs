//! `imr-search optimize`

use imr_index::IndexWriter;

use super::{Found, Which};
use crate::memory::Memory;
use crate::report;
use crate::settings::{Flags, Settings};

/// Put an index into the form that is fastest to search
///
/// Joins its parts into one and leaves out what was removed. Indexing keeps the number of parts small by itself; this is
/// for an index that will not change for a while. Needs as much free disk space as the index has.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search optimize
  imr-search optimize --index ./my-index")]
pub(crate) struct OptimizeArgs {
    #[command(flatten)]
    which: Which,
}

impl OptimizeArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        self.which.flags()
    }
}

pub(crate) fn run(settings: &Settings) -> anyhow::Result<Found> {
    let place = settings.index_place()?;
    imr_index::IndexReader::open(&place)?;
    IndexWriter::open(&place, Memory::default().of_writer())?.optimize()?;
    report::line(&format!("optimized; index: {}", place.display()));
    Ok(Found::Something)
}
