//! Exact counts of the values of a field over all hits.

use std::collections::BTreeMap;

use imr_index::{FieldId, FieldKind, Schema};
use serde::Serialize;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// The values of a field and in how many decisions each occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The field.
    pub field: String,
    /// Values, the commonest first, equally common ones by name. A decision with several values counts for each.
    pub values: Vec<FacetValue>,
    /// Decisions without a value.
    pub missing: usize,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The value as letters print it, or in its one spelling.
    pub value: String,
    /// In how many decisions it occurs.
    pub count: usize,
}

/// Counts one field.
pub(crate) struct FacetCollector {
    field: String,
    is_number: bool,
}

impl FacetCollector {
    pub(crate) fn new(id: FieldId) -> Self {
        let field = Schema::shared().definition(id);
        Self { field: field.name.clone(), is_number: matches!(field.kind, FieldKind::Number | FieldKind::Date) }
    }
}

/// What one segment, or the whole index, counts.
#[derive(Default)]
pub(crate) struct Counts {
    values: BTreeMap<String, usize>,
    missing: usize,
}

impl Counts {
    /// How many values there are.
    pub(crate) fn distinct(&self) -> usize {
        self.values.len()
    }

    /// The facet of these counts.
    pub(crate) fn into_facet(self, field: &str) -> Facet {
        let mut values: Vec<FacetValue> =
            self.values.into_iter().map(|(value, count)| FacetValue { value, count }).collect();
        values.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
        Facet { field: field.to_owned(), values, missing: self.missing }
    }
}

impl Collector for FacetCollector {
    type Fruit = Counts;
    type Child = SegmentCounter;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounter> {
        let columns = segment.fast_fields();
        let values = if self.is_number {
            columns.u64(&self.field).map_or(Values::None, Values::Numbers)
        } else {
            columns.str(&self.field)?.map_or(Values::None, Values::Texts)
        };
        let terms = if let Values::Texts(column) = &values { column.num_terms() } else { 0 };
        Ok(SegmentCounter { values, by_term: vec![0; terms], by_number: BTreeMap::new(), missing: 0 })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Counts>>) -> tantivy::Result<Counts> {
        let mut all = Counts::default();
        for counts in segments {
            let counts = counts?;
            all.missing += counts.missing;
            for (value, count) in counts.values {
                *all.values.entry(value).or_default() += count;
            }
        }
        Ok(all)
    }
}

enum Values {
    None,
    Texts(StrColumn),
    Numbers(Column<u64>),
}

/// Counts by the numbers of terms; their texts are looked up once, in the end.
pub(crate) struct SegmentCounter {
    values: Values,
    by_term: Vec<usize>,
    by_number: BTreeMap<u64, usize>,
    missing: usize,
}

impl SegmentCollector for SegmentCounter {
    type Fruit = tantivy::Result<Counts>;

    fn collect(&mut self, document: DocId, _: Score) {
        let mut found = false;
        match &self.values {
            Values::None => {}
            Values::Texts(column) => {
                for term in column.term_ords(document) {
                    found = true;
                    if let Some(count) = usize::try_from(term).ok().and_then(|term| self.by_term.get_mut(term)) {
                        *count += 1;
                    }
                }
            }
            Values::Numbers(column) => {
                for number in column.values_for_doc(document) {
                    found = true;
                    *self.by_number.entry(number).or_default() += 1;
                }
            }
        }
        self.missing += usize::from(!found);
    }

    fn harvest(self) -> Self::Fruit {
        let mut values: BTreeMap<String, usize> =
            self.by_number.into_iter().map(|(number, count)| (number.to_string(), count)).collect();
        if let Values::Texts(column) = &self.values {
            for (term, count) in self.by_term.iter().enumerate().filter(|(_, count)| **count > 0) {
                let mut text = String::new();
                column.ord_to_str(term as u64, &mut text)?;
                values.insert(text, *count);
            }
        }
        Ok(Counts { values, missing: self.missing })
    }
}
