//! Lowers a plan to tantivy. The only folder where queries meet the engine's query types.

mod engine;
mod every;
mod finder;
mod forms;
mod joined;
mod letter;
mod near;
mod patterns;
mod phrase;
mod range;
mod remembered;
mod word;
mod words;

use std::ops::RangeInclusive;
use std::sync::Arc;

use imr_index::{FieldId, IndexReader, Schema};
use tantivy::query::{EnableScoring, Query, TermSetQuery, Weight};
use tantivy::{Score, Term};

use crate::error::QueryError;
use crate::kept::Kept;
use crate::limits::Limits;
use crate::pattern::Pattern;
use crate::plan::Plan;
use crate::spans::{Leaf, Spans};
use engine::{EngineFinder, has, whole};
use every::EveryFinder;
use finder::BoxedFinder;
use joined::{AllOf, Constant, Scoring, SomeOf};
use letter::OfLetter;
use near::{LookedFor, NearFinder};
use patterns::{described, terms_of};
use range::RangeFinder;
use remembered::RememberedFinder;
use words::{PLACES, Words};

pub(crate) use finder::{Finder, Segment};
pub(crate) use forms::Forms;
pub(crate) use remembered::Remembered;
pub(crate) use words::{Word, frequency};

/// A pattern may describe so many terms of a field.
const MOST_TERMS: usize = 10_000;
/// A pattern whose places are looked at may describe so many.
const MOST_PLACED_TERMS: usize = 500;
/// So many bytes are remembered of what is costly.
const MOST_REMEMBERED: u64 = 64 << 20;

/// A plan in the terms of an index.
pub(crate) struct Lowered(Node);

enum Node {
    Every,
    Words(Words),
    Near {
        looked_for: LookedFor,
        candidates: Box<Node>,
        limits: Limits,
    },
    /// Numbers in a range, all with one score.
    Numbers {
        /// How many documents have to be looked at.
        documents: u64,
        field: FieldId,
        range: RangeInclusive<u64>,
        score: Score,
    },
    /// What the engine finds, all with one score.
    Engine {
        /// How many documents it may have to look at.
        documents: u64,
        weight: Box<dyn Weight>,
        score: Score,
    },
    /// All documents of letters whose first document is found.
    OfLetter(Box<Node>),
    AllOf {
        parts: Vec<Node>,
        excluded: Vec<Node>,
        /// The places of the parts, those first that cost least.
        order: Vec<usize>,
    },
    SomeOf {
        least: usize,
        scoring: Scoring,
        parts: Vec<Node>,
    },
    Constant {
        score: Score,
        part: Box<Node>,
    },
    /// What costs so much that it is remembered.
    Remembered {
        /// In each segment.
        remembered: Arc<Vec<Remembered>>,
        /// `None` if everything is known of it.
        part: Option<Box<Node>>,
        is_scored: bool,
        limits: Limits,
    },
}

impl Lowered {
    /// Finds the documents in a segment.
    ///
    /// # Errors
    ///
    /// If the index cannot be read.
    pub(crate) fn in_segment<'i>(&'i self, segment: Segment<'i>) -> Result<BoxedFinder<'i>, QueryError> {
        self.0.in_segment(segment)
    }

    /// About as many documents are looked at to find all.
    pub(crate) fn cost(&self) -> u64 {
        self.0.cost()
    }
}

