//! `SQLite` FTS5: the porter tokenizer, the text stored once in a table, B-trees on the columns that are filtered and counted.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::question::{Counts, Engine, Found, Kind, Query, Question};
use super::rows::{self, Row};

const SCHEMA: &str = "
    CREATE TABLE decisions(
        id INTEGER PRIMARY KEY, \"case\" TEXT, source TEXT, n INTEGER, outcome TEXT, category TEXT, date INTEGER, year INTEGER,
        treatment TEXT, rationale TEXT, reviewer_guideline TEXT, administrator_guideline TEXT, summary TEXT, unsegmented TEXT);
    CREATE TABLE classes(decision INTEGER, class TEXT);
    CREATE TABLE specialties(decision INTEGER, specialty TEXT);
    CREATE VIRTUAL TABLE texts USING fts5(
        treatment, rationale, reviewer_guideline, administrator_guideline, summary, unsegmented,
        content='decisions', content_rowid='id', tokenize='porter unicode61');";

const INDICES: &str = "
    INSERT INTO texts(texts) VALUES('rebuild');
    INSERT INTO texts(texts) VALUES('optimize');
    CREATE INDEX by_case ON decisions(\"case\");
    CREATE INDEX by_outcome ON decisions(outcome);
    CREATE INDEX by_category ON decisions(category);
    CREATE INDEX by_date ON decisions(date);
    CREATE INDEX by_year ON decisions(year);
    CREATE INDEX by_class ON classes(class, decision);
    CREATE INDEX classes_of ON classes(decision, class);
    CREATE INDEX by_specialty ON specialties(specialty, decision);
    CREATE INDEX specialties_of ON specialties(decision, specialty);
    ANALYZE;";

/// Indexes prepared rows.
pub(crate) fn index_rows(file: &Path, out: &Path) -> anyhow::Result<()> {
    let mut connection = Connection::open(out)?;
    connection.execute_batch("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;")?;
    connection.execute_batch(SCHEMA)?;
    let transaction = connection.transaction()?;
    for (id, row) in (1_i64..).zip(rows::read(file)?) {
        insert(&transaction, id, &row?)?;
    }
    transaction.execute_batch(INDICES)?;
    transaction.commit()?;
    Ok(())
}

fn insert(connection: &Connection, id: i64, row: &Row) -> anyhow::Result<()> {
    let [treatment, rationale, reviewer, administrator, summary, unsegmented] = &row.texts;
    let number = |number: Option<u64>| number.and_then(|number| i64::try_from(number).ok());
    let none_if_empty = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    connection.prepare_cached("INSERT INTO decisions VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)")?.execute(params![
        id,
        none_if_empty(&row.case),
        row.source,
        number(Some(row.n)),
        none_if_empty(&row.outcome),
        none_if_empty(&row.category),
        number(row.date),
        number(row.year),
        treatment,
        rationale,
        reviewer,
        administrator,
        summary,
        unsegmented,
    ])?;
    for (table, values) in [("classes", &row.class), ("specialties", &row.specialty)] {
        for value in values {
            connection.prepare_cached(&format!("INSERT INTO {table} VALUES(?,?)"))?.execute(params![id, value])?;
        }
    }
    Ok(())
}

/// An opened database.
pub(crate) struct Sqlite {
    connection: Connection,
}

/// A query in SQL: what the full-text index is asked, and conditions on rows.
#[derive(Default)]
struct Lowered {
    text: Option<String>,
    conditions: Vec<String>,
}

impl Lowered {
    fn of(query: &Query) -> Self {
        let condition = |condition: String| Self { text: None, conditions: vec![condition] };
        match query {
            Query::Word(..) | Query::Phrase(..) | Query::Or(_) | Query::Not(_) => {
                Self { text: Some(text(query)), conditions: Vec::new() }
            }
            Query::Value(field, value) => condition(is(field, value)),
            Query::Years(first, last) => condition(format!("d.year BETWEEN {first} AND {last}")),
            Query::Days(first, last) => condition(format!("d.date BETWEEN {first} AND {last}")),
            Query::And(parts) => parts.iter().map(Self::of).fold(Self::default(), Self::and),
            Query::All {} => Self::default(),
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.text = match (self.text, other.text) {
            (Some(one), Some(other)) => Some(format!("({one}) AND ({other})")),
            (one, other) => one.or(other),
        };
        self.conditions.extend(other.conditions);
        self
    }

    /// `FROM` and `WHERE`, with what else is joined.
    fn source(&self, joined: &str) -> String {
        let from = if self.text.is_some() { "texts JOIN decisions d ON d.id = texts.rowid" } else { "decisions d" };
        let matches = self.text.iter().map(|text| format!("texts MATCH '{}'", text.replace('\'', "''")));
        let conditions: Vec<String> = matches.chain(self.conditions.iter().cloned()).collect();
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        format!("FROM {from} {joined}{filter}")
    }

    /// `FROM` and `WHERE` for a count: the rows are not read where nothing is asked of them.
    fn counted(&self) -> String {
        match &self.text {
            Some(text) if self.conditions.is_empty() => {
                format!("FROM texts WHERE texts MATCH '{}'", text.replace('\'', "''"))
            }
            _ => self.source(""),
        }
    }
}

/// A condition on a value; lists stand in tables of their own.
fn is(field: &str, value: &str) -> String {
    match listed(field) {
        Some((table, _)) => format!("d.id IN (SELECT decision FROM {table} WHERE {field} = '{value}')"),
        None => format!("d.\"{field}\" = '{value}'"),
    }
}

/// The table of a field that holds lists, and how it is joined.
fn listed(field: &str) -> Option<(&'static str, &'static str)> {
    match field {
        "class" => Some(("classes", "JOIN classes l ON l.decision = d.id")),
        "specialty" => Some(("specialties", "JOIN specialties l ON l.decision = d.id")),
        _ => None,
    }
}

/// A query of texts in the language of FTS5.
fn text(query: &Query) -> String {
    match query {
        Query::Word(field, words) | Query::Phrase(field, words) if field == "*" => format!("\"{words}\""),
        Query::Word(field, words) | Query::Phrase(field, words) => format!("{field} : \"{words}\""),
        Query::And(parts) => parts.iter().map(|part| format!("({})", text(part))).collect::<Vec<_>>().join(" AND "),
        Query::Or(parts) => parts.iter().map(|part| format!("({})", text(part))).collect::<Vec<_>>().join(" OR "),
        Query::Not(parts) => format!("({}) NOT ({})", text(&parts.0), text(&parts.1)),
        Query::Value(..) | Query::Years(..) | Query::Days(..) | Query::All {} => String::new(),
    }
}

impl Sqlite {
    /// Opens a database.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.execute_batch("PRAGMA mmap_size=30000000000; PRAGMA cache_size=-500000;")?;
        Ok(Self { connection })
    }

    /// Runs a statement and reads every column of every row; gives the number of rows.
    fn read(&self, sql: &str) -> anyhow::Result<u64> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            (0..columns).try_for_each(|column| row.get_ref(column).map(drop))?;
            read += 1;
        }
        Ok(read)
    }

    fn counts(&self, lowered: &Lowered, question: &Question) -> anyhow::Result<Counts> {
        let mut counts = Counts::new();
        for field in &question.by {
            let (column, joined) =
                listed(field).map_or((format!("d.\"{field}\""), ""), |(_, joined)| (format!("l.{field}"), joined));
            let source = lowered.source(joined);
            let sql = format!(
                "SELECT CAST({column} AS TEXT), count(*), sum(d.outcome = 'overturned') {source} GROUP BY {column}"
            );
            let sql =
                if question.kind == Kind::Rate { sql } else { sql.replace(", sum(d.outcome = 'overturned')", ", 0") };
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let Some(value) = row.get::<_, Option<String>>(0)? else { continue };
                let overturned = row.get::<_, Option<u64>>(2)?.unwrap_or(0);
                if overturned > 0 {
                    counts.entry(format!("{field} overturned")).or_default().insert(value.clone(), overturned);
                }
                counts.entry(field.clone()).or_default().insert(value, row.get(1)?);
            }
        }
        Ok(counts)
    }
}

