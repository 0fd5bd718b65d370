//! The files of an index, as the engine reads and writes them.
//!
//! The engine's files of postings, columns and stored documents carry a checksum; its lists of these files
//! (`meta.json`, `.managed.json`) do not. They are sealed here: a line with a digest stands behind their JSON, and a list
//! whose digest is wrong is not read.

use std::fmt::Write;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, FileSlice, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

#[cfg(test)]
pub(crate) use crate::crash::step;
#[cfg(test)]
use crate::crash::stepwise;

/// A step of writing below a folder: tests make each of them fail.
#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "it fails in tests")]
pub(crate) fn step(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(test))]
fn stepwise(_: &Path, file: WritePtr) -> WritePtr {
    file
}

/// A folder of files, with sealed lists.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    folder: PathBuf,
    files: MmapDirectory,
}

impl Storage {
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { folder: folder.to_owned(), files: MmapDirectory::open(folder)? })
    }
}

impl Directory for Storage {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn open_read(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        self.files.open_read(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        step(&self.folder)
            .map_err(|error| DeleteError::IoError { io_error: error.into(), filepath: path.to_owned() })?;
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        step(&self.folder).map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        Ok(stepwise(&self.folder, self.files.open_write(path)?))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let sealed = self.files.atomic_read(path)?;
        let opened = unsealed(&sealed).map(<[u8]>::to_vec);
        opened.map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        step(&self.folder)?;
        self.files.atomic_write(path, &sealed(data))
    }

    fn sync_directory(&self) -> io::Result<()> {
        step(&self.folder)?;
        self.files.sync_directory()
    }

    /// A lock for opening an index is taken for reading where the folder may not be written.
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.files.acquire_lock(lock) {
            Err(LockError::IoError(error)) if lock.is_blocking && is_read_only(&error) => {
                shared_lock(&self.folder.join(&lock.filepath)).map_err(LockError::wrap_io_error)
            }
            locked => locked,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Where there is no lock file, nobody has ever written here since the files were copied.
fn shared_lock(path: &Path) -> io::Result<DirectoryLock> {
    match File::open(path) {
        Ok(file) => {
            file.lock_shared()?;
            Ok(DirectoryLock::from(Box::new(file)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(DirectoryLock::from(Box::new(()))),
        Err(error) => Err(error),
    }
}

const SEAL: &str = "\nsha256 ";

/// Data with its seal.
pub(crate) fn sealed(data: &[u8]) -> Vec<u8> {
    let seal = format!("{SEAL}{}\n", digest(data));
    [data, seal.as_bytes()].concat()
}

/// The data before a seal.
///
/// # Errors
///
/// If the seal is missing or wrong.
pub(crate) fn unsealed(sealed: &[u8]) -> io::Result<&[u8]> {
    let length = SEAL.len() + 2 * DIGEST_BYTES + 1;
    let split = sealed.len().checked_sub(length).map(|end| sealed.split_at(end));
    let data = split.filter(|(data, seal)| *seal == format!("{SEAL}{}\n", digest(data)).as_bytes());
    data.map(|(data, _)| data).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"))
}

/// So much of the digest is written.
const DIGEST_BYTES: usize = 16;

fn digest(data: &[u8]) -> String {
    Sha256::digest(data).iter().take(DIGEST_BYTES).fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_shows_every_flipped_bit() {
        let good = sealed(b"{\"a\": 1}");
        assert_eq!(unsealed(&good).unwrap(), b"{\"a\": 1}");
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(unsealed(&bad).is_err(), "bit {bit}");
        }
        assert!(unsealed(b"{}").is_err());
        assert!(unsealed(b"").is_err());
    }
}
