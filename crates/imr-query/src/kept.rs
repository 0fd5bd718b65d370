//! What is kept of an index between queries: documents that are found without scores, their order by date, their counts, and
//! the words that patterns describe. An index shows one commit, so that nothing here grows old.
//!
//! Whatever costs more to keep than to find once is kept when it is asked for again: a program that answers one query and
//! ends pays for none of it.

use std::cmp::Reverse;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imr_index::{FieldId, IndexReader, Schema};
use lru::LruCache;
use tantivy::{BitSet, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::blocks::{BlockReader, blocks};
use crate::error::QueryError;
use crate::facets::PathTree;
use crate::gather::Gathered;
use crate::lower::{Remembered, Word};
use crate::tabulate::Counted;
use crate::window::Bits;

/// What is kept of one index.
pub(crate) struct Kept {
    /// What plans find that nobody asks to be scored, by segment; the key is what patterns may describe, and the plan.
    pub(crate) documents: Memo<String, Vec<Documents>>,
    /// The documents of each segment by date; there is one key only.
    pub(crate) newest: Memo<(), Vec<Newest>>,
    /// Counts over what conditions find; the key is the conditions, whether letters are counted, and the fields.
    pub(crate) counted: Memo<(String, bool, Vec<FieldId>), Gathered>,
    /// The paths of columns and their beginnings, by segment and field.
    pub(crate) paths: Memo<(SegmentOrdinal, FieldId), PathTree>,
    /// Decisions by time; the key is divisions, whether dependent ones are left out, and conditions.
    pub(crate) tabulated: Memo<String, Counted>,
    /// What costly parts of plans find; the key is what patterns may describe, what scores are
    /// multiplied by, and the part.
    pub(crate) remembered: Memo<String, Vec<Remembered>>,
    /// Words that were looked up; the key is field and term.
    pub(crate) looked_up: Memo<(FieldId, String), Word>,
    /// How many texts a field has, and how many words one of them.
    pub(crate) texts: Memo<FieldId, (u64, Score)>,
    /// The words that patterns describe; the key is field and pattern.
    pub(crate) words: Memo<String, Vec<String>>,
    /// The documents of each segment that were not deleted; `None` if none was.
    pub(crate) alive: Memo<SegmentOrdinal, Option<BitSet>>,
    /// Names of letters, by segment and place among the names there.
    pub(crate) names: Memo<(SegmentOrdinal, u64), String>,
}

impl Default for Kept {
    fn default() -> Self {
        // A set of documents takes 375 kB where there are three million.
        Self {
            documents: Memo::new(64),
            newest: Memo::new(1),
            counted: Memo::new(128),
            paths: Memo::new(256),
            tabulated: Memo::new(64),
            remembered: Memo::new(256),
            looked_up: Memo::new(1_000),
            texts: Memo::new(64),
            words: Memo::new(64),
            alive: Memo::new(256),
            names: Memo::new(10_000),
        }
    }
}

/// Documents of one segment.
pub(crate) struct Documents {
    pub(crate) set: BitSet,
    /// How many letters they belong to.
    pub(crate) letters: usize,
}

impl Documents {
    /// None of so many.
    pub(crate) fn none(of: DocId) -> Self {
        Self { set: BitSet::with_max_value(of), letters: 0 }
    }

    /// Adds what is found in windows, each told by its beginning, and how many letters that belongs to.
    pub(crate) fn add(&mut self, windows: &[(DocId, Bits)], letters: usize) {
        for document in windows.iter().flat_map(|(start, bits)| bits.documents(*start)) {
            self.set.insert(document);
        }
        self.letters += letters;
    }

    /// Hands on the documents in ascending order, some at a time.
    pub(crate) fn blocks(&self, take: impl FnMut(&[DocId])) {
        blocks(&self.set, take);
    }
}

/// The documents of one segment with their dates (0 for none), the newest first.
pub(crate) struct Newest(Vec<(u64, DocId)>);

impl Newest {
    /// The documents of every segment.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(crate) fn of_all(index: &IndexReader) -> Result<Vec<Self>, QueryError> {
        let date = Schema::shared().id("date");
        let of_segment = |(ordinal, segment): (_, &SegmentReader)| {
            let documents: Vec<DocId> = (0..segment.max_doc()).collect();
            let mut reader = index.numbers(ordinal, date)?.map(BlockReader::new);
            let none = vec![0; if reader.is_some() { 0 } else { documents.len() }];
            let dates = reader.as_mut().map_or(&none[..], |reader| reader.first_or_zero(&documents));
            let mut dated: Vec<(u64, DocId)> = dates.iter().copied().zip(documents.iter().copied()).collect();
            dated.sort_by_key(|(date, _)| Reverse(*date));
            Ok(Self(dated))
        };
        (0..).zip(index.searcher().segment_readers()).map(of_segment).collect()
    }

    /// The newest of some documents, at least so many if there are, with all that are as old as the last of them; in the
    /// order of their numbers.
    pub(crate) fn first_of(&self, documents: &BitSet, wanted: usize) -> Vec<DocId> {
        let mut found = Vec::new();
        let mut last = None;
        for (date, document) in self.0.iter().filter(|(_, document)| documents.contains(*document)) {
            if found.len() >= wanted && last != Some(date) {
                break;
            }
            found.push(*document);
            last = Some(date);
        }
        found.sort_unstable();
        found
    }
}

