//! Who cites a guideline, a page or a section, and how the disputes end in which it is cited.

use std::collections::BTreeMap;

use imr_index::{IndexReader, PATH_SEPARATOR, Schema};
use imr_model::{Family, Side};
use serde::Serialize;
use tantivy::{DocId, SegmentOrdinal};

use crate::cited_work::CitedWork;
use crate::error::QueryError;
use crate::gather::{Wanted, gather};
use crate::search::{Reading, Request, Understood, understand};
use crate::source::Source;
use crate::tally::{Cell, Decisions, Tally, Values, values_of};
use crate::values::family as family_of;

/// The decisions in which something is cited, by who cites it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Citing {
    /// Those in which either side cites it.
    pub either: Tally,
    /// Those in which the reviewer does.
    pub reviewer: Tally,
    /// Those in which the claims administrator does.
    pub administrator: Tally,
    /// Those in which both do.
    pub both: Tally,
}

impl Citing {
    /// Each of them, with the name of the side.
    #[must_use]
    pub fn sides(&self) -> [(&'static str, Tally); 4] {
        let Self { either, reviewer, administrator, both } = *self;
        [("either", either), ("reviewer", reviewer), ("administrator", administrator), ("both", both)]
    }

    fn add(&mut self, other: &Self) {
        self.either.add(&other.either);
        self.reviewer.add(&other.reviewer);
        self.administrator.add(&other.administrator);
        self.both.add(&other.both);
    }
}

/// An edition of a guideline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edition {
    /// The family of guidelines.
    pub family: Family,
    /// The bare title.
    pub guideline: String,
    /// The year, or that none is stated.
    pub edition: String,
}

/// Decisions in which a work is cited.
#[derive(Debug)]
pub struct CitedBy {
    /// How the query was understood that limits the decisions.
    pub reading: Reading,
    /// How many decisions the query finds.
    pub found: usize,
    /// Those in which the work is cited.
    pub citing: Citing,
    /// The same by guideline and edition. A decision that cites two counts for each.
    pub editions: Vec<(Edition, Citing)>,
    /// The same by pages and sections, those that are meant if any are.
    pub places: Vec<(String, Citing)>,
    /// The same by year of decision; `None` where the letter has no date.
    pub years: Vec<(Option<u64>, Citing)>,
}

/// Counts the decisions that a request finds in which a work is cited.
///
/// # Errors
///
/// As [`crate::search()`].
pub fn cited_by(index: &IndexReader, request: &Request, work: &CitedWork) -> Result<CitedBy, QueryError> {
    let Understood { reading, plan, gathered, .. } =
        understand(index, request, |_, plan| gather(index, plan, &Wanted::default(), request.limits))?;
    let mut counted = Counted::default();
    let source = Source::new(index, &plan, false, request.limits)?;
    for (ordinal, segment) in (0..).zip(index.searcher().segment_readers()) {
        let mut pass = SegmentCitations::new(index, ordinal, work)?;
        source.run(ordinal, segment, &mut |documents| pass.take(documents))?;
        pass.add_to(&mut counted);
    }
    let Counted { citing, editions, places, years } = counted;
    let (editions, places) = (commonest_first(editions), commonest_first(places));
    Ok(CitedBy { reading, found: gathered.decisions, citing, editions, places, years: years.into_iter().collect() })
}

/// Groups in the order of their decisions; paths of documents that the query does not find have none.
fn commonest_first<N>(groups: BTreeMap<N, Citing>) -> Vec<(N, Citing)> {
    let mut groups: Vec<(N, Citing)> = groups.into_iter().filter(|(_, citing)| citing.either.decisions > 0).collect();
    groups.sort_by_key(|(_, citing)| std::cmp::Reverse(citing.either.decisions));
    groups
}

#[derive(Default)]
struct Counted {
    citing: Citing,
    editions: BTreeMap<Edition, Citing>,
    places: BTreeMap<String, Citing>,
    years: BTreeMap<Option<u64>, Citing>,
}

/// What is counted of one segment while its documents pass by.
#[derive(Clone, Copy, Default)]
struct Cells {
    either: Cell,
    reviewer: Cell,
    administrator: Cell,
    both: Cell,
}

impl Cells {
    fn citing(&self) -> Citing {
        Citing {
            either: self.either.tally,
            reviewer: self.reviewer.tally,
            administrator: self.administrator.tally,
            both: self.both.tally,
        }
    }
}

/// Who cites something in one decision.
#[derive(Clone, Copy, Default)]
struct Sides {
    reviewer: bool,
    administrator: bool,
}

impl Sides {
    fn add(&mut self, side: Side) {
        match side {
            Side::Reviewer => self.reviewer = true,
            Side::Administrator => self.administrator = true,
        }
    }
}

