//! Decisions by the values of fields and by time, and how they ended.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::io;
use std::sync::Arc;

use imr_index::{FieldId, FieldKind, IndexReader, PATH_SEPARATOR, Schema};
use rustc_hash::FxHashMap;
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentOrdinal};

use crate::disjunctive::facet_field;
use crate::error::{QueryError, SyntaxError};
use crate::gather::{Wanted, gather};
use crate::kept::Kept;
use crate::limits::Limits;
use crate::plan::Plan;
use crate::search::{Answer, Reading, Request, Understood, understand};
use crate::source::Source;
use crate::tally::{Cell, Decisions, Tally, Values, values_of};

/// What decisions are divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// The values of a field. A decision with several values counts for each.
    Field(FieldId),
    /// When they were made.
    Time(Period),
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// `2016`
    Year,
    /// `2016-Q3`
    Quarter,
    /// `2016-09`
    Month,
}

impl Division {
    /// By the values of a field.
    ///
    /// # Errors
    ///
    /// If no field that can be counted has this name.
    pub fn by(name: &str) -> Result<Self, SyntaxError> {
        facet_field(name).map(Self::Field)
    }

    /// By the values of some fields and then by time.
    ///
    /// # Errors
    ///
    /// If a name is none of a field that can be counted, or two mean the same.
    pub fn list<'n>(by: impl IntoIterator<Item = &'n str>, over: Option<Period>) -> Result<Vec<Self>, SyntaxError> {
        let mut list = by.into_iter().map(Self::by).collect::<Result<Vec<_>, _>>()?;
        list.extend(over.map(Self::Time));
        let is_twice = |at: &usize| list[..*at].iter().any(|other| other.name() == list[*at].name());
        match (0..list.len()).find(is_twice) {
            Some(at) => {
                let problem = format!("`{}` divides twice", list[at].name());
                Err(SyntaxError::new(problem, 0..0, "name it once"))
            }
            None => Ok(list),
        }
    }

    /// What it is called: the name of the field, or of the period.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Field(field) => &Schema::shared().definition(field).name,
            Self::Time(Period::Year) => "year",
            Self::Time(Period::Quarter) => "quarter",
            Self::Time(Period::Month) => "month",
        }
    }

    /// The number under which a value of the column is counted.
    fn key(self, value: u64) -> u64 {
        match self {
            Self::Field(_) => value,
            Self::Time(period) => period.of(value),
        }
    }

    fn column(self) -> FieldId {
        match self {
            Self::Field(field) => field,
            Self::Time(_) => Schema::shared().id("date"),
        }
    }
}

impl Period {
    /// The number of the period of a day that is written `yyyymmdd`.
    fn of(self, day: u64) -> u64 {
        let (year, month) = (day / 10_000, day / 100 % 100);
        match self {
            Self::Year => year,
            Self::Quarter => year * 10 + month.div_ceil(3),
            Self::Month => year * 100 + month,
        }
    }

    /// What the period of a number is called.
    fn name(self, number: u64) -> String {
        match self {
            Self::Year => number.to_string(),
            Self::Quarter => format!("{}-Q{}", number / 10, number % 10),
            Self::Month => format!("{}-{:02}", number / 100, number % 100),
        }
    }
}

/// Decisions with the same values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The value of each division, levels of a path joined by ` > `; `None` for decisions without one.
    pub values: Vec<Option<String>>,
    /// How many they are, and how they ended.
    pub tally: Tally,
}

/// Decisions counted by divisions. What the query finds is what is counted and what is left out, together.
#[derive(Debug)]
pub struct Tabulation {
    /// How the query was understood.
    pub reading: Reading,
    /// How many decisions the query finds: `counted`, `dependent` and `unsegmented` together.
    pub found: usize,
    /// The letters that these stand in.
    pub letters: usize,
    /// Decisions on services that go with an operation, where these were to be left out; else 0.
    pub dependent: usize,
    /// Texts of letters that could not be segmented: they hold no decision.
    pub unsegmented: usize,
    /// The decisions that are counted.
    pub counted: Tally,
    /// The same by divisions, in the order of their values. A decision with several values stands in several rows.
    pub rows: Vec<Row>,
}

/// Counts the decisions that a request finds by the values of some divisions: a row for each combination that occurs.
/// Dependent decisions (services that go with an operation and share its fate) can be left out.
///
/// # Errors
///
/// As [`crate::search()`].
pub fn tabulate(
    index: &IndexReader,
    request: &Request,
    divisions: &[Division],
    without_dependent: bool,
) -> Result<Tabulation, QueryError> {
    let count = Wanted { letters: true, ..Wanted::default() };
    let Understood { reading, plan, gathered, .. } =
        understand(index, request, |_, plan| gather(index, plan, &count, request.limits))?;
    let by = By { divisions, without_dependent };
    let counted = by.count_or_keep(index, &plan, request.limits)?;
    Ok(counted.tabulation(reading, gathered.decisions, gathered.letters))
}

