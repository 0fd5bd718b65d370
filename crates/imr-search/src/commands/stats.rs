//! `imr-search stats`

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use clap_complete::engine::ArgValueCompleter;
use imr_output::{Counts, RowOrder, StatsReport, arrange_rows, counted, grouped, json_line};
use imr_query::{Division, Period, Request, Tabulation, tabulate};

use super::query_text::QueryText;
use super::{Found, ReportFormat, Where, completions, open, today};
use crate::output::bars::Scale;
use crate::output::table::Table;
use crate::settings::{Flags, Settings};
use crate::{report, screen};

/// Count how decisions end: overturned, of how many, with an interval
///
/// The rate is the share of refusals that were overturned wholly, of the decisions whose letter prints an outcome; the
/// interval is Wilson's at 95 %. Of groups smaller than --min-n only the interval is printed: a bare percentage of a few
/// decisions misleads. Services that go with an operation share its fate and are left out, unless --exclude-dependent=false.
/// A decision with several values counts in each row; the first row counts each once. What is counted and what is left out
/// are together what `imr-search query --count` finds.
///
/// The letters hide who administered the claim, who reviewed the request and who asked for it, so that there are no rates
/// by these. Rates say how decisions in this index ended, not how yours will.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search stats --by class
  imr-search stats \"lumbar MRI\" --by specialty --sort rate
  imr-search stats 'class:opioids' --by agree,level --min-n 50
  imr-search stats 'procedure:acupuncture' --over quarter --plot acupuncture.svg
  imr-search stats --by category/subcategory --format csv > rates.csv

`imr-search vocab fields` lists the fields to divide by.")]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    query: QueryText,

    #[command(flatten)]
    place: Where,

    /// Divide by the values of fields, by each combination of several
    #[arg(long, value_name = "FIELD", value_delimiter = ',', add = ArgValueCompleter::new(completions::facet))]
    by: Vec<String>,

    /// Divide by the time of the decision
    #[arg(long, value_enum, value_name = "PERIOD")]
    over: Option<Over>,

    /// Print no bare percentage of fewer decisions than this
    #[arg(long, value_name = "N", default_value_t = 20)]
    min_n: usize,

    /// Leave out services that go with an operation and share its fate
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set, hide_possible_values = true)]
    exclude_dependent: bool,

    /// The order of rows [default: count; with --over: value]
    #[arg(long, value_enum)]
    sort: Option<Order>,

    /// Print at most so many rows
    #[arg(short = 'n', long, value_name = "N", value_parser = super::at_least_one())]
    limit: Option<usize>,

    /// Draw the rates, with their intervals, into an SVG file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    plot: Option<PathBuf>,

    /// How to print
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Over {
    /// By year
    Year,
    /// By quarter of a year
    Quarter,
    /// By month
    Month,
}

impl Over {
    fn period(self) -> Period {
        match self {
            Self::Year => Period::Year,
            Self::Quarter => Period::Quarter,
            Self::Month => Period::Month,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// The largest groups first
    Count,
    /// The highest rates first, small groups last
    Rate,
    /// By value: numbers by size, times in their order
    Value,
}

impl Order {
    fn of_rows(self) -> RowOrder {
        match self {
            Self::Count => RowOrder::Count,
            Self::Rate => RowOrder::Rate,
            Self::Value => RowOrder::Value,
        }
    }
}

impl StatsArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { literal: self.query.literal, ..self.place.flags() }
    }
}

pub(crate) fn run(args: &StatsArgs, settings: &Settings) -> anyhow::Result<Found> {
    let request = Request { literal: settings.literal.value, ..Request::new(args.query.text()?, 0, today()) };
    let located = |error| report::locate(error, &request.query);
    let divisions = Division::list(args.by.iter().map(String::as_str), args.over.map(Over::period));
    let divisions = divisions.map_err(|error| located(error.into()))?;
    if let Some(path) = args.plot.as_deref().filter(|path| path.extension().is_none_or(|ending| ending != "svg")) {
        anyhow::bail!("{} does not end in .svg, which is what is drawn", path.display());
    }
    let index = open(settings)?;
    let mut tabulation = tabulate(&index, &request, &divisions, args.exclude_dependent).map_err(located)?;
    report::understood(&tabulation.reading);
    report::line(&reconciled(&tabulation, args.exclude_dependent));
    arrange_rows(&mut tabulation, &divisions, args.sort.map(Order::of_rows), args.min_n);
    let report = StatsReport::new(&request.query, &divisions, &tabulation, args.min_n);
    let report = report.limited(args.limit.unwrap_or(usize::MAX));
    if report.more_rows > 0 {
        let all = report.rows.len() + report.more_rows;
        report::line(&format!("{} of {} rows", grouped(report.rows.len()), grouped(all)));
    }
    if let Some(path) = &args.plot {
        let chart = report.chart(args.over.is_some());
        anyhow::ensure!(
            !chart.is_empty(),
            "there is nothing to draw: no group has an outcome; divide with --by or --over"
        );
        let drawn = chart.svg();
        crate::whole_file::write(path, drawn.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    print(&report, args.format, settings)?;
    Ok(if tabulation.counted.decisions == 0 { Found::Nothing } else { Found::Something })
}

/// How what is counted and what is left out make up what the query finds.
fn reconciled(tabulation: &Tabulation, excludes: bool) -> String {
    let Tabulation { found, letters, dependent, unsegmented, counted: tally, .. } = tabulation;
    let mut line = format!("{} ({}): ", counted(*found, "decision"), counted(*letters, "letter"));
    line += &format!("{} counted", grouped(tally.decisions));
    let without = tally.decisions - tally.decided();
    if without > 0 {
        line += &format!(" ({} without an outcome, in no rate)", grouped(without));
    }
    if excludes {
        let dependent = grouped(*dependent);
        line += &format!(", {dependent} that go with an operation left out (--exclude-dependent=false counts them)");
    }
    if *unsegmented > 0 {
        line += &format!(", {} without decisions", counted(*unsegmented, "unsegmented text"));
    }
    line
}

/// The name of the row that counts every decision once.
const ALL: &str = "all";

fn print(report: &StatsReport, format: ReportFormat, settings: &Settings) -> anyhow::Result<()> {
    let mut out = if format == ReportFormat::Text { screen::text(settings) } else { screen::data(settings) };
    match format {
        ReportFormat::Text => table(report).print(&mut out)?,
        ReportFormat::Json => json_line(&mut out, report)?,
        ReportFormat::Csv => report.sheet().csv(&mut out)?,
        ReportFormat::Md => report.sheet().markdown(&mut out)?,
    }
    out.flush()?;
    Ok(())
}

fn table(report: &StatsReport) -> Table {
    let groups: Vec<(String, &Counts)> =
        std::iter::once((ALL.to_owned(), &report.all)).chain(report.groups()).collect();
    let scale = Scale::new(groups.iter().map(|(_, counts)| *counts));
    let scale = std::io::stdout().is_terminal().then_some(scale);
    let (name, bar) = (report.title(), scale.as_ref().map(Scale::name));
    let names = std::iter::once(name.as_str()).chain(Counts::NAMES_FOR_PEOPLE);
    let mut table = Table::new(names.chain(bar.as_deref()).collect());
    for (label, counts) in groups {
        let bar = scale.as_ref().map(|scale| scale.bar(counts));
        table.row(std::iter::once(label).chain(counts.for_people()).chain(bar).collect());
    }
    table
}
