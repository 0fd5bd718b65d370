//! An index that mirrors a set of letters: built when it is missing, brought up to date when they have changed.

use std::path::{Path, PathBuf};

use imr_index::{IndexError, IndexReader, IndexWriter};
use imr_ingest::{discover, place_of};
use sha2::{Digest, Sha256};

use crate::commands::ingest;
use crate::memory::Memory;
use crate::update::{Survey, Update, Wishes, absolute, has_files};
use crate::{location, report};

/// Opens the index of a set of letters, after bringing it up to date.
pub(crate) fn open(letters: &[PathBuf], place: Option<&Path>) -> anyhow::Result<IndexReader> {
    let place = place.map_or_else(|| default_place(letters), |place| Ok(place.to_owned()))?;
    let letters = absolute(letters)?;
    let names: Vec<String> = letters.iter().map(|path| place_of(path)).collect();
    let memory = Memory::default();
    let writer = match IndexReader::open(&place) {
        Ok(index) => {
            let mirrors = index.manifest().mirrors.as_ref();
            anyhow::ensure!(
                mirrors.is_some() || index.is_empty(),
                "{}: holds letters that were put there by `imr-search index`; leave --letters out to ask it, or name another --index",
                place.display()
            );
            if mirrors != Some(&names) || !index.manifest().has_this_vocabulary() {
                anew(&letters, &place, memory)?
            } else if is_current(&index, &letters)? {
                return Ok(index);
            } else {
                IndexWriter::open(&place, memory.of_writer())?
            }
        }
        Err(IndexError::Missing { .. } | IndexError::OtherSchema { .. } | IndexError::Damaged { .. }) => {
            anew(&letters, &place, memory)?
        }
        Err(error) => return Err(error.into()),
    };
    let mut update = Update::new(writer, Wishes { prune: true, ..Wishes::default() })?;
    update.mirror(names);
    update.read(&letters, &ingest(memory)?)?;
    let finished = update.finish()?;
    if finished.has_changes() {
        report::line(&finished.summary());
    }
    Ok(IndexReader::open(&place)?)
}

/// A writer for an index that is built from nothing, if there are letters to build it from.
fn anew(letters: &[PathBuf], place: &Path, memory: Memory) -> anyhow::Result<IndexWriter> {
    if let Err(failures) = has_files(letters) {
        let reasons = failures.iter().map(|failure| format!("{} {}", report::near(&failure.place), failure.error));
        anyhow::bail!("{}", reasons.collect::<Vec<_>>().join("; "));
    }
    Ok(IndexWriter::rebuild(place, memory.of_writer())?)
}

/// Whether an index has all that is there, and no more.
fn is_current(index: &IndexReader, letters: &[PathBuf]) -> anyhow::Result<bool> {
    let known = index.known_files()?;
    let survey = Survey::new(&known, false);
    let has_new = discover(letters).any(|found| survey.task(found).is_some());
    Ok(!has_new && (survey.has_unfound() || !known.has_unfound()))
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
    let digest: String = hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    location::mirror(&name.unwrap_or_else(|| "letters".to_owned()), &digest)
}
