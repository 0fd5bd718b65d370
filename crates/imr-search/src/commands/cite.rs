//! `imr-search cite`

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use imr_index::IndexReader;
use imr_ingest::ReadError;
use imr_model::{Decision, Letter};
use imr_output::{id, json_line};
use imr_precedent::{Brief, Markup, QuotedLetter, SHORTEST_QUOTATION, check, citation};
use imr_query::letters_called;

use super::show::{named, no_decision, no_letter};
use super::{Found, ReportFormat, Where, open, today};
use crate::output::findings::{self, CitedDecision, VerifiedQuotation};
use crate::output::text::Look;
use crate::settings::{Flags, Settings};
use crate::{report, screen};

/// Cite a decision, verify a quotation of it, or check the citations of a brief
///
/// Without --check, prints a ready citation of a decision or a letter; with --quote, also where the quotation stands in it:
/// letter, section and sentence. Verbatim means the same characters but for white space, the shape of quotation marks and
/// dashes, and the editing marks of quotations (an ellipsis, brackets, `[sic]`, a closing full stop), which are told. What
/// differs is shown as `[-letter-]{+quotation+}`.
///
/// With --check, finds the case numbers and quotations of a brief (text, Markdown, .docx) and tells which cases are not in
/// the index, and which quotations are altered, stand elsewhere than cited, or were not found.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search cite 'CM16-0213037#2'
  imr-search cite 'CM16-0213037#2' --style bluebook
  imr-search cite CM16-0213037 --quote \"there is no documentation of a trial\"
  imr-search cite --check brief.docx
  imr-search cite --check - --format json < brief.txt

Exit status: 0 every quotation is verbatim and every case is in the index, 1 not so, 2 error.")]
pub(crate) struct CiteArgs {
    /// Case number or source of the letter; `#2` behind it means its second decision
    #[arg(value_name = "ID", required_unless_present = "check", conflicts_with = "check")]
    id: Option<String>,

    /// How to cite
    #[arg(long, value_enum, default_value_t = Style::Short, conflicts_with = "check")]
    style: Style,

    /// Verify that this text stands in the letter
    #[arg(long, value_name = "TEXT", conflicts_with = "check", allow_hyphen_values = true)]
    quote: Option<String>,

    /// Check the case numbers and quotations of this brief; `-` reads text from standard input
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    check: Option<PathBuf>,

    #[command(flatten)]
    place: Where,

    /// How to print
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,

    /// Do not wrap lines
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    wide: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Style {
    /// Number, issue and date
    Short,
    /// With agency, review organization, treatment and outcome
    Full,
    /// After Bluebook rule 14.3; no official form exists
    Bluebook,
    /// The full form as Markdown
    Markdown,
    /// An entry for BibTeX
    Bibtex,
}

impl From<Style> for imr_precedent::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Short => Self::Short,
            Style::Full => Self::Full,
            Style::Bluebook => Self::Bluebook,
            Style::Markdown => Self::Markdown,
            Style::Bibtex => Self::Bibtex,
        }
    }
}

/// A brief of a thousand pages has less, pictures included.
const LARGEST: u64 = 256 << 20;

impl CiteArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { wide: self.wide, ..self.place.flags() }
    }
}

pub(crate) fn run(args: &CiteArgs, settings: &Settings) -> anyhow::Result<Found> {
    match (&args.check, &args.id) {
        (Some(file), _) => check_brief(args, file, settings),
        (None, Some(id)) => cite(args, id, settings),
        (None, None) => bail!("name a decision, as in CM16-0213037#2, or a brief by --check"),
    }
}

fn check_brief(args: &CiteArgs, file: &Path, settings: &Settings) -> anyhow::Result<Found> {
    let brief = read(file).with_context(|| format!("`{}`", file.display()))?;
    let index = open(settings)?;
    let checked = check(&index, &brief, today())?;
    let mut out = if args.format == ReportFormat::Text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        ReportFormat::Text => findings::text(&mut out, &checked, Look::new(settings.wide.value))?,
        ReportFormat::Json => json_line(&mut out, &checked)?,
        ReportFormat::Csv => findings::sheet(&checked).csv(&mut out)?,
        ReportFormat::Md => findings::sheet(&checked).markdown(&mut out)?,
    }
    out.flush()?;
    if checked.is_empty() {
        report::note(format!(
            "`{}` has no case number and no quotation of {SHORTEST_QUOTATION} words or more; nothing was checked",
            file.display()
        ));
        return Ok(Found::Nothing);
    }
    Ok(if checked.is_clean() { Found::Something } else { Found::Nothing })
}

