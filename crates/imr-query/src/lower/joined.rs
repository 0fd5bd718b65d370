//! Finders made of others.

use tantivy::{DocId, Score, TERMINATED};

use super::finder::{BoxedFinder, Finder, Unscored};
use crate::window::{Bits, Scores};

/// The share of the weaker fields in the score of a word that several fields hold.
const TIE_BREAKER: Score = 0.2;

/// Documents that all of some finders find, and none of others. Scores add up.
pub(super) struct AllOf<'i> {
    parts: Vec<BoxedFinder<'i>>,
    excluded: Vec<BoxedFinder<'i>>,
    /// The places of the parts, those first that cost least: what these leave out the others need not look at.
    order: &'i [usize],
    found: Bits,
    of_part: Scores,
}

impl<'i> AllOf<'i> {
    pub(super) fn new(parts: Vec<BoxedFinder<'i>>, excluded: Vec<BoxedFinder<'i>>, order: &'i [usize]) -> Self {
        Self { parts, excluded, order, found: Bits::NONE, of_part: Scores::new() }
    }
}

impl Finder for AllOf<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        self.order.iter().fold(from, |from, part| self.parts[*part].next(from))
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = *within;
        for part in self.order {
            if self.found.is_empty() {
                return self.found;
            }
            self.found = self.parts[*part].find(start, &self.found);
        }
        for part in &mut self.excluded {
            if !self.found.is_empty() {
                self.found = self.found.without(&part.find(start, &self.found));
            }
        }
        self.found
    }

    fn bound(&self) -> Score {
        if self.found.is_empty() { 0.0 } else { self.parts.iter().map(|part| part.bound()).sum() }
    }

    fn reaching(&mut self, least: Score) -> Bits {
        let all = self.bound();
        let mut reaching = self.found;
        for part in &mut self.parts {
            if !reaching.is_empty() {
                let bound = part.bound();
                reaching = reaching.and(&part.reaching(least - (all - bound)));
            }
        }
        reaching
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        wanted.documents(start).for_each(|document| scores.set(document, 0.0));
        for part in self.parts.iter_mut().filter(|part| part.bound() > 0.0) {
            part.score(start, wanted, &mut self.of_part);
            wanted.documents(start).for_each(|document| scores.add(document, self.of_part.get(document)));
        }
    }
}

/// How the scores of parts become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scoring {
    /// Nobody asks for scores.
    None,
    /// They add up.
    Sum,
    /// The highest, with a share of the others.
    Best,
}

/// Documents that at least so many of some finders find.
pub(super) struct SomeOf<'i> {
    least: usize,
    scoring: Scoring,
    /// Each with what it found last.
    parts: Vec<(BoxedFinder<'i>, Bits)>,
    found: Bits,
    of_part: Scores,
    best: Scores,
}

impl<'i> SomeOf<'i> {
    pub(super) fn new(least: usize, scoring: Scoring, parts: Vec<BoxedFinder<'i>>) -> Self {
        let parts = parts.into_iter().map(|part| (part, Bits::NONE)).collect();
        Self { least, scoring, parts, found: Bits::NONE, of_part: Scores::new(), best: Scores::new() }
    }

    /// Those that any part finds. What one has found the others need not look for, unless they add to its score.
    fn find_any(&mut self, start: DocId, within: &Bits) -> Bits {
        let mut any = Bits::NONE;
        for (part, found) in &mut self.parts {
            let wanted = if self.scoring == Scoring::None { within.without(&any) } else { *within };
            *found = part.find(start, &wanted);
            any = any.or(found);
        }
        any
    }

    /// Those that more than one part must find.
    fn find_several(&mut self, start: DocId, within: &Bits) -> Bits {
        // Those that one part or more found, two or more, and so on.
        let mut counted = vec![Bits::NONE; self.least];
        for (part, found) in &mut self.parts {
            *found = part.find(start, within);
            let mut once_more = *found;
            for bits in &mut counted {
                let known = *bits;
                *bits = known.or(&once_more);
                once_more = known.and(&once_more);
            }
        }
        counted.pop().unwrap_or(Bits::NONE)
    }

