//! The quotations in a brief: between quotation marks, and in paragraphs that are quotations as a whole.

use super::{Paragraph, Quoted, SHORTEST_QUOTATION, cases, words};

/// A quotation goes over at most so many paragraphs.
const PARAGRAPHS: usize = 8;
/// A quotation has at most so many bytes: a mark that nobody closed does not swallow the brief.
const LONGEST: usize = 20_000;

/// The quotations of a brief, in their order.
pub(super) fn quotations(paragraphs: &[Paragraph]) -> Vec<Quoted> {
    let mut quotations = Vec::new();
    // Up to here the paragraph belongs to a quotation that began before it.
    let mut from = (0, 0);
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if paragraph.is_quotation {
            quotations.extend(block(paragraphs, index));
            continue;
        }
        let start = if from.0 == index { from.1 } else { 0 };
        let Scanned { mut pairs, open } = scan(&paragraph.text, start);
        pairs.extend(single(&paragraph.text, start, &pairs));
        pairs.sort_unstable();
        quotations.extend(pairs.into_iter().map(|(start, end)| quoted(paragraphs, (index, start), (index, end))));
        if let Some((open, last, end)) = open.and_then(|open| closed_later(paragraphs, index, open)) {
            quotations.push(quoted(paragraphs, (index, open), (last, end)));
            from = (last, end);
        }
    }
    quotations
}

/// A quotation between two quotation marks, which are left out.
fn quoted(paragraphs: &[Paragraph], (first, open): (usize, usize), (last, close): (usize, usize)) -> Quoted {
    let mut text = String::new();
    for (index, paragraph) in paragraphs.iter().enumerate().take(last + 1).skip(first) {
        let start = if index == first { after(&paragraph.text, open) } else { 0 };
        let end = if index == last { close } else { paragraph.text.len() };
        let part = paragraph.text.get(start..end).unwrap_or_default();
        if index > first {
            text.push('\n');
        }
        text.push_str(if index > first { part.trim_start().trim_start_matches(OPENING) } else { part });
    }
    let (spot, end) = (paragraphs[first].spot(open), after(&paragraphs[last].text, close));
    Quoted {
        text,
        spot,
        cited: Vec::new(),
        basis: None,
        paragraph: first,
        start: open,
        last_paragraph: last,
        end,
        is_block: false,
    }
}

/// A paragraph that is a quotation, without the case number at its end and the quotation marks around it.
fn block(paragraphs: &[Paragraph], index: usize) -> Option<Quoted> {
    let text = &paragraphs[index].text;
    let end = cases::cited(&paragraphs[index..=index]).first().map_or(text.len(), |cited| {
        let before = &text[..cited.start];
        let opened = before.rfind(['(', '[', '—', '–', '\n']);
        let stop = before.rfind(['.', '”', '"']).map(|at| after(before, at));
        opened.max(stop).unwrap_or(0)
    });
    let start = text.len() - text.trim_start().len();
    let body = text.get(start..end).unwrap_or_default().trim_end();
    if body.is_empty() {
        return None;
    }
    let inner = body.strip_prefix(OPENING).and_then(|inner| inner.strip_suffix(CLOSING)).unwrap_or(body);
    Some(Quoted {
        text: inner.to_owned(),
        spot: paragraphs[index].spot(start),
        cited: Vec::new(),
        basis: None,
        paragraph: index,
        start,
        last_paragraph: index,
        end: start + body.len(),
        is_block: true,
    })
}

const OPENING: [char; 3] = ['"', '“', '«'];
const CLOSING: [char; 3] = ['"', '”', '»'];

