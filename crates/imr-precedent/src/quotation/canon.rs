//! Text as quotations are compared: what typesetting changes is taken out of it.
//!
//! White space counts for nothing but where it divides words, quotation marks of all kinds are one, so are hyphens and
//! dashes, ligatures are their letters, and a hyphen at the end of a line may stand or fall.

use std::ops::Range;

/// A character that is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    /// What it is compared as.
    pub(super) folded: char,
    /// What stands in the text.
    pub(super) raw: char,
    /// Where that begins, in bytes.
    pub(super) at: usize,
    /// White space stands before it, or nothing.
    pub(super) after_blank: bool,
    /// A hyphen that a line break may have put there.
    pub(super) may_fall: bool,
}

impl Character {
    /// The end of what stands in the text, in bytes.
    pub(super) fn end(&self) -> usize {
        self.at + self.raw.len_utf8()
    }
}

/// The characters of a text.
pub(super) fn characters(text: &str) -> Vec<Character> {
    let mut found: Vec<Character> = Vec::with_capacity(text.len());
    let mut after_blank = true;
    for (at, raw) in text.char_indices() {
        if raw.is_whitespace() {
            after_blank = true;
            continue;
        }
        if is_invisible(raw) {
            continue;
        }
        let mut ligature = [raw, '\0', '\0'];
        for folded in folded(raw, &mut ligature) {
            let doubled = !after_blank && matches!(folded, '\'' | '-');
            match found.last_mut().filter(|last| doubled && last.folded == folded) {
                // `--` is a dash, `''` a quotation mark.
                Some(last) if folded == '-' => last.raw = '—',
                Some(_) => {}
                None => found.push(Character { folded, raw, at, after_blank, may_fall: false }),
            }
            after_blank = false;
        }
    }
    mark_line_ends(&mut found);
    found
}

/// What a character is compared as.
fn folded(raw: char, letters: &mut [char; 3]) -> impl Iterator<Item = char> {
    *letters = match raw {
        'ﬀ' => ['f', 'f', '\0'],
        'ﬁ' => ['f', 'i', '\0'],
        'ﬂ' => ['f', 'l', '\0'],
        'ﬃ' => ['f', 'f', 'i'],
        'ﬄ' => ['f', 'f', 'l'],
        'ﬅ' | 'ﬆ' => ['s', 't', '\0'],
        '…' => ['.', '.', '.'],
        other if is_quotation_mark(other) => ['\'', '\0', '\0'],
        other if is_dash(other) => ['-', '\0', '\0'],
        other => [other, '\0', '\0'],
    };
    letters.iter().copied().take_while(|letter| *letter != '\0').collect::<Vec<_>>().into_iter()
}

fn is_quotation_mark(c: char) -> bool {
    matches!(c, '\'' | '"' | '`' | '´' | '‘' | '’' | '‚' | '‛' | '“' | '”' | '„' | '‟' | '′' | '″' | '«' | '»')
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−')
}

/// Characters that nobody sees: soft hyphens, joiners, marks of direction and byte order, and the control characters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || c.is_control()
}

/// Marks hyphens between two parts of a word that white space divides: `lum-` and `bar` of two lines may be `lumbar`.
/// `short- and long-term` has a hyphen of its own.
fn mark_line_ends(found: &mut [Character]) {
    for hyphen in 1..found.len().saturating_sub(1) {
        let [before, this, after] = [found[hyphen - 1], found[hyphen], found[hyphen + 1]];
        let divides = this.folded == '-' && this.raw != '—' && !this.after_blank && after.after_blank;
        if divides && before.folded.is_alphabetic() && after.folded.is_lowercase() {
            let rest = &found[hyphen + 1..];
            let length = 1 + rest[1..].iter().take_while(|c| !c.after_blank).count();
            let word: String = rest[..length.min(8)].iter().map(|c| c.folded).collect();
            found[hyphen].may_fall = !matches!(word.as_str(), "and" | "or" | "to" | "nor" | "versus" | "vs.");
        }
    }
}

/// Whether words may begin at a character: not inside a word, a number or a compound, so that `necessary` is not found in
/// `unnecessary`, nor `free` in `pain-free`.
pub(super) fn may_begin(text: &[Character], at: usize) -> bool {
    let Some(this) = text.get(at).filter(|this| !this.after_blank) else { return true };
    let Some(before) = at.checked_sub(1).map(|at| text[at]) else { return true };
    let further = at.checked_sub(2).filter(|_| !before.after_blank).map(|at| text[at].folded);
    let is_joined = |joins: fn(char) -> bool| further.is_some_and(joins);
    let is_part = this.folded.is_alphanumeric()
        && match before.raw {
            before if before.is_alphanumeric() => true,
            '.' | ',' | ':' => this.folded.is_ascii_digit() && is_joined(|c| c.is_ascii_digit()),
            '/' => is_joined(char::is_alphanumeric),
            '<' | '>' | '≤' | '≥' | '±' | '~' => true,
            '—' => false,
            dash if is_dash(dash) => {
                is_joined(char::is_alphanumeric) || further.is_none() && this.folded.is_ascii_digit()
            }
            mark if is_quotation_mark(mark) => is_joined(char::is_alphanumeric),
            _ => false,
        };
    !is_part
}

