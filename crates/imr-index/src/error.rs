//! Why an index cannot be used.

use std::path::PathBuf;

/// What is wrong with an index, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is no index.
    #[error("{}: no index here; build one with `imr-search index LETTERS --index {}`", .path.display(), .path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The folder holds something else, which must not be overwritten.
    #[error("{}: not an index of imr-search, and not empty; choose another folder with --index", .path.display())]
    NotAnIndex {
        /// The folder.
        path: PathBuf,
    },
    /// The index was written by a build with other fields.
    #[error("{}: the index has schema {found}, this program needs {needed}; build it anew with `imr-search index --rebuild LETTERS --index {}`", .path.display(), .path.display())]
    OtherSchema {
        /// The folder.
        path: PathBuf,
        /// The version of the index.
        found: u32,
        /// The version of this build.
        needed: u32,
    },
    /// Another process writes.
    #[error("{}: another imr-search is writing to this index; wait for it to end", .path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be read or written.
    #[error("{}: the index cannot be read or written", .path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: std::io::Error,
    },
    /// The files of the index are damaged.
    #[error("{}: the index is damaged ({problem}); build it anew with `imr-search index --rebuild LETTERS --index {}`", .path.display(), .path.display())]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}
