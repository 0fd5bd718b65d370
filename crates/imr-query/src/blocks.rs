//! Columns read for blocks of documents: one call of the engine a block instead of one a document.

use std::ops::Range;

use tantivy::columnar::column_index::{MultiValueIndex, Set};
use tantivy::columnar::{Column, ColumnIndex};
use tantivy::{BitSet, DocId};

/// Reads a column for one block of documents after the other.
pub(crate) struct BlockReader<'c> {
    column: &'c Column<u64>,
    /// The document of each value.
    documents: Vec<DocId>,
    /// The place of each value in the column.
    rows: Vec<u32>,
    values: Vec<u64>,
}

impl<'c> BlockReader<'c> {
    pub(crate) fn new(column: &'c Column<u64>) -> Self {
        Self { column, documents: Vec::new(), rows: Vec::new(), values: Vec::new() }
    }

    /// All values of some documents, and how many of these have none. Documents come in ascending order.
    pub(crate) fn values(&mut self, documents: &[DocId]) -> (&[u64], usize) {
        if let Some((rows, missing)) = unbroken(documents).and_then(|range| self.rows_of_range(range)) {
            self.values.resize(rows.len(), 0);
            self.column.values.get_range(u64::from(rows.start), &mut self.values);
            return (&self.values, missing);
        }
        self.read(documents);
        let with_value = self.documents.chunk_by(|one, other| one == other).count();
        (&self.values, documents.len() - with_value)
    }

    /// The values of documents that follow each other, one for each; `None` if some have none, or may have several.
    pub(crate) fn one_each(&mut self, documents: Range<DocId>) -> Option<&[u64]> {
        let (ColumnIndex::Full | ColumnIndex::Optional(_)) = self.column.index else { return None };
        let rows = self.column.index.docid_range_to_rowids(documents.clone());
        if rows.len() != documents.len() {
            return None;
        }
        self.values.resize(rows.len(), 0);
        self.column.values.get_range(u64::from(rows.start), &mut self.values);
        Some(&self.values)
    }

    /// All values of some documents, each with its document.
    pub(crate) fn pairs(&mut self, documents: &[DocId]) -> impl Iterator<Item = (DocId, u64)> + '_ {
        self.read(documents);
        self.documents.iter().copied().zip(self.values.iter().copied())
    }

    /// The first value of each of some documents, 0 for those without one.
    pub(crate) fn first_or_zero(&mut self, documents: &[DocId]) -> &[u64] {
        if let ColumnIndex::Full = self.column.index {
            return self.values(documents).0;
        }
        let first = documents.iter().map(|document| self.column.first(*document).unwrap_or(0));
        self.values.clear();
        self.values.extend(first);
        &self.values
    }

    fn read(&mut self, documents: &[DocId]) {
        self.documents.clear();
        self.rows.clear();
        self.column.row_ids_for_docs(documents, &mut self.documents, &mut self.rows);
        self.values.resize(self.rows.len(), 0);
        self.column.values.get_vals(&self.rows, &mut self.values);
    }

    /// The rows of documents that follow each other, and how many of these documents have none.
    fn rows_of_range(&self, documents: Range<DocId>) -> Option<(Range<u32>, usize)> {
        let rows = self.column.index.docid_range_to_rowids(documents.clone());
        let with_value = match &self.column.index {
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) => {
                index.optional_index.rank(documents.end) - index.optional_index.rank(documents.start)
            }
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV1(_)) => return None,
            ColumnIndex::Full | ColumnIndex::Optional(_) | ColumnIndex::Empty { .. } => rows.end - rows.start,
        };
        Some((rows, documents.len() - with_value as usize))
    }
}

/// Hands on the documents of a set in ascending order, some at a time.
pub(crate) fn blocks(set: &BitSet, mut take: impl FnMut(&[DocId])) {
    let mut block = Vec::with_capacity(BLOCK);
    let mut next = set.first_non_empty_bucket(0);
    while let Some(bucket) = next {
        block.extend(set.tinyset(bucket).into_iter().map(|place| bucket * 64 + place));
        next = set.first_non_empty_bucket(bucket + 1);
        if next.is_none() || block.len() > BLOCK - 64 {
            take(&block);
            block.clear();
        }
    }
}

/// So many documents are handed on together at most.
const BLOCK: usize = 1024;

/// The range of documents that follow each other without a gap.
fn unbroken(documents: &[DocId]) -> Option<Range<DocId>> {
    let (first, last) = (*documents.first()?, *documents.last()?);
    ((last - first) as usize + 1 == documents.len()).then_some(first..last + 1)
}
