//! How decisions end, by the values of fields and by time.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use imr_precedent::{Chart, Rate};
use imr_query::{Division, Row, Tabulation, Tally};
use serde::Serialize;
use utoipa::ToSchema;

use crate::numbers::is_zero;
use crate::rates::{Counts, INTERVAL};
use crate::sheet::Sheet;

/// What a tabulation tells. In JSON the names of its fields are the keys; `index-schema/README.md` describes them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatsReport {
    /// The query as it was typed.
    pub query: String,
    /// How it was understood, in the query language.
    pub understood: String,
    /// Corrections and expansions that were made.
    pub notes: Vec<String>,
    /// How many decisions the query finds: those counted and those left out.
    pub found: usize,
    /// The letters that these stand in.
    pub letters: usize,
    /// What is found, and not counted.
    pub left_out: LeftOut,
    /// Groups of fewer decisions have no rate.
    pub min_n: usize,
    /// How intervals are computed.
    pub interval: &'static str,
    /// What the rows are divided by.
    pub by: Vec<&'static str>,
    /// Every decision once.
    pub all: Counts,
    /// A row for each combination of values that occurs.
    pub rows: Vec<StatsRow>,
    /// How many more rows there are than were asked for.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_rows: usize,
}

/// What is found, and not counted.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LeftOut {
    /// Decisions on services that go with an operation and share its fate.
    pub dependent: usize,
    /// Texts of letters that could not be segmented.
    pub unsegmented: usize,
}

/// Decisions with the same values.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatsRow {
    /// The value of each division, by its name; `None` for decisions without one.
    pub values: BTreeMap<&'static str, Option<String>>,
    /// How many they are, and how they ended.
    #[serde(flatten)]
    pub counts: Counts,
}

/// The order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// The largest groups first.
    Count,
    /// The highest rates first, groups too small for a rate last.
    Rate,
    /// By value: numbers by size, times in their order.
    Value,
}

/// Puts the rows of a tabulation into an order: that which is asked for, or else by time where the last division is one, or
/// else the largest first. Without divisions there are none: what would be the one row is told anyway.
pub fn arrange_rows(tabulation: &mut Tabulation, divisions: &[Division], order: Option<RowOrder>, min_n: usize) {
    let is_over_time = matches!(divisions.last(), Some(Division::Time(_)));
    let usual = if is_over_time { RowOrder::Value } else { RowOrder::Count };
    if divisions.is_empty() {
        tabulation.rows.clear();
    }
    tabulation.rows = sorted(std::mem::take(&mut tabulation.rows), order.unwrap_or(usual), min_n);
}

/// Rows in an order; ties go by value.
fn sorted(mut rows: Vec<Row>, order: RowOrder, min_n: usize) -> Vec<Row> {
    let value = |row: &Row| -> Vec<(bool, Option<u64>, String)> {
        let key = |value: &Option<String>| {
            let number = value.as_ref().and_then(|value| value.parse().ok());
            (value.is_none(), number, value.clone().unwrap_or_default().to_lowercase())
        };
        row.values.iter().map(key).collect()
    };
    rows.sort_by_cached_key(value);
    match order {
        RowOrder::Value => {}
        RowOrder::Count => rows.sort_by_key(|row| Reverse(row.tally.decisions)),
        RowOrder::Rate => rows.sort_by(|one, other| {
            let rate = |row: &Row| Counts::new(row.tally, min_n).rate.unwrap_or(-1.0);
            rate(other).total_cmp(&rate(one))
        }),
    }
    rows
}

/// Stands between the values of a group.
const BETWEEN: &str = " · ";

/// The values of a group, as one text.
#[must_use]
pub fn label<V: AsRef<str>>(values: impl IntoIterator<Item = Option<V>>) -> String {
    let name = |value: Option<V>| value.map_or_else(|| "(none)".to_owned(), |value| value.as_ref().to_owned());
    values.into_iter().map(name).collect::<Vec<_>>().join(BETWEEN)
}

impl StatsReport {
    /// The report on a tabulation of a query, with its rows as they are.
    #[must_use]
    pub fn new(query: &str, divisions: &[Division], tabulation: &Tabulation, min_n: usize) -> Self {
        let Tabulation { reading, found, letters, dependent, unsegmented, counted, rows } = tabulation;
        let counts = |tally: &Tally| Counts::new(*tally, min_n);
        let by: Vec<&'static str> = divisions.iter().map(|division| division.name()).collect();
        let row = |row: &Row| StatsRow {
            values: by.iter().copied().zip(row.values.iter().cloned()).collect(),
            counts: counts(&row.tally),
        };
        Self {
            query: query.to_owned(),
            understood: reading.understood.to_string(),
            notes: reading.notes.clone(),
            found: *found,
            letters: *letters,
            left_out: LeftOut { dependent: *dependent, unsegmented: *unsegmented },
            min_n,
            interval: INTERVAL,
            all: counts(counted),
            rows: rows.iter().map(row).collect(),
            more_rows: 0,
            by,
        }
    }

    /// The same with its first rows only.
    #[must_use]
    pub fn limited(mut self, most: usize) -> Self {
        self.more_rows += self.rows.len().saturating_sub(most);
        self.rows.truncate(most);
        self
    }

    /// The values of a row, in the order of the divisions.
    fn values<'r>(&'r self, row: &'r StatsRow) -> impl Iterator<Item = Option<&'r str>> {
        self.by.iter().map(|name| row.values.get(name)?.as_deref())
    }

    /// The names of the divisions, as one text.
    #[must_use]
    pub fn title(&self) -> String {
        self.by.join(BETWEEN)
    }

    /// Each row as what its group is called, and its figures.
    pub fn groups(&self) -> impl Iterator<Item = (String, &Counts)> {
        self.rows.iter().map(|row| (label(self.values(row)), &row.counts))
    }

    /// The rows, without the one of every decision.
    #[must_use]
    pub fn sheet(&self) -> Sheet<'static> {
        let mut sheet = Sheet::new(self.by.iter().copied().chain(Counts::NAMES));
        for row in &self.rows {
            let values = self.values(row).map(|value| value.unwrap_or_default().to_owned());
            sheet.row(values.chain(row.counts.cells()));
        }
        sheet
    }

    /// Rates as a chart: by time as lines, one for each combination of the other values (the last division is the time);
    /// others as one row each.
    #[must_use]
    pub fn chart(&self, is_over_time: bool) -> Chart {
        let subject = if self.understood == "*" { "every decision" } else { &self.understood };
        let mut chart = Chart::new(format!("Refusals overturned: {subject}"), is_over_time);
        for row in &self.rows {
            let Some(rate) = Rate::overturned(&row.counts.tally) else { continue };
            let (decided, is_small) = (row.counts.decided, row.counts.is_small());
            let values: Vec<Option<&str>> = self.values(row).collect();
            match values.split_last() {
                Some((Some(time), series)) if is_over_time => {
                    chart.add(&label(series.iter().copied()), time, rate, decided, is_small);
                }
                // It has no place in time.
                _ if is_over_time => {}
                _ => chart.add("", &label(values), rate, decided, is_small),
            }
        }
        chart
    }
}
