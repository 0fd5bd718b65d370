//! The leads among the decisions that a query finds.

use std::collections::VecDeque;

use imr_index::IndexReader;
use imr_model::Letter;
use imr_query::{Answer, Hit, QueryError, Request, Sort, search};
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
    /// What was read ahead: for each decision, in order, its leads.
    ahead: VecDeque<Option<Read>>,
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
    Ok(Leads { index, answer: search(index, &request)?, request, read: 0, ahead: VecDeque::new() })
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
            while let Some(read) = self.ahead.pop_front() {
                self.read += 1;
                if read.is_some() {
                    return Ok(read);
                }
            }
            if self.answer.remaining() == 0 && !self.has_more()? {
                return Ok(None);
            }
            self.ahead = self.answer.map_hits(AHEAD, read)?.into();
        }
    }

    /// Puts all decisions that have not been read in order; tells whether there are any.
    fn has_more(&mut self) -> Result<bool, QueryError> {
        if self.read >= self.answer.decisions {
            return Ok(false);
        }
        self.request = Request { offset: self.read, limit: usize::MAX, ..self.request.clone() };
        self.answer = search(self.index, &self.request)?;
        Ok(self.answer.remaining() > 0)
    }
}

/// So many decisions are read together.
const AHEAD: usize = 128;

fn read(hit: Hit) -> Option<Read> {
    let leads = contradictions(&hit.letter, hit.n);
    (!leads.is_empty()).then_some(Read { letter: hit.letter, n: hit.n, leads })
}
