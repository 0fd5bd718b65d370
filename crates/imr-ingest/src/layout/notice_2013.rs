//! `Notice of Independent Medical Review Determination` (2013).
//!
//! Findings are numbered and printed twice: at the front and under `INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE`.
//! The dates of application and refusal stand in prose; one numbered block a request follows the documents list.

use std::ops::Range;
use std::sync::LazyLock;

use imr_model::{Layout, Letter, Outcome, PassageKind};
use regex::{Captures, Regex};
use regex_automata::meta;

use super::issues::Issue;
use super::outline::Outline;
use super::{Form, add_decision, closes_letter, read_reviewer, read_summary};
use crate::fields::{dates, header};
use crate::reader::Reader;
use crate::text::{Gap, Text, regex, regexes};

pub(super) struct Notice;

impl Form for Notice {
    fn recognise(&self, text: &Text) -> Option<Layout> {
        static OPENING: LazyLock<Regex> =
            LazyLock::new(|| regex(r"(?i)\bnotice\s+of\s+independent\s+medical\s+review\s+determination\b"));
        let opening: String = (0..text.lines().len().min(15)).map(|line| text.line(line)).collect::<Vec<_>>().join(" ");
        OPENING.is_match(&opening).then_some(Layout::Notice2013)
    }

    fn read(&self, reader: &mut Reader<'_>, letter: &mut Letter) {
        let parts = parts(reader.text());
        read_head(reader, letter, parts.head());
        if let Some(body) = parts.body(Part::Qualifications) {
            read_reviewer(reader, letter, body);
        }
        if let Some(body) = parts.body(Part::Summary) {
            read_summary(reader, letter, body);
        }
        let findings = findings(reader.text());
        for range in findings.iter().flat_map(|finding| &finding.places) {
            reader.set_aside(range.clone(), PassageKind::Form);
        }
        let blocks = parts.body(Part::Documents).map(|body| blocks(reader, body)).unwrap_or_default();
        for finding in findings {
            let block = blocks.iter().find(|block| block.number == finding.number);
            add_decision(reader, letter, finding.issue(block));
        }
        for (_, name) in parts.headings() {
            reader.set_aside(name, PassageKind::Form);
        }
    }

    fn prints(&self) -> &'static [&'static str] {
        &[
            "case_number",
            "date_of_injury",
            "decision_date",
            "ur_denial_date",
            "application_received",
            "reviewer.states_of_licensure",
            "reviewer.specialties",
            "clinical_summary",
            "patient.age",
            "patient.sex",
            "decisions",
        ]
    }
}

/// Everything up to the reviewer's qualifications: table, findings, standing text, and the dates in its prose.
fn read_head(reader: &mut Reader<'_>, letter: &mut Letter, head: Range<usize>) {
    static PROSE: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?is)\bfiled\s+on\s+(?P<filed>{date})|\b(?:denial|modification|determination)\s+(?:is\s+|was\s+)?dated\s+(?P<denied>{date})",
            date = dates::DATE
        ))
    });
    let raw = reader.text().raw();
    // The table ends where the findings begin: dates of later prose belong to no label.
    let findings = printed_findings(&raw[head.clone()]);
    let table = findings.first().map_or(head.end, |finding| head.start + finding.whole.start);
    header::read(reader, letter, head.start..table);
    for found in PROSE.captures_iter(&raw[head.clone()]) {
        let date = |name: &str| found.name(name).and_then(|printed| dates::parse(printed.as_str()));
        letter.application_received = letter.application_received.or_else(|| date("filed"));
        letter.ur_denial_date = letter.ur_denial_date.or_else(|| date("denied"));
    }
    reader.set_aside(head, PassageKind::Form);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Qualifications,
    Summary,
    Documents,
}

/// The named parts of the letter's second half.
fn parts(text: &Text) -> Outline<Part> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xim)^\s*(?: (?P<qualifications> medical\s+qualifications\s+of\s+the\s+(?:expert|physician)\s+reviewer\s*: )
             | (?P<summary> (?:(?:expert|physician)\s+reviewer\s+)?case\s+summary\s*: )
             | (?P<documents> documents\s+reviewed\s+for\s+determination\s*: ) )",
        )
    });
    let groups = [("qualifications", Part::Qualifications), ("summary", Part::Summary), ("documents", Part::Documents)];
    Outline::by_groups(text, &NAME, &groups)
}

