//! What is done with decisions once they are found: compare them, count how they end, quote them.

mod contradiction;
mod leads;
mod places;

pub use contradiction::{Lead, Quoted, contradictions};
pub use leads::{Leads, Read, leads};
