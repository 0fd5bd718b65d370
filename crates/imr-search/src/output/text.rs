//! Output for reading.

use std::io::{self, Write};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use imr_model::{CredentialStyle, Decision, Letter, Outcome, PassageKind, Sex, Side};
use imr_query::{Answer, Facet, Hit, Passage};

use super::{citations, id};

const NAME: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MARK: Style = AnsiColor::Yellow.on_default().bold();
const UPHELD: Style = AnsiColor::Red.on_default().bold();
const OVERTURNED: Style = AnsiColor::Green.on_default().bold();

/// Lines are wrapped at the width of the terminal, at most this.
const WIDEST: usize = 110;

/// Prints hits as cards, then facets.
pub(crate) fn answer(out: &mut impl Write, answer: &Answer) -> anyhow::Result<()> {
    for (index, hit) in answer.hits.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        card(out, hit)?;
    }
    for (index, facet) in answer.facets.iter().enumerate() {
        if index > 0 || !answer.hits.is_empty() {
            writeln!(out)?;
        }
        print_facet(out, facet)?;
    }
    Ok(())
}

fn card(out: &mut impl Write, hit: &Hit) -> io::Result<()> {
    let letter = &hit.letter;
    match hit.decision() {
        Some(decision) => {
            let title = format!("{}  {}", outcome(decision.outcome), decision.treatment);
            wrapped(out, &format!("{NAME}{}{NAME:#}  {title}", id(letter, hit.n)), "", "    ")?;
        }
        None => writeln!(out, "{NAME}{}{NAME:#}  unsegmented text of {}", letter.name(), letter.source_file)?,
    }
    let date = letter.decision_date.map(|date| format!("decided {date}"));
    let specialties = Some(letter.reviewer.specialties.join(", ")).filter(|list| !list.is_empty());
    let facts: Vec<String> = [specialties, date].into_iter().flatten().collect();
    if !facts.is_empty() {
        wrapped(out, &facts.join(" · "), "    ", "    ")?;
    }
    if let Some(decision) = hit.decision() {
        for (side, name) in [(Side::Reviewer, "reviewer cites"), (Side::Administrator, "administrator cites")] {
            let cited = citations(decision.citations.of(side));
            if !cited.is_empty() {
                wrapped(out, &format!("{DIM}{name}:{DIM:#} {cited}"), "    ", "      ")?;
            }
        }
    }
    if let Some(passage) = hit.passage.as_ref().filter(|passage| !passage.text.is_empty()) {
        let name =
            if passage.field == "rationale" { String::new() } else { format!("{DIM}{}:{DIM:#} ", passage.field) };
        wrapped(out, &format!("{name}\"{}\"", marked(passage)), "    ", "    ")?;
    }
    Ok(())
}

fn outcome(outcome: Option<Outcome>) -> String {
    match outcome {
        Some(Outcome::Upheld) => format!("{UPHELD}upheld{UPHELD:#}"),
        Some(Outcome::Overturned) => format!("{OVERTURNED}overturned{OVERTURNED:#}"),
        Some(other) => format!("{NAME}{other}{NAME:#}"),
        None => format!("{DIM}outcome not found{DIM:#}"),
    }
}

/// A passage with its matches marked: in colour, or by asterisks where there is none.
fn marked(passage: &Passage) -> String {
    let colour = anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never;
    let (before, after) = if colour {
        (MARK.render().to_string(), MARK.render_reset().to_string())
    } else {
        ("**".to_owned(), "**".to_owned())
    };
    let mut text = String::new();
    let mut from = 0;
    for mark in &passage.marks {
        text += &passage.text[from..mark.start];
        text += &before;
        text += &passage.text[mark.clone()];
        text += &after;
        from = mark.end;
    }
    text + &passage.text[from..]
}

fn print_facet(out: &mut impl Write, facet: &Facet) -> io::Result<()> {
    writeln!(out, "{NAME}{}{NAME:#}", facet.field)?;
    for value in &facet.values {
        writeln!(out, "{:>8}  {}", value.count, value.value)?;
    }
    if facet.missing > 0 {
        writeln!(out, "{:>8}  {DIM}(none){DIM:#}", facet.missing)?;
    }
    Ok(())
}

