//! Postings of a field of running text.

use std::io;

use tantivy::DocId;
use tantivy::postings::FieldSerializer;

use super::terms::{TermId, Terms};
use crate::analysis::positions;

/// The words of one field, document behind document, as they stand there. Only when the segment is written they are put in
/// the order of their terms, by counting: a posting so costs four bytes and no look-up.
#[derive(Default)]
pub(super) struct TextPostings {
    documents: Vec<Start>,
    /// A word each; with [`BESIDE`], a term at the position of the word before; [`GAP`], a position without
    /// a word.
    tokens: Vec<u32>,
    /// The place of the next word: positions of all documents are counted through.
    next: u32,
    /// How many terms the field has in all.
    total: u64,
    /// How many terms the last document has.
    length: u32,
}

/// Where a document begins.
#[derive(Clone, Copy)]
struct Start {
    document: DocId,
    place: u32,
}

const BESIDE: u32 = 1 << 31;
const GAP: u32 = u32::MAX;

impl TextPostings {
    /// Adds a value of a document. Documents come in ascending order; between two values of one is a gap, so that no phrase
    /// reaches from one to the other.
    pub(super) fn add(&mut self, document: DocId, text: &str, terms: &mut Terms) {
        if self.documents.last().is_none_or(|start| start.document != document) {
            self.documents.push(Start { document, place: self.next });
            self.length = 0;
        }
        for position in positions(text) {
            let word = terms.word(position.word);
            self.tokens.push(word);
            self.next += 1;
            self.length += 1;
            if let Some(behind) = position.joined {
                let joined = terms.joined(position.word, behind);
                self.push_beside(joined);
            }
            for mark in terms.marks(position.ends) {
                self.push_beside(mark);
            }
        }
        self.tokens.push(GAP);
        self.next += 1;
    }

    fn push_beside(&mut self, term: TermId) {
        self.tokens.push(term | BESIDE);
        self.length += 1;
    }

    /// How many terms a document has, if it has a value; to be asked once for each, when it is whole.
    pub(super) fn end_document(&mut self, document: DocId) -> Option<u32> {
        self.documents.last().filter(|start| start.document == document)?;
        self.total += u64::from(self.length);
        Some(self.length)
    }

    /// Forgets the documents, and keeps the room that they took.
    pub(super) fn clear(&mut self) {
        self.documents.clear();
        self.tokens.clear();
        (self.next, self.total, self.length) = (0, 0, 0);
    }

    /// How many terms the field has.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// How much memory it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.tokens.len() * size_of::<u32>() + self.documents.len() * size_of::<Start>()
    }

    /// How much more it takes while it is written, in bytes.
    pub(super) fn bytes_to_write(&self) -> usize {
        usize::try_from(self.total).unwrap_or(usize::MAX).saturating_mul(size_of::<u32>())
    }

    /// Writes the postings of all terms, which come in the order of their bytes.
    pub(super) fn write(&self, terms: &Terms, sorted: &[TermId], to: &mut FieldSerializer<'_>) -> io::Result<()> {
        let (ends, places) = self.places_by_term(terms.len());
        let mut posting = Posting::default();
        for term in sorted {
            let start = term.checked_sub(1).map_or(0, |before| ends[before as usize]);
            let places = &places[start as usize..ends[*term as usize] as usize];
            if !places.is_empty() {
                posting.read(places, &self.documents);
                posting.write(terms.text(*term), to)?;
            }
        }
        Ok(())
    }

    /// The places of each term, one term behind the other, and where those of each end.
    fn places_by_term(&self, terms: usize) -> (Vec<u32>, Vec<u32>) {
        let mut ends = vec![0; terms];
        self.each(|term, _| ends[term as usize] += 1);
        let mut all = 0;
        for end in &mut ends {
            all += std::mem::replace(end, all);
        }
        let mut places = vec![0; all as usize];
        self.each(|term, place| {
            let end = &mut ends[term as usize];
            places[*end as usize] = place;
            *end += 1;
        });
        (ends, places)
    }

    fn each(&self, mut take: impl FnMut(TermId, u32)) {
        let mut next = 0;
        for token in &self.tokens {
            match *token {
                GAP => next += 1,
                token if token & BESIDE != 0 => take(token & !BESIDE, next - 1),
                word => {
                    take(word, next);
                    next += 1;
                }
            }
        }
    }
}

/// The documents of one term, and its positions in each.
#[derive(Default)]
struct Posting {
    /// Each with the number of its positions.
    documents: Vec<(DocId, u32)>,
    /// The positions of each document, each told from the one before.
    positions: Vec<u32>,
}

impl Posting {
    fn read(&mut self, places: &[u32], starts: &[Start]) {
        self.documents.clear();
        self.positions.clear();
        let (mut at, mut before) = (usize::MAX, 0);
        for place in places {
            let next = next_start(starts, at, *place);
            if next != at {
                (at, before) = (next, starts[next].place);
                self.documents.push((starts[at].document, 0));
            }
            self.documents.last_mut().into_iter().for_each(|(_, positions)| *positions += 1);
            self.positions.push(place - before);
            before = *place;
        }
    }

    fn write(&self, term: &str, to: &mut FieldSerializer<'_>) -> io::Result<()> {
        to.new_term(term.as_bytes(), u32::try_from(self.documents.len()).unwrap_or(u32::MAX), true)?;
        let mut positions = self.positions.as_slice();
        for (document, count) in &self.documents {
            let (of_document, rest) = positions.split_at(*count as usize);
            to.write_doc(*document, *count, of_document);
            positions = rest;
        }
        to.close_term()
    }
}

/// The document of a place, not before `at`: most often it is `at` or near it.
fn next_start(starts: &[Start], at: usize, place: u32) -> usize {
    const NEAR: usize = 8;
    let mut from = if at == usize::MAX { 0 } else { at };
    for _ in 0..NEAR {
        match starts.get(from + 1) {
            Some(next) if next.place <= place => from += 1,
            _ => return from,
        }
    }
    from + starts[from..].partition_point(|start| start.place <= place) - 1
}
