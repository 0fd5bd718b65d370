//! Checking that an index is whole.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fs;
use std::path::Path;

use imr_model::Letter;
use tantivy::{Index, SegmentReader, TantivyDocument};

use crate::error::{IndexError, at};
use crate::folder::current;
use crate::manifest::Totals;
use crate::open::{open_generation, read_manifest, segment_files};
use crate::records::{FileRecord, STDIN, key};
use crate::schema::{Fields, Schema};
use crate::stored::StoredText;

/// What was found out about an index.
#[derive(Debug, Default)]
pub struct Verified {
    /// What is wrong, in words.
    pub problems: Vec<String>,
    /// Whether the stored letters can be read, so that the index can be built anew from itself.
    pub texts_are_whole: bool,
    /// How many files of the index were compared with their checksums.
    pub files: usize,
    /// How many letters there are.
    pub letters: usize,
    /// How many letters were read again from their stored texts.
    pub read_again: usize,
}

/// Checks the files of an index against their checksums, its manifest against its documents, letters against the files
/// that they were read from, and about `sample` letters by `is_read_so`, which tells whether a letter is what is read from
/// its text.
///
/// # Errors
///
/// If there is no index, or it cannot be opened at all.
pub fn verify(
    path: &Path,
    sample: u64,
    is_read_so: impl FnMut(&Letter, StoredText) -> bool,
) -> Result<Verified, IndexError> {
    let generation = current(path)?;
    let manifest = read_manifest(path, &generation)?;
    let index = open_generation(path, &generation)?;
    let mut verified = Verified { texts_are_whole: true, ..Verified::default() };
    verified.check_files(path, &index, &generation)?;
    if !verified.problems.is_empty() {
        return Ok(verified);
    }
    let every = manifest.totals.letters.checked_div(sample).unwrap_or(u64::MAX).max(1);
    let mut contents = Contents::new(every, is_read_so);
    let reader = index.reader().map_err(|error| at(path, error))?;
    for segment in reader.searcher().segment_readers() {
        contents.read(segment).map_err(|error| at(path, error))?;
    }
    contents.compare(&manifest.totals);
    let Contents { letters, read_again, problems, texts_are_whole, .. } = contents;
    Ok(Verified { letters: letters.len(), read_again, problems, texts_are_whole, ..verified })
}

impl Verified {
    /// Compares every file of every segment with its checksum.
    fn check_files(&mut self, path: &Path, index: &Index, generation: &Path) -> Result<(), IndexError> {
        let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in segment_files(path, index, generation)? {
            let bytes = fs::read(&file).map_err(|error| IndexError::Io { path: file.clone(), error })?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.files += 1;
            match version_if_whole(&bytes) {
                Some(version) => versions.entry(version).or_default().push(name),
                None => self.damaged(&name),
            }
        }
        // A version that no other file has is one with a flipped bit.
        let usual = versions.iter().max_by_key(|(_, files)| files.len()).map(|(version, _)| version.clone());
        for (version, files) in &versions {
            if files.len() == 1 && Some(version) != usual.as_ref() {
                self.damaged(&files[0]);
            }
        }
        Ok(())
    }

    fn damaged(&mut self, file: &str) {
        let holds_texts = matches!(file.rsplit('.').next(), Some("store" | "del"));
        self.texts_are_whole &= !holds_texts;
        self.problems.push(format!("{file}: is damaged: its content does not match its checksum"));
    }
}

/// The engine version that a file of the engine names behind its content, if the content matches the checksum there: a file
/// ends with `{"version":...,"crc":123}`, the length of that, and a constant.
fn version_if_whole(bytes: &[u8]) -> Option<String> {
    const MAGIC: u32 = 1337;
    let number = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?));
    let (rest, magic) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
    let (rest, length) = rest.split_at_checked(rest.len().checked_sub(4)?)?;
    let length = usize::try_from(number(length)?).ok()?;
    let (content, footer) = rest.split_at_checked(rest.len().checked_sub(length)?)?;
    let (version, checksum) = std::str::from_utf8(footer).ok()?.split_once("\"crc\":")?;
    let is_whole = number(magic)? == MAGIC && checksum == format!("{}}}", crc32fast::hash(content));
    is_whole.then(|| version.to_owned())
}

