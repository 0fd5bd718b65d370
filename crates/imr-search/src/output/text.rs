//! Output for reading.

use std::io::{self, Write};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use imr_model::{Concepts, CredentialStyle, Decision, Laterality, Letter, Outcome, PassageKind, Sex, Side};
use imr_query::{Answer, Facet, FacetValue, Hit, Passage};
use imr_vocabulary::Entry;

use super::{citations, id};

const NAME: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MARK: Style = AnsiColor::Yellow.on_default().bold();
const UPHELD: Style = AnsiColor::Red.on_default().bold();
const OVERTURNED: Style = AnsiColor::Green.on_default().bold();

/// The columns that names of fields take.
const COLUMNS: usize = 16;

/// Lines are wrapped at the width of the terminal, at most this.
const WIDEST: usize = 110;

/// Prints hits as cards, then facets.
pub(crate) fn answer(out: &mut impl Write, answer: &mut Answer) -> anyhow::Result<()> {
    let any = answer.remaining() > 0;
    for (index, hit) in answer.hits().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        card(out, &hit?)?;
    }
    if any && !answer.facets.is_empty() {
        writeln!(out)?;
    }
    facets(out, &answer.facets)
}

/// Prints facets.
pub(crate) fn facets(out: &mut impl Write, facets: &[Facet]) -> anyhow::Result<()> {
    for (index, facet) in facets.iter().enumerate() {
        if index > 0 {
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

/// Prints the values of a facet, each under its parent.
fn print_facet(out: &mut impl Write, facet: &Facet) -> io::Result<()> {
    let widened = if facet.widened { format!("  {DIM}(conditions on it left out){DIM:#}") } else { String::new() };
    writeln!(out, "{NAME}{}{NAME:#}{widened}", facet.field)?;
    print_values(out, &facet.values, 0)?;
    if facet.missing > 0 {
        writeln!(out, "{:>8}  {DIM}(none){DIM:#}", facet.missing)?;
    }
    Ok(())
}

fn print_values(out: &mut impl Write, values: &[FacetValue], level: usize) -> io::Result<()> {
    for FacetValue { value, count, children } in values {
        writeln!(out, "{}{count:>8}  {value}", "    ".repeat(level))?;
        print_values(out, children, level + 1)?;
    }
    Ok(())
}

/// Prints a letter, or one decision of it, by its fields.
pub(crate) fn letter(out: &mut impl Write, letter: &Letter, only: Option<usize>) -> anyhow::Result<()> {
    writeln!(out, "{NAME}{}{NAME:#}  {DIM}{} · {}{DIM:#}", letter.name(), letter.layout, letter.source_file)?;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    field(out, "priority", letter.priority.as_deref(), COLUMNS)?;
    field(out, "assigned", day(letter.date_assigned).as_deref(), COLUMNS)?;
    field(out, "injury", day(letter.date_of_injury).as_deref(), COLUMNS)?;
    field(out, "decided", day(letter.decision_date).as_deref(), COLUMNS)?;
    field(out, "UR denial", day(letter.ur_denial_date).as_deref(), COLUMNS)?;
    field(out, "received", day(letter.application_received).as_deref(), COLUMNS)?;
    let style = match letter.reviewer.style {
        Some(CredentialStyle::Narrative) => " (as told in prose)",
        _ => "",
    };
    let specialties = letter.reviewer.specialties.join(", ");
    field(out, "reviewer", (!specialties.is_empty()).then(|| format!("{specialties}{style}")).as_deref(), COLUMNS)?;
    let states = letter.reviewer.states_of_licensure.join(", ");
    field(out, "licensed in", (!states.is_empty()).then_some(states.as_str()), COLUMNS)?;
    let sex = letter.patient.sex.map(|sex| if sex == Sex::Female { "female" } else { "male" });
    let age = letter.patient.age.map(|age| format!("{age} years"));
    let patient: Vec<&str> = [age.as_deref(), sex].into_iter().flatten().collect();
    field(out, "patient", (!patient.is_empty()).then(|| patient.join(", ")).as_deref(), COLUMNS)?;
    field(out, "summary", letter.clinical_summary.as_deref(), COLUMNS)?;
    for shown in letter.decisions.iter().filter(|decision| only.is_none_or(|n| decision.n == n)) {
        decision(out, letter, shown)?;
    }
    let unsegmented = letter.remainder.iter().filter(|passage| passage.kind == PassageKind::Unsegmented);
    for passage in unsegmented.filter(|_| only.is_none()) {
        writeln!(out)?;
        field(out, "unsegmented", Some(&passage.text), COLUMNS)?;
    }
    for warning in &letter.warnings {
        field(out, "warning", Some(&warning.to_string()), COLUMNS)?;
    }
    writeln!(out)?;
    Ok(())
}

fn decision(out: &mut impl Write, letter: &Letter, decision: &Decision) -> io::Result<()> {
    writeln!(out)?;
    let title = format!("{}  {}", outcome(decision.outcome), decision.treatment);
    wrapped(out, &format!("{NAME}{}{NAME:#}  {title}", id(letter, decision.n)), "", "    ")?;
    field(out, "in dispute", decision.eligible_portion.as_deref(), COLUMNS)?;
    concepts(out, &decision.concepts)?;
    field(out, "administrator", decision.administrator_guideline.as_deref(), COLUMNS)?;
    let cited = citations(&decision.citations.administrator);
    field(out, "  cites", (!cited.is_empty()).then_some(cited.as_str()), COLUMNS)?;
    field(out, "reviewer", decision.reviewer_guideline.as_deref(), COLUMNS)?;
    let cited = citations(&decision.citations.reviewer);
    field(out, "  cites", (!cited.is_empty()).then_some(cited.as_str()), COLUMNS)?;
    field(out, "rationale", decision.rationale.as_deref(), COLUMNS)
}

/// What a decision is about, a line a subject.
fn concepts(out: &mut impl Write, concepts: &Concepts) -> io::Result<()> {
    let mut line = |name, parts: &[&str], joiner| {
        let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        field(out, name, (!parts.is_empty()).then(|| parts.join(joiner)).as_deref(), COLUMNS)
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let joined = |list: &[String]| list.join(", ");
    line("category", &[&text(&concepts.category), &text(&concepts.subcategory)], " / ")?;
    line("procedure", &[&text(&concepts.procedure), &joined(&concepts.other_procedures)], ", ")?;
    let drugs = joined(&concepts.drugs);
    let classes = format!("({})", joined(&concepts.drug_classes));
    line("drugs", &[&drugs, if concepts.drug_classes.is_empty() { "" } else { &classes }], " ")?;
    let side = concepts.laterality.map_or("", Laterality::as_str);
    line("region", &[side, &joined(&concepts.body_regions), &joined(&concepts.spinal_levels)], " · ")?;
    let flags = [("retrospective", concepts.retrospective), ("goes with an operation", concepts.dependent)];
    let flags: Vec<&str> = flags.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
    line("request", &flags, ", ")?;
    if let Some(partial) = &concepts.partial {
        line("authorized", &[&partial.authorized], "")?;
    }
    line("gaps", &[&joined(&concepts.gaps)], "")
}

/// A named value; names take so many columns.
pub(crate) fn field(out: &mut impl Write, name: &str, value: Option<&str>, columns: usize) -> io::Result<()> {
    let Some(value) = value else { return Ok(()) };
    let width = columns - 2;
    wrapped(out, value, &format!("  {DIM}{name:<width$}{DIM:#}"), &" ".repeat(columns))
}

/// Prints a row of a vocabulary table.
pub(crate) fn entry(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    writeln!(out, "{NAME}{}{NAME:#}  {DIM}{}{DIM:#}", entry.name, entry.table)?;
    for (column, value) in &entry.facts {
        field(out, column, Some(value), COLUMNS)?;
    }
    let names = entry.names.join("; ");
    field(out, "names", (!names.is_empty()).then_some(names.as_str()), COLUMNS)
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
