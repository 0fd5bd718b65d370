//! imr-search beside its peers on one corpus: plain tantivy, `SQLite` FTS5 and, where it is installed, ripgrep.
//!
//! All engines hold the same documents and facets, and answer the same questions in turn, so that all meet the same machine.
//! What counts is the ratio of two medians of one run; the seconds beside it say nothing of another machine.

mod compare;
mod measure;
mod minimal;
mod ours;
mod plain;
mod processes;
mod queries;
mod question;
mod rows;
mod sqlite;
mod stems;
mod table;

pub use compare::{Comparison, Peer, compare};
