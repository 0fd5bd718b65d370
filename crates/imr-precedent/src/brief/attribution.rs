//! Which case number a quotation belongs to.

use std::sync::LazyLock;

use regex::Regex;

use super::{Basis, Cited, Paragraph, Quoted};

/// What may stand between a quotation and the case number directly behind it.
static BEHIND: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) ^ \s* [.,]? [\s'’”)]* [—–(\[-]? \s*
        (?: (?: see | accord | also | cf\. | e\.g\.,? | in | re | the | of | imr | case | matter | decision | determination
            | final | letter | nos?\.? | number | independent | medical | review | indep\. | med\. | rev\. | maximus ) [\s,:]* ){0,10} $",
    )
});

/// What may stand behind the number of a citation that is a sentence of its own: a page, a date, a remark in brackets.
static BARE: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) ^ (?: ,? \s* (?: at | pp?\. | pages? | sentences? | ¶¶? ) \s* \d [\d\s,–-]* )?
        (?: \s* \( [^()]{0,150} \) ){0,3} \s* (?: [.;)\]—–] | $ )",
    )
});

/// A signal of a citation that supports what is said, and is not the source of its words.
static SUPPORT: LazyLock<Result<Regex, regex::Error>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:also|accord|cf\.|e\.g\.)"));

/// A citation begins at most so many bytes behind its quotation.
const FARTHEST: usize = 120;
/// A date, with its brackets, and a word or two: what stands behind the number of a bare citation.
const WORDS_OF_DATE: usize = 6;
/// What stands between two numbers of a list has at most so many bytes.
const LIST: usize = 40;
/// The sentence around a quotation is looked for so many bytes before and behind it.
const LOOKED_AT: usize = 2_000;

/// Tells of each quotation which case numbers it belongs to.
pub(super) fn attribute(paragraphs: &[Paragraph], cited: &[Cited], quotations: &mut [Quoted]) {
    let places = Places { paragraphs, cited };
    for quoted in quotations {
        if let Some((basis, cited)) = places.cited_by(quoted) {
            (quoted.basis, quoted.cited) = (Some(basis), cited);
        }
    }
}

struct Places<'a> {
    paragraphs: &'a [Paragraph],
    cited: &'a [Cited],
}