impl Node {
    fn in_segment<'i>(&'i self, segment: Segment<'i>) -> Result<BoxedFinder<'i>, QueryError> {
        let all = |parts: &'i [Self]| parts.iter().map(|part| part.in_segment(segment)).collect::<Result<Vec<_>, _>>();
        Ok(match self {
            Self::Every => Box::new(Constant::new(0.0, EveryFinder::new(segment)?)),
            Self::Words(words) => words.in_segment(segment)?,
            Self::Near { looked_for, candidates, limits } => {
                let candidates = candidates.in_segment(segment)?;
                Box::new(segment.asked(NearFinder::new(looked_for, candidates, segment.reader, *limits))?)
            }
            Self::Numbers { field, range, score, .. } => {
                Box::new(Constant::new(*score, RangeFinder::new(segment, *field, range.clone())?))
            }
            Self::Engine { weight, score, .. } => {
                let documents = EngineFinder(segment.asked(weight.scorer(segment.reader, 1.0))?);
                Box::new(Constant::new(*score, documents))
            }
            Self::OfLetter(first) => Box::new(OfLetter::new(first.in_segment(segment)?, segment.letters()?)),
            Self::AllOf { parts, excluded, order } => Box::new(AllOf::new(all(parts)?, all(excluded)?, order)),
            Self::SomeOf { least, scoring, parts } => Box::new(SomeOf::new(*least, *scoring, all(parts)?)),
            Self::Constant { score, part } => Box::new(Constant::new(*score, part.in_segment(segment)?)),
            Self::Remembered { remembered, part, is_scored, limits } => {
                let part = part.as_ref().map(|part| part.in_segment(segment)).transpose()?;
                let remembered = &remembered[segment.ordinal as usize];
                Box::new(RememberedFinder::new(remembered, part, *is_scored, *limits))
            }
        })
    }

    fn cost(&self) -> u64 {
        match self {
            Self::Every => 0,
            Self::Words(words) => words.cost(),
            Self::Near { candidates, .. } => candidates.cost().saturating_mul(PLACES),
            Self::Numbers { documents, .. } | Self::Engine { documents, .. } => *documents,
            Self::OfLetter(part) | Self::Constant { part, .. } => part.cost(),
            Self::AllOf { parts, .. } => parts.iter().map(Self::cost).min().unwrap_or(0),
            Self::SomeOf { parts, .. } => parts.iter().map(Self::cost).fold(0, u64::saturating_add),
            Self::Remembered { remembered, part, .. } => {
                let (left, all) = left(remembered);
                part.as_ref().map_or(0, |part| part.cost().saturating_mul(left) / all.max(1))
            }
        }
    }
}

/// Lowers a plan to an index; scored or not.
///
/// # Errors
///
/// If a pattern describes too many terms, the index cannot be read, or the time is over.
pub(crate) fn lower(plan: &Plan, index: &IndexReader, is_scored: bool, limits: Limits) -> Result<Lowered, QueryError> {
    Lowering { index, limits }.plan(plan, is_scored.then_some(1.0)).map(Lowered)
}

/// Lowers plans; `boost` is what their scores are multiplied by, `None` if nobody asks for these.
#[derive(Clone, Copy)]
struct Lowering<'i> {
    index: &'i IndexReader,
    limits: Limits,
}

