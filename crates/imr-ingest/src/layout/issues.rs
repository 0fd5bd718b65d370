//! The section in which final determination letters decide: for each disputed treatment a heading that ends in the
//! outcome, then up to three labelled paragraphs (what the claims administrator relied on, what the reviewer relied on,
//! and the rationale).
//!
//! Labels are found first; they are fixed phrases at the start of a line. The heading of an issue is what stands before
//! its first label, up to the end of the paragraph before. Where that is depends on what the text kept of its layout:
//! see [`HeadingSearch`].

use std::ops::Range;
use std::sync::LazyLock;

use imr_model::{Outcome, PassageKind};
use regex::Regex;
use regex_automata::meta;

use super::closes_letter;
use crate::fields::heading;
use crate::reader::Reader;
use crate::text::{Gap, Text, begins_with, regex, regexes};

/// The labelled paragraphs of an issue, in the order in which letters print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Administrator,
    Reviewer,
    Rationale,
}

/// One disputed treatment: where its parts stand in the text.
#[derive(Debug)]
pub(super) struct Issue {
    pub(super) heading: Range<usize>,
    pub(super) outcome: Option<Outcome>,
    /// The heading is a numbered finding: `1. The request for X is not medically necessary.`
    pub(super) is_finding: bool,
    pub(super) administrator: Option<Range<usize>>,
    pub(super) reviewer: Option<Range<usize>>,
    pub(super) rationale: Option<Range<usize>>,
}

/// Finds the issues that stand in a range of the text, and sets their labels and outcome words aside.
pub(super) fn find(reader: &mut Reader<'_>, section: Range<usize>) -> Vec<Issue> {
    let text = reader.text();
    let groups = group(text, anchors(text, &section), &section);
    let search = HeadingSearch::new(text, &groups);
    let mut headings: Vec<Range<usize>> = Vec::new();
    let mut bound = text.line_at(section.start);
    for group in &groups {
        let start = text.lines()[search.first_line(group, bound)].range.start;
        headings.push(start.min(group.heading_end)..group.heading_end);
        bound = text.line_at(group.last_start()) + 1;
    }
    let mut issues = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let end = headings.get(index + 1).map_or_else(|| end_of_last(text, group, section.end), |next| next.start);
        if index + 1 == groups.len() && end < section.end && closes_letter(text.line(text.line_at(end))) {
            reader.set_aside(end..section.end, PassageKind::Form);
        }
        issues.push(group.issue(reader, headings[index].clone(), end));
    }
    issues
}

/// A place in the text that tells where an issue is.
struct Anchor {
    kind: AnchorKind,
    start: usize,
    /// Where the paragraph behind a label begins.
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AnchorKind {
    /// `Decision rationale:`
    Label(Label),
    /// The label is the start of the paragraph's own sentence: `The Claims Administrator based its decision on ...`
    Worded(Label),
    /// An outcome at the end of a paragraph that no label follows.
    BareOutcome,
}

impl Anchor {
    fn label(&self) -> Option<Label> {
        match self.kind {
            AnchorKind::Label(label) | AnchorKind::Worded(label) => Some(label),
            AnchorKind::BareOutcome => None,
        }
    }
}

/// Finds anchors, in order.
fn anchors(text: &Text, section: &Range<usize>) -> Vec<Anchor> {
    let lines = text.line_at(section.start)..text.line_at(section.end);
    lines
        .filter_map(|line| label_at(text, line, section.end).or_else(|| bare_outcome_at(text, line, section.end)))
        .collect()
}

/// The label at the start of a line. It may wrap, and its colon may be missing.
fn label_at(text: &Text, line: usize, end: usize) -> Option<Anchor> {
    static LABEL: LazyLock<meta::Regex> = LazyLock::new(|| regexes(&LABELS.map(|(_, pattern)| pattern)));
    static SENTENCE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)^\s*(?:decision\s+based\b|the\s+(?:claims|expert|physician)\b)"));
    let start = text.lines()[line].range.start;
    let rest = &text.raw()[start..end];
    // Most lines need no pattern.
    if !LABEL_STARTS.iter().any(|letters| begins_with(rest, letters)) {
        return None;
    }
    let found = LABEL.find(rest)?;
    let (kind, behind) = (LABELS[found.pattern()].0, found.end());
    let marked = rest[..behind].ends_with(':') || SENTENCE.is_match(&rest[behind..]);
    match kind {
        AnchorKind::Worded(_) => Some(Anchor { kind, start, end: start }),
        _ if marked => Some(Anchor { kind, start, end: start + behind }),
        _ => None,
    }
}

