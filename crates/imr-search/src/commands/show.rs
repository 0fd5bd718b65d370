//! `imr-search show`

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use imr_index::IndexReader;
use imr_ingest::file_of;
use imr_model::{Decision, Letter, PassageKind};
use imr_output::{counted, id, json_line};
use imr_query::letters_called;
use serde::Serialize;

use super::{Found, Where, open};
use crate::output::text::Look;
use crate::settings::{Flags, Settings};
use crate::{output, report, screen};

/// Show a letter by its fields, or the text of it
///
/// Names a letter by its case number, or by its source where it has none, and one decision of it by `#` and its number.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search show CM16-0213037
  imr-search show 'CM16-0213037#2' --format json
  imr-search show 'CM16-0213037#2' --section treatment --section rationale
  imr-search show CM16-0213037 --raw
  xdg-open \"$(imr-search show CM16-0213037 --pdf)\"")]
pub(crate) struct ShowArgs {
    /// Case number or source of the letter; `#2` behind it means its second decision
    #[arg(value_name = "CASE")]
    name: String,

    #[command(flatten)]
    place: Where,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Print just this text (can be repeated)
    #[arg(long, value_enum, value_name = "SECTION", value_delimiter = ',')]
    section: Vec<Section>,

    /// Print the whole text, as it was read from the file that the letter came from
    #[arg(long, conflicts_with_all = ["section", "format"])]
    raw: bool,

    /// Print the path of the file that the letter came from, PDF or not
    #[arg(long, visible_alias = "path", conflicts_with_all = ["section", "format", "raw"])]
    pdf: bool,

    /// Do not wrap lines
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    wide: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Fields in reading order
    Text,
    /// One JSON object a line: a letter, or with --section a text
    Json,
}

/// A text of a letter, or of each of its decisions.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// The heading of the treatment
    Treatment,
    /// Why the reviewer decided so
    Rationale,
    /// The paragraph on what the reviewer relied on
    #[value(alias = "reviewer_guideline")]
    ReviewerGuideline,
    /// The paragraph on what the claims administrator relied on
    #[value(alias = "administrator_guideline")]
    AdministratorGuideline,
    /// The clinical case summary
    #[value(alias = "clinical-summary", alias = "clinical_summary")]
    Summary,
    /// The list of documents that the reviewer read
    Documents,
    /// Text that fits no known form
    Unsegmented,
}

impl Section {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The text in a decision; `None` for texts of the letter.
    fn of_decision(self, decision: &Decision) -> Option<&str> {
        match self {
            Self::Treatment => Some(&decision.treatment),
            Self::Rationale => decision.rationale.as_deref(),
            Self::ReviewerGuideline => decision.reviewer_guideline.as_deref(),
            Self::AdministratorGuideline => decision.administrator_guideline.as_deref(),
            Self::Summary | Self::Documents | Self::Unsegmented => None,
        }
    }

    /// The text that the letter has once; `None` for texts of decisions.
    fn of_letter(self, letter: &Letter) -> Option<String> {
        let remainder = |kind| {
            let passages = letter.remainder.iter().filter(|passage| passage.kind == kind);
            passages.map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n\n")
        };
        let text = match self {
            Self::Summary => letter.clinical_summary.clone()?,
            Self::Documents => remainder(PassageKind::Documents),
            Self::Unsegmented => remainder(PassageKind::Unsegmented),
            Self::Treatment | Self::Rationale | Self::ReviewerGuideline | Self::AdministratorGuideline => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

impl ShowArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { wide: self.wide, ..self.place.flags() }
    }
}

pub(crate) fn run(args: &ShowArgs, settings: &Settings) -> anyhow::Result<Found> {
    let (name, decision) = named(&args.name);
    let index = open(settings)?;
    let letters = letters_called(&index, name)?;
    if letters.is_empty() {
        report::note(no_letter(name));
        return Ok(Found::Nothing);
    }
    let is_outline = args.format == Format::Text && args.section.is_empty() && !args.raw && !args.pdf;
    let out = if is_outline { screen::text(settings) } else { screen::data(settings) };
    let mut printer = Printer { args, index: &index, look: Look::new(settings.wide.value), out, texts: 0 };
    let mut found = Found::Nothing;
    for letter in letters {
        if let Some(n) = decision.filter(|n| !letter.decisions.iter().any(|decision| decision.n == *n)) {
            report::note(no_decision(&letter, n));
        } else if printer.print(letter, decision)? {
            found = Found::Something;
        }
    }
    printer.out.flush()?;
    Ok(found)
}

/// The name of a letter, and the number of a decision behind it.
pub(super) fn named(id: &str) -> (&str, Option<usize>) {
    match id.rsplit_once('#') {
        // `#0` is unsegmented text, which the whole letter shows.
        Some((name, number)) if number.parse::<usize>().is_ok() => (name, number.parse().ok().filter(|n| *n > 0)),
        _ => (id, None),
    }
}

/// What is said if there is no letter of a name.
pub(super) fn no_letter(name: &str) -> String {
    format!("no letter called `{name}`; letters without a case number go by the name of their file")
}

/// What is said if a letter has no decision of a number.
pub(super) fn no_decision(letter: &Letter, n: usize) -> String {
    let decisions = counted(letter.decisions.len(), "decision");
    format!("{} has {decisions}, no #{n}", letter.name())
}

/// A letter with one of its decisions.
fn only(mut letter: Letter, n: Option<usize>) -> Letter {
    if let Some(n) = n {
        letter.decisions.retain(|decision| decision.n == n);
    }
    letter
}

/// A text of a letter, as it is printed.
#[derive(Serialize)]
struct PrintedText<'t> {
    id: String,
    section: String,
    text: &'t str,
}