impl Engine for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite FTS5"
    }

    fn answer(&self, question: &Question) -> anyhow::Result<()> {
        let lowered = Lowered::of(&question.q);
        let source = lowered.source("");
        let by_rank = if lowered.text.is_some() { "ORDER BY rank" } else { "" };
        match question.kind {
            Kind::Topk => self.read(&format!("SELECT d.* {source} {by_rank} LIMIT 10"))?,
            Kind::Sort => self.read(&format!("SELECT d.* {source} ORDER BY d.date DESC LIMIT 10"))?,
            Kind::Count => self.read(&format!("SELECT count(*) {}", lowered.counted()))?,
            Kind::Facet | Kind::Rate => self.counts(&lowered, question)?.len() as u64,
            Kind::Snippet => {
                let passage = "snippet(texts, 1, '**', '**', '...', 32)";
                self.read(&format!("SELECT d.*, {passage} {source} {by_rank} LIMIT 10"))?
            }
        };
        Ok(())
    }

    fn check(&self, question: &Question) -> anyhow::Result<Found> {
        let lowered = Lowered::of(&question.q);
        let count = format!("SELECT count(*) {}", lowered.counted());
        let hits = self.connection.query_row(&count, [], |row| row.get(0))?;
        Ok(Found { hits, counts: self.counts(&lowered, question)? })
    }
}
