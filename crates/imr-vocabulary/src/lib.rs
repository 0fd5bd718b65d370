//! What the words of letters and queries mean: drugs and their classes, procedures and their categories, regions of the
//! body, guidelines and their sections, specialties, states, and the gaps that reviewers name.
//!
//! The tables stand in `index-schema/vocabulary/`, one row a fact that a person can check. They are compiled in, and used
//! alike when letters are indexed and when queries are read. Each is read when it is first asked: a query that names no
//! drug does not pay for the drugs.
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
mod dose_forms;
mod drugs;
mod first_words;
mod gaps;
mod guidelines;
mod levels;
mod matcher;
mod procedures;
mod regions;
mod specialties;
mod states;
mod table;

use std::sync::LazyLock;

pub use categories::{Categories, Category};
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
}

/// Every table, as rows.
#[must_use]
pub fn tables() -> &'static [&'static Table] {
    table::ALL
}

/// A fingerprint (64-bit FNV-1a) of all tables: letters that were indexed with other tables carry other concepts.
#[must_use]
pub fn digest() -> u64 {
    table::ALL
        .iter()
        .flat_map(|table| table.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
