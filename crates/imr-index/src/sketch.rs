//! Short fingerprints of texts, by which near copies of one text are known without reading them.

use crate::analysis::{push_lower, word_places};

/// The sketch of a text: for each of some hash functions, one byte of the least hash of the text's shingles (runs of
/// words). The share of equal bytes estimates the share of common shingles (`MinHash`; Broder, "On the resemblance and
/// containment of documents", 1997).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sketch([u8; Sketch::LENGTH]);

impl Sketch {
    /// How many hash functions there are.
    pub const LENGTH: usize = 32;
    /// Words in a shingle.
    const SHINGLE: usize = 4;
    /// Texts with at least so many equal bytes are the same boilerplate: some three quarters of their shingles are common.
    const SAME: usize = 24;

    /// The sketch of a text; `None` if it has no words. Numbers do not count: boilerplate differs in dates and amounts.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut lower = String::new();
        let words: Vec<u64> = word_places(text)
            .map(|range| &text[range])
            .filter(|word| word.starts_with(char::is_alphabetic))
            .map(|word| {
                lower.clear();
                push_lower(&mut lower, word);
                fnv(lower.as_bytes())
            })
            .collect();
        let length = Self::SHINGLE.min(words.len());
        if length == 0 {
            return None;
        }
        let mut least = [u64::MAX; Self::LENGTH];
        for shingle in words.windows(length) {
            let hash = shingle.iter().fold(0_u64, |hash, word| mixed(hash.rotate_left(5) ^ word));
            // A shingle's bits are spread already: one multiplication makes another order of all shingles.
            for (least, key) in least.iter_mut().zip(&KEYS) {
                *least = (*least).min((hash ^ key).wrapping_mul(SPREAD));
            }
        }
        Some(Self(least.map(|least| least.to_le_bytes()[0])))
    }

    /// Its bytes, for keeping.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A sketch that was kept; `None` if these bytes are none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Whether two texts are the same but for a few words.
    #[must_use]
    pub fn is_same_boilerplate(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count() >= Self::SAME
    }
}

/// The hash FNV-1a: the same in every build, unlike those of the standard library.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Spreads the bits of a hash (the finalizer of `SplitMix64`).
const fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(SPREAD);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// An odd number whose bits are spread evenly.
const SPREAD: u64 = 0xbf58_476d_1ce4_e5b9;

/// What tells one hash function from another.
const KEYS: [u64; Sketch::LENGTH] = {
    let mut keys = [0; Sketch::LENGTH];
    let mut function = 0;
    while function < keys.len() {
        keys[function] = mixed(function as u64 + 1);
        function += 1;
    }
    keys
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_copies_are_known() {
        let text = "Since the operation itself is not medically necessary, none of the services that go with it are \
                    medically necessary either, and the refusal of 03/14/2016 stands.";
        let sketch = |text: &str| Sketch::of(text).unwrap();
        for (other, same) in [
            (text.to_owned(), true),
            (text.replace("03/14/2016", "05/02/2017"), true),
            (text.to_uppercase(), true),
            (format!("{text} A nurse may come."), true),
            ("The worker has had eight visits, and the guideline allows for twelve.".to_owned(), false),
        ] {
            assert_eq!(sketch(text).is_same_boilerplate(&sketch(&other)), same, "case: {other}");
        }
        assert_eq!(Sketch::of("10/325"), None);
        assert_eq!(Sketch::from_bytes(sketch(text).as_bytes()), Some(sketch(text)));
        assert_eq!(Sketch::from_bytes(b""), None);
    }
}