impl Answer<'_> {
    /// Counts all decisions that the answer's query finds, as [`tabulate`] does, without reading the query again.
    ///
    /// # Errors
    ///
    /// As [`crate::search()`].
    pub fn tabulate(&self, divisions: &[Division], without_dependent: bool) -> Result<Tabulation, QueryError> {
        let by = By { divisions, without_dependent };
        let counted = by.count_or_keep(self.index, &self.plan, self.limits)?;
        Ok(counted.tabulation(self.reading.clone(), self.decisions, self.letters))
    }
}

/// How decisions are divided.
#[derive(Clone, Copy)]
struct By<'d> {
    divisions: &'d [Division],
    without_dependent: bool,
}

impl By<'_> {
    /// What a plan finds, counted; by time, which makes few rows, it is kept between queries.
    fn count_or_keep(self, index: &IndexReader, plan: &Plan, limits: Limits) -> Result<Arc<Counted>, QueryError> {
        let has_few_rows = self.divisions.iter().all(|division| matches!(division, Division::Time(_)));
        let count = || self.count(index, plan, limits);
        if !has_few_rows {
            return count().map(Arc::new);
        }
        let key = format!("{:?} {} {plan:?}", self.divisions, self.without_dependent);
        let kept = index.kept::<Kept>().tabulated.get_if_asked_again(&key, count)?;
        kept.map_or_else(|| count().map(Arc::new), Ok)
    }

    fn count(self, index: &IndexReader, plan: &Plan, limits: Limits) -> Result<Counted, QueryError> {
        let mut whole = Counted::default();
        let source = Source::new(index, plan, false, limits)?;
        for (ordinal, segment) in (0..).zip(index.searcher().segment_readers()) {
            let mut pass = SegmentTally::new(index, ordinal, self)?;
            source.run(ordinal, segment, &mut |documents| pass.take(documents))?;
            whole.add(pass.counted().map_err(|error| index.error(error.into()))?);
        }
        Ok(whole)
    }
}

/// What was counted of some documents.
#[derive(Default)]
pub(crate) struct Counted {
    dependent: usize,
    unsegmented: usize,
    all: Tally,
    rows: BTreeMap<Vec<Option<String>>, Tally>,
}

impl Counted {
    fn add(&mut self, other: Self) {
        self.dependent += other.dependent;
        self.unsegmented += other.unsegmented;
        self.all.add(&other.all);
        for (values, tally) in other.rows {
            self.rows.entry(values).or_default().add(&tally);
        }
    }

    fn tabulation(&self, reading: Reading, found: usize, letters: usize) -> Tabulation {
        let rows = self.rows.iter().map(|(values, tally)| Row { values: values.clone(), tally: *tally }).collect();
        let Self { dependent, unsegmented, all: counted, .. } = *self;
        Tabulation { reading, found, letters, dependent, unsegmented, counted, rows }
    }
}

/// The row that every other is made of.
const ROOT: usize = 0;
/// Stands for a value that a document does not have.
const NONE: u64 = u64::MAX;

/// Counts the documents of one segment by the numbers of values; their texts are looked up once, in the end.
struct SegmentTally<'i> {
    decisions: Decisions<'i>,
    /// Where dependent decisions are left out: the column, and the value of those that are.
    dependents: Option<(Values<'i>, Option<u64>)>,
    divisions: Vec<Divided<'i>>,
    all: Cell,
    dependent: usize,
    unsegmented: usize,
    /// The row that a value makes of another; the first row is the one of no value at all.
    branches: FxHashMap<(usize, u64), usize>,
    /// For each row the row it was made of, and the value.
    made_of: Vec<(usize, u64)>,
    /// What was counted of each row.
    cells: Vec<Cell>,
    /// The rows of the document that is being counted.
    open: Vec<usize>,
}

/// A division and its column.
struct Divided<'i> {
    division: Division,
    texts: Option<&'i StrColumn>,
    values: Values<'i>,
}

