//! Output for reading.

use std::io::{self, Write};
use std::ops::Range;

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use imr_model::{Concepts, CredentialStyle, Decision, Laterality, Letter, Outcome, PassageKind, Side};
use imr_output::{OutputField, citations, grouped, id, sex, value};
use imr_query::{Answer, Explanation, Facet, FacetValue, Hit};
use imr_vocabulary::Entry;

const NAME: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MARK: Style = AnsiColor::Yellow.on_default().bold();
const UPHELD: Style = AnsiColor::Red.on_default().bold();
const OVERTURNED: Style = AnsiColor::Green.on_default().bold();

/// The columns that names of fields take.
const COLUMNS: usize = 16;

/// Lines are wrapped at the width of the terminal, at most this.
const WIDEST: usize = 110;

/// How text is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    width: usize,
    is_wide: bool,
}

impl Look {
    /// Lines as wide as the terminal but not too wide to read, or in full.
    pub(crate) fn new(is_wide: bool) -> Self {
        let width = if is_wide { usize::MAX } else { textwrap::termwidth().min(WIDEST) };
        Self { width, is_wide }
    }

    /// Prints a text of a hit behind its name, as cards do.
    pub(crate) fn named(self, out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.print(out, &format!("{DIM}{name}:{DIM:#} {text}"), "    ", "      ") }
    }

    /// Prints a text, its first line behind `first` and the others behind `next`.
    pub(crate) fn print(self, out: &mut impl Write, text: &str, first: &str, next: &str) -> io::Result<()> {
        if self.is_wide {
            return writeln!(out, "{first}{}", one_line(text));
        }
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(next)
            .break_words(false)
            // A quotation is printed as it stands: no line ends inside `12-22-2016`.
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        writeln!(out, "{}", textwrap::fill(text, options))
    }
}

/// A text on one line, without tabs.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How hits are shown.
pub(crate) struct Cards<'f> {
    /// How lines are laid out.
    pub(crate) look: Look,
    /// Fields to print in place of the usual ones; empty for these.
    pub(crate) fields: Vec<&'f OutputField>,
    /// Decisions stand under their letter.
    pub(crate) by_letter: bool,
}

/// Prints hits as cards, then facets.
pub(crate) fn answer(out: &mut impl Write, answer: &mut Answer, cards: &Cards) -> anyhow::Result<()> {
    let any = answer.remaining() > 0;
    let mut before: Option<String> = None;
    for hit in answer.hits() {
        let hit = hit?;
        let is_new = before.as_ref() != Some(&hit.letter.digest);
        if before.is_some() && (is_new || !cards.by_letter) {
            writeln!(out)?;
        }
        if is_new && cards.by_letter {
            letter_heading(out, &hit.letter, cards.look)?;
        }
        card(out, &hit, cards)?;
        before = Some(hit.letter.digest);
    }
    if any && !answer.facets.is_empty() {
        writeln!(out)?;
    }
    facets(out, &answer.facets)
}

/// Prints hits as lines of `name: value`, with an empty line between two hits; then facets, a line a value.
pub(crate) fn plain(out: &mut impl Write, answer: &mut Answer, fields: &[&OutputField]) -> anyhow::Result<()> {
    for (index, hit) in answer.hits().enumerate() {
        let hit = hit?;
        if index > 0 {
            writeln!(out)?;
        }
        for field in fields {
            writeln!(out, "{}", format!("{}: {}", field.name, one_line(&value(field, &hit).cell())).trim_end())?;
        }
    }
    for facet in &answer.facets {
        writeln!(out)?;
        plain_values(out, &facet.field, "", &facet.values)?;
        if facet.missing > 0 {
            writeln!(out, "{}: {} (none)", facet.field, facet.missing)?;
        }
    }
    Ok(())
}

