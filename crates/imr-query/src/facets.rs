//! Exact counts of the values of a field over all hits.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use imr_index::{FieldId, FieldKind, IndexReader, PATH_SEPARATOR, Schema};
use serde::Serialize;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentOrdinal};
use utoipa::ToSchema;

use crate::blocks::BlockReader;
use crate::error::QueryError;
use crate::kept::Kept;

/// The values of a field and in how many decisions each occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facet {
    /// The field.
    pub field: String,
    /// Values, the commonest first, equally common ones by name. A decision with several values counts for each.
    pub values: Vec<FacetValue>,
    /// Documents without a value: decisions, and texts of letters that could not be segmented.
    pub missing: usize,
    /// Conditions of the query on this field were left out, so that its other values stay in sight.
    pub widened: bool,
    /// How many more values there are than were asked for, those of the first level.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetValue {
    /// The value as letters print it, or in its one spelling.
    pub value: String,
    /// In how many decisions it occurs.
    pub count: usize,
    /// In a field of several levels, the values of the next level.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub children: Vec<FacetValue>,
}

impl Facet {
    /// The same with its first values only.
    #[must_use]
    pub fn limited(mut self, most: usize) -> Self {
        self.left_out += self.values.len().saturating_sub(most);
        self.values.truncate(most);
        self
    }
}

/// How often each value of a field occurs. Paths are counted with each of their beginnings.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    values: BTreeMap<String, usize>,
    missing: usize,
}

impl Counts {
    /// Adds the counts of another segment.
    pub(crate) fn add(&mut self, other: Self) {
        self.missing += other.missing;
        if self.values.is_empty() {
            self.values = other.values;
            return;
        }
        for (value, count) in other.values {
            *self.values.entry(value).or_default() += count;
        }
    }

    /// Each value with its count; paths with each of their beginnings.
    pub(crate) fn into_values(self) -> BTreeMap<String, usize> {
        self.values
    }

    /// The facet of these counts.
    pub(crate) fn into_facet(self, field: &str, widened: bool) -> Facet {
        let mut values: Vec<FacetValue> = Vec::new();
        for (path, count) in self.values {
            // A path stands behind its beginnings, and nothing else between them.
            let mut siblings = &mut values;
            let mut levels = path.split(PATH_SEPARATOR).peekable();
            while let Some(level) = levels.next() {
                if levels.peek().is_none() {
                    siblings.push(FacetValue { value: level.to_owned(), count, children: Vec::new() });
                    break;
                }
                let Some(parent) = siblings.last_mut().filter(|parent| parent.value == level) else { break };
                siblings = &mut parent.children;
            }
        }
        sort(&mut values);
        Facet { field: field.to_owned(), values, missing: self.missing, widened, left_out: 0 }
    }
}

fn sort(values: &mut [FacetValue]) {
    values.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    values.iter_mut().for_each(|value| sort(&mut value.children));
}

/// Counts one field in one segment.
pub(crate) struct FieldCounter<'c> {
    /// `None` if no document of the segment has the field.
    counter: Option<(BlockReader<'c>, Tally<'c>)>,
    missing: usize,
}

/// Counts by the numbers of values; their texts are looked up once, in the end.
enum Tally<'c> {
    Texts { column: &'c StrColumn, counts: Vec<usize> },
    Numbers { least: u64, counts: Vec<usize> },
    SparseNumbers(BTreeMap<u64, usize>),
    Paths(PathTally),
}

/// Numbers so near each other are counted in a list.
const NARROW: u64 = 1 << 16;

impl<'c> FieldCounter<'c> {
    pub(crate) fn new(index: &'c IndexReader, segment: SegmentOrdinal, field: FieldId) -> Result<Self, QueryError> {
        let counter = match Schema::shared().definition(field).kind {
            FieldKind::Number => index.numbers(segment, field)?.map(|column| (column, Tally::numbers(column))),
            kind => match index.texts(segment, field)? {
                None => None,
                Some(column) if kind == FieldKind::Path => {
                    let tree = || PathTree::new(column).map_err(|error| index.error(error.into()));
                    let tree = index.kept::<Kept>().paths.get(&(segment, field), tree)?;
                    Some((column.ords(), Tally::Paths(PathTally::new(tree))))
                }
                Some(column) => Some((column.ords(), Tally::Texts { column, counts: vec![0; column.num_terms()] })),
            },
        };
        Ok(Self { counter: counter.map(|(column, tally)| (BlockReader::new(column), tally)), missing: 0 })
    }

