//! Answers a query.

use std::collections::VecDeque;
use std::thread::ScopedJoinHandle;

use imr_index::{DocumentId, IndexReader, Schema, keyword_term};
use imr_model::{Decision, Letter};
use jiff::civil::Date;

use crate::ast::Ast;
use crate::disjunctive::{counted_alike, facet_fields, facets};
use crate::emptied::{Emptied, emptied};
use crate::english::{Weaker, corrected, read_english, relaxed};
use crate::error::{QueryError, SyntaxError};
use crate::explain::{Explanation, explanation};
use crate::facets::Facet;
use crate::gather::{Gathered, Wanted, gather};
use crate::hints::hints;
use crate::hits::{Found, found, looked_at};
use crate::limits::Limits;
use crate::lower::frequency;
use crate::parse::parse;
use crate::passage::{Marker, Passage};
use crate::plan::{Plan, Resolved, resolve, resolve_within};
use crate::similar::{with_similar, without_similar};
use crate::top::letter_name;

/// The order of hits. Ties are broken by decision date (newest first), then case number, then the place in the letter:
/// the order is the same in every run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best match first.
    #[default]
    Score,
    /// The newest decision first.
    Newest,
    /// The oldest decision first.
    Oldest,
    /// By case number.
    Case,
}

/// What is wanted of an answer.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent wishes, each off by default")]
pub struct Request {
    /// The query, in its language or in plain English.
    pub query: String,
    /// Search for every word as it is, without reading plain English.
    pub literal: bool,
    /// What hits must meet besides; it is not read anew when the query finds nothing.
    pub also: Ast,
    /// At most this many hits are fetched.
    pub limit: usize,
    /// This many hits are passed over first.
    pub offset: usize,
    /// Their order.
    pub sort: Sort,
    /// Names of fields whose values are counted over all hits. Conditions of the query on the field itself are left out of
    /// its count, so that its other values stay in sight.
    pub facets: Vec<String>,
    /// Hits of one letter stand together, at the place of the best of them; limit and offset count letters.
    pub group_by_letter: bool,
    /// Of hits whose rationales are the same boilerplate, only the first is shown.
    pub collapse: bool,
    /// Find the passage to show of each hit.
    pub passages: bool,
    /// Tell of each hit why it ranks where it does.
    pub explain: bool,
    /// The day that relative dates (`-90d`) count from.
    pub today: Date,
    /// What the answer may cost.
    pub limits: Limits,
}

impl Request {
    /// A request for the first hits of a query.
    #[must_use]
    pub fn new(query: impl Into<String>, limit: usize, today: Date) -> Self {
        Self {
            query: query.into(),
            literal: false,
            also: Ast::All,
            limit,
            offset: 0,
            sort: Sort::Score,
            facets: Vec::new(),
            group_by_letter: false,
            collapse: false,
            passages: true,
            explain: false,
            today,
            limits: Limits::none(),
        }
    }
}

/// How a query was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The query as it was understood, in the query language.
    pub understood: Ast,
    /// Corrections and expansions that were made.
    pub notes: Vec<String>,
    /// What in the query may be a slip.
    pub hints: Vec<String>,
}

/// The answer to a request. Hits are read from the index when they are asked for.
pub struct Answer<'i> {
    /// How the query was understood.
    pub reading: Reading,
    /// How many decisions match in all.
    pub decisions: usize,
    /// How many letters these stand in.
    pub letters: usize,
    /// The facets asked for.
    pub facets: Vec<Facet>,
    /// If nothing matches: what each condition finds, and what is found without it.
    pub emptied: Vec<Emptied>,
    pub(crate) index: &'i IndexReader,
    pub(crate) plan: Plan,
    marker: Marker,
    found: VecDeque<Found>,
    /// The letter that was read last, and its first document, if the next hit stands in it, too.
    last: Option<(DocumentId, Letter)>,
    passages: bool,
    explains: bool,
    pub(crate) limits: Limits,
}

/// A decision that matches, or the unsegmented text of a letter.
#[derive(Debug)]
pub struct Hit {
    /// The letter it stands in.
    pub letter: Letter,
    /// The place of the decision in the letter, from 1; 0 for unsegmented text.
    pub n: usize,
    /// How well it matches; 0 for a query of conditions only.
    pub score: f32,
    /// The passage to show, with [`Request::passages`].
    pub passage: Option<Passage>,
    /// With [`Request::collapse`]: how many further hits have the same boilerplate for a rationale.
    pub folded: usize,
    /// With [`Request::explain`]: the parts of its score.
    pub explanation: Option<Explanation>,
}

impl Hit {
    /// The decision; `None` for unsegmented text.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.letter.decisions.get(self.n.checked_sub(1)?)
    }
}

