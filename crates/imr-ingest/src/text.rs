//! The text of a letter as lines, whatever style of plain text it came in.
//!
//! Three styles occur: text with one empty line between paragraphs (what our PDF reader writes), text in which *every*
//! line is followed by an empty one (the public text dumps of 2013-2015), and text without any empty lines. [`Text`]
//! turns each into lines and the [`Gap`] before each, so that nothing further in needs to know the style.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::{memchr2_iter, memmem};
use regex::{Regex, RegexBuilder};
use regex_automata::meta;
use regex_automata::util::syntax;

/// What separates a line from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// A line break inside a paragraph.
    Line,
    /// A page break: a paragraph may or may not end here, since page breaks swallow the empty line.
    Page,
    /// The end of a paragraph.
    Paragraph,
}

/// A line with something on it. Its range, in bytes of the text, leaves out blanks at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) range: Range<usize>,
    pub(crate) gap: Gap,
}

/// The text of one letter and its lines. Positions everywhere in this crate are byte offsets into [`Text::raw`].
pub(crate) struct Text {
    raw: String,
    lines: Vec<Line>,
    furniture: Vec<Range<usize>>,
    lower: OnceCell<String>,
}

impl Text {
    pub(crate) fn new(raw: String) -> Self {
        let physical = physical_lines(&raw);
        let double_spaced = is_double_spaced(&physical);
        let spaced_gaps = double_spaced && physical.iter().any(|line| line.above.marked);
        let (mut lines, mut furniture) = (Vec::with_capacity(physical.len()), Vec::new());
        let mut after_furniture = false;
        let page_numbers = page_numbers(&raw, &physical);
        for (index, line) in physical.into_iter().enumerate() {
            let printed = &raw[line.range.clone()];
            let is_inside = !lines.is_empty();
            if is_inside && (page_numbers.contains(&index) || is_running_line(printed, after_furniture)) {
                furniture.push(line.range);
                after_furniture = true;
                continue;
            }
            let gap = match (after_furniture, double_spaced) {
                (true, _) => Gap::Page,
                (_, false) => line.above.gap_single_spaced(),
                (_, true) => line.above.gap_double_spaced(spaced_gaps),
            };
            lines.push(Line { range: line.range, gap });
            after_furniture = false;
        }
        Self { raw, lines, furniture, lower: OnceCell::new() }
    }

    /// The whole text as it was read.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// The lines, in order, without running heads and feet.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Running heads and feet.
    pub(crate) fn furniture(&self) -> &[Range<usize>] {
        &self.furniture
    }

    /// What stands on line `index`.
    pub(crate) fn line(&self, index: usize) -> &str {
        &self.raw[self.lines[index].range.clone()]
    }

    /// The number of the line on which the byte at `position` stands, or else that of the next line.
    pub(crate) fn line_at(&self, position: usize) -> usize {
        self.lines.partition_point(|line| line.range.end <= position)
    }

    /// The stretches of lines that a range covers.
    pub(crate) fn pieces(&self, range: Range<usize>) -> impl Iterator<Item = &str> {
        self.lines[self.line_at(range.start)..]
            .iter()
            .map(move |line| line.range.start.max(range.start)..line.range.end.min(range.end))
            .take_while(move |piece| piece.start < range.end)
            .map(|piece| self.raw[piece].trim())
            .filter(|piece| !piece.is_empty())
    }

    /// A range as running text: lines joined, hyphens at line ends resolved, blanks folded.
    pub(crate) fn join(&self, range: Range<usize>) -> String {
        let mut text = String::with_capacity(range.len());
        for piece in self.pieces(range) {
            match self.seam(&text, piece) {
                Seam::Blank => text.push_str(if text.is_empty() { "" } else { " " }),
                Seam::Glue => {}
                Seam::DropHyphen => {
                    text.pop();
                }
            }
            push_folded(&mut text, piece);
        }
        text
    }

    /// How the line `next` follows on `text`.
    fn seam(&self, text: &str, next: &str) -> Seam {
        let Some(before) = text.strip_suffix('-') else { return Seam::Blank };
        let (Some(left), Some(right)) = (before.chars().last(), next.chars().next()) else { return Seam::Blank };
        if !left.is_alphanumeric() || !right.is_alphanumeric() {
            return Seam::Blank;
        }
        if !left.is_alphabetic() || !right.is_lowercase() {
            return Seam::Glue;
        }
        let first = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        let second = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        if self.has_word(&format!("{first}-{second}")) {
            return Seam::Glue;
        }
        let soft = self.has_word(&format!("{first}{second}")) || WORD_TAIL.is_match(&second);
        if soft { Seam::DropHyphen } else { Seam::Glue }
    }

