//! How a query is understood, and why a hit ranks where it does.

use imr_index::{FieldId, IndexReader, PATH_SEPARATOR, Schema, keyword_term};
use serde::Serialize;
use tantivy::DocAddress;
use utoipa::ToSchema;

use crate::ast::{Ast, Typed, Value};
use crate::error::{QueryError, SyntaxError};
use crate::gather::{Wanted, gather};
use crate::limits::Limits;
use crate::lower::{Segment, lower};
use crate::plan::{LEVELS, Plan};
use crate::search::{Reading, Request, Sort, Understood, understand};
use crate::similar::find;
use crate::spans::{Leaf, Spans};
use crate::top::Top;
use crate::window::{Bits, Scores, window_of};

/// What was looked for, and what a document has of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    /// What was looked for. A `~` before a word means its stem.
    pub what: String,
    /// What it adds to the score; 0 for conditions.
    pub score: f32,
    /// Whether the document matches it.
    pub matches: bool,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub parts: Vec<Explanation>,
}

/// A part of a query, and the parts that it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tree {
    /// What stands at the top.
    pub node: String,
    /// What stands beneath.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Tree>,
}

impl Tree {
    fn leaf(node: impl Into<String>) -> Self {
        Self { node: node.into(), parts: Vec::new() }
    }

    fn of(node: impl Into<String>, parts: impl IntoIterator<Item = Self>) -> Self {
        Self { node: node.into(), parts: parts.into_iter().collect() }
    }
}

/// How a query is understood.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// The query as it was typed, as a tree.
    pub typed: Tree,
    /// The query as it was understood, in the query language.
    pub understood: String,
    /// The same as a tree.
    pub tree: Tree,
    /// What the index is asked, as a tree of terms.
    pub plan: Tree,
    /// Corrections and expansions that were made.
    pub notes: Vec<String>,
    /// What in the query may be a slip.
    pub hints: Vec<String>,
    /// Of the decision that was named, what it has of the query. `None` if none was named.
    pub decision: Option<Explanation>,
}

/// Explains the query of a request, and if a decision is named (`CM16-0213037#2`; of a letter with one decision its name is
/// enough), what that decision has of it.
///
/// # Errors
///
/// As [`crate::search()`]; [`QueryError::Unknown`] if there is no such decision.
pub fn explain(index: &IndexReader, request: &Request, decision: Option<&str>) -> Result<Explained, QueryError> {
    let Understood { typed, reading: Reading { understood, notes, hints }, plan, .. } =
        understand(index, request, |_, plan| gather(index, plan, &Wanted::default(), request.limits))?;
    // Patterns are described in full only by the index.
    lower(&plan, index, false, request.limits)?;
    let decision = match decision {
        Some(id) => Some(explanation(&plan, index, address(index, id)?, request.limits)?),
        None => None,
    };
    Ok(Explained {
        typed: ast_tree(&typed),
        understood: understood.to_string(),
        tree: ast_tree(&understood),
        plan: plan_tree(&plan),
        notes,
        hints,
        decision,
    })
}

/// Where a decision stands in the index.
fn address(index: &IndexReader, id: &str) -> Result<DocAddress, QueryError> {
    let unknown = |error: SyntaxError| QueryError::Unknown(format!("{}; {}", error.problem, error.help));
    let found = find(&Typed::new(id, 0..0), index);
    let (letter, decision) = found.map_err(|error| match error {
        QueryError::Syntax(error) => unknown(error),
        other => other,
    })?;
    let number = u64::try_from(decision.n).unwrap_or(u64::MAX);
    let schema = Schema::shared();
    let plan = Plan::And(vec![
        Plan::Term { field: schema.id("letter"), term: keyword_term(&letter.digest) },
        Plan::Number { field: schema.id("n"), from: number, to: number },
    ]);
    let one = Wanted { top: Some(Top { sort: Sort::Newest, kept: 1 }), ..Wanted::default() };
    let found = gather(index, &plan, &one, Limits::none())?.top.pop();
    found.map(|found| found.address).ok_or_else(|| QueryError::Unknown(format!("no decision `{id}` in this index")))
}

/// What a document has of a plan.
pub(crate) fn explanation(
    plan: &Plan,
    index: &IndexReader,
    address: DocAddress,
    limits: Limits,
) -> Result<Explanation, QueryError> {
    let score = score_of(plan, index, address, limits)?;
    let explain = |part: &Plan| explanation(part, index, address, limits);
    let mut parts: Vec<Explanation> = match plan {
        Plan::And(parts) | Plan::Or(parts) | Plan::Most { parts, .. } => {
            parts.iter().map(explain).collect::<Result<_, _>>()?
        }
        Plan::Best(parts) => {
            let weighted = parts.iter().map(|(weight, part)| {
                let mut part = explain(part)?;
                part.score *= weight;
                part.what = format!("{} (times {weight})", part.what);
                Ok::<_, QueryError>(part)
            });
            // A word stands in few fields.
            weighted.filter(|part| part.as_ref().map_or(true, |part| part.matches)).collect::<Result<_, _>>()?
        }
        Plan::Not(part) => vec![explain(part)?],
        Plan::Constant { plan, .. } if plan.has_parts() => explain(plan)?.parts,
        _ => Vec::new(),
    };
    if let Plan::Or(_) = plan {
        parts.retain(|part| part.matches);
    }
    Ok(Explanation { what: plan_tree(plan).node, score: score.unwrap_or(0.0), matches: score.is_some(), parts })
}

