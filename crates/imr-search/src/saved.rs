//! Saved searches: queries by name, in a folder beside the configuration file, and what each has shown.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use imr_output::nearest;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::whole_file;

/// File systems hold longer names, but not much longer ones.
const LONGEST_NAME: usize = 100;

/// A query to ask again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedSearch {
    /// The query, as it was typed.
    pub(crate) query: String,
    /// Search for every word as it is.
    #[serde(default)]
    pub(crate) literal: bool,
    /// The index to ask; `None` for the one that settings name when it is asked.
    pub(crate) index: Option<PathBuf>,
    /// The letters to ask, if any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) letters: Vec<PathBuf>,
    /// When it was saved.
    pub(crate) added: Timestamp,
    /// When it was last run, and how many decisions it found then; `None` before the first run.
    pub(crate) last_run: Option<SavedRun>,
}

/// A run of a saved search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedRun {
    /// When it was.
    pub(crate) at: Timestamp,
    /// How many decisions it found.
    pub(crate) decisions: usize,
}

/// The folder of saved searches: of each a file `NAME.toml`, and after its first run the ids of the decisions that it has
/// found in `NAME.seen`, one a line.
pub(crate) struct SavedSearches {
    folder: PathBuf,
}

impl SavedSearches {
    /// Those beside a configuration file.
    pub(crate) fn beside(config_file: &Path) -> Self {
        Self { folder: config_file.with_file_name("saved") }
    }

    /// Saves a search under a new name.
    pub(crate) fn add(&self, name: &str, search: &SavedSearch, replaces: bool) -> anyhow::Result<()> {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        ensure!(
            (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(is_plain),
            "`{name}` is no name for a saved search; use up to {LONGEST_NAME} letters, digits, `-` and `_`"
        );
        let path = self.path(name);
        ensure!(
            replaces || !path.exists(),
            "a search is saved as `{name}` already; take another name, or --force to replace it"
        );
        fs::create_dir_all(&self.folder).with_context(|| format!("{} cannot be made", self.folder.display()))?;
        // What another query has shown says nothing of this one.
        remove_if_there(&self.seen_path(name))?;
        self.write(name, search)
    }

    /// The search of a name.
    pub(crate) fn get(&self, name: &str) -> anyhow::Result<SavedSearch> {
        let path = self.path(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(self.unknown(name)?),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        toml::from_str(&text).with_context(|| format!("{} is no saved search", path.display()))
    }

    fn unknown(&self, name: &str) -> anyhow::Result<String> {
        let names = self.names()?;
        let help = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`imr-search saved list` lists all".to_owned(),
        };
        Ok(format!("no search is saved as `{name}`; {help}"))
    }

    /// All names, sorted.
    pub(crate) fn names(&self) -> anyhow::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", self.folder.display())),
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
            }
        }
        names.sort();
        Ok(names)
    }

    /// Forgets a search.
    pub(crate) fn remove(&self, name: &str) -> anyhow::Result<()> {
        self.get(name)?;
        fs::remove_file(self.path(name)).with_context(|| format!("{} cannot be removed", self.path(name).display()))?;
        remove_if_there(&self.seen_path(name))
    }

    /// The ids of the decisions that earlier runs of a search have found.
    pub(crate) fn seen(&self, name: &str) -> anyhow::Result<HashSet<String>> {
        let path = self.seen_path(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HashSet::new()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    /// Keeps a run: what it found counts as seen, beside what was seen before.
    pub(crate) fn ran(&self, name: &str, search: &SavedSearch, found: &[String]) -> anyhow::Result<()> {
        let mut seen: Vec<String> = self.seen(name)?.into_iter().chain(found.iter().cloned()).collect();
        seen.sort();
        seen.dedup();
        let text: String = seen.into_iter().map(|id| id + "\n").collect();
        let path = self.seen_path(name);
        whole_file::write(&path, text.as_bytes()).with_context(|| format!("{} cannot be written", path.display()))?;
        let last_run = Some(SavedRun { at: Timestamp::now(), decisions: found.len() });
        self.write(name, &SavedSearch { last_run, ..search.clone() })
    }

    fn write(&self, name: &str, search: &SavedSearch) -> anyhow::Result<()> {
        let (path, text) = (self.path(name), toml::to_string(search)?);
        whole_file::write(&path, text.as_bytes()).with_context(|| format!("{} cannot be written", path.display()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.toml"))
    }

    fn seen_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.seen"))
    }
}

fn remove_if_there(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(query: &str) -> SavedSearch {
        SavedSearch {
            query: query.to_owned(),
            literal: false,
            index: None,
            letters: vec![PathBuf::from("/letters")],
            added: Timestamp::UNIX_EPOCH,
            last_run: None,
        }
    }

    #[test]
    fn searches_are_kept_with_what_they_have_shown() {
        let folder = tempfile::tempdir().unwrap();
        let saved = SavedSearches::beside(&folder.path().join("config.toml"));
        assert!(saved.names().unwrap().is_empty());
        let query = search("rationale:\"functional improvement\" [2014 TO *]");
        saved.add("opioids", &query, false).unwrap();
        assert_eq!(saved.get("opioids").unwrap(), query);
        saved.ran("opioids", &query, &["b#1".to_owned(), "a#2".to_owned()]).unwrap();
        saved.ran("opioids", &query, &["c#1".to_owned()]).unwrap();
        let seen = saved.seen("opioids").unwrap();
        assert_eq!(seen, ["a#2", "b#1", "c#1"].map(str::to_owned).into());
        assert_eq!(saved.get("opioids").unwrap().last_run.map(|run| run.decisions), Some(1));
        saved.add("opioids", &search("mri"), true).unwrap();
        assert!(saved.seen("opioids").unwrap().is_empty(), "another query has shown nothing yet");
        saved.remove("opioids").unwrap();
        assert!(saved.names().unwrap().is_empty());
    }

    #[test]
    fn names_are_checked() {
        let folder = tempfile::tempdir().unwrap();
        let saved = SavedSearches::beside(&folder.path().join("config.toml"));
        saved.add("page-24", &search("page:24"), false).unwrap();
        let message = |result: anyhow::Result<()>| result.unwrap_err().to_string();
        expect_test::expect!["`../x` is no name for a saved search; use up to 100 letters, digits, `-` and `_`"]
            .assert_eq(&message(saved.add("../x", &search("x"), false)));
        expect_test::expect!["a search is saved as `page-24` already; take another name, or --force to replace it"]
            .assert_eq(&message(saved.add("page-24", &search("x"), false)));
        expect_test::expect!["no search is saved as `page-42`; did you mean `page-24`?"]
            .assert_eq(&message(saved.remove("page-42")));
        expect_test::expect!["no search is saved as `mri`; `imr-search saved list` lists all"]
            .assert_eq(&message(saved.remove("mri")));
    }
}
