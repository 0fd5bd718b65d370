//! The leads among the decisions that a query finds.

use imr_index::IndexReader;
use imr_model::Letter;
use imr_query::{Answer, QueryError, Request, Sort, search};
use jiff::civil::Date;

use crate::contradiction::{Lead, contradictions};

/// Decisions to be read for leads, the newest first.
///
/// What a query finds is not narrowed before it is read: the tags of gaps miss a third of the denials that are looked for, and
/// nearly every letter has one of the words on either side.
pub struct Leads<'i> {
    index: &'i IndexReader,
    request: Request,
    /// How the query was understood, and how many decisions it finds.
    pub answer: Answer<'i>,
    /// How many of these have been read.
    pub read: usize,
}

/// A decision with leads.
#[derive(Debug)]
pub struct Read {
    /// Its letter.
    pub letter: Letter,
    /// Its place in the letter, from 1.
    pub n: usize,
    /// Its leads, at least one.
    pub leads: Vec<Lead>,
}

/// Asks for the decisions of a query, in its language or in plain English unless it is `literal`. Relative dates count from
/// `today`. Decisions are read when [`Leads::next_read`] is called.
///
/// # Errors
///
/// [`QueryError::Syntax`] if the query is wrong; [`QueryError::Index`] if the index cannot be read.
pub fn leads<'i>(index: &'i IndexReader, query: &str, literal: bool, today: Date) -> Result<Leads<'i>, QueryError> {
    let request = Request { literal, sort: Sort::Newest, passages: false, ..Request::new(query, FIRST, today) };
    Ok(Leads { index, answer: search(index, &request)?, request, read: 0 })
}

/// So many decisions are put in order first, which is quick; the others only if those do not hold leads enough.
const FIRST: usize = 2_000;

impl Leads<'_> {
    /// Reads on to the next decision with leads; `None` when all have been read.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub fn next_read(&mut self) -> Result<Option<Read>, QueryError> {
        loop {
            for hit in self.answer.hits() {
                let hit = hit?;
                self.read += 1;
                let leads = contradictions(&hit.letter, hit.n);
                if !leads.is_empty() {
                    return Ok(Some(Read { letter: hit.letter, n: hit.n, leads }));
                }
            }
            if self.read >= self.answer.decisions {
                return Ok(None);
            }
            self.request = Request { offset: self.read, limit: usize::MAX, ..self.request.clone() };
            self.answer = search(self.index, &self.request)?;
            if self.answer.remaining() == 0 {
                return Ok(None);
            }
        }
    }
}