    /// Counts the values of some documents, which come in ascending order.
    pub(crate) fn take(&mut self, documents: &[DocId]) {
        let Some((reader, tally)) = &mut self.counter else {
            self.missing += documents.len();
            return;
        };
        self.missing += match tally {
            Tally::Paths(paths) => documents.len() - paths.take(reader.pairs(documents)),
            Tally::Texts { counts, .. } => {
                let (values, missing) = reader.values(documents);
                values.iter().for_each(|value| counts[place(*value)] += 1);
                missing
            }
            Tally::Numbers { least, counts } => {
                let (values, missing) = reader.values(documents);
                values.iter().for_each(|value| counts[place(value - *least)] += 1);
                missing
            }
            Tally::SparseNumbers(counts) => {
                let (values, missing) = reader.values(documents);
                values.iter().for_each(|value| *counts.entry(*value).or_default() += 1);
                missing
            }
        };
    }

    pub(crate) fn into_counts(self) -> io::Result<Counts> {
        let values = self.counter.map(|(_, tally)| tally.into_values()).transpose()?.unwrap_or_default();
        Ok(Counts { values, missing: self.missing })
    }
}

/// A number of a value, as a place in a list that has one for each.
fn place(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

impl Tally<'_> {
    fn numbers(column: &Column<u64>) -> Self {
        let (least, greatest) = (column.min_value(), column.max_value());
        match greatest.saturating_sub(least) {
            width @ 0..NARROW => Self::Numbers { least, counts: vec![0; place(width) + 1] },
            _ => Self::SparseNumbers(BTreeMap::new()),
        }
    }

    fn into_values(self) -> io::Result<BTreeMap<String, usize>> {
        let occurring = |(_, count): &(u64, usize)| *count > 0;
        Ok(match self {
            Self::SparseNumbers(counts) => {
                counts.into_iter().map(|(number, count)| (number.to_string(), count)).collect()
            }
            Self::Numbers { least, counts } => {
                let counts = (least..).zip(counts).filter(occurring);
                counts.map(|(number, count)| (number.to_string(), count)).collect()
            }
            Self::Paths(paths) => paths.into_values(),
            Self::Texts { column, counts } => {
                let (terms, counts): (Vec<u64>, Vec<usize>) = (0..).zip(counts).filter(occurring).unzip();
                let mut texts = Vec::with_capacity(terms.len());
                let keep = |text: &[u8]| texts.push(String::from_utf8_lossy(text).into_owned());
                column.dictionary().sorted_ords_to_term_cb(&terms, keep)?;
                texts.into_iter().zip(counts).collect()
            }
        })
    }
}

/// The paths of a column, and their beginnings.
pub(crate) struct PathTree {
    nodes: Vec<Node>,
    /// For each path of the column its node.
    node_of: Vec<usize>,
}

/// A path or a beginning of one.
struct Node {
    path: String,
    /// The node one level up.
    parent: Option<usize>,
}

impl PathTree {
    fn new(column: &StrColumn) -> io::Result<Self> {
        let (mut nodes, mut node_of): (Vec<Node>, _) = (Vec::new(), Vec::with_capacity(column.num_terms()));
        // A path and its beginnings; those of the next one are known already as far as they are the same.
        let mut open: Vec<usize> = Vec::new();
        let mut terms = column.dictionary().stream()?;
        while terms.advance() {
            let path = String::from_utf8_lossy(terms.key());
            let ends = path.match_indices(PATH_SEPARATOR).map(|(end, _)| end).chain([path.len()]);
            for (level, end) in ends.enumerate() {
                let is_open = open.get(level).is_some_and(|node| nodes[*node].path == path[..end]);
                if !is_open {
                    open.truncate(level);
                    nodes.push(Node { path: path[..end].to_owned(), parent: open.last().copied() });
                    open.push(nodes.len() - 1);
                }
                open.truncate(if end == path.len() { level + 1 } else { open.len() });
            }
            node_of.push(open.last().copied().unwrap_or_default());
        }
        Ok(Self { nodes, node_of })
    }
}

/// Counts paths, each with every one of its beginnings.
struct PathTally {
    tree: Arc<PathTree>,
    /// For each node how many documents have it,
    counts: Vec<usize>,
    /// and the one that was counted last: two paths with the same beginning count it once.
    last: Vec<Option<DocId>>,
}

impl PathTally {
    fn new(tree: Arc<PathTree>) -> Self {
        let nodes = tree.nodes.len();
        Self { tree, counts: vec![0; nodes], last: vec![None; nodes] }
    }

    /// Counts paths, each with its document; tells how many documents there are.
    fn take(&mut self, paths: impl Iterator<Item = (DocId, u64)>) -> usize {
        let Self { tree, counts, last: last_of } = self;
        let (mut documents, mut last) = (0, None);
        for (document, path) in paths {
            documents += usize::from(last != Some(document));
            last = Some(document);
            let mut next = tree.node_of.get(place(path)).copied();
            while let Some(node) = next.filter(|node| last_of[*node] != last) {
                counts[node] += 1;
                last_of[node] = last;
                next = tree.nodes[node].parent;
            }
        }
        documents
    }

    fn into_values(self) -> BTreeMap<String, usize> {
        let occurring = self.tree.nodes.iter().zip(self.counts).filter(|(_, count)| *count > 0);
        occurring.map(|(node, count)| (node.path.clone(), count)).collect()
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
