//! What was found out about citations and quotations.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use imr_output::{Sheet, counted, id};
use imr_precedent::{
    Altered, CaseFinding, Change, Checked, Edit, Place, QuotationFinding, QuotedLetter, SHORTEST_QUOTATION, Status,
    Verdict,
};
use serde::Serialize;

use super::text::Look;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// A longer stretch of words that differ, or that stand around these, is shown by its ends.
const SHOWN: usize = 24;

/// A decision or a letter, cited.
#[derive(Serialize)]
pub(crate) struct CitedDecision {
    /// As it is called: `CM16-0213037#2`.
    pub(crate) id: String,
    /// The digest of the letter.
    pub(crate) digest: String,
    /// The citation.
    pub(crate) citation: String,
    /// A quotation of it.
    pub(crate) quotation: Option<VerifiedQuotation>,
}

/// A quotation, verified against one letter.
#[derive(Serialize)]
pub(crate) struct VerifiedQuotation {
    text: String,
    status: Status,
    /// Where it stands, or the passage that is nearest to it.
    found: Option<Place>,
    edits: Vec<Edit>,
    changes: Vec<Change>,
    /// Why an editing mark is not to be accepted.
    objection: Option<String>,
}

impl VerifiedQuotation {
    /// Verifies a quotation of decision `n`, or of any.
    pub(crate) fn new(letter: &QuotedLetter, text: &str, n: Option<usize>) -> Self {
        let found = |status, found| Self {
            text: text.to_owned(),
            status,
            found,
            edits: Vec::new(),
            changes: Vec::new(),
            objection: None,
        };
        let like = |status, Altered { place, changes, objection, .. }| Self {
            changes,
            objection,
            ..found(status, Some(place))
        };
        match letter.verify(text, n) {
            Verdict::Verbatim { place, edits } => {
                let is_meant = n.is_none() || place.decision.is_none() || place.decision == n;
                let status = if is_meant { Status::Verbatim } else { Status::Misattributed };
                Self { edits, ..found(status, Some(place)) }
            }
            Verdict::Altered(nearest) => like(Status::Altered, nearest),
            Verdict::NotFound => match letter.nearest(text, n) {
                Some(nearest) => like(Status::NotFound, nearest),
                None => found(Status::NotFound, None),
            },
        }
    }

    /// Whether it stands where it should.
    pub(crate) fn holds(&self) -> bool {
        self.status == Status::Verbatim
    }

    fn verdict(&self) -> String {
        let place = self.found.as_ref().map(|place| format!("{place} (letter {})", place.digest)).unwrap_or_default();
        match (self.status, &self.found) {
            (Status::Verbatim, _) => format!("verbatim: {place}"),
            (Status::Misattributed, _) => format!("found, but in another decision: {place}"),
            (Status::Altered, _) => format!("altered: {place}"),
            (Status::NotFound, Some(_)) => format!("not found; the nearest passage: {place}"),
            (Status::NotFound, None) => "not found; nothing in the letter is like it".to_owned(),
        }
    }
}

/// Prints a citation, and what was found out about a quotation.
pub(crate) fn cited(out: &mut impl Write, cited: &CitedDecision, look: Look) -> anyhow::Result<()> {
    writeln!(out, "{}", cited.citation)?;
    let Some(quotation) = &cited.quotation else { return Ok(()) };
    let style = if quotation.holds() { GOOD } else { BAD };
    look.print(out, &format!("{style}{}{style:#}", quotation.verdict()), "", "    ")?;
    remarks(out, look, &quotation.edits, quotation.objection.as_deref(), &quotation.changes)
}

/// What there is to say of a quotation, a line each, and the words that differ.
fn remarks(
    out: &mut impl Write,
    look: Look,
    edits: &[Edit],
    objection: Option<&str>,
    changes: &[Change],
) -> anyhow::Result<()> {
    let edits: Vec<String> = edits.iter().map(Edit::to_string).collect();
    if !edits.is_empty() {
        look.print(out, &format!("{DIM}marks:{DIM:#} {}", edits.join("; ")), "    ", "      ")?;
    }
    if let Some(objection) = objection {
        look.print(out, &format!("{BAD}{objection}{BAD:#}"), "    ", "      ")?;
    }
    if changes.iter().any(|change| matches!(change, Change::Changed { .. } | Change::Spliced { .. })) {
        look.print(out, &side_by_side(changes, true), "    ", "    ")?;
    }
    Ok(())
}

/// A comparison as one text, in the style of `wdiff`: `[-letter-]{+quotation+}`.
fn side_by_side(changes: &[Change], is_coloured: bool) -> String {
    let (bad, good) = if is_coloured { (BAD, GOOD) } else { (Style::new(), Style::new()) };
    let part = |change: &Change| match change {
        Change::Same { text } => shortened(text),
        Change::Ellipsis => "...".to_owned(),
        Change::Spliced { words } => format!("{bad}[-{}-]{bad:#}", counted(*words, "word")),
        Change::Changed { letter, quotation } => {
            let gone = if letter.is_empty() { String::new() } else { format!("{bad}[-{}-]{bad:#}", shortened(letter)) };
            let new = if quotation.is_empty() { String::new() } else { format!("{good}{{+{quotation}+}}{good:#}") };
            gone + &new
        }
    };
    changes.iter().map(part).collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= SHOWN {
        return words.join(" ");
    }
    let half = SHOWN / 2;
    format!("{} ... {}", words[..half].join(" "), words[words.len() - half..].join(" "))
}

