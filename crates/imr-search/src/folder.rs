//! An index that mirrors a set of letters: built when it is missing or out of date.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use imr_index::{IndexReader, IndexWriter, Schema};
use imr_ingest::{Discovered, SourceFile, discover};
use sha2::{Digest, Sha256};

use crate::commands::index::Run;
use crate::{location, report};

/// Opens the index of a set of letters, after bringing it up to date.
pub(crate) fn open(letters: &[PathBuf], place: Option<&Path>) -> anyhow::Result<IndexReader> {
    let discovered = discover(letters);
    let fingerprint = fingerprint(&discovered);
    let place = match place {
        Some(place) => place.to_owned(),
        None => default_place(letters)?,
    };
    if let Ok(index) = IndexReader::open(&place) {
        if index.manifest().inputs.as_ref() == Some(&fingerprint) {
            return Ok(index);
        }
        anyhow::ensure!(
            index.manifest().inputs.is_some() || index.is_empty(),
            "{}: holds letters that were put there by `imr-search index`; leave --letters out to ask it, or name another --index",
            place.display()
        );
    }
    if discovered.files.is_empty() {
        let reasons: Vec<String> = discovered.failures.iter().map(ToString::to_string).collect();
        anyhow::bail!("{}", reasons.join("; "));
    }
    let mut run = Run::new(IndexWriter::rebuild(&place)?);
    run.read(&discovered)?;
    let summary = run.commit(Some(fingerprint))?;
    report::line(&summary);
    Ok(IndexReader::open(&place)?)
}

/// What the index of a set of files depends on: their paths, sizes and times, and this build.
fn fingerprint(discovered: &Discovered) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{} {}", env!("CARGO_PKG_VERSION"), Schema::shared().version()));
    hash.update(imr_vocabulary::digest().to_le_bytes());
    for file in &discovered.files {
        let SourceFile::Path { path, bytes, modified } = file else { continue };
        let time = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos());
        hash.update(format!("\n{}\0{bytes}\0{time}", path.display()));
    }
    hex(&hash.finalize()[..16])
}

fn default_place(letters: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let mut hash = Sha256::new();
    for path in letters {
        let path = path.canonicalize().unwrap_or_else(|_| path.clone());
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update([0]);
    }
    let name = letters[0]
        .canonicalize()
        .ok()
        .and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
    location::mirror(&name.unwrap_or_else(|| "letters".to_owned()), &hex(&hash.finalize()[..6]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Goes on with a run: nothing in it is worth ending it early.
pub(crate) const GO_ON: ControlFlow<()> = ControlFlow::Continue(());
