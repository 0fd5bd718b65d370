//! `imr-search verify`

use imr_index::{StoredText, verify};
use imr_ingest::LetterText;
use imr_model::Letter;

use super::{Found, Which};
use crate::report;
use crate::settings::{Flags, Settings};
use imr_output::counted;

/// Check that an index is whole: every byte, every count, and letters read again
///
/// Compares the checksums of all files, what the index says of itself with what is in it, and a sample of letters with what
/// is read from their stored texts now. Exit status 2 if something is wrong, with what to do.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search verify
  imr-search verify --index ./my-index --sample 100000")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    which: Which,

    /// Read about so many letters again, evenly chosen
    #[arg(long, value_name = "N", default_value_t = 200)]
    sample: u64,
}

impl VerifyArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        self.which.flags()
    }
}

pub(crate) fn run(args: &VerifyArgs, settings: &Settings) -> anyhow::Result<Found> {
    let place = settings.index_place()?;
    let verified = verify(&place, args.sample, is_read_so)?;
    for problem in &verified.problems {
        report::problem(problem);
    }
    if !verified.problems.is_empty() {
        let (place, problems) = (place.display(), counted(verified.problems.len(), "problem"));
        let remedy = if verified.texts_are_whole { "--from-index" } else { "LETTERS" };
        anyhow::bail!("{place}: {problems}; build it anew with `imr-search index --rebuild {remedy} --index {place}`");
    }
    let (files, letters, again) = (verified.files, verified.letters, verified.read_again);
    let (files, letters) = (counted(files, "file"), counted(letters, "letter"));
    report::line(&format!("{files} and {letters} are whole, {} read again", counted(again, "letter")));
    Ok(Found::Something)
}

/// Whether a letter is what is read from its text now.
fn is_read_so(letter: &Letter, stored: StoredText) -> bool {
    let StoredText { source, source_file, warnings, text, .. } = stored;
    LetterText::kept(source, text, warnings).letter(&source_file).is_ok_and(|read| read == *letter)
}
