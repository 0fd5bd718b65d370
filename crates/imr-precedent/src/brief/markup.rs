//! Plain text and Markdown as paragraphs.

use std::sync::LazyLock;

use regex::Regex;

use super::{Markup, Paragraph, Spot};

/// The paragraphs of a text: empty lines divide them, and so does the begin or end of a block quote (`> `).
pub(super) fn paragraphs(text: &str, markup: Markup) -> Vec<Paragraph> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut goes_on = false;
    for (index, line) in text.split('\n').enumerate() {
        let (line, is_marked) = without_quote_marks(line);
        let is_quotation =
            is_marked || goes_on && paragraphs.last().is_some_and(|last| last.is_quotation) && is_lazy(line);
        let is_heading = markup == Markup::Markdown && is_heading(line);
        if line.trim().is_empty() {
            goes_on = false;
            continue;
        }
        let (note, line) = if markup == Markup::Markdown { note(line) } else { (None, line) };
        match paragraphs.last_mut() {
            Some(last) if goes_on && !is_heading && note.is_none() && last.is_quotation == is_quotation => {
                last.line_ends.push(last.text.len());
                last.text.push('\n');
                add_line(last, line, markup);
            }
            _ => {
                let spot = Some(Spot::Line(index + 1));
                let mut paragraph = Paragraph { spot, is_quotation, note, ..Paragraph::default() };
                add_line(&mut paragraph, line, markup);
                paragraphs.push(paragraph);
            }
        }
        goes_on = !is_heading;
    }
    paragraphs
}

/// A line without the marks of a block quote, and whether it had any.
fn without_quote_marks(line: &str) -> (&str, bool) {
    let mut rest = line;
    while let Some(quoted) = rest.trim_start().strip_prefix('>') {
        rest = quoted.strip_prefix(' ').unwrap_or(quoted);
    }
    (rest, rest.len() < line.len() && line.len() - line.trim_start().len() < 4)
}

/// Whether a line without a mark belongs to the block quote above it, as Markdown has it ("lazy continuation"), and is
/// not the citation below that writers put there.
fn is_lazy(line: &str) -> bool {
    let begins = |start: &str| line.trim_start().starts_with(start);
    !["(", "[", "—", "–", "-", "*", "#", "CM", "IMR", "Id.", "See"].into_iter().any(begins)
}

fn is_heading(line: &str) -> bool {
    let marks = line.trim_start().bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&marks) && line.trim_start()[marks..].starts_with(' ')
}

/// The name of the footnote that a line of Markdown defines, and the rest of the line.
fn note(line: &str) -> (Option<String>, &str) {
    let defined = line.trim_start().strip_prefix("[^").and_then(|rest| rest.split_once("]:"));
    match defined {
        Some((name, rest)) if !name.contains(']') => (Some(name.to_owned()), rest),
        _ => (None, line),
    }
}

static INLINE: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \\(?<escaped> [[:punct:]] )
        | \[\^ (?<note> [^\]\s]{1,40} ) \]
        | !? \[ (?<link> [^\[\]]{1,400} ) \] \( [^()\s]{0,800} (?:\s+ \x22[^\x22]*\x22)? \)
        | & (?<entity> quot|ldquo|rdquo|lsquo|rsquo|apos|nbsp|hellip|ndash|mdash|amp|lt|gt ) ;
        | (?<emphasis> \*{1,3} | _{1,3} | ` )",
    )
});

/// Adds a line, in Markdown without its marks: emphasis, links, references to notes, escapes.
fn add_line(paragraph: &mut Paragraph, line: &str, markup: Markup) {
    let Ok(pattern) = INLINE
        .as_ref()
        .map_err(|_| ())
        .and_then(|pattern| if markup == Markup::Markdown { Ok(pattern) } else { Err(()) })
    else {
        paragraph.text.push_str(line);
        return;
    };
    let mut from = 0;
    for found in pattern.captures_iter(line) {
        let Some(all) = found.get(0) else { continue };
        paragraph.text.push_str(&line[from..all.start()]);
        from = all.end();
        let kept = |name| found.name(name).map(|text| text.as_str());
        if let Some(name) = kept("note") {
            paragraph.references.push((paragraph.text.len(), name.to_owned()));
        } else if let Some(entity) = kept("entity") {
            paragraph.text.push(character(entity));
        } else if found.name("emphasis").is_some() {
            let text = if is_emphasis(line, all.range()) { "" } else { all.as_str() };
            paragraph.text.push_str(text);
        } else {
            paragraph.text.push_str(kept("escaped").or_else(|| kept("link")).unwrap_or_default());
        }
    }
    paragraph.text.push_str(&line[from..]);
}

/// Whether marks open or close emphasis: `* * *` is an ellipsis, `snake_case` a word.
fn is_emphasis(line: &str, marks: std::ops::Range<usize>) -> bool {
    let (before, after) = (line[..marks.start].chars().next_back(), line[marks.end..].chars().next());
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let in_word = line[marks].starts_with('_') && is_letter(before) && is_letter(after);
    !(is_blank(before) && is_blank(after) || in_word)
}

fn character(entity: &str) -> char {
    match entity {
        "quot" => '"',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" | "apos" => '’',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        _ => '\u{a0}',
    }
}
