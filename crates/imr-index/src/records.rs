//! Which files an index was made from: one document for each file, committed with its letters.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::columnar::Column;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, SchemaBuilder, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{DocAddress, DocId, Searcher, TantivyDocument};

/// A file that letters were read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Where it is: an absolute path.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970. 0 if that is not known, or if the file has not been read to its end.
    pub modified: u64,
    /// When it was read, in nanoseconds since 1970.
    pub read: u64,
    /// The digest of its content. `None` if it could not be read, or not to its end.
    pub digest: Option<String>,
    /// What could not be read of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailedRead>,
    /// Letters in it that were found in other files before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Place>,
}

impl FileRecord {
    fn digest_start(&self) -> u64 {
        let start = self.digest.as_deref().and_then(|digest| digest.get(..16));
        start.and_then(|start| u64::from_str_radix(start, 16).ok()).unwrap_or(0)
    }
}

/// A file, or a letter in one, that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedRead {
    /// The path, with `!member` for a ZIP member and `:line` for a JSONL record.
    pub place: String,
    /// The kind of failure, in one word.
    pub reason: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// A place at which a letter was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The identity of the letter.
    pub identity: String,
    /// The path, with `!member` for a ZIP member and `:line` for a JSONL record.
    pub place: String,
    /// The short name that the letter has there.
    pub source: String,
}

/// Fields that queries do not know: those of the documents of files, and what ties letters to files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordFields {
    /// Of a file: its path.
    pub(crate) record: Field,
    bytes: Field,
    modified: Field,
    read: Field,
    failures: Field,
    digest: Field,
    pub(crate) stored: Field,
    /// Of a file: identities of letters in it that are stored with other files.
    pub(crate) also: Field,
    /// Of the first document of a letter: its identity.
    pub(crate) identity: Field,
    /// Of the first document of a letter: the path of its file.
    pub(crate) file: Field,
    /// Of the first document of a letter: its whole text.
    pub(crate) text: Field,
}

/// What letters from standard input have for a file; it has no record.
pub(crate) const STDIN: &str = "stdin";

/// Stored with the document of a file: its record in JSON.
pub(crate) const STORED_RECORD: &str = "stored_record";
const RECORD: &str = "record";
const BYTES: &str = "record_bytes";
const MODIFIED: &str = "record_modified";
const READ: &str = "record_read";
const FAILURES: &str = "record_failures";
const DIGEST: &str = "record_digest";

impl RecordFields {
    pub(crate) fn add(builder: &mut SchemaBuilder) -> Self {
        let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::Basic);
        let indexed = TextOptions::default().set_indexing_options(indexing.set_fieldnorms(false));
        let mut number = |name| builder.add_u64_field(name, NumericOptions::default().set_fast());
        let [bytes, modified, read, failures, digest] = [BYTES, MODIFIED, READ, FAILURES, DIGEST].map(&mut number);
        Self {
            record: builder.add_text_field(RECORD, indexed.clone().set_fast("raw")),
            bytes,
            modified,
            read,
            failures,
            digest,
            stored: builder.add_bytes_field(STORED_RECORD, STORED),
            also: builder.add_text_field("also", indexed.clone()),
            identity: builder.add_text_field("identity", indexed.clone().set_stored()),
            file: builder.add_text_field("file", indexed.set_stored()),
            text: builder.add_text_field("text", STORED),
        }
    }

    /// The document of a file.
    pub(crate) fn document(&self, record: &FileRecord) -> serde_json::Result<TantivyDocument> {
        let mut document = TantivyDocument::default();
        document.add_text(self.record, &record.path);
        document.add_u64(self.bytes, record.bytes);
        document.add_u64(self.modified, record.modified);
        document.add_u64(self.read, record.read);
        document.add_u64(self.failures, record.failures.len() as u64);
        document.add_u64(self.digest, record.digest_start());
        document.add_bytes(self.stored, &serde_json::to_vec(record)?);
        record.also.iter().for_each(|place| document.add_text(self.also, &place.identity));
        Ok(document)
    }

    /// The file of a document; `None` if it is one of a letter.
    pub(crate) fn record(&self, document: &TantivyDocument) -> Option<serde_json::Result<FileRecord>> {
        Some(serde_json::from_slice(document.get_first(self.stored)?.as_bytes()?))
    }

    /// The whole text of a letter, from its first document.
    pub(crate) fn text(&self, document: &TantivyDocument) -> Option<String> {
        Some(document.get_first(self.text)?.as_str()?.to_owned())
    }
}