    /// Whether the letter prints this word (lower case, hyphens inside) within a line.
    fn has_word(&self, word: &str) -> bool {
        let lower = self.lower.get_or_init(|| {
            let lines = self.lines.iter().map(|line| &self.raw[line.range.clone()]);
            lines.collect::<Vec<_>>().join("\n").to_lowercase()
        });
        memmem::find_iter(lower.as_bytes(), word).any(|start| is_whole_word(lower, start..start + word.len()))
    }
}

/// How two lines are joined.
enum Seam {
    Blank,
    /// The hyphen at the line end belongs to the word: `long-` / `term`.
    Glue,
    /// The hyphen was put in by the typist to break the word: `radicul-` / `opathy`.
    DropHyphen,
}

/// Whether a range of a text is no part of a longer word. A hyphen between letters belongs to its word.
fn is_whole_word(text: &str, range: Range<usize>) -> bool {
    !joins_word(text[..range.start].chars().rev()) && !joins_word(text[range.end..].chars())
}

/// Whether the characters beyond the end of a word are a part of it.
fn joins_word(mut beyond: impl Iterator<Item = char>) -> bool {
    let next = match beyond.next() {
        Some('-') => beyond.next(),
        next => next,
    };
    next.is_some_and(char::is_alphanumeric)
}

/// Endings that are no words of their own, so that a hyphen before them is the typist's.
static WORD_TAIL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:[bcdfglmnprstvxz]?[aeiu]?(?:tion|sion|cian)(?:s|al|ally)?|[a-z]?ments?|[a-z]?ness|[a-z]{0,2}ities|[a-z]{0,2}ity|[a-z]{0,2}ical(?:ly)?|o?(?:graph|path|log|scop|tom)(?:y|ic|ies)|ectomy|myography|[a-z]?osis|[a-z]?itis|[a-z]{1,2}ing|[a-z]{1,2}ed)$",
    )
});

/// So much of its automaton a pattern keeps for each thread, in bytes: it grows with all that it ever reads.
const AUTOMATON: usize = 512 << 10;

/// Compiles a pattern of this crate; all of them are compiled by its tests.
#[expect(clippy::expect_used, reason = "the patterns are constants, and each is compiled by a test")]
pub(crate) fn regex(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).dfa_size_limit(AUTOMATON).build().expect("a pattern of this crate compiles")
}

/// Compiles patterns that are searched for together, in any case and with blanks for the reader. A match tells which of
/// them it is of, for less than the groups of one pattern would.
#[expect(clippy::expect_used, reason = "the patterns are constants, and each is compiled by a test")]
pub(crate) fn regexes(patterns: &[&str]) -> meta::Regex {
    let syntax = syntax::Config::new().case_insensitive(true).ignore_whitespace(true);
    let config = meta::Config::new().hybrid_cache_capacity(AUTOMATON);
    let regex = meta::Regex::builder().syntax(syntax).configure(config).build_many(patterns);
    regex.expect("the patterns of this crate compile")
}

