//! Corpora of invented letters, and how imr-search does on them beside its peers.

mod letters;
#[cfg(feature = "peers")]
mod peers;
mod writing;

pub use letters::{Corpus, Gold, GoldDecision, InventedLetter};
#[cfg(feature = "peers")]
pub use peers::{Comparison, Peer, compare};
pub use writing::{Format, Order, write};