/// What each label begins with; letters that no other sign is a form of, as `ſ` is of `s`.
const LABEL_STARTS: [&str; 5] = ["claim", "maximu", "rationale", "deci", "the"];

static LABELS: [(AnchorKind, &str); 5] = [
    (AnchorKind::Label(Label::Administrator), r"^ claims\s+administrator(?:['’]s)?\s+guidelines? (?: \s*: )?"),
    (AnchorKind::Label(Label::Reviewer), r"^ maximus(?:['’]s)?\s+guidelines? (?: \s*: )?"),
    (
        AnchorKind::Label(Label::Rationale),
        r"^ (?:the\s+(?:physician|expert)\s+reviewer['’]s\s+)?
            (?: decision\s+rationale | rationale(?:\s+for\s+(?:the|his/her)\s+decision)?\s*: ) (?: \s*: )?",
    ),
    (
        AnchorKind::Worded(Label::Administrator),
        r"^ the\s+claims\s+administrator\s+(?:based|did\s+not\s+(?:base|cite))\b (?: \s*: )?",
    ),
    (
        AnchorKind::Worded(Label::Reviewer),
        r"^ the\s+(?:physician|expert)\s+reviewer\s+(?:based|found|relied|did\s+not\s+(?:base|cite))\b (?: \s*: )?",
    ),
];

/// `...: Upheld` at the end of a paragraph; what follows it is no label.
fn bare_outcome_at(text: &Text, line: usize, end: usize) -> Option<Anchor> {
    let next = text.lines().get(line + 1)?;
    let ends_in_outcome = |line: &str| {
        let before = line.strip_suffix("Upheld").or_else(|| line.strip_suffix("Overturned"));
        before.and_then(|before| before.trim_end().strip_suffix(':')).is_some_and(|heading| !heading.is_empty())
    };
    let is_heading = next.gap == Gap::Paragraph && ends_in_outcome(text.line(line));
    if !is_heading || label_at(text, line + 1, end.max(next.range.end)).is_some() {
        return None;
    }
    let start = text.lines()[line].range.end;
    Some(Anchor { kind: AnchorKind::BareOutcome, start, end: start })
}

/// The anchors of one issue, and the outcome before the first of them.
struct Group {
    heading_end: usize,
    outcome: Option<(Range<usize>, Outcome)>,
    anchors: Vec<Anchor>,
}

impl Group {
    fn last_start(&self) -> usize {
        self.anchors.last().map_or(self.heading_end, |anchor| anchor.start.max(self.heading_end))
    }

    fn last_label(&self) -> Option<Label> {
        self.anchors.last().and_then(Anchor::label)
    }

    /// Whether its paragraphs begin with labels proper. Such paragraphs hold sentences that begin like a worded one.
    fn has_printed_labels(&self) -> bool {
        self.anchors.first().is_some_and(|anchor| matches!(anchor.kind, AnchorKind::Label(_)))
    }

