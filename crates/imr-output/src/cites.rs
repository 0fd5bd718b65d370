//! Who cites a work, and how these disputes end.

use std::sync::LazyLock;

use imr_query::{CitedBy, CitedWork, Citing, Edition, Hit};
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{OutputField, OutputSchema, Record};
use crate::numbers::is_zero;
use crate::rates::{Counts, INTERVAL};
use crate::sheet::Sheet;

/// What is told of a work that is cited. In JSON the names of its fields are the keys; `index-schema/README.md` describes
/// them.
#[derive(Serialize, ToSchema)]
pub struct CitesReport<'r> {
    /// The work, as it was understood.
    pub work: String,
    /// The query that limits what is counted, as it was typed.
    pub query: String,
    /// How that was understood.
    pub understood: String,
    /// How many decisions the query finds, whether they cite the work or not.
    pub found: usize,
    /// Groups of fewer decisions have no rate.
    pub min_n: usize,
    /// How intervals are computed.
    pub interval: &'static str,
    /// All citations.
    #[serde(flatten)]
    pub cited: CitedCounts,
    /// The same by guideline and edition.
    pub editions: Vec<CitedGroup>,
    /// By page and section, the most cited first.
    pub places: Vec<CitedGroup>,
    /// How many more pages and sections there are than were asked for.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_places: usize,
    /// By the year of the decision.
    pub years: Vec<CitedGroup>,
    /// Decisions that show how it is applied.
    pub passages: Vec<Record<'r>>,
}

/// The decisions that cite something, by the side that does, and how they ended.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CitedCounts {
    /// One side, or both.
    pub either: Counts,
    /// The reviewer.
    pub reviewer: Counts,
    /// The claims administrator.
    pub administrator: Counts,
    /// Both sides.
    pub both: Counts,
}

/// A part of the citations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CitedGroup {
    /// The edition, page, section or year.
    pub value: String,
    /// Who cites it.
    #[serde(flatten)]
    pub cited: CitedCounts,
}

impl CitedCounts {
    fn new(citing: &Citing, min_n: usize) -> Self {
        let counts = |tally| Counts::new(tally, min_n);
        Self {
            either: counts(citing.either),
            reviewer: counts(citing.reviewer),
            administrator: counts(citing.administrator),
            both: counts(citing.both),
        }
    }

    /// Each side by its name.
    #[must_use]
    pub fn sides(&self) -> [(&'static str, &Counts); 4] {
        [
            ("either", &self.either),
            ("reviewer", &self.reviewer),
            ("administrator", &self.administrator),
            ("both", &self.both),
        ]
    }
}

/// What pages and sections are called together.
pub const PLACES: &str = "page or section";

/// The fields of a passage.
const FIELDS: [&str; 7] =
    ["id", "outcome", "treatment", "decision_date", "reviewer_citations", "administrator_citations", "passage"];

impl<'r> CitesReport<'r> {
    /// The report on a work, with passages of decisions that cite it.
    #[must_use]
    pub fn new(work: &CitedWork, query: &str, cited: &CitedBy, passages: &'r [Hit], min_n: usize) -> Self {
        static PRINTED: LazyLock<Vec<&OutputField>> = LazyLock::new(|| OutputSchema::shared().known(&FIELDS));
        let group = |value: String, citing: &Citing| CitedGroup { value, cited: CitedCounts::new(citing, min_n) };
        let year = |year: &Option<u64>| year.map_or_else(|| "no date".to_owned(), |year| year.to_string());
        Self {
            work: work.to_string(),
            query: query.to_owned(),
            understood: cited.reading.understood.to_string(),
            found: cited.found,
            min_n,
            interval: INTERVAL,
            cited: CitedCounts::new(&cited.citing, min_n),
            editions: cited.editions.iter().map(|(edition, citing)| group(edition_name(edition), citing)).collect(),
            places: cited.places.iter().map(|(place, citing)| group(place.clone(), citing)).collect(),
            more_places: 0,
            years: cited.years.iter().map(|(at, citing)| group(year(at), citing)).collect(),
            passages: passages.iter().map(|hit| Record { fields: &PRINTED, hit }).collect(),
        }
    }

    /// The same with its first pages and sections only.
    #[must_use]
    pub fn limited(mut self, most_places: usize) -> Self {
        self.more_places += self.places.len().saturating_sub(most_places);
        self.places.truncate(most_places);
        self
    }

    /// What else the citations are counted by, each with its name.
    #[must_use]
    pub fn groups(&self) -> [(&'static str, &[CitedGroup]); 3] {
        [("guideline and edition", &self.editions), (PLACES, &self.places), ("year", &self.years)]
    }

    /// A row for each group and side.
    #[must_use]
    pub fn sheet(&self) -> Sheet<'static> {
        let mut sheet = Sheet::new(["by", "value", "side"].into_iter().chain(Counts::NAMES));
        let mut add = |by: &str, value: &str, cited: &CitedCounts| {
            for (side, counts) in cited.sides().into_iter().filter(|(_, counts)| counts.tally.decisions > 0) {
                sheet.row([by, value, side].map(str::to_owned).into_iter().chain(counts.cells()));
            }
        };
        add("everything", "", &self.cited);
        for (by, groups) in self.groups() {
            groups.iter().for_each(|group| add(by, &group.value, &group.cited));
        }
        sheet
    }
}

/// An edition as citations name it: `MTUS Low Back Complaints (2004)`.
fn edition_name(Edition { family, guideline, edition }: &Edition) -> String {
    format!("{} ({edition})", family.work_name(guideline))
}