fn plain_values(out: &mut impl Write, field: &str, parents: &str, values: &[FacetValue]) -> io::Result<()> {
    for FacetValue { value, count, children } in values {
        writeln!(out, "{field}: {count} {parents}{value}")?;
        plain_values(out, field, &format!("{parents}{value} > "), children)?;
    }
    Ok(())
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

/// What the decisions of a letter have in common.
fn letter_heading(out: &mut impl Write, letter: &Letter, look: Look) -> io::Result<()> {
    let facts = letter_facts(letter);
    let facts = if facts.is_empty() { facts } else { format!("  {DIM}{facts}{DIM:#}") };
    look.print(out, &format!("{NAME}{}{NAME:#}{facts}", letter.name()), "", "    ")
}

/// Specialties and date.
fn letter_facts(letter: &Letter) -> String {
    let date = letter.decision_date.map(|date| format!("decided {date}"));
    let specialties = Some(letter.reviewer.specialties.join(", ")).filter(|list| !list.is_empty());
    [specialties, date].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Prints a hit.
pub(crate) fn card(out: &mut impl Write, hit: &Hit, cards: &Cards) -> io::Result<()> {
    let (letter, look) = (&hit.letter, cards.look);
    let (indent, name) = match (cards.by_letter, hit.n) {
        (true, n) => ("  ", format!("#{n}")),
        (false, 0) => ("", letter.name().to_owned()),
        (false, n) => ("", id(letter.name(), n)),
    };
    let title = match hit.decision() {
        Some(decision) => format!("{}  {}", outcome(decision.outcome), decision.treatment),
        None => format!("unsegmented text of {}", letter.source_file),
    };
    look.print(out, &format!("{NAME}{name}{NAME:#}  {title}"), indent, "    ")?;
    if cards.fields.is_empty() {
        usual_fields(out, hit, cards)?;
    } else {
        chosen_fields(out, hit, cards)?;
    }
    if hit.folded > 0 {
        let folded = grouped(hit.folded);
        look.print(out, &format!("{DIM}and {folded} more with the same rationale{DIM:#}"), "    ", "    ")?;
    }
    match &hit.explanation {
        Some(explanation) => explained(out, explanation, 2),
        None => Ok(()),
    }
}

fn usual_fields(out: &mut impl Write, hit: &Hit, cards: &Cards) -> io::Result<()> {
    let look = cards.look;
    let facts = letter_facts(&hit.letter);
    if !facts.is_empty() && !cards.by_letter {
        look.print(out, &facts, "    ", "    ")?;
    }
    if let Some(decision) = hit.decision() {
        for (side, name) in [(Side::Reviewer, "reviewer cites"), (Side::Administrator, "administrator cites")] {
            let cited = citations(decision.citations.of(side));
            if !cited.is_empty() {
                look.print(out, &format!("{DIM}{name}:{DIM:#} {cited}"), "    ", "      ")?;
            }
        }
    }
    if let Some(passage) = hit.passage.as_ref().filter(|passage| !passage.text.is_empty()) {
        let name =
            if passage.field == "rationale" { String::new() } else { format!("{DIM}{}:{DIM:#} ", passage.field) };
        look.print(out, &format!("{name}\"{}\"", marked(&passage.text, &passage.marks)), "    ", "    ")?;
    }
    Ok(())
}

/// The fields that were asked for and stand not in the title, where the letter has them.
fn chosen_fields(out: &mut impl Write, hit: &Hit, cards: &Cards) -> io::Result<()> {
    let is_in_title = |name: &str| matches!(name, "id" | "outcome" | "treatment" | "folded" | "explanation");
    for shown in cards.fields.iter().filter(|field| !is_in_title(&field.name)) {
        let value = value(shown, hit);
        let text = value.cell();
        if !text.is_empty() {
            cards.look.print(out, &format!("{DIM}{}:{DIM:#} {text}", shown.name), "    ", "      ")?;
        }
    }
    Ok(())
}

/// Prints the parts of a score, each under what it is a part of.
pub(crate) fn explained(out: &mut impl Write, explanation: &Explanation, level: usize) -> io::Result<()> {
    let Explanation { what, score, matches, parts } = explanation;
    let told = match (matches, *score > 0.0) {
        (true, true) => format!("{score:.2}"),
        (true, false) => "yes".to_owned(),
        (false, _) => "no".to_owned(),
    };
    writeln!(out, "{}{told:>6}  {DIM}{what}{DIM:#}", "  ".repeat(level))?;
    parts.iter().try_for_each(|part| explained(out, part, level + 1))
}

fn outcome(outcome: Option<Outcome>) -> String {
    match outcome {
        Some(Outcome::Upheld) => format!("{UPHELD}upheld{UPHELD:#}"),
        Some(Outcome::Overturned) => format!("{OVERTURNED}overturned{OVERTURNED:#}"),
        Some(other) => format!("{NAME}{other}{NAME:#}"),
        None => format!("{DIM}outcome not found{DIM:#}"),
    }
}

/// A text with marks in it, which stand in order without overlaps: in colour, or by asterisks where there is none.
pub(crate) fn marked(printed: &str, marks: &[Range<usize>]) -> String {
    let colour = anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never;
    let (before, after) = if colour {
        (MARK.render().to_string(), MARK.render_reset().to_string())
    } else {
        ("**".to_owned(), "**".to_owned())
    };
    let mut text = String::new();
    let mut from = 0;
    for mark in marks {
        text += &printed[from..mark.start];
        text += &before;
        text += &printed[mark.clone()];
        text += &after;
        from = mark.end;
    }
    text + &printed[from..]
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
pub(crate) fn letter(out: &mut impl Write, letter: &Letter, only: Option<usize>, look: Look) -> anyhow::Result<()> {
    writeln!(out, "{NAME}{}{NAME:#}  {DIM}{} · {}{DIM:#}", letter.name(), letter.layout, letter.source_file)?;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    field(out, "priority", letter.priority.as_deref(), look)?;
    field(out, "assigned", day(letter.date_assigned).as_deref(), look)?;
    field(out, "injury", day(letter.date_of_injury).as_deref(), look)?;
    field(out, "decided", day(letter.decision_date).as_deref(), look)?;
    field(out, "UR denial", day(letter.ur_denial_date).as_deref(), look)?;
    field(out, "received", day(letter.application_received).as_deref(), look)?;
    let style = match letter.reviewer.style {
        Some(CredentialStyle::Narrative) => " (as told in prose)",
        _ => "",
    };
    let specialties = letter.reviewer.specialties.join(", ");
    field(out, "reviewer", (!specialties.is_empty()).then(|| format!("{specialties}{style}")).as_deref(), look)?;
    let states = letter.reviewer.states_of_licensure.join(", ");
    field(out, "licensed in", (!states.is_empty()).then_some(states.as_str()), look)?;
    let sex = letter.patient.sex.map(sex);
    let age = letter.patient.age.map(|age| format!("{age} years"));
    let patient: Vec<&str> = [age.as_deref(), sex].into_iter().flatten().collect();
    field(out, "patient", (!patient.is_empty()).then(|| patient.join(", ")).as_deref(), look)?;
    field(out, "summary", letter.clinical_summary.as_deref(), look)?;
    for shown in letter.decisions.iter().filter(|decision| only.is_none_or(|n| decision.n == n)) {
        decision(out, letter, shown, look)?;
    }
    let unsegmented = letter.remainder.iter().filter(|passage| passage.kind == PassageKind::Unsegmented);
    for passage in unsegmented.filter(|_| only.is_none()) {
        writeln!(out)?;
        field(out, "unsegmented", Some(&passage.text), look)?;
    }
    for warning in &letter.warnings {
        field(out, "warning", Some(&warning.to_string()), look)?;
    }
    writeln!(out)?;
    Ok(())
}

/// Prints the first line of a decision: its id, its outcome and what was asked for.
pub(crate) fn title(
    out: &mut impl Write,
    id: &str,
    decided: Option<Outcome>,
    treatment: &str,
    look: Look,
) -> io::Result<()> {
    look.print(out, &format!("{NAME}{id}{NAME:#}  {}  {treatment}", outcome(decided)), "", "    ")
}

fn decision(out: &mut impl Write, letter: &Letter, decision: &Decision, look: Look) -> io::Result<()> {
    writeln!(out)?;
    title(out, &id(letter.name(), decision.n), decision.outcome, &decision.treatment, look)?;
    field(out, "in dispute", decision.eligible_portion.as_deref(), look)?;
    concepts(out, &decision.concepts, look)?;
    field(out, "administrator", decision.administrator_guideline.as_deref(), look)?;
    let cited = citations(&decision.citations.administrator);
    field(out, "  cites", (!cited.is_empty()).then_some(cited.as_str()), look)?;
    field(out, "reviewer", decision.reviewer_guideline.as_deref(), look)?;
    let cited = citations(&decision.citations.reviewer);
    field(out, "  cites", (!cited.is_empty()).then_some(cited.as_str()), look)?;
    field(out, "rationale", decision.rationale.as_deref(), look)
}

/// What a decision is about, a line a subject.
fn concepts(out: &mut impl Write, concepts: &Concepts, look: Look) -> io::Result<()> {
    let mut line = |name, parts: &[&str], joiner| {
        let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        field(out, name, (!parts.is_empty()).then(|| parts.join(joiner)).as_deref(), look)
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

/// Prints a named value of a letter.
pub(crate) fn field(out: &mut impl Write, name: &str, value: Option<&str>, look: Look) -> io::Result<()> {
    named(out, name, value, COLUMNS, look)
}

/// A named value; names take so many columns.
pub(crate) fn named(
    out: &mut impl Write,
    name: &str,
    value: Option<&str>,
    columns: usize,
    look: Look,
) -> io::Result<()> {
    let Some(value) = value else { return Ok(()) };
    let width = columns - 2;
    look.print(out, value, &format!("  {DIM}{name:<width$}{DIM:#}"), &" ".repeat(columns))
}

/// Prints a row of a vocabulary table.
pub(crate) fn entry(out: &mut impl Write, entry: &Entry, look: Look) -> io::Result<()> {
    writeln!(out, "{NAME}{}{NAME:#}  {DIM}{}{DIM:#}", entry.name, entry.table)?;
    for (column, value) in &entry.facts {
        field(out, column, Some(value), look)?;
    }
    let names = entry.names.join("; ");
    field(out, "names", (!names.is_empty()).then_some(names.as_str()), look)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(hit: &Hit, fields: Vec<&OutputField>) -> String {
        let mut out = Vec::new();
        card(&mut out, hit, &Cards { look: Look { width: 80, is_wide: false }, fields, by_letter: false }).unwrap();
        anstream::adapter::strip_bytes(&out).into_vec().into_iter().map(char::from).collect()
    }

    #[test]
    fn a_card_tells_what_is_folded_and_explains_its_rank() {
        let part = |what: &str, score, matches, parts| Explanation { what: what.to_owned(), score, matches, parts };
        let words =
            vec![part("norco in treatment", 1.5, true, vec![]), part("weaning in rationale", 0.0, false, vec![])];
        let parts = vec![part("any of", 1.5, true, words), part("outcome:upheld", 0.0, true, vec![])];
        let hit = Hit {
            letter: Letter::new("a", "a.txt"),
            n: 0,
            score: 1.5,
            passage: None,
            folded: 1_400,
            explanation: Some(part("all of", 1.5, true, parts)),
        };
        expect_test::expect![[r"
            a  unsegmented text of a.txt
                and 1,400 more with the same rationale
                  1.50  all of
                    1.50  any of
                      1.50  norco in treatment
                        no  weaning in rationale
                     yes  outcome:upheld
        "]]
        .assert_eq(&printed(&hit, Vec::new()));
    }
}
