//! Lists of names that are ready to be searched when the program starts: a query looks up a few of many thousand, and to
//! read them all takes longer than to answer it. The build script makes these lists; this file belongs to both.

use std::borrow::Cow;

/// Names and the rows that they stand for.
pub(crate) struct Names {
    /// A line for each name, in the order of the rows: the name as names are compared, a tab, the number of the row from 0.
    pub(crate) lines: &'static str,
    /// Where the lines begin: by the buckets of their first words, in each in their order.
    pub(crate) begins: &'static [u32],
    /// Where each bucket begins among these, and where the last one ends. Their number is a power of two.
    pub(crate) buckets: &'static [u32],
    /// How many rows there are.
    pub(crate) rows: usize,
}

impl Names {
    /// Every name with its row, in the order of the rows.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, usize)> + Clone + use<> {
        self.lines.lines().map(name_and_row)
    }

    /// The names whose first word is a given one, with their rows.
    pub(crate) fn beginning_with(&self, word: &str) -> impl Iterator<Item = (&'static str, usize)> {
        let bucket = bucket(word, self.buckets.len() - 1);
        let places = self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
        let lines = self.begins[places].iter().map(|at| &self.lines[*at as usize..]);
        lines.map(name_and_row).filter(move |(name, _)| first_word(name) == word)
    }

    /// The row that a name stands for; of several the first.
    pub(crate) fn row(&self, name: &str) -> Option<usize> {
        self.beginning_with(first_word(name)).find(|(own, _)| *own == name).map(|(_, row)| row)
    }
}

/// What stands in the line that a text begins with.
fn name_and_row(text: &'static str) -> (&'static str, usize) {
    let (name, rest) = text.split_once('\t').unwrap_or_default();
    let row = rest.bytes().take_while(u8::is_ascii_digit).fold(0, |row, digit| row * 10 + usize::from(digit - b'0'));
    (name, row)
}

/// The bucket of a word: its FNV-1a hash, which is the same on every machine.
fn bucket(word: &str, buckets: usize) -> usize {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash as usize & (buckets - 1)
}

/// What [`Names`] are made of: lines, where they begin, and buckets.
#[allow(dead_code, reason = "the build script calls it, and tests")]
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = (&'n str, usize)>) -> (String, Vec<u32>, Vec<u32>) {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let names: Vec<(String, usize)> = names.into_iter().map(|(name, row)| (folded(name), row)).collect();
    let mut buckets = vec![Vec::new(); names.len().next_power_of_two()];
    let mut lines = String::new();
    for (name, row) in &names {
        let bucket = bucket(first_word(name), buckets.len());
        buckets[bucket].push(number(lines.len()));
        lines += &format!("{name}\t{row}\n");
    }
    let ends = buckets.iter().scan(0, |end, bucket| {
        *end += number(bucket.len());
        Some(*end)
    });
    let ends = std::iter::once(0).chain(ends).collect();
    (lines, buckets.concat(), ends)
}

/// A name as names are compared: in lower case, a hyphen as a blank.
pub(crate) fn folded(name: &str) -> String {
    fold(name.trim()).to_lowercase()
}

/// A text of the same length in which hyphens, tabs and line ends are blanks: `x-ray` and `x ray` are one name.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    let is_blank = |c: char| matches!(c, '-' | '\n' | '\r' | '\t');
    if text.contains(is_blank) { Cow::Owned(text.replace(is_blank, " ")) } else { Cow::Borrowed(text) }
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
impl Names {
    /// Names for a test.
    pub(crate) fn of(names: &[(&str, usize)]) -> &'static Self {
        let (lines, begins, buckets) = listed(names.iter().copied());
        let rows = names.iter().map(|(_, row)| row + 1).max().unwrap_or(0);
        Box::leak(Box::new(Self { lines: lines.leak(), begins: begins.leak(), buckets: buckets.leak(), rows }))
    }
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
        let names =
            [("Wrist", 7), ("wrist-brace", 8), ("box", 9), ("", 10), ("(wrist)", 11), ("wrist", 12), ("mu\u{df}", 13)];
        let names = Names::of(&names);
        for (word, want) in
            [("wrist", vec![7, 8, 12]), ("box", vec![9]), ("", vec![10]), ("(", vec![11]), ("mu\u{df}", vec![13])]
        {
            let rows = names.beginning_with(word).map(|(_, row)| row);
            assert_eq!(rows.collect::<Vec<_>>(), want, "case: {word}");
        }
        assert_eq!(names.row("wrist"), Some(7), "of several the first");
        assert_eq!((names.row("wrist brace"), names.row("wrist-brace")), (Some(8), None));
        assert_eq!(Names::of(&[]).row("wrist"), None);
    }

    #[test]
    fn names_stay_in_the_order_of_their_rows() {
        let names = Names::of(&[("b", 0), ("A", 0), ("b", 1)]);
        assert_eq!(names.all().collect::<Vec<_>>(), [("b", 0), ("a", 0), ("b", 1)]);
    }
}