/// Reads a brief: what it is shows its name, or its first bytes.
fn read(file: &Path) -> anyhow::Result<Brief> {
    let bytes = bytes_of(file)?;
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let (is_zip, save) = (bytes.starts_with(b"PK"), "save it as .docx or as text");
    match ending.as_str() {
        _ if bytes.starts_with(b"%PDF-") => bail!("is a PDF; {save}"),
        _ if bytes.starts_with(b"{\\rtf") => bail!("is in Rich Text Format; {save}"),
        _ if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) => bail!("is a document of an old version of Word; {save}"),
        "docx" | "docm" | "dotx" => Ok(Brief::from_docx(&bytes)?),
        _ if is_zip => Ok(Brief::from_docx(&bytes)?),
        "md" | "markdown" => Ok(Brief::from_text(&text_of(&bytes)?, Markup::Markdown)),
        _ => Ok(Brief::from_text(&text_of(&bytes)?, Markup::Plain)),
    }
}

fn text_of(bytes: &[u8]) -> anyhow::Result<String> {
    match imr_ingest::decode(bytes) {
        Err(ReadError::Binary { .. }) => bail!("is no text; save it as .docx or as text"),
        text => Ok(text?),
    }
}

fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().take(LARGEST + 1).read_to_end(&mut bytes).context("cannot be read")?;
    } else {
        let opened = fs::File::open(file).context("cannot be read")?;
        opened.take(LARGEST + 1).read_to_end(&mut bytes).context("cannot be read")?;
    }
    if bytes.len() as u64 > LARGEST {
        bail!("has more than {} MB; split it", LARGEST >> 20);
    }
    Ok(bytes)
}

fn cite(args: &CiteArgs, id: &str, settings: &Settings) -> anyhow::Result<Found> {
    if args.quote.as_ref().is_some_and(|quote| !quote.contains(char::is_alphanumeric)) {
        bail!("the quotation of --quote has no words; give some words of the letter");
    }
    let (name, n) = named(id);
    let index = open(settings)?;
    let letters = letters_called(&index, name)?;
    if letters.is_empty() {
        bail!(no_letter(name));
    }
    let mut cited: Vec<CitedDecision> = Vec::new();
    for letter in &letters {
        let decision = letter.decisions.iter().find(|decision| Some(decision.n) == n);
        match (n, decision) {
            (Some(n), None) if letters.len() == 1 => bail!(no_decision(letter, n)),
            (Some(n), None) => report::note(no_decision(letter, n)),
            (_, decision) => cited.push(cited_decision(args, &index, letter, decision)?),
        }
    }
    if cited.is_empty() {
        bail!("no letter called `{name}` has the decision of `{id}`");
    }
    let mut out = if args.format == ReportFormat::Text { screen::text(settings) } else { screen::data(settings) };
    match args.format {
        ReportFormat::Text => {
            let look = Look::new(settings.wide.value);
            cited.iter().try_for_each(|cited| findings::cited(&mut out, cited, look))?;
        }
        ReportFormat::Json => cited.iter().try_for_each(|cited| json_line(&mut out, cited))?,
        ReportFormat::Csv => findings::sheet_of_cited(&cited).csv(&mut out)?,
        ReportFormat::Md => findings::sheet_of_cited(&cited).markdown(&mut out)?,
    }
    out.flush()?;
    let holds = |cited: &CitedDecision| cited.quotation.as_ref().is_none_or(VerifiedQuotation::holds);
    Ok(if cited.iter().any(holds) { Found::Something } else { Found::Nothing })
}

fn cited_decision(
    args: &CiteArgs,
    index: &IndexReader,
    letter: &Letter,
    decision: Option<&Decision>,
) -> anyhow::Result<CitedDecision> {
    let n = decision.map(|decision| decision.n);
    let quotation = match &args.quote {
        Some(text) => {
            let quoted = QuotedLetter::new(letter, &index.text_and_places(letter)?.0);
            Some(VerifiedQuotation::new(&quoted, text, n))
        }
        None => None,
    };
    Ok(CitedDecision {
        id: n.map_or_else(|| letter.name().to_owned(), |n| id(letter.name(), n)),
        digest: letter.digest.clone(),
        citation: citation(letter, decision, args.style.into()),
        quotation,
    })
}
