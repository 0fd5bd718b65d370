//! Regions of the body.

use std::ops::Range;

use serde::Deserialize;

use crate::matcher::Matcher;
use crate::table::{self, items, rows};

#[derive(Deserialize)]
struct RegionRow {
    region: String,
    names: String,
}

/// The table of body regions. Use [`crate::regions()`].
pub struct Regions {
    names: Matcher<usize>,
    regions: Vec<String>,
}

impl Regions {
    pub(crate) fn load() -> Self {
        let rows: Vec<RegionRow> = rows(&table::BODY_REGIONS);
        let names = rows.iter().enumerate().flat_map(|(index, row)| {
            items(&row.names).chain([row.region.as_str()]).map(move |name| (name.to_owned(), index))
        });
        let names = Matcher::with_plurals(names);
        Self { names, regions: rows.into_iter().map(|row| row.region).collect() }
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
