//! `imr-search saved`

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use clap_complete::engine::ArgValueCompleter;
use imr_output::{Sheet, counted, grouped, id, json_line};
use imr_query::{Request, checked, search};
use jiff::Timestamp;
use serde::Serialize;

use super::query::PrintedFields;
use super::query_text::QueryText;
use super::{Cli, Found, ReportFormat, Where, completions, open, today};
use crate::output::text::{Cards, Look};
use crate::saved::{SavedSearch, SavedSearches};
use crate::settings::{Flags, Format, Settings};
use crate::{output, report, screen};

/// Keep searches by name, and see what is new in them
///
/// They stand in the folder `saved` beside the configuration file. `diff` prints only decisions that no earlier run has
/// found, and ends with 0 if there are any, 1 if not and 2 for an error: a line in a crontab is an alert.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search saved add page-24 \"benzodiazepines citing page 24\"
  imr-search saved add mri 'procedure:mri o:overturned' --letters ~/imr
  imr-search saved run page-24
  imr-search index ~/imr && imr-search saved diff page-24 --format md | mail -E -s 'New on page 24' me
  imr-search saved list")]
pub(crate) struct SavedArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Save a query under a name
    Add(AddArgs),
    /// List what is saved
    List(ListArgs),
    /// Ask a saved query, as `query` does; all that it finds counts as seen
    Run(RunArgs),
    /// Print only the decisions that no earlier run has found; these count as seen from now on
    Diff(DiffArgs),
    /// Forget a saved query
    Rm(NameArgs),
}

#[derive(clap::Args)]
struct NameArgs {
    /// What the search is called
    #[arg(value_name = "NAME", add = ArgValueCompleter::new(completions::saved_search))]
    name: String,
}

#[derive(clap::Args)]
struct AddArgs {
    /// What to call it: letters, digits, `-` and `_`
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    query: QueryText,

    #[command(flatten)]
    place: Where,

    /// Replace a search of this name
    #[arg(long)]
    force: bool,
}

#[derive(clap::Args)]
struct ListArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

/// How to ask and print.
#[derive(clap::Args)]
struct AskArgs {
    #[command(flatten)]
    place: Where,

    /// How to print [default: text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,

    /// Print these fields, in any format
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',', add = ArgValueCompleter::new(completions::output_field))]
    fields: Vec<String>,
}

#[derive(clap::Args)]
struct RunArgs {
    #[command(flatten)]
    name: NameArgs,

    #[command(flatten)]
    ask: AskArgs,

    /// Print at most so many [default: 10, or the setting `limit`]
    #[arg(short = 'n', long, value_name = "N", value_parser = super::at_least_one())]
    limit: Option<usize>,
}

#[derive(clap::Args)]
struct DiffArgs {
    #[command(flatten)]
    name: NameArgs,

    #[command(flatten)]
    ask: AskArgs,

    /// Do not count them as seen: the next time they are new again
    #[arg(long)]
    keep: bool,
}

/// The place and format of a query that is asked.
fn flags(search: &SavedSearch, ask: &AskArgs, limit: Option<usize>) -> Flags {
    let typed = ask.place.flags();
    let is_placed = typed.index.is_some() || typed.letters.is_some();
    let letters = Some(search.letters.clone()).filter(|letters| !letters.is_empty());
    let place = if is_placed { typed } else { Flags { index: search.index.clone(), letters, ..Flags::default() } };
    Flags { format: ask.format, limit, literal: Some(search.literal), ..place }
}

pub(crate) fn run(args: &SavedArgs, cli: &Cli, config_file: &Path) -> anyhow::Result<Found> {
    let saved = SavedSearches::beside(config_file);
    match &args.what {
        What::Add(args) => add(args, &saved),
        What::List(args) => list(args, &saved, &cli.settings()?),
        What::Run(RunArgs { name: NameArgs { name }, ask, limit }) => {
            let search = saved.get(name)?;
            let settings = cli.settings_of(flags(&search, ask, *limit))?;
            let limit = settings.limit.value;
            Asked { saved: &saved, name, search: &search, settings: &settings, fields: &ask.fields }.all(limit)
        }
        What::Diff(DiffArgs { name: NameArgs { name }, ask, keep }) => {
            let search = saved.get(name)?;
            let settings = cli.settings_of(flags(&search, ask, None))?;
            Asked { saved: &saved, name, search: &search, settings: &settings, fields: &ask.fields }.new_ones(*keep)
        }
        What::Rm(NameArgs { name }) => {
            saved.remove(name)?;
            report::line(&format!("forgot {name}"));
            Ok(Found::Something)
        }
    }
}