impl Answer<'_> {
    /// How many hits are still to be read.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.found.len()
    }

    /// The hits asked for, in their order, each read when its turn comes: any number of them needs the memory of one.
    ///
    /// # Errors
    ///
    /// Each hit is an error if the index cannot be read.
    pub fn hits(&mut self) -> impl Iterator<Item = Result<Hit, QueryError>> {
        std::iter::from_fn(|| self.found.pop_front().map(|found| self.hit(&found)))
    }

    /// The hits asked for as what their letters are called and the numbers of their decisions (0 for unsegmented text),
    /// instead of [`Answer::hits`]: no letter is read.
    ///
    /// # Errors
    ///
    /// Each is an error if the index cannot be read.
    pub fn names(&mut self) -> impl Iterator<Item = Result<(String, usize), QueryError>> {
        std::iter::from_fn(|| self.found.pop_front().map(|found| self.name(&found)))
    }

    /// Leaves out hits that are not wanted, by what their letters are called and the numbers of their decisions; all are
    /// asked about, in their order, and no letter is read.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub fn retain(&mut self, mut is_wanted: impl FnMut(&str, usize) -> bool) -> Result<(), QueryError> {
        let mut kept = VecDeque::new();
        while let Some(found) = self.found.pop_front() {
            let (letter, n) = self.name(&found)?;
            if is_wanted(&letter, n) {
                kept.push_back(found);
            }
        }
        self.found = kept;
        Ok(())
    }

    fn name(&self, found: &Found) -> Result<(String, usize), QueryError> {
        let name = letter_name(self.index, found.address)?;
        Ok((String::clone(&name), self.index.place_in_letter(found.address.into())?))
    }

    /// What `map` makes of the next hits, at most so many, in their order; they are read on all processors.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub fn map_hits<R: Send>(&mut self, most: usize, map: impl Fn(Hit) -> R + Sync) -> Result<Vec<R>, QueryError> {
        let found: Vec<Found> = self.found.drain(..most.min(self.found.len())).collect();
        let read = |found: &Found| {
            let letter = self.index.letter(self.index.first_of_letter(found.address.into())?)?;
            self.hit_in(found, letter).map(&map)
        };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let share = found.len().div_ceil(processors).max(1);
        std::thread::scope(|scope| {
            let read = &read;
            let parts = found.chunks(share).map(|part| scope.spawn(move || part.iter().map(read).collect()));
            let parts: Vec<ScopedJoinHandle<'_, Result<Vec<R>, QueryError>>> = parts.collect();
            let mut all = Vec::with_capacity(found.len());
            for part in parts {
                all.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(all)
        })
    }

    fn hit(&mut self, found: &Found) -> Result<Hit, QueryError> {
        let letter = self.letter(found)?;
        self.hit_in(found, letter)
    }

    fn hit_in(&self, found: &Found, letter: Letter) -> Result<Hit, QueryError> {
        self.limits.in_time()?;
        let n = self.index.place_in_letter(found.address.into())?;
        let decision = n.checked_sub(1).and_then(|index| letter.decisions.get(index));
        let passage = || match decision {
            Some(decision) => self.marker.passage(decision, letter.clinical_summary.as_deref()),
            None => Some(self.marker.best("unsegmented", &letter.unsegmented_text())),
        };
        let passage = self.passages.then(passage).flatten();
        let explanation =
            self.explains.then(|| explanation(&self.plan, self.index, found.address, self.limits)).transpose()?;
        Ok(Hit { letter, n, score: found.score, passage, folded: found.folded, explanation })
    }

    /// The letter of a hit. It is kept if the next hit stands in it, too.
    fn letter(&mut self, found: &Found) -> Result<Letter, QueryError> {
        let first = self.index.first_of_letter(found.address.into())?;
        let letter = match self.last.take() {
            Some((known, letter)) if known == first => letter,
            _ => self.index.letter(first)?,
        };
        if let Some(next) = self.found.front()
            && self.index.first_of_letter(next.address.into())? == first
        {
            self.last = Some((first, letter.clone()));
        }
        Ok(letter)
    }
}

/// A query, read and resolved.
pub(crate) struct Understood {
    pub(crate) typed: Ast,
    pub(crate) reading: Reading,
    pub(crate) plan: Plan,
    /// What was gathered of its answer.
    pub(crate) gathered: Gathered,
}

