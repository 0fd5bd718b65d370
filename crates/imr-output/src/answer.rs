//! The answer to a query.

use imr_query::{Answer, Emptied, Facet, Hit};
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{OutputField, OutputSchema, Record};

/// The answer to a query, with hits that were read. The names of its fields are the keys that `index-schema/output.toml`
/// describes; [`crate::json_of_answer`] prints the same without keeping the hits.
#[derive(Serialize, ToSchema)]
pub struct AnswerReport<'a> {
    /// The version of what is printed.
    pub version: u32,
    /// The query as it was typed.
    pub query: &'a str,
    /// How it was understood, in the query language.
    pub understood: String,
    /// Corrections and expansions that were made.
    pub notes: &'a [String],
    /// What in the query may be a slip.
    pub hints: &'a [String],
    /// How many decisions match in all; hits may be fewer.
    pub decisions: usize,
    /// How many letters these stand in.
    pub letters: usize,
    /// The hits asked for.
    pub hits: Vec<Record<'a>>,
    /// The facets asked for.
    pub facets: &'a [Facet],
    /// If nothing matches: what each condition finds, and what is found without it.
    pub emptied: &'a [Emptied],
    /// Where the next hits begin: pass it as `cursor`. `None` where these are the last.
    pub next: Option<String>,
}

impl<'a> AnswerReport<'a> {
    /// The report on an answer, whose hits have been read.
    #[must_use]
    pub fn new(
        query: &'a str,
        answer: &'a Answer,
        hits: &'a [Hit],
        fields: &'a [&'a OutputField],
        next: Option<String>,
    ) -> Self {
        Self {
            version: OutputSchema::shared().version,
            query,
            understood: answer.reading.understood.to_string(),
            notes: &answer.reading.notes,
            hints: &answer.reading.hints,
            decisions: answer.decisions,
            letters: answer.letters,
            hits: hits.iter().map(|hit| Record { fields, hit }).collect(),
            facets: &answer.facets,
            emptied: &answer.emptied,
            next,
        }
    }
}
