//! Letters in a tantivy index: one document for each disputed treatment.
//!
//! Fields are defined in `index-schema/decision.toml` ([`Schema`]); [`IndexWriter`] adds letters, [`IndexReader`] opens
//! an index for searching. The text analysis of both is [`words`], [`stem_term`],
//! [`keyword_term`] and [`sentences()`].

mod analysis;
mod document;
mod error;
mod reader;
mod schema;
mod sentences;
mod sketch;
mod writer;

pub use analysis::{
    Boundaries, PARAGRAPH_START, SENTENCE_START, Word, boundaries, joined, keyword_term, stem_term, words,
};
pub use document::date_number;
pub use error::IndexError;
pub use reader::{DocumentId, IndexReader};
pub use schema::{FieldDefinition, FieldId, FieldKind, PATH_SEPARATOR, Schema};
pub use sentences::sentences;
pub use sketch::Sketch;
pub use writer::{Added, IndexWriter, Manifest};
