//! Short fingerprints of texts, by which near copies of one text are known without reading them.

use crate::analysis::{push_lower, word_places};

/// The sketch of a text: the hashes of its shingles (runs of words) fall into as many bins as a sketch has bytes, and of each
/// bin one byte of the least hash is kept. The share of equal bytes estimates the share of common shingles (`MinHash` by one
/// permutation; Li, Owen and Zhang, "One permutation hashing", 2012). A bin without a shingle is filled from another one, the
/// same for all texts whose bins are empty alike (Shrivastava, "Optimal densification for fast and accurate minwise hashing",
/// 2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sketch([u8; Sketch::LENGTH]);

impl Sketch {
    /// How many bins there are, a divisor of 256.
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
                hashed(lower.as_bytes())
            })
            .collect();
        let length = Self::SHINGLE.min(words.len());
        if length == 0 {
            return None;
        }
        let mut least: [Option<u64>; Self::LENGTH] = [None; Self::LENGTH];
        for shingle in words.windows(length) {
            let hash = shingle.iter().fold(0_u64, |hash, word| mixed(hash.rotate_left(5) ^ word));
            let kept = &mut least[bin_of(hash)];
            *kept = Some(kept.map_or(hash, |kept| kept.min(hash)));
        }
        Some(Self(std::array::from_fn(|bin| of_bin(bin, &least).to_le_bytes()[0])))
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

/// The bin of a hash, by its highest byte.
fn bin_of(hash: u64) -> usize {
    usize::from(hash.to_be_bytes()[0]) / (256 / Sketch::LENGTH)
}

/// The least hash of a bin, or if no shingle fell into it, that of the first bin that has one, in an order of its own.
fn of_bin(bin: usize, least: &[Option<u64>; Sketch::LENGTH]) -> u64 {
    let others = (1_u64..).map(|attempt| bin_of(mixed((bin as u64) << 32 | attempt)));
    [bin].into_iter().chain(others).find_map(|bin| least[bin]).unwrap_or_default()
}

/// A hash that is the same in every build, unlike those of the standard library.
fn hashed(word: &[u8]) -> u64 {
    word.chunks(8).fold(word.len() as u64, |hash, chunk| {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        mixed(hash.rotate_left(5) ^ u64::from_le_bytes(bytes))
    })
}

/// Spreads the bits of a hash (the finalizer of `SplitMix64`).
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

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
            (text.split_inclusive(' ').rev().collect(), false),
        ] {
            assert_eq!(sketch(text).is_same_boilerplate(&sketch(&other)), same, "case: {other}");
        }
        assert!(sketch("Denied.").is_same_boilerplate(&sketch("DENIED")), "a single shingle fills all bins");
        assert_eq!(Sketch::of("10/325"), None);
        assert_eq!(Sketch::from_bytes(sketch(text).as_bytes()), Some(sketch(text)));
        assert_eq!(Sketch::from_bytes(b""), None);
    }
}
