//! The words of an index that a pattern describes.

use std::collections::BTreeSet;
use std::sync::Arc;

use imr_index::{FieldId, IndexReader};
use tantivy::Term;

use crate::error::{QueryError, SyntaxError};
use crate::kept::Kept;
use crate::limits::{Limits, too_costly};
use crate::pattern::Pattern;

/// The words of a field that a pattern describes. A query is lowered for its hits, its facets and its explanation: the
/// field's words are compared once.
///
/// # Errors
///
/// If there are too many, the index cannot be read, or the time is over.
pub(super) fn described(
    pattern: &Pattern,
    field: FieldId,
    index: &IndexReader,
    most: usize,
    limits: Limits,
) -> Result<Arc<Vec<String>>, QueryError> {
    let allowed = most.min(limits.expansions);
    let find = || {
        let described = search(pattern, field, index, allowed, limits)?;
        if described.len() <= allowed {
            return Ok::<Vec<String>, QueryError>(described.into_iter().collect());
        }
        let (problem, help) =
            (format!("`{}` describes more than {allowed} words", pattern.text), "write more of its letters");
        if allowed < most {
            return Err(too_costly(problem, pattern.span.clone(), help));
        }
        Err(SyntaxError::new(problem, pattern.span.clone(), help).into())
    };
    index.kept::<Kept>().words.get(&format!("{field:?} {allowed} {}", pattern.key()), find)
}

/// Index terms of words of a field.
pub(super) fn terms_of(field: FieldId, words: &[String], index: &IndexReader) -> Vec<Term> {
    words.iter().map(|word| Term::from_field_text(index.field(field), word)).collect()
}

/// The words of a field that a pattern describes; one more than so many are not all.
fn search(
    pattern: &Pattern,
    field: FieldId,
    index: &IndexReader,
    most: usize,
    limits: Limits,
) -> Result<BTreeSet<String>, QueryError> {
    let mut described = BTreeSet::new();
    let mut watch = limits.watch();
    for segment in index.searcher().segment_readers() {
        let postings = segment.inverted_index(index.field(field)).map_err(|error| index.error(error))?;
        let terms = postings.terms().range().ge(pattern.prefix.as_bytes()).into_stream();
        let mut terms = terms.map_err(|error| index.error(error.into()))?;
        while let Some((term, _)) = terms.next() {
            watch.in_time()?;
            if !term.starts_with(pattern.prefix.as_bytes()) || described.len() > most {
                break;
            }
            // Wholes of words with a hyphen, and marks of sentences, begin with signs that no word has.
            let Ok(word) = std::str::from_utf8(term) else { continue };
            if word.starts_with(char::is_alphanumeric) && pattern.matches(word) {
                described.insert(word.to_owned());
            }
        }
    }
    Ok(described)
}