    fn issue(&self, reader: &mut Reader<'_>, heading: Range<usize>, end: usize) -> Issue {
        let outcome = self.outcome.as_ref().map(|(_, outcome)| *outcome);
        let is_finding =
            self.outcome.as_ref().is_some_and(|(word, _)| reader.text().raw()[word.clone()].contains("necessary"));
        let mut issue = Issue { heading, outcome, is_finding, administrator: None, reviewer: None, rationale: None };
        if let Some((word, _)) = &self.outcome {
            reader.set_aside(word.clone(), PassageKind::Form);
        }
        for (index, anchor) in self.anchors.iter().enumerate() {
            let next = self.anchors.get(index + 1).map_or(end, |next| next.start);
            reader.set_aside(anchor.start..anchor.end, PassageKind::Form);
            let paragraph = match anchor.label() {
                Some(Label::Administrator) => &mut issue.administrator,
                Some(Label::Reviewer) => &mut issue.reviewer,
                Some(Label::Rationale) => &mut issue.rationale,
                None => continue,
            };
            *paragraph = Some(anchor.end..next);
        }
        issue
    }
}

/// Divides anchors into issues. A new issue begins where an outcome stands before a label, or where the labels start
/// anew; a label out of order without an outcome before it is running text.
fn group(text: &Text, anchors: Vec<Anchor>, section: &Range<usize>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for anchor in anchors {
        let is_worded = matches!(anchor.kind, AnchorKind::Worded(_));
        if is_worded && groups.last().is_some_and(Group::has_printed_labels) {
            continue;
        }
        let line = text.line_at(anchor.start);
        let from =
            groups.last().map_or(section.start, |group| group.anchors.last().map_or(section.start, |last| last.end));
        // Running heads and feet may stand between a heading and its label.
        let above = text.lines()[..line].last().map_or(anchor.start, |line| line.range.end);
        let to = if anchor.kind == AnchorKind::BareOutcome { anchor.start } else { above };
        let outcome = outcome_before(text, from..to.max(from));
        let last = groups.last().and_then(Group::last_label);
        let goes_on = !groups.is_empty() && anchor.label() > last;
        let starts_paragraph = text.lines()[line].gap != Gap::Line;
        let starts_anew = match anchor.kind {
            AnchorKind::Label(Label::Rationale) => groups.is_empty(),
            AnchorKind::Label(_) => last == Some(Label::Rationale) && starts_paragraph || groups.is_empty(),
            AnchorKind::Worded(_) | AnchorKind::BareOutcome => false,
        };
        match groups.last_mut() {
            Some(group) if outcome.is_none() && goes_on => group.anchors.push(anchor),
            _ if outcome.is_some() || starts_anew => {
                let heading_end = outcome.as_ref().map_or(anchor.start, |(word, _)| word.start);
                groups.push(Group { heading_end, outcome, anchors: vec![anchor] });
            }
            _ => {}
        }
    }
    groups
}

/// The outcome that ends a range, with the colon before it (`...: Upheld`), or the finding of the letters of 2013 and
/// early 2014 (`1. ... is not medically necessary and appropriate.`).
fn outcome_before(text: &Text, range: Range<usize>) -> Option<(Range<usize>, Outcome)> {
    // Outcomes are short: looking at the tail keeps the search linear in long rationales.
    let near = tail(text.raw(), range.clone(), 80);
    if ends_in(&text.raw()[near.clone()], &["upheld", "uphold", "overturned", "overturn", "modified"]) {
        return outcome_word(text, near);
    }
    let far = tail(text.raw(), range, 1_500);
    ends_in(&text.raw()[far.clone()], &["necessary", "appropriate"]).then(|| finding(text, far))?
}

