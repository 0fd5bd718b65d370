//! PDF to text.
//!
//! A PDF is never opened in the process that indexes: the extractor panics on some damaged files, overflows the stack
//! on others and follows decompression bombs. [`worker`] runs it in processes of our own binary, under limits.

mod extract;
mod page;
mod worker;

pub use worker::{WorkerCommand, answer_requests, serve_worker};

pub(crate) use extract::PdfText;
pub(crate) use worker::PdfReader;