/// The score of a document; `None` if it does not match.
fn score_of(plan: &Plan, index: &IndexReader, address: DocAddress, limits: Limits) -> Result<Option<f32>, QueryError> {
    let DocAddress { segment_ord: ordinal, doc_id: document } = address;
    let lowered = lower(plan, index, true, limits)?;
    let reader = index.searcher().segment_reader(ordinal);
    let mut finder = lowered.in_segment(Segment { index, ordinal, reader })?;
    let found = finder.find(window_of(document), &Bits::only(document));
    if !found.contains(document) {
        return Ok(None);
    }
    let mut scores = Scores::new();
    finder.score(window_of(document), &found, &mut scores);
    Ok(Some(scores.get(document)))
}

fn ast_tree(query: &Ast) -> Tree {
    match query {
        Ast::And(parts) => Tree::of("all of", parts.iter().map(ast_tree)),
        Ast::Or(parts) => Tree::of("one of", parts.iter().map(ast_tree)),
        Ast::Most(parts) => Tree::of("as many as possible of", parts.iter().map(ast_tree)),
        Ast::Not(part) => Tree::of("not", [ast_tree(part)]),
        Ast::Near { connector, left, right, .. } => {
            Tree::of(format!("near each other ({connector})"), [ast_tree(left), ast_tree(right)])
        }
        Ast::All => Tree::leaf("every decision"),
        Ast::Text(text) => Tree::leaf(format!("text {text}")),
        Ast::Field { name, value: Value::Any } => Tree::leaf(format!("{} is there", name.text)),
        Ast::Field { name, value } => Tree::leaf(format!("{}: {value}", name.text)),
    }
}

fn field_name(field: FieldId) -> &'static str {
    &Schema::shared().definition(field).name
}

fn plan_tree(plan: &Plan) -> Tree {
    match plan {
        Plan::All => Tree::leaf("every document"),
        Plan::Nothing => Tree::leaf("no document"),
        Plan::Term { field, term } => Tree::leaf(format!("{} has {term}", field_name(*field))),
        Plan::Phrase { field, terms } => Tree::leaf(format!("{} has \"{}\"", field_name(*field), terms.join(" "))),
        Plan::Near { field, spans } => Tree::leaf(format!("{} has {}", field_name(*field), spans_text(spans))),
        Plan::Pattern { field, pattern } => {
            Tree::leaf(format!("{} has a word like {}", field_name(*field), pattern.text))
        }
        Plan::Number { field, from, to } if from == to => Tree::leaf(format!("{} is {from}", field_name(*field))),
        Plan::Number { field, from, to } => Tree::leaf(match (*from, *to) {
            (0, to) => format!("{} is at most {to}", field_name(*field)),
            (from, to) if to >= u64::MAX - 1 => format!("{} is at least {from}", field_name(*field)),
            (from, to) => format!("{} is {from} to {to}", field_name(*field)),
        }),
        Plan::Whole { field, value } => {
            let value = value.replace(PATH_SEPARATOR, LEVELS);
            Tree::leaf(format!("{} is \"{value}\"", field_name(*field)))
        }
        Plan::Has(field) => Tree::leaf(format!("{} is there", field_name(*field))),
        Plan::And(parts) => Tree::of("all of", parts.iter().map(plan_tree)),
        Plan::Or(parts) => Tree::of("one of", parts.iter().map(plan_tree)),
        Plan::Not(part) => Tree::of("not", [plan_tree(part)]),
        Plan::Best(parts) => Tree::of(
            best_of(parts),
            parts.iter().map(|(weight, part)| {
                let tree = plan_tree(part);
                Tree { node: format!("{} (times {weight})", tree.node), ..tree }
            }),
        ),
        Plan::Most { least, parts } => Tree::of(format!("at least {least} of"), parts.iter().map(plan_tree)),
        Plan::Constant { score, plan } => {
            let tree = plan_tree(plan);
            let kind = if *score > 0.0 { format!("counts {score}") } else { "condition".to_owned() };
            Tree { node: format!("{} ({kind})", tree.node), ..tree }
        }
    }
}

/// What is looked for in several fields at once.
fn best_of(parts: &[(f32, Plan)]) -> String {
    let first = parts.first().map(|(_, part)| plan_tree(part).node).unwrap_or_default();
    first.split_once(' ').map_or("best of".to_owned(), |(_, what)| format!("a text {what}, best of"))
}

fn spans_text(spans: &Spans) -> String {
    let leaf = |leaf: &Leaf| match leaf {
        Leaf::Term(term) => term.clone(),
        Leaf::Pattern(pattern) => pattern.text.clone(),
    };
    match spans {
        Spans::Word(word) => leaf(word),
        Spans::Phrase { words, slop } => {
            let words = words.iter().map(leaf).collect::<Vec<_>>().join(" ");
            if *slop == 0 { format!("\"{words}\"") } else { format!("\"{words}\"~{slop}") }
        }
        Spans::Any(parts) => format!("({})", parts.iter().map(spans_text).collect::<Vec<_>>().join(" or ")),
        Spans::Near { connector, left, right } => {
            let right = match **right {
                Spans::Near { .. } => format!("({})", spans_text(right)),
                _ => spans_text(right),
            };
            format!("{} {connector} {right}", spans_text(left))
        }
    }
}
