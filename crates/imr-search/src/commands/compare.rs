//! `imr-search compare`

use std::io::Write;

use imr_index::IndexReader;
use imr_output::{Sheet, counted, grouped, id, json_line, percent};
use imr_precedent::{COMPARED, Comparison, Distinction, Example, LEAST_G2, More, compare};
use imr_query::{ContrastedSet, QueryError, Request, WORD, explain};
use serde::Serialize;

use super::{Found, ReportFormat, Where, open, today};
use crate::output::text::Look;
use crate::settings::{Flags, Settings};
use crate::{report, screen};

/// Tell what distinguishes two sets of decisions
///
/// Compared are words, gaps, guidelines, sections, specialties and more. Decisions that both queries find are left out. What occurs in one set more often than in the other is ranked by the
/// log-likelihood ratio (G², Dunning 1993), with the shares of both sets and a decision that shows it; differences that
/// chance makes in one of a hundred cases (G² below 6.63) are left out. There are thousands of words: some differ by chance
/// beyond that. Decisions of one letter are counted as if they were independent. What is told is a lead, not a proof.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search compare 'lumbar MRI overturned' 'lumbar MRI upheld'
  imr-search compare 'class:opioids o:overturned' 'class:opioids o:upheld' --by gap,word -n 10
  imr-search compare 'date:2015' 'date:2017' --by guideline,section --format csv")]
pub(crate) struct CompareArgs {
    /// A query, for the first set
    #[arg(value_name = "QUERY_A", value_parser = super::query_text::unshielded)]
    first: String,

    /// A query, for the second set
    #[arg(value_name = "QUERY_B", value_parser = super::query_text::unshielded)]
    second: String,

    #[command(flatten)]
    place: Where,

    /// Compare only these fields; `word` means the words of rationales [default: all that the text above names, and more]
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    by: Vec<String>,

    /// Print at most so many of each field and set
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5, value_parser = super::at_least_one())]
    limit: usize,

    /// Do not wrap lines
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    wide: Option<bool>,

    /// How to print
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

impl CompareArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { wide: self.wide, ..self.place.flags() }
    }

    /// The fields to compare, and whether words are.
    fn fields(&self) -> (Vec<String>, bool) {
        if self.by.is_empty() {
            return (COMPARED.map(str::to_owned).to_vec(), true);
        }
        let fields = self.by.iter().filter(|field| *field != WORD).cloned().collect();
        (fields, self.by.iter().any(|field| field == WORD))
    }
}

pub(crate) fn run(args: &CompareArgs, settings: &Settings) -> anyhow::Result<Found> {
    let request = |query: &String| Request { literal: settings.literal.value, ..Request::new(query, 0, today()) };
    let requests = [&args.first, &args.second].map(request);
    let index = open(settings)?;
    let (fields, with_words) = args.fields();
    let [first, second] = &requests;
    let compared = compare(&index, [first, second], &fields, with_words, args.limit);
    let compared = compared.map_err(|error| located(&index, &requests, error))?;
    for (name, set) in [("A", &compared.first), ("B", &compared.second)] {
        report::understood(&set.reading);
        report::line(&format!("{name}: {}", size(set)));
    }
    print(args, &compared, settings)?;
    if compared.distinctions.is_empty() {
        let is_empty = compared.first.decisions == 0 || compared.second.decisions == 0;
        report::note(if is_empty {
            "there is nothing to compare"
        } else {
            "nothing distinguishes the two sets beyond chance"
        });
        return Ok(Found::Nothing);
    }
    Ok(Found::Something)
}

/// An error of comparing, beside the query that it is an error of: which of the two is told by reading each alone.
fn located(index: &IndexReader, requests: &[Request], error: QueryError) -> anyhow::Error {
    let wrong = requests.iter().find_map(|request| Some((request, explain(index, request, None).err()?)));
    match wrong {
        Some((request, error)) => report::locate(error, &request.query),
        None => report::locate(error, ""),
    }
}

/// How many decisions of a set are compared.
fn size(set: &ContrastedSet) -> String {
    let compared = format!("{} ({})", counted(set.decisions, "decision"), counted(set.letters, "letter"));
    match set.found - set.decisions {
        0 => compared,
        both => format!("{compared}, without {} that are in both", grouped(both)),
    }
}

fn print(args: &CompareArgs, compared: &Comparison, settings: &Settings) -> anyhow::Result<()> {
    let is_text = args.format == ReportFormat::Text;
    let mut out = if is_text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        ReportFormat::Text => text(&mut out, compared, Look::new(settings.wide.value))?,
        ReportFormat::Json => json_line(&mut out, &Json::new(args, compared))?,
        ReportFormat::Csv => sheet(compared).csv(&mut out)?,
        ReportFormat::Md => sheet(compared).markdown(&mut out)?,
    }
    out.flush()?;
    Ok(())
}

fn text(out: &mut impl Write, compared: &Comparison, look: Look) -> anyhow::Result<()> {
    let mut before = None;
    for distinction in &compared.distinctions {
        let Distinction { field, value, first, second, first_share, second_share, more_in, g2, example } = distinction;
        let heading = (field, *more_in);
        if before != Some(heading) {
            let gap = if before.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{field}, more often in {}", if *more_in == More::First { "A" } else { "B" })?;
            before = Some(heading);
        }
        let of = |count: usize, share: f64| format!("{} ({})", percent(share), grouped(count));
        let (first, second) = (of(*first, *first_share), of(*second, *second_share));
        look.print(out, &format!("{value}: A {first}, B {second}, G² {g2:.1}"), "  ", "    ")?;
        if let Some(Example { letter, n, text }) = example {
            look.print(out, &format!("{}: \"{text}\"", id(letter, *n)), "      ", "        ")?;
        }
    }
    Ok(())
}

fn sheet(compared: &Comparison) -> Sheet<'static> {
    let names =
        ["field", "value", "more_in", "first", "second", "first_share", "second_share", "g2", "example", "text"];
    let mut sheet = Sheet::new(names);
    for Distinction { field, value, first, second, first_share, second_share, more_in, g2, example } in
        &compared.distinctions
    {
        let set = if *more_in == More::First { "first" } else { "second" };
        let (id, text) = match example {
            Some(Example { letter, n, text }) => (id(letter, *n), text.clone()),
            None => Default::default(),
        };
        sheet.row([
            field.clone(),
            value.clone(),
            set.to_owned(),
            first.to_string(),
            second.to_string(),
            format!("{first_share:.4}"),
            format!("{second_share:.4}"),
            format!("{g2:.2}"),
            id,
            text,
        ]);
    }
    sheet
}

/// The comparison as JSON. The keys are described in `index-schema/README.md`.
#[derive(Serialize)]
struct Json<'c> {
    first: JsonSet<'c>,
    second: JsonSet<'c>,
    both: usize,
    measure: &'static str,
    least: f64,
    distinctions: &'c [Distinction],
}

#[derive(Serialize)]
struct JsonSet<'c> {
    query: &'c str,
    understood: String,
    found: usize,
    decisions: usize,
    letters: usize,
}

impl<'c> Json<'c> {
    fn new(args: &'c CompareArgs, compared: &'c Comparison) -> Self {
        let set = |query, set: &ContrastedSet| JsonSet {
            query,
            understood: set.reading.understood.to_string(),
            found: set.found,
            decisions: set.decisions,
            letters: set.letters,
        };
        Self {
            first: set(&args.first, &compared.first),
            second: set(&args.second, &compared.second),
            both: compared.both,
            measure: "log-likelihood ratio (Dunning 1993)",
            least: LEAST_G2,
            distinctions: &compared.distinctions,
        }
    }
}
