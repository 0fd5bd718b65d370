//! Text that is the same for all decisions of a letter is indexed with the first of its documents only. What matches there
//! counts for all of them: a decision is found by its letter's summary together with its own facets.

use imr_index::SegmentLetters;
use tantivy::{DocId, Score};

use super::finder::{BoxedFinder, Finder};
use crate::window::{Bits, Scores, WINDOW, window_of};

/// All documents of the letters whose first document is found, with its score.
pub(super) struct OfLetter<'i> {
    first: BoxedFinder<'i>,
    letters: &'i SegmentLetters,
    /// The window that was looked at last, from its beginning to its end, and the first documents found in it.
    start: DocId,
    end: DocId,
    firsts: Bits,
    of_firsts: Scores,
    found: Bits,
    /// The score of the letter that began before the window and goes on in it, if it was found.
    carried: Option<Score>,
}

impl<'i> OfLetter<'i> {
    pub(super) fn new(first: BoxedFinder<'i>, letters: &'i SegmentLetters) -> Self {
        Self {
            first,
            letters,
            start: 0,
            end: 0,
            firsts: Bits::NONE,
            of_firsts: Scores::new(),
            found: Bits::NONE,
            carried: None,
        }
    }

    fn find_firsts(&mut self, start: DocId, among: &Bits) {
        (self.start, self.end) = (start, start + WINDOW);
        self.firsts = self.first.find(start, among);
    }

    /// To look through letters takes longer than to see that nothing stands in them.
    fn find_none(&mut self, start: DocId) -> Bits {
        (self.start, self.end) = (start, start + WINDOW);
        (self.firsts, self.found) = (Bits::NONE, Bits::NONE);
        self.found
    }

    /// The score of the letter in the midst of which a window begins, if its first document, in a window before, is found.
    fn carry(&mut self, first: DocId) -> Option<Score> {
        if first >= self.end {
            self.find_firsts(window_of(first), &Bits::only(first));
        } else if first < self.start {
            // The window looked at last stands in the same letter.
            return self.carried;
        }
        if !self.firsts.contains(first) {
            return None;
        }
        self.first.score(self.start, &Bits::only(first), &mut self.of_firsts);
        Some(self.of_firsts.get(first))
    }
}

impl Finder for OfLetter<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        let first = self.letters.first_of(from.min(self.letters.documents().saturating_sub(1)));
        if first < from && first < self.end {
            return from;
        }
        self.first.next(first).max(from)
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        let first = self.letters.first_of(start);
        self.carried = if first < start { self.carry(first) } else { None };
        if self.carried.is_none() && self.first.next(start) >= start + WINDOW {
            return self.find_none(start);
        }
        // The last letter may go on in the next window, and be wanted there.
        let last = Bits::only(self.letters.first_of(start + WINDOW - 1).max(start));
        self.find_firsts(start, &within.firsts(start, |number| self.letters.beginning(number)).or(&last));
        let others = self.firsts.following(start, |number| self.letters.beginning(number), self.carried.is_some());
        self.found = self.firsts.or(&others).and(within);
        self.found
    }

    fn bound(&self) -> Score {
        self.first.bound().max(self.carried.unwrap_or(0.0))
    }

    fn reaching(&mut self, least: Score) -> Bits {
        let is_carried = self.carried.is_some_and(|score| score >= least);
        let firsts = if self.firsts.is_empty() { self.firsts } else { self.first.reaching(least) };
        firsts.or(&firsts.following(self.start, |number| self.letters.beginning(number), is_carried)).and(&self.found)
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        let firsts = wanted.firsts(start, |number| self.letters.beginning(number)).and(&self.firsts);
        self.first.score(start, &firsts, &mut self.of_firsts);
        for document in wanted.documents(start) {
            let first = self.letters.first_of(document);
            let score = if first < start { self.carried.unwrap_or(0.0) } else { self.of_firsts.get(first) };
            scores.set(document, score);
        }
    }
}
