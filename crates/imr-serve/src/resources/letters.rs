//! Letters and their decisions.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imr_index::Place;
use imr_model::Letter;
use imr_output::{DecisionReport, Group, OutputSchema, csv_of_hits, id};
use imr_query::{Hit, Marks, Request, decision as decision_called, letters_called, search as find};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::files;
use super::search::{Grouping, Order};
use crate::app::App;
use crate::form::{Form, Reply};
use crate::pages;
use crate::parameters::{Named, Parameters, Switch, is_usual};
use crate::problem::Problem;
use crate::urls;
use crate::work::Context;

/// What leads to a letter or decision: the search that found it. Only pages show it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LetterParameters {
    /// On a page: mark what this query finds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) q: String,
    /// Take every word of it as it is, without reading plain English.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub(crate) literal: Switch,
    /// On the page of a decision: the order of hits of the search that it is a hit of.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub(crate) sort: Order,
    /// On the page of a decision: what that search puts hits together by.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub(crate) group: Grouping,
    /// On the page of a decision: whether that search folds hits with the same rationale.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub(crate) collapse: Switch,
    /// On the page of a decision: which hit of that search it is, from 1; grouped by letter, which letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<usize>,
}

/// Letters that were found by their name.
pub(crate) struct Found<'f> {
    /// What was asked for.
    pub(crate) parameters: &'f LetterParameters,
    /// The name.
    pub(crate) name: &'f str,
    /// The letters called so; at least one.
    pub(crate) letters: Vec<FoundLetter>,
    /// What to mark in them, if there is a query.
    pub(crate) marks: Option<Marks>,
}

/// A letter, and where it stands.
pub(crate) struct FoundLetter {
    /// The letter.
    pub(crate) letter: Letter,
    /// Where it was found besides.
    pub(crate) also: Vec<Place>,
    /// Whether its file can be fetched: from [`urls::file`].
    pub(crate) has_file: bool,
}

/// A decision that was found by its name.
pub(crate) struct FoundDecision<'f> {
    /// What was asked for.
    pub(crate) parameters: &'f LetterParameters,
    /// Its letter.
    pub(crate) letter: FoundLetter,
    /// Its place in the letter, from 1.
    pub(crate) n: usize,
    /// What to mark in the letter, if there is a query.
    pub(crate) marks: Option<Marks>,
    /// What stands beside it in the search that led to it.
    pub(crate) beside: Option<Beside>,
}

/// What stands before and behind a hit of a search.
pub(crate) struct Beside {
    /// The place of the hit, from 1.
    pub(crate) at: usize,
    /// How many there are.
    pub(crate) of: usize,
    /// The decision before it, as it is quoted.
    pub(crate) previous: Option<String>,
    /// The decision behind it.
    pub(crate) next: Option<String>,
}

/// The letters of a name.
#[derive(Serialize, ToSchema)]
pub(crate) struct Letters {
    /// Those with this case number, or else with this source: usually one.
    letters: Vec<Letter>,
}

