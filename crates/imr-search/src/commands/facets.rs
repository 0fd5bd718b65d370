//! `imr-search facets`

use std::io::Write;

use clap::ValueEnum;
use clap_complete::engine::ArgValueCompleter;
use imr_output::{CountedField, ValueOrder, WantedValues, counted, csv_of_facets, json_line};
use imr_query::{Facet, Request, search};

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
    facets: Vec<CountedField>,

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

    fn wanted(&self, field: &CountedField) -> WantedValues<'_> {
        let order = match self.sort {
            Order::Count => ValueOrder::Count,
            Order::Value => ValueOrder::Value,
        };
        WantedValues { holding: self.grep.as_deref(), order, limit: field.limit }
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
        facets: args.facets.iter().map(|wanted| wanted.name.clone()).collect(),
        ..Request::new(args.query.text()?, 0, today())
    };
    let index = open(settings)?;
    let answer = search(&index, &request).map_err(|error| report::locate(error, &request.query))?;
    report::understood(&answer.reading);
    let (decisions, letters) = (counted(answer.decisions, "decision"), counted(answer.letters, "letter"));
    report::line(&format!("{decisions} ({letters})"));
    let wanted = args.facets.iter().map(|field| args.wanted(field));
    let facets: Vec<Facet> = answer.facets.into_iter().zip(wanted).map(|(facet, wanted)| wanted.of(facet)).collect();
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
