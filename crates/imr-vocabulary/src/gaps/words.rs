//! Words, and the groups of texts that they tell of.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use crate::words::WordMap;

/// A set of groups, small enough to be kept for each word. Groups may share a bit, which costs trying a pattern at most.
#[derive(Clone, Copy, Default)]
pub(super) struct Groups([u64; Groups::BITS / 64]);

impl Groups {
    pub(super) const BITS: usize = 640;

    pub(super) fn add(&mut self, group: usize) {
        self.0[group % Self::BITS / 64] |= 1 << (group % 64);
    }

    pub(super) fn add_all(&mut self, groups: &Self) {
        self.0.iter_mut().zip(groups.0).for_each(|(bits, more)| *bits |= more);
    }

    pub(super) fn has(&self, group: usize) -> bool {
        self.0[group % Self::BITS / 64] >> (group % 64) & 1 == 1
    }

    pub(super) fn has_all(&self, groups: &Self) -> bool {
        self.0.iter().zip(groups.0).all(|(bits, wanted)| bits & wanted == wanted)
    }

    /// The bits of the groups that both have.
    pub(super) fn common(&self, other: &Self) -> impl Iterator<Item = usize> {
        let common = self.0.iter().zip(other.0).map(|(bits, others)| bits & others);
        common.zip((0..).step_by(64)).flat_map(|(mut bits, first)| {
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| first + bits.trailing_zeros() as usize);
                bits &= bits.wrapping_sub(1);
                bit
            })
        })
    }
}

/// What a word tells of.
#[derive(Default)]
pub(super) struct Word {
    /// The groups of its texts.
    pub(super) groups: Groups,
    texts: Vec<Text>,
}

impl Word {
    /// Where the texts of a group begin, counted from where the word begins: before it if they begin with other words.
    pub(super) fn starts(&self, group: usize) -> impl Iterator<Item = isize> {
        self.texts.iter().filter(move |text| text.group == group).map(|text| text.start)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Text {
    group: usize,
    start: isize,
}

/// The texts of all groups, by the longest word of each.
///
/// A word stands for its text: `lack ` for `lack of `. A sentence that holds the one may lack the other, which costs trying
/// a pattern at most.
pub(super) struct Texts {
    /// Parts of words. A blank stands where the word begins or ends.
    parts: AhoCorasick,
    /// For each part the texts that it stands for, as if it were a word.
    texts: Vec<Vec<Text>>,
}

impl Texts {
    #[expect(clippy::expect_used, reason = "the tables are constants of the program, read by their tests")]
    pub(super) fn new<'t>(texts: impl Iterator<Item = (&'t str, usize)>) -> Self {
        let mut by_part: BTreeMap<&str, Vec<Text>> = BTreeMap::new();
        for (text, group) in texts {
            let part = longest_word(text);
            let start = -part.start.cast_signed();
            by_part.entry(&text[part]).or_default().push(Text { group, start });
        }
        let (parts, texts): (Vec<&str>, Vec<Vec<Text>>) = by_part.into_iter().unzip();
        let parts = AhoCorasickBuilder::new().kind(Some(AhoCorasickKind::ContiguousNFA)).build(parts);
        Self { parts: parts.expect("the texts fit an automaton"), texts }
    }

    fn word(&self, word: &[u8]) -> Word {
        let between_blanks = [b" ", word, b" "].concat();
        let mut found = Word::default();
        for part in self.parts.find_overlapping_iter(&between_blanks) {
            let at = part.start().cast_signed() - 1;
            let texts = &self.texts[part.pattern().as_usize()];
            found.texts.extend(texts.iter().map(|text| Text { start: at + text.start, ..*text }));
        }
        found.texts.sort_unstable();
        found.texts.dedup();
        found.texts.iter().for_each(|text| found.groups.add(text.group));
        found
    }
}

