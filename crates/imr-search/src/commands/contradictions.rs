//! `imr-search contradictions`

use std::io::Write;

use imr_output::{counted, grouped, json_line};
use imr_precedent::{Leads, leads};

use super::query_text::QueryText;
use super::{Found, ReportFormat, Where, open, today};
use crate::output::leads::{Found as FoundLead, Report};
use crate::output::text::Look;
use crate::settings::{Flags, Settings};
use crate::{output, report, screen};

/// Find leads: decisions that deny what the letter's own summary mentions
///
/// A decision whose rationale says that something is not documented, while the clinical summary of the same letter mentions
/// it, may rest on a plainly erroneous finding of fact (Labor Code 4610.6(h)(5)). What is printed is a lead to read, not a
/// finding: both sentences stand side by side, and only the records can tell. Denials of something narrower (recent,
/// sufficient or successful therapy) are left out, and so are mentions that are requests, plans or about another part of the
/// body; many contradictions are therefore not found. The newest decisions come first.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search contradictions
  imr-search contradictions \"upheld lumbar MRI\" -n 20
  imr-search contradictions 'class:opioids date:2016..2017' --all --format csv > leads.csv
  imr-search contradictions case:CM16-0213037

`imr-search vocab contradictions.tsv` lists what is looked for.")]
pub(crate) struct ContradictionsArgs {
    #[command(flatten)]
    query: QueryText,

    #[command(flatten)]
    place: Where,

    /// Stop after this many leads
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, value_parser = super::at_least_one())]
    limit: usize,

    /// Read all decisions
    #[arg(long, conflicts_with = "limit")]
    all: bool,

    /// How to print
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

impl ContradictionsArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { literal: self.query.literal, ..self.place.flags() }
    }
}

pub(crate) fn run(args: &ContradictionsArgs, settings: &Settings) -> anyhow::Result<Found> {
    let query = args.query.text()?;
    let index = open(settings)?;
    let literal = settings.literal.value;
    let mut leads = leads(&index, &query, literal, today()).map_err(|error| report::locate(error, &query))?;
    report::understood(&leads.answer.reading);
    let most = if args.all { usize::MAX } else { args.limit };
    let found = read(&mut leads, most)?;
    report::line(&told(&leads, found.len()));
    let report = Report::new(&query, &leads, found);
    let mut out = if args.format == ReportFormat::Text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        ReportFormat::Text => output::leads::text(&mut out, &report, Look::new(settings.wide.value))?,
        ReportFormat::Json => json_line(&mut out, &report)?,
        ReportFormat::Csv => output::leads::sheet(&report).csv(&mut out)?,
        ReportFormat::Md => output::leads::sheet(&report).markdown(&mut out)?,
    }
    out.flush()?;
    Ok(if report.leads.is_empty() { Found::Nothing } else { Found::Something })
}

/// Reads decisions until there are so many leads.
fn read(leads: &mut Leads, most: usize) -> anyhow::Result<Vec<FoundLead>> {
    let mut found = Vec::new();
    while found.len() < most
        && let Some(read) = leads.next_read()?
    {
        found.extend(FoundLead::all_of(read));
    }
    found.truncate(most);
    Ok(found)
}

/// How many leads there are, in how much.
fn told(leads: &Leads, found: usize) -> String {
    let (all, read) = (leads.answer.decisions, grouped(leads.read));
    let (count, decisions) = (counted(found, "lead"), counted(all, "decision"));
    if leads.read < all {
        format!("{count} in the first {read} of {decisions}; --all reads all")
    } else {
        format!("{count} in {decisions}")
    }
}
