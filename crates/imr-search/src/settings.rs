//! Settings: each comes from a flag, or else from the environment, or else from the configuration file, or else is the
//! usual one. Commands get the values; only `config show` asks where they come from.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::{ColorChoice, ValueEnum};
use imr_query::Sort;

use crate::config_file::ConfigFile;
use crate::location;

/// Every setting: its key in the configuration file, and what it means. The environment variable of a key is
/// [`variable`].
pub(crate) const KEYS: [(&str, &str); 11] = [
    ("index", "folder of the index to ask, as --index"),
    ("letters", "list of letters to ask, as --letters"),
    ("limit", "how many hits `query` prints, as --limit"),
    ("format", "how `query` prints, as --format"),
    ("sort", "the order of hits, as --sort"),
    ("color", "auto, always or never, as --color"),
    ("pager", "program for what is longer than the screen; \"\" as --no-pager"),
    ("wide", "true: lines are not wrapped, as --wide"),
    ("group", "letter: decisions under their letter, as --group"),
    ("collapse", "true: of hits with the same rationale only the first, as --collapse"),
    ("literal", "true: plain English is not read, as --literal"),
];

/// The environment variable of a key: `IMR_SEARCH_LIMIT`.
pub(crate) fn variable(key: &str) -> String {
    format!("IMR_SEARCH_{}", key.to_uppercase())
}

/// How hits are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Cards to read
    Text,
    /// One JSON object with everything
    Json,
    /// One JSON object a hit a line, then one a facet
    Jsonl,
    /// A table of hits, separated by commas
    Csv,
    /// The same, separated by tabs
    Tsv,
    /// A Markdown table of hits
    Md,
}

/// The order of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// The best match first
    Score,
    /// The newest decision first
    #[value(name = "-date")]
    Newest,
    /// The oldest decision first
    #[value(name = "date")]
    Oldest,
    /// By case number
    Case,
}

impl Order {
    /// The same in the terms of queries.
    pub(crate) fn sort(self) -> Sort {
        match self {
            Self::Score => Sort::Score,
            Self::Newest => Sort::Newest,
            Self::Oldest => Sort::Oldest,
            Self::Case => Sort::Case,
        }
    }
}

/// What hits are put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Grouping {
    /// Each hit by itself
    None,
    /// Decisions under their letter
    Letter,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody said otherwise.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// The command line.
    Flag,
}

impl Origin {
    /// The stronger one decides.
    fn strength(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File(_) => 1,
            Self::Environment(_) => 2,
            Self::Flag => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::File(path) => path.display().fmt(out),
            Self::Environment(variable) => write!(out, "environment {variable}"),
            Self::Flag => out.write_str("flag"),
        }
    }
}

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// What flags say; `None` where they are silent.
#[derive(Default)]
pub(crate) struct Flags {
    pub(crate) index: Option<PathBuf>,
    pub(crate) letters: Option<Vec<PathBuf>>,
    pub(crate) limit: Option<usize>,
    pub(crate) format: Option<Format>,
    pub(crate) sort: Option<Order>,
    pub(crate) color: Option<ColorChoice>,
    pub(crate) pager: Option<Pager>,
    pub(crate) wide: Option<bool>,
    pub(crate) group: Option<Grouping>,
    pub(crate) collapse: Option<bool>,
    pub(crate) literal: Option<bool>,
}

/// The program that shows what is longer than the screen; empty for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pager(pub(crate) String);

/// All settings, resolved.
pub(crate) struct Settings {
    pub(crate) index: Setting<Option<PathBuf>>,
    pub(crate) letters: Setting<Vec<PathBuf>>,
    pub(crate) limit: Setting<usize>,
    pub(crate) format: Setting<Format>,
    pub(crate) sort: Setting<Order>,
    pub(crate) color: Setting<ColorChoice>,
    pub(crate) pager: Setting<Pager>,
    pub(crate) wide: Setting<bool>,
    pub(crate) group: Setting<Grouping>,
    pub(crate) collapse: Setting<bool>,
    pub(crate) literal: Setting<bool>,
}

