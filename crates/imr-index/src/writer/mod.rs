//! Writing an index.
//!
//! Letters and the records of the files that they were read from are documents of one index, so that one commit makes
//! both durable: there is no second store that could disagree. What was added since the last commit is kept in mind
//! ([`Pending`]), for the engine finds only what is committed.

mod builders;
mod changes;
mod merging;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imr_model::Letter;
use jiff::Timestamp;
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexSettings, ReloadPolicy, Searcher, TantivyDocument};

use self::builders::Builders;
use self::merging::{Divided, MERGE_THREADS, by_size};
use crate::error::{IndexError, at};
use crate::folder::{WriterLock, current};
use crate::manifest::{LastRun, Manifest};
use crate::open::{open_generation, read_manifest};
use crate::records::{FileRecord, KnownFiles, Place};
use crate::schema::{Fields, Schema};
use crate::storage::Storage;

/// Memory for segments that are being built, in bytes, for all threads, where nobody says otherwise. More than
/// 50 MB gains nothing.
pub const WRITER_MEMORY: usize = 60 << 20;

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was added, or took the place of an older version.
    Indexed,
    /// It stands where it stood before.
    Unchanged,
    /// The same letter is stored from another place; this place is remembered.
    Duplicate,
}

/// A letter to add.
#[derive(Clone, Copy, Debug)]
pub struct NewLetter<'l> {
    /// The letter.
    pub letter: &'l Letter,
    /// Its whole text.
    pub text: &'l str,
    /// What tells whether two letters are the same.
    pub identity: &'l str,
    /// The path of the file that it was read from; it may hold other letters.
    pub file: &'l str,
}

/// The one writer of an index.
pub struct IndexWriter {
    /// They are there from the first letter behind a commit to the next commit, and end before the lock is given back.
    builders: Option<Builders>,
    lock: WriterLock,
    /// The folder of the index, for messages.
    path: PathBuf,
    /// The generation that is written.
    generation: PathBuf,
    /// It takes the place of the one in use when it is finished.
    is_beside: bool,
    fields: Fields,
    /// For what is not of letters, for removals and what is added behind its own removal, for merges and commits.
    writer: tantivy::IndexWriter,
    /// For segments that are being built, in bytes.
    memory: usize,
    reader: tantivy::IndexReader,
    searcher: Searcher,
    manifest: Manifest,
    known: Arc<KnownFiles>,
    pending: Pending,
    open_file: Option<OpenFile>,
    run: LastRun,
    /// A commit was made in this run.
    has_committed: bool,
}

/// What was changed since the last commit.
#[derive(Default)]
struct Pending {
    /// Identities of letters.
    added: HashSet<String>,
    removed: HashSet<String>,
    /// Records of files, by their paths.
    records: HashMap<String, FileRecord>,
    /// Letters that were moved to another file, by its path.
    moved: HashMap<String, Vec<String>>,
    /// Letters found again in other files, and the paths of these.
    also: HashMap<String, Vec<String>>,
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.records.is_empty()
    }
}

/// The file whose letters are being added.
struct OpenFile {
    path: String,
    /// The letters that it held before, by their identities, with their places; those found again are taken out.
    before: HashMap<String, String>,
    /// It held letters before.
    is_changed: bool,
    also: Vec<Place>,
}

impl IndexWriter {
    /// Opens an index for writing, and makes it if it is missing. `memory` is that of segments that are being built, in
    /// bytes.
    ///
    /// # Errors
    ///
    /// If the folder holds something else, an index of another schema or vocabulary or a damaged one; if another process
    /// writes; if the folder cannot be written.
    pub fn open(path: &Path, memory: usize) -> Result<Self, IndexError> {
        match current(path) {
            Ok(_) => {
                let lock = WriterLock::take(path)?;
                // Another writer may have put a new generation to use meanwhile.
                let generation = current(path)?;
                let manifest = read_manifest(path, &generation)?;
                if !manifest.has_this_vocabulary() {
                    return Err(IndexError::OtherVocabulary { path: path.to_owned() });
                }
                lock.clean()?;
                Self::start(path, lock, generation, manifest, memory, false)
            }
            Err(IndexError::Missing { .. }) => {
                let mut writer = Self::beside(path, memory)?;
                // A first commit makes the folder an index, whatever happens next.
                writer.write_manifest()?;
                writer.lock.put_to_use(&writer.generation)?;
                (writer.is_beside, writer.has_committed) = (false, false);
                Ok(writer)
            }
            Err(error) => Err(error),
        }
    }

