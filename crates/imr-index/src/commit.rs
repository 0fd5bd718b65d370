//! Which commit of an index is the newest: whoever keeps an index open learns from it when to open it again.

use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::IndexError;
use crate::folder::current;
use crate::open::read_commit;

/// The name of the newest commit of an index, as [`crate::IndexReader::commit`] has it. Two short files are read, and
/// nothing is opened.
///
/// # Errors
///
/// If there is no index, or its lists are damaged.
pub fn newest_commit(path: &Path) -> Result<String, IndexError> {
    let generation = current(path)?;
    match read_commit(path, &generation) {
        // It was built anew meanwhile.
        Err(_) if current(path)? != generation => newest_commit(path),
        read => read.map(|(operation, manifest)| name_of(&generation, operation, &manifest)),
    }
}

/// So many bytes of its digest name a commit.
const NAME_BYTES: usize = 12;

/// The name of a commit of a generation, by its number and its manifest: a digest of what no two commits have in common.
/// Segments that are merged later belong to the same commit.
pub(crate) fn name_of(generation: &Path, operation: u64, manifest: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(generation.file_name().unwrap_or_default().as_encoded_bytes());
    digest.update(format!(" {operation} "));
    digest.update(manifest);
    digest.finalize().iter().take(NAME_BYTES).fold(String::new(), |mut name, byte| {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use imr_model::Letter;

    use super::*;
    use crate::{FileRecord, IndexReader, IndexWriter, NewLetter, WRITER_MEMORY};

    /// Adds a letter, commits, and tells the name of the commit.
    fn add(mut writer: IndexWriter, path: &Path, name: &str) -> String {
        let letter = Letter { digest: name.to_owned(), ..Letter::new(name, format!("/{name}.txt")) };
        writer.add(&NewLetter { letter: &letter, text: name, identity: name, file: name }).unwrap();
        writer.end_file(FileRecord { path: name.to_owned(), ..FileRecord::default() }).unwrap();
        writer.finish().unwrap();
        newest_commit(path).unwrap()
    }

    #[test]
    fn a_commit_has_a_name_of_its_own() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [path, other] = folders.each_ref().map(tempfile::TempDir::path);
        assert!(matches!(newest_commit(path), Err(IndexError::Missing { .. })));
        let open = |path: &Path| IndexWriter::open(path, WRITER_MEMORY).unwrap();
        let rebuild = |path: &Path| IndexWriter::rebuild(path, WRITER_MEMORY).unwrap();
        let first = add(open(path), path, "a");
        let reader = IndexReader::open(path).unwrap();
        assert_eq!(reader.commit(), first);
        assert_eq!(IndexReader::open(path).unwrap().commit(), first, "opened again, it is the same");
        let second = add(open(path), path, "b");
        assert_eq!(reader.commit(), first, "a reader shows one commit");
        assert_eq!(IndexReader::open(path).unwrap().commit(), second);
        let rebuilt = [add(rebuild(path), path, "a"), add(rebuild(path), path, "a")];
        let names = [first, second, add(open(other), other, "a")].into_iter().chain(rebuilt);
        let names: std::collections::BTreeSet<String> = names.collect();
        assert_eq!(names.len(), 5, "each is another: {names:?}");
    }

    #[test]
    fn what_is_not_committed_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = add(IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap(), folder.path(), "a");
        drop(IndexWriter::rebuild(folder.path(), WRITER_MEMORY).unwrap());
        assert_eq!(newest_commit(folder.path()).unwrap(), first);
        IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap().optimize().unwrap();
        assert_eq!(newest_commit(folder.path()).unwrap(), IndexReader::open(folder.path()).unwrap().commit());
    }
}