impl Places<'_> {
    fn cited_by(&self, quoted: &Quoted) -> Option<(Basis, Vec<usize>)> {
        if let Some(behind) = self.behind(quoted) {
            return Some((Basis::Behind, behind));
        }
        let nearest = if quoted.is_block { self.introduced_by(quoted) } else { self.in_sentence(quoted) };
        let one = |basis| move |index| (basis, vec![index]);
        nearest
            .map(|index| (Basis::Sentence, self.listed(self.first_listed(index))))
            .or_else(|| self.in_paragraph(quoted).map(one(Basis::Paragraph)))
            .or_else(|| self.before(quoted).map(one(Basis::Before)))
    }

    /// The numbers of a paragraph, by their places in the list.
    fn of_paragraph(&self, paragraph: usize) -> std::ops::Range<usize> {
        let first = self.cited.partition_point(|cited| cited.paragraph < paragraph);
        let last = self.cited.partition_point(|cited| cited.paragraph <= paragraph);
        first..last
    }

    /// The last number before a quotation.
    fn before(&self, quoted: &Quoted) -> Option<usize> {
        let start = (quoted.paragraph, quoted.start);
        self.cited.partition_point(|cited| (cited.paragraph, cited.start) < start).checked_sub(1)
    }

    /// The first number behind a quotation in the paragraph where it ends.
    fn after(&self, quoted: &Quoted) -> Option<usize> {
        let end = (quoted.last_paragraph, quoted.end);
        let next = self.cited.partition_point(|cited| (cited.paragraph, cited.start) < end);
        self.cited.get(next).filter(|cited| cited.paragraph == quoted.last_paragraph).map(|_| next)
    }

    /// The numbers directly behind a quotation, in its note, or of a block in the paragraph that follows.
    fn behind(&self, quoted: &Quoted) -> Option<Vec<usize>> {
        let paragraph = self.paragraphs.get(quoted.last_paragraph)?;
        if let Some(first) = self.after(quoted).filter(|index| self.is_citation_behind(quoted, *index)) {
            return Some(self.listed(first));
        }
        if let Some(note) = self.in_note(quoted, paragraph) {
            return Some(note);
        }
        let follows = self.of_paragraph(quoted.last_paragraph + 1).next().filter(|_| quoted.is_block)?;
        let text = &self.paragraphs.get(quoted.last_paragraph + 1)?.text;
        let starts_with = |marks: &[char]| text.trim_start().starts_with(marks);
        // A sentence that begins with a number speaks of something else, unless the number is all of it. What ends with a
        // colon introduces the next quotation.
        let rest = &text[self.cited[follows].end..];
        let is_all = rest.split_whitespace().count() <= WORDS_OF_DATE && !rest.trim_end().ends_with(':');
        let is_introduced = self.introduced_by(quoted).is_some();
        let is_citation = starts_with(&['(', '[']) || is_all && (!is_introduced || starts_with(&['—', '–', '-']));
        (is_citation && is_directly_behind(&text[..self.cited[follows].start])).then(|| self.listed(follows))
    }

    /// Whether a number stands directly behind a quotation and is its citation. A number in a sentence of its own is only
    /// if that is nothing but a citation, and if no number before the quotation introduces it.
    fn is_citation_behind(&self, quoted: &Quoted, index: usize) -> bool {
        let text = &self.paragraphs[quoted.last_paragraph].text;
        let between = &text[quoted.end..self.cited[index].start];
        let begins_sentence = begins_sentence(&quoted.text, between);
        let supports = SUPPORT.as_ref().is_ok_and(|pattern| pattern.is_match(between));
        is_directly_behind(between)
            && (self.cited[index].is_id
                || !(begins_sentence || supports)
                || self.number_before(quoted).is_none() && !(begins_sentence && supports) && self.is_bare(index))
    }

    /// Whether the sentence of a number, and of those that are listed with it, ends behind it.
    fn is_bare(&self, index: usize) -> bool {
        let last = self.listed(index).last().map_or(index, |last| *last);
        let rest = &self.paragraphs[self.cited[last].paragraph].text[self.cited[last].end..];
        BARE.as_ref().is_ok_and(|pattern| pattern.is_match(rest))
    }

    /// The last number that stands in the sentence of a quotation before it.
    fn number_before(&self, quoted: &Quoted) -> Option<usize> {
        if quoted.is_block {
            return None;
        }
        let begin = sentence(&self.paragraphs.get(quoted.paragraph)?.text, quoted.start).0;
        let is_in_sentence = |cited: &Cited| cited.paragraph == quoted.paragraph && cited.start >= begin;
        self.before(quoted).filter(|index| is_in_sentence(&self.cited[*index]))
    }

    /// A number and those that are listed with it: `(CM16-0213037; CM16-0213038)`.
    fn listed(&self, first: usize) -> Vec<usize> {
        let mut listed = vec![first];
        for index in first + 1..self.of_paragraph(self.cited[first].paragraph).end {
            if !self.is_listed(index) {
                break;
            }
            listed.push(index);
        }
        listed
    }

    /// The first of the numbers that one is listed with.
    fn first_listed(&self, mut index: usize) -> usize {
        while self.is_listed(index) {
            index -= 1;
        }
        index
    }

    /// Whether a number is listed with the one before it.
    fn is_listed(&self, index: usize) -> bool {
        let this = &self.cited[index];
        let before = index.checked_sub(1).map(|before| &self.cited[before]);
        let Some(before) = before.filter(|before| before.paragraph == this.paragraph) else { return false };
        let text = &self.paragraphs[this.paragraph].text;
        let between = text.get(before.end..this.start).unwrap_or_default();
        is_between_listed(without_date(between))
    }

    fn in_note(&self, quoted: &Quoted, paragraph: &Paragraph) -> Option<Vec<usize>> {
        let is_near = |(at, _): &&(usize, String)| (quoted.end..=quoted.end + 3).contains(at);
        let (_, name) = paragraph.references.iter().find(is_near)?;
        let note = self.paragraphs.iter().position(|paragraph| paragraph.note.as_ref() == Some(name))?;
        Some(self.listed(self.of_paragraph(note).next()?))
    }

    /// The nearest number in the sentence of a quotation; one before it is nearer than one behind.
    fn in_sentence(&self, quoted: &Quoted) -> Option<usize> {
        let text = &self.paragraphs.get(quoted.last_paragraph)?.text;
        let end = sentence(text, quoted.end.saturating_sub(1)).1;
        let before = self.number_before(quoted);
        let is_in_sentence =
            |cited: &Cited| cited.start < end && !begins_sentence(&quoted.text, &text[quoted.end..cited.start]);
        let behind = self.after(quoted).filter(|index| is_in_sentence(&self.cited[*index]));
        let distance = |before: usize| quoted.start - self.cited[before].end.min(quoted.start);
        match (before, behind) {
            (Some(one), Some(other)) if 2 * (self.cited[other].start - quoted.end) < distance(one) => Some(other),
            (before, behind) => before.or(behind),
        }
    }

    /// The last number of the paragraph before a block that introduces it.
    fn introduced_by(&self, quoted: &Quoted) -> Option<usize> {
        let before = (0..quoted.paragraph).rev().find(|index| !self.paragraphs[*index].is_quotation)?;
        let is_introduction = self.paragraphs[before].text.trim_end().ends_with([':', ',', '—']);
        self.of_paragraph(before).next_back().filter(|_| is_introduction)
    }

    /// The last number before a quotation in its paragraph, or else the first behind it.
    fn in_paragraph(&self, quoted: &Quoted) -> Option<usize> {
        let before = self.before(quoted).filter(|index| self.cited[*index].paragraph == quoted.paragraph);
        before.or_else(|| self.after(quoted))
    }
}

