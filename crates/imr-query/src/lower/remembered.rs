//! Remembers what a costly part of a plan finds: documents that were looked at once are not looked at again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imr_index::IndexReader;
use tantivy::{DocId, Score, TERMINATED};

use super::finder::{BoxedFinder, Finder};
use crate::limits::Limits;
use crate::window::{Bits, Scores, WINDOW};

/// What is known of a part in one segment.
pub(crate) struct Remembered {
    windows: Vec<Mutex<Arc<Looked>>>,
    /// How many documents were looked at, with those that windows count behind the last.
    looked_at: AtomicU64,
    /// How many scores are remembered.
    scores: AtomicU64,
}

/// What is known of the documents of a window.
#[derive(Clone)]
struct Looked {
    at: Bits,
    found: Bits,
    /// Of those that were found, where scores are asked for; in no order.
    scores: Vec<(DocId, Score)>,
    highest: Score,
}

impl Looked {
    const AT_NONE: Self = Self { at: Bits::NONE, found: Bits::NONE, scores: Vec::new(), highest: 0.0 };
}

impl Remembered {
    /// Nothing yet, for each segment of an index.
    pub(crate) fn of_segments(index: &IndexReader) -> Vec<Self> {
        index.searcher().segment_readers().iter().map(|segment| Self::of_documents(segment.max_doc())).collect()
    }

    fn of_documents(documents: DocId) -> Self {
        let none = Arc::new(Looked::AT_NONE);
        let windows = (0..documents.div_ceil(WINDOW)).map(|_| Mutex::new(Arc::clone(&none))).collect();
        Self { windows, looked_at: AtomicU64::new(0), scores: AtomicU64::new(0) }
    }

    /// How many documents were not looked at yet, and how many there are, as windows count them.
    pub(super) fn left(&self) -> (u64, u64) {
        let documents = self.windows.len() as u64 * u64::from(WINDOW);
        (documents.saturating_sub(self.looked_at.load(Ordering::Relaxed)), documents)
    }

    /// About as many bytes as it takes.
    pub(crate) fn size(&self) -> u64 {
        let of_windows = self.windows.len() * (size_of::<Looked>() + size_of::<Mutex<Arc<Looked>>>());
        of_windows as u64 + self.scores.load(Ordering::Relaxed) * size_of::<(DocId, Score)>() as u64
    }

    fn window(&self, start: DocId) -> Option<MutexGuard<'_, Arc<Looked>>> {
        let window = self.windows.get((start / WINDOW) as usize)?;
        Some(window.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is known of the window that begins at `start`.
    fn looked(&self, start: DocId) -> Arc<Looked> {
        self.window(start).map_or_else(|| Arc::new(Looked::AT_NONE), |window| Arc::clone(&window))
    }

    fn keep(&self, start: DocId, looked: Arc<Looked>) {
        let Some(mut window) = self.window(start) else { return };
        let numbers = |looked: &Looked| (looked.at.count() as u64, looked.scores.len() as u64);
        let ((known, known_scores), (now, scores)) = (numbers(&window), numbers(&looked));
        // Who looked at others meanwhile looks at them again. Sums wrap around.
        self.looked_at.fetch_add(now.wrapping_sub(known), Ordering::Relaxed);
        self.scores.fetch_add(scores.wrapping_sub(known_scores), Ordering::Relaxed);
        *window = looked;
    }

    /// Keeps that nothing is found from one document on and before another.
    fn pass_over(&self, from: DocId, next: DocId) {
        let last = (next / WINDOW).min(DocId::try_from(self.windows.len()).unwrap_or(DocId::MAX));
        for start in (from.div_ceil(WINDOW)..last).map(|number| number * WINDOW) {
            let looked = self.looked(start);
            if looked.at != Bits::ALL {
                self.keep(start, Arc::new(Looked { at: Bits::ALL, ..Looked::clone(&looked) }));
            }
        }
    }

    /// The first document from one on that was found.
    fn next(&self, from: DocId) -> DocId {
        let windows = (from / WINDOW..).zip(self.windows.get((from / WINDOW) as usize..).unwrap_or_default());
        let mut found = windows.filter_map(|(number, _)| {
            let start = number * WINDOW;
            self.looked(start).found.first_from(start, from.max(start))
        });
        found.next().unwrap_or(TERMINATED)
    }
}

/// Finds what a part finds, and asks the part only about documents that it was not asked about before.
pub(super) struct RememberedFinder<'i> {
    remembered: &'i Remembered,
    /// `None` if it was asked about all.
    part: Option<BoxedFinder<'i>>,
    is_scored: bool,
    /// What is known of the window that was found last.
    window: Arc<Looked>,
    found: Bits,
    limits: Limits,
}

impl<'i> RememberedFinder<'i> {
    pub(super) fn new(
        remembered: &'i Remembered,
        part: Option<BoxedFinder<'i>>,
        is_scored: bool,
        limits: Limits,
    ) -> Self {
        Self { remembered, part, is_scored, window: Arc::new(Looked::AT_NONE), found: Bits::NONE, limits }
    }

