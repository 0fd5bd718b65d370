//! What an index holds, in numbers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::error::{IndexError, at};
use crate::folder::current;
use crate::manifest::Manifest;
use crate::open::{open_generation, read_manifest_of_any_schema, segment_files};

/// What an index holds, in numbers.
#[derive(Debug)]
pub struct Info {
    /// What the index knows of itself.
    pub manifest: Manifest,
    /// How many parts the engine keeps it in.
    pub segments: usize,
    /// Documents that were removed and whose room is not free yet.
    pub removed_documents: u64,
    /// The sizes of its files in bytes, by what they are for; the largest first.
    pub sizes: Vec<(String, u64)>,
}

impl Info {
    /// What the index in a folder holds, whatever its schema.
    ///
    /// # Errors
    ///
    /// If there is none, or it is damaged.
    pub fn of(path: &Path) -> Result<Self, IndexError> {
        let generation = current(path)?;
        let manifest = read_manifest_of_any_schema(path, &generation)?;
        let index = open_generation(path, &generation)?;
        let segments = index.searchable_segment_metas().map_err(|error| at(path, error))?;
        let removed_documents = segments.iter().map(|segment| u64::from(segment.num_deleted_docs())).sum();
        let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
        for file in segment_files(path, &index, &generation)? {
            // Merging may have removed it meanwhile.
            let Ok(data) = fs::metadata(&file) else { continue };
            let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            *sizes.entry(purpose(ending).to_owned()).or_default() += data.len();
        }
        let mut sizes: Vec<(String, u64)> = sizes.into_iter().collect();
        sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        Ok(Self { manifest, segments: segments.len(), removed_documents, sizes })
    }
}

/// What the engine keeps in files of an ending.
fn purpose(ending: &str) -> &str {
    match ending {
        "idx" => "postings",
        "pos" => "positions",
        "term" => "terms",
        "store" => "texts",
        "fast" => "columns",
        "fieldnorm" => "lengths",
        "del" => "removals",
        other => other,
    }
}
