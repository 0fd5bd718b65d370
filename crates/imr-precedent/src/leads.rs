//! The leads among the decisions that a query finds.

use imr_index::IndexReader;
use imr_query::{Answer, QueryError, Request, Sort, search};
use imr_vocabulary::Subject;

use crate::contradiction::{Lead, contradictions};
use imr_model::Letter;
use jiff::civil::Date;

/// Which decisions to read for leads.
#[derive(Clone, Debug)]
pub struct LeadsRequest {
    /// The query, in its language or in plain English; an empty one asks for every decision.
    pub query: String,
    /// Search for every word as it is, without reading plain English.
    pub literal: bool,
    /// The day that relative dates in the query count from.
    pub today: Date,
}

/// Decisions to be read for leads, the newest first.
pub struct Leads<'i> {
    /// What the query alone finds: how it was understood, and how many decisions there are.
    pub asked: Answer<'i>,
    candidates: Answer<'i>,
    /// How many of the candidates have been read.
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

/// Asks for the decisions of a query that can hold a lead: their rationale holds a word of a subject, the summary of their
/// letter one that mentions it.
///
/// # Errors
///
/// [`QueryError::Syntax`] if the query is wrong; [`QueryError::Index`] if the index cannot be read.
pub fn leads<'i>(index: &'i IndexReader, request: &LeadsRequest) -> Result<Leads<'i>, QueryError> {
    let wanted = |query: String, limit| Request {
        literal: request.literal,
        sort: Sort::Newest,
        passages: false,
        ..Request::new(query, limit, request.today)
    };
    let asked = search(index, &wanted(request.query.clone(), 0))?;
    // What was understood is read again as it is: a condition more must not change it.
    let narrowed = format!("({}) ({})", asked.understood, candidates());
    let candidates = search(index, &Request { literal: true, ..wanted(narrowed, usize::MAX) })?;
    Ok(Leads { asked, candidates, read: 0 })
}

/// The condition that a decision can hold a lead.
fn candidates() -> String {
    let subjects = imr_vocabulary::contradictions().subjects();
    subjects.iter().map(condition).collect::<Vec<_>>().join(" OR ")
}

fn condition(subject: &Subject) -> String {
    let Subject { words, summary_words, .. } = subject;
    format!("(rationale:({}) summary:({}))", words.join(" OR "), summary_words.join(" OR "))
}

impl Leads<'_> {
    /// How many decisions can hold a lead.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.candidates.decisions
    }

    /// Reads on to the next decision with leads; `None` when all have been read.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub fn next_read(&mut self) -> Result<Option<Read>, QueryError> {
        for hit in self.candidates.hits() {
            let hit = hit?;
            self.read += 1;
            let leads = contradictions(&hit.letter, hit.n);
            if !leads.is_empty() {
                return Ok(Some(Read { letter: hit.letter, n: hit.n, leads }));
            }
        }
        Ok(None)
    }
}
