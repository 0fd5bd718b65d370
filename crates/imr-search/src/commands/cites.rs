//! `imr-search cites`

use std::io::{self, Write};

use imr_output::{CitedGroup, CitesReport, Counts, PLACES, counted, grouped, json_line, markdown};
use imr_precedent::applications;
use imr_query::{CitedWork, Hit, Request, cited_by};

use super::{Found, ReportFormat, Where, open, today};
use crate::output::table::Table;
use crate::output::text::{Cards, Look};
use crate::settings::{Flags, Settings};
use crate::{output, report, screen};

/// Tell who cites a guideline, a page or a section, and how these disputes end
///
/// Counts the decisions in which the reviewer, the claims administrator, or both cite it, by outcome, guideline and edition,
/// page and section, and year; then shows how the newest decisions apply it. A guideline is known by words of its title, with
/// or without its family (MTUS, ACOEM, ODG) before and the year of an edition behind. A bare page number says little, as every
/// guideline has a page 24: the table of editions tells how its citations divide.
///
/// A page, its guideline and its edition count as one citation: a letter that cites page 24 of one guideline and page 99 of
/// another does not cite page 24 of the other.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search cites \"chronic pain\" 24
  imr-search cites 24
  imr-search cites \"MTUS low back complaints 2004\" \"special studies\"
  imr-search cites ODG --where 'outcome:overturned class:opioids'
  imr-search cites \"*\" \"opioids, criteria for use\" --format csv")]
pub(crate) struct CitesArgs {
    /// Words of a guideline's title, its family, or both; `*` for any; alone also a page or the name of a section
    #[arg(value_name = "GUIDELINE")]
    guideline: String,

    /// A page (`24`, `63-66`) or words of the name of a section
    #[arg(value_name = "PAGE|SECTION")]
    cited_place: Option<String>,

    /// Count only decisions that this query finds
    #[arg(long = "where", value_name = "QUERY", default_value = "", hide_default_value = true)]
    query: String,

    #[command(flatten)]
    place: Where,

    /// Show at most so many passages
    #[arg(short = 'n', long, value_name = "N", default_value_t = 3)]
    limit: usize,

    /// Print at most so many pages and sections
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = super::at_least_one())]
    places: usize,

    /// Print no bare percentage of fewer decisions than this
    #[arg(long, value_name = "N", default_value_t = 20)]
    min_n: usize,

    /// How to print
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

impl CitesArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        self.place.flags()
    }
}

pub(crate) fn run(args: &CitesArgs, settings: &Settings) -> anyhow::Result<Found> {
    let typed = [Some(args.guideline.as_str()), args.cited_place.as_deref()].into_iter().flatten();
    let typed = typed.collect::<Vec<_>>().join(" ");
    let work = CitedWork::parse(&args.guideline, args.cited_place.as_deref());
    let work = work.map_err(|error| report::locate(error.into(), &typed))?;
    let request = Request { literal: settings.literal.value, ..Request::new(&args.query, 0, today()) };
    let index = open(settings)?;
    let cited = cited_by(&index, &request, &work).map_err(|error| report::locate(error, &args.query))?;
    if !args.query.is_empty() {
        report::understood(&cited.reading);
    }
    let either = cited.citing.either;
    let (decisions, letters) = (counted(either.decisions, "decision"), counted(either.letters, "letter"));
    report::line(&format!("{work}: cited in {decisions} ({letters}) of {}", grouped(cited.found)));
    if work.is_bare_page() && cited.editions.len() > 1 {
        report::note(format!("note: a page without its guideline; these are pages of {} works", cited.editions.len()));
    }
    let is_cited = either.decisions > 0;
    if !is_cited {
        report::note(
            "write the guideline first, and the page or section behind it, as in `cites \"ODG low back\" mri`",
        );
    }
    let wanted = Request { limit: args.limit, ..request.clone() };
    let passages = if is_cited { applications(&index, &wanted, &work, &cited) } else { Ok(Vec::new()) };
    let passages = passages.map_err(|error| report::locate(error, &args.query))?;
    if is_cited || args.format != ReportFormat::Text {
        let report = CitesReport::new(&work, &args.query, &cited, &passages, args.min_n);
        print(&report, &passages, args, settings)?;
    }
    Ok(if is_cited { Found::Something } else { Found::Nothing })
}

fn print(report: &CitesReport, passages: &[Hit], args: &CitesArgs, settings: &Settings) -> anyhow::Result<()> {
    let is_text = args.format == ReportFormat::Text;
    let mut out = if is_text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        ReportFormat::Text => text(&mut out, report, passages, args.places, Look::new(settings.wide.value))?,
        ReportFormat::Json => json_line(&mut out, report)?,
        ReportFormat::Csv => report.sheet().csv(&mut out)?,
        ReportFormat::Md => {
            report.sheet().markdown(&mut out)?;
            passages.iter().try_for_each(|hit| markdown::passage(&mut out, hit))?;
        }
    }
    out.flush()?;
    Ok(())
}

fn text(
    out: &mut impl Write,
    report: &CitesReport,
    passages: &[Hit],
    most_places: usize,
    look: Look,
) -> io::Result<()> {
    let mut table = Table::new(std::iter::once("cited by").chain(Counts::NAMES_FOR_PEOPLE).collect());
    for (side, counts) in report.cited.sides() {
        let side = if side == "either" { "either side" } else { side };
        table.row(std::iter::once(side.to_owned()).chain(counts.for_people()).collect());
    }
    table.print(out)?;
    for (name, groups) in report.groups() {
        // There are few editions and years.
        let most = if name == PLACES { most_places } else { groups.len() };
        if !groups.is_empty() {
            writeln!(out)?;
            table_of(name, groups.iter().take(most)).print(out)?;
        }
        if groups.len() > most {
            writeln!(out, "and {} more", grouped(groups.len() - most))?;
        }
    }
    let cards = Cards { look, fields: Vec::new(), by_letter: false };
    for hit in passages {
        writeln!(out)?;
        output::text::card(out, hit, &cards)?;
    }
    Ok(())
}

fn table_of<'g>(name: &str, groups: impl Iterator<Item = &'g CitedGroup>) -> Table {
    let names = [name, "decisions", "reviewer", "administrator", "overturned", "rate", "95 % interval"];
    let mut table = Table::new(names.to_vec());
    for CitedGroup { value, cited } in groups {
        let [decisions, _, overturned, rate, interval] = cited.either.for_people();
        let [reviewer, administrator] =
            [&cited.reviewer, &cited.administrator].map(|counts| grouped(counts.tally.decisions));
        table.row(vec![value.clone(), decisions, reviewer, administrator, overturned, rate, interval]);
    }
    table
}
