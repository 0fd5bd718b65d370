//! Procedures: what is to be done, and where the search form of the Division of Workers' Compensation (DWC) files it.

use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{items, optional};
use crate::typed::one_of;

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
    names: Matcher,
    /// By rows, each made when it is first asked for.
    made: Vec<OnceLock<Box<Procedure>>>,
}

impl Procedures {
    pub(crate) fn load() -> Self {
        let names = Matcher::with_plurals(&lists::PROCEDURES);
        Self { made: vec![OnceLock::new(); names.rows()], names }
    }

    /// The procedure of a row.
    fn procedure(&self, at: usize) -> &Procedure {
        self.made[at].get_or_init(|| {
            let columns = ["procedure", "category", "subcategory", "rank", "region"];
            let [name, category, subcategory, rank, region] =
                lists::PROCEDURE_ROWS.row(at, columns).unwrap_or_default();
            Box::new(Procedure {
                name: name.to_owned(),
                category: category.to_owned(),
                subcategory: optional(subcategory),
                rank: one_of(rank),
                regions: items(region).map(str::to_owned).collect(),
            })
        })
    }

    /// The procedures that a text names, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Procedure)> {
        self.names.find(text).map(|(range, row)| (range, self.procedure(row)))
    }

    /// The procedure of a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Procedure> {
        self.names.get(name).map(|row| self.procedure(row))
    }

    /// Every name of every procedure, in lower case.
    pub fn spellings(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.names()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{self, columns};

    #[test]
    fn every_row_is_a_procedure() {
        let procedures = Procedures::load();
        for (at, [name, category]) in columns(&table::PROCEDURES, ["procedure", "category"]).enumerate() {
            let procedure = procedures.procedure(at);
            assert_eq!((procedure.name.as_str(), procedure.category.as_str()), (name, category), "row {at}");
        }
    }

    #[test]
    fn a_procedure_of_several_rows_is_the_one_that_lists_its_name() {
        let procedures = Procedures::load();
        for [name, names] in columns(&table::PROCEDURES, ["procedure", "names"]) {
            if items(names).any(|own| own == name) {
                assert_eq!(procedures.get(name).map(|found| found.name.as_str()), Some(name));
            }
        }
    }
}