fn add(args: &AddArgs, saved: &SavedSearches) -> anyhow::Result<Found> {
    let query = args.query.text()?;
    let literal = args.query.literal.unwrap_or(false);
    checked(&query, literal, today()).map_err(|error| report::locate(error.into(), &query))?;
    let absolute = |path: PathBuf| std::path::absolute(&path).with_context(|| path.display().to_string());
    let Flags { index, letters, .. } = args.place.flags();
    let search = SavedSearch {
        query,
        literal,
        index: index.map(absolute).transpose()?,
        letters: letters.unwrap_or_default().into_iter().map(absolute).collect::<anyhow::Result<_>>()?,
        added: Timestamp::now(),
        last_run: None,
    };
    saved.add(&args.name, &search, args.force)?;
    report::line(&format!("saved as {}; `imr-search saved run {}` asks it", args.name, args.name));
    Ok(Found::Something)
}

/// A saved search as it is listed.
#[derive(Serialize)]
struct Listed {
    name: String,
    #[serde(flatten)]
    search: SavedSearch,
}

fn list(args: &ListArgs, saved: &SavedSearches, settings: &Settings) -> anyhow::Result<Found> {
    let mut listed = Vec::new();
    for name in saved.names()? {
        listed.push(Listed { search: saved.get(&name)?, name });
    }
    let mut out = if args.format == ReportFormat::Text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        ReportFormat::Json => json_line(&mut out, &listed)?,
        ReportFormat::Csv => sheet(&listed).csv(&mut out)?,
        ReportFormat::Md => sheet(&listed).markdown(&mut out)?,
        ReportFormat::Text => {
            for Listed { name, search } in &listed {
                let run = search.last_run.map_or_else(
                    || "never run".to_owned(),
                    |run| format!("last run {:.0}: {}", run.at, counted(run.decisions, "decision")),
                );
                let query = if search.query.is_empty() { "every decision" } else { &search.query };
                writeln!(out, "{name}: {query}\n    {run}")?;
            }
        }
    }
    out.flush()?;
    if listed.is_empty() {
        report::note("nothing is saved; `imr-search saved add NAME QUERY` saves a search");
    }
    Ok(if listed.is_empty() { Found::Nothing } else { Found::Something })
}

fn sheet(listed: &[Listed]) -> Sheet<'static> {
    let mut sheet = Sheet::new(["name", "query", "added", "last_run", "decisions"]);
    for Listed { name, search } in listed {
        let run = search.last_run;
        sheet.row([
            name.clone(),
            search.query.clone(),
            search.added.to_string(),
            run.map(|run| run.at.to_string()).unwrap_or_default(),
            run.map(|run| run.decisions.to_string()).unwrap_or_default(),
        ]);
    }
    sheet
}

/// A saved search that is asked.
struct Asked<'a> {
    saved: &'a SavedSearches,
    name: &'a str,
    search: &'a SavedSearch,
    settings: &'a Settings,
    fields: &'a [String],
}

impl Asked<'_> {
    fn request(&self, limit: usize) -> Request {
        let Settings { literal, sort, .. } = self.settings;
        Request { literal: literal.value, sort: sort.value.sort(), ..Request::new(&self.search.query, limit, today()) }
    }

    /// Prints the first of all that it finds.
    fn all(&self, limit: usize) -> anyhow::Result<Found> {
        self.ask(|_| true, limit, true)
    }

    /// Prints what no earlier run has found.
    fn new_ones(&self, keep: bool) -> anyhow::Result<Found> {
        let seen = self.saved.seen(self.name)?;
        self.ask(|id| !seen.contains(id), usize::MAX, !keep)
    }

    /// Prints the first hits whose ids are wanted. They count as seen when they are printed: what is lost on the way is
    /// new again.
    fn ask(&self, is_wanted: impl Fn(&str) -> bool, limit: usize, counts: bool) -> anyhow::Result<Found> {
        let fields = PrintedFields::new(self.fields)?;
        let index = open(self.settings)?;
        let request = self.request(usize::MAX);
        let mut answer = search(&index, &request).map_err(|error| report::locate(error, &request.query))?;
        report::understood(&answer.reading);
        let (mut found, mut wanted) = (Vec::with_capacity(answer.remaining()), 0);
        answer.retain(|letter, n| {
            let id = id(letter, n);
            let is_kept = is_wanted(&id) && wanted < limit;
            wanted += usize::from(is_wanted(&id));
            found.push(id);
            is_kept
        })?;
        let letters = counted(answer.letters, "letter");
        let (printed, decisions) = (grouped(answer.remaining()), counted(answer.decisions, "decision"));
        report::line(&format!("{printed} of {decisions} ({letters})"));
        let is_text = self.settings.format.value == Format::Text;
        let mut out = if is_text { screen::text(self.settings) } else { screen::data(self.settings) };
        if is_text {
            let look = Look::new(self.settings.wide.value);
            output::text::answer(&mut out, &mut answer, &Cards { look, fields: fields.chosen(), by_letter: false })?;
        } else {
            super::query::data(&mut out, self.settings.format.value, &request.query, &fields, &mut answer)?;
        }
        out.flush()?;
        if counts {
            self.saved.ran(self.name, self.search, &found)?;
        }
        Ok(if wanted > 0 { Found::Something } else { Found::Nothing })
    }
}
