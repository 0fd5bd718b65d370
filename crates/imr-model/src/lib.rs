//! The data types that every part of imr-search shares: a [`Letter`], its [`Decision`]s (one for each disputed
//! treatment), their [`Citations`] and [`Concepts`], and the small values these are made of.
//!
//! Plain data and its parsing only: no files, no index, no PDF. The JSON form of [`Letter`] is what
//! `imr-search segment` prints; `index-schema/README.md` describes each key. The index stores the same fields by their order
//! (`imr-index/src/packed.rs`): a field or value that is added, removed or moved makes the schema another version.

mod case_number;
mod citation;
mod concepts;
mod decision;
mod letter;

pub use case_number::CaseNumber;
pub use citation::{Citation, Citations, Family, PageRange, Side};
pub use concepts::{Agreement, Concepts, Laterality, Medication, Partial, PartialKind};
pub use decision::{CaseOutcome, Decision, Outcome};
pub use letter::{CredentialStyle, Layout, Letter, Passage, PassageKind, Patient, Reviewer, Sex, Warning};