/// Whether a text begins with an ASCII word, in any case.
pub(crate) fn begins_with(text: &str, word: &str) -> bool {
    text.as_bytes().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// Appends text with each run of blanks folded to one.
fn push_folded(text: &mut String, piece: &str) {
    if is_folded(piece.as_bytes()) {
        text.push_str(piece);
        return;
    }
    let mut words = piece.split_whitespace();
    text.extend(words.next());
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
}

/// Whether a line without blanks at its ends has no run of blanks, and no blank but spaces: most have none. The whole
/// line is looked at, since that is done many bytes at a time.
fn is_folded(line: &[u8]) -> bool {
    let after = line.get(1..).unwrap_or_default();
    let is_run = |byte: u8, next: u8| u8::from(byte == b' ') & u8::from(next == b' ');
    let odd = line
        .iter()
        .zip(after)
        .fold(0, |odd, (&byte, &next)| odd | u8::from(byte < b' ') | u8::from(byte >= 0x80) | is_run(byte, next));
    odd == 0
}

/// A line as the file has it, and what stands between it and the line before.
struct PhysicalLine {
    range: Range<usize>,
    above: Above,
}

#[derive(Clone, Copy, Default)]
struct Above {
    /// Empty lines.
    empty: usize,
    /// One of these holds blanks: so text dumps mark the end of a paragraph.
    marked: bool,
    /// A form feed.
    page: bool,
    /// This is the first line.
    first: bool,
}

impl Above {
    fn gap_single_spaced(self) -> Gap {
        match self {
            Self { first: true, .. } => Gap::Paragraph,
            Self { page: true, .. } => Gap::Page,
            Self { empty: 0, .. } => Gap::Line,
            Self { .. } => Gap::Paragraph,
        }
    }

    /// One empty line is a line break; three are a page break inside a paragraph; a marked one ends the paragraph,
    /// unless the marks were stripped from the whole file: then three may be either.
    fn gap_double_spaced(self, marks_kept: bool) -> Gap {
        match self {
            Self { first: true, .. } => Gap::Paragraph,
            Self { empty: 0 | 1, page: false, .. } => Gap::Line,
            Self { marked: true, .. } if marks_kept => Gap::Paragraph,
            Self { .. } => Gap::Page,
        }
    }
}

/// So many bytes most lines have at least.
const USUAL_LINE: usize = 48;

fn physical_lines(raw: &str) -> Vec<PhysicalLine> {
    let mut lines = Vec::with_capacity(raw.len() / USUAL_LINE);
    let mut above = Above { first: true, ..Above::default() };
    let mut start = 0;
    let ends = memchr2_iter(b'\n', b'\x0c', raw.as_bytes()).map(|at| at + 1);
    for end in ends.chain([raw.len()]) {
        let line = &raw[start..end];
        let ended = line.trim_end();
        let printed = ended.trim_start();
        if printed.is_empty() {
            let blanks = line.trim_end_matches(['\n', '\r', '\u{c}']);
            above.empty += usize::from(line.ends_with('\n'));
            above.marked |= !blanks.is_empty();
        } else {
            let from = start + (ended.len() - printed.len());
            lines.push(PhysicalLine { range: from..from + printed.len(), above });
            above = Above::default();
        }
        above.page |= line.ends_with('\u{c}');
        start = end;
    }
    lines
}

fn is_double_spaced(lines: &[PhysicalLine]) -> bool {
    let gaps = lines.iter().filter(|line| !line.above.first);
    let (mut none, mut one, mut all) = (0, 0, 0);
    for line in gaps {
        all += 1;
        none += usize::from(line.above.empty == 0);
        one += usize::from(line.above.empty == 1);
    }
    all >= 4 && one * 10 >= all * 6 && none * 10 <= all * 2
}

/// The lines that are nothing but the number of their page, at its foot. A number elsewhere may be the tail of a wrapped
/// table or dose; so all pages must be numbered, one after another. Only the last may lack its number.
fn page_numbers(raw: &str, lines: &[PhysicalLine]) -> Vec<usize> {
    let ends_page = |index: &usize| lines.get(index + 1).is_none_or(|next| next.above.page);
    let feet: Vec<usize> = (0..lines.len()).filter(ends_page).collect();
    let number = |foot: usize| -> Option<usize> {
        let is_apart = lines[foot].above.empty > 0;
        raw[lines[foot].range.clone()].parse().ok().filter(|_| is_apart)
    };
    let numbers: Vec<Option<usize>> = feet.iter().map(|foot| number(*foot)).collect();
    let Some(first) = numbers.first().copied().flatten() else { return Vec::new() };
    let in_order = numbers.iter().zip(first..).take_while(|(number, page)| **number == Some(*page)).count();
    if feet.len() > 1 && in_order + 1 >= feet.len() { feet[..in_order].to_vec() } else { Vec::new() }
}

/// Running heads and feet that letters are known or reported to have. Bare numbers count only behind another running
/// line.
fn is_running_line(line: &str, after_furniture: bool) -> bool {
    static RUNNING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)^(?: page\s+\d+\s+(?:of|/)\s+\d+ | -?\s*\d+\s+of\s+\d+\s*-?
               | final\s+determination\s+letter\s+for\s+imr\s+case\s+number:?\s+[a-z]{2,3}\s?\d\d-\d+ (?:\s+(?:page\s+)?\d+(?:\s+of\s+\d+)?)? )$",
        )
    });
    static CASE_ALONE: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:CM|IMR ?)\d\d-\d{4,8}$"));
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3}$"));
    // What all of these begin and end with; the rest of the lines need no pattern.
    let begins = |byte: &u8| matches!(byte, b'p' | b'P' | b'f' | b'F' | b'-' | b'0'..=b'9' | 0x80..);
    let begins_alone = |byte: &u8| matches!(byte, b'C' | b'I');
    let ends = |byte: &u8| matches!(byte, b'-' | b'0'..=b'9' | 0x80..);
    let (first, last) = (line.as_bytes().first(), line.as_bytes().last());
    line.len() < 90
        && last.is_some_and(ends)
        && first.is_some_and(|first| begins(first) || after_furniture && begins_alone(first))
        && (RUNNING.is_match(line) || (after_furniture && (NUMBER.is_match(line) || CASE_ALONE.is_match(line))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(raw: &str) -> Vec<(String, Gap)> {
        let text = Text::new(raw.to_owned());
        (0..text.lines().len()).map(|index| (text.line(index).to_owned(), text.lines()[index].gap)).collect()
    }

    #[test]
    fn styles_give_the_same_lines() {
        use Gap::{Line, Page, Paragraph};
        for (name, raw, want) in [
            ("single spaced", "a\nb\n\nc\n\u{c}d\ne\n", [Paragraph, Line, Paragraph, Page, Line]),
            ("form feed on a line of its own", "a\nb\n\nc\n\u{c}\nd\ne\n", [Paragraph, Line, Paragraph, Page, Line]),
            ("carriage returns", "a\r\nb\r\n\r\nc\r\n\u{c}d\r\ne", [Paragraph, Line, Paragraph, Page, Line]),
        ] {
            let want: Vec<_> = ["a", "b", "c", "d", "e"].iter().map(|line| (*line).to_owned()).zip(want).collect();
            assert_eq!(gaps(raw), want, "case: {name}");
        }
        let double = "a \n\nb \n\nc \n\n \n\nd \n\n\n\ne \n\nf \n\ng \n\nh";
        let want = [Paragraph, Line, Line, Paragraph, Page, Line, Line, Line];
        assert_eq!(gaps(double).into_iter().map(|(_, gap)| gap).collect::<Vec<_>>(), want);
    }

    #[test]
    fn running_lines_are_set_aside() {
        let text = Text::new("one line of a paragraph that\n\nPage 3 of 7\n\ngoes on here".to_owned());
        assert_eq!(text.join(0..text.raw().len()), "one line of a paragraph that goes on here");
        assert_eq!(text.furniture().len(), 1);
        let text = Text::new("one\n\n1\n\u{c}two\n\n2\n\u{c}three".to_owned());
        assert_eq!(text.join(0..text.raw().len()), "one two three", "page numbers");
        let text = Text::new("one\n\n1\n\u{c}two\n\u{c}three".to_owned());
        assert_eq!(text.join(0..text.raw().len()), "one 1 two three", "not every page is numbered");
        let text = Text::new("take\n24\ntablets".to_owned());
        assert_eq!(text.join(0..text.raw().len()), "take 24 tablets", "a bare number is text");
    }

    #[test]
    fn hyphens_at_line_ends() {
        for (name, raw, want) in [
            ("compound", "of long-\nterm use", "of long-term use"),
            ("compound seen elsewhere", "short-term and short-\nterm", "short-term and short-term"),
            ("date", "on 11-21-\n2016", "on 11-21-2016"),
            ("soft, tail", "cervical radicul-\nopathy", "cervical radiculopathy"),
            (
                "soft, word seen elsewhere",
                "MTUS guidelines. The guide-\nlines say",
                "MTUS guidelines. The guidelines say",
            ),
            ("capital", "Non-\nMTUS Citation", "Non-MTUS Citation"),
            ("dash", "imaging --\nMagnetic", "imaging -- Magnetic"),
            ("percentage", "10%-\nCyclobenzaprine", "10%- Cyclobenzaprine"),
            ("blanks folded", "more than        per  ear", "more than per ear"),
        ] {
            let text = Text::new(raw.to_owned());
            assert_eq!(text.join(0..raw.len()), want, "case: {name}");
        }
    }
}
