//! The power goes off at each step of writing an index, in tests.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tantivy::directory::{AntiCallToken, TerminatingWrite, WritePtr};

/// For how many more steps each folder has power.
static POWER: Mutex<BTreeMap<PathBuf, u32>> = Mutex::new(BTreeMap::new());

/// A step of writing below a folder. Once the power is off, nothing more is written there.
pub(crate) fn step(folder: &Path) -> io::Result<()> {
    let mut power = POWER.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((_, left)) = power.iter_mut().find(|(off, _)| folder.starts_with(off)) else { return Ok(()) };
    *left = left.checked_sub(1).ok_or_else(|| io::Error::other("the power is off"))?;
    Ok(())
}

/// A file whose end is a step: until then it may be there in part.
pub(crate) fn stepwise(folder: &Path, file: WritePtr) -> WritePtr {
    BufWriter::new(Box::new(Stepwise { folder: folder.to_owned(), file }))
}

struct Stepwise {
    folder: PathBuf,
    file: WritePtr,
}

impl Write for Stepwise {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for Stepwise {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        step(&self.folder)?;
        self.file.terminate_ref(token)
    }
}

/// Leaves a folder power for so many steps; `None` for as many as it wants.
fn power(folder: &Path, steps: Option<u32>) {
    let mut power = POWER.lock().unwrap_or_else(PoisonError::into_inner);
    match steps {
        Some(steps) => power.insert(folder.to_owned(), steps),
        None => power.remove(folder),
    };
}

#[cfg(test)]
mod tests {
    use imr_model::Letter;

    use super::*;
    use crate::{FileRecord, IndexError, IndexReader, IndexWriter, NewLetter, WRITER_MEMORY, verify};

    /// What stands in each file before a run, after its first commit, and at its end.
    const BEFORE: [(&str, &[&str]); 2] = [("/1", &["a", "b"]), ("/2", &["b", "c"])];
    const THEN: [(&str, &[&str]); 2] = [("/1", &["d"]), ("/2", &["b", "c"])];
    const AFTER: [(&str, &[&str]); 2] = [("/1", &["d"]), ("/3", &["e", "d"])];

    fn put(writer: &mut IndexWriter, file: &str, letters: &[&str]) -> Result<(), IndexError> {
        for name in letters {
            let digest = format!("digest of {name}");
            let letter = Letter { digest, ..Letter::new(*name, format!("{file}!{name}")) };
            writer.add(&NewLetter { letter: &letter, text: name, identity: name, file })?;
        }
        writer.end_file(FileRecord { path: file.to_owned(), bytes: 1, ..FileRecord::default() })
    }

    fn build(folder: &Path) -> Result<(), IndexError> {
        let mut writer = IndexWriter::open(folder, WRITER_MEMORY)?;
        BEFORE.iter().try_for_each(|(file, letters)| put(&mut writer, file, letters))?;
        writer.finish().map(drop)
    }

    /// Changes one file and commits; adds one and removes one.
    fn update(folder: &Path) -> Result<(), IndexError> {
        let mut writer = IndexWriter::open(folder, WRITER_MEMORY)?;
        put(&mut writer, "/1", &["d"])?;
        writer.commit()?;
        put(&mut writer, "/3", &["e", "d"])?;
        writer.remove_files(&["/2".to_owned()])?;
        writer.finish().map(drop)
    }

    fn rebuild(folder: &Path) -> Result<(), IndexError> {
        let mut writer = IndexWriter::rebuild(folder, WRITER_MEMORY)?;
        AFTER.iter().try_for_each(|(file, letters)| put(&mut writer, file, letters))?;
        writer.finish().map(drop)
    }

    /// The letters of some files, each once.
    fn letters(files: &[(&str, &[&str])]) -> Vec<String> {
        let mut letters: Vec<String> =
            files.iter().flat_map(|(_, letters)| *letters).map(|&name| name.into()).collect();
        letters.sort();
        letters.dedup();
        letters
    }

    /// The letters of an index, which is whole.
    fn found(folder: &Path) -> Vec<String> {
        let verified = verify(folder, 10, |letter, stored| letter.source == stored.text).unwrap();
        assert_eq!(verified.problems, Vec::<String>::new());
        let letters = IndexReader::open(folder).unwrap().letters("layout", "unknown").unwrap();
        let mut names: Vec<String> = letters.into_iter().map(|letter| letter.source).collect();
        names.sort();
        names
    }

    fn copy(from: &Path, to: &Path) {
        for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                std::fs::create_dir(&to).unwrap();
                copy(&entry.path(), &to);
            } else {
                std::fs::copy(entry.path(), to).unwrap();
            }
        }
    }

    /// Does something with an index, and again and again with one step more before the power goes off, until all is done.
    /// Each time the index shows what some commit held, and doing the same again ends well. Returns how many steps it takes.
    fn at_each_step(act: fn(&Path) -> Result<(), IndexError>, commits: &[Vec<String>]) -> u32 {
        let before = tempfile::tempdir().unwrap();
        build(before.path()).unwrap();
        for steps in 0.. {
            let folder = tempfile::tempdir().unwrap();
            copy(before.path(), folder.path());
            power(folder.path(), Some(steps));
            let done = act(folder.path());
            power(folder.path(), None);
            let found_then = found(folder.path());
            assert!(commits.contains(&found_then), "after {steps} steps: {found_then:?}");
            if done.is_ok() {
                assert_eq!(Some(&found_then), commits.last(), "after all {steps} steps");
                return steps;
            }
            act(folder.path()).unwrap();
            assert_eq!(Some(&found(folder.path())), commits.last(), "again after {steps} steps");
        }
        0
    }

    #[test]
    fn an_update_that_ends_at_any_step_leaves_a_commit() {
        let steps = at_each_step(update, &[letters(&BEFORE), letters(&THEN), letters(&AFTER)]);
        assert!(steps > 40, "{steps}");
    }

    #[test]
    fn a_rebuild_that_ends_at_any_step_leaves_the_old_index_or_the_new_one() {
        let steps = at_each_step(rebuild, &[letters(&BEFORE), letters(&AFTER)]);
        assert!(steps > 40, "{steps}");
    }

    #[test]
    fn a_first_run_that_ends_at_any_step_can_be_repeated() {
        for steps in 0.. {
            let folder = tempfile::tempdir().unwrap();
            power(folder.path(), Some(steps));
            let done = build(folder.path());
            power(folder.path(), None);
            if done.is_ok() {
                break;
            }
            match IndexReader::open(folder.path()) {
                Ok(_) => assert!(found(folder.path()).is_empty(), "after {steps} steps"),
                Err(error) => assert!(matches!(error, IndexError::Missing { .. }), "after {steps} steps: {error}"),
            }
            build(folder.path()).unwrap();
            assert_eq!(found(folder.path()), letters(&BEFORE), "after {steps} steps");
        }
    }
}
