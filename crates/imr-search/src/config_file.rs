//! The configuration file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use imr_output::nearest;
use toml::de::{DeTable, DeValue};

use crate::location;
use crate::settings::{KEYS, environment};

/// The variable that names the configuration file.
const VARIABLE: &str = "IMR_SEARCH_CONFIG";

/// What a configuration file says.
pub(crate) struct ConfigFile {
    /// Where it stands.
    pub(crate) path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

/// The value of one key.
pub(crate) struct Entry {
    /// Its texts; only a list has more or fewer than one. `None` for what no setting can be.
    pub(crate) values: Option<Vec<OsString>>,
    /// The value as the file writes it.
    pub(crate) printed: String,
    /// Its line, from 1.
    pub(crate) line: usize,
}

/// Which file is to be read.
pub(crate) struct Choice {
    /// Its path.
    pub(crate) path: PathBuf,
    /// Somebody named it, so that it has to be there.
    is_named: bool,
}

impl Choice {
    /// The file that a flag names, or the environment, or else the one in the platform's place. `None` if nobody names
    /// one and there is no home folder.
    pub(crate) fn of(flag: Option<&PathBuf>) -> Option<Self> {
        match flag.cloned().or_else(|| environment(VARIABLE).map(PathBuf::from)) {
            Some(path) => Some(Self { path, is_named: true }),
            None => Some(Self { path: location::config_file()?, is_named: false }),
        }
    }

    /// Reads the file; `None` if there is none in the platform's place.
    pub(crate) fn read(self) -> anyhow::Result<Option<ConfigFile>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => ConfigFile::parse(self.path, &text).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.is_named => Ok(None),
            Err(error) => {
                let path = self.path.display();
                let help = format!("name another configuration file with --config or {VARIABLE}, or use --no-config");
                anyhow::bail!("{path} cannot be read: {error}; {help}")
            }
        }
    }
}

impl ConfigFile {
    fn parse(path: PathBuf, text: &str) -> anyhow::Result<Self> {
        let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line(span.start));
            anyhow::anyhow!("{}:{line}: {}; a setting is a line `key = value`", path.display(), error.message())
        })?;
        let mut entries = BTreeMap::new();
        for (key, value) in table.into_inner() {
            let (name, at) = (key.get_ref().to_string(), line(key.span().start));
            if !KEYS.iter().any(|(known, _)| *known == name) {
                return Err(unknown(&path, at, &name));
            }
            let printed = text[value.span()].trim_matches('"').to_owned();
            entries.insert(name, Entry { values: texts(value.get_ref()), printed, line: at });
        }
        Ok(Self { path, entries })
    }

    /// What the file says of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// The folder that relative paths count from.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

fn unknown(path: &Path, line: usize, key: &str) -> anyhow::Error {
    let keys = KEYS.map(|(key, _)| key);
    let help = match nearest(key, keys) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", keys.join(", ")),
    };
    anyhow::anyhow!("{}:{line}: unknown key `{key}`; {help}", path.display())
}

/// The texts of a value, or of a list of texts.
fn texts(value: &DeValue<'_>) -> Option<Vec<OsString>> {
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(OsString::from(text.as_ref())),
        DeValue::Integer(number) => Some(number.as_str().into()),
        DeValue::Boolean(flag) => Some(flag.to_string().into()),
        _ => None,
    };
    match value {
        DeValue::Array(list) => list.iter().map(|value| text(value.get_ref())).collect(),
        single => Some(vec![text(single)?]),
    }
}
