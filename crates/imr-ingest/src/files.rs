//! Finds the files to read.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

use crate::error::{Failure, ReadError};

/// Endings of files that are read from folders, in lower case. A file that is named outright may have any.
const ENDINGS: [&str; 6] = ["txt", "text", "pdf", "jsonl", "ndjson", "zip"];

/// A place to read letters from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFile {
    /// Standard input.
    Stdin,
    /// A file.
    Path {
        /// Where it is, as the user would name it.
        path: PathBuf,
        /// Its size in bytes when it was found.
        bytes: u64,
        /// When it was last changed, if the file system tells.
        modified: Option<SystemTime>,
    },
}

/// The file that a letter was read from, by its [`source_file`](imr_model::Letter::source_file): without the member of a
/// ZIP file or the line of a JSONL file. Names of files may hold `!` and `:` themselves: what exists is taken first.
#[must_use]
pub fn file_of(place: &str) -> PathBuf {
    let exists = |end: &usize| Path::new(&place[..*end]).is_file();
    let ends = place.match_indices(['!', ':']).map(|(at, _)| at);
    let existing = std::iter::once(place.len()).chain(ends.clone()).find(exists);
    let is_line = |at: &usize| place[at + 1..].parse::<usize>().is_ok();
    let named = || ends.clone().find(|at| place[*at..].starts_with('!') || is_line(at)).unwrap_or(place.len());
    PathBuf::from(&place[..existing.unwrap_or_else(named)])
}

/// What a search for files found.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Files, each once: in the order of the arguments, those of a folder by name.
    pub files: Vec<SourceFile>,
    /// Arguments and folders that gave none, with the reason.
    pub failures: Vec<Failure>,
}

/// Finds the files that a list of paths names: files, folders (with all below them; hidden files are skipped), `-` for
/// standard input.
#[must_use]
pub fn discover(paths: &[PathBuf]) -> Discovered {
    let mut discovered = Discovered::default();
    let mut seen: HashSet<PathBuf> = HashSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            discovered.files.push(SourceFile::Stdin);
        } else {
            discovered.add(path, &mut seen);
        }
    }
    discovered
}

impl Discovered {
    fn add(&mut self, path: &Path, seen: &mut HashSet<PathBuf>) {
        let fail = |error| Failure { place: path.display().to_string(), error };
        match fs::metadata(path) {
            Err(error) => self.failures.push(fail(ReadError::Io(error))),
            Ok(data) if data.is_dir() => {
                let before = (self.files.len(), self.failures.len(), seen.len());
                self.add_folder(path, seen);
                if before == (self.files.len(), self.failures.len(), seen.len()) {
                    self.failures.push(fail(ReadError::NoLetters));
                }
            }
            Ok(data) => self.add_file(path.to_owned(), &data, seen),
        }
    }

    fn add_folder(&mut self, folder: &Path, seen: &mut HashSet<PathBuf>) {
        let is_hidden = |entry: &DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
        let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| !is_hidden(entry)) {
            match entry.and_then(|entry| entry.metadata().map(|data| (entry, data))) {
                Ok((entry, data)) if data.is_file() && has_ending(entry.path()) => {
                    self.add_file(entry.into_path(), &data, seen);
                }
                Ok(_) => {}
                Err(error) => {
                    let place = error.path().unwrap_or(folder).display().to_string();
                    self.failures.push(Failure { place, error: ReadError::Io(error.into()) });
                }
            }
        }
    }

    fn add_file(&mut self, path: PathBuf, data: &fs::Metadata, seen: &mut HashSet<PathBuf>) {
        let identity = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if seen.insert(identity) {
            self.files.push(SourceFile::Path { path, bytes: data.len(), modified: data.modified().ok() });
        }
    }
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    ENDINGS.contains(&ending.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_searched_in_order_without_hidden_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.PDF", "notes.md", ".hidden.txt", "sub/c.jsonl", ".git/d.txt"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let twice = [folder.path().to_owned(), folder.path().join("b.txt"), folder.path().join("notes.md")];
        let found = discover(&twice);
        let names: Vec<String> = found
            .files
            .iter()
            .map(|file| match file {
                SourceFile::Path { path, .. } => path.strip_prefix(folder.path()).unwrap().display().to_string(),
                SourceFile::Stdin => "-".to_owned(),
            })
            .collect();
        assert_eq!(names, ["a.PDF", "b.txt", "sub/c.jsonl", "notes.md"]);
        assert!(found.failures.is_empty());
    }

    #[test]
    fn the_file_of_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("really! a:7").display().to_string();
        fs::write(&odd, "x").unwrap();
        for (place, want) in [
            (odd.clone(), odd.as_str()),
            (format!("{odd}!inner/b.txt"), odd.as_str()),
            ("gone/a.txt".to_owned(), "gone/a.txt"),
            ("gone/a.zip!inner/b.txt".to_owned(), "gone/a.zip"),
            ("gone/a.zip!b.jsonl:12".to_owned(), "gone/a.zip"),
            ("gone/a.jsonl:12".to_owned(), "gone/a.jsonl"),
        ] {
            assert_eq!(file_of(&place), Path::new(want), "case: {place}");
        }
    }

    #[test]
    fn what_gives_no_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let found = discover(&[folder.path().to_owned(), folder.path().join("missing")]);
        let errors: Vec<String> = found.failures.iter().map(|failure| failure.error.to_string()).collect();
        assert!(errors[0].starts_with("holds no letters"), "{errors:?}");
        assert!(errors[1].starts_with("cannot be read: No such file"), "{errors:?}");
    }
}
