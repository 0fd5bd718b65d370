//! The words of an index that a term of a plan stands for: of a stem, all that have it.

use std::collections::HashMap;

use imr_index::{FieldId, FieldKind, IndexReader, Schema, asked_stem, has_stem, stem_beginnings};
use rustc_hash::FxBuildHasher;
use tantivy::InvertedIndexReader;
use tantivy::postings::TermInfo;

use crate::error::QueryError;
use crate::limits::{Limits, Watch};

/// Looks a term of a plan up in the dictionaries of segments.
pub(crate) struct Forms<'t> {
    term: &'t str,
    /// The stem that it asks for; `None` if it is a word as it is printed, or a value.
    stem: Option<&'t str>,
    /// What words of this stem begin with.
    beginnings: Vec<String>,
    /// Words that begin so, and whether they have the stem. Segments hold the same words.
    known: HashMap<Box<str>, bool, FxBuildHasher>,
    watch: Watch,
}

impl<'t> Forms<'t> {
    /// Those of a term in a field.
    pub(crate) fn of(field: FieldId, term: &'t str, limits: Limits) -> Self {
        let has_words = matches!(Schema::shared().definition(field).kind, FieldKind::Text | FieldKind::Title);
        let stem = asked_stem(term).filter(|_| has_words);
        let beginnings = stem.map(stem_beginnings).unwrap_or_default();
        Self { term, stem, beginnings, known: HashMap::default(), watch: limits.watch() }
    }

    /// The terms of a segment, and where their documents stand in it.
    ///
    /// # Errors
    ///
    /// If the dictionary cannot be read, or the time is over.
    pub(crate) fn in_segment(
        &mut self,
        words: &InvertedIndexReader,
        index: &IndexReader,
    ) -> Result<Vec<(String, TermInfo)>, QueryError> {
        let mut found = Vec::new();
        // A stem is a term where it stands for words with a hyphen.
        let whole = self.stem.filter(|_| self.beginnings.is_empty());
        for term in [self.term].into_iter().chain(whole) {
            let info = words.terms().get(term).map_err(|error| index.error(error.into()))?;
            found.extend(info.map(|info| (term.to_owned(), info)));
        }
        for beginning in 0..self.beginnings.len() {
            self.add_words(beginning, words, index, &mut found)?;
        }
        Ok(found)
    }

    fn add_words(
        &mut self,
        beginning: usize,
        words: &InvertedIndexReader,
        index: &IndexReader,
        found: &mut Vec<(String, TermInfo)>,
    ) -> Result<(), QueryError> {
        let beginning = self.beginnings[beginning].clone().into_bytes();
        let terms = words.terms().range().ge(&beginning).into_stream();
        let mut terms = terms.map_err(|error| index.error(error.into()))?;
        while let Some((term, info)) = terms.next().filter(|(term, _)| term.starts_with(&beginning)) {
            self.watch.in_time()?;
            if let Ok(word) = std::str::from_utf8(term)
                && self.is_form(word)
            {
                found.push((word.to_owned(), info.clone()));
            }
        }
        Ok(())
    }

    fn is_form(&mut self, word: &str) -> bool {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        let is_form = self.stem.is_some_and(|stem| has_stem(word, stem));
        self.known.insert(word.into(), is_form);
        is_form
    }
}
