//! Postings of a field whose values are compared whole.

use std::collections::HashMap;
use std::io;

use rustc_hash::FxBuildHasher;
use tantivy::DocId;
use tantivy::postings::FieldSerializer;
use tantivy::tokenizer::MAX_TOKEN_LEN;

use crate::analysis::keyword_term;

/// How values are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Analysis {
    /// In any case, blanks folded.
    Folded,
    AsItIs,
}

/// The documents of each value of one field.
pub(super) struct ValuePostings {
    analysis: Analysis,
    documents: HashMap<Box<str>, Vec<DocId>, FxBuildHasher>,
    total: u64,
    bytes: usize,
}

impl ValuePostings {
    pub(super) fn new(analysis: Analysis) -> Self {
        Self { analysis, documents: HashMap::default(), total: 0, bytes: 0 }
    }

    /// Adds a value of a document. Documents come in ascending order.
    pub(super) fn add(&mut self, document: DocId, value: &str) {
        match self.analysis {
            Analysis::Folded => self.add_term(document, &keyword_term(value)),
            Analysis::AsItIs => self.add_term(document, value),
        }
    }

    fn add_term(&mut self, document: DocId, term: &str) {
        // The engine takes no longer terms.
        if term.len() > MAX_TOKEN_LEN {
            return;
        }
        self.total += 1;
        if let Some(documents) = self.documents.get_mut(term) {
            if documents.last() != Some(&document) {
                documents.push(document);
                self.bytes += size_of::<DocId>();
            }
            return;
        }
        self.documents.insert(term.into(), vec![document]);
        self.bytes += term.len() + size_of::<(Box<str>, Vec<DocId>)>() + size_of::<DocId>();
    }

    /// Forgets the documents.
    pub(super) fn clear(&mut self) {
        self.documents.clear();
        (self.total, self.bytes) = (0, 0);
    }

    /// How many values were added.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// How much memory it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes the postings of all values, in the order of their bytes.
    pub(super) fn write(&self, to: &mut FieldSerializer<'_>) -> io::Result<()> {
        let mut terms: Vec<(&str, &[DocId])> =
            self.documents.iter().map(|(term, documents)| (&**term, documents.as_slice())).collect();
        terms.sort_unstable();
        for (term, documents) in terms {
            to.new_term_without_freq(term.as_bytes())?;
            documents.iter().for_each(|document| to.write_doc(*document, 0, &[]));
            to.close_term()?;
        }
        Ok(())
    }
}
