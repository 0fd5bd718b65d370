//! One pass over what a query finds: how many decisions and letters, the values of fields, and the first hits.

use std::sync::Arc;

use imr_index::{FieldId, FieldKind, IndexReader, Schema, SegmentLetters};
use tantivy::{DocId, SegmentOrdinal};

use crate::error::QueryError;
use crate::facets::{Counts, FieldCounter};
use crate::kept::{Documents, Kept, Newest};
use crate::limits::Limits;
use crate::plan::Plan;
use crate::search::Sort;
use crate::source::{FoundHere, Source, Stretch};
use crate::top::{Ranked, SegmentTop, Top, merged};
use crate::window::Bits;

/// What is to be gathered beside the number of decisions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The number of letters.
    pub(crate) letters: bool,
    /// The values of these fields.
    pub(crate) fields: Vec<FieldId>,
    /// The first hits.
    pub(crate) top: Option<Top>,
}

impl Wanted {
    /// The first hits, and no counts.
    fn top_only(&self) -> Self {
        Self { top: self.top, ..Self::default() }
    }

    /// The same where no document has a score.
    fn without_scores(&self) -> Self {
        Self { top: self.top.map(Top::without_scores), ..self.clone() }
    }
}

/// What was gathered.
#[derive(Clone, Default)]
pub(crate) struct Gathered {
    pub(crate) decisions: usize,
    pub(crate) letters: usize,
    /// One for each field that was wanted.
    pub(crate) counts: Vec<Counts>,
    /// In their order.
    pub(crate) top: Vec<Ranked>,
}

/// Gathers what is wanted of the documents that a plan finds. Counts are kept when they are asked for again: a reader who
/// pages, or sorts anew, asks for other hits and the same counts.
///
/// # Errors
///
/// If the plan cannot be lowered, the index cannot be read, or the time is over.
pub(crate) fn gather(
    index: &IndexReader,
    plan: &Plan,
    wanted: &Wanted,
    limits: Limits,
) -> Result<Gathered, QueryError> {
    limits.in_time()?;
    let has_counts = *plan == Plan::All || !wanted.fields.is_empty();
    if !has_counts || !has_few_values(index, &wanted.fields)? {
        return gather_anew(index, plan, wanted, limits);
    }
    let memo = &index.kept::<Kept>().counted;
    let key = (format!("{plan:?}"), wanted.letters, wanted.fields.clone());
    match memo.look_up(&key) {
        (Some(counted), _) => {
            let top = match wanted.top {
                Some(_) => gather_anew(index, plan, &wanted.top_only(), limits)?.top,
                None => Vec::new(),
            };
            Ok(Gathered { top, ..Gathered::clone(&counted) })
        }
        (None, is_asked_again) => {
            let gathered = gather_anew(index, plan, wanted, limits)?;
            if is_asked_again {
                memo.keep(&key, Gathered { top: Vec::new(), ..gathered.clone() });
            }
            Ok(gathered)
        }
    }
}

/// Whether fields have so few values that their counts can be kept.
fn has_few_values(index: &IndexReader, fields: &[FieldId]) -> Result<bool, QueryError> {
    let mut values = 0;
    for field in fields.iter().filter(|field| Schema::shared().definition(**field).kind != FieldKind::Number) {
        for (ordinal, _) in (0..).zip(index.searcher().segment_readers()) {
            values += index.texts(ordinal, *field)?.map_or(0, |column| column.num_terms());
        }
    }
    Ok(values < MOST_KEPT_VALUES)
}

/// The counts of so many values take some 10 MB.
const MOST_KEPT_VALUES: usize = 100_000;

fn gather_anew(index: &IndexReader, plan: &Plan, wanted: &Wanted, limits: Limits) -> Result<Gathered, QueryError> {
    // Where all documents tie the engine need not score them.
    let wanted = if plan.ranks() { wanted.clone() } else { wanted.without_scores() };
    let is_scored = wanted.top.is_some_and(Top::needs_scores);
    if !is_scored && let Some(documents) = met(index, plan, limits)? {
        return of_documents(index, &documents, &wanted, limits);
    }
    let source = Source::new(index, plan, is_scored, limits)?;
    let of_stretch = |stretch: &Stretch<'_>| {
        let mut pass = SegmentPass::new(index, stretch.ordinal, &wanted)?;
        source.windows(stretch, &mut |found| pass.take(found))?;
        Ok(pass.gathered().map_err(|error| index.error(error.into()))?)
    };
    joined(index, of_stretches(&source, of_stretch)?, &wanted, limits)
}

