//! Letters and files that come, change and go.

use std::collections::{HashMap, HashSet};

use imr_model::Letter;
use tantivy::indexer::UserOperation;
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocAddress, DocSet, TERMINATED, TantivyDocument};

use super::{Added, IndexWriter, NewLetter, OpenFile};
use crate::document::documents;
use crate::error::{IndexError, at};
use crate::records::{FileRecord, Place};
use crate::schema::Schema;
use crate::stored::StoredText;

impl IndexWriter {
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

    /// A file of many letters that is committed before it has been read to its end will be read again, whatever comes.
    pub(super) fn remember_open_file(&mut self) -> Result<(), IndexError> {
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
            stored.map_err(|problem| self.damaged(&problem))?;
        }
        self.pending.added.insert(new.identity.to_owned());
        self.count(new.letter, u64::wrapping_add);
        if self.pending.removed.contains(new.identity) {
            // The engine may apply a removal to a segment that is added behind it; what it adds itself it keeps in order.
            return self.execute(documents.into_iter().map(UserOperation::Add).collect());
        }
        self.build(documents)
    }

    fn count(&mut self, letter: &Letter, add: fn(u64, u64) -> u64) {
        let totals = &mut self.manifest.totals;
        totals.letters = add(totals.letters, 1);
        totals.decisions = add(totals.decisions, letter.decisions.len() as u64);
        totals.unsegmented = add(totals.unsegmented, u64::from(!letter.unsegmented_text().is_empty()));
    }

    fn write_record(&mut self, record: FileRecord) -> Result<(), IndexError> {
        let before = self.record(&record.path)?;
        self.count_record(&record, before.as_ref());
        let document = self.fields.records.document(&record).map_err(|error| self.damaged(&error.to_string()))?;
        // The engine looks for what is to be removed in every segment, and keeps it in mind as long as any merge lasts: of
        // a new file there is nothing.
        let term = before.map(|_| Term::from_field_text(self.fields.records.record, &record.path));
        let removal = term.map(UserOperation::Delete);
        self.execute(removal.into_iter().chain([UserOperation::Add(document)]).collect())?;
        self.pending.records.insert(record.path.clone(), record);
        Ok(())
    }

    /// Counts a record in place of the one before.
    fn count_record(&mut self, record: &FileRecord, before: Option<&FileRecord>) {
        let totals = &mut self.manifest.totals;
        totals.failures += record.failures.len() as u64;
        match before {
            Some(before) => totals.failures -= before.failures.len() as u64,
            None => totals.files += 1,
        }
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
}
