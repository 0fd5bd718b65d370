//! Finds the names of a table in a text, in one pass.

use std::cmp::Reverse;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, PatternID};

/// Names and what each stands for.
pub(crate) struct Matcher<T> {
    automaton: AhoCorasick,
    values: Vec<T>,
}

impl<T: Clone> Matcher<T> {
    /// A matcher for names, in any case. Where names overlap the first counts, and of several that begin together the
    /// longest.
    #[expect(clippy::expect_used, reason = "the tables are constants of the program, and tests build every matcher")]
    pub(crate) fn new(names: impl IntoIterator<Item = (String, T)>) -> Self {
        let (names, values): (Vec<String>, Vec<T>) = names.into_iter().unzip();
        let automaton =
            AhoCorasickBuilder::new().ascii_case_insensitive(true).build(names).expect("the names fit an automaton");
        Self { automaton, values }
    }

    /// The names in a text that stand as whole words, in order.
    pub(crate) fn find<'m>(&'m self, text: &str) -> impl Iterator<Item = (Range<usize>, &'m T)> + use<'m, T> {
        let matches =
            self.automaton.find_overlapping_iter(text).map(|found| (found.start()..found.end(), found.pattern()));
        let mut words: Vec<(Range<usize>, PatternID)> =
            matches.filter(|(range, _)| is_whole_word(text, range)).collect();
        words.sort_by_key(|(range, _)| (range.start, Reverse(range.end)));
        let mut end = 0;
        words.retain(|(range, _)| {
            let is_free = range.start >= end;
            end = if is_free { range.end } else { end };
            is_free
        });
        words.into_iter().map(|(range, pattern)| (range, &self.values[pattern]))
    }

    /// What a whole text stands for, if it is one of the names.
    pub(crate) fn get(&self, text: &str) -> Option<&T> {
        let text = text.trim();
        self.find(text).next().filter(|(range, _)| *range == (0..text.len())).map(|(_, value)| value)
    }
}

fn is_whole_word(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: char| c.is_alphanumeric();
    let (before, after) = (text[..range.start].chars().next_back(), text[range.end..].chars().next());
    let (first, last) = (text[range.clone()].chars().next(), text[range.clone()].chars().next_back());
    let goes_on = |outside: Option<char>, inside: Option<char>| outside.is_some_and(joins) && inside.is_some_and(joins);
    !goes_on(before, first) && !goes_on(after, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_the_longest_first() {
        let matcher =
            Matcher::new([("Soma", 1), ("Ultram", 2), ("Ultram ER", 3)].map(|(name, value)| (name.to_owned(), value)));
        for (text, want) in [
            ("soma 350mg", vec![1]),
            ("somatic pain", vec![]),
            ("somatic soma", vec![1]),
            ("Ultram ER and ultram", vec![3, 2]),
            ("Ultram erratic", vec![2]),
        ] {
            let found: Vec<i32> = matcher.find(text).map(|(_, value)| *value).collect();
            let want: Vec<i32> = want;
            assert_eq!(found, want, "case: {text}");
        }
        assert_eq!(matcher.get(" ULTRAM er "), Some(&3));
        assert_eq!(matcher.get("Ultram ER 100"), None);
    }
}
