//! Writing an index.
//!
//! Letters and the records of the files that they were read from are documents of one index, so that one commit makes
//! both durable: there is no second store that could disagree. What was added since the last commit is kept in mind
//! ([`Pending`]), for the engine finds only what is committed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imr_model::Letter;
use jiff::Timestamp;
use tantivy::indexer::UserOperation;
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{DocAddress, DocSet, Index, IndexSettings, ReloadPolicy, Searcher, TERMINATED, TantivyDocument};

use crate::document::documents;
use crate::error::{IndexError, at};
use crate::folder::{WriterLock, current};
use crate::manifest::{LastRun, Manifest};
use crate::open::{open_generation, read_manifest};
use crate::records::{FileRecord, KnownFiles, Place};
use crate::schema::{Fields, Schema};
use crate::storage::Storage;
use crate::stored::StoredText;

/// Memory for postings before they are written to disk, in bytes, for all threads, where nobody says otherwise. More than
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
    lock: WriterLock,
    /// The folder of the index, for messages.
    path: PathBuf,
    /// The generation that is written.
    generation: PathBuf,
    /// It takes the place of the one in use when it is finished.
    is_beside: bool,
    fields: Fields,
    writer: tantivy::IndexWriter,
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
    /// Opens an index for writing, and makes it if it is missing. `memory` is that of postings before they are written, in
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
        let writer = index.writer(memory).map_err(engine)?;
        // Files of a run that was killed would be in the way of those that get the same names now.
        writer.garbage_collect_files().wait().map_err(engine)?;
        let reader: tantivy::IndexReader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(engine)?;
        let searcher = reader.searcher();
        let known = Arc::new(KnownFiles::read(&searcher).map_err(engine)?);
        let now = Timestamp::now();
        Ok(Self {
            lock,
            path: path.to_owned(),
            generation,
            is_beside,
            fields: Fields::new(Schema::shared()),
            writer,
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

    /// Whether a file is being read that held letters before: until it ends, both its old and its new letters are there,
    /// and a commit would show both.
    #[must_use]
    pub fn is_amid_change(&self) -> bool {
        self.open_file.as_ref().is_some_and(|file| file.is_changed)
    }

    /// The record of a file that was known when the index was opened.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn record(&self, path: &str) -> Result<Option<FileRecord>, IndexError> {
        if let Some(record) = self.pending.records.get(path) {
            return Ok(Some(record.clone()));
        }
        let addresses = self.find(self.fields.records.record, path)?;
        addresses.first().map(|address| self.record_at(*address)).transpose()
    }

    /// Adds a letter: all of its documents or none. Letters of one file are added one behind the other.
    ///
    /// # Errors
    ///
    /// If the index cannot be written.
    pub fn add(&mut self, new: &NewLetter<'_>) -> Result<Added, IndexError> {
        self.enter(new.file)?;
        let place = &new.letter.source_file;
        let before = self.open_file.as_mut().and_then(|file| file.before.remove(new.identity));
        if let Some(before) = before {
            if before == *place {
                return Ok(Added::Unchanged);
            }
            if let Some((old, _)) = self.stored_letter(new.identity)? {
                self.forget(new.identity, &old)?;
            }
        } else if self.holds(new.identity)? {
            let found =
                Place { identity: new.identity.to_owned(), place: place.clone(), source: new.letter.source.clone() };
            self.manifest.totals.duplicates += 1;
            self.pending.also.entry(found.identity.clone()).or_default().push(new.file.to_owned());
            if let Some(file) = &mut self.open_file {
                file.also.push(found);
            }
            return Ok(Added::Duplicate);
        }
        self.write_letter(new)?;
        Ok(Added::Indexed)
    }

    /// Ends a file: letters that it held before and holds no more are removed, and it is remembered.
    ///
    /// # Errors
    ///
    /// If the index cannot be written.
    pub fn end_file(&mut self, record: FileRecord) -> Result<(), IndexError> {
        self.enter(&record.path)?;
        let Some(OpenFile { before, also, .. }) = self.open_file.take() else { return Ok(()) };
        let mut gone: Vec<String> = before.into_keys().collect();
        gone.sort_unstable();
        for identity in gone {
            self.remove_letter(&identity, &HashSet::new())?;
        }
        self.write_record(FileRecord { also, ..record })
    }

    /// Ends a file that could not be read, or not to its end: what was known of it is kept, and it will be read again.
    ///
    /// # Errors
    ///
    /// If the index cannot be written.
    pub fn end_unreadable_file(&mut self, record: FileRecord) -> Result<(), IndexError> {
        let known = self.record(&record.path)?.map(|record| record.also).unwrap_or_default();
        self.enter(&record.path)?;
        let Some(OpenFile { mut also, .. }) = self.open_file.take() else { return Ok(()) };
        for place in known {
            if !also.iter().any(|found| found.identity == place.identity) {
                self.manifest.totals.duplicates += 1;
                also.push(place);
            }
        }
        self.write_record(FileRecord { also, bytes: 0, modified: 0, digest: None, ..record })
    }

    /// Remembers that a file was changed in name only: its content is what it was.
    ///
    /// # Errors
    ///
    /// If the index cannot be written, or is damaged.
    pub fn touch(&mut self, path: &str, bytes: u64, modified: u64, read: u64) -> Result<(), IndexError> {
        let Some(record) = self.record(path)? else { return Ok(()) };
        self.write_record(FileRecord { bytes, modified, read, ..record })
    }

    /// The paths of files that were known and were not found in this run, in their order.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn not_found(&self) -> Result<Vec<String>, IndexError> {
        self.known.not_found(&self.searcher).map_err(|error| at(&self.path, error))
    }

    /// Removes files and their letters. Letters that stand in other files, too, are kept with these.
    ///
    /// # Errors
    ///
    /// If the index cannot be written, or is damaged.
    pub fn remove_files(&mut self, paths: &[String]) -> Result<(), IndexError> {
        let gone: HashSet<&str> = paths.iter().map(String::as_str).collect();
        for path in paths {
            let Some(record) = self.record(path)? else { continue };
            let mut letters: Vec<String> = self.letters_of_file(path)?.into_keys().collect();
            letters.sort_unstable();
            for identity in letters {
                self.remove_letter(&identity, &gone)?;
            }
            self.remove_record(&record)?;
        }
        Ok(())
    }

    /// Adds a letter of an index that is rebuilt from another, as it stands there.
    ///
    /// # Errors
    ///
    /// If the index cannot be written.
    pub fn restore_letter(&mut self, new: &NewLetter<'_>) -> Result<(), IndexError> {
        self.write_letter(new)
    }

    /// Adds the record of a file of an index that is rebuilt from another.
    ///
    /// # Errors
    ///
    /// If the index cannot be written.
    pub fn restore_record(&mut self, record: FileRecord) -> Result<(), IndexError> {
        self.manifest.totals.duplicates += record.also.len() as u64;
        self.write_record(record)
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
        let engine = |error| at(&self.path, error);
        self.run.committed = Timestamp::now();
        self.manifest.last_run = Some(self.run.clone());
        let payload = serde_json::to_string(&self.manifest).map_err(|error| self.damaged(&error.to_string()))?;
        let mut prepared = self.writer.prepare_commit().map_err(engine)?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(engine)?;
        self.pending = Pending::default();
        self.has_committed = true;
        Ok(())
    }

    /// A file of many letters that is committed before it has been read to its end will be read again, whatever comes.
    fn remember_open_file(&mut self) -> Result<(), IndexError> {
        let Some(file) = &self.open_file else { return Ok(()) };
        let record = FileRecord { path: file.path.clone(), also: file.also.clone(), ..FileRecord::default() };
        self.write_record(record)
    }

    /// Begins with the letters of a file.
    fn enter(&mut self, path: &str) -> Result<(), IndexError> {
        if self.open_file.as_ref().is_some_and(|file| file.path == path) {
            return Ok(());
        }
        // The engine finds only what is committed.
        if self.pending.moved.contains_key(path) {
            self.commit()?;
        }
        let is_known = self.known.contains(path);
        let before = if is_known { self.letters_of_file(path)? } else { HashMap::new() };
        if let Some(record) = self.record(path)?.filter(|_| is_known) {
            self.manifest.totals.duplicates -= record.also.len() as u64;
        }
        self.open_file =
            Some(OpenFile { path: path.to_owned(), is_changed: !before.is_empty(), before, also: Vec::new() });
        Ok(())
    }

    /// The letters that are stored with a file: their identities and places.
    fn letters_of_file(&self, path: &str) -> Result<HashMap<String, String>, IndexError> {
        let mut letters = HashMap::new();
        for address in self.find(self.fields.records.file, path)? {
            let StoredText { identity, source_file, .. } = self.stored_text(address)?;
            if !self.pending.removed.contains(&identity) {
                letters.insert(identity, source_file);
            }
        }
        Ok(letters)
    }

    /// Whether a letter is stored.
    fn holds(&self, identity: &str) -> Result<bool, IndexError> {
        if self.pending.added.contains(identity) {
            return Ok(true);
        }
        Ok(!self.pending.removed.contains(identity) && !self.find(self.fields.records.identity, identity)?.is_empty())
    }

    /// Removes a letter, unless it stands in another file, too, that is none of `gone`: then it is kept with that.
    fn remove_letter(&mut self, identity: &str, gone: &HashSet<&str>) -> Result<(), IndexError> {
        // The engine finds only what is committed.
        if self.pending.added.contains(identity) {
            self.commit()?;
        }
        let Some((mut letter, text)) = self.stored_letter(identity)? else { return Ok(()) };
        self.forget(identity, &letter)?;
        let Some((mut record, at)) = self.other_place(identity, gone)? else { return Ok(()) };
        let place = record.also.remove(at);
        self.manifest.totals.duplicates -= 1;
        self.pending.moved.entry(record.path.clone()).or_default().push(identity.to_owned());
        (letter.source_file, letter.source) = (place.place, place.source);
        self.write_letter(&NewLetter { letter: &letter, text: &text, identity, file: &record.path })?;
        self.write_record(record)
    }

    /// A file in which a letter was found again, by its record, and where the record names it.
    fn other_place(&self, identity: &str, gone: &HashSet<&str>) -> Result<Option<(FileRecord, usize)>, IndexError> {
        let mut paths: Vec<String> = self.pending.also.get(identity).cloned().unwrap_or_default();
        for address in self.find(self.fields.records.also, identity)? {
            paths.push(self.record_at(address)?.path);
        }
        paths.sort_unstable();
        for path in paths.into_iter().filter(|path| !gone.contains(path.as_str())) {
            let Some(record) = self.record(&path)? else { continue };
            if let Some(at) = record.also.iter().position(|place| place.identity == identity) {
                return Ok(Some((record, at)));
            }
        }
        Ok(None)
    }

    /// Takes a letter out of the index.
    fn forget(&mut self, identity: &str, letter: &Letter) -> Result<(), IndexError> {
        self.count(letter, u64::wrapping_sub);
        self.pending.added.remove(identity);
        self.pending.removed.insert(identity.to_owned());
        let field = self.fields.field(Schema::shared().id("letter"));
        self.execute(vec![UserOperation::Delete(Term::from_field_text(field, &letter.digest))])
    }

    fn write_letter(&mut self, new: &NewLetter<'_>) -> Result<(), IndexError> {
        let mut documents = documents(&self.fields, new.letter);
        let records = self.fields.records;
        if let Some(first) = documents.first_mut() {
            first.add_text(records.identity, new.identity);
            first.add_text(records.file, new.file);
            let stored = self.fields.store(first, new.letter, new.text);
            stored.map_err(|error| self.damaged(&error.to_string()))?;
        }
        self.pending.added.insert(new.identity.to_owned());
        self.count(new.letter, u64::wrapping_add);
        self.execute(documents.into_iter().map(UserOperation::Add).collect())
    }

    fn count(&mut self, letter: &Letter, add: fn(u64, u64) -> u64) {
        let totals = &mut self.manifest.totals;
        totals.letters = add(totals.letters, 1);
        totals.decisions = add(totals.decisions, letter.decisions.len() as u64);
        totals.unsegmented = add(totals.unsegmented, u64::from(!letter.unsegmented_text().is_empty()));
    }

    fn write_record(&mut self, record: FileRecord) -> Result<(), IndexError> {
        self.count_record(&record)?;
        let document = self.fields.records.document(&record).map_err(|error| self.damaged(&error.to_string()))?;
        let term = Term::from_field_text(self.fields.records.record, &record.path);
        self.execute(vec![UserOperation::Delete(term), UserOperation::Add(document)])?;
        self.pending.records.insert(record.path.clone(), record);
        Ok(())
    }

    /// Counts a record in place of the one before.
    fn count_record(&mut self, record: &FileRecord) -> Result<(), IndexError> {
        let before = self.record(&record.path)?;
        let totals = &mut self.manifest.totals;
        totals.failures += record.failures.len() as u64;
        match before {
            Some(before) => totals.failures -= before.failures.len() as u64,
            None => totals.files += 1,
        }
        Ok(())
    }

    fn remove_record(&mut self, record: &FileRecord) -> Result<(), IndexError> {
        let totals = &mut self.manifest.totals;
        totals.files -= 1;
        totals.failures -= record.failures.len() as u64;
        totals.duplicates -= record.also.len() as u64;
        self.pending.removed.insert(record.path.clone());
        let term = Term::from_field_text(self.fields.records.record, &record.path);
        self.execute(vec![UserOperation::Delete(term)])
    }

    fn execute(&self, operations: Vec<UserOperation>) -> Result<(), IndexError> {
        self.writer.run(operations).map(|_| ()).map_err(|error| at(&self.path, error))
    }

    /// The documents with a term, as of the last commit.
    fn find(&self, field: Field, text: &str) -> Result<Vec<DocAddress>, IndexError> {
        let term = Term::from_field_text(field, text);
        let mut found = Vec::new();
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let index = segment.inverted_index(field).map_err(|error| at(&self.path, error))?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(|error| at(&self.path, error.into()))? else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(ordinal, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    fn record_at(&self, address: DocAddress) -> Result<FileRecord, IndexError> {
        let document: TantivyDocument = self.searcher.doc(address).map_err(|error| at(&self.path, error))?;
        let record = self.fields.records.record(&document);
        record.transpose().ok().flatten().ok_or_else(|| self.damaged("a file without its record"))
    }

    /// A letter by its identity, with its text.
    fn stored_letter(&self, identity: &str) -> Result<Option<(Letter, String)>, IndexError> {
        let Some(address) = self.find(self.fields.records.identity, identity)?.into_iter().next() else {
            return Ok(None);
        };
        let document: TantivyDocument = self.searcher.doc(address).map_err(|error| at(&self.path, error))?;
        let letter = self.fields.letter(&document);
        let text = self.fields.records.text(&document);
        let stored = letter.zip(text).ok_or_else(|| self.damaged("a letter is missing"))?;
        Ok(Some(stored))
    }

    fn stored_text(&self, address: DocAddress) -> Result<StoredText, IndexError> {
        let document: TantivyDocument = self.searcher.doc(address).map_err(|error| at(&self.path, error))?;
        StoredText::of(&self.fields, &document).ok_or_else(|| self.damaged("a letter without its text"))
    }

    fn damaged(&self, problem: &str) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), problem: problem.to_owned() }
    }
}

