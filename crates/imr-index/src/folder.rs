//! The folder of an index: which of its generations is in use, and who writes.
//!
//! ```text
//! DIR/CURRENT         the name of the generation in use, sealed; replaced in one step
//! DIR/generation-3/   the engine's files
//! DIR/writer.lock     locked by the one writer, and tells who that is
//! ```
//!
//! An index that is built anew grows in a generation of its own, beside the one in use. Readers of the old generation keep
//! its files open until they are done.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::error::IndexError;
use crate::storage::{sealed, step, unsealed};

const CURRENT: &str = "CURRENT";
const LOCK: &str = "writer.lock";
const GENERATION: &str = "generation-";
/// The engine's list of its files; indices of schema 3 and before had it in the folder itself.
const META: &str = "meta.json";

/// The generation in use.
///
/// # Errors
///
/// [`IndexError::Missing`] if there is no index, [`IndexError::NotAnIndex`] if there is something else,
/// [`IndexError::OtherSchema`] for the layout of older versions, [`IndexError::Damaged`] if `CURRENT` is wrong.
pub(crate) fn current(folder: &Path) -> Result<PathBuf, IndexError> {
    let damaged = |problem: String| IndexError::Damaged { path: folder.to_owned(), problem };
    match fs::read(folder.join(CURRENT)) {
        Ok(bytes) => {
            let name = unsealed(&bytes).map_err(|error| damaged(format!("{CURRENT}: {error}")))?;
            let name = std::str::from_utf8(name).ok().and_then(number).map(generation);
            name.map(|name| folder.join(name)).ok_or_else(|| damaged(format!("{CURRENT} names no generation")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(without_current(folder)),
        Err(error) => Err(IndexError::Io { path: folder.to_owned(), error }),
    }
}

/// What a folder is that has no generation in use.
fn without_current(folder: &Path) -> IndexError {
    let path = folder.to_owned();
    if let Some(found) = older_schema(folder) {
        return IndexError::OtherSchema { path, found, needed: crate::Schema::shared().version() };
    }
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => IndexError::Missing { path },
        Err(error) => IndexError::Io { path, error },
        Ok(mut entries) => {
            let is_unfinished = entries.all(|entry| entry.is_ok_and(|entry| is_ours(&entry.path())));
            if is_unfinished { IndexError::Missing { path } } else { IndexError::NotAnIndex { path } }
        }
    }
}

/// Whether a file or folder is a part of an index that was never finished.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name == LOCK || name.starts_with(CURRENT) || number(name).is_some()
}

fn generation(number: u64) -> String {
    format!("{GENERATION}{number}")
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix(GENERATION)?.parse().ok()
}

/// The schema version of an index in the layout of schema 3 and before: its files stood in the folder itself.
fn older_schema(folder: &Path) -> Option<u32> {
    #[derive(serde::Deserialize)]
    struct Meta {
        payload: String,
    }
    #[derive(serde::Deserialize)]
    struct Manifest {
        schema: u32,
    }
    let meta: Meta = serde_json::from_slice(&fs::read(folder.join(META)).ok()?).ok()?;
    Some(serde_json::from_str::<Manifest>(&meta.payload).ok()?.schema)
}

/// The right to write, for as long as it is kept.
#[derive(Debug)]
pub(crate) struct WriterLock {
    folder: PathBuf,
    _file: File,
}

impl WriterLock {
    /// Takes the right to write to an index, whose folder is made if it is missing.
    ///
    /// # Errors
    ///
    /// [`IndexError::Locked`] with the holder if another process has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, IndexError> {
        let io = |error| IndexError::Io { path: folder.to_owned(), error };
        fs::create_dir_all(folder).map_err(io)?;
        let path = folder.join(LOCK);
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Another process may be writing its name just now.
                let _ = file.read_to_string(&mut holder);
                return Err(IndexError::Locked { path: folder.to_owned(), holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let holder = format!("process {} since {:.0}\n", std::process::id(), Timestamp::now());
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(holder.as_bytes()));
        written.map_err(io)?;
        Ok(Self { folder: folder.to_owned(), _file: file })
    }

    /// The folder of a generation that is not in use yet, empty.
    pub(crate) fn new_generation(&self) -> Result<PathBuf, IndexError> {
        let last = self.entries()?.iter().filter_map(|path| number(path.file_name()?.to_str()?)).max();
        let path = self.folder.join(generation(last.unwrap_or(0) + 1));
        step(&self.folder).and_then(|()| fs::create_dir(&path)).map_err(|error| self.io(error))?;
        Ok(path)
    }

    /// Puts a generation to use, in one step. What was in use before is removed.
    pub(crate) fn put_to_use(&self, generation: &Path) -> Result<(), IndexError> {
        let name = generation.file_name().unwrap_or_default().as_encoded_bytes();
        self.write_current(&sealed(name)).map_err(|error| self.io(error))?;
        self.clean()
    }

    fn write_current(&self, content: &[u8]) -> io::Result<()> {
        let (draft, current) = (self.folder.join(format!("{CURRENT}.new")), self.folder.join(CURRENT));
        step(&self.folder)?;
        let mut file = File::create(&draft)?;
        file.write_all(content)?;
        file.sync_all()?;
        step(&self.folder)?;
        fs::rename(draft, current)?;
        step(&self.folder)?;
        sync_folder(&self.folder)
    }

    /// Removes generations that are not in use: those of runs that were killed, and of versions before. Only files of an
    /// index are removed, whatever else stands in the folder.
    pub(crate) fn clean(&self) -> Result<(), IndexError> {
        let Ok(current) = current(&self.folder) else { return Ok(()) };
        for path in self.entries()? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let removed = match number(name) {
                Some(_) if path != current => step(&self.folder).and_then(|()| fs::remove_dir_all(&path)),
                None if is_of_older_layout(name) => fs::remove_file(&path),
                _ => Ok(()),
            };
            match removed {
                // A reader is opening what it found in use a moment ago, and locks it: it goes with the next run.
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                removed => removed.map_err(|error| self.io(error))?,
            }
        }
        Ok(())
    }

    fn entries(&self) -> Result<Vec<PathBuf>, IndexError> {
        let entries = fs::read_dir(&self.folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        Ok(entries.map_err(|error| self.io(error))?.into_iter().map(|entry| entry.path()).collect())
    }

    fn io(&self, error: io::Error) -> IndexError {
        IndexError::Io { path: self.folder.clone(), error }
    }
}

/// Whether a file is one of an index of schema 3 or before.
fn is_of_older_layout(name: &str) -> bool {
    const ENDINGS: [&str; 7] = ["fast", "fieldnorm", "idx", "pos", "store", "term", "del"];
    const LISTS: [&str; 4] = [META, ".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock"];
    let is_id = |id: &str| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_segment = name.split_once('.').is_some_and(|(id, ending)| {
        is_id(id) && ending.rsplit('.').next().is_some_and(|ending| ENDINGS.contains(&ending))
    });
    LISTS.contains(&name) || is_segment
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_generation_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("index");
        assert!(matches!(current(&folder), Err(IndexError::Missing { .. })));
        let lock = WriterLock::take(&folder).unwrap();
        assert!(matches!(current(&folder), Err(IndexError::Missing { .. })));
        let first = lock.new_generation().unwrap();
        assert!(matches!(current(&folder), Err(IndexError::Missing { .. })), "a first run was killed");
        let second = lock.new_generation().unwrap();
        lock.put_to_use(&second).unwrap();
        assert_eq!(current(&folder).unwrap(), second);
        assert!(!first.exists());
        let third = lock.new_generation().unwrap();
        lock.put_to_use(&third).unwrap();
        assert_eq!(current(&folder).unwrap(), third);
        assert!(!second.exists());
        fs::write(folder.join(CURRENT), "generation-3").unwrap();
        assert!(matches!(current(&folder), Err(IndexError::Damaged { .. })));
    }

    #[test]
    fn the_holder_of_the_lock_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let lock = WriterLock::take(folder.path()).unwrap();
        let Err(IndexError::Locked { holder, .. }) = WriterLock::take(folder.path()) else { panic!("it is locked") };
        assert!(holder.starts_with(&format!("process {} since 20", std::process::id())), "{holder}");
        drop(lock);
        assert!(WriterLock::take(folder.path()).is_ok());
    }

    #[test]
    fn what_is_no_index_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        assert!(matches!(current(folder.path()), Err(IndexError::NotAnIndex { .. })));
        assert!(!is_of_older_layout("notes.store"));
        assert!(is_of_older_layout("0123456789abcdef0123456789abcdef.12.del"));
    }
}
