//! Finds names by the word that they begin with.

use std::hash::BuildHasher;
use std::iter::successors;

use rustc_hash::FxBuildHasher;

/// The places of names in chains, one for all first words of one bucket.
///
/// It is made in one pass and copies no word: a query looks up a few of many thousand names, and to sort them or to give
/// each first word a list of its own takes longer than to answer the query.
pub(crate) struct FirstWords {
    /// For each bucket the first of its places.
    heads: Vec<Option<u32>>,
    /// For each place the next of its bucket.
    next: Vec<Option<u32>>,
}

impl FirstWords {
    pub(crate) fn new<N: AsRef<str>>(names: &[N]) -> Self {
        let mut words = Self { heads: vec![None; names.len().next_power_of_two()], next: vec![None; names.len()] };
        // The last name first: a chain begins with what was put in last.
        for (place, name) in names.iter().enumerate().rev() {
            let bucket = words.bucket(first_word(name.as_ref()));
            words.next[place] = std::mem::replace(&mut words.heads[bucket], u32::try_from(place).ok());
        }
        words
    }

    /// The places of all names that begin with a word, ascending; names with other first words may be among them.
    pub(crate) fn places(&self, word: &str) -> impl Iterator<Item = usize> {
        let first = self.heads[self.bucket(word)];
        successors(first, |place| self.next[*place as usize]).map(|place| place as usize)
    }

    fn bucket(&self, word: &str) -> usize {
        let hash = usize::try_from(FxBuildHasher.hash_one(word) & u64::from(u32::MAX)).unwrap_or_default();
        hash & (self.heads.len() - 1)
    }
}

/// The word that a text begins with, or the sign.
pub(crate) fn first_word(text: &str) -> &str {
    let ascii = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let ends = text.as_bytes().get(ascii).is_none_or(u8::is_ascii);
    let end = if ends { ascii } else { text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len()) };
    let sign = text.chars().next().map_or(0, char::len_utf8);
    &text[..end.max(sign)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_and_signs() {
        for (text, want) in [
            ("wrist brace", "wrist"),
            ("5% patch", "5"),
            ("(wrist)", "("),
            ("mu\u{df}e mu", "mu\u{df}e"),
            ("mu\u{2013}mu", "mu"),
            ("\u{2013}mu", "\u{2013}"),
            ("", ""),
        ] {
            assert_eq!(first_word(text), want, "case: {text}");
        }
    }

    #[test]
    fn every_name_is_found_by_its_first_word() {
        let names = ["wrist", "wrist brace", "box", "", "(wrist)", "wrist", "mu\u{df}"];
        let words = FirstWords::new(&names);
        for (word, want) in
            [("wrist", vec![0, 1, 5]), ("box", vec![2]), ("", vec![3]), ("(", vec![4]), ("mu\u{df}", vec![6])]
        {
            let places = words.places(word).filter(|place| first_word(names[*place]) == word);
            assert_eq!(places.collect::<Vec<_>>(), want, "case: {word}");
        }
        assert_eq!(FirstWords::new::<&str>(&[]).places("wrist").count(), 0);
    }
}