/// Whether a text ends in one of these words, in any case, perhaps with a full stop. Few paragraphs do, and the patterns
/// below are tried on these only.
fn ends_in(text: &str, words: &[&str]) -> bool {
    let text = text.trim_end();
    let text = text.strip_suffix('.').unwrap_or(text).trim_end().as_bytes();
    words.iter().any(|word| {
        let end = text.len().checked_sub(word.len()).map(|start| &text[start..]);
        end.is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// The outcome word that ends a range.
fn outcome_word(text: &Text, range: Range<usize>) -> Option<(Range<usize>, Outcome)> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(r"(?i)(?P<before>[:–—-]\s*|\s+|^\s*)(?P<word>{})\s*\.?\s*$", heading::OUTCOME))
    });
    let found = WORD.captures(&text.raw()[range.clone()])?;
    let (before, word) = (found.name("before")?, found.name("word")?);
    let joined = before.as_str().trim().starts_with([':', '–', '—', '-']);
    // Without a colon the word needs its capital (`The denial is upheld.` is a sentence) and must be one that has no
    // other use.
    let stands_alone = ["Up", "Over", "UP", "OVER"].iter().any(|start| word.as_str().starts_with(start));
    let start = if joined { before.start() } else { word.start() };
    let outcome = word.as_str().parse().ok().filter(|_| joined || stands_alone)?;
    Some((range.start + start..range.start + word.end(), outcome))
}

/// The finding that ends a range.
fn finding(text: &Text, range: Range<usize>) -> Option<(Range<usize>, Outcome)> {
    static FINDING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) (?: ^ | \n ) [^\S\n]* \d{1,2}[.)]\s [^\n]* (?: \n [^\n]* ){0,8}? \b
              (?P<word> (?:is|are) \s* (?P<not>not\s*)? medically\s+necessary (?:\s+and\s+appropriate)? ) \s* \.? \s* $",
        )
    });
    let found = FINDING.captures(&text.raw()[range.clone()])?;
    let outcome = if found.name("not").is_some() { Outcome::Upheld } else { Outcome::Overturned };
    let word = found.name("word")?;
    Some((range.start + word.start()..range.start + word.end(), outcome))
}

/// The last bytes of a range, at most `length`.
fn tail(text: &str, range: Range<usize>, length: usize) -> Range<usize> {
    let mut start = range.start.max(range.end.saturating_sub(length));
    while !text.is_char_boundary(start) {
        start += 1;
    }
    start.min(range.end)..range.end
}

/// The end of the last issue: the end of the section, the closing of the letter, or the heading of a section that
/// follows the decisions.
fn end_of_last(text: &Text, group: &Group, section_end: usize) -> usize {
    let lines = text.lines();
    let first = text.line_at(group.last_start()) + 1;
    let begins_anew = |index: usize| match lines[index].gap {
        Gap::Line => false,
        // A page break in the middle of a sentence ends nothing.
        Gap::Page => ends_sentence(text.line(index - 1)),
        Gap::Paragraph => true,
    };
    (first..text.line_at(section_end))
        .find(|&index| begins_anew(index) && (closes_letter(text.line(index)) || begins_annex(text.line(index))))
        .map_or(section_end, |index| lines[index].range.start)
}

/// Whether a line is the heading of a section that letters may add behind their decisions. Other lines in capitals are
/// text: rationales have them.
fn begins_annex(line: &str) -> bool {
    static ANNEX: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^(?:ADDENDUM|AMENDMENT|APPENDIX|ATTACHMENT|CERTIFICATE|CORRECTION|DISCLAIMER|ENCLOSURE|ERRATUM|NOTICE|PROOF OF SERVICE)\b[^a-z.]{0,50}$",
        )
    });
    ANNEX.is_match(line)
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', ')', ']', '”', '’']).ends_with(['.', '?', '!'])
}

/// Whether a heading opens with the formula of partly authorized requests.
fn has_opening(heading: &str) -> bool {
    static OPENING: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(?:was|were)\s+the\s+original\s+request\b"));
    OPENING.is_match(heading)
}

/// Whether a heading closes with the formula of partly authorized requests and does not open with it yet: `X was the
/// original request. ... The remaining IMR eligible portion of the original request, Y is`.
fn lacks_opening(heading: &str) -> bool {
    static CLOSING: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\bremaining\s+imr[\s-]+eligible\b|\boriginal\s+request\s*,"));
    CLOSING.is_match(heading) && !has_opening(heading)
}