    /// Opens an index for writing anew, beside the one that is there, whatever that is worth. It is put to use by
    /// [`finish`](Self::finish).
    ///
    /// # Errors
    ///
    /// If the folder holds something else; if another process writes; if the folder cannot be written.
    pub fn rebuild(path: &Path, memory: usize) -> Result<Self, IndexError> {
        match current(path) {
            Err(error @ (IndexError::NotAnIndex { .. } | IndexError::Io { .. })) => Err(error),
            _ => Self::beside(path, memory),
        }
    }

    fn beside(path: &Path, memory: usize) -> Result<Self, IndexError> {
        let lock = WriterLock::take(path)?;
        lock.clean()?;
        let generation = lock.new_generation()?;
        create_index(path, &generation)?;
        Self::start(path, lock, generation, Manifest::new(), memory, true)
    }

    fn start(
        path: &Path,
        lock: WriterLock,
        generation: PathBuf,
        manifest: Manifest,
        memory: usize,
        is_beside: bool,
    ) -> Result<Self, IndexError> {
        let engine = |error| at(path, error);
        let index = open_generation(path, &generation)?;
        let writer = index.writer_with_options(engine_options()).map_err(engine)?;
        writer.set_merge_policy(Box::new(by_size()));
        // Files of a run that was killed would be in the way of those that get the same names now.
        writer.garbage_collect_files().wait().map_err(engine)?;
        // Single letters are read, from all over the index.
        let builder = index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(1);
        let reader: tantivy::IndexReader = builder.try_into().map_err(engine)?;
        let searcher = reader.searcher();
        let known = Arc::new(KnownFiles::read(&searcher).map_err(engine)?);
        let now = Timestamp::now();
        Ok(Self {
            builders: None,
            lock,
            path: path.to_owned(),
            generation,
            is_beside,
            fields: Fields::new(Schema::shared()),
            writer,
            memory,
            reader,
            searcher,
            manifest,
            known,
            pending: Pending::default(),
            open_file: None,
            run: LastRun { started: now, committed: now, is_finished: false },
            has_committed: false,
        })
    }

    /// The files that the index was made from when it was opened.
    #[must_use]
    pub fn known_files(&self) -> Arc<KnownFiles> {
        Arc::clone(&self.known)
    }

    /// What the index knows of itself, with what is not committed yet.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Makes the index one that mirrors letters at these paths, and nothing else.
    pub fn set_mirrored(&mut self, paths: Vec<String>) {
        self.manifest.mirrors = Some(paths);
    }

