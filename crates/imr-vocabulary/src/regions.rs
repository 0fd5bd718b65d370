//! Regions of the body.

use std::ops::Range;

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{self, columns};

/// The table of body regions. Use [`crate::regions()`].
pub struct Regions {
    names: Matcher,
    regions: Vec<String>,
}

impl Regions {
    pub(crate) fn load() -> Self {
        let regions = columns(&table::BODY_REGIONS, ["region"]).map(|[region]| region.to_owned());
        Self { names: Matcher::with_plurals(&lists::BODY_REGIONS), regions: regions.collect() }
    }

    /// The regions that a text names, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v str)> {
        self.names.find(text).map(|(range, row)| (range, self.regions[row].as_str()))
    }

    /// The region of a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(|row| self.regions[row].as_str())
    }

    /// Every name of every region, in lower case.
    pub fn spellings(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.names()
    }

    /// All regions, sorted.
    #[must_use]
    pub fn all(&self) -> &[String] {
        &self.regions
    }
}
