//! Finds the files to read.

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

/// Finds the files that a list of paths names: files, folders (with all below them; hidden files are skipped), `-` for
/// standard input. They come as they are found, each once: in the order of the paths, those of a folder by name.
/// Paths and folders that give none come as failures, with the reason.
pub fn discover(paths: &[PathBuf]) -> impl Iterator<Item = Result<SourceFile, Failure>> + use<> {
    let roots: Vec<Root> = paths.iter().map(Root::new).collect();
    let earlier: Vec<Vec<PathBuf>> =
        (0..roots.len()).map(|end| roots[..end].iter().map(|root| root.identity.clone()).collect()).collect();
    roots.into_iter().zip(earlier).flat_map(|(root, earlier)| root.files(earlier))
}

/// A path to look for files at.
struct Root {
    path: PathBuf,
    /// The path without links, so that one place is known by all of its names.
    identity: PathBuf,
}

type Found = Box<dyn Iterator<Item = Result<SourceFile, Failure>> + Send>;

impl Root {
    fn new(path: &PathBuf) -> Self {
        Self { path: path.clone(), identity: fs::canonicalize(path).unwrap_or_else(|_| path.clone()) }
    }

    /// The files here that are not found at an earlier root already.
    fn files(self, earlier: Vec<PathBuf>) -> Found {
        if self.path.as_os_str() == "-" {
            return Box::new(std::iter::once(Ok(SourceFile::Stdin)));
        }
        match fs::metadata(&self.path) {
            Ok(_) if earlier.iter().any(|root| self.identity.starts_with(root)) => Box::new(std::iter::empty()),
            Err(error) => Box::new(std::iter::once(Err(failure(&self.path, ReadError::Io(error))))),
            Ok(data) if data.is_dir() => Box::new(self.files_of_folder(earlier)),
            Ok(data) => Box::new(std::iter::once(Ok(source_file(self.path, &data)))),
        }
    }

    fn files_of_folder(self, earlier: Vec<PathBuf>) -> impl Iterator<Item = Result<SourceFile, Failure>> + Send {
        let Self { path: folder, identity } = self;
        let had_some = earlier.iter().any(|root| root.starts_with(&identity));
        let is_hidden = |entry: &DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
        let walk = WalkDir::new(&folder).follow_links(true).sort_by_file_name().into_iter();
        let within = folder.clone();
        let is_new = move |entry: &DirEntry| {
            let inside = entry.path().strip_prefix(&within).unwrap_or(entry.path());
            earlier.is_empty() || !earlier.iter().any(|root| identity.join(inside).starts_with(root))
        };
        let mut found = walk.filter_entry(move |entry| !is_hidden(entry) && is_new(entry)).filter_map({
            let folder = folder.clone();
            move |entry| match entry.and_then(|entry| entry.metadata().map(|data| (entry, data))) {
                Ok((entry, data)) if data.is_file() && has_ending(entry.path()) => {
                    Some(Ok(source_file(entry.into_path(), &data)))
                }
                Ok(_) => None,
                Err(error) => {
                    let place = error.path().unwrap_or(&folder).to_owned();
                    Some(Err(failure(&place, ReadError::Io(error.into()))))
                }
            }
        });
        let none = (!had_some).then(|| Err(failure(&folder, ReadError::NoLetters)));
        found.next().or(none).into_iter().chain(found)
    }
}

fn source_file(path: PathBuf, data: &fs::Metadata) -> SourceFile {
    SourceFile::Path { path, bytes: data.len(), modified: data.modified().ok() }
}

fn failure(path: &Path, error: ReadError) -> Failure {
    Failure { place: place_of(path), error }
}

/// A path as text; bytes that are no text are escaped, so that two paths never look the same.
#[must_use]
pub fn place_of(path: &Path) -> String {
    path.to_str().map_or_else(|| path.as_os_str().as_encoded_bytes().escape_ascii().to_string(), str::to_owned)
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
        let names = |paths: &[PathBuf]| -> Vec<String> {
            let name = |file| match file {
                SourceFile::Path { path, .. } => path.strip_prefix(folder.path()).unwrap().display().to_string(),
                SourceFile::Stdin => "-".to_owned(),
            };
            discover(paths).map(|found| name(found.unwrap())).collect()
        };
        let [all, b, sub, notes] = ["", "b.txt", "sub", "notes.md"].map(|name| folder.path().join(name));
        let stdin = PathBuf::from("-");
        assert_eq!(names(&[all.clone(), b.clone(), sub.clone()]), ["a.PDF", "b.txt", "sub/c.jsonl"], "each file once");
        assert_eq!(names(&[b, sub, all]), ["b.txt", "sub/c.jsonl", "a.PDF"]);
        assert_eq!(names(&[folder.path().join("sub/c.jsonl"), folder.path().join("sub")]), ["sub/c.jsonl"]);
        assert_eq!(names(&[notes, stdin]), ["notes.md", "-"], "what is named outright may have any ending");
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
        let errors: Vec<String> = found.map(|found| found.unwrap_err().error.to_string()).collect();
        assert!(errors[0].starts_with("holds no letters"), "{errors:?}");
        assert!(errors[1].starts_with("cannot be read: No such file"), "{errors:?}");
    }
}