    /// The highest score of documents that a part finds with this score, and none of those before it, when the parts after it
    /// have these bounds, the highest first.
    fn highest(&self, score: Score, after: &[(usize, Score)]) -> Score {
        let others: Score = after.iter().map(|(_, bound)| bound).sum();
        let best = after.first().map_or(score, |(_, bound)| bound.max(score));
        match self.scoring {
            Scoring::Best => best + (score + others - best) * TIE_BREAKER,
            Scoring::Sum | Scoring::None => score + others,
        }
    }

    /// What a part must score so that a document reaches a score with it.
    fn needed(&self, least: Score, after: &[(usize, Score)]) -> Score {
        let others: Score = after.iter().map(|(_, bound)| bound).sum();
        if self.scoring != Scoring::Best {
            return least - others;
        }
        let as_best = least - others * TIE_BREAKER;
        // Another part may be the best.
        match after.first() {
            Some((_, best)) if *best >= as_best => 0.0,
            _ => as_best,
        }
    }

    /// The bounds of the parts, the highest first.
    fn bounds(&self) -> Vec<(usize, Score)> {
        let bounds = self.parts.iter().map(|(part, found)| if found.is_empty() { 0.0 } else { part.bound() });
        let mut bounds: Vec<(usize, Score)> = bounds.enumerate().collect();
        bounds.sort_by(|one, other| other.1.total_cmp(&one.1));
        bounds
    }
}

impl Finder for SomeOf<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        self.parts.iter_mut().map(|(part, _)| part.next(from)).min().unwrap_or(TERMINATED)
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = if self.least == 1 { self.find_any(start, within) } else { self.find_several(start, within) };
        self.found
    }

    fn bound(&self) -> Score {
        match self.bounds().split_first() {
            Some(((_, best), others)) if !self.found.is_empty() => self.highest(*best, others),
            _ => 0.0,
        }
    }

    fn reaching(&mut self, least: Score) -> Bits {
        let bounds = self.bounds();
        let mut reaching = Bits::NONE;
        for (at, (part, bound)) in bounds.iter().enumerate() {
            let after = &bounds[at + 1..];
            if self.highest(*bound, after) < least {
                break;
            }
            let needed = self.needed(least, after);
            let (part, found) = &mut self.parts[*part];
            if !found.is_empty() {
                reaching = reaching.or(&part.reaching(needed));
            }
        }
        reaching.and(&self.found)
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        for document in wanted.documents(start) {
            scores.set(document, 0.0);
            self.best.set(document, 0.0);
        }
        for (part, found) in &mut self.parts {
            let wanted = wanted.and(found);
            if wanted.is_empty() || part.bound() <= 0.0 {
                continue;
            }
            part.score(start, &wanted, &mut self.of_part);
            for document in wanted.documents(start) {
                let score = self.of_part.get(document);
                scores.add(document, score);
                self.best.set(document, self.best.get(document).max(score));
            }
        }
        if self.scoring == Scoring::Best {
            for document in wanted.documents(start) {
                let (sum, best) = (scores.get(document), self.best.get(document));
                scores.set(document, best + (sum - best) * TIE_BREAKER);
            }
        }
    }
}

/// Documents that all have one score.
pub(super) struct Constant<F> {
    score: Score,
    documents: F,
    found: Bits,
}

impl<F: Unscored> Constant<F> {
    pub(super) fn new(score: Score, documents: F) -> Self {
        Self { score, documents, found: Bits::NONE }
    }
}

impl<F: Unscored> Finder for Constant<F> {
    fn next(&mut self, from: DocId) -> DocId {
        self.documents.next(from)
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = self.documents.find(start, within);
        self.found
    }

    fn bound(&self) -> Score {
        self.score
    }

    fn reaching(&mut self, least: Score) -> Bits {
        if self.score >= least { self.found } else { Bits::NONE }
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        wanted.documents(start).for_each(|document| scores.set(document, self.score));
    }
}
