//! Procedures: what is to be done, and where the search form of the Division of Workers' Compensation (DWC) files it.

use std::ops::Range;

use serde::Deserialize;

use crate::matcher::Matcher;
use crate::table::{self, columns, items, one_of, optional};

/// How much a name says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// Which service is asked for.
    Specific,
    /// A word that many services share (`surgery`, `injection`): counts where no specific name stands.
    General,
    /// What goes with another service (`fluoroscopic guidance`): counts alone only.
    Aid,
}

/// A procedure, by the name that facets and queries use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// The canonical name: `MRI`, `physical therapy`.
    pub name: String,
    /// Category of the DWC search form.
    pub category: String,
    /// Its sub-category; `None` for drugs other than topical compounds.
    pub subcategory: Option<String>,
    /// How much the name says of a request.
    pub rank: Rank,
    /// Regions of the body that the procedure implies by its nature.
    pub regions: Vec<String>,
}

/// The table of procedures. Use [`crate::procedures()`].
pub struct Procedures {
    names: Matcher<usize>,
    rows: Vec<Procedure>,
}

impl Procedures {
    pub(crate) fn load() -> Self {
        let columns = columns(&table::PROCEDURES, ["procedure", "category", "subcategory", "rank", "region", "names"]);
        let rows: Vec<_> = columns.collect();
        // Of several rows of one procedure, the one that lists its canonical name has it.
        let is_only = |at: usize| {
            let beside = [at.checked_sub(1), at.checked_add(1)].map(|at| rows.get(at?));
            beside.into_iter().flatten().all(|[other, ..]| *other != rows[at][0])
        };
        let mut names = Vec::new();
        let mut procedures = Vec::with_capacity(rows.len());
        for (index, [procedure, category, subcategory, rank, region, own]) in rows.iter().enumerate() {
            names.extend(items(own).map(|name| (name, index)));
            if is_only(index) {
                names.push((*procedure, index));
            }
            procedures.push(Procedure {
                name: (*procedure).to_owned(),
                category: (*category).to_owned(),
                subcategory: optional(subcategory),
                rank: one_of(rank),
                regions: items(region).map(str::to_owned).collect(),
            });
        }
        Self { names: Matcher::with_plurals(names), rows: procedures }
    }

    /// The procedures that a text names, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Procedure)> {
        self.names.find(text).map(|(range, index)| (range, &self.rows[*index]))
    }

    /// The procedure of a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Procedure> {
        self.names.get(name).map(|index| &self.rows[*index])
    }

    /// Every name of every procedure, in lower case.
    pub fn spellings(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.names()
    }
}
