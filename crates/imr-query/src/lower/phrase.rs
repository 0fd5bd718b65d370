//! Finds words that stand one after another, each of which may be indexed by several terms.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::{DocId, DocSet, Score, TERMINATED};

use super::finder::Finder;
use crate::window::{Bits, Scores, WINDOW};

/// Documents that have a phrase.
pub(super) struct PhraseFinder {
    /// The words with their places in the phrase, the rarest first.
    words: Vec<(u32, AnyTerm)>,
    scoring: Option<PhraseScoring>,
    /// The documents that were found last, with their scores where these are asked for.
    scores: Vec<(DocId, Score)>,
    found: Bits,
    /// Where the phrase begins in a document.
    starts: Vec<u32>,
    places: Vec<u32>,
}

/// What an occurrence of a phrase counts: together, what each of its words would.
pub(super) struct PhraseScoring {
    pub(super) words: Vec<Bm25Weight>,
    pub(super) norms: FieldNormReader,
}

impl PhraseFinder {
    /// Words have the postings of their terms, with positions.
    pub(super) fn new(words: Vec<Vec<SegmentPostings>>, scoring: Option<PhraseScoring>) -> Self {
        let mut words: Vec<(u32, AnyTerm)> = (0..).zip(words.into_iter().map(AnyTerm::new)).collect();
        words.sort_by_key(|(_, word)| word.size());
        let (scores, starts, places) = (Vec::new(), Vec::new(), Vec::new());
        Self { words, scoring, scores, found: Bits::NONE, starts, places }
    }

    /// Goes on to the first document from one on that has all words, wherever they stand.
    fn seek(&mut self, from: DocId) -> DocId {
        let Some(((_, rarest), others)) = self.words.split_first_mut() else { return TERMINATED };
        let mut document = rarest.seek(from);
        while let Some(next) = others.iter_mut().map(|(_, word)| word.seek(document)).find(|next| *next > document) {
            document = rarest.seek(next);
        }
        document
    }

    /// Whether the words of the present document stand one after another.
    fn is_phrase(&mut self) -> bool {
        let Some(((offset, rarest), others)) = self.words.split_first_mut() else { return false };
        rarest.read_places(&mut self.places);
        self.starts.clear();
        self.starts.extend(self.places.iter().filter_map(|place| place.checked_sub(*offset)));
        for (offset, word) in others {
            if self.starts.is_empty() {
                return false;
            }
            word.read_places(&mut self.places);
            keep_followed(&mut self.starts, &self.places, *offset);
        }
        !self.starts.is_empty()
    }

    fn add(&mut self, document: DocId) {
        self.found.insert(document);
        if let Some(PhraseScoring { words, norms }) = &self.scoring {
            let frequency = u32::try_from(self.starts.len()).unwrap_or(u32::MAX);
            let norm = norms.fieldnorm_id(document);
            self.scores.push((document, words.iter().map(|word| word.score(norm, frequency)).sum()));
        }
    }
}

/// Keeps the starts that have a place so far behind them; both ascend.
fn keep_followed(starts: &mut Vec<u32>, places: &[u32], offset: u32) {
    let mut places = places.iter().peekable();
    starts.retain(|start| {
        while places.next_if(|place| **place < start + offset).is_some() {}
        places.peek().is_some_and(|place| **place == start + offset)
    });
}

impl Finder for PhraseFinder {
    fn next(&mut self, from: DocId) -> DocId {
        self.words.first_mut().map_or(TERMINATED, |(_, rarest)| rarest.seek(from))
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = Bits::NONE;
        self.scores.clear();
        let mut from = start;
        while let Some(wanted) = within.first_from(start, from) {
            let document = self.seek(wanted);
            if document >= start + WINDOW {
                break;
            }
            if within.contains(document) && self.is_phrase() {
                self.add(document);
            }
            from = document + 1;
        }
        self.found
    }

    fn bound(&self) -> Score {
        self.scores.iter().map(|(_, score)| *score).fold(0.0, Score::max)
    }

    fn reaching(&mut self, least: Score) -> Bits {
        let mut reaching = Bits::NONE;
        let worth = self.scores.iter().filter(|(_, score)| *score >= least);
        worth.for_each(|(document, _)| reaching.insert(*document));
        reaching
    }

    fn score(&mut self, _: DocId, wanted: &Bits, scores: &mut Scores) {
        let wanted = self.scores.iter().filter(|(document, _)| wanted.contains(*document));
        wanted.for_each(|(document, score)| scores.set(*document, *score));
    }
}

/// The documents that have any of some terms.
struct AnyTerm {
    postings: Vec<SegmentPostings>,
    document: DocId,
}

impl AnyTerm {
    fn new(postings: Vec<SegmentPostings>) -> Self {
        let document = postings.iter().map(DocSet::doc).min().unwrap_or(TERMINATED);
        Self { postings, document }
    }

    /// Goes on to the first document from one on.
    fn seek(&mut self, target: DocId) -> DocId {
        if self.document < target {
            for postings in &mut self.postings {
                if postings.doc() < target {
                    postings.seek(target);
                }
            }
            self.document = self.postings.iter().map(DocSet::doc).min().unwrap_or(TERMINATED);
        }
        self.document
    }

    /// Where the word stands in the document, ascending.
    fn read_places(&mut self, places: &mut Vec<u32>) {
        places.clear();
        let document = self.document;
        let here = self.postings.iter_mut().filter(|postings| postings.doc() == document);
        here.for_each(|postings| postings.append_positions_with_offset(0, places));
        if self.postings.len() > 1 {
            places.sort_unstable();
            places.dedup();
        }
    }

    fn size(&self) -> u64 {
        self.postings.iter().map(|postings| u64::from(postings.doc_freq())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::keep_followed;

    #[test]
    fn starts_that_are_followed() {
        for (starts, places, offset, want) in [
            (&[1, 5, 9][..], &[2, 4, 10][..], 1, &[1, 9][..]),
            (&[1, 2, 3], &[3, 4], 1, &[2, 3]),
            (&[0], &[2], 2, &[0]),
            (&[0, 7], &[], 1, &[]),
            (&[], &[3], 1, &[]),
        ] {
            let mut kept = starts.to_vec();
            keep_followed(&mut kept, places, offset);
            assert_eq!(kept, want, "case: {starts:?} and {places:?}");
        }
    }
}
