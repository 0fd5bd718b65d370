//! The terms of running text, each with a number.

use std::collections::HashMap;
use std::rc::Rc;

use imr_vocabulary::WordMap;
use rustc_hash::FxBuildHasher;

use crate::analysis::{lower, push_lower, stem_term};
use crate::sentences::Ends;

/// The number of a term.
pub(crate) type TermId = u32;

/// Terms that were met. Most words of a letter were met before, and need not be put in lower case again.
#[derive(Default)]
pub(crate) struct Terms {
    ids: HashMap<Rc<str>, TermId, FxBuildHasher>,
    /// The terms of words as they are printed, in capitals or not.
    printed: WordMap<TermId>,
    list: Vec<Rc<str>>,
    /// Words with a hyphen inside, without it, and their stems.
    joined: HashMap<Box<str>, TermId, FxBuildHasher>,
    lower: String,
}

impl Terms {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// A term by its number.
    pub(crate) fn text(&self, id: TermId) -> &str {
        &self.list[id as usize]
    }

    /// All numbers, in the order of the terms' bytes.
    pub(crate) fn sorted(&self) -> Vec<TermId> {
        let mut ids: Vec<TermId> = (0..).take(self.len()).collect();
        ids.sort_unstable_by(|one, other| self.text(*one).cmp(self.text(*other)));
        ids
    }

    /// A word as it is printed.
    #[inline]
    pub(crate) fn word(&mut self, printed: &str) -> TermId {
        match self.printed.get(printed.as_bytes()) {
            Some(id) => *id,
            None => self.learn(printed),
        }
    }

    /// Two words with a hyphen between them, by the stem of the whole.
    pub(crate) fn joined(&mut self, first: &str, second: &str) -> TermId {
        let mut whole = std::mem::take(&mut self.lower);
        whole.clear();
        push_lower(&mut whole, first);
        push_lower(&mut whole, second);
        let known = self.joined.get(&*whole).copied();
        let id = known.unwrap_or_else(|| {
            let id = self.number(&stem_term(&whole));
            self.joined.insert(whole.as_str().into(), id);
            id
        });
        self.lower = whole;
        id
    }

    /// What marks the first word of a sentence or paragraph.
    pub(crate) fn marks(&mut self, ends: Ends) -> impl Iterator<Item = TermId> {
        ends.marks().map(|mark| self.number(mark))
    }

    #[cold]
    fn learn(&mut self, printed: &str) -> TermId {
        let word = lower(printed);
        let id = self.number(&word);
        self.printed.insert(printed.as_bytes(), id);
        id
    }

    fn number(&mut self, term: &str) -> TermId {
        if let Some(id) = self.ids.get(term) {
            return *id;
        }
        let id = TermId::try_from(self.len()).unwrap_or(TermId::MAX);
        let term: Rc<str> = term.into();
        self.list.push(Rc::clone(&term));
        self.ids.insert(term, id);
        id
    }
}
