//! What is known of words.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

/// A map from words to what is known of them. Most words are short: as numbers they are hashed and compared at once, not
/// byte by byte.
#[derive(Clone, Debug)]
pub struct WordMap<V> {
    short: HashMap<u128, V, FxBuildHasher>,
    long: HashMap<Box<[u8]>, V, FxBuildHasher>,
}

impl<V> Default for WordMap<V> {
    fn default() -> Self {
        Self { short: HashMap::default(), long: HashMap::default() }
    }
}

impl<V> WordMap<V> {
    /// What is known of a word, in bytes.
    #[inline]
    #[must_use]
    pub fn get(&self, word: &[u8]) -> Option<&V> {
        match number(word) {
            Some(number) => self.short.get(&number),
            None => self.long.get(word),
        }
    }

    /// Sets what is known of a word.
    pub fn insert(&mut self, word: &[u8], value: V) {
        match number(word) {
            Some(number) => self.short.insert(number, value),
            None => self.long.insert(word.into(), value),
        };
    }
}

/// The bytes of a word of up to 15, the first of them lowest, and its length highest.
#[inline]
fn number(word: &[u8]) -> Option<u128> {
    let length = word.len();
    // Bytes in the middle are read twice, into the same place.
    let bytes = match length {
        0..=3 => word.iter().rev().fold(0, |bytes, byte| bytes << 8 | u128::from(*byte)),
        4..=7 => {
            let (first, last) = (u32::from_le_bytes(*word.first_chunk()?), u32::from_le_bytes(*word.last_chunk()?));
            u128::from(first) | u128::from(last) << (8 * (length - 4))
        }
        8..=15 => {
            let (first, last) = (u64::from_le_bytes(*word.first_chunk()?), u64::from_le_bytes(*word.last_chunk()?));
            u128::from(first) | u128::from(last) << (8 * (length - 8))
        }
        _ => return None,
    };
    Some(bytes | (length as u128) << 120)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_its_own() {
        let mut words: Vec<Vec<u8>> = (0..=40).map(|length| (b'a'..).take(length).collect()).collect();
        for place in 0..words.len() {
            let mut other = words[place].clone();
            other.iter_mut().last().into_iter().for_each(|byte| *byte = 0);
            words.push(other);
        }
        words.sort_unstable();
        words.dedup();
        let mut map = WordMap::default();
        for (place, word) in words.iter().enumerate() {
            assert_eq!(map.get(word), None);
            map.insert(word, place);
        }
        for (place, word) in words.iter().enumerate() {
            assert_eq!(map.get(word), Some(&place), "case: {word:?}");
        }
    }

    #[test]
    fn short_words_are_their_bytes() {
        for word in ["", "a", "mri", "pain", "opioids", "fracture", "acetaminophen", "electrodiagnost"] {
            let mut bytes = [0; 16];
            bytes[..word.len()].copy_from_slice(word.as_bytes());
            bytes[15] = u8::try_from(word.len()).unwrap();
            assert_eq!(number(word.as_bytes()), Some(u128::from_le_bytes(bytes)), "case: {word}");
        }
        assert_eq!(number(b"electrodiagnostic"), None);
    }
}