/// Reads the query of a request and gathers its answer, because what finds nothing is read again.
pub(crate) fn understand(
    index: &IndexReader,
    request: &Request,
    gather: impl Fn(&Ast, &Plan) -> Result<Gathered, QueryError>,
) -> Result<Understood, QueryError> {
    let Request { limits, .. } = *request;
    limits.in_time()?;
    let typed = parse(&request.query)?;
    let mut notes = Vec::new();
    let meant = if request.literal {
        typed.clone()
    } else {
        // Past the deadline no word is worth a correction.
        let is_known = |word: &str| limits.in_time().is_err() || is_in_letters(index, word);
        let (query, corrections) = corrected(typed.clone(), &is_known);
        limits.in_time()?;
        notes.extend(corrections.into_iter().map(|correction| format!("{} -> {}", correction.typed, correction.meant)));
        read_english(query)
    };
    limits.permit(&meant)?;
    let read = with_similar(meant, index, limits)?;
    let with_also = |query: &Ast| request.also.clone().and(query.clone());
    let mut meant = with_also(&read);
    let Resolved { mut plan, notes: of_values } = resolve_within(&meant, request)?;
    notes.extend(of_values);
    let mut gathered = gather(&meant, &plan)?;
    if !request.literal && gathered.decisions == 0 {
        for Weaker { reading, note } in relaxed(&read, &typed, &request.query) {
            let reading = with_also(&reading);
            let weaker = resolve_within(&reading, request)?.plan;
            let found = gather(&reading, &weaker)?;
            if found.decisions > 0 {
                notes.push(note);
                (meant, plan, gathered) = (reading, weaker, found);
                break;
            }
        }
    }
    // Words that are read as conditions may have been meant for the field before them.
    let left = hints(&request.query, &meant);
    let mut hints = hints(&request.query, &typed);
    let is_left = |hint: &String| left.contains(hint) || hint.contains("takes the next word only");
    hints.retain(is_left);
    Ok(Understood { typed, reading: Reading { understood: meant, notes, hints }, plan, gathered })
}

/// The hits of a request that pass a test which the index cannot make.
#[derive(Debug)]
pub struct Passing {
    /// How the query was understood.
    pub reading: Reading,
    /// How many decisions the query finds, whether they pass or not.
    pub found: usize,
    /// The first that pass, at most as many as the request asks for.
    pub hits: Vec<Hit>,
}

/// So many hits for each that is wanted are looked at before all are.
const LOOKED_AT: usize = 20;

/// The first hits of a request that pass a test. Most pass, or few are read: all are put in order only if need be.
///
/// # Errors
///
/// As [`search()`].
pub fn search_passing(
    index: &IndexReader,
    request: &Request,
    passes: impl Fn(&Hit) -> bool,
) -> Result<Passing, QueryError> {
    let first = |looked_at: usize| {
        let mut answer = search(index, &Request { limit: looked_at, ..request.clone() })?;
        let is_all = answer.remaining() >= answer.decisions;
        let is_passing = |hit: &Result<Hit, QueryError>| hit.as_ref().map_or(true, &passes);
        let hits = answer.hits().filter(is_passing).take(request.limit).collect::<Result<Vec<Hit>, QueryError>>()?;
        Ok((Passing { reading: answer.reading.clone(), found: answer.decisions, hits }, is_all))
    };
    match first(request.limit.saturating_mul(LOOKED_AT))? {
        (passing, is_all) if is_all || passing.hits.len() == request.limit => Ok(passing),
        _ => first(usize::MAX).map(|(passing, _)| passing),
    }
}

/// Checks a query without an index: its language, its fields and their values. Whether decisions that it names by
/// `similar:ID` are there is known only with one.
///
/// # Errors
///
/// If the query is wrong.
pub fn checked(query: &str, literal: bool, today: Date) -> Result<(), SyntaxError> {
    let typed = parse(query)?;
    let meant = if literal { typed } else { read_english(typed) };
    resolve(&without_similar(meant), today).map(drop)
}

/// Whether any letter has a word in its text.
fn is_in_letters(index: &IndexReader, word: &str) -> bool {
    let fields = ["treatment", "rationale", "summary", "reviewer_guideline"];
    let term = keyword_term(word);
    fields.iter().any(|field| {
        let documents = frequency(Schema::shared().id(field), &term, index);
        documents.is_ok_and(|documents| documents > 0)
    })
}

/// Answers a request from an index.
///
/// # Errors
///
/// [`QueryError::Syntax`] if the query is wrong, or a facet names no field that can be counted;
/// [`QueryError::TooCostly`] and [`QueryError::OutOfTime`] if it would cost more than its [`Limits`]; [`QueryError::Index`]
/// if the index cannot be read.
pub fn search<'i>(index: &'i IndexReader, request: &Request) -> Result<Answer<'i>, QueryError> {
    let first = |meant: &Ast, plan: &Plan| {
        let fields = counted_alike(meant, &facet_fields(&request.facets)?);
        gather(index, plan, &Wanted { letters: true, fields, top: looked_at(request) }, request.limits)
    };
    let Understood { reading, plan, gathered, .. } = understand(index, request, first)?;
    let Gathered { decisions, letters, counts, top } = gathered;
    let facets = facets(index, &reading.understood, &facet_fields(&request.facets)?, counts, request)?;
    let emptied = if decisions == 0 { emptied(index, &reading.understood, request)? } else { Vec::new() };
    let found = found(index, top, request)?;
    let (marker, explains) = (Marker::new(&plan), request.explain);
    Ok(Answer {
        reading,
        decisions,
        letters,
        facets,
        emptied,
        index,
        plan,
        marker,
        found,
        last: None,
        passages: request.passages,
        explains,
        limits: request.limits,
    })
}
