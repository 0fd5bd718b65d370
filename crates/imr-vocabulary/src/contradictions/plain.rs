//! A sentence as patterns expect it, and back.

use std::ops::Range;

use super::affirmation::tells_findings;
use super::denial::{Denial, denials, is_of_findings};
use crate::gaps::plain_char;

/// A sentence in lower case, with single blanks and straight quotation marks. It knows where each byte was printed.
pub struct Plain {
    text: String,
    /// Where each byte of the text was printed, and where the sentence ends.
    places: Vec<usize>,
}

impl Plain {
    /// A sentence as it is printed.
    #[must_use]
    pub fn new(printed: &str) -> Self {
        let (mut text, mut places) = (String::with_capacity(printed.len()), Vec::with_capacity(printed.len() + 1));
        for (place, c) in printed.char_indices() {
            let c = plain_char(c);
            if c == ' ' && (text.is_empty() || text.ends_with(' ')) {
                continue;
            }
            text.push(c);
            places.resize(text.len(), place);
        }
        places.push(printed.len());
        Self { text, places }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a stretch of it was printed, without a blank at its end.
    #[must_use]
    pub fn printed(&self, stretch: &Range<usize>) -> Range<usize> {
        let at = |place: usize| self.places.get(place).or(self.places.last()).copied().unwrap_or(0);
        let text = self.text.get(stretch.clone()).unwrap_or_default().trim_end();
        at(stretch.start)..at(stretch.start + text.len())
    }

    /// What it says is not documented or not there.
    #[must_use]
    pub fn denials(&self) -> Vec<Denial> {
        denials(&self.text)
    }

    /// Whether it denies what an examination would find: `no spasm on examination`. A complaint or a diagnosis does not
    /// contradict it; complaints `on exam` are told, not found.
    #[must_use]
    pub fn is_of_findings(&self) -> bool {
        is_of_findings(&self.text)
    }

    /// Whether it tells what an examination found: `on examination there is spasm`, not `he complains of spasm`.
    #[must_use]
    pub fn tells_findings(&self) -> bool {
        tells_findings(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_found_where_it_was_printed() {
        for (printed, plain, stretch, want) in [
            ("No  Spasm.", "no spasm.", "spasm", "Spasm"),
            (" \u{201c}No\u{a0}\n spasm\u{201d}", "\"no spasm\"", "no spasm", "No\u{a0}\n spasm"),
            ("Pain \u{b0} 4/5 ", "pain \u{b0} 4/5 ", "\u{b0} 4/5 ", "\u{b0} 4/5"),
        ] {
            let sentence = Plain::new(printed);
            assert_eq!(sentence.text(), plain);
            let start = plain.find(stretch).unwrap();
            let range = sentence.printed(&(start..start + stretch.len()));
            assert_eq!(&printed[range], want, "case: {printed:?}");
        }
        assert_eq!(Plain::new("").printed(&(3..9)), 0..0);
    }
}
