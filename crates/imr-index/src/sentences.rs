//! Where sentences and paragraphs begin; the same for the index and for what is shown of a text.

use std::ops::Range;

/// What a full stop behind does not end a sentence.
const ABBREVIATIONS: [&str; 19] = [
    "dr", "mr", "mrs", "ms", "vs", "e.g", "i.e", "etc", "no", "p", "pg", "pp", "st", "approx", "al", "inc", "wt",
    "ref", "dept",
];

/// The sentences of a text, in order; together they are the text. A stop inside a number, behind an initial or a common
/// abbreviation ends none, a line break ends one.
///
/// # Examples
///
/// ```
/// let text = "Take 0.5 mg. See Smith et al. 2004.";
/// let found: Vec<&str> = imr_index::sentences(text).into_iter().map(|range| text[range].trim()).collect();
/// assert_eq!(found, ["Take 0.5 mg.", "See Smith et al. 2004."]);
/// ```
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    // Up to `seen` the sentence is known to be blank, or not.
    let (mut start, mut seen, mut is_blank) = (0, 0, true);
    for (at, stop) in text.char_indices().filter(|(_, c)| matches!(c, '.' | '?' | '!' | '\n')) {
        let end = if stop == '\n' { Some(at + 1) } else { end_of_sentence(text, start, at) };
        let Some(end) = end.filter(|end| *end > start) else { continue };
        is_blank &= text[seen.max(start)..end].trim().is_empty();
        seen = end;
        if !is_blank {
            sentences.push(start..end);
            (start, is_blank) = (end, true);
        }
    }
    if !text[start..].trim().is_empty() {
        sentences.push(start..text.len());
    }
    sentences
}

/// The end of the sentence that began at `start`, if the stop at `at` ends it.
fn end_of_sentence(text: &str, start: usize, at: usize) -> Option<usize> {
    let after = text[at + 1..].trim_start_matches(['"', '\'', ')', ']', '”', '’']);
    if !(after.is_empty() || after.starts_with(char::is_whitespace)) {
        return None;
    }
    let start = start.min(at);
    let last_word =
        text[start..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    let is_abbreviation = ABBREVIATIONS.contains(&last_word.as_str())
        || last_word.chars().count() == 1 && !last_word.starts_with(char::is_numeric);
    let goes_on = after.trim_start().starts_with(char::is_lowercase);
    (!is_abbreviation && !goes_on).then(|| text.len() - after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_their_stops() {
        for (text, want) in [
            (
                "Take 0.5 mg. See Smith et al. 2004. Is it? \"Yes.\" it is! The end",
                "Take 0.5 mg.|See Smith et al. 2004.|Is it?|\"Yes.\" it is!|The end",
            ),
            (
                "Dr. Roe, e.g. of St. Mary, came. (See p. 24.) Then",
                "Dr. Roe, e.g. of St. Mary, came.|(See p. 24.)|Then",
            ),
            ("One\n\nTwo. ", "One|Two."),
            ("...", "..."),
            ("", ""),
        ] {
            let found: Vec<&str> = sentences(text).into_iter().map(|range| text[range].trim()).collect();
            assert_eq!(found.join("|"), want, "case: {text:?}");
        }
    }
}
