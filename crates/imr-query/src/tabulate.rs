//! Decisions by the values of fields and by time, and how they ended.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::io;

use imr_index::{FieldId, FieldKind, IndexReader, PATH_SEPARATOR, Schema};
use rustc_hash::FxHashMap;
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentOrdinal};

use crate::disjunctive::facet_field;
use crate::error::{QueryError, SyntaxError};
use crate::gather::{Source, Wanted, gather};
use crate::search::{Reading, Request, Understood, understand};
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

    fn column(self) -> FieldId {
        match self {
            Self::Field(field) => field,
            Self::Time(_) => Schema::shared().id("date"),
        }
    }
}

impl Period {
    /// The period of a day that is written `yyyymmdd`.
    fn of(self, day: u64) -> String {
        let (year, month) = (day / 10_000, day / 100 % 100);
        match self {
            Self::Year => year.to_string(),
            Self::Quarter => format!("{year}-Q{}", month.div_ceil(3)),
            Self::Month => format!("{year}-{month:02}"),
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
    let mut whole = Counted::default();
    let source = Source::new(index, &plan, false, request.limits)?;
    for (ordinal, segment) in (0..).zip(index.searcher().segment_readers()) {
        let mut pass = SegmentTally::new(index, ordinal, divisions, without_dependent)?;
        source.run(ordinal, segment, &mut |documents, _| pass.take(documents))?;
        whole.add(pass.counted().map_err(|error| index.error(error.into()))?);
    }
    let rows = whole.rows.into_iter().map(|(values, tally)| Row { values, tally }).collect();
    Ok(Tabulation {
        reading,
        found: gathered.decisions,
        letters: gathered.letters,
        dependent: whole.dependent,
        unsegmented: whole.unsegmented,
        counted: whole.all,
        rows,
    })
}

/// What was counted of some documents.
#[derive(Default)]
struct Counted {
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
}

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
    cells: FxHashMap<Vec<u64>, Cell>,
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
        divisions: &[Division],
        without_dependent: bool,
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
            cells: FxHashMap::default(),
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
        let mut keys = vec![Vec::with_capacity(self.divisions.len())];
        for divided in &mut self.divisions {
            keys = with_each(&keys, divided.values.of(document));
        }
        for key in keys {
            self.cells.entry(key).or_default().count(ended);
        }
    }

    fn counted(self) -> io::Result<Counted> {
        let mut rows: BTreeMap<Vec<Option<String>>, Tally> = BTreeMap::new();
        let mut names: Vec<FxHashMap<u64, Option<String>>> = vec![FxHashMap::default(); self.divisions.len()];
        let cells: BTreeMap<Vec<u64>, Cell> = self.cells.into_iter().collect();
        for (key, cell) in cells {
            let mut values = Vec::with_capacity(key.len());
            for ((value, divided), names) in key.into_iter().zip(&self.divisions).zip(&mut names) {
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
}

impl Divided<'_> {
    /// The text of a value; `None` for none.
    fn name(&self, value: u64) -> io::Result<Option<String>> {
        match (self.division, self.texts) {
            _ if value == NONE => Ok(None),
            (Division::Time(period), _) => Ok(Some(period.of(value))),
            (Division::Field(_), None) => Ok(Some(value.to_string())),
            (Division::Field(_), Some(column)) => {
                let mut text = String::new();
                column.ord_to_str(value, &mut text)?;
                Ok(Some(text.replace(PATH_SEPARATOR, " > ")))
            }
        }
    }
}

/// Each of some keys with each of some values behind it.
fn with_each(keys: &[Vec<u64>], values: &[(DocId, u64)]) -> Vec<Vec<u64>> {
    let with = |key: &Vec<u64>, value: u64| key.iter().copied().chain([value]).collect();
    match values {
        [] => keys.iter().map(|key| with(key, NONE)).collect(),
        values => keys.iter().flat_map(|key| values.iter().map(|(_, value)| with(key, *value))).collect(),
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
            assert_eq!(period.of(day), want);
        }
    }

    #[test]
    fn keys_are_all_combinations() {
        let keys = with_each(&[vec![]], &[(7, 1), (7, 2)]);
        assert_eq!(with_each(&keys, &[]), [[1, NONE], [2, NONE]]);
    }
}