/// Prints a letter, or one decision of it, by its fields.
pub(crate) fn letter(out: &mut impl Write, letter: &Letter, only: Option<usize>) -> anyhow::Result<()> {
    writeln!(out, "{NAME}{}{NAME:#}  {DIM}{} · {}{DIM:#}", letter.name(), letter.layout, letter.source_file)?;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    field(out, "priority", letter.priority.as_deref())?;
    field(out, "assigned", day(letter.date_assigned).as_deref())?;
    field(out, "injury", day(letter.date_of_injury).as_deref())?;
    field(out, "decided", day(letter.decision_date).as_deref())?;
    field(out, "UR denial", day(letter.ur_denial_date).as_deref())?;
    field(out, "received", day(letter.application_received).as_deref())?;
    let style = match letter.reviewer.style {
        Some(CredentialStyle::Narrative) => " (as told in prose)",
        _ => "",
    };
    let specialties = letter.reviewer.specialties.join(", ");
    field(out, "reviewer", (!specialties.is_empty()).then(|| format!("{specialties}{style}")).as_deref())?;
    let states = letter.reviewer.states_of_licensure.join(", ");
    field(out, "licensed in", (!states.is_empty()).then_some(states.as_str()))?;
    let sex = letter.patient.sex.map(|sex| if sex == Sex::Female { "female" } else { "male" });
    let age = letter.patient.age.map(|age| format!("{age} years"));
    let patient: Vec<&str> = [age.as_deref(), sex].into_iter().flatten().collect();
    field(out, "patient", (!patient.is_empty()).then(|| patient.join(", ")).as_deref())?;
    field(out, "summary", letter.clinical_summary.as_deref())?;
    for shown in letter.decisions.iter().filter(|decision| only.is_none_or(|n| decision.n == n)) {
        decision(out, letter, shown)?;
    }
    let unsegmented = letter.remainder.iter().filter(|passage| passage.kind == PassageKind::Unsegmented);
    for passage in unsegmented.filter(|_| only.is_none()) {
        writeln!(out)?;
        field(out, "unsegmented", Some(&passage.text))?;
    }
    for warning in &letter.warnings {
        field(out, "warning", Some(&warning.to_string()))?;
    }
    writeln!(out)?;
    Ok(())
}

fn decision(out: &mut impl Write, letter: &Letter, decision: &Decision) -> io::Result<()> {
    writeln!(out)?;
    let title = format!("{}  {}", outcome(decision.outcome), decision.treatment);
    wrapped(out, &format!("{NAME}{}{NAME:#}  {title}", id(letter, decision.n)), "", "    ")?;
    field(out, "in dispute", decision.eligible_portion.as_deref())?;
    let drugs = decision.drugs.join(", ");
    let classes = decision.drug_classes.join(", ");
    field(out, "drugs", (!drugs.is_empty()).then(|| format!("{drugs} ({classes})")).as_deref())?;
    field(out, "administrator", decision.administrator_guideline.as_deref())?;
    let cited = citations(&decision.citations.administrator);
    field(out, "  cites", (!cited.is_empty()).then_some(cited.as_str()))?;
    field(out, "reviewer", decision.reviewer_guideline.as_deref())?;
    let cited = citations(&decision.citations.reviewer);
    field(out, "  cites", (!cited.is_empty()).then_some(cited.as_str()))?;
    field(out, "rationale", decision.rationale.as_deref())
}

fn field(out: &mut impl Write, name: &str, value: Option<&str>) -> io::Result<()> {
    let Some(value) = value else { return Ok(()) };
    wrapped(out, value, &format!("  {DIM}{name:<14}{DIM:#}"), &" ".repeat(16))
}

fn wrapped(out: &mut impl Write, text: &str, first: &str, next: &str) -> io::Result<()> {
    let width = textwrap::termwidth().min(WIDEST);
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(next)
        .break_words(false)
        // A quotation is printed as it stands: no line ends inside `12-22-2016`.
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    writeln!(out, "{}", textwrap::fill(text, options))
}