/// What the documents of an index say.
struct Contents<F> {
    fields: Fields,
    /// Every so manieth letter is read again.
    every: u64,
    is_read_so: F,
    totals: Totals,
    read_again: usize,
    /// The places in their letter of the documents that must come next.
    expected: VecDeque<u64>,
    letters: HashSet<u128>,
    files: HashSet<u128>,
    /// Files that letters name, and letters that files name: these may come later.
    named_files: HashSet<u128>,
    named_letters: HashSet<u128>,
    problems: Vec<String>,
    texts_are_whole: bool,
}

impl<F: FnMut(&Letter, StoredText) -> bool> Contents<F> {
    fn new(every: u64, is_read_so: F) -> Self {
        Self {
            fields: Fields::new(Schema::shared()),
            every,
            is_read_so,
            totals: Totals::default(),
            read_again: 0,
            expected: VecDeque::new(),
            letters: HashSet::new(),
            files: HashSet::new(),
            named_files: HashSet::new(),
            named_letters: HashSet::new(),
            problems: Vec::new(),
            texts_are_whole: true,
        }
    }

    fn read(&mut self, segment: &SegmentReader) -> tantivy::Result<()> {
        let store = segment.get_store_reader(1)?;
        let places = segment.fast_fields().u64("n").ok();
        for id in segment.doc_ids_alive() {
            let document: TantivyDocument = store.get(id)?;
            let place = places.as_ref().and_then(|places| places.first(id));
            match (self.fields.records.record(&document), place) {
                (Some(Ok(record)), None) => self.file(&record),
                (None, Some(place)) => self.document(&document, place),
                _ => self.problems.push(format!("document {id} is neither one of a letter nor one of a file")),
            }
        }
        if !self.expected.is_empty() {
            self.problems.push("a letter lacks documents at its end".to_owned());
            self.expected.clear();
        }
        Ok(())
    }

    fn file(&mut self, record: &FileRecord) {
        self.totals.files += 1;
        self.totals.failures += record.failures.len() as u64;
        self.totals.duplicates += record.also.len() as u64;
        self.named_letters.extend(record.also.iter().map(|place| key(place.identity.as_bytes())));
        if !self.files.insert(key(record.path.as_bytes())) {
            self.problems.push(format!("{}: is remembered twice", record.path));
        }
    }

    fn document(&mut self, document: &TantivyDocument, place: u64) {
        if document.get_first(self.fields.head).is_some() {
            self.letter(document);
        }
        if self.expected.pop_front() != Some(place) {
            self.problems.push(format!("document {place} of a letter stands at the wrong place"));
        }
    }

    fn letter(&mut self, document: &TantivyDocument) {
        let letter = self.fields.letter(document);
        let Some((letter, stored)) = letter.zip(StoredText::of(&self.fields, document)) else {
            self.texts_are_whole = false;
            self.problems.push("a stored letter cannot be read".to_owned());
            return;
        };
        let (name, has_unsegmented) = (letter.name().to_owned(), !letter.unsegmented_text().is_empty());
        if !self.expected.is_empty() {
            self.problems.push(format!("the letter before {name} lacks documents"));
        }
        self.expected = letter.decisions.iter().map(|decision| decision.n as u64).collect();
        if has_unsegmented || self.expected.is_empty() {
            self.expected.push_back(0);
        }
        self.totals.letters += 1;
        self.totals.decisions += letter.decisions.len() as u64;
        self.totals.unsegmented += u64::from(has_unsegmented);
        if stored.file != STDIN {
            self.named_files.insert(key(stored.file.as_bytes()));
        }
        if !self.letters.insert(key(stored.identity.as_bytes())) {
            self.problems.push(format!("{name}: is stored twice"));
        }
        if self.totals.letters.is_multiple_of(self.every) {
            self.read_again += 1;
            if !(self.is_read_so)(&letter, stored) {
                self.problems.push(format!("{name}: is read differently from its text now"));
            }
        }
    }

