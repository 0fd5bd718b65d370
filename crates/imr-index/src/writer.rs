//! Writing an index.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use imr_model::Letter;
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::indexer::UserOperation;
use tantivy::schema::Term;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexSettings, TantivyDocument, TantivyError};

use crate::analysis::{KEYWORD_TOKENIZER, KeywordTokenizer, TEXT_TOKENIZER, TextTokenizer, keyword_term};
use crate::document::documents;
use crate::error::IndexError;
use crate::schema::{Fields, Schema};

/// Memory for postings before they are written to disk, in bytes, for all threads. More than 50 MB gains nothing.
const MEMORY: usize = 60 << 20;

/// The engine's list of its files: no other program writes one of this name.
const MANAGED: &str = ".managed.json";

/// What an index knows of itself; committed together with its documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the schema it was written with.
    pub schema: u32,
    /// A fingerprint of what it was built from, if it mirrors a set of files.
    #[serde(default)]
    pub inputs: Option<String>,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was added, or took the place of an older version.
    Indexed,
    /// The same text was added before in this run.
    Duplicate,
}

/// The one writer of an index.
pub struct IndexWriter {
    path: PathBuf,
    fields: Fields,
    writer: tantivy::IndexWriter,
    /// Digests of the letters of this run.
    seen: HashSet<String>,
    /// The index held letters before this run: they may have to be replaced.
    replaces: bool,
}

impl IndexWriter {
    /// Opens an index for writing, and makes it if it is missing.
    ///
    /// # Errors
    ///
    /// If the folder holds something else, an index of another schema or a damaged one; if another process writes; if
    /// the folder cannot be written.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        match manifest(path) {
            Ok(_) => Self::start(path, &open_index(path)?, false),
            Err(IndexError::Missing { .. }) => Self::start(path, &create_index(path)?, false),
            Err(error) => Err(error),
        }
    }

    /// Opens an index for writing anew: what it holds is replaced, in one step, by the next commit. An index of another
    /// schema, or a damaged one, is removed first.
    ///
    /// # Errors
    ///
    /// If the folder holds something else; if another process writes; if the folder cannot be written.
    pub fn rebuild(path: &Path) -> Result<Self, IndexError> {
        match manifest(path) {
            Ok(_) => Self::start(path, &open_index(path)?, true),
            Err(IndexError::Missing { .. }) => Self::start(path, &create_index(path)?, true),
            Err(IndexError::OtherSchema { .. } | IndexError::Damaged { .. }) => {
                remove_index(path).map_err(|error| IndexError::Io { path: path.to_owned(), error })?;
                Self::start(path, &create_index(path)?, true)
            }
            Err(error) => Err(error),
        }
    }

    fn start(path: &Path, index: &Index, anew: bool) -> Result<Self, IndexError> {
        let schema = Schema::shared();
        let fields = Fields::new(schema);
        let mut writer: tantivy::IndexWriter<TantivyDocument> =
            index.writer(MEMORY).map_err(|error| at(path, error))?;
        let is_empty = index.load_metas().is_ok_and(|metas| metas.segments.is_empty());
        if anew && !is_empty {
            writer.delete_all_documents().map_err(|error| at(path, error))?;
        }
        if is_empty {
            // A first commit makes the folder an index, whatever happens next.
            commit(path, &mut writer, &Manifest { schema: schema.version(), inputs: None })?;
        }
        Ok(Self { path: path.to_owned(), fields, writer, seen: HashSet::new(), replaces: !anew && !is_empty })
    }

    /// Adds a letter: all of its documents or none. An older version, by place or by text, is replaced.
    ///
    /// # Errors
    ///
    /// If the index cannot be written.
    pub fn add(&mut self, letter: &Letter) -> Result<Added, IndexError> {
        if !self.seen.insert(letter.digest.clone()) {
            return Ok(Added::Duplicate);
        }
        let schema = Schema::shared();
        let documents = documents(schema, &self.fields, letter)
            .map_err(|error| IndexError::Damaged { path: self.path.clone(), problem: error.to_string() })?;
        let mut operations: Vec<UserOperation> = Vec::new();
        if self.replaces {
            for (field, value) in [("letter", &letter.digest), ("path", &letter.source_file)] {
                let term = Term::from_field_text(self.fields.field(schema.id(field)), &keyword_term(value));
                operations.push(UserOperation::Delete(term));
            }
        }
        operations.extend(documents.into_iter().map(UserOperation::Add));
        self.writer.run(operations).map_err(|error| at(&self.path, error))?;
        Ok(Added::Indexed)
    }

    /// Makes everything added durable and visible. `inputs` is a fingerprint of what the index mirrors, if it does.
    ///
    /// # Errors
    ///
    /// If the index cannot be written; it then stays as it was.
    pub fn commit(mut self, inputs: Option<String>) -> Result<(), IndexError> {
        let manifest = Manifest { schema: Schema::shared().version(), inputs };
        commit(&self.path, &mut self.writer, &manifest)?;
        self.writer.wait_merging_threads().map_err(|error| at(&self.path, error))
    }
}

fn commit(path: &Path, writer: &mut tantivy::IndexWriter, manifest: &Manifest) -> Result<(), IndexError> {
    let payload = serde_json::to_string(manifest)
        .map_err(|error| IndexError::Damaged { path: path.to_owned(), problem: error.to_string() })?;
    let mut prepared = writer.prepare_commit().map_err(|error| at(path, error))?;
    prepared.set_payload(&payload);
    prepared.commit().map_err(|error| at(path, error))?;
    Ok(())
}

