//! `imr-search cites`

use std::io::Write;

use imr_index::IndexReader;
use imr_query::{
    Ast, CitedBy, CitedWork, Citing, Edition, Hit, QueryError, Request, Sort, cited_by, parse, search_passing,
};
use serde::Serialize;

use super::{Found, ReportFormat, Where, open, today};
use crate::output::fields::{OutputField, OutputSchema, Record};
use crate::output::rates::Counts;
use crate::output::sheet::Sheet;
use crate::output::table::Table;
use crate::output::text::{Cards, Look};
use crate::report::{counted, grouped};
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
    let passages = if is_cited { passages(&index, &request, &work, args.limit) } else { Ok(Vec::new()) };
    let passages = passages.map_err(|error| report::locate(error, &args.query))?;
    if is_cited || args.format != ReportFormat::Text {
        Report { args, work: &work, cited: &cited, passages: &passages }.print(settings)?;
    }
    Ok(if is_cited { Found::Something } else { Found::Nothing })
}

/// The newest decisions that cite a work and speak of what it says, with these passages; if none does, the newest.
fn passages(index: &IndexReader, request: &Request, work: &CitedWork, limit: usize) -> Result<Vec<Hit>, QueryError> {
    let spoken_of = work.spoken_of().map(|section| format!("~({}) ", section.replace(['(', ')', '"'], " ")));
    let applied = format!(
        "{}rationale:(guideline* OR mtus OR acoem OR odg OR page OR chapter OR recommend*)",
        spoken_of.unwrap_or_default()
    );
    let cites = |hit: &Hit| {
        let citations = hit.decision().map(|decision| &decision.citations);
        let both = citations.map(|citations| citations.reviewer.iter().chain(&citations.administrator));
        both.is_some_and(|mut both| both.any(|citation| work.is_cited_by(citation)))
    };
    for also in [parse(&applied)?, Ast::All] {
        let also = work.condition().and(also);
        let request = Request { also, limit, sort: Sort::Newest, ..request.clone() };
        let hits = search_passing(index, &request, cites)?.hits;
        if !hits.is_empty() {
            return Ok(hits);
        }
    }
    Ok(Vec::new())
}

/// What pages and sections are called together.
const PLACES: &str = "page or section";

/// The fields of a passage in JSON.
const FIELDS: [&str; 7] =
    ["id", "outcome", "treatment", "decision_date", "reviewer_citations", "administrator_citations", "passage"];

/// Everything that is to be printed.
struct Report<'r> {
    args: &'r CitesArgs,
    work: &'r CitedWork,
    cited: &'r CitedBy,
    passages: &'r [Hit],
}

