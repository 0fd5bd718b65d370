//! Documents of a segment, a window at a time, as bits: what queries find is joined and counted by words of 64 documents.

use tantivy::{BitSet, DocId, Score};

/// So many words of bits make a window.
const WORDS: usize = 32;

/// So many documents are in a window. Windows begin at its multiples.
pub(crate) const WINDOW: DocId = 64 * WORDS_OF_DOCUMENTS;
const WORDS_OF_DOCUMENTS: DocId = 32;
const _: () = assert!(WORDS == WORDS_OF_DOCUMENTS as usize);

/// Where the window of a document begins.
pub(crate) fn window_of(document: DocId) -> DocId {
    document - document % WINDOW
}

/// Documents of one window, by their places in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bits([u64; WORDS]);

impl Bits {
    pub(crate) const NONE: Self = Self([0; WORDS]);
    pub(crate) const ALL: Self = Self([u64::MAX; WORDS]);

    /// The bits of one document.
    pub(crate) fn only(document: DocId) -> Self {
        let mut bits = Self::NONE;
        bits.insert(document);
        bits
    }

    /// The documents of which something is true; it is told of the first documents of the window, one after the other.
    pub(crate) fn where_true(is_true: impl Iterator<Item = bool>) -> Self {
        let mut bits = Self::NONE;
        for (place, is_true) in is_true.enumerate() {
            bits.0[place / 64] |= u64::from(is_true) << (place % 64);
        }
        bits
    }

    /// Adds a document of the window.
    #[inline]
    pub(crate) fn insert(&mut self, document: DocId) {
        let place = document % WINDOW;
        self.0[place as usize / 64] |= 1 << (place % 64);
    }

    /// Whether a document of the window is there.
    #[inline]
    pub(crate) fn contains(&self, document: DocId) -> bool {
        let place = document % WINDOW;
        self.0[place as usize / 64] >> (place % 64) & 1 == 1
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// How many documents there are.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        self.joined(other, |one, other| one & other)
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        self.joined(other, |one, other| one | other)
    }

    pub(crate) fn without(&self, other: &Self) -> Self {
        self.joined(other, |one, other| one & !other)
    }

    fn joined(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|at| join(self.0[at], other.0[at])))
    }

    /// The first document from a place on; `start` is the beginning of the window.
    pub(crate) fn first_from(&self, start: DocId, document: DocId) -> Option<DocId> {
        let place = document - start;
        let word = |at: DocId| {
            let wanted = if at == place / 64 { u64::MAX << (place % 64) } else { u64::MAX };
            self.0[at as usize] & wanted
        };
        let mut words = (place / 64..WORDS_OF_DOCUMENTS).map(|at| (at, word(at)));
        let (at, word) = words.find(|(_, word)| *word != 0)?;
        Some(start + at * 64 + word.trailing_zeros())
    }

    /// The documents, in ascending order; `start` is the beginning of the window.
    pub(crate) fn documents(&self, start: DocId) -> impl Iterator<Item = DocId> {
        (start..).step_by(64).zip(self.0).flat_map(|(first, word)| Ones(word).map(move |place| first + place))
    }

    /// The last document; `start` is the beginning of the window.
    pub(crate) fn last(&self, start: DocId) -> Option<DocId> {
        let mut words = (0..WORDS_OF_DOCUMENTS).map(|at| (start + 64 * at, self.0[at as usize])).rev();
        words.find(|(_, word)| *word != 0).map(|(first, word)| first + word.ilog2())
    }

    /// Those of a set that stand in the window which begins at `start`.
    pub(crate) fn of_set(set: &BitSet, start: DocId) -> Self {
        let numbers = start / 64..set.max_value().div_ceil(64);
        let mut bits = Self::NONE;
        for (word, number) in bits.0.iter_mut().zip(numbers) {
            *word = u64::from_le_bytes(set.tinyset(number).into_bytes());
        }
        bits
    }

    /// The documents that follow any of these in their letters. `beginning` gives a bit for each of 64 documents that begins
    /// a letter, from 64 times a number on; `goes_on` says whether the letter at the beginning of the
    /// window goes on after one of these.
    ///
    /// A document that does not begin a letter follows if the one before is here, or follows itself: adding the first that
    /// follow to all that begin no letter carries through each run of these, and so clears it.
    pub(crate) fn following(&self, start: DocId, beginning: impl Fn(DocId) -> u64, goes_on: bool) -> Self {
        let mut following = Self::NONE;
        let mut carry = u64::from(goes_on);
        for ((at, word), followed) in (start / 64..).zip(self.0).zip(&mut following.0) {
            let inside = !beginning(at);
            let first = (word << 1 | carry) & inside;
            *followed = first | inside & !inside.wrapping_add(first);
            carry = (word | *followed) >> 63;
        }
        following
    }

    /// The first documents of the letters of these, as far as they stand in the window.
    pub(crate) fn firsts(&self, start: DocId, beginning: impl Fn(DocId) -> u64) -> Self {
        let mut firsts = Self::NONE;
        // As above, from the other end: a document stands before one of these if the next one is here, or stands before one.
        let mut carry = 0;
        let numbers = (start / 64..(start + WINDOW) / 64).rev();
        for (number, (word, before)) in numbers.zip(self.0.iter().zip(&mut firsts.0).rev()) {
            let begins = beginning(number);
            let inside = !begins.reverse_bits();
            let word = word.reverse_bits() | carry;
            let last = word & inside;
            let run = last | inside & !inside.wrapping_add(last);
            *before = ((run << 1 | word).reverse_bits()) & begins;
            carry = run >> 63;
        }
        firsts
    }
}

