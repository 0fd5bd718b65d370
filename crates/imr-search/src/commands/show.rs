//! `imr-search show`

use std::io::{BufWriter, Write};

use clap::ValueEnum;
use imr_model::{CaseNumber, Letter};

use super::{Found, Where};
use crate::{output, report};

/// Show a letter by its fields
///
/// Names a letter by its case number, or by its source where it has none, and one decision of it by `#` and its number.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search show CM16-0213037
  imr-search show 'CM16-0213037#2' --format json")]
pub(crate) struct ShowArgs {
    /// Case number or source of the letter; `#2` behind it means its second decision
    #[arg(value_name = "CASE")]
    name: String,

    #[command(flatten)]
    place: Where,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Fields in reading order
    Text,
    /// One JSON object a line
    Json,
}

pub(crate) fn run(args: &ShowArgs) -> anyhow::Result<Found> {
    let (name, decision) = match args.name.rsplit_once('#') {
        Some((name, number)) if number.parse::<usize>().is_ok() => (name, number.parse().ok()),
        _ => (args.name.as_str(), None),
    };
    let letters = find(args, name)?;
    if letters.is_empty() {
        report::note(format!("no letter called `{name}`; letters without a case number go by the name of their file"));
        return Ok(Found::Nothing);
    }
    let mut out = BufWriter::new(anstream::stdout().lock());
    let mut found = Found::Nothing;
    for letter in letters {
        if let Some(n) = decision.filter(|n| !letter.decisions.iter().any(|decision| decision.n == *n)) {
            report::note(format!(
                "{} has {}, no #{n}",
                letter.name(),
                report::counted(letter.decisions.len(), "decision")
            ));
            continue;
        }
        found = Found::Something;
        match args.format {
            Format::Text => output::text::letter(&mut out, &letter, decision)?,
            Format::Json => output::json::line(&mut out, &only(letter, decision))?,
        }
    }
    out.flush()?;
    Ok(found)
}

fn find(args: &ShowArgs, name: &str) -> anyhow::Result<Vec<Letter>> {
    let index = args.place.open()?;
    let by_case = match name.parse::<CaseNumber>() {
        Ok(number) => index.letters("case", number.as_str())?,
        Err(_) => Vec::new(),
    };
    if by_case.is_empty() { Ok(index.letters("source", name)?) } else { Ok(by_case) }
}

/// A letter with one of its decisions.
fn only(mut letter: Letter, n: Option<usize>) -> Letter {
    if let Some(n) = n {
        letter.decisions.retain(|decision| decision.n == n);
    }
    letter
}