/// Groups of one kind: what they are called, and each with its name.
type Groups<'r> = (&'static str, Vec<(String, &'r Citing)>);

impl Report<'_> {
    fn print(&self, settings: &Settings) -> anyhow::Result<()> {
        let is_text = self.args.format == ReportFormat::Text;
        let mut out = if is_text { screen::text(settings) } else { screen::data(settings) };
        match self.args.format {
            ReportFormat::Text => self.text(&mut out, Look::new(settings.wide.value))?,
            ReportFormat::Json => self.json(&mut out)?,
            ReportFormat::Csv => self.sheet().csv(&mut out)?,
            ReportFormat::Md => {
                self.sheet().markdown(&mut out)?;
                self.passages.iter().try_for_each(|hit| output::markdown::passage(&mut out, hit))?;
            }
        }
        out.flush()?;
        Ok(())
    }

    /// What else the citations are counted by.
    fn groups(&self) -> [Groups<'_>; 3] {
        let CitedBy { editions, places, years, .. } = self.cited;
        let editions = editions.iter().map(|(edition, citing)| (edition_name(edition), citing)).collect();
        let places = places.iter().map(|(place, citing)| (place.clone(), citing)).collect();
        let year = |year: &Option<u64>| year.map_or_else(|| "no date".to_owned(), |year| year.to_string());
        let years = years.iter().map(|(at, citing)| (year(at), citing)).collect();
        [("guideline and edition", editions), (PLACES, places), ("year", years)]
    }

    fn text(&self, out: &mut impl Write, look: Look) -> anyhow::Result<()> {
        let mut table = Table::new(std::iter::once("cited by").chain(Counts::NAMES_FOR_PEOPLE).collect());
        for (side, tally) in self.cited.citing.sides() {
            let side = if side == "either" { "either side" } else { side };
            let counts = Counts::new(tally, self.args.min_n).for_people();
            table.row(std::iter::once(side.to_owned()).chain(counts).collect());
        }
        table.print(out)?;
        for (name, groups) in self.groups() {
            // There are few editions and years.
            let most = if name == PLACES { self.args.places } else { groups.len() };
            let names = [name, "decisions", "reviewer", "administrator", "overturned", "rate", "95 % interval"];
            let mut table = Table::new(names.to_vec());
            for (name, citing) in groups.iter().take(most) {
                let [decisions, _, overturned, rate, interval] =
                    Counts::new(citing.either, self.args.min_n).for_people();
                let [reviewer, administrator] =
                    [citing.reviewer, citing.administrator].map(|tally| grouped(tally.decisions));
                table.row(vec![name.clone(), decisions, reviewer, administrator, overturned, rate, interval]);
            }
            if !groups.is_empty() {
                writeln!(out)?;
                table.print(out)?;
            }
            if groups.len() > most {
                writeln!(out, "and {} more", grouped(groups.len() - most))?;
            }
        }
        let cards = Cards { look, fields: Vec::new(), by_letter: false };
        for hit in self.passages {
            writeln!(out)?;
            output::text::card(out, hit, &cards)?;
        }
        Ok(())
    }

    fn sheet(&self) -> Sheet<'static> {
        let mut sheet = Sheet::new(["by", "value", "side"].into_iter().chain(Counts::NAMES));
        let all = [("everything", vec![(String::new(), &self.cited.citing)])];
        for (by, groups) in all.into_iter().chain(self.groups()) {
            for (value, citing) in groups {
                for (side, tally) in citing.sides().into_iter().filter(|(_, tally)| tally.decisions > 0) {
                    let names = [by.to_owned(), value.clone(), side.to_owned()];
                    sheet.row(names.into_iter().chain(Counts::new(tally, self.args.min_n).cells()));
                }
            }
        }
        sheet
    }

    fn json(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let fields: Vec<&OutputField> =
            FIELDS.iter().map(|name| OutputSchema::shared().find(name)).collect::<anyhow::Result<_>>()?;
        let cited = |citing: &Citing| Cited::new(citing, self.args.min_n);
        let group = |(by, groups): Groups<'_>| {
            let groups = groups.into_iter().map(|(value, citing)| Group { value, cited: cited(citing) }).collect();
            (by, groups)
        };
        let [editions, places, years] = self.groups().map(group).map(|(_, groups): (_, Vec<Group>)| groups);
        let report = Json {
            work: self.work.to_string(),
            query: &self.args.query,
            understood: self.cited.reading.understood.to_string(),
            found: self.cited.found,
            min_n: self.args.min_n,
            interval: "Wilson 95 %",
            cited: cited(&self.cited.citing),
            editions,
            places,
            years,
            passages: self.passages.iter().map(|hit| Record { fields: &fields, hit }).collect(),
        };
        output::json::line(out, &report)
    }
}

/// An edition as citations name it: `MTUS Low Back Complaints (2004)`.
fn edition_name(Edition { family, guideline, edition }: &Edition) -> String {
    format!("{} ({edition})", family.work_name(guideline))
}

/// The report as JSON. The keys are described in `index-schema/README.md`.
#[derive(Serialize)]
struct Json<'r> {
    work: String,
    query: &'r str,
    understood: String,
    found: usize,
    min_n: usize,
    interval: &'static str,
    #[serde(flatten)]
    cited: Cited,
    editions: Vec<Group>,
    places: Vec<Group>,
    years: Vec<Group>,
    passages: Vec<Record<'r>>,
}

#[derive(Serialize)]
struct Group {
    value: String,
    #[serde(flatten)]
    cited: Cited,
}

#[derive(Serialize)]
struct Cited {
    either: Counts,
    reviewer: Counts,
    administrator: Counts,
    both: Counts,
}

impl Cited {
    fn new(citing: &Citing, min_n: usize) -> Self {
        let counts = |tally| Counts::new(tally, min_n);
        Self {
            either: counts(citing.either),
            reviewer: counts(citing.reviewer),
            administrator: counts(citing.administrator),
            both: counts(citing.both),
        }
    }
}
