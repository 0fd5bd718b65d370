//! `imr-search coverage`

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Write};

use clap::ValueEnum;
use imr_query::{LetterGroup, coverage};

use super::{Found, Where};
use crate::output;
use crate::output::table::Table;

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

pub(crate) fn run(args: &CoverageArgs) -> anyhow::Result<Found> {
    let coverage = coverage(&args.place.open()?)?;
    let mut out = BufWriter::new(anstream::stdout().lock());
    match args.format {
        Format::Text => {
            let summed = |groups: &BTreeMap<LetterGroup, usize>| {
                let mut columns: BTreeMap<String, usize> = BTreeMap::new();
                for (group, count) in groups {
                    *columns.entry(args.by.column(group)).or_default() += count;
                }
                columns
            };
            let letters = summed(&coverage.letters);
            let columns: BTreeSet<&String> = letters.keys().collect();
            let mut table = Table::new(
                [&["field", "all"][..], &columns.iter().map(|name| name.as_str()).collect::<Vec<_>>()].concat(),
            );
            let all = letters.values().sum::<usize>();
            let counts = [all].into_iter().chain(columns.iter().map(|column| letters[*column]));
            table.row([vec!["letters".to_owned()], counts.map(|count| count.to_string()).collect()].concat());
            for (field, found) in &coverage.fields {
                let found = summed(found);
                let whole = percent(found.values().sum(), all);
                let shares =
                    columns.iter().map(|column| percent(found.get(*column).copied().unwrap_or(0), letters[*column]));
                table.row([vec![field.clone(), whole], shares.collect()].concat());
            }
            table.print(&mut out)?;
        }
        Format::Json => {
            for (field, found) in &coverage.fields {
                for (group, letters) in &coverage.letters {
                    let found = found.get(group).copied().unwrap_or(0);
                    let LetterGroup { layout, year } = group;
                    let line = serde_json::json!({
                        "field": field, "layout": layout, "year": year, "letters": letters, "found": found,
                    });
                    output::json::line(&mut out, &line)?;
                }
            }
        }
        Format::Csv => {
            let mut table = csv::Writer::from_writer(&mut out);
            table.write_record(["field", "layout", "year", "letters", "found"])?;
            for (field, found) in &coverage.fields {
                for (group, letters) in &coverage.letters {
                    let found = found.get(group).copied().unwrap_or(0);
                    let year = group.year.map(|year| year.to_string()).unwrap_or_default();
                    table.write_record([field, &group.layout, &year, &letters.to_string(), &found.to_string()])?;
                }
            }
            table.flush()?;
        }
    }
    out.flush()?;
    Ok(if coverage.letters.is_empty() { Found::Nothing } else { Found::Something })
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