/// What is known of a file without reading its record.
#[derive(Clone, Copy, Debug)]
pub struct KnownFile {
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified: u64,
    /// When it was read, in nanoseconds since 1970.
    pub read: u64,
    /// How much of it could not be read.
    pub failures: u64,
    /// The first 64 bits of the digest of its content; 0 if it is not known.
    digest: u64,
}

impl KnownFile {
    /// A file of some size and times, whose content is not known.
    #[must_use]
    pub fn new(bytes: u64, modified: u64, read: u64) -> Self {
        Self { bytes, modified, read, failures: 0, digest: 0 }
    }

    /// How the digest of its content begins, in hexadecimal; `None` if it is not known.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        (self.digest != 0).then(|| format!("{:016x}", self.digest))
    }
}

/// The files that an index was made from, as of one commit: some 60 bytes of memory for each.
#[derive(Debug, Default)]
pub struct KnownFiles {
    files: Vec<KnownFile>,
    /// Whether the file was found again in this run.
    found: Vec<AtomicBool>,
    by_path: HashMap<u128, u32>,
}

impl KnownFiles {
    pub(crate) fn read(searcher: &Searcher) -> tantivy::Result<Self> {
        let mut known = Self::default();
        for segment in searcher.segment_readers() {
            let columns = segment.fast_fields();
            let Some(paths) = columns.str(RECORD)? else { continue };
            let mut keys = Vec::with_capacity(paths.num_terms());
            let mut terms = paths.dictionary().stream()?;
            while terms.advance() {
                keys.push(key(terms.key()));
            }
            let [bytes, modified, read, failures, digest] =
                [BYTES, MODIFIED, READ, FAILURES, DIGEST].map(|name| columns.u64(name).ok());
            let value = |column: &Option<Column<u64>>, document| {
                column.as_ref().and_then(|column| column.first(document)).unwrap_or(0)
            };
            for document in segment.doc_ids_alive() {
                let Some(path) = paths.term_ords(document).next() else { continue };
                let Some(key) = usize::try_from(path).ok().and_then(|path| keys.get(path)) else { continue };
                known.by_path.insert(*key, u32::try_from(known.files.len()).unwrap_or(u32::MAX));
                known.files.push(KnownFile {
                    bytes: value(&bytes, document),
                    modified: value(&modified, document),
                    read: value(&read, document),
                    failures: value(&failures, document),
                    digest: value(&digest, document),
                });
            }
        }
        known.found = known.files.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(known)
    }

    /// What is known of a file, which counts as found from now on.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&KnownFile> {
        let at = self.place(path)?;
        self.found[at].store(true, Ordering::Relaxed);
        Some(&self.files[at])
    }

    /// Whether some of them were not found in this run.
    #[must_use]
    pub fn has_unfound(&self) -> bool {
        self.found.iter().any(|found| !found.load(Ordering::Relaxed))
    }

    /// Whether a file was known.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    fn place(&self, path: &str) -> Option<usize> {
        self.by_path.get(&key(path.as_bytes())).map(|at| *at as usize)
    }

    /// The paths of files that were not found, in their order, of those in an index.
    pub(crate) fn not_found(&self, searcher: &Searcher) -> tantivy::Result<Vec<String>> {
        let is_missing = |path: &str| self.place(path).is_some_and(|at| !self.found[at].load(Ordering::Relaxed));
        let mut missing = Vec::new();
        for segment in searcher.segment_readers() {
            let Some(paths) = segment.fast_fields().str(RECORD)? else { continue };
            for document in segment.doc_ids_alive() {
                let Some(ordinal) = paths.term_ords(document).next() else { continue };
                let mut path = String::new();
                paths.ord_to_str(ordinal, &mut path)?;
                if is_missing(&path) {
                    missing.push(path);
                }
            }
        }
        missing.sort_unstable();
        Ok(missing)
    }
}

/// The documents of files that could not be read, or not wholly.
pub(crate) fn failed_files(searcher: &Searcher) -> Vec<DocAddress> {
    let mut failed = Vec::new();
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        let Ok(failures) = segment.fast_fields().u64(FAILURES) else { continue };
        let has_failed = |document: &DocId| failures.first(*document).is_some_and(|failures| failures > 0);
        failed.extend(segment.doc_ids_alive().filter(has_failed).map(|document| DocAddress::new(ordinal, document)));
    }
    failed
}

/// A path, or an identity, in 128 bits.
pub(crate) fn key(path: &[u8]) -> u128 {
    let digest = Sha256::digest(path);
    digest.iter().take(16).fold(0, |key, byte| key << 8 | u128::from(*byte))
}
