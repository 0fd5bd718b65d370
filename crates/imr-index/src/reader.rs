//! Opening an index for searching.

use std::any::Any;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use imr_model::Letter;
use tantivy::query::{Bm25StatisticsProvider, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocAddress, ReloadPolicy, Searcher, SegmentOrdinal, TantivyDocument};

use crate::analysis::keyword_term;
use crate::columns::Columns;
use crate::commit::{name_of, newest_commit};
use crate::error::{IndexError, at};
use crate::folder::current;
use crate::letters::Letters;
use crate::manifest::Manifest;
use crate::open::{manifest_of, open_generation, read_commit};
use crate::records::{FileRecord, KnownFiles, Place, failed_files};
use crate::schema::{FieldId, Fields, SKETCH, Schema};
use crate::sketch::Sketch;
use crate::stored::StoredText;

/// Where a document stands in the opened index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DocumentId(pub(crate) DocAddress);

impl From<DocAddress> for DocumentId {
    fn from(address: DocAddress) -> Self {
        Self(address)
    }
}

/// An index opened for searching. It shows one commit, whatever is written meanwhile.
pub struct IndexReader {
    path: PathBuf,
    fields: Fields,
    searcher: Searcher,
    manifest: Manifest,
    commit: String,
    /// Those of each segment.
    columns: Vec<Columns>,
    letters: OnceLock<Arc<Letters>>,
    /// What those who ask keep for the next query.
    kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// The documents of files have no words, and are not counted.
impl Bm25StatisticsProvider for IndexReader {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.total_num_docs()?.saturating_sub(self.manifest.totals.files))
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}

/// So many unpacked blocks of stored letters are kept of each segment: a page of hits needs ten, of 128 KiB.
const BLOCKS_KEPT: usize = 20;

