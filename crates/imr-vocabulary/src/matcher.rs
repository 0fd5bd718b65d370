//! Finds the names of a table in a text, in one pass.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::names::{Names, first_word, fold, folded};

/// Finds the rows that names stand for.
pub(crate) struct Matcher {
    names: &'static Names,
    plurals: bool,
    /// Made when many texts are searched: making it takes longer than a query, which looks up names and searches passages.
    automaton: OnceLock<Automaton>,
    /// How many bytes were searched without it.
    searched: AtomicUsize,
}

/// All names, and the row of each.
struct Automaton {
    names: AhoCorasick,
    rows: Vec<usize>,
}

/// Searching so many bytes word by word takes about as long as making an automaton.
const FEW_BYTES: usize = 100_000;

impl Matcher {
    /// A matcher for names, in any case; a hyphen or line end is a blank. Where names overlap the first counts, and of
    /// several that begin together the longest.
    pub(crate) fn new(names: &'static Names) -> Self {
        Self { names, plurals: false, automaton: OnceLock::new(), searched: AtomicUsize::new(0) }
    }

    /// The same, for names that may end in an `s` or `es` more.
    pub(crate) fn with_plurals(names: &'static Names) -> Self {
        Self { plurals: true, ..Self::new(names) }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.names.rows
    }

    /// Every name, in lower case.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.all().map(|(name, _)| name)
    }

    /// The names in a text that stand as whole words, in order, and their rows.
    pub(crate) fn find(&self, text: &str) -> impl Iterator<Item = (Range<usize>, usize)> + use<> {
        let text = fold(text);
        let is_many = self.searched.fetch_add(text.len(), Ordering::Relaxed) >= FEW_BYTES;
        let mut words = if is_many { self.by_automaton(&text) } else { self.by_words(&text) };
        words.sort_by_key(|(range, row)| (range.start, Reverse(range.end), *row));
        let mut end = 0;
        words.retain(|(range, _)| {
            let is_free = range.start >= end;
            end = if is_free { range.end } else { end };
            is_free
        });
        words.into_iter()
    }

    /// The rows of all names that stand in a text as whole words.
    fn by_automaton(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        let Automaton { names, rows } = self.automaton();
        let found = names.find_overlapping_iter(text);
        found.filter_map(|found| Some((self.whole_word(text, found.range())?, rows[found.pattern()]))).collect()
    }

    /// The same without the automaton: names are looked up by the word that they begin with.
    fn by_words(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        let lower = text.to_ascii_lowercase();
        let mut found = Vec::new();
        for (start, _) in text.char_indices().filter(|(start, _)| begins_word(text, *start)) {
            let rest = &lower[start..];
            let word = first_word(rest);
            let singulars = ["s", "es"].map(|ending| word.strip_suffix(ending).filter(|_| self.plurals));
            for begin in singulars.into_iter().flatten().chain([word]) {
                let names = self.names.beginning_with(begin).filter(|(name, _)| rest.starts_with(name));
                found.extend(
                    names.filter_map(|(name, row)| Some((self.whole_word(text, start..start + name.len())?, row))),
                );
            }
        }
        found
    }

    #[expect(clippy::expect_used, reason = "the tables are constants of the program, and tests build every matcher")]
    fn automaton(&self) -> &Automaton {
        self.automaton.get_or_init(|| {
            let names = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(self.names());
            Automaton {
                names: names.expect("the names fit an automaton"),
                rows: self.names.all().map(|(_, row)| row).collect(),
            }
        })
    }

    /// The row that a whole text stands for, if it is one of the names.
    pub(crate) fn get(&self, text: &str) -> Option<usize> {
        let name = folded(text);
        let singular = |ending: &str| name.strip_suffix(ending).filter(|_| self.plurals);
        let with_s = || self.names.row(singular("s")?);
        let with_es = || self.names.row(singular("es").filter(|name| takes_es(name))?);
        self.names.row(&name).or_else(with_s).or_else(with_es)
    }

    /// The range of a match, with the ending of its plural; `None` if it is a part of a longer word.
    fn whole_word(&self, text: &str, range: Range<usize>) -> Option<Range<usize>> {
        if !begins_word(text, range.start) {
            return None;
        }
        let endings: &[&str] = match (self.plurals, takes_es(&text[range.clone()])) {
            (true, true) => &["", "s", "es"],
            (true, false) => &["", "s"],
            (false, _) => &[""],
        };
        endings.iter().find_map(|ending| {
            let rest = &text.as_bytes()[range.end..];
            let is_next = rest.get(..ending.len()).is_some_and(|next| next.eq_ignore_ascii_case(ending.as_bytes()));
            let end = range.end + ending.len();
            (is_next && ends_word(text, end)).then_some(range.start..end)
        })
    }
}

