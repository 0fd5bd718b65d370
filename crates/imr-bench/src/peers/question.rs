//! The queries that all engines answer.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A query, and what is wanted of its answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// What it stands for, in words.
    pub(crate) what: String,
    /// The query in our language. It means the same as `q`; exact phrases stand for stemmed ones where letters use one form
    /// only, and both forms are named where they use two.
    pub(crate) ours: String,
    /// The query as the peers are asked.
    pub(crate) q: Query,
    /// Fields to count.
    #[serde(default)]
    pub(crate) by: Vec<String>,
}

/// What is wanted of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The ten best documents, read.
    Topk,
    /// The ten newest documents, read.
    Sort,
    /// How many documents there are.
    Count,
    /// How often each value of some fields occurs.
    Facet,
    /// How often each value of a field occurs, and how often among overturned decisions.
    Rate,
    /// The ten best documents with the passage that matches.
    Snippet,
}

/// A query, free of any engine. The field `*` is any field of text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Query {
    /// A word of a field, in any form.
    #[serde(rename = "t")]
    Word(String, String),
    /// A phrase of a field.
    #[serde(rename = "p")]
    Phrase(String, String),
    /// A value of a field.
    #[serde(rename = "f")]
    Value(String, String),
    /// The first and the last year.
    #[serde(rename = "y")]
    Years(u64, u64),
    /// The first and the last day, as `yyyymmdd`.
    #[serde(rename = "d")]
    Days(u64, u64),
    And(Vec<Query>),
    Or(Vec<Query>),
    /// What the first finds and the second does not.
    Not(Box<(Query, Query)>),
    /// Everything.
    All {},
}

/// How often each value of each field occurs.
pub(crate) type Counts = BTreeMap<String, BTreeMap<String, u64>>;

/// What an engine found, to compare it with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) hits: u64,
    pub(crate) counts: Counts,
}

/// An engine that answers questions.
pub(crate) trait Engine {
    /// Its name in tables.
    fn name(&self) -> &'static str;

    /// Answers a question, reading all that it asks for.
    fn answer(&self, question: &Question) -> anyhow::Result<()>;

    /// Answers a question with everything that can be compared.
    fn check(&self, question: &Question) -> anyhow::Result<Found>;
}

/// All questions; `case` is the number that they look up.
///
/// # Errors
///
/// If the file of questions is wrong.
pub(crate) fn questions(case: &str) -> anyhow::Result<Vec<Question>> {
    Ok(serde_json::from_str(&include_str!("queries.json").replace("@CASE", case))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_questions_are_read() {
        let questions = questions("CM16-0000001").unwrap();
        assert_eq!(questions.len(), 30);
        assert!(questions.iter().all(|question| imr_query::parse(&question.ours).is_ok()));
        assert!(matches!(&questions[29].q, Query::Value(_, case) if case == "CM16-0000001"));
    }
}