/// Where the character at a byte ends.
fn after(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// What was found in a paragraph.
#[derive(Default)]
struct Scanned {
    /// The bytes of quotation marks that belong together; of nested ones the outermost.
    pairs: Vec<(usize, usize)>,
    /// One that is not closed in the paragraph.
    open: Option<usize>,
}

/// Finds quotation marks that belong together, in one pass.
fn scan(text: &str, from: usize) -> Scanned {
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let last_curly = text.rfind(['”', '»']);
    for (at, mark) in text.char_indices().filter(|(at, mark)| *at >= from && is_mark(*mark)) {
        let is_in_curly = open.last().is_some_and(|(_, is_curly)| *is_curly);
        let closes = match mark {
            '“' | '«' => false,
            '”' | '»' => true,
            _ if is_in_curly => may_close(text, at) && last_curly.is_none_or(|last| last < at),
            _ => !open.is_empty() && may_close(text, at) && !is_inch(text, at),
        };
        if closes {
            pairs.extend(open.pop().map(|(start, _)| (start, at)).filter(|(start, end)| end - start < LONGEST));
        } else if mark != '"' {
            open.push((at, true));
        } else if !is_in_curly && may_open(text, at) {
            // The mark before was never closed.
            open.retain(|(_, is_curly)| *is_curly);
            open.push((at, false));
        }
    }
    pairs.sort_unstable_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    let mut covered = 0;
    pairs.retain(|(start, end)| {
        let is_outermost = *start >= covered;
        covered = if is_outermost { *end } else { covered };
        is_outermost
    });
    let open = open.last().map(|(at, _)| *at).filter(|at| *at >= covered);
    Scanned { pairs, open }
}

/// The bytes of single quotation marks around a quotation, outside of double ones. An apostrophe may look like one: it
/// begins no word, and one behind an `s` with a word behind it is a possessive.
fn single(text: &str, from: usize, doubles: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let marks: Vec<usize> = text
        .char_indices()
        .filter(|(at, c)| *at >= from && matches!(c, '\'' | '‘' | '’'))
        .map(|(at, _)| at)
        .filter(|at| !doubles.iter().any(|(start, end)| (start..=end).contains(&at)))
        .collect();
    let mut pairs = Vec::new();
    let mut free = from;
    for (index, open) in marks.iter().enumerate().filter(|(_, open)| opens_single(text, **open)) {
        if *open < free {
            continue;
        }
        let next_double = doubles.iter().map(|(start, _)| *start).find(|start| start > open).unwrap_or(text.len());
        let behind = marks[index + 1..].iter().take_while(|at| **at < next_double && **at - open < LONGEST);
        let closing: Vec<usize> =
            behind.take_while(|at| !opens_single(text, **at)).filter(|at| closes_single(text, **at)).copied().collect();
        let close = closing.iter().find(|at| !is_possessive(text, **at)).or(closing.last());
        let Some(close) = close.filter(|close| words(&text[after(text, *open)..**close]) >= SHORTEST_QUOTATION) else {
            continue;
        };
        pairs.push((*open, *close));
        free = after(text, *close);
    }
    pairs
}

fn opens_single(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let begins = before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–'));
    let follows = text[after(text, at)..].chars().next();
    // `’90s` and `’tis` are cut short.
    begins && !text[at..].starts_with('’') && follows.is_some_and(|c| c.is_alphabetic() || matches!(c, '[' | '.' | '…'))
}

fn closes_single(text: &str, at: usize) -> bool {
    let follows = text[after(text, at)..].chars().next();
    !text[at..].starts_with('‘')
        && follows.is_none_or(|c| !c.is_alphanumeric())
        && text[..at].ends_with(|c: char| !c.is_whitespace())
}

fn is_possessive(text: &str, at: usize) -> bool {
    let behind = text[after(text, at)..].strip_prefix([' ', '\n']);
    text[..at].ends_with('s') && behind.is_some_and(|behind| behind.starts_with(char::is_lowercase))
}

fn is_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '«' | '»')
}

/// Whether a straight mark can begin a quotation.
fn may_open(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let begins =
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '{' | '-' | '–' | '—' | '/' | '‘' | '\''));
    begins && text[at + 1..].starts_with(|c: char| !c.is_whitespace())
}

/// Whether a straight mark can end a quotation; the number of a note may stand behind.
fn may_close(text: &str, at: usize) -> bool {
    let follows = text[at + 1..].chars().next();
    let ends = follows.is_none_or(|c| !c.is_alphabetic());
    ends && text[..at].ends_with(|c: char| !c.is_whitespace())
}

/// Whether a straight mark behind a number is a sign of inches: the next mark closes, too.
fn is_inch(text: &str, at: usize) -> bool {
    let next = text[at + 1..].find('"').map(|next| at + 1 + next);
    text[..at].ends_with(|c: char| c.is_ascii_digit())
        && next.is_some_and(|next| next - at < LONGEST && may_close(text, next) && !may_open(text, next))
}

/// Where a quotation ends that is not closed in its paragraph: in one that follows, before another begins there, but for
/// the mark that each further paragraph of a quotation begins with.
fn closed_later(paragraphs: &[Paragraph], index: usize, open: usize) -> Option<(usize, usize, usize)> {
    for (last, paragraph) in paragraphs.iter().enumerate().skip(index + 1).take(PARAGRAPHS) {
        if paragraph.is_quotation || paragraph.note != paragraphs[index].note {
            return None;
        }
        let start = paragraph.text.len() - paragraph.text.trim_start().len();
        let reopened = paragraph.text[start..].starts_with(OPENING);
        let from = if reopened { after(&paragraph.text, start) } else { 0 };
        let rest = &paragraph.text[from..];
        let marks = rest.char_indices().filter(|(_, c)| is_mark(*c)).map(|(at, c)| (from + at, c));
        for (at, mark) in marks {
            let text = &paragraph.text;
            match mark {
                '”' | '»' => return Some((open, last, at)),
                '"' if may_close(text, at) && !is_inch(text, at) => return Some((open, last, at)),
                '"' if !may_open(text, at) => {}
                _ => return None,
            }
        }
        if !reopened && last > index + 1 {
            return None;
        }
    }
    None
}