/// How much of stored letters is packed together, in bytes.
const STORE_BLOCK: usize = 64 << 10;

fn create_index(path: &Path, generation: &Path) -> Result<(), IndexError> {
    let directory = Storage::open(generation).map_err(|error| at(path, error.into()))?;
    // zstd at level 1 costs as much time as lz4 and takes three quarters of its space; higher levels gain little. Blocks of
    // several letters take a tenth off the whole index, and are unpacked in some 60 µs.
    let docstore_compression = Compressor::Zstd(ZstdCompressor { compression_level: Some(1) });
    let settings = IndexSettings { docstore_compression, docstore_blocksize: STORE_BLOCK, ..IndexSettings::default() };
    Index::create(directory, Fields::new(Schema::shared()).tantivy, settings).map_err(|error| at(path, error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(source: &str) -> Letter {
        Letter { digest: format!("digest of {source}"), ..Letter::new(source, format!("/{source}.txt")) }
    }

    /// Puts a file with some letters into an index.
    fn put(writer: &mut IndexWriter, file: &str, letters: &[&str]) -> Vec<Added> {
        let added = letters.iter().map(|name| {
            let letter = Letter { source_file: format!("{file}!{name}"), ..letter(name) };
            writer.add(&NewLetter { letter: &letter, text: name, identity: name, file }).unwrap()
        });
        let added = added.collect();
        writer.end_file(record(file)).unwrap();
        added
    }

    fn record(file: &str) -> FileRecord {
        FileRecord { path: file.to_owned(), digest: Some("d".to_owned()), bytes: 1, ..FileRecord::default() }
    }

    fn open(path: &Path) -> IndexWriter {
        IndexWriter::open(path, WRITER_MEMORY).unwrap()
    }

    /// The letters of an index, with their places; checks that the totals are right.
    fn places(path: &Path) -> Vec<String> {
        let index = crate::IndexReader::open(path).unwrap();
        let mut places: Vec<String> =
            index.letters("layout", "unknown").unwrap().into_iter().map(|letter| letter.source_file).collect();
        places.sort();
        assert_eq!(index.manifest().totals.letters, places.len() as u64);
        places
    }

    #[test]
    fn there_is_one_writer_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let writer = open(folder.path());
        assert!(matches!(IndexWriter::open(folder.path(), WRITER_MEMORY), Err(IndexError::Locked { .. })));
        drop(writer);
        open(folder.path());
    }

    #[test]
    fn what_is_not_committed_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open(folder.path());
        put(&mut writer, "/a", &["a"]);
        writer.finish().unwrap();
        let mut writer = IndexWriter::rebuild(folder.path(), WRITER_MEMORY).unwrap();
        put(&mut writer, "/b", &["b"]);
        writer.commit().unwrap();
        assert_eq!(places(folder.path()), ["/a!a"], "a rebuild shows when it is whole");
        drop(writer);
        assert_eq!(places(folder.path()), ["/a!a"], "a rebuild that was given up leaves the index as it was");
        let mut writer = IndexWriter::rebuild(folder.path(), WRITER_MEMORY).unwrap();
        put(&mut writer, "/b", &["b"]);
        writer.finish().unwrap();
        assert_eq!(places(folder.path()), ["/b!b"]);
    }

    #[test]
    fn a_rebuild_clears_a_damaged_index_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).finish().unwrap();
        std::fs::write(folder.path().join("CURRENT"), "{").unwrap();
        std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        assert!(matches!(IndexWriter::open(folder.path(), WRITER_MEMORY), Err(IndexError::Damaged { .. })));
        let mut writer = IndexWriter::rebuild(folder.path(), WRITER_MEMORY).unwrap();
        put(&mut writer, "/a", &["a"]);
        writer.finish().unwrap();
        assert_eq!(places(folder.path()), ["/a!a"]);
        assert_eq!(std::fs::read_to_string(folder.path().join("notes.txt")).unwrap(), "mine");
    }

    #[test]
    fn a_letter_is_stored_once_with_all_its_places() {
        use Added::{Duplicate, Indexed, Unchanged};
        let folder = tempfile::tempdir().unwrap();
        for commits in [false, true] {
            let path = folder.path().join(commits.to_string());
            let commit = |writer: &mut IndexWriter| {
                if commits {
                    writer.commit().unwrap();
                }
            };
            let mut writer = open(&path);
            assert_eq!(put(&mut writer, "/1", &["a", "b", "a"]), [Indexed, Indexed, Duplicate]);
            commit(&mut writer);
            assert_eq!(put(&mut writer, "/2", &["b", "c"]), [Duplicate, Indexed]);
            assert_eq!(writer.finish().unwrap().totals.duplicates, 2);
            assert_eq!(places(&path), ["/1!a", "/1!b", "/2!c"]);

            let mut writer = open(&path);
            assert_eq!(put(&mut writer, "/1", &["a"]), [Unchanged]);
            commit(&mut writer);
            let totals = writer.finish().unwrap().totals;
            assert_eq!((totals.duplicates, totals.files), (0, 2));
            assert_eq!(places(&path), ["/1!a", "/2!b", "/2!c"], "a letter moves to the file that still has it");

            let mut writer = open(&path);
            assert_eq!(put(&mut writer, "/2", &["a"]), [Duplicate]);
            commit(&mut writer);
            let known = writer.known_files();
            assert!(known.find("/2").is_some() && known.find("/3").is_none());
            assert_eq!(writer.not_found().unwrap(), ["/1"]);
            writer.finish().unwrap();
            assert_eq!(places(&path), ["/1!a"]);

            let mut writer = open(&path);
            writer.remove_files(&["/1".to_owned()]).unwrap();
            commit(&mut writer);
            let totals = writer.finish().unwrap().totals;
            assert_eq!((totals.files, totals.duplicates, totals.letters), (1, 0, 1));
            assert_eq!(places(&path), ["/2!a"]);

            let mut writer = open(&path);
            writer.remove_files(&["/1".to_owned(), "/2".to_owned()]).unwrap();
            assert_eq!(writer.finish().unwrap().totals, crate::Totals::default());
            assert!(places(&path).is_empty());
        }
    }

    #[test]
    fn letters_that_move_twice_in_one_interval() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open(folder.path());
        put(&mut writer, "/1", &["a"]);
        put(&mut writer, "/2", &["a"]);
        put(&mut writer, "/3", &["a"]);
        writer.finish().unwrap();
        let mut writer = open(folder.path());
        put(&mut writer, "/1", &["b"]);
        put(&mut writer, "/2", &["c"]);
        writer.finish().unwrap();
        assert_eq!(places(folder.path()), ["/1!b", "/2!c", "/3!a"]);
    }

    #[test]
    fn a_changed_file_is_amid_change_until_its_end() {
        let folder = tempfile::tempdir().unwrap();
        for (name, is_change) in [("a", false), ("b", true)] {
            let mut writer = open(folder.path());
            let new = letter(name);
            writer.add(&NewLetter { letter: &new, text: name, identity: name, file: "/1" }).unwrap();
            assert_eq!(writer.is_amid_change(), is_change, "{name}");
            writer.end_file(record("/1")).unwrap();
            assert!(!writer.is_amid_change());
            writer.finish().unwrap();
        }
    }

    #[test]
    fn a_file_that_was_committed_in_part_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open(folder.path());
        for name in ["a", "b"] {
            let new = letter(name);
            writer.add(&NewLetter { letter: &new, text: name, identity: name, file: "/1" }).unwrap();
            writer.commit().unwrap();
        }
        drop(writer);
        let mut writer = open(folder.path());
        let known = writer.known_files();
        assert_eq!(known.find("/1").map(|file| file.modified), Some(0));
        let added = put(&mut writer, "/1", &["a", "c"]);
        assert_eq!(added, [Added::Indexed, Added::Indexed], "the places are others");
        writer.finish().unwrap();
        assert_eq!(places(folder.path()), ["/1!a", "/1!c"]);
    }
}
