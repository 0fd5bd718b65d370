//! Exact counts of the values of a field over all hits.

use std::collections::BTreeMap;

use imr_index::{FieldId, FieldKind, PATH_SEPARATOR, Schema};
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
    /// Documents without a value: decisions, and texts of letters that could not be segmented.
    pub missing: usize,
    /// Conditions of the query on this field were left out, so that its other values stay in sight.
    pub widened: bool,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The value as letters print it, or in its one spelling.
    pub value: String,
    /// In how many decisions it occurs.
    pub count: usize,
    /// In a field of several levels, the values of the next level.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<FacetValue>,
}

/// Counts one field.
pub(crate) struct FacetCollector {
    field: String,
    kind: FieldKind,
}

impl FacetCollector {
    pub(crate) fn new(id: FieldId) -> Self {
        let field = Schema::shared().definition(id);
        Self { field: field.name.clone(), kind: field.kind }
    }
}

/// What one segment, or the whole index, counts. Paths are counted with each of their beginnings.
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
    pub(crate) fn into_facet(self, field: &str, widened: bool) -> Facet {
        // A path stands behind its beginnings, so that each finds its parent.
        let mut values: Vec<FacetValue> = Vec::new();
        for (path, count) in self.values {
            let mut siblings = &mut values;
            let mut levels = path.split(PATH_SEPARATOR).peekable();
            while let Some(level) = levels.next() {
                if levels.peek().is_none() {
                    siblings.push(FacetValue { value: level.to_owned(), count, children: Vec::new() });
                    break;
                }
                let Some(parent) = siblings.iter().position(|parent| parent.value == level) else { break };
                siblings = &mut siblings[parent].children;
            }
        }
        sort(&mut values);
        Facet { field: field.to_owned(), values, missing: self.missing, widened }
    }
}

fn sort(values: &mut [FacetValue]) {
    values.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    values.iter_mut().for_each(|value| sort(&mut value.children));
}

impl Collector for FacetCollector {
    type Fruit = Counts;
    type Child = SegmentCounter;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounter> {
        let columns = segment.fast_fields();
        let texts = || columns.str(&self.field);
        let counter = match self.kind {
            FieldKind::Number => {
                columns.u64(&self.field).ok().map(|column| Counter::Numbers { column, counts: BTreeMap::new() })
            }
            FieldKind::Path => texts()?.map(Counter::paths).transpose()?,
            _ => texts()?.map(|column| Counter::Texts { counts: vec![0; column.num_terms()], column }),
        };
        Ok(SegmentCounter { counter: counter.unwrap_or(Counter::None), missing: 0 })
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

/// Counts by the numbers of terms; their texts are looked up once, in the end.
enum Counter {
    None,
    Texts {
        column: StrColumn,
        counts: Vec<usize>,
    },
    Numbers {
        column: Column<u64>,
        counts: BTreeMap<u64, usize>,
    },
    Paths {
        column: StrColumn,
        /// Every beginning of every path.
        nodes: Vec<String>,
        /// For each path the places of its beginnings in `nodes`.
        nodes_of: Vec<Vec<usize>>,
        counts: Vec<usize>,
        /// Room for the nodes of one document: two paths with the same beginning count it once.
        seen: Vec<usize>,
    },
}

impl Counter {
    fn paths(column: StrColumn) -> tantivy::Result<Self> {
        let mut nodes: Vec<String> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut nodes_of = Vec::with_capacity(column.num_terms());
        for term in 0..column.num_terms() {
            let mut path = String::new();
            column.ord_to_str(term as u64, &mut path)?;
            let ends = path.match_indices(PATH_SEPARATOR).map(|(end, _)| end).chain([path.len()]);
            let place = |end: usize| {
                *places.entry(path[..end].to_owned()).or_insert_with_key(|node| {
                    nodes.push(node.clone());
                    nodes.len() - 1
                })
            };
            nodes_of.push(ends.map(place).collect());
        }
        Ok(Self::Paths { column, counts: vec![0; nodes.len()], nodes, nodes_of, seen: Vec::new() })
    }

    /// Counts a document; tells whether it has a value.
    fn count(&mut self, document: DocId) -> bool {
        let mut found = false;
        match self {
            Self::None => {}
            Self::Texts { column, counts } => {
                for term in column.term_ords(document) {
                    found = true;
                    if let Some(count) = usize::try_from(term).ok().and_then(|term| counts.get_mut(term)) {
                        *count += 1;
                    }
                }
            }
            Self::Numbers { column, counts } => {
                for number in column.values_for_doc(document) {
                    found = true;
                    *counts.entry(number).or_default() += 1;
                }
            }
            Self::Paths { column, nodes_of, counts, seen, .. } => {
                seen.clear();
                for term in column.term_ords(document) {
                    seen.extend(usize::try_from(term).ok().and_then(|term| nodes_of.get(term)).into_iter().flatten());
                }
                seen.sort_unstable();
                seen.dedup();
                found = !seen.is_empty();
                seen.iter().for_each(|node| counts[*node] += 1);
            }
        }
        found
    }

    fn into_values(self) -> tantivy::Result<BTreeMap<String, usize>> {
        match self {
            Self::None => Ok(BTreeMap::new()),
            Self::Numbers { counts, .. } => {
                Ok(counts.into_iter().map(|(number, count)| (number.to_string(), count)).collect())
            }
            Self::Paths { nodes, counts, .. } => {
                Ok(nodes.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect())
            }
            Self::Texts { column, counts } => {
                let mut values = BTreeMap::new();
                for (term, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                    let mut text = String::new();
                    column.ord_to_str(term as u64, &mut text)?;
                    values.insert(text, count);
                }
                Ok(values)
            }
        }
    }
}

/// Counts one segment.
pub(crate) struct SegmentCounter {
    counter: Counter,
    missing: usize,
}

impl SegmentCollector for SegmentCounter {
    type Fruit = tantivy::Result<Counts>;

    fn collect(&mut self, document: DocId, _: Score) {
        self.missing += usize::from(!self.counter.count(document));
    }

    fn harvest(self) -> Self::Fruit {
        Ok(Counts { values: self.counter.into_values()?, missing: self.missing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_a_tree() {
        let counts = [("a", 3), ("a\u{1f}x", 1), ("a\u{1f}y", 2), ("b", 3), ("b\u{1f}z", 3)];
        let values = counts.into_iter().map(|(path, count)| (path.to_owned(), count)).collect();
        let facet = Counts { values, missing: 4 }.into_facet("a/b", false);
        let shape: Vec<(&str, usize, Vec<&str>)> = facet
            .values
            .iter()
            .map(|value| {
                (value.value.as_str(), value.count, value.children.iter().map(|child| child.value.as_str()).collect())
            })
            .collect();
        assert_eq!(shape, [("a", 3, vec!["y", "x"]), ("b", 3, vec!["z"])]);
    }
}
