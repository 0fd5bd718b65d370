//! Finds what the engine's own queries find: ranges, and what is there at all.

use std::ops::Bound;

use imr_index::{FieldId, FieldKind, IndexReader, Schema};
use tantivy::query::{ExistsQuery, InvertedIndexRangeQuery, Query, RangeQuery, Scorer};
use tantivy::{DocId, DocSet, Term};

use super::finder::Unscored;
use crate::window::{Bits, WINDOW};

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

/// Documents that a scorer of the engine finds; what it scores does not count.
pub(super) struct EngineFinder(pub(super) Box<dyn Scorer>);

impl Unscored for EngineFinder {
    fn next(&mut self, from: DocId) -> DocId {
        let document = self.0.doc();
        if document < from { self.0.seek(from) } else { document }
    }

    fn find(&mut self, start: DocId, within: &Bits) -> Bits {
        let mut found = Bits::NONE;
        let mut from = start;
        while let Some(wanted) = within.first_from(start, from) {
            let document = self.next(wanted);
            if document >= start + WINDOW {
                break;
            }
            if within.contains(document) {
                found.insert(document);
            }
            from = document + 1;
        }
        found
    }
}
