//! Opening what is there.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tantivy::Index;
use tantivy::index::SegmentComponent;

use crate::analysis::{KEYWORD_TOKENIZER, KeywordTokenizer, TEXT_TOKENIZER, TextTokenizer};
use crate::error::{IndexError, at};
use crate::manifest::Manifest;
use crate::schema::Schema;
use crate::storage::{Storage, unsealed};

/// The engine's list of the segments of a commit.
pub(crate) const META: &str = "meta.json";

/// The part of the engine's list that is ours.
#[derive(Deserialize)]
struct Meta {
    opstamp: u64,
    payload: Option<String>,
}

/// The part of a manifest that every version has.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

/// Reads the manifest of a generation without opening it, whatever its schema.
///
/// # Errors
///
/// If it is missing or damaged.
pub(crate) fn read_manifest_of_any_schema(path: &Path, generation: &Path) -> Result<Manifest, IndexError> {
    manifest_of_any_schema(path, &read_commit(path, generation)?.1)
}

fn manifest_of_any_schema(path: &Path, payload: &str) -> Result<Manifest, IndexError> {
    let damaged = |problem: String| IndexError::Damaged { path: path.to_owned(), problem };
    let found = serde_json::from_str::<Version>(payload).map_err(|error| damaged(error.to_string()))?.schema;
    serde_json::from_str(payload).map_err(|_| other_schema(path, found))
}

/// The number of the last commit of a generation among its operations, and its manifest as it stands there.
///
/// # Errors
///
/// If it is missing or damaged.
pub(crate) fn read_commit(path: &Path, generation: &Path) -> Result<(u64, String), IndexError> {
    let damaged = |problem: String| IndexError::Damaged { path: path.to_owned(), problem };
    let meta = fs::read(generation.join(META)).map_err(|error| damaged(format!("{META}: {error}")))?;
    let meta = unsealed(&meta).map_err(|error| damaged(format!("{META}: {error}")))?;
    let meta: Meta = serde_json::from_slice(meta).map_err(|error| damaged(format!("{META}: {error}")))?;
    let payload = meta.payload.ok_or_else(|| damaged("its first commit is missing".to_owned()))?;
    Ok((meta.opstamp, payload))
}

/// Reads the manifest of a generation without opening it.
///
/// # Errors
///
/// If it is missing or damaged, or of another schema.
pub(crate) fn read_manifest(path: &Path, generation: &Path) -> Result<Manifest, IndexError> {
    manifest_of(path, &read_commit(path, generation)?.1)
}

/// The manifest that the last commit of a generation carries.
///
/// # Errors
///
/// If it is damaged, or of another schema.
pub(crate) fn manifest_of(path: &Path, payload: &str) -> Result<Manifest, IndexError> {
    let manifest = manifest_of_any_schema(path, payload)?;
    if manifest.schema == Schema::shared().version() { Ok(manifest) } else { Err(other_schema(path, manifest.schema)) }
}

fn other_schema(path: &Path, found: u32) -> IndexError {
    IndexError::OtherSchema { path: path.to_owned(), found, needed: Schema::shared().version() }
}

/// Opens a generation with our text analysis.
pub(crate) fn open_generation(path: &Path, generation: &Path) -> Result<Index, IndexError> {
    let directory = Storage::open(generation).map_err(|error| at(path, error.into()))?;
    let index = Index::open(directory).map_err(|error| at(path, error))?;
    index.tokenizers().register(TEXT_TOKENIZER, TextTokenizer);
    index.tokenizers().register(KEYWORD_TOKENIZER, KeywordTokenizer);
    Ok(index)
}

/// The files of the segments of a generation, by name. Lists of removed documents that no commit names are left over from a
/// run that was killed.
pub(crate) fn segment_files(path: &Path, index: &Index, generation: &Path) -> Result<Vec<PathBuf>, IndexError> {
    let segments = index.searchable_segment_metas().map_err(|error| at(path, error))?;
    let ids: HashSet<String> = segments.iter().map(|segment| segment.id().uuid_string()).collect();
    let with_removals = segments.iter().filter(|segment| segment.has_deletes());
    let removals: HashSet<PathBuf> =
        with_removals.map(|segment| generation.join(segment.relative_path(SegmentComponent::Delete))).collect();
    let entries = fs::read_dir(generation).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| IndexError::Io { path: path.to_owned(), error })?;
    let is_of_segment = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str());
        let is_named = name.and_then(|name| name.split_once('.')).is_some_and(|(id, _)| ids.contains(id));
        is_named && (file.extension().is_none_or(|ending| ending != "del") || removals.contains(file))
    };
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(is_of_segment).collect();
    files.sort();
    Ok(files)
}