const LIMIT: usize = 10;
/// Colours pass, one screen is left standing, and the screen is not cleared.
const PAGER: &str = if cfg!(windows) { "more" } else { "less -FRX" };

impl Settings {
    /// Settles every value: flag before environment before file before default.
    pub(crate) fn resolve(flags: Flags, file: Option<&ConfigFile>) -> anyhow::Result<Self> {
        let sources = Sources { file };
        let mut settings = Self {
            index: sources.settle("index", flags.index.map(Some), None)?,
            letters: sources.settle("letters", flags.letters, Vec::new())?,
            limit: sources.settle("limit", flags.limit, LIMIT)?,
            format: sources.settle("format", flags.format, Format::Text)?,
            sort: sources.settle("sort", flags.sort, Order::Score)?,
            color: sources.settle("color", flags.color, ColorChoice::Auto)?,
            pager: sources.settle("pager", flags.pager, Pager(PAGER.to_owned()))?,
            wide: sources.settle("wide", flags.wide, false)?,
            group: sources.settle("group", flags.group, Grouping::None)?,
            collapse: sources.settle("collapse", flags.collapse, false)?,
            literal: sources.settle("literal", flags.literal, false)?,
        };
        settings.heed_common_pager();
        Ok(settings)
    }

    /// `PAGER`, which is meant for every program, comes behind what is said to this one.
    fn heed_common_pager(&mut self) {
        if let (Origin::Default, Some(pager)) = (&self.pager.origin, environment("PAGER")) {
            let value = Pager(pager.to_string_lossy().into_owned());
            self.pager = Setting { value, origin: Origin::Environment("PAGER".to_owned()) };
        }
    }

    /// Where the index is that is written, or asked without letters.
    pub(crate) fn index_place(&self) -> anyhow::Result<PathBuf> {
        self.index.value.clone().map_or_else(location::index, Ok)
    }

    /// The letters to ask and the index to ask them by. The two are one choice: whoever names one of them more strongly
    /// (a flag, say, against the environment) is not thinking of the other.
    pub(crate) fn place(&self) -> (&[PathBuf], Option<&Path>) {
        let (letters, index) = (self.letters.origin.strength(), self.index.origin.strength());
        let index_counts = index >= letters || self.letters.value.is_empty();
        (if letters >= index { &self.letters.value } else { &[] }, self.index.value.as_deref().filter(|_| index_counts))
    }

    /// Key, value and origin of each, in the order of [`KEYS`].
    pub(crate) fn rows(&self) -> [(&'static str, String, &Origin); KEYS.len()] {
        let [index, letters, limit, format, sort, color, pager, wide, group, collapse, literal] =
            KEYS.map(|(key, _)| key);
        [
            row(index, &self.index),
            row(letters, &self.letters),
            row(limit, &self.limit),
            row(format, &self.format),
            row(sort, &self.sort),
            row(color, &self.color),
            row(pager, &self.pager),
            row(wide, &self.wide),
            row(group, &self.group),
            row(collapse, &self.collapse),
            row(literal, &self.literal),
        ]
    }
}

fn row<'s, T: Value>(key: &'static str, setting: &'s Setting<T>) -> (&'static str, String, &'s Origin) {
    (key, setting.value.show(), &setting.origin)
}

/// A variable of the environment; one that is empty counts as none.
pub(crate) fn environment(variable: &str) -> Option<OsString> {
    std::env::var_os(variable).filter(|value| !value.is_empty())
}

/// Where values are looked for behind flags.
struct Sources<'f> {
    file: Option<&'f ConfigFile>,
}

