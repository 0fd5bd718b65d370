//! `imr-search explain`

use std::io::{self, Write};

use clap::ValueEnum;
use clap_complete::engine::ArgValueCompleter;
use imr_output::json_line;
use imr_query::{Explained, Request, Tree, explain};

use super::query_text::unshielded;
use super::{Found, Where, completions, open, today};
use crate::settings::{Flags, Settings};
use crate::{output, report, screen};

/// Tell how a query is understood, and why a decision ranks where it does
///
/// Prints the query as a tree, as it was typed and as it was understood, with corrections and hints, and the terms that the
/// index is asked for; `~` before a word there means its stem. With the id of a decision, also what this decision has of the
/// query, part by part, and what each part adds to its score.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search explain \"upheld benzodiazepine decisions citing page 24\"
  imr-search explain 'rationale:(wean* /s opioid) OR \"drug taper\"~3'
  imr-search explain \"weaning of opioids\" CM16-0213037#2
  imr-search explain 'similar:CM16-0213037#2' --format json")]
pub(crate) struct ExplainArgs {
    /// The query, as one argument
    #[arg(value_name = "QUERY", value_parser = unshielded, add = ArgValueCompleter::new(completions::query_word))]
    query: String,

    /// Case number or source of a letter, and the number of its decision: `CM16-0213037#2`
    #[arg(value_name = "ID")]
    id: Option<String>,

    #[command(flatten)]
    place: Where,

    /// Take every word as it is, without reading plain English
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    literal: Option<bool>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl ExplainArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { literal: self.literal, ..self.place.flags() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Trees to read
    Text,
    /// One JSON object
    Json,
}

pub(crate) fn run(args: &ExplainArgs, settings: &Settings) -> anyhow::Result<Found> {
    let request = Request { literal: settings.literal.value, ..Request::new(args.query.clone(), 0, today()) };
    let index = open(settings)?;
    let explained =
        explain(&index, &request, args.id.as_deref()).map_err(|error| report::locate(error, &request.query))?;
    let mut out = if args.format == Format::Text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        Format::Text => text(&mut out, &explained, args.id.as_deref())?,
        Format::Json => json_line(&mut out, &explained)?,
    }
    out.flush()?;
    let matches = explained.decision.is_none_or(|decision| decision.matches);
    Ok(if matches { Found::Something } else { Found::Nothing })
}

fn text(out: &mut impl Write, explained: &Explained, id: Option<&str>) -> anyhow::Result<()> {
    let Explained { typed, understood, tree, plan, notes, hints, decision } = explained;
    writeln!(out, "understood as: {}", if understood == "*" { "every decision" } else { understood })?;
    notes.iter().try_for_each(|told| writeln!(out, "note: {told}"))?;
    hints.iter().try_for_each(|told| writeln!(out, "hint: {told}"))?;
    if typed != tree {
        branch(out, "as it was typed", typed)?;
    }
    branch(out, "as it was understood", tree)?;
    branch(out, "what the index is asked", plan)?;
    if let (Some(decision), Some(id)) = (decision, id) {
        writeln!(out, "\n{id}{}", if decision.matches { "" } else { " does not match" })?;
        output::text::explained(out, decision, 1)?;
    }
    Ok(())
}

fn branch(out: &mut impl Write, name: &str, tree: &Tree) -> io::Result<()> {
    writeln!(out, "\n{name}")?;
    leaves(out, tree, 1)
}

fn leaves(out: &mut impl Write, tree: &Tree, level: usize) -> io::Result<()> {
    writeln!(out, "{}{}", "  ".repeat(level), tree.node)?;
    tree.parts.iter().try_for_each(|part| leaves(out, part, level + 1))
}
