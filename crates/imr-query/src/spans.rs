//! Where texts stand near each other, by the positions of words.
//!
//! The same code decides what the index finds and what is marked in a text: the engine only hands over positions.

use imr_index::Boundaries;

use crate::ast::Connector;
use crate::pattern::Pattern;

/// What is looked for among the positions of one text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spans {
    /// A word.
    Word(Leaf),
    /// Words one after another, up to `slop` moves apart.
    Phrase { words: Vec<Leaf>, slop: u32 },
    /// Any of these.
    Any(Vec<Spans>),
    /// Two of these near each other, without a word in common.
    Near { connector: Connector, left: Box<Spans>, right: Box<Spans> },
}

/// A word at one position.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Leaf {
    /// An index term.
    Term(String),
    /// Any word that is described.
    Pattern(Pattern),
}

impl Spans {
    /// All words, in the order in which [`matches()`] expects their positions.
    pub(crate) fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::Word(leaf) => vec![leaf],
            Self::Phrase { words, .. } => words.iter().collect(),
            Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Near { left, right, .. } => [left.leaves(), right.leaves()].concat(),
        }
    }
}

/// A place where something stands: the first and last position, and the positions of the words that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) words: Vec<u32>,
}

/// So many places are kept of each part: more say nothing new, and texts made of one word would take for ever.
const MOST: usize = 500;

/// All places where something stands, in order.
///
/// `positions` holds, for each leaf in order, where it stands, ascending.
pub(crate) fn matches(spans: &Spans, positions: &[Vec<u32>], boundaries: &Boundaries) -> Vec<Match> {
    let mut unread = positions.iter();
    find(spans, &mut unread, boundaries)
}

fn find<'p>(spans: &Spans, unread: &mut impl Iterator<Item = &'p Vec<u32>>, boundaries: &Boundaries) -> Vec<Match> {
    match spans {
        Spans::Word(_) => {
            let positions = unread.next().map(Vec::as_slice).unwrap_or_default();
            positions.iter().map(|&at| Match { first: at, last: at, words: vec![at] }).collect()
        }
        Spans::Phrase { words, slop } => {
            let positions: Vec<&[u32]> = unread.take(words.len()).map(Vec::as_slice).collect();
            phrases(words, &positions, *slop)
        }
        Spans::Any(parts) => bounded(parts.iter().flat_map(|part| find(part, unread, boundaries)).collect()),
        Spans::Near { connector, left, right } => {
            let left = find(left, unread, boundaries);
            let right = find(right, unread, boundaries);
            near(*connector, &left, &right, boundaries)
        }
    }
}

fn bounded(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort();
    matches.dedup_by_key(|found| (found.first, found.last));
    matches.truncate(MOST);
    matches
}

fn near(connector: Connector, left: &[Match], right: &[Match], boundaries: &Boundaries) -> Vec<Match> {
    let mut found = Vec::new();
    for one in left {
        for other in right {
            let (first, last) = (one.first.min(other.first), one.last.max(other.last));
            // What stands inside the other is not apart from it.
            let apart = other.first.saturating_sub(one.last).max(one.first.saturating_sub(other.last));
            let is_near = match connector {
                Connector::Within(words) => apart <= words,
                Connector::Before(words) => one.last < other.first && apart <= words,
                Connector::Sentence => is_unbroken(&boundaries.sentences, first, last),
                Connector::Paragraph => is_unbroken(&boundaries.paragraphs, first, last),
            };
            if is_near && !one.words.iter().any(|at| other.words.contains(at)) {
                let mut words = [one.words.as_slice(), &other.words].concat();
                words.sort_unstable();
                found.push(Match { first, last, words });
            }
        }
    }
    bounded(found)
}

/// Whether nothing new begins between two positions.
fn is_unbroken(starts: &[u32], first: u32, last: u32) -> bool {
    let next = starts.partition_point(|start| *start <= first);
    starts.get(next).is_none_or(|start| *start > last)
}

/// Places of a phrase. Shifted back by its place in the phrase, each word of an exact phrase stands at the same position;
/// the words are at most `slop` moves apart if these shifted positions differ by no more (as Lucene counts). Two words
/// never take one position, so that `"pain pain"~2` needs two.
fn phrases(words: &[Leaf], positions: &[&[u32]], slop: u32) -> Vec<Match> {
    let shifted = |word: usize, at: u32| i64::from(at) - i64::try_from(word).unwrap_or(i64::MAX);
    let mut starts: Vec<i64> = positions
        .iter()
        .enumerate()
        .flat_map(|(word, positions)| positions.iter().map(move |at| shifted(word, *at)))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut found = Vec::new();
    for start in starts {
        let window = start..=start + i64::from(slop);
        let mut taken: Vec<u32> = Vec::with_capacity(words.len());
        for (word, positions) in positions.iter().enumerate() {
            // Repeated words take the first place that is free: their windows begin one after another, so that no better
            // choice is lost.
            let first = positions.partition_point(|at| shifted(word, *at) < *window.start());
            let is_free = |at: &&u32| !taken.contains(at);
            let place = positions[first..].iter().take_while(|at| window.contains(&shifted(word, **at))).find(is_free);
            match place {
                Some(at) => taken.push(*at),
                None => break,
            }
        }
        if taken.len() == words.len() && !taken.is_empty() {
            taken.sort_unstable();
            found.push(Match { first: taken[0], last: taken[taken.len() - 1], words: taken });
        }
    }
    bounded(found)
}

