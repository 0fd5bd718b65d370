//! Which documents are shown, in which order, and which stand for others.

use std::collections::{HashMap, VecDeque};

use imr_index::{DocumentId, IndexReader, Sketch};
use tantivy::DocAddress;

use crate::error::QueryError;
use crate::limits::Limits;
use crate::search::Request;
use crate::top::{Ranked, Top};

/// A document that matches.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) score: f32,
    pub(crate) address: DocAddress,
    /// How many others it stands for.
    pub(crate) folded: usize,
}

/// The hits that a request has to look at: all of them where what is shown hangs on the others.
pub(crate) fn looked_at(request: &Request) -> Option<Top> {
    let kept = if needs_all(request) { usize::MAX } else { request.offset.saturating_add(request.limit) };
    (request.limit > 0).then_some(Top { sort: request.sort, kept })
}

fn needs_all(request: &Request) -> bool {
    request.collapse || request.group_by_letter
}

/// The documents that a request asks for, of those it looks at, in order.
pub(crate) fn found(index: &IndexReader, top: Vec<Ranked>, request: &Request) -> Result<VecDeque<Found>, QueryError> {
    let mut found: Vec<Found> =
        top.into_iter().map(|Ranked { score, address, .. }| Found { score, address, folded: 0 }).collect();
    if request.collapse {
        found = folded(index, found, request.limits)?;
    }
    if request.group_by_letter {
        return grouped(index, found, request);
    }
    Ok(found.into_iter().skip(request.offset).take(request.limit).collect())
}

/// A stretch of a sketch: where it stands, and its bytes.
type Band<'s> = (usize, &'s [u8]);

/// So many bytes of sketches make a band. Near copies differ in fewer bytes than there are bands, so that at least one band
/// of two near copies is the same.
const BAND: usize = 3;

/// Leaves out documents whose rationale is the same boilerplate as that of an earlier one.
fn folded(index: &IndexReader, found: Vec<Found>, limits: Limits) -> Result<Vec<Found>, QueryError> {
    let documents: Vec<DocumentId> = found.iter().map(|found| found.address.into()).collect();
    let sketches = index.sketches(&documents)?;
    let mut kept: Vec<Found> = Vec::new();
    // Which of those kept have a band of their sketches in common.
    let mut bands: HashMap<Band<'_>, Vec<(usize, &Sketch)>> = HashMap::new();
    let mut watch = limits.watch();
    for (one, sketch) in found.into_iter().zip(&sketches) {
        watch.in_time()?;
        let Some(sketch) = sketch else {
            kept.push(one);
            continue;
        };
        let own_bands = || sketch.as_bytes().chunks(BAND).enumerate();
        let alike = own_bands()
            .filter_map(|band| bands.get(&band))
            .flatten()
            .filter(|(_, known)| known.is_same_boilerplate(sketch))
            .map(|(at, _)| *at)
            .min();
        if let Some(at) = alike {
            kept[at].folded += 1;
            continue;
        }
        own_bands().for_each(|band| bands.entry(band).or_default().push((kept.len(), sketch)));
        kept.push(one);
    }
    Ok(kept)
}

/// Puts the documents of one letter together, at the place of the first of them; limit and offset count letters.
fn grouped(index: &IndexReader, found: Vec<Found>, request: &Request) -> Result<VecDeque<Found>, QueryError> {
    let mut places: HashMap<DocumentId, usize> = HashMap::new();
    let mut letters: Vec<Vec<Found>> = Vec::new();
    let mut watch = request.limits.watch();
    for one in found {
        watch.in_time()?;
        let letter = index.first_of_letter(one.address.into())?;
        let place = *places.entry(letter).or_insert(letters.len());
        if place == letters.len() {
            letters.push(Vec::new());
        }
        letters[place].push(one);
    }
    Ok(letters.into_iter().skip(request.offset).take(request.limit).flatten().collect())
}