/// A finding where it is printed.
struct Printed {
    whole: Range<usize>,
    number: Option<u32>,
    treatment: Range<usize>,
    outcome: Outcome,
}

/// `1) MAXIMUS Federal Services, Inc. has determined the request for X is not medically necessary and appropriate.` The
/// text layer of some letters glues words: `is notmedically necessary`; what is glued to the end belongs to it.
///
/// Opening and closing are found by a pattern each: one that counts the characters between them takes many times longer.
fn printed_findings(text: &str) -> Vec<Printed> {
    static OPENING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) (?P<number>\d{1,2}) [.)] \s* maximus\s+federal\s+services,?\s+inc\.?,?\s+has\s+determined\s+(?:that\s+)?the\s+(?:[a-z-]+\s+){0,2}?request(?:ed|s)?(?:\s+for)? \s+",
        )
    });
    static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) \s* \b(?:is|are|was|were) \s* (?:(?P<not>not\s*)|(?P<partly>partial(?:ly)?\s+))? medically\s*necessary\w* (?:\s+and\s+appropriate\w*)? \.?",
        )
    });
    let mut printed: Vec<Printed> = Vec::new();
    let mut closing = CLOSING.captures(text);
    for opening in OPENING.captures_iter(text) {
        let Range { start, end } = opening.get_match().range();
        if printed.last().is_some_and(|before| start < before.whole.end) {
            continue;
        }
        // The treatment has a character at least.
        let from = end + text[end..].chars().next().map_or(0, char::len_utf8);
        closing = closing.filter(|found| found.get_match().start() >= from).or_else(|| CLOSING.captures_at(text, from));
        let Some(found) = &closing else { break };
        let treatment = end..found.get_match().start();
        if text[treatment.clone()].chars().nth(LONGEST_TREATMENT).is_some() {
            continue;
        }
        printed.push(Printed {
            whole: start..found.get_match().end(),
            number: opening["number"].parse().ok(),
            treatment,
            outcome: outcome_of(found),
        });
    }
    printed
}

/// A treatment of more characters has lost the end of its finding.
const LONGEST_TREATMENT: usize = 600;

fn outcome_of(closing: &Captures<'_>) -> Outcome {
    match (closing.name("not"), closing.name("partly")) {
        (Some(_), _) => Outcome::Upheld,
        (None, Some(_)) => Outcome::PartiallyOverturned,
        (None, None) => Outcome::Overturned,
    }
}

/// The determination on one request.
struct Finding {
    number: u32,
    treatment: Range<usize>,
    outcome: Outcome,
    /// Where it is printed.
    places: Vec<Range<usize>>,
}

impl Finding {
    fn issue(self, block: Option<&Block>) -> Issue {
        Issue {
            heading: self.treatment,
            outcome: Some(self.outcome),
            is_finding: true,
            administrator: block.and_then(|block| block.administrator.clone()),
            reviewer: block.and_then(|block| block.reviewer.clone()),
            rationale: block.and_then(|block| block.rationale.clone()),
        }
    }
}

/// The findings in the order of their numbers' first mention; the second printing of a finding adds a place only.
fn findings(text: &Text) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for Printed { whole, number, treatment, outcome } in printed_findings(text.raw()) {
        let Some(number) = number else { continue };
        match findings.iter_mut().find(|known| known.number == number) {
            Some(known) => known.places.push(whole),
            None => findings.push(Finding { number, treatment, outcome, places: vec![whole] }),
        }
    }
    findings
}

/// The reasons for one finding.
struct Block {
    number: u32,
    administrator: Option<Range<usize>>,
    reviewer: Option<Range<usize>>,
    rationale: Option<Range<usize>>,
}

