//! Letters in a tantivy index: one document for each disputed treatment.
//!
//! Fields are defined in `index-schema/decision.toml` ([`Schema`]); [`IndexWriter`] adds letters, [`IndexReader`] opens
//! an index for searching. The text analysis of both is [`words`], [`stem_term`],
//! [`keyword_term`] and [`sentences()`].

mod abridged;
mod analysis;
mod columns;
mod commit;
#[cfg(test)]
mod crash;
mod document;
mod error;
mod folder;
mod info;
mod letters;
mod manifest;
mod open;
mod packed;
mod reader;
mod records;
mod schema;
mod segment;
mod sentences;
mod sketch;
mod storage;
mod stored;
mod verify;
mod writer;

pub use analysis::{
    Boundaries, PARAGRAPH_START, SENTENCE_START, Word, WordPlaces, asked_stem, boundaries, has_stem, joined,
    keyword_term, lower, stem_beginnings, stem_begins_with, stem_term, word_places, words,
};
pub use commit::newest_commit;
pub use document::{date_number, page_name};
pub use error::IndexError;
pub use info::Info;
pub use letters::{Letters, SegmentLetters};
pub use manifest::{LastRun, Manifest, Totals};
pub use reader::{DocumentId, IndexReader};
pub use records::{FailedRead, FileRecord, KnownFile, KnownFiles, Place};
pub use schema::{FieldDefinition, FieldId, FieldKind, PATH_SEPARATOR, Schema};
pub use sentences::sentences;
pub use sketch::Sketch;
pub use stored::{StoredIndex, StoredText};
pub use verify::{Verified, verify};
pub use writer::{Added, IndexWriter, NewLetter, WRITER_MEMORY};