/// A guideline and edition, or a place, by its number among those of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Group {
    Everything,
    Edition(usize),
    Place(usize),
    Year(Option<u64>),
}

/// The citations of one side.
struct SideCitations<'i> {
    side: Side,
    values: Values<'i>,
    /// For each path of the column the groups that it belongs to, if it is one of the work.
    groups: Vec<Option<(Group, Option<Group>)>>,
}

struct SegmentCitations<'i> {
    decisions: Decisions<'i>,
    years: Values<'i>,
    sides: Vec<SideCitations<'i>>,
    names: Names,
    cells: BTreeMap<Group, Cells>,
}

/// The names of groups, and the number of each.
#[derive(Default)]
struct Names {
    editions: BTreeMap<Edition, usize>,
    places: BTreeMap<String, usize>,
}

impl Names {
    /// The groups of a path of the work.
    fn groups(&mut self, levels: &[&str]) -> Option<(Group, Option<Group>)> {
        let [family, guideline, edition, place @ ..] = levels else { return None };
        let edition =
            Edition { family: family_of(family)?, guideline: (*guideline).to_owned(), edition: (*edition).to_owned() };
        let place = place.first().map(|place| Group::Place(numbered(&mut self.places, (*place).to_owned())));
        Some((Group::Edition(numbered(&mut self.editions, edition)), place))
    }
}

/// The number of a name, which is added if it is new.
fn numbered<N: Ord>(names: &mut BTreeMap<N, usize>, name: N) -> usize {
    let next = names.len();
    *names.entry(name).or_insert(next)
}

impl<'i> SegmentCitations<'i> {
    fn new(index: &'i IndexReader, segment: SegmentOrdinal, work: &CitedWork) -> Result<Self, QueryError> {
        let schema = Schema::shared();
        let mut names = Names::default();
        let mut sides = Vec::new();
        for (side, prefix) in [(Side::Reviewer, ""), (Side::Administrator, "ca.")] {
            let field = schema.id(&format!("{prefix}family/guideline/edition/place"));
            let column = index.texts(segment, field)?;
            let paths = values_of(column).map_err(|error| index.error(error.into()))?;
            let groups = paths.iter().map(|path| {
                let levels: Vec<&str> = path.split(PATH_SEPARATOR).collect();
                work.is_path(&levels).then(|| names.groups(&levels)).flatten()
            });
            let groups = groups.collect();
            sides.push(SideCitations { side, values: Values::new(column.map(|column| column.ords())), groups });
        }
        Ok(Self {
            decisions: Decisions::new(index, segment)?,
            years: Values::new(index.numbers(segment, schema.id("year"))?),
            sides,
            names,
            cells: BTreeMap::new(),
        })
    }

    /// Takes documents, in ascending order.
    fn take(&mut self, documents: &[DocId]) {
        self.decisions.read(documents);
        self.years.read(documents);
        self.sides.iter_mut().for_each(|side| side.values.read(documents));
        documents.iter().for_each(|document| self.count(*document));
    }

    fn count(&mut self, document: DocId) {
        let mut cited: BTreeMap<Group, Sides> = BTreeMap::new();
        for SideCitations { side, values, groups } in &mut self.sides {
            let paths = values.of(document).iter().filter_map(|(_, path)| usize::try_from(*path).ok());
            for (edition, place) in paths.filter_map(|path| *groups.get(path)?) {
                let groups = [Group::Everything, edition].into_iter().chain(place);
                groups.for_each(|group| cited.entry(group).or_default().add(*side));
            }
        }
        let Some(sides) = cited.get(&Group::Everything).copied() else { return };
        let Some(ended) = self.decisions.of(document) else { return };
        cited.insert(Group::Year(self.years.first(document)), sides);
        for (group, sides) in cited {
            let cells = self.cells.entry(group).or_default();
            cells.either.count(ended);
            let of_sides = [
                (&mut cells.reviewer, sides.reviewer),
                (&mut cells.administrator, sides.administrator),
                (&mut cells.both, sides.reviewer && sides.administrator),
            ];
            of_sides.into_iter().filter(|(_, cites)| *cites).for_each(|(cell, _)| cell.count(ended));
        }
    }

    fn add_to(self, counted: &mut Counted) {
        let citing = |group| self.cells.get(&group).map(Cells::citing).unwrap_or_default();
        counted.citing.add(&citing(Group::Everything));
        for (edition, number) in self.names.editions {
            counted.editions.entry(edition).or_default().add(&citing(Group::Edition(number)));
        }
        for (place, number) in self.names.places {
            counted.places.entry(place).or_default().add(&citing(Group::Place(number)));
        }
        for group in self.cells.keys() {
            if let Group::Year(year) = group {
                counted.years.entry(*year).or_default().add(&citing(*group));
            }
        }
    }
}
