//! Final determination letters, 2013 on: `HOW THE IMR FINAL DETERMINATION WAS MADE` and the sections after it.
//!
//! Two forms share these sections. The letters of 2014 and later (`IMR ISSUES, DECISIONS AND RATIONALES`) open with a
//! table of dates, which public text dumps leave out. The letters of 2013 and early 2014 open with the review
//! organization's address, list the `DOCUMENTS REVIEWED`, and name the section of decisions `IMR DECISION(S) AND
//! RATIONALE(S)`.

use std::ops::Range;
use std::sync::LazyLock;

use imr_model::{Layout, Letter, PassageKind};
use memchr::memchr2;
use regex::Regex;
use regex_automata::meta;

use super::outline::Outline;
use super::{Form, add_decision, issues, read_reviewer, read_summary};
use crate::fields::header;
use crate::reader::Reader;
use crate::text::{Text, begins_with, regex, regexes};

/// Both forms.
pub(super) struct Determination;

impl Form for Determination {
    fn recognise(&self, text: &Text) -> Option<Layout> {
        static OPENING_OF_2013: LazyLock<Regex> = LazyLock::new(|| {
            regex(r"(?i)^\s*maximus\s+federal\s+services,?\s+inc\.?\s+independent\s+medical\s+review\b")
        });
        let sections = sections(text);
        if !sections.has(Section::Issues) {
            let goes_without = sections.has(Section::HowMade) && sections.has(Section::Summary);
            return goes_without.then_some(Layout::FinalDetermination);
        }
        let is_early = sections.has(Section::Documents) || OPENING_OF_2013.is_match(text.raw());
        Some(if is_early { Layout::Determination2014 } else { Layout::FinalDetermination })
    }

    fn read(&self, reader: &mut Reader<'_>, letter: &mut Letter) {
        let sections = sections(reader.text());
        for (_, heading) in sections.headings() {
            reader.set_aside(heading, PassageKind::Form);
        }
        header::read(reader, letter, sections.head());
        reader.set_aside(sections.head(), PassageKind::Form);
        if let Some(body) = sections.body(Section::HowMade) {
            read_reviewer(reader, letter, body);
        }
        if let Some(body) = sections.body(Section::Documents) {
            reader.set_aside(body, PassageKind::Documents);
        }
        if let Some(body) = sections.body(Section::Summary) {
            let body = skip(reader, body, &SUMMARY_OPENING);
            read_summary(reader, letter, body);
        }
        if let Some(body) = sections.body(Section::Issues) {
            let body = skip(reader, body, &ISSUES_OPENING);
            for issue in issues::find(reader, body) {
                add_decision(reader, letter, issue);
            }
        }
    }

    fn prints(&self) -> &'static [&'static str] {
        &[
            "case_number",
            "priority",
            "date_assigned",
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

/// `The expert reviewer developed the following clinical case summary based on a review of the case file, including all
/// medical records:`
static SUMMARY_OPENING: LazyLock<Regex> = LazyLock::new(|| regex(r"(?is)^.*\bcase\s+summary\b.*\brecords\s*:$"));

/// `The Final Determination was based on decisions for the disputed items/services set forth below:`
static ISSUES_OPENING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?is)^\s*the\s+final\s+determination\b.*\b(?:below|follows|following)\s*[:.]$"));

/// Sets a standing sentence at the start of a section aside: it ends at the first full stop or colon.
fn skip(reader: &mut Reader<'_>, body: Range<usize>, opening: &Regex) -> Range<usize> {
    const LONGEST: usize = 400;
    let text = &reader.text().raw()[body.clone()];
    let sentence = memchr2(b'.', b':', text.as_bytes()).map_or(text, |end| &text[..=end]);
    if sentence.len() > LONGEST || !opening.is_match(sentence) {
        return body;
    }
    let end = body.start + sentence.len();
    reader.set_aside(body.start..end, PassageKind::Form);
    end..body.end
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    HowMade,
    Documents,
    Summary,
    Issues,
}

/// The sections of a letter: lines that are section headings.
fn sections(text: &Text) -> Outline<Section> {
    let lines = 0..text.lines().len();
    let headings = lines.filter_map(|line| Some((section_of(text.line(line))?, text.lines()[line].range.clone())));
    Outline::new(headings, text.raw().len())
}

static SECTIONS: [(Section, &str); 4] = [
    (Section::HowMade, r"^how\s+the\s+imr\s+final\s+determination\s+was\s+made:*$"),
    (Section::Documents, r"^documents\s+reviewed:*$"),
    (Section::Summary, r"^clinical\s+case\s+summary:*$"),
    (
        Section::Issues,
        r"^imr\s+(?:issues?(?:\(s\))?,?\s+)?(?:and\s+)?decisions?(?:\(s\))?\s+and\s+rationales?(?:\(s\))?:*$",
    ),
];

/// What each heading begins with; letters that no other sign is a form of, as `ſ` is of `s`.
const SECTION_STARTS: [&str; 4] = ["how", "document", "clinical", "imr"];

fn section_of(line: &str) -> Option<Section> {
    static HEADING: LazyLock<meta::Regex> = LazyLock::new(|| regexes(&SECTIONS.map(|(_, pattern)| pattern)));
    // Most lines need no pattern.
    if line.len() > 70 || !SECTION_STARTS.iter().any(|letters| begins_with(line, letters)) {
        return None;
    }
    HEADING.find(line).map(|heading| SECTIONS[heading.pattern()].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_headings() {
        for (line, want) in [
            ("IMR ISSUES, DECISIONS AND RATIONALES", Some(Section::Issues)),
            ("IMR DECISION(S) AND RATIONALE(S)", Some(Section::Issues)),
            ("CLINICAL  CASE SUMMARY:", Some(Section::Summary)),
            ("How the IMR Final Determination Was Made", Some(Section::HowMade)),
            ("IMR Decision and\tRationale::", Some(Section::Issues)),
            ("The clinical case summary", None),
            ("Documents reviewed :", None),
            ("Documents reviewed by the physician", None),
        ] {
            assert_eq!(section_of(line), want, "case: {line}");
        }
    }
}