/// Prints what is wanted of letters.
struct Printer<'a> {
    args: &'a ShowArgs,
    index: &'a IndexReader,
    look: Look,
    out: Box<dyn Write>,
    /// How many texts were printed.
    texts: usize,
}

impl Printer<'_> {
    /// Prints a letter, or one decision of it. Returns whether there was anything to print.
    fn print(&mut self, letter: Letter, decision: Option<usize>) -> anyhow::Result<bool> {
        if self.args.pdf {
            return self.path(&letter);
        }
        if self.args.raw {
            return self.raw(&letter);
        }
        if !self.args.section.is_empty() {
            return self.sections(&only(letter, decision));
        }
        match self.args.format {
            Format::Text => {
                output::text::letter(&mut self.out, &letter, decision, self.look)?;
                for place in self.index.text_and_places(&letter)?.1 {
                    report::note(format!("the same letter stands in {}", place.place));
                }
            }
            Format::Json => json_line(&mut self.out, &only(letter, decision))?,
        }
        Ok(true)
    }

    fn sections(&mut self, letter: &Letter) -> anyhow::Result<bool> {
        let before = self.texts;
        for section in &self.args.section {
            let printed = self.texts;
            if let Some(text) = section.of_letter(letter) {
                self.text(letter.name().to_owned(), *section, &text)?;
            }
            for decision in &letter.decisions {
                if let Some(text) = section.of_decision(decision) {
                    self.text(id(letter.name(), decision.n), *section, text)?;
                }
            }
            if self.texts == printed {
                report::note(format!("{} has no section `{}`", letter.name(), section.name()));
            }
        }
        Ok(self.texts > before)
    }

    /// Prints a text, with an empty line before each but the first.
    fn text(&mut self, id: String, section: Section, text: &str) -> anyhow::Result<()> {
        if self.args.format == Format::Json {
            let section = section.name();
            json_line(&mut self.out, &PrintedText { id, section, text })?;
        } else {
            let gap = if self.texts > 0 { "\n" } else { "" };
            writeln!(self.out, "{gap}{}", text.trim_end())?;
        }
        self.texts += 1;
        Ok(())
    }

    /// Prints the paths of the files that hold a letter, of those that are still there.
    fn path(&mut self, letter: &Letter) -> anyhow::Result<bool> {
        let (_, others) = self.index.text_and_places(letter)?;
        let places =
            std::iter::once(letter.source_file.as_str()).chain(others.iter().map(|place| place.place.as_str()));
        let files: Vec<PathBuf> = places.clone().map(file_of).filter(|file| file.is_file()).collect();
        for file in &files {
            writeln!(self.out, "{}", file.display())?;
        }
        if files.is_empty() {
            let (name, file) = (letter.name(), file_of(&letter.source_file));
            report::note(match file.to_str() {
                Some("stdin") => format!("{name} was read from standard input, which is no file"),
                _ => format!("{name} was read from {}, and there is no such file now", file.display()),
            });
        }
        Ok(!files.is_empty())
    }

    fn raw(&mut self, letter: &Letter) -> anyhow::Result<bool> {
        let (text, _) = self.index.text_and_places(letter)?;
        writeln!(self.out, "{}", text.trim_end())?;
        Ok(true)
    }
}
