//! Finds a word that may be indexed by several terms: a stem by all words that have it. It is searched and scored as if it
//! had one term.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::Bm25Weight;
use tantivy::{DocId, Score, TERMINATED};

use super::finder::Finder;
use crate::window::{Bits, Scores, WINDOW};

/// Documents that have any of some terms.
pub(super) struct WordFinder {
    terms: Vec<Blocks>,
    /// `None` if nobody asks for scores.
    scorer: Option<WordScorer>,
    found: Bits,
    bound: Score,
}

impl WordFinder {
    pub(super) fn new(terms: Vec<BlockSegmentPostings>, scorer: Option<WordScorer>) -> Self {
        let terms = terms.into_iter().map(Blocks::new).collect();
        Self { terms, scorer, found: Bits::NONE, bound: 0.0 }
    }
}

impl Finder for WordFinder {
    fn next(&mut self, from: DocId) -> DocId {
        self.terms.iter_mut().map(|term| term.next(from)).min().unwrap_or(TERMINATED)
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = Bits::NONE;
        let bounds = self.terms.iter_mut().map(|term| {
            let mut bound: Score = 0.0;
            term.fill(start, &mut self.found, |block| {
                bound = bound.max(self.scorer.as_ref().map_or(0.0, |scorer| scorer.bound(block)));
            });
            bound
        });
        let bounds: Vec<Score> = bounds.filter(|bound| *bound > 0.0).collect();
        self.bound = self.scorer.as_ref().map_or(0.0, |scorer| scorer.together(&bounds));
        self.found = self.found.and(within);
        self.found
    }

    fn bound(&self) -> Score {
        self.bound
    }

    fn reaching(&mut self, least: Score) -> Bits {
        if self.bound >= least { self.found } else { Bits::NONE }
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        match &mut self.scorer {
            Some(scorer) => scorer.score(start, wanted, scores),
            None => wanted.documents(start).for_each(|document| scores.set(document, 0.0)),
        }
    }
}

/// The postings of a term, a block of documents at a time.
struct Blocks {
    postings: BlockSegmentPostings,
    /// The place in the block of the next document.
    at: usize,
}

impl Blocks {
    fn new(postings: BlockSegmentPostings) -> Self {
        Self { postings, at: 0 }
    }

    /// Goes on to the first document from one on.
    fn next(&mut self, from: DocId) -> DocId {
        if self.postings.docs().get(self.at).is_some_and(|document| *document < from) {
            self.at = self.postings.seek(from);
        }
        self.postings.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// How often the term stands in a document; documents are asked for in ascending order.
    #[inline]
    fn frequency(&mut self, document: DocId) -> u32 {
        if self.go_to(document) == document { self.postings.freq(self.at) } else { 0 }
    }

    /// As [`Self::next`], for documents that are not far.
    #[inline]
    fn go_to(&mut self, document: DocId) -> DocId {
        let docs = self.postings.docs();
        let near = self.at + 1;
        match docs.get(self.at) {
            Some(here) if *here >= document => *here,
            Some(_) if docs.get(near).is_some_and(|next| *next >= document) => {
                self.at = near;
                docs[near]
            }
            _ => self.next(document),
        }
    }

    /// Adds the documents of a window, and shows the blocks that they stand in.
    fn fill(&mut self, start: DocId, found: &mut Bits, mut show: impl FnMut(&mut BlockSegmentPostings)) {
        let end = start + WINDOW;
        while self.next(start) < end {
            show(&mut self.postings);
            let rest = &self.postings.docs()[self.at..];
            let here = match rest.last() {
                Some(last) if *last < end => rest.len(),
                _ => rest.partition_point(|document| *document < end),
            };
            rest[..here].iter().for_each(|document| found.insert(*document));
            self.at += here;
            if here == rest.len() {
                self.postings.advance();
                self.at = 0;
            }
        }
    }
}

/// Scores a word by BM25.
pub(super) struct WordScorer {
    terms: Vec<Blocks>,
    norms: FieldNormReader,
    bm25: Bm25Weight,
    /// By the average length of texts that the segment was written with; `None` if no block of it is full.
    written: Option<Bm25Weight>,
    /// How many times as long the average is that is scored by.
    longer: Score,
}

impl WordScorer {
    /// `written` scores by the average length of texts that the segment was written with, `bm25` by one that is so many
    /// times as long.
    pub(super) fn new(
        terms: Vec<BlockSegmentPostings>,
        norms: FieldNormReader,
        bm25: Bm25Weight,
        written: Option<Bm25Weight>,
        longer: Score,
    ) -> Self {
        let terms = terms.into_iter().map(Blocks::new).collect();
        Self { terms, norms, bm25, written, longer }
    }

    /// What no text exceeds.
    fn highest(&self) -> Score {
        self.bm25.score(0, u32::MAX)
    }

    /// What no text exceeds that has a word by several terms, which by themselves have these bounds.
    ///
    /// A score is `highest * f / (f + c)`, where `f` is how often the word stands in a text and `c` hangs on its length. What
    /// a bound says of `f / c` adds up.
    fn together(&self, bounds: &[Score]) -> Score {
        if let [] | [_] = bounds {
            return bounds.first().copied().unwrap_or(0.0);
        }
        let highest = self.highest();
        if bounds.iter().any(|bound| *bound >= highest) {
            return highest;
        }
        let ratio: Score = bounds.iter().map(|bound| bound / (highest - bound)).sum();
        // It is rounded otherwise than scores are, the more often the more terms there are.
        #[expect(clippy::cast_precision_loss, reason = "few terms")]
        let rounded = 1.0 + (8 + 4 * bounds.len()) as Score * Score::EPSILON;
        highest * (ratio / (1.0 + ratio)) * rounded
    }

    /// What no document of a block exceeds. The engine keeps of each full block the length and frequency of the document
    /// that scores highest with the average of its segment.
    ///
    /// A score is `w / (1 + c)`, and the longer the average the smaller is `c`: of a text `b * length / average` times 1.2
    /// and something that stays. So no `c` is less than the least of the block divided by how many times longer it is.
    fn bound(&self, block: &mut BlockSegmentPostings) -> Score {
        let highest = self.highest();
        let Some(written) = self.written.as_ref().filter(|_| block.docs().len() == BLOCK) else {
            let is_known = needs_frequencies(block.doc_freq());
            return if is_known { block.block_max_score(&self.norms, &self.bm25) } else { highest };
        };
        let kept = block.block_max_score(&self.norms, written);
        if self.longer <= 1.0 { kept } else { highest / (1.0 + (highest / kept - 1.0).max(0.0) / self.longer) }
    }

    fn score(&mut self, start: DocId, wanted: &Bits, scores: &mut Scores) {
        for document in wanted.documents(start) {
            let frequency = self.terms.iter_mut().map(|term| term.frequency(document)).sum();
            scores.set(document, self.bm25.score(self.norms.fieldnorm_id(document), frequency));
        }
    }
}

/// The engine's full blocks have so many documents.
const BLOCK: usize = 128;

/// Whether a term that so many documents have fills a block.
pub(super) fn has_full_blocks(documents: u32) -> bool {
    documents as usize >= BLOCK
}

/// Whether frequencies are read while a term that so many documents have is looked for. Of blocks that are not full the engine
/// keeps nothing, so that their bounds are computed; in a long list there is one block among many.
pub(super) fn needs_frequencies(documents: u32) -> bool {
    documents as usize <= 16 * BLOCK
}