/// Where the longest word of a text stands, with the blanks around it.
fn longest_word(text: &str) -> Range<usize> {
    let mut end = 0;
    let words = text.split(' ').map(|word| {
        let start = end;
        end += word.len() + 1;
        (word.len(), start.saturating_sub(1)..end.min(text.len()))
    });
    words.max_by_key(|(length, _)| *length).map_or(0..0, |(_, place)| place)
}

/// A word by its place in the memo.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct WordId(u32);

impl WordId {
    /// Most words tell of no text: they are known by this, and what they tell of need not be looked at.
    pub(super) const OF_NOTHING: Self = Self(0);
}

/// The memo is emptied at about this many bytes: misprints and numbers are endless.
const FULL: usize = 4_000_000;

/// Remembers what words tell of. Searching a word costs more than all else that is done for it, and the words of one letter
/// stand in the next.
pub(super) struct Memo {
    ids: WordMap<WordId>,
    words: Vec<Word>,
    bytes: usize,
}

impl Default for Memo {
    fn default() -> Self {
        Self { ids: WordMap::default(), words: vec![Word::default()], bytes: 0 }
    }
}

impl Memo {
    /// Forgets all words, and where they stand, if they have become too many.
    pub(super) fn make_room(&mut self) {
        if self.bytes >= FULL {
            *self = Self::default();
        }
    }

    /// The place of a word, until room is made.
    pub(super) fn id(&mut self, word: &[u8], texts: &Texts) -> WordId {
        match self.ids.get(word) {
            Some(id) => *id,
            None => self.learn(word, texts),
        }
    }

    pub(super) fn word(&self, id: WordId) -> &Word {
        &self.words[id.0 as usize]
    }

    #[cold]
    fn learn(&mut self, word: &[u8], texts: &Texts) -> WordId {
        let learnt = texts.word(word);
        self.bytes += word.len() + size_of::<(u128, WordId)>();
        let id = if learnt.texts.is_empty() { WordId::OF_NOTHING } else { self.keep(learnt) };
        self.ids.insert(word, id);
        id
    }

    fn keep(&mut self, word: Word) -> WordId {
        // Room is made long before numbers run out.
        let id = u32::try_from(self.words.len()).map_or(WordId::OF_NOTHING, WordId);
        self.bytes += size_of::<Word>() + size_of_val(word.texts.as_slice());
        self.words.push(word);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_tells_of_texts_by_their_longest_word() {
        let texts = [("no ", 0), ("flag", 1), ("lack of ", 2), (" red flag", 3), ("been documented", 4)];
        let texts = Texts::new(texts.into_iter());
        let mut memo = Memo::default();
        for (word, want) in [
            ("no", vec![(0, 0)]),
            ("none", vec![]),
            ("red-flags", vec![(1, 4)]),
            ("flag", vec![(1, 0), (3, -5)]),
            ("lack", vec![(2, 0)]),
            ("documented.", vec![(4, -5)]),
        ] {
            let id = memo.id(word.as_bytes(), &texts);
            assert_eq!(id == WordId::OF_NOTHING, want.is_empty(), "case: {word}");
            let found = memo.word(id);
            for group in 0..5 {
                let starts: Vec<isize> = want.iter().filter(|(of, _)| *of == group).map(|(_, at)| *at).collect();
                assert_eq!(found.starts(group).collect::<Vec<_>>(), starts, "case: {word}, group {group}");
                assert_eq!(found.groups.has(group), !starts.is_empty(), "case: {word}, group {group}");
            }
        }
    }

    #[test]
    fn the_memo_is_bounded() {
        let texts = Texts::new([("flag", 0)].into_iter());
        let mut memo = Memo::default();
        let long = "a".repeat(FULL / 10);
        for number in 0..100 {
            memo.make_room();
            memo.id(format!("{long}{number}").as_bytes(), &texts);
            assert!(memo.bytes < FULL + FULL / 5, "{} bytes", memo.bytes);
        }
    }
}
