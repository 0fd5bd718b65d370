//! Plain tantivy: stock tokenizer and stemmer (`en_stem`), stock compression, a document a row, everything stored.

use std::ops::Bound;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, Occur, PhraseQuery, Query as TantivyQuery, RangeQuery, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::{DocAddress, Index, IndexWriter, Order, Searcher, TantivyDocument, Term, doc};

use super::minimal;
use super::question::{Counts, Engine, Found, Kind, Query, Question};
use super::rows::{self, Row, TEXTS};
use super::stems::remembered_en_stem;

/// What the writer may take of memory; more does not make it faster.
const MEMORY: usize = 200 << 20;
const THREADS: usize = 2;

fn schema() -> Schema {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing).set_stored();
    TEXTS.iter().for_each(|name| _ = schema.add_text_field(name, text.clone()));
    ["case", "source", "outcome", "category", "class", "specialty"]
        .iter()
        .for_each(|name| _ = schema.add_text_field(name, STRING | FAST | STORED));
    ["n", "date", "year"].iter().for_each(|name| _ = schema.add_u64_field(name, INDEXED | FAST | STORED));
    schema.build()
}

/// How words are stemmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stemming {
    /// Each word anew.
    Stock,
    /// Each distinct word once.
    Remembered,
}

/// Indexes prepared rows.
pub(crate) fn index_rows(file: &Path, out: &Path) -> anyhow::Result<()> {
    index(out, Stemming::Stock, |add| rows::read(file)?.try_for_each(|row| add(row?)))
}

/// Indexes the letters below a folder, read by the least parser.
pub(crate) fn index_letters(folder: &Path, out: &Path, stemming: Stemming) -> anyhow::Result<()> {
    index(out, stemming, |add| {
        rows::letters_below(folder)?.iter().try_for_each(|path| {
            let rows = minimal::rows(&rows::stem(path), &std::fs::read_to_string(path)?);
            rows.into_iter().try_for_each(&mut *add)
        })
    })
}