impl<'i> SegmentTally<'i> {
    fn new(
        index: &'i IndexReader,
        segment: SegmentOrdinal,
        By { divisions, without_dependent }: By<'_>,
    ) -> Result<Self, QueryError> {
        let schema = Schema::shared();
        let dependents = if without_dependent {
            let column = index.texts(segment, schema.id("dependent"))?;
            let names = values_of(column).map_err(|error| index.error(error.into()))?;
            let is_so = names.iter().position(|name| name == "true");
            Some((Values::new(column.map(|column| column.ords())), is_so.map(|place| place as u64)))
        } else {
            None
        };
        let divided = |division: &Division| {
            let field = division.column();
            let texts = match schema.definition(field).kind {
                FieldKind::Number | FieldKind::Date => None,
                _ => index.texts(segment, field)?,
            };
            let values = Values::new(index.values(segment, field)?);
            Ok::<_, QueryError>(Divided { division: *division, texts, values })
        };
        Ok(Self {
            decisions: Decisions::new(index, segment)?,
            dependents,
            divisions: divisions.iter().map(divided).collect::<Result<_, _>>()?,
            all: Cell::default(),
            dependent: 0,
            unsegmented: 0,
            branches: FxHashMap::default(),
            made_of: vec![(ROOT, NONE)],
            cells: vec![Cell::default()],
            open: Vec::new(),
        })
    }

    /// Takes documents, in ascending order.
    fn take(&mut self, documents: &[DocId]) {
        self.decisions.read(documents);
        if let Some((dependents, _)) = &mut self.dependents {
            dependents.read(documents);
        }
        self.divisions.iter_mut().for_each(|divided| divided.values.read(documents));
        documents.iter().for_each(|document| self.count(*document));
    }

    fn count(&mut self, document: DocId) {
        let Some(ended) = self.decisions.of(document) else {
            self.unsegmented += 1;
            return;
        };
        if let Some((dependents, Some(is_so))) = &mut self.dependents
            && dependents.first(document) == Some(*is_so)
        {
            self.dependent += 1;
            return;
        }
        self.all.count(ended);
        self.open.clear();
        self.open.push(ROOT);
        for at in 0..self.divisions.len() {
            self.divide(at, document);
        }
        for row in &self.open {
            self.cells[*row].count(ended);
        }
    }

    /// Puts in the place of each open row those that it makes with the values of a division.
    fn divide(&mut self, at: usize, document: DocId) {
        let Self { divisions, branches, made_of, cells, open, .. } = self;
        let Divided { division, values, .. } = &mut divisions[at];
        let mut row_of = |row: usize, value: u64| {
            *branches.entry((row, value)).or_insert_with(|| {
                made_of.push((row, value));
                cells.push(Cell::default());
                made_of.len() - 1
            })
        };
        match values.of(document) {
            [] => open.iter_mut().for_each(|row| *row = row_of(*row, NONE)),
            [(_, value)] => open.iter_mut().for_each(|row| *row = row_of(*row, division.key(*value))),
            several => {
                let mut opened = Vec::with_capacity(open.len() * several.len());
                for row in open.iter() {
                    opened.extend(several.iter().map(|(_, value)| row_of(*row, division.key(*value))));
                }
                *open = opened;
            }
        }
    }

    fn counted(self) -> io::Result<Counted> {
        let mut rows: BTreeMap<Vec<Option<String>>, Tally> = BTreeMap::new();
        let mut names: Vec<FxHashMap<u64, Option<String>>> = vec![FxHashMap::default(); self.divisions.len()];
        for (row, cell) in self.cells.iter().enumerate().filter(|(_, cell)| cell.tally.decisions > 0) {
            let mut values = Vec::with_capacity(self.divisions.len());
            for ((value, divided), names) in self.values(row).into_iter().zip(&self.divisions).zip(&mut names) {
                let name = match names.entry(value) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(divided.name(value)?),
                };
                values.push(name.clone());
            }
            rows.entry(values).or_default().add(&cell.tally);
        }
        Ok(Counted { dependent: self.dependent, unsegmented: self.unsegmented, all: self.all.tally, rows })
    }

    /// The values that a row was made of, in the order of the divisions.
    fn values(&self, mut row: usize) -> Vec<u64> {
        let mut values = Vec::with_capacity(self.divisions.len());
        while row != ROOT {
            let (before, value) = self.made_of[row];
            values.push(value);
            row = before;
        }
        values.reverse();
        values
    }
}

impl Divided<'_> {
    /// The text of a value; `None` for none.
    fn name(&self, value: u64) -> io::Result<Option<String>> {
        match (self.division, self.texts) {
            _ if value == NONE => Ok(None),
            (Division::Time(period), _) => Ok(Some(period.name(value))),
            (Division::Field(_), None) => Ok(Some(value.to_string())),
            (Division::Field(_), Some(column)) => {
                let mut text = String::new();
                column.ord_to_str(value, &mut text)?;
                Ok(Some(text.replace(PATH_SEPARATOR, " > ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_periods() {
        for (day, period, want) in [
            (20_160_930, Period::Year, "2016"),
            (20_160_930, Period::Quarter, "2016-Q3"),
            (20_161_001, Period::Quarter, "2016-Q4"),
            (20_170_131, Period::Quarter, "2017-Q1"),
            (20_160_930, Period::Month, "2016-09"),
        ] {
            assert_eq!(period.name(period.of(day)), want);
        }
    }
}
