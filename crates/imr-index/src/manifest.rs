//! What an index knows of itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an index knows of itself; committed in one step with its documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the schema that it was written with.
    pub schema: u32,
    /// The fingerprint of the vocabulary that its concepts were read with, in hexadecimal.
    pub vocabulary: String,
    /// The version of the program that made it.
    pub program: String,
    /// When it was made: with its place, what tells it from others.
    pub created: Timestamp,
    /// The paths of the letters that it mirrors; `None` if letters are put there by `index`.
    pub mirrors: Option<Vec<String>>,
    /// What is in it.
    pub totals: Totals,
    /// The last run that changed it.
    pub last_run: Option<LastRun>,
}

/// How much is in an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Totals {
    /// Letters.
    pub letters: u64,
    /// Decisions on disputed treatments.
    pub decisions: u64,
    /// Documents of text that no rule accounts for, one a letter.
    pub unsegmented: u64,
    /// Files that were read.
    pub files: u64,
    /// Files, or letters in them, that could not be read.
    pub failures: u64,
    /// Letters that were found again at further places.
    pub duplicates: u64,
}

/// A run of the indexer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// When it began.
    pub started: Timestamp,
    /// When its last commit was made.
    pub committed: Timestamp,
    /// Whether it came to its end.
    pub is_finished: bool,
}

impl Manifest {
    pub(crate) fn new() -> Self {
        Self {
            schema: crate::Schema::shared().version(),
            vocabulary: vocabulary(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            created: Timestamp::now(),
            mirrors: None,
            totals: Totals::default(),
            last_run: None,
        }
    }

    /// Whether its concepts were read with the vocabulary of this build.
    #[must_use]
    pub fn has_this_vocabulary(&self) -> bool {
        self.vocabulary == vocabulary()
    }
}

fn vocabulary() -> String {
    format!("{:016x}", imr_vocabulary::digest())
}