    /// Compares what the manifest says with what was found.
    fn compare(&mut self, said: &Totals) {
        let found = &self.totals;
        for (name, said, found) in [
            ("letters", said.letters, found.letters),
            ("decisions", said.decisions, found.decisions),
            ("unsegmented texts", said.unsegmented, found.unsegmented),
            ("files", said.files, found.files),
            ("failures", said.failures, found.failures),
            ("duplicates", said.duplicates, found.duplicates),
        ] {
            if said != found {
                self.problems.push(format!("there should be {said} {name}, and there are {found}"));
            }
        }
        let without = |named: &HashSet<u128>, known: &HashSet<u128>| named.difference(known).count();
        for (count, problem) in [
            (without(&self.named_files, &self.files), "files of letters are not remembered"),
            (without(&self.named_letters, &self.letters), "letters that stand in several files are missing"),
        ] {
            if count > 0 {
                self.problems.push(format!("{count} {problem}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IndexWriter, NewLetter, WRITER_MEMORY};

    fn index() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = IndexWriter::open(folder.path(), WRITER_MEMORY).unwrap();
        for (file, names) in [("/1", ["a", "b"]), ("/2", ["b", "c"])] {
            for name in names {
                let letter = Letter { digest: format!("digest {name}"), ..Letter::new(name, format!("{file}!{name}")) };
                writer.add(&NewLetter { letter: &letter, text: name, identity: name, file }).unwrap();
            }
            writer.end_file(FileRecord { path: file.to_owned(), ..FileRecord::default() }).unwrap();
            writer.commit().unwrap();
        }
        writer.remove_files(&["/1".to_owned()]).unwrap();
        writer.finish().unwrap();
        folder
    }

    fn problems(path: &Path) -> Vec<String> {
        verify(path, 10, |letter, stored| letter.source == stored.text).unwrap().problems
    }

    #[test]
    fn a_whole_index_has_no_problems() {
        let folder = index();
        assert!(problems(folder.path()).is_empty());
        let verified = verify(folder.path(), 10, |_, _| false).unwrap();
        assert_eq!((verified.letters, verified.read_again, verified.problems.len()), (2, 2, 2));
        assert!(verified.texts_are_whole);
    }

    #[test]
    fn a_flipped_bit_is_found_in_every_file() {
        let folder = index();
        let mut files: Vec<_> = fs::read_dir(current(folder.path()).unwrap()).unwrap().collect();
        files.extend(fs::read_dir(folder.path()).unwrap());
        let mut flipped = 0;
        for file in files {
            let path = file.unwrap().path();
            let is_content = path.is_file() && path.extension().is_none_or(|ending| ending != "lock");
            let content = if is_content { fs::read(&path).unwrap() } else { Vec::new() };
            // Every bit of what stands at the ends, where lists and checksums are, and some in between.
            let middle = content.len().saturating_sub(120);
            for byte in (0..content.len()).filter(|byte| *byte < 40 || *byte >= middle || byte % 97 == 0) {
                let mut bad = content.clone();
                bad[byte] ^= 1 << (byte % 8);
                fs::write(&path, bad).unwrap();
                let found = verify(folder.path(), 10, |_, _| true);
                assert!(found.is_err() || !found.unwrap().problems.is_empty(), "{}: byte {byte}", path.display());
                flipped += 1;
            }
            if is_content {
                fs::write(&path, content).unwrap();
            }
        }
        assert!(flipped > 1000, "{flipped}");
        assert!(problems(folder.path()).is_empty());
    }
}