/// What is made of each stretch of the segments; where there is much to do, on all processors.
fn of_stretches<R: Send>(
    source: &Source<'_>,
    of_stretch: impl Fn(&Stretch<'_>) -> Result<R, QueryError> + Sync,
) -> Result<Vec<R>, QueryError> {
    let of_share = |share: &Vec<Stretch<'_>>| share.iter().map(&of_stretch).collect::<Result<Vec<R>, QueryError>>();
    match source.shares()?.as_slice() {
        [share] => of_share(share),
        shares => std::thread::scope(|scope| {
            let of_share = &of_share;
            let threads: Vec<_> = shares.iter().map(|share| scope.spawn(move || of_share(share))).collect();
            let mut parts = Vec::new();
            for thread in threads {
                parts.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(parts)
        }),
    }
}

/// The documents of every segment that a plan finds, if they were asked for before without scores.
fn met(index: &IndexReader, plan: &Plan, limits: Limits) -> Result<Option<Arc<Vec<Documents>>>, QueryError> {
    let find = || {
        let source = Source::new(index, plan, false, limits)?;
        let of_stretch = |stretch: &Stretch<'_>| {
            let (mut windows, mut letters) = (Vec::new(), 0);
            let mut first_of_letters = FirstOfLetters::new(index, stretch.ordinal)?;
            source.windows(stretch, &mut |found| {
                letters += first_of_letters.count(found.start, &found.bits);
                windows.push((found.start, found.bits));
            })?;
            Ok((stretch.ordinal, windows, letters))
        };
        let segments = index.searcher().segment_readers().iter();
        let mut documents: Vec<Documents> = segments.map(|segment| Documents::none(segment.max_doc())).collect();
        for (ordinal, windows, letters) in of_stretches(&source, of_stretch)? {
            documents[ordinal as usize].add(&windows, letters);
        }
        Ok(documents)
    };
    index.kept::<Kept>().documents.get_if_asked_again(&format!("{} {plan:?}", limits.expansions), find)
}

/// Gathers from documents that are known, and have no scores.
fn of_documents(
    index: &IndexReader,
    known: &[Documents],
    wanted: &Wanted,
    limits: Limits,
) -> Result<Gathered, QueryError> {
    let kept = wanted.top.map_or(0, |top| top.kept);
    // To look for a few hits among many documents pays, for many among few it does not.
    let is_dense = |documents: &Documents| {
        let (found, all) = (documents.set.len(), documents.set.max_value() as usize);
        kept.saturating_mul(all) <= found.saturating_mul(found)
    };
    let by_date = match wanted.top {
        Some(Top { sort: Sort::Newest, .. }) if known.iter().any(is_dense) => {
            index.kept::<Kept>().newest.get_if_asked_again(&(), || Newest::of_all(index))?
        }
        _ => None,
    };
    let mut parts = Vec::new();
    for (ordinal, documents) in (0..).zip(known) {
        limits.in_time()?;
        let mut pass = SegmentPass::new(index, ordinal, &Wanted { letters: false, ..wanted.clone() })?;
        let newest = by_date.as_ref().and_then(|by_date| by_date.get(ordinal as usize)).filter(|_| is_dense(documents));
        match (newest, &mut pass.top) {
            (Some(newest), Some(top)) => top.take(&newest.first_of(&documents.set, kept)),
            (None, Some(top)) => documents.blocks(|block| top.take(block)),
            (_, None) => {}
        }
        if !pass.fields.is_empty() {
            documents.blocks(|block| pass.fields.iter_mut().for_each(|field| field.take(block)));
        }
        let gathered = pass.gathered().map_err(|error| index.error(error.into()))?;
        parts.push(Gathered { decisions: documents.set.len(), letters: documents.letters, ..gathered });
    }
    joined(index, parts, wanted, limits)
}

/// Gathers from one segment.
struct SegmentPass<'i> {
    decisions: usize,
    letters: usize,
    first_of_letters: Option<FirstOfLetters<'i>>,
    fields: Vec<FieldCounter<'i>>,
    top: Option<SegmentTop<'i>>,
    /// Those of the present window.
    documents: Vec<DocId>,
}