impl Lowering<'_> {
    fn plan(self, plan: &Plan, boost: Option<Score>) -> Result<Node, QueryError> {
        match self.remembered(plan, boost)? {
            Some(node) => Ok(node),
            None => self.anew(plan, boost),
        }
    }

    /// A costly plan, from the second asking on. What is looked for in several fields is remembered as one.
    fn remembered(self, plan: &Plan, boost: Option<Score>) -> Result<Option<Node>, QueryError> {
        if !is_costly(plan) {
            return Ok(None);
        }
        let Self { index, limits } = self;
        let memo = &index.kept::<Kept>().remembered;
        let make = || Ok::<_, QueryError>(Remembered::of_segments(index));
        let key = format!("{} {boost:?} {plan:?}", limits.expansions);
        let Some(remembered) = memo.get_if_asked_again(&key, make)? else { return Ok(None) };
        let mut part = None;
        if left(&remembered).0 > 0 {
            memo.shrink(MOST_REMEMBERED, |remembered| remembered.iter().map(Remembered::size).sum());
            part = Some(Box::new(self.anew(plan, boost)?));
        }
        Ok(Some(Node::Remembered { remembered, part, is_scored: boost.is_some(), limits }))
    }

    fn anew(self, plan: &Plan, boost: Option<Score>) -> Result<Node, QueryError> {
        self.limits.in_time()?;
        let index = self.index;
        Ok(match plan {
            Plan::All => Node::Every,
            Plan::Nothing => some_of(1, Scoring::None, Vec::new(), boost),
            Plan::Term { field, term } => of_letter(*field, self.words(*field, std::slice::from_ref(term), boost)?),
            Plan::Phrase { field, terms } => of_letter(*field, self.words(*field, terms, boost)?),
            Plan::Near { field, spans } => of_letter(*field, self.near(*field, spans, boost)?),
            Plan::Pattern { field, pattern } => of_letter(*field, self.pattern(*field, pattern, MOST_TERMS, boost)?),
            Plan::Number { field, from, to } => {
                let (documents, score) = (index.searcher().num_docs(), boost.unwrap_or(0.0));
                Node::Numbers { documents, field: *field, range: *from..=*to, score }
            }
            Plan::Whole { field, value } => self.engine(&*whole(*field, value, index), boost)?,
            Plan::Has(field) => of_letter(*field, self.engine(&*has(*field, index), boost)?),
            Plan::And(parts) => self.all_of(parts, boost)?,
            Plan::Not(_) => self.all_of(std::slice::from_ref(plan), boost)?,
            Plan::Or(parts) => some_of(1, Scoring::Sum, self.plans(parts, boost)?, boost),
            Plan::Most { least, parts } => some_of(*least, Scoring::Sum, self.plans(parts, boost)?, boost),
            Plan::Best(parts) => {
                let weighted = parts.iter().map(|(weight, part)| self.anew(part, boost.map(|boost| boost * weight)));
                some_of(1, Scoring::Best, weighted.collect::<Result<_, _>>()?, boost)
            }
            Plan::Constant { score, plan } => {
                let score = boost.map_or(0.0, |boost| boost * score);
                Node::Constant { score, part: Box::new(self.plan(plan, None)?) }
            }
        })
    }

    fn plans(self, plans: &[Plan], boost: Option<Score>) -> Result<Vec<Node>, QueryError> {
        plans.iter().map(|plan| self.plan(plan, boost)).collect()
    }

    /// A conjunction in which negations exclude; alone they exclude from everything.
    fn all_of(self, plans: &[Plan], boost: Option<Score>) -> Result<Node, QueryError> {
        let (mut parts, mut excluded) = (Vec::new(), Vec::new());
        for plan in plans {
            match plan {
                Plan::Not(plan) => excluded.push(self.plan(plan, None)?),
                plan => parts.push(self.plan(plan, boost)?),
            }
        }
        if parts.is_empty() {
            parts.push(self.plan(&Plan::All, boost)?);
        }
        Ok(all_of(parts, excluded))
    }

    fn words(self, field: FieldId, texts: &[String], boost: Option<Score>) -> Result<Node, QueryError> {
        Ok(Node::Words(Words::new(field, texts, self.index, boost, self.limits)?))
    }

    /// Documents that have any word that a pattern describes.
    fn pattern(self, field: FieldId, pattern: &Pattern, most: usize, boost: Option<Score>) -> Result<Node, QueryError> {
        let words = described(pattern, field, self.index, most, self.limits)?;
        self.engine(&TermSetQuery::new(terms_of(field, &words, self.index)), boost)
    }

    fn engine(self, query: &dyn Query, boost: Option<Score>) -> Result<Node, QueryError> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(self.index.searcher()));
        let weight = weight.map_err(|error| self.index.error(error))?;
        let documents = self.index.searcher().num_docs();
        Ok(Node::Engine { documents, weight, score: boost.unwrap_or(0.0) })
    }

    /// Texts near each other: documents with the words, whose places are looked at.
    fn near(self, field: FieldId, spans: &Spans, boost: Option<Score>) -> Result<Node, QueryError> {
        let leaves = spans.leaves().into_iter().map(|leaf| match leaf {
            Leaf::Term(text) => Ok(terms_of(field, &Word::of(field, text, self.index, self.limits)?.terms, self.index)),
            Leaf::Pattern(pattern) => {
                let words = described(pattern, field, self.index, MOST_PLACED_TERMS, self.limits)?;
                Ok(terms_of(field, &words, self.index))
            }
        });
        let leaves: Vec<Vec<Term>> = leaves.collect::<Result<_, QueryError>>()?;
        let looked_for = LookedFor { field: self.index.field(field), spans: spans.clone(), leaves };
        let candidates = Box::new(self.with_words(field, spans, boost)?);
        Ok(Node::Near { looked_for, candidates, limits: self.limits })
    }

    /// Documents that have the words of some spans, wherever they stand.
    fn with_words(self, field: FieldId, spans: &Spans, boost: Option<Score>) -> Result<Node, QueryError> {
        let parts: Vec<Node> = match spans {
            Spans::Word(leaf) => return self.with_word(field, leaf, boost),
            Spans::Any(parts) => {
                let parts = parts.iter().map(|part| self.with_words(field, part, boost));
                return Ok(some_of(1, Scoring::Sum, parts.collect::<Result<_, _>>()?, boost));
            }
            Spans::Phrase { words, .. } => {
                words.iter().map(|word| self.with_word(field, word, boost)).collect::<Result<_, _>>()?
            }
            Spans::Near { left, right, .. } => {
                vec![self.with_words(field, left, boost)?, self.with_words(field, right, boost)?]
            }
        };
        if parts.is_empty() {
            return self.plan(&Plan::Nothing, boost);
        }
        Ok(all_of(parts, Vec::new()))
    }

    fn with_word(self, field: FieldId, leaf: &Leaf, boost: Option<Score>) -> Result<Node, QueryError> {
        let pattern = match leaf {
            Leaf::Term(text) => return self.words(field, std::slice::from_ref(text), boost),
            Leaf::Pattern(pattern) => pattern,
        };
        let words = described(pattern, field, self.index, MOST_PLACED_TERMS, self.limits)?;
        match words.as_slice() {
            [word] => self.words(field, std::slice::from_ref(word), boost),
            _ => self.pattern(field, pattern, MOST_PLACED_TERMS, boost),
        }
    }
}

