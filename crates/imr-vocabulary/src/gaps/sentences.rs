//! The sentences of a text, as patterns expect them.

use memchr::{memchr3_iter, memmem};

/// Writes a sentence as the patterns expect it: lower case, single blanks, straight quotation marks.
pub(crate) fn plain(sentence: &str, plain: &mut Vec<u8>) {
    plain.clear();
    if sentence.is_ascii() {
        plain.extend(sentence.bytes().map(plain_ascii));
    } else {
        let mut room = [0; 4];
        sentence.chars().for_each(|c| plain.extend_from_slice(plain_char(c).encode_utf8(&mut room).as_bytes()));
    }
    if memmem::find(plain, b"  ").is_some() {
        plain.dedup_by(|next, byte| *byte == b' ' && *next == b' ');
    }
}

fn plain_ascii(byte: u8) -> u8 {
    if matches!(byte, b'\t'..=b'\r') { b' ' } else { byte.to_ascii_lowercase() }
}

pub(crate) fn plain_char(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        c => c.to_ascii_lowercase(),
    }
}

/// Sentences are cut at this many bytes.
const LONGEST: usize = 2_000;

/// The sentences of a text: they end at a full stop, question or exclamation mark before a blank and a capital. An
/// abbreviation cuts a sentence in two, which costs a pattern at most.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let current = rest.trim_start();
        if current.is_empty() {
            return None;
        }
        let ends = |at: &usize| {
            let next = current[at + 1..].trim_start();
            next.len() < current.len() - at - 1 && !next.starts_with(char::is_lowercase)
        };
        let end = memchr3_iter(b'.', b'?', b'!', current.as_bytes()).find(ends).map_or(current.len(), |at| at + 1);
        // A text without full stops is no reason to try patterns on all of it at once.
        let end = (0..=end.min(LONGEST)).rev().find(|end| current.is_char_boundary(*end) && *end > 0).unwrap_or(end);
        rest = &current[end..];
        Some(&current[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_before_a_capital() {
        for (text, want) in [
            ("One. Two? Three", vec!["One.", "Two?", "Three"]),
            ("He takes 0.5 mg. It helps.", vec!["He takes 0.5 mg.", "It helps."]),
            ("See p. 24 of it. (So.)", vec!["See p.", "24 of it.", "(So.)"]),
            ("  ", vec![]),
        ] {
            assert_eq!(sentences(text).collect::<Vec<_>>(), want, "case: {text}");
        }
    }

    #[test]
    fn sentences_are_compared_in_plain_letters() {
        for (printed, want) in [
            ("No\n\x0b Sleep.", "no sleep."),
            ("It\u{2019}s\u{a0}\u{2003}\u{201c}So\u{201d} \u{c9}", "it's \"so\" \u{c9}"),
            ("a \x1f b ", "a \x1f b "),
        ] {
            let mut text = Vec::new();
            plain(printed, &mut text);
            assert_eq!(text, want.as_bytes(), "case: {printed}");
        }
    }
}