/// Finds where a heading begins.
///
/// Empty lines tell, where the text has them. Page breaks swallow them, and some texts have none at all: then the
/// heading begins after the last line before it that ends a sentence, with one exception: the formulae of partly
/// authorized requests put whole sentences into headings.
struct HeadingSearch<'t> {
    text: &'t Text,
    /// The text keeps an empty line between most paragraphs.
    has_gaps: bool,
}

/// A heading of more lines than this has a paragraph above it that lost its empty line. The longest real one has 7.
const LONGEST_HEADING: usize = 12;

impl<'t> HeadingSearch<'t> {
    fn new(text: &'t Text, groups: &[Group]) -> Self {
        let labels = groups.iter().flat_map(|group| &group.anchors).filter(|anchor| anchor.label().is_some());
        let gaps: Vec<Gap> = labels.map(|anchor| text.lines()[text.line_at(anchor.start)].gap).collect();
        let missing = gaps.iter().filter(|gap| **gap == Gap::Line).count();
        Self { text, has_gaps: missing * 2 <= gaps.len() }
    }

    /// The first line of the heading of a group; not before line `bound`.
    fn first_line(&self, group: &Group, bound: usize) -> usize {
        let lines = self.text.lines();
        // The line on which the heading's last character stands, or the line of a lone outcome word.
        let last = self.text.line_at(group.heading_end.saturating_sub(1)).min(lines.len() - 1);
        let last = if lines[last].range.start > group.heading_end { last.saturating_sub(1) } else { last }.max(bound);
        let mut first = last.min(lines.len() - 1);
        while first > bound && !self.is_boundary(first, group, bound) {
            first -= 1;
        }
        let lost_its_gap = self.has_gaps && first == bound && lines[first].gap == Gap::Line && bound > 0;
        if lost_its_gap || last.saturating_sub(first) > LONGEST_HEADING {
            return (first + 1..=last).rev().find(|&line| self.follows_sentence(line, group)).unwrap_or(first);
        }
        first
    }

    /// Whether the heading begins at a line that belongs to it.
    fn is_boundary(&self, line: usize, group: &Group, bound: usize) -> bool {
        let Range { start, .. } = self.text.lines()[line].range;
        // An outcome word alone in its paragraph belongs to the heading above; so does an empty place before a label.
        let is_empty = start >= group.heading_end;
        match self.text.lines()[line].gap {
            _ if is_empty => false,
            Gap::Paragraph => true,
            _ if lacks_opening(&self.text.raw()[start..group.heading_end]) => false,
            Gap::Page => self.is_boundary_at_page(line, group, bound),
            Gap::Line => !self.has_gaps && self.follows_sentence(line, group),
        }
    }

    /// Whether the page break before a line of the heading ends a paragraph: the text above it is the rationale of the
    /// issue before (its paragraph begins with the label, which is above `bound`), or it ends a sentence. Where the text
    /// has no empty lines, only the sentence tells.
    fn is_boundary_at_page(&self, line: usize, group: &Group, bound: usize) -> bool {
        let lines = self.text.lines();
        let is_heading_above = (bound..line).rev().any(|above| lines[above].gap == Gap::Paragraph);
        self.has_gaps && !is_heading_above || self.follows_sentence(line, group)
    }

    /// Whether the line above ends a sentence that the heading does not go on from.
    fn follows_sentence(&self, line: usize, group: &Group) -> bool {
        static FORMULA: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"(?xi)^(?: the\s+remaining\s+imr | the\s+original\s+request | the\s+claims(?:\s+administrator)?
                   | .{0,200}\b(?:was|were)\s+authorized\b | .{0,120}\bimr\s+eligible\b )",
            )
        });
        let Some(above) = line.checked_sub(1) else { return true };
        let start = self.text.lines()[line].range.start;
        let heading = &self.text.raw()[start..group.heading_end.max(start)];
        ends_sentence(self.text.line(above)) && (has_opening(heading) || !FORMULA.is_match(self.text.line(line)))
    }
}