/// Give a letter by its fields.
#[utoipa::path(
    get,
    path = "/letters/{name}",
    operation_id = "letter",
    tag = "letters",
    params(("name" = String, Path, description = "Case number of the letter, or its source where it has none", example = "CM16-9000808")),
    responses((status = 200, description = "The letters of this name; as CSV their decisions", content((Letters = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn letter(
    State(app): State<App>,
    form: Form,
    Named(name): Named,
    Parameters(parameters): Parameters<LetterParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| {
        let letters = called(context, &name)?;
        match form {
            Form::Page => {
                let letters = letters.into_iter().map(|letter| FoundLetter::new(context, letter));
                let (letters, marks) = (letters.collect::<Result<_, _>>()?, parameters.marks(context)?);
                let found = Found { parameters: &parameters, name: &name, letters, marks };
                Ok(Reply::new(form, pages::letter::page(context, &found).into_string()))
            }
            Form::Json => Reply::json(&Letters { letters }),
            Form::Csv => csv(letters.into_iter().flat_map(hits)),
        }
    })
    .await
}

/// Give the whole text of a letter, as it was read.
#[utoipa::path(
    get,
    path = "/letters/{name}/text",
    operation_id = "text",
    tag = "letters",
    params(("name" = String, Path, description = "Case number of the letter, or its source where it has none", example = "CM16-9000808")),
    responses((status = 200, description = "The text; of several letters of this name one after another", body = String, content_type = "text/plain"))
)]
pub(crate) async fn text(
    State(app): State<App>,
    Named(name): Named,
    _: Parameters<super::schema::Nothing>,
) -> Result<Reply, Problem> {
    app.answer(move |context| {
        let letters = called(context, &name)?;
        let texts = letters.iter().map(|letter| Ok(context.index.text_and_places(letter)?.0));
        let texts = texts.collect::<Result<Vec<String>, Problem>>()?;
        Ok(Reply::of_type("text/plain; charset=utf-8", texts.join("\n\n")))
    })
    .await
}

/// Give a decision with all of its fields.
#[utoipa::path(
    get,
    path = "/decisions/{id}",
    operation_id = "decision",
    tag = "letters",
    params(("id" = String, Path, description = "The decision, as hits name it; without `#N` the only one of its letter", example = "CM16-9000808#1")),
    responses((status = 200, description = "The decision", content((DecisionReport<'static> = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn decision(
    State(app): State<App>,
    form: Form,
    Named(name): Named,
    Parameters(parameters): Parameters<LetterParameters>,
) -> Result<Response, Problem> {
    if form == Form::Page
        && let Some(letter) = name.strip_suffix("#0")
    {
        // The text of a letter without decisions is all of its page.
        return Ok(Redirect::to(&urls::with_parameters(&urls::letter(letter), &parameters)).into_response());
    }
    let reply = app.answer(move |context| reply(context, form, &name, &parameters)).await?;
    Ok(reply.into_response())
}

fn reply(context: &Context, form: Form, name: &str, parameters: &LetterParameters) -> Result<Reply, Problem> {
    let hit = hit(context, name)?;
    match form {
        Form::Page => {
            let found = FoundDecision {
                parameters,
                n: hit.n,
                marks: parameters.marks(context)?,
                beside: parameters.beside(context, &id(hit.letter.name(), hit.n))?,
                letter: FoundLetter::new(context, hit.letter)?,
            };
            Ok(Reply::new(form, pages::letter::decision(context, &found).into_string()))
        }
        Form::Json => Reply::json(&DecisionReport::new(&hit)),
        Form::Csv => csv([hit]),
    }
}

/// A decision, or the text of a letter that has none, as a hit of a search.
fn hit(context: &Context, name: &str) -> Result<Hit, Problem> {
    if let Some(letter) = name.strip_suffix("#0") {
        return Ok(hit_in(called(context, letter)?.swap_remove(0), 0));
    }
    let (letter, decision) = decision_called(&context.index, name).map_err(Problem::of_name)?;
    Ok(hit_in(letter, decision.n))
}

fn hit_in(letter: Letter, n: usize) -> Hit {
    Hit { letter, n, score: 0.0, passage: None, folded: 0, explanation: None }
}

/// The decisions of a letter as hits; of a letter without decisions, its text.
fn hits(letter: Letter) -> impl Iterator<Item = Hit> {
    let numbers: Vec<usize> = letter.decisions.iter().map(|decision| decision.n).collect();
    let numbers = if numbers.is_empty() { vec![0] } else { numbers };
    numbers.into_iter().map(move |n| hit_in(letter.clone(), n))
}

fn csv(hits: impl IntoIterator<Item = Hit>) -> Result<Reply, Problem> {
    let fields = OutputSchema::shared().usual(Group::Table);
    Reply::csv(|table| csv_of_hits(table, hits.into_iter().map(Ok), &fields, b','))
}

/// The letters of a name; at least one.
fn called(context: &Context, name: &str) -> Result<Vec<Letter>, Problem> {
    let letters = letters_called(&context.index, name).map_err(Problem::of_name)?;
    if letters.is_empty() {
        let problem = Problem::not_found(format!("no letter called `{name}`"));
        return Err(problem.with_help("letters without a case number go by the name of their file"));
    }
    Ok(letters)
}

impl FoundLetter {
    fn new(context: &Context, letter: Letter) -> Result<Self, Problem> {
        let (_, also) = context.index.text_and_places(&letter)?;
        let has_file = context.options.serve_files && files::of_letter(context, &letter)?.is_some();
        Ok(Self { letter, also, has_file })
    }
}

impl LetterParameters {
    /// The URL of another decision as the hit at some place of the same search.
    pub(crate) fn url_of(&self, decision: &str, at: usize) -> String {
        urls::with_parameters(&urls::decision(decision), &Self { at: Some(at), ..self.clone() })
    }

    fn request(&self, context: &Context, limit: usize) -> Request {
        Request {
            literal: self.literal.into(),
            sort: self.sort.sort(),
            group_by_letter: self.group == Grouping::Letter,
            collapse: self.collapse.into(),
            passages: false,
            ..context.request(&self.q, limit)
        }
    }

    fn marks(&self, context: &Context) -> Result<Option<Marks>, Problem> {
        if self.q.is_empty() {
            return Ok(None);
        }
        let marks = Marks::new(&context.index, &self.request(context, 0));
        marks.map(Some).map_err(|error| Problem::of_query(error, &self.q))
    }

    /// What stands beside a decision in the search that led to it. `None` if it does not stand where it is said to: the
    /// index has changed.
    fn beside(&self, context: &Context, decision: &str) -> Result<Option<Beside>, Problem> {
        let Some(at) = self.at.filter(|at| (1..=context.options.limits.depth).contains(at)) else { return Ok(None) };
        let of_query = |error| Problem::of_query(error, &self.q);
        let before = at.saturating_sub(2);
        let request = Request { offset: before, ..self.request(context, at + 1 - before) };
        let mut answer = find(&context.index, &request).map_err(of_query)?;
        let names = answer.names().collect::<Result<Vec<(String, usize)>, _>>().map_err(of_query)?;
        let by_letter = request.group_by_letter;
        let places: Vec<&[(String, usize)]> = names.chunk_by(|one, other| by_letter && one.0 == other.0).collect();
        let own = at - 1 - before;
        let stands_in = |place: &[(String, usize)]| place.iter().any(|(letter, n)| id(letter, *n) == decision);
        if !places.get(own).is_some_and(|place| stands_in(place)) {
            return Ok(None);
        }
        let first = |place: &[(String, usize)]| place.first().map(|(letter, n)| id(letter, *n));
        Ok(Some(Beside {
            at,
            of: if by_letter { answer.letters } else { answer.decisions },
            previous: own.checked_sub(1).and_then(|at| first(places.get(at)?)),
            next: places.get(own + 1).and_then(|place| first(place)),
        }))
    }
}