/// The numbered blocks that follow the list of documents; sets that list and the labels aside.
fn blocks(reader: &mut Reader<'_>, body: Range<usize>) -> Vec<Block> {
    let text = reader.text();
    let openings: Vec<(u32, Range<usize>)> = block_openings(&text.raw()[body.clone()])
        .into_iter()
        .map(|(number, place)| (number, body.start + place.start..body.start + place.end))
        .collect();
    let documents_end = openings.first().map_or(body.end, |(_, opening)| opening.start);
    reader.set_aside(body.start..documents_end, PassageKind::Documents);
    let mut blocks = Vec::new();
    for (index, (number, opening)) in openings.iter().enumerate() {
        let end = openings.get(index + 1).map_or_else(|| closing(text, opening.end, body.end), |(_, next)| next.start);
        reader.set_aside(opening.clone(), PassageKind::Form);
        if index + 1 == openings.len() {
            reader.set_aside(end..body.end, PassageKind::Form);
        }
        blocks.push(block(reader, *number, opening.end..end));
    }
    blocks
}

/// `1. Regarding the request for X:`, each with its number.
fn block_openings(text: &str) -> Vec<(u32, Range<usize>)> {
    static OPENING: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?im)^\s*(?P<number>\d{1,2})[.)]\s+regarding\s+the\s+(?:[a-z-]+\s+){0,2}?request(?:ed|s)?\b")
    });
    let mut openings: Vec<(u32, Range<usize>)> = Vec::new();
    let mut end = 0;
    for opening in OPENING.captures_iter(text) {
        let Range { start, end: treatment } = opening.get_match().range();
        let mut near = text[treatment..].char_indices().take(LONGEST_TREATMENT + 1);
        let Some((colon, _)) = near.find(|(_, c)| *c == ':').filter(|_| start >= end) else { continue };
        end = treatment + colon + 1;
        openings.extend(opening["number"].parse().ok().map(|number| (number, start..end)));
    }
    openings
}

/// Where the letter closes, behind the last block.
fn closing(text: &Text, start: usize, end: usize) -> usize {
    let mut lines = text.line_at(start)..text.line_at(end);
    let closing = lines.find(|&line| text.lines()[line].gap != Gap::Line && closes_letter(text.line(line)));
    closing.map_or(end, |line| text.lines()[line].range.start)
}

fn block(reader: &mut Reader<'_>, number: u32, range: Range<usize>) -> Block {
    let text = reader.text();
    let mut block = Block { number, administrator: None, reviewer: None, rationale: None };
    let marks = marks(&text.raw()[range.clone()]);
    for (index, (mark, place)) in marks.iter().enumerate() {
        let next = marks.get(index + 1).map_or(range.end, |(_, next)| range.start + next.start);
        let place = range.start + place.start..range.start + place.end;
        match mark {
            Mark::Administrator => block.administrator = Some(place.start..next),
            Mark::Reviewer => block.reviewer = Some(place.start..next),
            Mark::ReliedUpon => reader.set_aside(place, PassageKind::Form),
            Mark::Rationale => {
                block.rationale = Some(place.end..next);
                reader.set_aside(place, PassageKind::Form);
            }
        }
    }
    block
}

/// What begins a part of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// `Section of the Medical Treatment Utilization Schedule Relied Upon by the Expert Reviewer to Make His/Her
    /// Decision:`
    ReliedUpon,
    Administrator,
    Reviewer,
    Rationale,
}

static MARKS: [(Mark, &str); 4] = [
    (
        Mark::ReliedUpon,
        r"(?: section\s+of\s+the\s+ )? medical\s+treatment\s+ (?: utilization\s+schedule | guidelines? ) \b",
    ),
    (Mark::Administrator, r"\b the\s+claims\s+administrator\s+ (?: based | did\s+not | found | cited | relied )"),
    (Mark::Reviewer, r"\b the\s+(?:expert|physician)\s+reviewer\s+ (?: based | did\s+not | found | cited | relied )"),
    (Mark::Rationale, r"\b rationale\s+for\s+ (?: the\s+ | its\s+ )? decision\s* :"),
];

