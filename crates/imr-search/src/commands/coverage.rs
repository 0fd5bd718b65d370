//! `imr-search coverage`

use std::collections::BTreeMap;
use std::io::Write;

use clap::ValueEnum;
use imr_output::json_line;
use imr_query::{Coverage, LetterGroup, coverage};
use serde::Serialize;

use super::{Found, Where, open};
use crate::output::table::Table;
use crate::screen;
use crate::settings::Settings;

/// Tell in how many letters each field was found
///
/// Not every form of letter prints every field, and not every heading tells what it is about: a facet counts what was
/// found, not what was decided. This table says how much that is, by form of letter or by year of decision.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search coverage
  imr-search coverage --by year
  imr-search coverage --format csv > coverage.csv")]
pub(crate) struct CoverageArgs {
    #[command(flatten)]
    place: Where,

    /// What the columns divide letters by
    #[arg(long, value_enum, default_value_t = By::Layout)]
    by: By,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The form of the letter
    Layout,
    /// The year of the decision
    Year,
}

impl By {
    fn column(self, group: &LetterGroup) -> String {
        match self {
            Self::Layout => group.layout.clone(),
            Self::Year => group.year.map_or_else(|| "no date".to_owned(), |year| year.to_string()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table of percentages to read
    Text,
    /// One JSON object a field, form and year a line: letters in all, and those with the field
    Json,
    /// The same as a table of counts
    Csv,
}

impl CoverageArgs {
    pub(crate) fn place(&self) -> &Where {
        &self.place
    }
}

pub(crate) fn run(args: &CoverageArgs, settings: &Settings) -> anyhow::Result<Found> {
    let index = open(settings)?;
    let coverage = coverage(&index)?;
    let mut out = if args.format == Format::Text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        Format::Text => percentages(&coverage, args.by).print(&mut out)?,
        Format::Json => lines(&coverage).iter().try_for_each(|line| json_line(&mut out, line))?,
        Format::Csv => {
            let mut table = csv::Writer::from_writer(&mut out);
            lines(&coverage).iter().try_for_each(|line| table.serialize(line))?;
            table.flush()?;
        }
    }
    out.flush()?;
    Ok(if coverage.letters.is_empty() { Found::Nothing } else { Found::Something })
}

/// In how many letters of one form and year a field was found.
#[derive(Serialize)]
struct Line<'a> {
    field: &'a str,
    layout: &'a str,
    year: Option<u64>,
    letters: usize,
    found: usize,
}

fn lines(coverage: &Coverage) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for (field, found) in &coverage.fields {
        for (group, letters) in &coverage.letters {
            let found = found.get(group).copied().unwrap_or(0);
            lines.push(Line { field, layout: &group.layout, year: group.year, letters: *letters, found });
        }
    }
    lines
}

/// A table of shares: a row a field, a column for all letters and one for each form or year.
fn percentages(coverage: &Coverage, by: By) -> Table {
    let by_column = |groups: &BTreeMap<LetterGroup, usize>| {
        let mut columns: BTreeMap<String, usize> = BTreeMap::new();
        for (group, count) in groups {
            *columns.entry(by.column(group)).or_default() += count;
        }
        columns
    };
    let letters = by_column(&coverage.letters);
    let all: usize = letters.values().sum();
    let names = ["field", "all"].into_iter().chain(letters.keys().map(String::as_str));
    let mut table = Table::new(names.collect());
    let counts = std::iter::once(&all).chain(letters.values()).map(usize::to_string);
    table.row(std::iter::once("letters".to_owned()).chain(counts).collect());
    for (field, found) in &coverage.fields {
        let found = by_column(found);
        let shares = letters.iter().map(|(column, whole)| percent(found.get(column).copied().unwrap_or(0), *whole));
        table.row([field.clone(), percent(found.values().sum(), all)].into_iter().chain(shares).collect());
    }
    table
}

/// A share in whole percent. What is not all is never shown as 100 %, and what is not nothing never as 0 %.
fn percent(part: usize, whole: usize) -> String {
    match (part, whole) {
        (_, 0) => "-".to_owned(),
        (part, whole) if part == whole => "100 %".to_owned(),
        (0, _) => "0 %".to_owned(),
        (part, whole) => format!("{} %", ((part * 100 + whole / 2) / whole).clamp(1, 99)),
    }
}
