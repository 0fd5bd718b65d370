//! Where the letters of an opened index begin.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::Column;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentOrdinal, SegmentReader};

use crate::schema::Schema;

/// Which documents begin a letter. Those of a letter stand side by side in one segment, the first first: they are added,
/// merged and deleted together. Queries ask this of nearly every document that they look at; the column of letters, which
/// knows it, is therefore read a block of documents at a time and remembered as one bit a document.
pub struct Letters {
    segments: Vec<Arc<SegmentLetters>>,
}

/// The letters of one segment.
pub struct SegmentLetters {
    id: SegmentId,
    /// For each document the number of its letter; documents of files have none.
    column: Option<Column<u64>>,
    documents: DocId,
    /// Made when a document of them is first asked for.
    blocks: Vec<OnceLock<Box<Block>>>,
}

/// A bit for each document that begins a letter.
type Block = [u64; WORDS as usize];

/// So many documents are in a block.
const BLOCK: DocId = 64 * WORDS;
const WORDS: DocId = 16;

impl Letters {
    pub(crate) fn new(searcher: &Searcher) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter().map(|segment| SegmentLetters::new(segment).map(Arc::new));
        Ok(Self { segments: segments.collect::<tantivy::Result<_>>()? })
    }

    /// Those of a segment.
    #[must_use]
    pub fn segment(&self, ordinal: SegmentOrdinal) -> &Arc<SegmentLetters> {
        &self.segments[ordinal as usize]
    }

    /// Those of the segment of a name; `None` if the index has no such segment.
    #[must_use]
    pub fn find(&self, id: SegmentId) -> Option<&Arc<SegmentLetters>> {
        self.segments.iter().find(|segment| segment.id == id)
    }
}

impl SegmentLetters {
    fn new(segment: &SegmentReader) -> tantivy::Result<Self> {
        let letter = &Schema::shared().definition(Schema::shared().id("letter")).name;
        let column = segment.fast_fields().str(letter)?.map(|letters| letters.ords().clone());
        let documents = segment.max_doc();
        let blocks = std::iter::repeat_with(OnceLock::new).take(documents.div_ceil(BLOCK) as usize).collect();
        Ok(Self { id: segment.segment_id(), column, documents, blocks })
    }

    /// How many documents there are, of letters or not.
    #[must_use]
    pub fn documents(&self) -> DocId {
        self.documents
    }

    /// Whether no document belongs to a letter: those of files stand in segments of their own until they are merged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.column.is_none()
    }

    /// Whether a document is the first of its letter, or of none.
    #[must_use]
    pub fn begins_at(&self, document: DocId) -> bool {
        self.beginning(document / 64) >> (document % 64) & 1 == 1
    }

    /// A bit for each of 64 documents that is the first of its letter, or of none: of the documents from 64 times a number
    /// on. Behind the last document every bit is set.
    #[must_use]
    pub fn beginning(&self, number: DocId) -> u64 {
        let (block, place) = (number / WORDS, number % WORDS);
        let bits = self.blocks.get(block as usize).map(|bits| bits.get_or_init(|| Box::new(self.read(block))));
        bits.map_or(u64::MAX, |bits| bits[place as usize])
    }

    /// The first document of the letter that a document belongs to; the document itself if it belongs to none.
    #[must_use]
    pub fn first_of(&self, document: DocId) -> DocId {
        let up_to = u64::MAX >> (63 - document % 64);
        let bits = |number: DocId| self.beginning(number) & if number == document / 64 { up_to } else { u64::MAX };
        let mut words = (0..=document / 64).rev().map(|number| (number, bits(number)));
        words.find(|(_, bits)| *bits != 0).map_or(document, |(number, bits)| number * 64 + bits.ilog2())
    }

    fn read(&self, block: DocId) -> Block {
        let start = block * BLOCK;
        // The first document is compared with the one before.
        let (documents, letters) = self.numbered(start.saturating_sub(1)..self.documents.min(start + BLOCK));
        let mut bits = [u64::MAX; WORDS as usize];
        for (pair, letters) in documents.windows(2).zip(letters.windows(2)) {
            if letters[0] == letters[1] && pair[0] + 1 == pair[1] {
                let place = pair[1] - start;
                bits[place as usize / 64] &= !(1 << (place % 64));
            }
        }
        bits
    }

    /// The documents of a range that belong to a letter, and the numbers of their letters.
    fn numbered(&self, range: Range<DocId>) -> (Vec<DocId>, Vec<u64>) {
        let Some(column) = &self.column else { return (Vec::new(), Vec::new()) };
        // Each document has one letter at most: their rows follow each other.
        let rows = column.index.docid_range_to_rowids(range.clone());
        let mut letters = vec![0; rows.len()];
        column.values.get_range(rows.start.into(), &mut letters);
        let mut documents: Vec<DocId> = range.collect();
        if documents.len() != letters.len() {
            documents.retain(|document| column.index.has_value(*document));
        }
        (documents, letters)
    }
}