fn index(
    out: &Path,
    stemming: Stemming,
    feed: impl FnOnce(&mut dyn FnMut(Row) -> anyhow::Result<()>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(out)?;
    let schema = schema();
    let index = Index::create_in_dir(out, schema.clone())?;
    if stemming == Stemming::Remembered {
        index.tokenizers().register("en_stem", remembered_en_stem().context("the engine has no stemmer")?);
    }
    let mut writer: IndexWriter = index.writer_with_num_threads(THREADS, MEMORY)?;
    feed(&mut |row| {
        writer.add_document(document(&schema, &row)?)?;
        Ok(())
    })?;
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn document(schema: &Schema, row: &Row) -> anyhow::Result<TantivyDocument> {
    let mut document = doc!();
    let texts = TEXTS.into_iter().zip(row.texts.iter().map(String::as_str));
    let keywords =
        [("case", &row.case), ("source", &row.source), ("outcome", &row.outcome), ("category", &row.category)];
    let keywords = keywords.into_iter().map(|(name, value)| (name, value.as_str()));
    let lists =
        row.class.iter().map(|value| ("class", value)).chain(row.specialty.iter().map(|value| ("specialty", value)));
    let lists = lists.map(|(name, value)| (name, value.as_str()));
    for (name, value) in texts.chain(keywords).chain(lists).filter(|(_, value)| !value.is_empty()) {
        document.add_text(schema.get_field(name)?, value);
    }
    for (name, value) in [("n", Some(row.n)), ("date", row.date), ("year", row.year)] {
        let Some(value) = value else { continue };
        document.add_u64(schema.get_field(name)?, value);
    }
    Ok(document)
}

/// An opened index.
pub(crate) struct Plain {
    searcher: Searcher,
    index: Index,
}

impl Plain {
    /// Opens an index.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let index = Index::open_in_dir(folder)?;
        Ok(Self { searcher: index.reader()?.searcher(), index })
    }

    fn field(&self, name: &str) -> anyhow::Result<Field> {
        Ok(self.index.schema().get_field(name)?)
    }

    /// The fields that a name stands for.
    fn fields(&self, name: &str) -> anyhow::Result<Vec<Field>> {
        let names = if name == "*" { TEXTS.to_vec() } else { vec![name] };
        names.into_iter().map(|name| self.field(name)).collect()
    }

    fn stems(&self, text: &str) -> Vec<String> {
        let mut stems = Vec::new();
        if let Some(mut analyzer) = self.index.tokenizers().get("en_stem") {
            analyzer.token_stream(text).process(&mut |token| stems.push(token.text.clone()));
        }
        stems
    }

    fn lower(&self, query: &Query) -> anyhow::Result<Box<dyn TantivyQuery>> {
        Ok(match query {
            Query::Word(field, text) | Query::Phrase(field, text) => self.text(field, text)?,
            Query::Value(field, value) => {
                Box::new(TermQuery::new(Term::from_field_text(self.field(field)?, value), IndexRecordOption::Basic))
            }
            Query::Years(first, last) => self.range("year", *first, *last)?,
            Query::Days(first, last) => self.range("date", *first, *last)?,
            Query::And(parts) => Box::new(BooleanQuery::intersection(self.lower_all(parts)?)),
            Query::Or(parts) => Box::new(BooleanQuery::union(self.lower_all(parts)?)),
            Query::Not(parts) => {
                let clauses = vec![(Occur::Must, self.lower(&parts.0)?), (Occur::MustNot, self.lower(&parts.1)?)];
                Box::new(BooleanQuery::new(clauses))
            }
            Query::All {} => Box::new(AllQuery),
        })
    }

    fn lower_all(&self, parts: &[Query]) -> anyhow::Result<Vec<Box<dyn TantivyQuery>>> {
        parts.iter().map(|part| self.lower(part)).collect()
    }

    /// A word or phrase in any of some fields.
    fn text(&self, field: &str, text: &str) -> anyhow::Result<Box<dyn TantivyQuery>> {
        let stems = self.stems(text);
        let in_field = |field: Field| -> Box<dyn TantivyQuery> {
            let mut terms: Vec<Term> = stems.iter().map(|stem| Term::from_field_text(field, stem)).collect();
            match terms.len() {
                1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs)),
                _ => Box::new(PhraseQuery::new(terms)),
            }
        };
        let mut queries: Vec<_> = self.fields(field)?.into_iter().map(in_field).collect();
        Ok(if queries.len() == 1 { queries.remove(0) } else { Box::new(BooleanQuery::union(queries)) })
    }

    fn range(&self, field: &str, first: u64, last: u64) -> anyhow::Result<Box<dyn TantivyQuery>> {
        let field = self.field(field)?;
        let bound = |number| Bound::Included(Term::from_field_u64(field, number));
        Ok(Box::new(RangeQuery::new(bound(first), bound(last))))
    }

    fn best(&self, query: &dyn TantivyQuery) -> anyhow::Result<Vec<TantivyDocument>> {
        let best = self.searcher.search(query, &TopDocs::with_limit(10).order_by_score())?;
        self.read(best.into_iter().map(|(_, address)| address))
    }

    fn newest(&self, query: &dyn TantivyQuery) -> anyhow::Result<Vec<TantivyDocument>> {
        let order = TopDocs::with_limit(10).order_by_fast_field::<u64>("date", Order::Desc);
        let newest = self.searcher.search(query, &order)?;
        self.read(newest.into_iter().map(|(_, address)| address))
    }

    fn read(&self, addresses: impl Iterator<Item = DocAddress>) -> anyhow::Result<Vec<TantivyDocument>> {
        addresses.map(|address| Ok(self.searcher.doc(address)?)).collect()
    }

    fn passages(&self, query: &dyn TantivyQuery) -> anyhow::Result<Vec<String>> {
        let generator = SnippetGenerator::create(&self.searcher, query, self.field("rationale")?)?;
        let best = self.best(query)?;
        Ok(best.iter().map(|document| generator.snippet_from_doc(document).to_html()).collect())
    }

    /// The values of fields with their counts, by terms aggregations; with `outcome` inside each for a rate.
    fn counts(&self, query: &dyn TantivyQuery, question: &Question) -> anyhow::Result<Counts> {
        let terms = |field: &str| serde_json::json!({ "terms": { "field": field, "size": 100_000 } });
        let aggregation = |field: &String| {
            let mut aggregation = terms(field);
            if question.kind == Kind::Rate {
                aggregation["aggs"] = serde_json::json!({ "outcome": terms("outcome") });
            }
            (field.clone(), aggregation)
        };
        let request: serde_json::Map<_, _> = question.by.iter().map(aggregation).collect();
        let request: Aggregations = serde_json::from_value(request.into())?;
        let collector = AggregationCollector::from_aggs(request, AggContextParams::default());
        let found = serde_json::to_value(self.searcher.search(query, &collector)?)?;
        let mut counts = Counts::new();
        for field in &question.by {
            read_buckets(field, &found[field], &mut counts);
        }
        Ok(counts)
    }
}

/// Reads the buckets of an aggregation, and of the outcomes inside each.
fn read_buckets(field: &str, aggregation: &serde_json::Value, counts: &mut Counts) {
    for bucket in aggregation["buckets"].as_array().into_iter().flatten() {
        let value = bucket["key"].as_str().map_or_else(|| bucket["key"].to_string(), str::to_owned);
        let value = value.trim_end_matches(".0").to_owned();
        let overturned = bucket["outcome"]["buckets"].as_array().into_iter().flatten();
        let overturned = overturned
            .filter(|outcome| outcome["key"] == "overturned")
            .find_map(|outcome| outcome["doc_count"].as_u64());
        if let Some(count) = overturned {
            counts.entry(format!("{field} overturned")).or_default().insert(value.clone(), count);
        }
        counts.entry(field.to_owned()).or_default().insert(value, bucket["doc_count"].as_u64().unwrap_or(0));
    }
}

impl Engine for Plain {
    fn name(&self) -> &'static str {
        "plain tantivy"
    }

    fn answer(&self, question: &Question) -> anyhow::Result<()> {
        let query = self.lower(&question.q)?;
        match question.kind {
            Kind::Topk => drop(self.best(&*query)?),
            Kind::Sort => drop(self.newest(&*query)?),
            Kind::Count => drop(self.searcher.search(&*query, &Count)?),
            Kind::Facet | Kind::Rate => drop(self.counts(&*query, question)?),
            Kind::Snippet => drop(self.passages(&*query)?),
        }
        Ok(())
    }

    fn check(&self, question: &Question) -> anyhow::Result<Found> {
        let query = self.lower(&question.q)?;
        Ok(Found { hits: self.searcher.search(&*query, &Count)? as u64, counts: self.counts(&*query, question)? })
    }
}

/// Where a peer of this kind keeps an index.
pub(crate) fn folder(work: &Path, kind: &str) -> PathBuf {
    work.join(format!("tantivy-{kind}"))
}