/// Whether a plural ends in `es`: `brushes`, but not `tubes` for `tub`.
fn takes_es(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(['s', 'x', 'z', 'h'])
}

fn begins_word(text: &str, at: usize) -> bool {
    !joins(text[..at].chars().next_back(), text[at..].chars().next())
}

fn ends_word(text: &str, at: usize) -> bool {
    text.is_char_boundary(at) && !joins(text[..at].chars().next_back(), text[at..].chars().next())
}

fn joins(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_both_ways_find_the_same(matcher: &Matcher, text: &str) {
        let text = fold(text);
        let [by_words, by_automaton] = [matcher.by_words(&text), matcher.by_automaton(&text)].map(|mut found| {
            found.sort_by_key(|(range, row)| (range.start, range.end, *row));
            found
        });
        assert_eq!(by_words, by_automaton, "case: {text}");
    }

    #[test]
    fn both_ways_find_the_same() {
        let matcher = Matcher::with_plurals(Names::of(&[
            ("wrist", 1),
            ("wrist brace", 2),
            ("(wrist)", 3),
            ("box", 4),
            ("wrist", 5),
            ("mu\u{df}", 6),
            ("5% patch", 7),
        ]));
        for text in [
            "Wrists, wrist braces and (wrist)",
            "wrist-wrist wristwrist",
            "boxes of boxs",
            "mu\u{df} MU\u{df} mu\u{df}s",
            "a 5% patch; 15% patch",
            "",
            "((wrist))",
        ] {
            assert_both_ways_find_the_same(&matcher, text);
        }
    }

    #[test]
    fn whole_words_the_longest_first() {
        let matcher = Matcher::new(Names::of(&[("Soma", 1), ("Ultram", 2), ("Ultram ER", 3), ("x-ray", 4)]));
        for (text, want) in [
            ("soma 350mg", vec![1]),
            ("somatic pain", vec![]),
            ("somatic soma", vec![1]),
            ("Ultram ER and ultram", vec![3, 2]),
            ("Ultram-ER", vec![3]),
            ("Ultram erratic", vec![2]),
            ("X ray, x-ray, x-rays", vec![4, 4]),
            ("somas", vec![]),
        ] {
            let found: Vec<usize> = matcher.find(text).map(|(_, row)| row).collect();
            assert_eq!(found, want, "case: {text}");
            assert_both_ways_find_the_same(&matcher, text);
        }
        assert_eq!(matcher.get(" ULTRAM er "), Some(3));
        assert_eq!(matcher.get("Ultram ER 100"), None);
    }

    #[test]
    fn plurals() {
        let matcher = Matcher::with_plurals(Names::of(&[
            ("wrist", 1),
            ("brace", 2),
            ("wrist brace", 3),
            ("MRI", 4),
            ("wrench", 5),
        ]));
        for (text, want) in [
            ("wrists", vec![(0..6, 1)]),
            ("both WRISTS,", vec![(5..11, 1)]),
            ("wrist braces", vec![(0..12, 3)]),
            ("wristband", vec![]),
            ("wrenches", vec![(0..8, 5)]),
            ("wristes", vec![]),
            ("MRIs\u{e9}", vec![]),
            ("MRI\u{e9}", vec![]),
        ] {
            let found: Vec<(Range<usize>, usize)> = matcher.find(text).collect();
            assert_eq!(found, want, "case: {text}");
            assert_both_ways_find_the_same(&matcher, text);
        }
        for (name, want) in [("Wrists", Some(1)), ("wrenches", Some(5)), ("wristes", None), ("wrist-braces", Some(3))] {
            assert_eq!(matcher.get(name), want, "case: {name}");
        }
    }
}
