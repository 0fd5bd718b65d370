//! The words of an index that a term of a plan stands for: of a stem, all that have it.

use std::collections::HashMap;
use std::io;

use imr_index::{FieldId, FieldKind, Schema, asked_stem, has_stem, stem_beginning};
use rustc_hash::FxBuildHasher;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

/// Looks a term of a plan up in the dictionaries of segments.
pub(crate) struct Forms<'t> {
    term: &'t str,
    /// The stem that it asks for; `None` if it is a word as it is printed, or a value.
    stem: Option<&'t str>,
    /// Words that begin like those of the stem, and whether they have it. Segments hold the same words.
    known: HashMap<Box<str>, bool, FxBuildHasher>,
}

impl<'t> Forms<'t> {
    /// Those of a term in a field.
    pub(crate) fn of(field: FieldId, term: &'t str) -> Self {
        let has_words = matches!(Schema::shared().definition(field).kind, FieldKind::Text | FieldKind::Title);
        Self { term, stem: asked_stem(term).filter(|_| has_words), known: HashMap::default() }
    }

    /// The terms of a segment, and where their documents stand in it.
    ///
    /// # Errors
    ///
    /// If the dictionary cannot be read.
    pub(crate) fn in_dictionary(&mut self, dictionary: &TermDictionary) -> io::Result<Vec<(String, TermInfo)>> {
        let itself = dictionary.get(self.term)?.map(|info| (self.term.to_owned(), info));
        let mut found = Vec::from_iter(itself);
        let Some(stem) = self.stem else { return Ok(found) };
        // Nothing else is stemmed to a number, and many words begin like one.
        if stem.bytes().all(|byte| byte.is_ascii_digit()) {
            found.extend(dictionary.get(stem)?.map(|info| (stem.to_owned(), info)));
            return Ok(found);
        }
        let beginning = stem_beginning(stem).as_bytes();
        let mut words = dictionary.range().ge(beginning).into_stream()?;
        while let Some((word, info)) = words.next().filter(|(word, _)| word.starts_with(beginning)) {
            let Ok(word) = std::str::from_utf8(word) else { continue };
            if self.has_stem(word, stem) {
                found.push((word.to_owned(), info.clone()));
            }
        }
        Ok(found)
    }

    fn has_stem(&mut self, word: &str, stem: &str) -> bool {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        let has_stem = has_stem(word, stem);
        self.known.insert(word.into(), has_stem);
        has_stem
    }
}