#[cfg(test)]
mod tests {
    use imr_index::{boundaries, lower, stem_term, word_places};

    use super::*;

    /// Matches in a text, printed as the text of each with its words.
    fn found(spans: &Spans, text: &str) -> String {
        let places: Vec<_> = word_places(text).collect();
        let words: Vec<_> = places.iter().map(|place| lower(&text[place.clone()])).collect();
        let at = |leaf: &Leaf| {
            let is_meant = |word: &str| match leaf {
                Leaf::Term(term) => *term == word || *term == stem_term(word),
                Leaf::Pattern(pattern) => pattern.matches(word),
            };
            let places = words.iter().enumerate().filter(|(_, word)| is_meant(word));
            places.map(|(at, _)| u32::try_from(at).unwrap()).collect()
        };
        let positions: Vec<Vec<u32>> = spans.leaves().into_iter().map(at).collect();
        let matches = matches(spans, &positions, &boundaries(text, &places));
        let print =
            |found: Match| found.words.iter().map(|at| words[*at as usize].clone()).collect::<Vec<_>>().join(" ");
        matches.into_iter().map(print).collect::<Vec<_>>().join("|")
    }

    fn leaf(word: &str) -> Leaf {
        Leaf::Term(word.to_owned())
    }

    fn phrase(words: &str, slop: u32) -> Spans {
        Spans::Phrase { words: words.split(' ').map(leaf).collect(), slop }
    }

    #[test]
    fn phrases_count_moves() {
        for (words, slop, text, want) in [
            ("a b", 0, "a b x a x b", "a b"),
            ("a b", 1, "a x b", "a b"),
            ("a b", 1, "a x x b", ""),
            ("a b", 1, "b a", ""),
            ("a b", 2, "b a", "b a"),
            ("a b c", 2, "a x b x c", "a b c"),
            ("a b c", 1, "a x b x c", ""),
            ("a b c", 3, "c a b", "c a b"),
            ("a a", 2, "a x", ""),
            ("a a", 1, "a x a", "a a"),
            ("a b a", 0, "a b a b a", "a b a|a b a"),
            ("a b a", 2, "a b x", ""),
        ] {
            assert_eq!(found(&phrase(words, slop), text), want, "case: \"{words}\"~{slop} in {text}");
        }
    }

    #[test]
    fn connectors_count_words_sentences_and_paragraphs() {
        let word = |word: &str| Spans::Word(leaf(word));
        let near = |left, connector, right| Spans::Near { connector, left: Box::new(left), right: Box::new(right) };
        let text = "Wean b now. Then c b.\nLater c wean. C";
        for (spans, want) in [
            (near(word("b"), Connector::Within(2), word("then")), "b then|then b"),
            (near(word("b"), Connector::Within(1), word("c")), "c b"),
            (near(word("b"), Connector::Before(3), word("c")), "b c|b c"),
            (near(word("b"), Connector::Before(1), word("c")), ""),
            (near(word("b"), Connector::Sentence, word("c")), "c b"),
            (near(word("b"), Connector::Sentence, word("b")), ""),
            (near(word("b"), Connector::Paragraph, word("b")), "b b"),
            (near(word("wean"), Connector::Paragraph, word("c")), "wean c|c wean|wean c"),
            (near(phrase("b now", 0), Connector::Within(2), word("c")), "b now c"),
            (near(Spans::Any(vec![word("now"), word("later")]), Connector::Before(1), word("c")), "later c"),
            (near(near(word("b"), Connector::Sentence, word("then")), Connector::Sentence, word("c")), "then c b"),
            (
                near(near(word("b"), Connector::Within(2), word("then")), Connector::Within(1), word("c")),
                "b then c|then c b",
            ),
        ] {
            assert_eq!(found(&spans, text), want, "case: {spans:?}");
        }
    }

    #[test]
    fn texts_of_one_word_end() {
        let word = || Spans::Word(leaf("a"));
        let mut spans = word();
        for _ in 0..6 {
            spans = Spans::Near { connector: Connector::Paragraph, left: Box::new(spans), right: Box::new(word()) };
        }
        assert!(!found(&spans, &"a ".repeat(400)).is_empty());
    }
}
