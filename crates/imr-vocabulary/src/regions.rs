//! Regions of the body.

use std::ops::Range;

use crate::matcher::Matcher;
use crate::table::{self, columns, items};

/// The table of body regions. Use [`crate::regions()`].
pub struct Regions {
    names: Matcher<usize>,
    regions: Vec<String>,
}

impl Regions {
    pub(crate) fn load() -> Self {
        let rows: Vec<_> = columns(&table::BODY_REGIONS, ["region", "names"]).collect();
        let names = (0..)
            .zip(&rows)
            .flat_map(|(index, [region, names])| items(names).chain([*region]).map(move |name| (name, index)));
        let names = Matcher::with_plurals(names);
        Self { names, regions: rows.into_iter().map(|[region, _]| region.to_owned()).collect() }
    }

    /// The regions that a text names, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v str)> {
        self.names.find(text).map(|(range, index)| (range, self.regions[*index].as_str()))
    }

    /// The region of a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(|index| self.regions[*index].as_str())
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
