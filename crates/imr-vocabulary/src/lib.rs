//! What the words of letters and queries mean: drugs and their classes, guidelines and their sections, specialties.
//!
//! The tables stand in `index-schema/vocabulary/`, one row a fact that a person can check. They are compiled in, and used
//! alike when letters are indexed and when queries are read. Each is read when it is first asked: a query that names no
//! drug does not pay for the drugs.
//!
//! # Examples
//!
//! ```
//! let found = imr_vocabulary::drugs().in_text("Xanax 0.5mg #30");
//! assert_eq!(found.ingredients, ["alprazolam"]);
//! assert_eq!(found.classes, ["Benzodiazepines"]);
//! ```

mod drugs;
mod guidelines;
mod matcher;
mod specialties;
mod table;

use std::sync::LazyLock;

pub use drugs::{Drug, Drugs, DrugsFound};
pub use guidelines::{Body, Guideline, Guidelines};
pub use specialties::Specialties;

/// The tables of drugs and drug classes.
#[must_use]
pub fn drugs() -> &'static Drugs {
    static TABLE: LazyLock<Drugs> = LazyLock::new(Drugs::load);
    &TABLE
}

/// The tables of guidelines and their sections.
#[must_use]
pub fn guidelines() -> &'static Guidelines {
    static TABLE: LazyLock<Guidelines> = LazyLock::new(Guidelines::load);
    &TABLE
}

/// The table of reviewer specialties.
#[must_use]
pub fn specialties() -> &'static Specialties {
    static TABLE: LazyLock<Specialties> = LazyLock::new(Specialties::load);
    &TABLE
}

/// A fingerprint (64-bit FNV-1a) of all tables: letters that were indexed with other tables carry other concepts.
#[must_use]
pub fn digest() -> u64 {
    table::ALL
        .iter()
        .flat_map(|table| table.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