impl<'i> SegmentPass<'i> {
    fn new(index: &'i IndexReader, segment: SegmentOrdinal, wanted: &Wanted) -> Result<Self, QueryError> {
        let fields = wanted.fields.iter().map(|field| FieldCounter::new(index, segment, *field));
        Ok(Self {
            decisions: 0,
            letters: 0,
            first_of_letters: wanted.letters.then(|| FirstOfLetters::new(index, segment)).transpose()?,
            fields: fields.collect::<Result<_, _>>()?,
            top: wanted.top.map(|top| SegmentTop::new(index, segment, top)).transpose()?,
            documents: Vec::new(),
        })
    }

    /// Takes what is found in a window; windows come in ascending order.
    fn take(&mut self, found: &mut FoundHere<'_>) {
        self.decisions += found.bits.count();
        self.letters += self.first_of_letters.as_mut().map_or(0, |letters| letters.count(found.start, &found.bits));
        let is_ranked = self.top.as_ref().is_some_and(SegmentTop::needs_scores);
        if !self.fields.is_empty() || self.top.is_some() && !is_ranked {
            self.documents.clear();
            self.documents.extend(found.documents());
            self.fields.iter_mut().for_each(|field| field.take(&self.documents));
        }
        match &mut self.top {
            Some(top) if is_ranked => top.rank(found.start, &found.bits, found.finder),
            Some(top) => top.take(&self.documents),
            None => {}
        }
    }

    fn gathered(self) -> std::io::Result<Gathered> {
        Ok(Gathered {
            decisions: self.decisions,
            letters: self.letters,
            counts: self.fields.into_iter().map(FieldCounter::into_counts).collect::<Result<_, _>>()?,
            top: self.top.map(SegmentTop::into_ranked).unwrap_or_default(),
        })
    }
}

/// What the segments gathered, as one.
fn joined(index: &IndexReader, parts: Vec<Gathered>, wanted: &Wanted, limits: Limits) -> Result<Gathered, QueryError> {
    let mut whole = Gathered::default();
    whole.counts.resize_with(wanted.fields.len(), Counts::default);
    let mut ranked = Vec::new();
    for part in parts {
        whole.decisions += part.decisions;
        whole.letters += part.letters;
        whole.counts.iter_mut().zip(part.counts).for_each(|(all, counts)| all.add(counts));
        ranked.push(part.top);
    }
    whole.top = wanted.top.map(|top| merged(index, ranked, top, limits)).transpose()?.unwrap_or_default();
    Ok(whole)
}

/// Tells which documents are the first of their letters that are found: those of a letter stand side by side in one segment.
pub(crate) struct FirstOfLetters<'i> {
    letters: &'i SegmentLetters,
    /// The document that was looked at last.
    last: Option<DocId>,
}

impl<'i> FirstOfLetters<'i> {
    pub(crate) fn new(index: &'i IndexReader, segment: SegmentOrdinal) -> Result<Self, QueryError> {
        Ok(Self { letters: index.letters_of_segments()?.segment(segment), last: None })
    }

    /// The first documents of letters among some documents, which come in ascending order.
    pub(crate) fn of(&mut self, documents: &[DocId]) -> impl Iterator<Item = DocId> {
        documents.iter().copied().filter(|document| self.is_first(*document))
    }

    /// Whether a document is the first of its letter, given those that were asked for before.
    fn is_first(&mut self, document: DocId) -> bool {
        let Some(last) = self.last.replace(document) else { return true };
        self.letters.begins_at(document) || self.letters.first_of(document) > last
    }

    /// How many there are among those of a window.
    fn count(&mut self, start: DocId, found: &Bits) -> usize {
        let goes_on = self.last.is_some_and(|last| self.letters.first_of(start) <= last);
        self.last = found.last(start).or(self.last);
        found.without(&found.following(start, |number| self.letters.beginning(number), goes_on)).count()
    }
}
