//! Why an index cannot be used.

use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

/// The first schema whose indices keep the texts of letters, so that they can be built anew from themselves.
const FIRST_WITH_TEXTS: u32 = 4;

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
    #[error("{}: the index has schema {found}, this program needs {needed}; build it anew with `imr-search index --rebuild {} --index {}`", .path.display(), if *found < FIRST_WITH_TEXTS { "LETTERS" } else { "--from-index" }, .path.display())]
    OtherSchema {
        /// The folder.
        path: PathBuf,
        /// The version of the index.
        found: u32,
        /// The version of this build.
        needed: u32,
    },
    /// The concepts of the index were read with another vocabulary.
    #[error("{}: its letters were read with the vocabulary of another version; bring it up to date with `imr-search index --rebuild --from-index --index {}`", .path.display(), .path.display())]
    OtherVocabulary {
        /// The folder.
        path: PathBuf,
    },
    /// Another process writes.
    #[error("{}: another imr-search is writing to this index ({holder}); wait for it to end", .path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Who writes, and since when.
        holder: String,
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

/// An error of the engine, in our words.
pub(crate) fn at(path: &Path, error: TantivyError) -> IndexError {
    let path = path.to_owned();
    match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => {
            IndexError::Locked { path, holder: "unknown process".to_owned() }
        }
        TantivyError::LockFailure(LockError::IoError(error), _) | TantivyError::IoError(error) => {
            IndexError::Io { path, error: told_again(&error) }
        }
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. })
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => {
            IndexError::Io { path, error: told_again(&io_error) }
        }
        other => {
            let problem = other.to_string();
            if problem.contains(OF_THE_SYSTEM) {
                return IndexError::Io { path, error: std::io::Error::other(problem) };
            }
            IndexError::Damaged { path, problem }
        }
    }
}

/// An error of the system, which the engine may share with others.
fn told_again(error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), error.to_string())
}

/// What the system says of a full disk and the like reaches us as a text where it happened on a thread of the engine.
const OF_THE_SYSTEM: &str = "(os error ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_is_no_damage() {
        for (text, is_damage) in [("No space left on device (os error 28)", false), ("a posting is broken", true)] {
            let error = at(Path::new("index"), TantivyError::InternalError(text.to_owned()));
            assert_eq!(matches!(error, IndexError::Damaged { .. }), is_damage, "case: {text}");
        }
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let opening = OpenWriteError::wrap_io_error(full, "a.store".into());
        let error = at(Path::new("index"), opening.into());
        assert!(matches!(error, IndexError::Io { .. }), "{error}");
    }
}