    /// How many letters and files were added, changed or removed since the last commit.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.added.len().max(self.pending.records.len()) + self.pending.removed.len()
    }

    /// Makes everything added durable and visible, together with the records of its files. An index that is built anew
    /// becomes visible when it is finished.
    ///
    /// # Errors
    ///
    /// If the index cannot be written; it then stays as it was.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        self.remember_open_file()?;
        if self.pending.is_empty() {
            return Ok(());
        }
        self.write_manifest()?;
        self.reader.reload().map_err(|error| at(&self.path, error))?;
        self.searcher = self.reader.searcher();
        Ok(())
    }

    /// Commits, waits for the engine to end its work, and puts an index that was built anew to use. A run that changed
    /// nothing writes nothing.
    ///
    /// # Errors
    ///
    /// If the index cannot be written; it then stays as it was at the last commit.
    pub fn finish(mut self) -> Result<Manifest, IndexError> {
        if self.is_beside || self.has_committed || !self.pending.is_empty() {
            self.run.is_finished = true;
            self.writer.set_merge_policy(Box::new(Divided(by_size())));
            self.write_manifest()?;
        }
        self.writer.wait_merging_threads().map_err(|error| at(&self.path, error))?;
        if self.is_beside {
            self.lock.put_to_use(&self.generation)?;
        }
        Ok(self.manifest)
    }

    /// Commits a run that ends early. An index that was built anew is given up.
    ///
    /// # Errors
    ///
    /// If the index cannot be written; it then stays as it was at the last commit.
    pub fn stop(mut self) -> Result<(), IndexError> {
        if self.is_beside { Ok(()) } else { self.commit() }
    }

    /// Puts the whole index into one segment, the fastest to search, and leaves out what was removed.
    ///
    /// # Errors
    ///
    /// If the index cannot be written.
    pub fn optimize(mut self) -> Result<(), IndexError> {
        let engine = |error| at(&self.path, error);
        let segments = self.writer.index().searchable_segment_ids().map_err(engine)?;
        let has_removed = self.searcher.segment_readers().iter().any(tantivy::SegmentReader::has_deletes);
        if segments.len() > 1 || has_removed {
            self.writer.merge(&segments).wait().map_err(engine)?;
        }
        self.writer.garbage_collect_files().wait().map_err(engine)?;
        self.writer.wait_merging_threads().map_err(|error| at(&self.path, error))
    }

    /// Commits with the manifest as it is now.
    fn write_manifest(&mut self) -> Result<(), IndexError> {
        self.run.committed = Timestamp::now();
        self.manifest.last_run = Some(self.run.clone());
        let payload = serde_json::to_string(&self.manifest).map_err(|error| self.damaged(&error.to_string()))?;
        self.add_segments()?;
        let engine = |error| at(&self.path, error);
        let mut prepared = self.writer.prepare_commit().map_err(engine)?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(engine)?;
        self.pending = Pending::default();
        self.has_committed = true;
        Ok(())
    }

    /// Has the documents of a letter built into a segment.
    fn build(&mut self, letter: Vec<TantivyDocument>) -> Result<(), IndexError> {
        let start = || Builders::start(self.writer.index(), self.memory);
        if self.builders.get_or_insert_with(start).add(letter) {
            return Ok(());
        }
        self.add_segments()?;
        Err(at(&self.path, builders::stopped()))
    }

    /// Hands the segments that were built to the engine.
    fn add_segments(&mut self) -> Result<(), IndexError> {
        let Some(builders) = self.builders.take() else { return Ok(()) };
        let segments = builders.finish().map_err(|error| at(&self.path, error))?;
        let added = segments.into_iter().try_for_each(|segment| self.writer.add_segment(segment));
        added.map_err(|error| at(&self.path, error))
    }

    fn execute(&self, operations: Vec<UserOperation>) -> Result<(), IndexError> {
        self.writer.run(operations).map(|_| ()).map_err(|error| at(&self.path, error))
    }

    fn damaged(&self, problem: &str) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), problem: problem.to_owned() }
    }
}

/// What the engine itself indexes are the few words of files, and few letters.
fn engine_options() -> IndexWriterOptions {
    IndexWriterOptions::builder()
        .num_worker_threads(1)
        .memory_budget_per_thread(15_000_000)
        .num_merge_threads(MERGE_THREADS)
        .build()
}

/// How much of stored letters is packed together, in bytes. Letters have much in common: of 64 KiB each, stored letters take an
/// eighth more, of 256 KiB a twentieth less, and a page of ten hits takes a sixth longer to unpack.
const STORE_BLOCK: usize = 128 << 10;

fn create_index(path: &Path, generation: &Path) -> Result<(), IndexError> {
    let directory = Storage::open(generation).map_err(|error| at(path, error.into()))?;
    // Level 3 takes a hundredth of the time of indexing more than level 1, and a twentieth off stored letters; level 6 takes
    // three times as long for another twentieth.
    let docstore_compression = Compressor::Zstd(ZstdCompressor { compression_level: Some(3) });
    let settings = IndexSettings { docstore_compression, docstore_blocksize: STORE_BLOCK, ..IndexSettings::default() };
    Index::create(directory, Fields::new(Schema::shared()).tantivy, settings).map_err(|error| at(path, error))?;
    Ok(())
}

#[cfg(test)]
mod tests;