/// The marks of a block and where they stand, in order. Each counts once, and none counts inside the rationale.
fn marks(block: &str) -> Vec<(Mark, Range<usize>)> {
    static MARK: LazyLock<meta::Regex> = LazyLock::new(|| regexes(&MARKS.map(|(_, pattern)| pattern)));
    let mut marks: Vec<(Mark, Range<usize>)> = Vec::new();
    let mut behind = 0;
    for found in MARK.find_iter(block) {
        let (mark, Range { start, end }) = (MARKS[found.pattern()].0, found.range());
        let end = if mark == Mark::ReliedUpon { end_of_relied_upon(block, end) } else { Some(end) };
        let Some(end) = end.filter(|_| start >= behind) else { continue };
        behind = end;
        if marks.iter().all(|(known, _)| *known != mark) {
            marks.push((mark, start..end));
        }
        if mark == Mark::Rationale {
            break;
        }
    }
    marks
}

/// The end of a label that goes on at a position with `... relied upon ...:`. It is not found by one pattern: one that
/// counts characters takes many times longer for each letter.
fn end_of_relied_upon(block: &str, position: usize) -> Option<usize> {
    static RELIED: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\brelied\s+upon"));
    // Blocks may be long, and name the schedule often.
    let label = block[position..].char_indices().take(LONGEST_LABEL).find(|(_, c)| matches!(c, ':' | '.'));
    let (length, _) = label.filter(|(_, end)| *end == ':')?;
    let label = &block[position..position + length];
    let has_at_most = |text: &str, characters: usize| text.chars().nth(characters).is_none();
    let is_near = |found: regex::Match<'_>| {
        has_at_most(&label[..found.start()], MOST_BEFORE_RELIED)
            && has_at_most(&label[found.end()..], MOST_BEHIND_RELIED)
    };
    RELIED.find_iter(label).any(is_near).then_some(position + length + 1)
}

/// How many characters may stand between the name of the schedule and `relied upon`, and between that and the colon.
const MOST_BEFORE_RELIED: usize = 160;
const MOST_BEHIND_RELIED: usize = 80;
/// And how many in all: these, the words themselves, and blanks between them.
const LONGEST_LABEL: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_a_block() {
        use Mark::{Administrator, Rationale, Reviewer};
        const RELIED: &str = "Section of the Medical Treatment Utilization Schedule Relied Upon by the Expert Reviewer to Make Decision:";
        let label = |before: usize, behind: usize| {
            format!("Medical Treatment Guideline{}relied upon{}:", " ".repeat(before), "y".repeat(behind))
        };
        let longest = label(MOST_BEFORE_RELIED, MOST_BEHIND_RELIED);
        for (block, want) in [
            (
                format!("{RELIED} The Expert Reviewer based it. Rationale for the Decision: x"),
                vec![
                    (Mark::ReliedUpon, RELIED),
                    (Reviewer, "The Expert Reviewer based"),
                    (Rationale, "Rationale for the Decision:"),
                ],
            ),
            (
                "the claims\nadministrator cited Medical Treatment Guidelines. Relied upon:".to_owned(),
                vec![(Administrator, "the claims\nadministrator cited")],
            ),
            (
                "Medical Treatment Guideline relied upon, and relied\nupon:".to_owned(),
                vec![(Mark::ReliedUpon, "Medical Treatment Guideline relied upon, and relied\nupon:")],
            ),
            (longest.clone(), vec![(Mark::ReliedUpon, longest.as_str())]),
            (label(MOST_BEFORE_RELIED + 1, 0), vec![]),
            (label(1, MOST_BEHIND_RELIED + 1), vec![]),
            (
                "Rationale for decision: The Claims Administrator found".to_owned(),
                vec![(Rationale, "Rationale for decision:")],
            ),
            (
                "the physician reviewer found, the expert reviewer found".to_owned(),
                vec![(Reviewer, "the physician reviewer found")],
            ),
        ] {
            let found = marks(&block);
            let got: Vec<(Mark, &str)> = found.into_iter().map(|(mark, range)| (mark, &block[range])).collect();
            assert_eq!(got, want, "case: {block}");
        }
    }
}
