//! Corpora of invented letters, and how imr-search does on them beside its peers.

mod letters;
mod writing;

pub use letters::{Corpus, Gold, GoldDecision, InventedLetter};
pub use writing::{Format, Order, write};