impl Sources<'_> {
    fn settle<T: Value>(&self, key: &str, flag: Option<T>, default: T) -> anyhow::Result<Setting<T>> {
        if let Some(value) = flag {
            return Ok(Setting { value, origin: Origin::Flag });
        }
        let variable = variable(key);
        if let Some(text) = environment(&variable) {
            let value = T::read(&T::divide(&text)).ok_or_else(|| {
                let (found, expected) = (text.to_string_lossy(), T::expected());
                anyhow::anyhow!("environment variable {variable} is `{found}`; expected {expected}")
            })?;
            return Ok(Setting { value, origin: Origin::Environment(variable) });
        }
        let Some((file, entry)) = self.file.and_then(|file| Some((file, file.get(key)?))) else {
            return Ok(Setting { value: default, origin: Origin::Default });
        };
        let value = entry.values.as_deref().and_then(T::read).ok_or_else(|| {
            let (path, line, expected) = (file.path.display(), entry.line, T::expected());
            anyhow::anyhow!("{path}:{line}: `{key}` is `{}`; expected {expected}", entry.printed)
        })?;
        Ok(Setting { value: value.within(file.folder()), origin: Origin::File(file.path.clone()) })
    }
}

/// What a setting can be. Values are written alike in the environment and in the file.
trait Value: Sized {
    /// What a value must be: `a number`.
    fn expected() -> String;
    /// The value of a text; only lists have more than one.
    fn read(texts: &[OsString]) -> Option<Self>;
    /// The value as text.
    fn show(&self) -> String;
    /// The texts in a variable of the environment.
    fn divide(text: &OsString) -> Vec<OsString> {
        vec![text.clone()]
    }
    /// The value, if paths in it count from a folder.
    fn within(self, _folder: &Path) -> Self {
        self
    }
}

/// The one text that is not of a list.
fn single(texts: &[OsString]) -> Option<&str> {
    match texts {
        [text] => text.to_str(),
        _ => None,
    }
}

impl Value for usize {
    fn expected() -> String {
        "a number".to_owned()
    }
    fn read(texts: &[OsString]) -> Option<Self> {
        single(texts)?.parse().ok()
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }
    fn read(texts: &[OsString]) -> Option<Self> {
        match single(texts)? {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        }
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for Pager {
    fn expected() -> String {
        "a program with its arguments".to_owned()
    }
    fn read(texts: &[OsString]) -> Option<Self> {
        Some(Self(single(texts)?.to_owned()))
    }
    fn show(&self) -> String {
        if self.0.is_empty() { "none".to_owned() } else { self.0.clone() }
    }
}

impl Value for Option<PathBuf> {
    fn expected() -> String {
        "the path of a folder".to_owned()
    }
    fn read(texts: &[OsString]) -> Option<Self> {
        match texts {
            [path] => Some(Some(PathBuf::from(path))),
            _ => None,
        }
    }
    fn show(&self) -> String {
        let usual = || location::index().ok();
        self.clone().or_else(usual).map(|path| path.display().to_string()).unwrap_or_default()
    }
    fn within(self, folder: &Path) -> Self {
        self.map(|path| from_folder(&path, folder))
    }
}

impl Value for Vec<PathBuf> {
    fn expected() -> String {
        "a list of paths".to_owned()
    }
    fn read(texts: &[OsString]) -> Option<Self> {
        Some(texts.iter().map(PathBuf::from).collect())
    }
    fn show(&self) -> String {
        self.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("; ")
    }
    fn divide(text: &OsString) -> Vec<OsString> {
        std::env::split_paths(text).map(PathBuf::into_os_string).collect()
    }
    fn within(self, folder: &Path) -> Self {
        self.iter().map(|path| from_folder(path, folder)).collect()
    }
}

/// A path of the configuration file: `~` is the home, and what is relative counts from the folder of the file.
fn from_folder(path: &Path, folder: &Path) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => folder.join(path),
    }
}

/// Values that are one of a few names.
macro_rules! choices {
    ($($choice:ty),+) => {
        $(impl Value for $choice {
            fn expected() -> String {
                let names: Vec<String> = Self::value_variants().iter().map(Value::show).collect();
                format!("one of {}", names.join(", "))
            }
            fn read(texts: &[OsString]) -> Option<Self> {
                Self::from_str(single(texts)?, true).ok()
            }
            fn show(&self) -> String {
                self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
            }
        })+
    };
}

choices!(Format, Order, ColorChoice, Grouping);