/// A number for each document of a window, 0 at first. They are made when one is first written: many a segment has nothing to
/// score.
pub(crate) struct Scores(Option<Box<[Score; WINDOW as usize]>>);

impl Scores {
    pub(crate) fn new() -> Self {
        Self(None)
    }

    #[inline]
    pub(crate) fn get(&self, document: DocId) -> Score {
        self.0.as_ref().map_or(0.0, |scores| scores[(document % WINDOW) as usize])
    }

    #[inline]
    pub(crate) fn set(&mut self, document: DocId, score: Score) {
        *self.of(document) = score;
    }

    #[inline]
    pub(crate) fn add(&mut self, document: DocId, score: Score) {
        *self.of(document) += score;
    }

    #[inline]
    fn of(&mut self, document: DocId) -> &mut Score {
        let scores = self.0.get_or_insert_with(|| Box::new([0.0; WINDOW as usize]));
        &mut scores[(document % WINDOW) as usize]
    }
}

/// The places of the ones of a word.
struct Ones(u64);

impl Iterator for Ones {
    type Item = DocId;

    #[inline]
    fn next(&mut self) -> Option<DocId> {
        if self.0 == 0 {
            return None;
        }
        let place = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_a_window() {
        for documents in [vec![], vec![4096], vec![4097, 4159, 4160, 6143], (4096..4096 + WINDOW).collect()] {
            let mut bits = Bits::NONE;
            documents.iter().for_each(|document| bits.insert(*document));
            assert_eq!(bits.documents(4096).collect::<Vec<_>>(), documents);
            assert_eq!(bits.count(), documents.len());
            let last = documents.last().map_or(4096, |last| last + 1);
            assert_eq!(Bits::where_true((4096..last).map(|document| documents.contains(&document))), bits);
            assert_eq!(bits.last(4096), documents.last().copied());
            assert_eq!(bits.is_empty(), documents.is_empty());
            for from in [4096, 4098, 4160, 6143, 6144] {
                let first = documents.iter().copied().find(|document| *document >= from);
                assert_eq!(bits.first_from(4096, from), first, "from {from}");
            }
        }
    }

    /// What follows others in their letters, and what stands before others, told one document after the other.
    #[test]
    fn documents_of_letters() {
        let mut seed = 7_u64;
        let mut random = |ones: u32| {
            std::array::from_fn(|_| {
                (0..ones).fold(0, |bits, _| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    bits | 1 << (seed >> 58)
                })
            })
        };
        for (hits, beginnings) in [(0, 9), (3, 0), (5, 5), (40, 2), (9, 60), (200, 200)] {
            let (here, begins) = (Bits(random(hits)), Bits(random(beginnings)));
            let words = |number: DocId| begins.0[number as usize];
            for goes_on in [false, true] {
                let (mut following, mut follows) = (Bits::NONE, goes_on);
                for document in 0..WINDOW {
                    follows &= !begins.contains(document);
                    if follows {
                        following.insert(document);
                    }
                    follows |= here.contains(document);
                }
                assert_eq!(here.following(0, words, goes_on), following, "{hits} hits, {beginnings} letters");
            }
            let (mut firsts, mut is_before) = (Bits::NONE, false);
            for document in (0..WINDOW).rev() {
                is_before |= here.contains(document);
                if begins.contains(document) {
                    if is_before {
                        firsts.insert(document);
                    }
                    is_before = false;
                }
            }
            assert_eq!(here.firsts(0, words), firsts, "{hits} hits, {beginnings} letters");
        }
    }
}
