//! Finds what the engine's own queries find: ranges, and what is there at all.

use std::ops::Bound;

use imr_index::{FieldId, FieldKind, IndexReader, Schema};
use tantivy::query::{ExistsQuery, InvertedIndexRangeQuery, Query, RangeQuery, Scorer};
use tantivy::{DocId, DocSet, Score, Term};

use super::finder::Finder;
use crate::window::{Bits, Scores, WINDOW};

/// Documents with a value in a column, or with a path that begins with it.
pub(super) fn whole(field: FieldId, value: &str, index: &IndexReader) -> Box<dyn Query> {
    let end = |value: &str| Term::from_field_text(index.field(field), value);
    let last = match Schema::shared().definition(field).kind {
        // What separates levels stands before every sign that can be printed.
        FieldKind::Path => Bound::Excluded(end(&format!("{value} "))),
        _ => Bound::Included(end(value)),
    };
    Box::new(RangeQuery::new(Bound::Included(end(value)), last))
}

/// Documents that have a field: by its column, or for running text, which has none, by any of its terms.
pub(super) fn has(field: FieldId, index: &IndexReader) -> Box<dyn Query> {
    let definition = Schema::shared().definition(field);
    if definition.kind != FieldKind::Text {
        return Box::new(ExistsQuery::new(definition.name.clone(), false));
    }
    let first = Term::from_field_text(index.field(field), "");
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(first), Bound::Unbounded))
}

/// Documents that a scorer of the engine finds, all with one score.
pub(super) struct EngineFinder {
    documents: Box<dyn Scorer>,
    score: Score,
    found: Bits,
}

impl EngineFinder {
    pub(super) fn new(documents: Box<dyn Scorer>, score: Score) -> Self {
        Self { documents, score, found: Bits::NONE }
    }

    fn seek(&mut self, from: DocId) -> DocId {
        let document = self.documents.doc();
        if document < from { self.documents.seek(from) } else { document }
    }
}

impl Finder for EngineFinder {
    fn next(&mut self, from: DocId) -> DocId {
        self.seek(from)
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        self.found = Bits::NONE;
        let mut from = start;
        while let Some(wanted) = within.first_from(start, from) {
            let document = self.seek(wanted);
            if document >= start + WINDOW {
                break;
            }
            if within.contains(document) {
                self.found.insert(document);
            }
            from = document + 1;
        }
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
