//! What the words of letters and queries mean: drugs and their classes, procedures and their categories, regions of the
//! body, guidelines and their sections, specialties, states, and the gaps that reviewers name.
//!
//! The tables stand in `index-schema/vocabulary/`, one row a fact that a person can check. They are compiled in, and used
//! alike when letters are indexed and when queries are read. Their names are made ready to be searched when the program is
//! built, and of their rows those are read that are asked for: a query does not pay for what it does not name.
//!
//! # Examples
//!
//! ```
//! let drug = imr_vocabulary::drugs().get("Xanax").unwrap();
//! assert_eq!(drug.ingredients, ["alprazolam"]);
//! assert_eq!(drug.class.as_deref(), Some("Benzodiazepines"));
//! ```

mod categories;
#[cfg(test)]
mod checks;
mod contradictions;
mod dose_forms;
mod drugs;
mod gaps;
mod guidelines;
mod levels;
mod matcher;
mod names;
mod procedures;
mod regions;
mod specialties;
mod states;
mod table;
mod typed;
mod words;

/// The names of the tables, as the build script lists them.
#[expect(clippy::unreadable_literal, reason = "places in a text")]
mod lists {
    use crate::names::Names;
    use crate::table::{self, Rows};

    include!(concat!(env!("OUT_DIR"), "/lists.rs"));
}

use std::sync::LazyLock;

pub use categories::{Categories, Category};
pub use contradictions::{About, Contradictions, Denial, Plain, Subject};
pub use dose_forms::{DoseForm, DoseForms, Route};
pub use drugs::{Drug, Drugs};
pub use gaps::Gaps;
pub use guidelines::{Body, Guideline, Guidelines};
pub use levels::{SpinalLevel, spinal_levels};
pub use procedures::{Procedure, Procedures, Rank};
pub use regions::Regions;
pub use specialties::Specialties;
pub use states::States;
pub use table::{Entry, Table};
pub use words::WordMap;

/// Makes the function that gives a table, read when it is first asked.
macro_rules! shared {
    ($($(#[$doc:meta])* $function:ident: $table:ty;)+) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $function() -> &'static $table {
            static TABLE: LazyLock<$table> = LazyLock::new(<$table>::load);
            &TABLE
        })+
    };
}

shared! {
    /// The tables of drugs and drug classes.
    drugs: Drugs;
    /// The table of dosage forms.
    dose_forms: DoseForms;
    /// The table of procedures.
    procedures: Procedures;
    /// The table of categories.
    categories: Categories;
    /// The table of body regions.
    regions: Regions;
    /// The tables of guidelines and their sections.
    guidelines: Guidelines;
    /// The table of reviewer specialties.
    specialties: Specialties;
    /// The table of states.
    states: States;
    /// The table of gaps.
    gaps: Gaps;
    /// The table of what rationales deny and summaries mention.
    contradictions: Contradictions;
}

/// Every table, as rows.
#[must_use]
pub fn tables() -> &'static [&'static Table] {
    table::ALL
}

/// A fingerprint of the tables (their length and CRC-32, which takes a tenth of the time of other digests): letters that
/// were indexed with other tables carry other concepts. Contradictions are read after the search and do not count.
#[must_use]
pub fn digest() -> u64 {
    let mut hasher = crc32fast::Hasher::new();
    let mut length = 0;
    for table in table::ALL.iter().filter(|table| table.name() != table::CONTRADICTIONS.name()) {
        hasher.update(table.text().as_bytes());
        length += table.text().len() as u64;
    }
    length << 32 | u64::from(hasher.finalize())
}