impl IndexReader {
    /// Opens an index.
    ///
    /// # Errors
    ///
    /// If there is none, if the folder holds something else, an index of another schema or a damaged one.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let generation = current(path)?;
        match Self::open_generation(path, &generation) {
            // It was built anew meanwhile.
            Err(_) if current(path)? != generation => Self::open(path),
            // A commit was made between two of the readings.
            Ok(reader) if newest_commit(path).is_ok_and(|newest| newest != reader.commit) => Self::open(path),
            opened => opened,
        }
    }

    fn open_generation(path: &Path, generation: &Path) -> Result<Self, IndexError> {
        let (operation, payload) = read_commit(path, generation)?;
        let (manifest, commit) = (manifest_of(path, &payload)?, name_of(generation, operation, &payload));
        let index = open_generation(path, generation)?;
        let builder = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        let reader = builder.doc_store_cache_num_blocks(BLOCKS_KEPT).try_into().map_err(|error| at(path, error))?;
        let searcher = reader.searcher();
        let columns = searcher.segment_readers().iter().map(|_| Columns::new()).collect();
        let fields = Fields::new(Schema::shared());
        Ok(Self {
            path: path.to_owned(),
            fields,
            searcher,
            manifest,
            commit,
            columns,
            letters: OnceLock::new(),
            kept: OnceLock::new(),
        })
    }

    /// The folder of the index.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the index knows of itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A short name of the commit that it shows, without meaning. Another commit has another name, in this index or, unless
    /// one is a copy, in any. [`newest_commit`] tells whether it is the newest.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The files that it was made from.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn known_files(&self) -> Result<KnownFiles, IndexError> {
        KnownFiles::read(&self.searcher).map_err(|error| at(&self.path, error))
    }

    /// The files that could not be read, or not wholly, in the order of their paths.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn failed_files(&self) -> Result<Vec<FileRecord>, IndexError> {
        let engine = |error| at(&self.path, error);
        let mut failed = Vec::new();
        for address in failed_files(&self.searcher) {
            let document: TantivyDocument = self.searcher.doc(address).map_err(engine)?;
            failed.extend(self.fields.records.record(&document).and_then(Result::ok));
        }
        failed.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(failed)
    }

    /// Whether no letter is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.manifest.totals.letters == 0
    }

    /// The engine's view of the commit, for the query crate.
    #[must_use]
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// What the query crate keeps of this commit for the next query; it goes with the reader.
    ///
    /// # Panics
    ///
    /// If two types are kept.
    #[expect(clippy::expect_used, reason = "the type is a constant of the one caller")]
    pub fn kept<K: Any + Default + Send + Sync>(&self) -> &K {
        let kept = self.kept.get_or_init(|| Box::<K>::default());
        kept.downcast_ref().expect("one type is kept")
    }

    /// The engine's name of a field, for the query crate.
    #[must_use]
    pub fn field(&self, id: FieldId) -> Field {
        self.fields.field(id)
    }

    /// An error of the engine, with the place of this index.
    #[must_use]
    pub fn error(&self, error: tantivy::TantivyError) -> IndexError {
        at(&self.path, error)
    }

    pub(crate) fn columns(&self, segment: SegmentOrdinal) -> &Columns {
        &self.columns[segment as usize]
    }

    /// Where the letters of each segment begin.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn letters_of_segments(&self) -> Result<&Arc<Letters>, IndexError> {
        if let Some(letters) = self.letters.get() {
            return Ok(letters);
        }
        let letters = Letters::new(&self.searcher).map_err(|error| at(&self.path, error))?;
        Ok(self.letters.get_or_init(|| Arc::new(letters)))
    }

    /// The first document of the letter that a document belongs to: those of a letter stand side by side.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn first_of_letter(&self, document: DocumentId) -> Result<DocumentId, IndexError> {
        let DocAddress { segment_ord, doc_id } = document.0;
        Ok(DocumentId(DocAddress::new(segment_ord, self.letters_of_segments()?.segment(segment_ord).first_of(doc_id))))
    }

    /// The letter that begins with a document.
    ///
    /// # Errors
    ///
    /// If the index is damaged, or no letter begins there.
    pub fn letter(&self, first: DocumentId) -> Result<Letter, IndexError> {
        self.stored_letter(first.0)?.ok_or_else(|| self.damaged("a letter is missing"))
    }

    /// The number of a document's decision in its letter, from 1; 0 for unsegmented text.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn place_in_letter(&self, document: DocumentId) -> Result<usize, IndexError> {
        let DocAddress { segment_ord, doc_id } = document.0;
        let places = self.numbers(segment_ord, Schema::shared().id("n"))?;
        Ok(places.and_then(|places| usize::try_from(places.first(doc_id)?).ok()).unwrap_or(0))
    }

    /// What the letter of a document is called, without reading the letter.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn letter_name(&self, document: DocumentId) -> Result<String, IndexError> {
        self.text_of(document.0, "name")
    }

    /// The value of a field that every document of a letter has.
    fn text_of(&self, document: DocAddress, field: &str) -> Result<String, IndexError> {
        let damaged = || self.damaged("a document without its letter");
        let column = self.texts(document.segment_ord, Schema::shared().id(field))?.ok_or_else(damaged)?;
        let term = column.term_ords(document.doc_id).next().ok_or_else(damaged)?;
        let mut text = String::new();
        column.ord_to_str(term, &mut text).map_err(|error| self.error(error.into()))?;
        Ok(text)
    }

    fn damaged(&self, problem: &str) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), problem: problem.to_owned() }
    }

    /// The sketches of the rationales of some documents, in their order; `None` for a document without rationale.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn sketches(&self, documents: &[DocumentId]) -> Result<Vec<Option<Sketch>>, IndexError> {
        let engine = |error| at(&self.path, error);
        let columns: Vec<_> = self
            .searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().bytes(SKETCH))
            .collect::<tantivy::Result<_>>()
            .map_err(engine)?;
        let mut sketches = Vec::with_capacity(documents.len());
        for DocumentId(address) in documents {
            let column = columns.get(address.segment_ord as usize).and_then(Option::as_ref);
            let mut bytes = Vec::new();
            if let Some((column, term)) =
                column.and_then(|column| Some((column, column.term_ords(address.doc_id).next()?)))
            {
                column.ord_to_bytes(term, &mut bytes).map_err(|error| engine(error.into()))?;
            }
            sketches.push(Sketch::from_bytes(&bytes));
        }
        Ok(sketches)
    }

    /// The whole text of a letter, and the places at which it was found besides the one that it names.
    ///
    /// # Errors
    ///
    /// If the index is damaged, or the letter is none of it.
    pub fn text_and_places(&self, letter: &Letter) -> Result<(String, Vec<Place>), IndexError> {
        let damaged =
            || IndexError::Damaged { path: self.path.clone(), problem: "a letter without its text".to_owned() };
        let records = self.fields.records;
        let letters = self.documents(self.field(Schema::shared().id("letter")), &letter.digest)?;
        let stored = letters.iter().find_map(|document| StoredText::of(&self.fields, document)).ok_or_else(damaged)?;
        let mut places: Vec<Place> = Vec::new();
        for document in self.documents(records.also, &stored.identity)? {
            let record = records.record(&document).transpose().ok().flatten().ok_or_else(damaged)?;
            places.extend(record.also.into_iter().filter(|place| place.identity == stored.identity));
        }
        places.sort_by(|one, other| one.place.cmp(&other.place));
        Ok((stored.text, places))
    }

    /// What is known of a file that letters were read from, by its path; `None` if none was read from it.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn file(&self, path: &str) -> Result<Option<FileRecord>, IndexError> {
        let records = self.fields.records;
        let known = self.documents(records.record, path)?;
        let record = known.first().and_then(|document| records.record(document)).transpose();
        record.map_err(|_| self.damaged("the record of a file cannot be read"))
    }

    /// The stored fields of documents with a term.
    fn documents(&self, field: Field, text: &str) -> Result<Vec<TantivyDocument>, IndexError> {
        let engine = |error| at(&self.path, error);
        let query = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic);
        let found = self.searcher.search(&query, &tantivy::collector::DocSetCollector).map_err(engine)?;
        found.into_iter().map(|address| self.searcher.doc(address).map_err(engine)).collect()
    }

    /// The letters with a value in a keyword field, such as `case`, in the order of their decision dates and places.
    ///
    /// # Errors
    ///
    /// If the index is damaged.
    pub fn letters(&self, field: &str, value: &str) -> Result<Vec<Letter>, IndexError> {
        let term = Term::from_field_text(self.field(Schema::shared().id(field)), &keyword_term(value));
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let found = self
            .searcher
            .search(&query, &tantivy::collector::DocSetCollector)
            .map_err(|error| at(&self.path, error))?;
        let found: BTreeSet<DocAddress> = found.into_iter().collect();
        let mut letters: Vec<Letter> = Vec::new();
        for address in found {
            letters.extend(self.stored_letter(address)?);
        }
        letters.sort_by(|one, other| {
            (one.decision_date, &one.source_file).cmp(&(other.decision_date, &other.source_file))
        });
        Ok(letters)
    }

    /// The letter that a document holds: the first of each letter does.
    fn stored_letter(&self, document: DocAddress) -> Result<Option<Letter>, IndexError> {
        let document: TantivyDocument = self.searcher.doc(document).map_err(|error| at(&self.path, error))?;
        if document.get_first(self.fields.head).is_none() {
            return Ok(None);
        }
        self.fields.letter(&document).map(Some).ok_or_else(|| self.damaged("a stored letter cannot be read"))
    }
}