/// What is read of the engine's own file: it may not know the schema of another version, so that it is not asked.
#[derive(Deserialize)]
struct Meta {
    payload: Option<String>,
}

/// Reads what an index knows of itself, and checks that this build can use it.
pub(crate) fn manifest(path: &Path) -> Result<Manifest, IndexError> {
    let is_empty = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(IndexError::Io { path: path.to_owned(), error }),
    };
    if is_empty {
        return Err(IndexError::Missing { path: path.to_owned() });
    }
    if !path.join("meta.json").is_file() || !path.join(MANAGED).is_file() {
        return Err(IndexError::NotAnIndex { path: path.to_owned() });
    }
    let damaged = |problem: String| IndexError::Damaged { path: path.to_owned(), problem };
    let meta = fs::read(path.join("meta.json")).map_err(|error| IndexError::Io { path: path.to_owned(), error })?;
    let meta: Meta = serde_json::from_slice(&meta).map_err(|error| damaged(format!("meta.json: {error}")))?;
    let payload = meta.payload.ok_or_else(|| damaged("its first commit is missing".to_owned()))?;
    let manifest: Manifest =
        serde_json::from_str(&payload).map_err(|_| IndexError::NotAnIndex { path: path.to_owned() })?;
    let needed = Schema::shared().version();
    if manifest.schema != needed {
        return Err(IndexError::OtherSchema { path: path.to_owned(), found: manifest.schema, needed });
    }
    Ok(manifest)
}

pub(crate) fn open_index(path: &Path) -> Result<Index, IndexError> {
    let index = Index::open_in_dir(path).map_err(|error| at(path, error))?;
    register_tokenizers(&index);
    Ok(index)
}

fn create_index(path: &Path) -> Result<Index, IndexError> {
    fs::create_dir_all(path).map_err(|error| IndexError::Io { path: path.to_owned(), error })?;
    let directory = MmapDirectory::open(path).map_err(|error| at(path, error.into()))?;
    // zstd at level 1 costs as much time as lz4 and takes three quarters of its space.
    let compressor = Compressor::Zstd(ZstdCompressor { compression_level: Some(1) });
    let settings = IndexSettings { docstore_compression: compressor, ..IndexSettings::default() };
    let index =
        Index::create(directory, Fields::new(Schema::shared()).tantivy, settings).map_err(|error| at(path, error))?;
    register_tokenizers(&index);
    Ok(index)
}

fn register_tokenizers(index: &Index) {
    index.tokenizers().register(TEXT_TOKENIZER, TextTokenizer::default());
    index.tokenizers().register(KEYWORD_TOKENIZER, KeywordTokenizer);
}

/// Removes the files of an index, and no others.
fn remove_index(path: &Path) -> std::io::Result<()> {
    const ENDINGS: [&str; 8] = ["fast", "fieldnorm", "idx", "pos", "store", "term", "del", "lock"];
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let is_list = file.ends_with("meta.json") || file.ends_with(MANAGED);
        if file.is_file() && (is_list || ENDINGS.contains(&ending)) {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

/// An error of the engine, in our words.
pub(crate) fn at(path: &Path, error: TantivyError) -> IndexError {
    let path = path.to_owned();
    match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Locked { path },
        TantivyError::LockFailure(LockError::IoError(error), _) | TantivyError::IoError(error) => {
            let error = std::io::Error::new(error.kind(), error.to_string());
            IndexError::Io { path, error }
        }
        other => IndexError::Damaged { path, problem: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexed(path: &Path) -> Vec<String> {
        let index = crate::IndexReader::open(path).unwrap();
        let mut names: Vec<String> =
            index.letters("layout", "unknown").unwrap().into_iter().map(|letter| letter.source).collect();
        names.sort();
        names
    }

    fn letter(source: &str) -> Letter {
        Letter { digest: source.to_owned(), ..Letter::new(source, format!("{source}.txt")) }
    }

    #[test]
    fn there_is_one_writer_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let writer = IndexWriter::open(folder.path()).unwrap();
        assert!(matches!(IndexWriter::open(folder.path()), Err(IndexError::Locked { .. })));
        drop(writer);
        assert!(IndexWriter::open(folder.path()).is_ok());
    }

    #[test]
    fn what_is_not_committed_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = IndexWriter::open(folder.path()).unwrap();
        writer.add(&letter("a")).unwrap();
        writer.commit(None).unwrap();
        let mut writer = IndexWriter::rebuild(folder.path()).unwrap();
        writer.add(&letter("b")).unwrap();
        assert_eq!(indexed(folder.path()), ["a"], "a rebuild shows when it is whole");
        drop(writer);
        assert_eq!(indexed(folder.path()), ["a"], "a rebuild that was given up leaves the index as it was");
    }

    #[test]
    fn a_rebuild_clears_a_damaged_index_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        drop(IndexWriter::open(folder.path()).unwrap());
        fs::write(folder.path().join("meta.json"), "{").unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        assert!(matches!(IndexWriter::open(folder.path()), Err(IndexError::Damaged { .. })));
        let mut writer = IndexWriter::rebuild(folder.path()).unwrap();
        writer.add(&letter("a")).unwrap();
        writer.commit(None).unwrap();
        assert_eq!(indexed(folder.path()), ["a"]);
        assert_eq!(fs::read_to_string(folder.path().join("notes.txt")).unwrap(), "mine");
    }
}
