//! What is stored of letters and files, whatever the schema: enough to build the index anew.

use std::path::{Path, PathBuf};

use imr_model::{Letter, Warning};
use serde::{Deserialize, Serialize};
use tantivy::schema::{Field, Schema as TantivySchema, Value};
use tantivy::{Searcher, TantivyDocument};

use crate::error::{IndexError, at};
use crate::folder::current;
use crate::open::{open_generation, read_manifest_of_any_schema};
use crate::records::{FileRecord, STORED_RECORD};
use crate::schema::{Fields, STORED_LETTER};

/// The text of a letter as it was read, and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredText {
    /// The short name of the letter.
    pub source: String,
    /// The path, with `!member` for a ZIP member and `:line` for a JSONL record.
    pub source_file: String,
    /// The path of the file.
    pub file: String,
    /// What was wrong with the letter when it was read.
    pub warnings: Vec<Warning>,
    /// The whole text.
    pub text: String,
    /// What tells whether two letters are the same.
    pub identity: String,
}

/// Where a letter was read, and what was wrong with it: stored in JSON, whatever becomes of its other fields. Up to schema 6
/// these stood beside it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) source: String,
    pub(crate) source_file: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) warnings: Vec<Warning>,
}

impl Head {
    pub(crate) fn of(letter: &Letter) -> Self {
        let Letter { source, source_file, warnings, .. } = letter;
        Self { source: source.clone(), source_file: source_file.clone(), warnings: warnings.clone() }
    }
}

/// The stored fields of letters, which every schema from version 4 on has.
pub(crate) struct StoredFields {
    letter: Field,
    text: Field,
    file: Field,
    identity: Field,
    record: Field,
}

impl StoredFields {
    /// The fields of an index of any schema; `None` if it does not keep texts.
    pub(crate) fn of_schema(schema: &TantivySchema) -> Option<Self> {
        let field = |name| schema.get_field(name).ok();
        let (letter, text) = (field(STORED_LETTER)?, field("text")?);
        Some(Self { letter, text, file: field("file")?, identity: field("identity")?, record: field(STORED_RECORD)? })
    }

    fn of_this_schema(fields: &Fields) -> Self {
        let records = fields.records;
        Self {
            letter: fields.head,
            text: records.text,
            file: records.file,
            identity: records.identity,
            record: records.stored,
        }
    }

    /// The letter whose first document this is; `None` for every other document.
    pub(crate) fn read(&self, document: &TantivyDocument) -> Option<StoredText> {
        let text = |field| Some(document.get_first(field)?.as_str()?.to_owned());
        let letter = document.get_first(self.letter)?;
        // Schema 4 stored it as bytes.
        let json = letter.as_bytes().or_else(|| letter.as_str().map(str::as_bytes))?;
        let head: Head = serde_json::from_slice(json).ok()?;
        Some(StoredText {
            source: head.source,
            source_file: head.source_file,
            file: text(self.file)?,
            warnings: head.warnings,
            text: text(self.text)?,
            identity: text(self.identity)?,
        })
    }
}

/// What a document stores.
enum Stored {
    Letter(Box<StoredText>),
    File(Box<FileRecord>),
}

/// The texts and files of an index, of this schema or another one that keeps them.
pub struct StoredIndex {
    path: PathBuf,
    searcher: Searcher,
    fields: StoredFields,
    mirrors: Option<Vec<String>>,
}

impl StoredIndex {
    /// Opens the index in a folder.
    ///
    /// # Errors
    ///
    /// If there is none, if it is damaged, or if its schema keeps no texts.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let generation = current(path)?;
        let manifest = read_manifest_of_any_schema(path, &generation)?;
        let index = open_generation(path, &generation)?;
        let fields = StoredFields::of_schema(&index.schema()).ok_or_else(|| IndexError::OtherSchema {
            path: path.to_owned(),
            found: manifest.schema,
            needed: crate::Schema::shared().version(),
        })?;
        let reader = index.reader().map_err(|error| at(path, error))?;
        Ok(Self { path: path.to_owned(), searcher: reader.searcher(), fields, mirrors: manifest.mirrors })
    }

    /// The paths of the letters that it mirrors, if it does.
    #[must_use]
    pub fn mirrors(&self) -> Option<&[String]> {
        self.mirrors.as_deref()
    }

    /// All letters, in the order in which they are stored.
    pub fn letters(&self) -> impl Iterator<Item = Result<StoredText, IndexError>> + '_ {
        self.stored().filter_map(|stored| match stored {
            Ok(Stored::Letter(letter)) => Some(Ok(*letter)),
            Ok(Stored::File(_)) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// All files that letters were read from.
    pub fn files(&self) -> impl Iterator<Item = Result<FileRecord, IndexError>> + '_ {
        self.stored().filter_map(|stored| match stored {
            Ok(Stored::File(record)) => Some(Ok(*record)),
            Ok(Stored::Letter(_)) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// All letters and files, in the order in which they are stored.
    fn stored(&self) -> impl Iterator<Item = Result<Stored, IndexError>> + '_ {
        let engine = |error| at(&self.path, error);
        self.searcher.segment_readers().iter().flat_map(move |segment| {
            let (store, error) = match segment.get_store_reader(BLOCKS) {
                Ok(store) => (Some(store), None),
                Err(error) => (None, Some(Err(engine(error.into())))),
            };
            let stored = segment.doc_ids_alive().filter_map(move |document| {
                let document = store.as_ref()?.get::<TantivyDocument>(document).map_err(engine);
                document.and_then(|document| self.of_document(&document)).transpose()
            });
            error.into_iter().chain(stored)
        })
    }

    fn of_document(&self, document: &TantivyDocument) -> Result<Option<Stored>, IndexError> {
        let damaged = |problem: &str| IndexError::Damaged { path: self.path.clone(), problem: problem.to_owned() };
        if let Some(record) = document.get_first(self.fields.record).and_then(|value| value.as_bytes()) {
            let record = serde_json::from_slice(record).map_err(|error| damaged(&error.to_string()))?;
            return Ok(Some(Stored::File(Box::new(record))));
        }
        if document.get_first(self.fields.letter).is_none() {
            return Ok(None);
        }
        let letter = self.fields.read(document).ok_or_else(|| damaged("a letter without its text"))?;
        Ok(Some(Stored::Letter(Box::new(letter))))
    }
}

/// So many unpacked blocks of documents are kept: they are read one behind the other.
const BLOCKS: usize = 1;

impl StoredText {
    pub(crate) fn of(fields: &Fields, document: &TantivyDocument) -> Option<Self> {
        StoredFields::of_this_schema(fields).read(document)
    }
}