/// Values by their keys; when there are too many, the one that was not asked for longest is given up.
pub(crate) struct Memo<K: Eq + Hash, V> {
    /// `None` for what was asked for once.
    values: Mutex<LruCache<K, Option<Arc<V>>>>,
}

impl<K: Eq + Hash + Clone, V> Memo<K, V> {
    fn new(most: usize) -> Self {
        Self { values: Mutex::new(LruCache::new(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN))) }
    }

    fn values(&self) -> MutexGuard<'_, LruCache<K, Option<Arc<V>>>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept under a key, and whether the key was asked for before.
    pub(crate) fn look_up(&self, key: &K) -> (Option<Arc<V>>, bool) {
        let mut values = self.values();
        if let Some(value) = values.get(key) {
            return (value.clone(), true);
        }
        values.put(key.clone(), None);
        (None, false)
    }

    /// The value of a key, made when it is first asked for.
    pub(crate) fn get<E>(&self, key: &K, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        match self.look_up(key) {
            (Some(value), _) => Ok(value),
            (None, _) => Ok(self.keep(key, make()?)),
        }
    }

    /// The value of a key, made when it is asked for the second time; `None` before.
    pub(crate) fn get_if_asked_again<E>(
        &self,
        key: &K,
        make: impl FnOnce() -> Result<V, E>,
    ) -> Result<Option<Arc<V>>, E> {
        match self.look_up(key) {
            (Some(value), _) => Ok(Some(value)),
            (None, true) => Ok(Some(self.keep(key, make()?))),
            (None, false) => Ok(None),
        }
    }

    /// Keeps the value of a key.
    pub(crate) fn keep(&self, key: &K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        self.values().put(key.clone(), Some(Arc::clone(&value)));
        value
    }

    /// Gives up what was not asked for longest, until what is left has no more than this size.
    pub(crate) fn shrink(&self, most: u64, size: impl Fn(&V) -> u64) {
        let mut values = self.values();
        let size = |value: &Option<Arc<V>>| value.as_deref().map_or(0, &size);
        let mut all: u64 = values.iter().map(|(_, value)| size(value)).sum();
        while all > most
            && let Some((_, value)) = values.pop_lru()
        {
            all = all.saturating_sub(size(&value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_made_once_or_when_asked_again() {
        let memo: Memo<u32, u32> = Memo::new(5);
        let made = |value: u32| move || Ok::<u32, ()>(value);
        assert_eq!(memo.get(&1, made(1)).map(|value| *value), Ok(1));
        assert_eq!(memo.get(&1, made(2)).map(|value| *value), Ok(1), "it is kept");
        let again = |value| memo.get_if_asked_again(&2, made(value)).map(|value| value.map(|value| *value));
        assert_eq!([again(3), again(4), again(5)], [Ok(None), Ok(Some(4)), Ok(Some(4))]);
        assert_eq!(memo.get(&3, || Err(7)), Err(7), "what cannot be made is not kept");
        assert_eq!(memo.get(&3, made(8)).map(|value| *value), Ok(8));
        (4..14).for_each(|key| assert!(memo.get(&key, made(0)).is_ok()));
        assert!(memo.values().len() <= 5);
        memo.shrink(2, |_| 1);
        assert_eq!([11, 12, 13].map(|key| memo.look_up(&key).0.is_some()), [false, true, true], "the last are kept");
    }

    #[test]
    fn the_newest_come_with_those_of_the_same_day() {
        let newest = Newest(vec![(9, 3), (9, 5), (7, 0), (7, 1), (7, 4), (0, 2)]);
        let all = [0, 1, 2, 3, 4, 5];
        for (documents, wanted, want) in [
            (&all[..], 1, vec![3, 5]),
            (&all[..], 2, vec![3, 5]),
            (&all[..], 3, vec![0, 1, 3, 4, 5]),
            (&[1, 2][..], 1, vec![1]),
            (&[1, 2][..], 9, vec![1, 2]),
            (&[][..], 3, vec![]),
        ] {
            let mut set = BitSet::with_max_value(6);
            documents.iter().for_each(|document| {
                set.insert(*document);
            });
            assert_eq!(newest.first_of(&set, wanted), want, "case: {wanted} of {documents:?}");
            let mut found = Vec::new();
            Documents { set, letters: 0 }.blocks(|block| found.extend_from_slice(block));
            assert_eq!(found, documents, "blocks hold every document");
        }
    }
}
