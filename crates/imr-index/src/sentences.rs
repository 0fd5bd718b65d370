//! Where sentences and paragraphs begin; the same for the index and for what is shown of a text.

use std::ops::Range;

use crate::analysis::{PARAGRAPH_START, SENTENCE_START};

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
    for at in text.bytes().enumerate().filter(|(_, byte)| is_stop(*byte)).map(|(at, _)| at) {
        let Some(end) = end_of_sentence(text, at).filter(|end| *end > start) else { continue };
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

/// What ends between two words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) sentence: bool,
    /// Where a paragraph ends, a sentence does.
    pub(crate) paragraph: bool,
}

impl Ends {
    /// What marks the word behind in the index.
    pub(crate) fn marks(self) -> impl Iterator<Item = &'static str> {
        [(self.sentence, SENTENCE_START), (self.paragraph, PARAGRAPH_START)]
            .into_iter()
            .filter_map(|(is_there, mark)| is_there.then_some(mark))
    }
}

/// What ends in a text between a word that ends and one that starts at a place.
#[inline]
pub(crate) fn ends_between(text: &str, end: usize, start: usize) -> Ends {
    let mut ends = Ends::default();
    for (at, byte) in (end..start).zip(&text.as_bytes()[end..start]) {
        if is_stop(*byte) {
            ends.paragraph |= *byte == b'\n';
            ends.sentence |= end_of_sentence(text, at).is_some();
        }
    }
    ends
}

/// Whether a sentence may end at a byte. Of characters that take several bytes, no byte is one of these.
fn is_stop(byte: u8) -> bool {
    matches!(byte, b'.' | b'?' | b'!' | b'\n')
}

/// The end of a sentence, if the stop at `at` ends it. A line break always does.
fn end_of_sentence(text: &str, at: usize) -> Option<usize> {
    if text.as_bytes()[at] == b'\n' {
        return Some(at + 1);
    }
    let after = text[at + 1..].trim_start_matches(['"', '\'', ')', ']', '”', '’']);
    if !(after.is_empty() || after.starts_with(char::is_whitespace)) {
        return None;
    }
    let last_word = text[..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let mut letters = last_word.chars();
    let is_initial = letters.next().is_some_and(|c| !c.is_numeric()) && letters.next().is_none();
    let is_abbreviation = is_initial || ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(last_word));
    let goes_on = after.trim_start().starts_with(char::is_lowercase);
    (!is_abbreviation && !goes_on).then(|| text.len() - after.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{boundaries, word_places};

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
            ("One.) Two?! Three.. Four\n.\nFive", "One.)|Two?!|Three..|Four|.|Five"),
            ("", ""),
        ] {
            let found: Vec<&str> = sentences(text).into_iter().map(|range| text[range].trim()).collect();
            assert_eq!(found.join("|"), want, "case: {text:?}");
        }
    }

    #[test]
    fn words_know_where_their_sentences_begin() {
        for text in [
            "Take 0.5 mg. See Smith et al. 2004. Is it? \"Yes.\" it is! The end",
            "Dr. Roe, e.g. of St. Mary, came. (See p. 24.) Then",
            "One.) Two?! Three.. Four\n.\nFive. ",
            "\n\nOne\r\n\r\ntwo . Three ? four ! Five\u{a0}“Six.” Seven",
            "a.b c.d. E",
            ". . .",
        ] {
            let words: Vec<Range<usize>> = word_places(text).collect();
            let first_word = |at: usize| words.partition_point(|word| word.start < at);
            let mut begin: Vec<u32> = sentences(text)
                .iter()
                .map(|sentence| first_word(sentence.start))
                .filter(|position| (1..words.len()).contains(position))
                .map(|position| u32::try_from(position).unwrap())
                .collect();
            begin.dedup();
            assert_eq!(boundaries(text, &words).sentences, begin, "case: {text:?}");
        }
    }
}