/// Prints what was found out about a brief.
pub(crate) fn text(out: &mut impl Write, checked: &Checked, look: Look) -> anyhow::Result<()> {
    for case in &checked.cases {
        let style = if case.in_index && case.unknown_issues.is_empty() { GOOD } else { BAD };
        let spots = spots(case);
        look.print(out, &format!("{style}{}{style:#}  {}; {spots}", case.case, of_case(case)), "", "    ")?;
    }
    for finding in &checked.quotations {
        writeln!(out)?;
        of_quotation(out, finding, look)?;
    }
    if !(checked.cases.is_empty() && checked.quotations.is_empty()) {
        writeln!(out)?;
    }
    look.print(out, &summary(checked), "", "    ")?;
    Ok(())
}

fn of_case(case: &CaseFinding) -> String {
    if !case.in_index {
        return "not in this index".to_owned();
    }
    let unknown: Vec<String> = case.unknown_issues.iter().map(|issue| format!("#{issue}")).collect();
    let unknown = if unknown.is_empty() { String::new() } else { format!(", no {}", unknown.join(", ")) };
    format!("in the index, {}{unknown}", counted(case.decisions, "decision"))
}

fn spots(case: &CaseFinding) -> String {
    case.spots.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn of_quotation(out: &mut impl Write, finding: &QuotationFinding, look: Look) -> anyhow::Result<()> {
    let style = if finding.status == Status::Verbatim { GOOD } else { BAD };
    let (status, spot, text) = (finding.status.as_str(), finding.spot, shortened(&finding.text));
    look.print(out, &format!("{style}{status}{style:#}  {spot}: \"{text}\""), "", "    ")?;
    if let Some(place) = &finding.found {
        look.print(out, &format!("{place} (letter {})", place.digest), "    ", "      ")?;
    }
    if finding.status == Status::Altered && !finding.cited.is_empty() {
        look.print(out, &format!("{DIM}cited:{DIM:#} {}", finding.cited.join(", ")), "    ", "      ")?;
    }
    if let Some(place) = &finding.elsewhere {
        look.print(out, &format!("word for word in {place}, which is not cited"), "    ", "      ")?;
    }
    if let Some(hint) = &finding.hint {
        look.print(out, hint, "    ", "      ")?;
    }
    remarks(out, look, &finding.edits, finding.objection.as_deref(), &finding.changes)
}

fn summary(checked: &Checked) -> String {
    let totals = checked.totals;
    let mut text = counted(totals.cases, "case");
    if totals.unknown_cases > 0 {
        text += &format!(" ({} not in this index)", totals.unknown_cases);
    }
    text += &format!(
        ", {}: {} verbatim, {} altered, {} misattributed, {} not found",
        counted(totals.quotations, "quotation"),
        totals.verbatim,
        totals.altered,
        totals.misattributed,
        totals.not_found
    );
    if totals.short > 0 {
        text += &format!("; {} of less than {SHORTEST_QUOTATION} words not looked for", totals.short);
    }
    text
}

const COLUMNS: [&str; 11] =
    ["place", "kind", "status", "cited", "text", "found_in", "section", "sentence", "digest", "changes", "hint"];

/// A row a finding.
pub(crate) fn sheet(checked: &Checked) -> Sheet<'static> {
    let mut sheet = Sheet::new(COLUMNS);
    for case in &checked.cases {
        let status = match (case.in_index, case.unknown_issues.is_empty()) {
            (false, _) => "not in this index",
            (true, false) => "no such issue",
            (true, true) => "in the index",
        };
        let cells = [&spots(case), "case", status, &case.case, "", "", "", "", "", "", &of_case(case)];
        sheet.row(cells.map(str::to_owned));
    }
    for finding in &checked.quotations {
        let [found_in, section, sentence, digest] = place_cells(finding.found.as_ref());
        let hints = [finding.objection.as_deref(), finding.hint.as_deref()];
        sheet.row([
            finding.spot.to_string(),
            "quotation".to_owned(),
            finding.status.as_str().to_owned(),
            finding.cited.join("; "),
            finding.text.clone(),
            found_in,
            section,
            sentence,
            digest,
            cell(&finding.changes),
            hints.into_iter().flatten().collect::<Vec<_>>().join("; "),
        ]);
    }
    sheet
}

/// A row a citation.
pub(crate) fn sheet_of_cited(cited: &[CitedDecision]) -> Sheet<'static> {
    let mut sheet =
        Sheet::new(["id", "citation", "digest", "status", "text", "found_in", "section", "sentence", "changes"]);
    for cited in cited {
        let quotation = cited.quotation.as_ref();
        let [found_in, section, sentence, _] = place_cells(quotation.and_then(|quotation| quotation.found.as_ref()));
        sheet.row([
            cited.id.clone(),
            cited.citation.clone(),
            cited.digest.clone(),
            quotation.map(|quotation| quotation.status.as_str().to_owned()).unwrap_or_default(),
            quotation.map(|quotation| quotation.text.clone()).unwrap_or_default(),
            found_in,
            section,
            sentence,
            quotation.map(|quotation| cell(&quotation.changes)).unwrap_or_default(),
        ]);
    }
    sheet
}

fn place_cells(place: Option<&Place>) -> [String; 4] {
    let Some(place) = place else { return Default::default() };
    let found_in = place.decision.map_or_else(|| place.letter.clone(), |n| id(&place.letter, n));
    let sentences = match (place.first_sentence, place.last_sentence) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    };
    [found_in, place.section.to_string(), sentences, place.digest.clone()]
}

fn cell(changes: &[Change]) -> String {
    let differs = |change: &Change| matches!(change, Change::Changed { .. } | Change::Spliced { .. });
    if changes.iter().any(differs) { side_by_side(changes, false) } else { String::new() }
}
