//! From files to letters: finds files, gets their text, recognises the form of the letter and segments it.
//!
//! [`segment`] is pure: text in, [`imr_model::Letter`] out. [`Ingest`] does the rest, for any mix of files and folders,
//! on all processors; PDFs are opened in worker processes only ([`serve_worker`]).

mod citation;
mod concepts;
mod contents;
mod decode;
mod error;
mod fields;
mod files;
mod identity;
mod layout;
mod pdf;
mod read_ahead;
mod reader;
mod remembered;
mod run;
mod text;

pub use citation::read as read_citations;
pub use concepts::read_concepts;
pub use contents::Task;
pub use decode::text as decode;
pub use error::{Failure, ReadError};
pub use files::{SourceFile, discover, file_of, place_of};
pub use layout::{read_fields, segment};
pub use pdf::{WorkerCommand, answer_requests, serve_worker};
pub use run::{Event, FileDone, Ingest, LetterText, ReadLetter};