fn is_between_listed(between: &str) -> bool {
    between.len() <= LIST
        && !between.contains([')', ']', '"', '“', '”', '.'])
        && (between.contains([';', ',', '&']) || between.trim() == "and")
}

/// A text without the date in brackets that it begins with.
fn without_date(text: &str) -> &str {
    let bracket = text.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    bracket.filter(|(date, _)| date.ends_with(|c: char| c.is_ascii_digit())).map_or(text, |(_, rest)| rest)
}

fn is_directly_behind(between: &str) -> bool {
    between.len() <= FARTHEST && BEHIND.as_ref().is_ok_and(|pattern| pattern.is_match(between))
}

/// Whether what follows a quotation is a sentence of its own. A bracket or a dash goes on with the sentence.
fn begins_sentence(quotation: &str, between: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '’' | '”');
    let (inside, behind) = (quotation.trim_end_matches(is_mark), between.trim_start_matches(is_mark));
    let follows = behind.trim_start_matches(|c: char| is_mark(c) || c == '.');
    (inside.ends_with(['.', '?', '!']) || behind.starts_with('.'))
        && !follows.starts_with(['(', '[', '—', '–', '-', ','])
}

/// The sentence of a text that a byte stands in. Lines do not end sentences in a brief.
fn sentence(text: &str, at: usize) -> (usize, usize) {
    let border = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let (from, to) = (border(at.saturating_sub(LOOKED_AT)), border(at.saturating_add(LOOKED_AT)));
    let flat = text[from..to].replace('\n', " ");
    let found = imr_index::sentences(&flat).into_iter().find(|sentence| at < from + sentence.end);
    found.map_or((from, to), |sentence| (from + sentence.start, from + sentence.end))
}