/// Whether words may end before a character; the same rule from the other side.
pub(super) fn may_end(text: &[Character], end: usize) -> bool {
    let Some(next) = text.get(end).filter(|next| !next.after_blank) else { return true };
    let Some(last) = end.checked_sub(1).map(|at| text[at]) else { return true };
    let further = text.get(end + 1).filter(|further| !further.after_blank).map(|further| further.folded);
    let is_joined = |joins: fn(char) -> bool| further.is_some_and(joins);
    let is_part = last.folded.is_alphanumeric()
        && match next.raw {
            next if next.is_alphanumeric() => true,
            '.' | ',' | ':' => last.folded.is_ascii_digit() && is_joined(|c| c.is_ascii_digit()),
            '/' => is_joined(char::is_alphanumeric),
            '%' | '°' => last.folded.is_ascii_digit(),
            '—' => false,
            dash if is_dash(dash) => is_joined(char::is_alphanumeric),
            mark if is_quotation_mark(mark) => is_joined(char::is_alphabetic),
            _ => false,
        };
    !is_part
}

/// A stretch of a text between two blanks.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
    /// As it is compared, letter for letter.
    pub(super) exact: String,
    /// Its letters and digits only, in lower case; what is without them stays as it is.
    pub(super) key: String,
}

/// The chunks of a text.
pub(super) fn chunks(text: &str) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for character in characters(text) {
        match chunks.last_mut() {
            Some(chunk) if !character.after_blank => {
                chunk.exact.push(character.folded);
                chunk.range.end = character.end();
            }
            _ => chunks.push(Chunk {
                range: character.at..character.end(),
                exact: character.folded.to_string(),
                key: String::new(),
            }),
        }
    }
    for chunk in &mut chunks {
        let letters = chunk.exact.chars().filter(|c| c.is_alphanumeric());
        chunk.key = letters.flat_map(char::to_lowercase).collect();
        if chunk.key.is_empty() {
            chunk.key.clone_from(&chunk.exact);
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        characters(text).iter().map(|c| c.folded).collect()
    }

    #[test]
    fn typesetting_is_taken_out() {
        for (name, one, other) in [
            ("white space and line breaks", "is not\r\n  necessary", "is not necessary"),
            ("no-break space", "24\u{a0}hours", "24 hours"),
            ("quotation marks", "“so” it’s ''said''", "\"so\" it's \"said\""),
            ("dashes", "5–10—so−1", "5-10--so-1"),
            ("ligatures", "ﬁrst eﬃcacy", "first efficacy"),
            ("ellipsis", "and…", "and..."),
            ("soft hyphen and joiner", "lum\u{ad}bar\u{200b}", "lumbar"),
        ] {
            assert_eq!(folded(one), folded(other), "case: {name}");
        }
        assert_ne!(folded("Not"), folded("not"), "case counts");
    }

    #[test]
    fn words_begin_and_end_where_nothing_is_cut() {
        for (name, text, part, want) in [
            ("a word", "is necessary.", "necessary", true),
            ("inside a word", "is unnecessary.", "necessary", false),
            ("a word with a prefix", "is non-necessary.", "necessary", false),
            ("before a suffix", "is pain-free now", "pain", false),
            ("before a contraction", "he can't walk", "can", false),
            ("after a dash", "pain—necessary", "necessary", true),
            ("part of a number", "takes 10.5 mg", "10", false),
            ("part of a strength", "takes 10/325mg", "10", false),
            ("a share", "by 50% only", "50", false),
            ("less than", "is <5 now", "5", false),
            ("a minus", "is -5 now", "5", false),
            ("before a stop", "takes 10. Then", "10", true),
            ("in quotation marks", "says “never” here", "never", true),
        ] {
            let characters = characters(text);
            let before = text.find(part).unwrap();
            let start = characters.iter().position(|c| c.at == before).unwrap();
            let end = start + part.chars().filter(|c| !c.is_whitespace()).count();
            assert_eq!(may_begin(&characters, start) && may_end(&characters, end), want, "case: {name}");
        }
    }

    #[test]
    fn hyphens_of_line_ends_may_fall() {
        for (text, want) in [
            ("the lum-\nbar spine", 1),
            ("the lum- bar spine", 1),
            ("short- and long-term", 0),
            ("pain - and more", 0),
            ("well-known", 0),
            ("2-\nday", 0),
        ] {
            assert_eq!(characters(text).iter().filter(|c| c.may_fall).count(), want, "case: {text:?}");
        }
    }
}
