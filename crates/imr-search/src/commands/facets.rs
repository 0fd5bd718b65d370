//! `imr-search facets`

use std::io::Write;
use std::str::FromStr;

use clap::ValueEnum;
use clap_complete::engine::ArgValueCompleter;
use imr_output::{counted, csv_of_facets, json_line};
use imr_query::{Facet, FacetValue, Request, search};

use super::query_text::QueryText;
use super::{Found, Where, completions, open, today};
use crate::settings::{Flags, Settings};
use crate::{output, report, screen};

/// Count the values of fields over the decisions that a query finds
///
/// Counts are exact; a decision with several values counts for each, decisions without one are counted as (none). Fields
/// of several levels (class/drug, category/subcategory, guideline/edition/section) are counted level by level. A field on
/// which the query itself has a condition is counted without it, so that its other values stay in sight.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search facets -f outcome -f category/subcategory
  imr-search facets \"denied muscle relaxants\" -f drug -f specialty:5
  imr-search facets 'class:opioids' -f class/drug -f gap:10 --format json
  imr-search facets -f section --grep opioid --sort value

`imr-search vocab fields` lists the fields that can be counted.")]
pub(crate) struct FacetsArgs {
    #[command(flatten)]
    query: QueryText,

    #[command(flatten)]
    place: Where,

    /// The field to count, and at most how many of its values to print (can be repeated)
    #[arg(short = 'f', long = "facet", value_name = "FIELD[:N]", value_delimiter = ',', required = true, add = ArgValueCompleter::new(completions::facet))]
    facets: Vec<Wanted>,

    /// Print only values that hold this text, in any case
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,

    /// The order of values
    #[arg(long, value_enum, default_value_t = Order::Count)]
    sort: Order,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl FacetsArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { literal: self.query.literal, ..self.place.flags() }
    }
}

/// A field to count, and how many of its values are wanted.
#[derive(Clone, Debug)]
struct Wanted {
    field: String,
    limit: usize,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None => Ok(Self { field: text.to_owned(), limit: usize::MAX }),
            Some((field, limit)) => match limit.parse() {
                Ok(limit) if limit > 0 => Ok(Self { field: field.to_owned(), limit }),
                _ => Err(format!("`{limit}` is no number of values; write FIELD:N, as in drug:10")),
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// The commonest first
    Count,
    /// By value
    Value,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A list to read
    Text,
    /// One JSON object a field a line
    Json,
    /// A table: field, value (levels joined by ` > `), count
    Csv,
}

pub(crate) fn run(args: &FacetsArgs, settings: &Settings) -> anyhow::Result<Found> {
    let request = Request {
        literal: settings.literal.value,
        facets: args.facets.iter().map(|wanted| wanted.field.clone()).collect(),
        ..Request::new(args.query.text()?, 0, today())
    };
    let index = open(settings)?;
    let answer = search(&index, &request).map_err(|error| report::locate(error, &request.query))?;
    report::understood(&answer.reading);
    let (decisions, letters) = (counted(answer.decisions, "decision"), counted(answer.letters, "letter"));
    report::line(&format!("{decisions} ({letters})"));
    let facets: Vec<Facet> =
        answer.facets.into_iter().zip(&args.facets).map(|(facet, wanted)| arranged(facet, wanted, args)).collect();
    let mut out = if args.format == Format::Text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        Format::Text => output::text::facets(&mut out, &facets)?,
        Format::Json => facets.iter().try_for_each(|facet| json_line(&mut out, facet))?,
        Format::Csv => csv_of_facets(&mut out, &facets)?,
    }
    out.flush()?;
    let is_empty = facets.iter().all(|facet| facet.values.is_empty() && facet.missing == 0);
    Ok(if is_empty { Found::Nothing } else { Found::Something })
}

/// A facet with the values that are wanted, in the order that is.
fn arranged(mut facet: Facet, wanted: &Wanted, args: &FacetsArgs) -> Facet {
    if let Some(text) = &args.grep {
        let text = text.to_lowercase();
        facet.values.retain_mut(|value| keeps(value, &text));
        facet.missing = 0;
    }
    if args.sort == Order::Value {
        by_value(&mut facet.values);
    }
    facet.values.truncate(wanted.limit);
    facet
}

/// Whether a value or one below it holds a text; of those below, only such are kept.
fn keeps(value: &mut FacetValue, text: &str) -> bool {
    if value.value.to_lowercase().contains(text) {
        return true;
    }
    value.children.retain_mut(|child| keeps(child, text));
    !value.children.is_empty()
}

/// Sorts by value: numbers first, by their size.
fn by_value(values: &mut [FacetValue]) {
    values.sort_by_cached_key(|value| {
        let number = value.value.parse::<u64>().ok();
        (number.is_none(), number, value.value.to_lowercase())
    });
    values.iter_mut().for_each(|value| by_value(&mut value.children));
}