/// Whether a plan finds documents otherwise than by the lists of its words, in one field or in several.
fn is_costly(plan: &Plan) -> bool {
    match plan {
        Plan::Phrase { .. }
        | Plan::Near { .. }
        | Plan::Pattern { .. }
        | Plan::Number { .. }
        | Plan::Whole { .. }
        | Plan::Has(_) => true,
        Plan::Best(parts) => parts.iter().any(|(_, part)| is_costly(part)),
        Plan::All
        | Plan::Nothing
        | Plan::Term { .. }
        | Plan::And(_)
        | Plan::Or(_)
        | Plan::Not(_)
        | Plan::Most { .. }
        | Plan::Constant { .. } => false,
    }
}

/// How many documents of all segments were not looked at yet, and how many there are.
fn left(remembered: &[Remembered]) -> (u64, u64) {
    let of_segments = remembered.iter().map(Remembered::left);
    of_segments.fold((0, 0), |(left, all), (left_here, all_here)| (left + left_here, all + all_here))
}

fn all_of(parts: Vec<Node>, excluded: Vec<Node>) -> Node {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|part| parts[*part].cost());
    Node::AllOf { parts, excluded, order }
}

fn some_of(least: usize, scoring: Scoring, parts: Vec<Node>, boost: Option<Score>) -> Node {
    Node::SomeOf { least, scoring: if boost.is_some() { scoring } else { Scoring::None }, parts }
}

/// What is found in a field; of all documents of a letter if the field is indexed once a letter.
fn of_letter(field: FieldId, first: Node) -> Node {
    if Schema::shared().definition(field).is_indexed_once() { Node::OfLetter(Box::new(first)) } else { first }
}