    /// Asks the part about documents that are new.
    fn look_at(&mut self, start: DocId, new: &Bits) {
        let Some(part) = &mut self.part else { return };
        let mut looked = Looked::clone(&self.window);
        let found = part.find(start, new);
        if self.is_scored && !found.is_empty() {
            let mut scores = Scores::new();
            part.score(start, &found, &mut scores);
            looked.scores.extend(found.documents(start).map(|document| (document, scores.get(document))));
        }
        looked.highest = looked.scores.iter().map(|(_, score)| *score).fold(0.0, Score::max);
        (looked.at, looked.found) = (looked.at.or(new), looked.found.or(&found));
        self.window = Arc::new(looked);
        // What looks at places ends early when the time is over.
        if self.limits.in_time().is_ok() {
            self.remembered.keep(start, Arc::clone(&self.window));
        }
    }
}

impl Finder for RememberedFinder<'_> {
    fn next(&mut self, from: DocId) -> DocId {
        let Some(part) = &mut self.part else { return self.remembered.next(from) };
        let next = part.next(from);
        self.remembered.pass_over(from, next);
        next
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.window = self.remembered.looked(start);
        let new = within.without(&self.window.at);
        if !new.is_empty() {
            self.look_at(start, &new);
        }
        self.found = self.window.found.and(within);
        self.found
    }

    fn bound(&self) -> Score {
        self.window.highest
    }

    fn reaching(&mut self, least: Score) -> Bits {
        let mut reaching = Bits::NONE;
        let worth = self.window.scores.iter().filter(|(_, score)| *score >= least);
        worth.for_each(|(document, _)| reaching.insert(*document));
        reaching.and(&self.found)
    }

    fn score(&mut self, _: DocId, _: &Bits, scores: &mut Scores) {
        self.window.scores.iter().for_each(|(document, score)| scores.set(*document, *score));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// Finds the even documents before one, scores each by its number, and notes how many it is asked about.
    struct Even {
        end: DocId,
        asked: Rc<RefCell<usize>>,
    }

    impl Finder for Even {
        fn next(&mut self, from: DocId) -> DocId {
            if from < self.end { from } else { TERMINATED }
        }

        fn find(&mut self, start: DocId, within: &Bits) -> Bits {
            *self.asked.borrow_mut() += within.count();
            let mut found = Bits::NONE;
            let even = |document: &DocId| *document < self.end && document.is_multiple_of(2);
            within.documents(start).filter(even).for_each(|document| found.insert(document));
            found
        }

        fn bound(&self) -> Score {
            Score::MAX
        }

        fn reaching(&mut self, _: Score) -> Bits {
            Bits::ALL
        }

        fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
            wanted.documents(start).for_each(|document| scores.set(document, score(document)));
        }
    }

    fn score(document: DocId) -> Score {
        Score::from(u16::try_from(document).unwrap())
    }

    fn bits(documents: &[DocId]) -> Bits {
        let mut bits = Bits::NONE;
        documents.iter().for_each(|document| bits.insert(*document));
        bits
    }

    #[test]
    fn a_part_is_asked_about_what_is_new() {
        let remembered = Remembered::of_documents(3 * WINDOW);
        let asked = Rc::new(RefCell::new(0));
        for (within, found, new, reaching) in [
            (bits(&[1, 2, 3]), bits(&[2]), 3, bits(&[2])),
            (bits(&[2, 3, 4]), bits(&[2, 4]), 1, bits(&[4])),
            (bits(&[4]), bits(&[4]), 0, bits(&[4])),
            (bits(&[2]), bits(&[2]), 0, Bits::NONE),
            (bits(&[5, 7]), Bits::NONE, 2, Bits::NONE),
        ] {
            let part = Even { end: WINDOW, asked: Rc::clone(&asked) };
            let mut finder = RememberedFinder::new(&remembered, Some(Box::new(part)), true, Limits::none());
            let least = if new == 3 { 2.0 } else { 4.0 };
            assert_eq!(finder.find(0, &within), found);
            assert_eq!(asked.replace(0), new, "case: {within:?}");
            assert_eq!(finder.reaching(least), reaching, "case: {within:?}");
            let mut scores = Scores::new();
            finder.score(0, &found, &mut scores);
            assert!(found.documents(0).all(|document| scores.get(document).total_cmp(&score(document)).is_eq()));
        }
        assert!(remembered.left().0 > 0);
    }

    #[test]
    fn nothing_is_left_when_all_was_looked_at() {
        let remembered = Remembered::of_documents(2 * WINDOW + 1);
        let part = Even { end: WINDOW, asked: Rc::default() };
        let mut finder = RememberedFinder::new(&remembered, Some(Box::new(part)), false, Limits::none());
        let found = finder.find(0, &Bits::ALL);
        assert_eq!(remembered.left(), (u64::from(2 * WINDOW), u64::from(3 * WINDOW)));
        assert_eq!(finder.next(WINDOW), TERMINATED);
        assert_eq!(remembered.left().0, 0, "what is passed over holds nothing");
        let mut finder = RememberedFinder::new(&remembered, None, false, Limits::none());
        assert_eq!((finder.next(0), finder.next(5), finder.next(WINDOW - 1)), (0, 6, TERMINATED));
        assert_eq!(finder.find(0, &Bits::ALL), found);
    }

    #[test]
    fn what_was_found_past_the_deadline_is_forgotten() {
        let remembered = Remembered::of_documents(WINDOW);
        let over = Limits { deadline: Some(std::time::Instant::now()), ..Limits::none() };
        let part = Even { end: WINDOW, asked: Rc::default() };
        RememberedFinder::new(&remembered, Some(Box::new(part)), false, over).find(0, &Bits::ALL);
        assert_eq!(remembered.left().0, u64::from(WINDOW));
    }
}
