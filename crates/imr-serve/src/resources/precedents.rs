//! Decisions like one, and those that went the other way.

use axum::extract::State;
use imr_index::IndexReader;
use imr_output::PrecedentsReport;
use imr_precedent::Precedents;
use imr_query::{QueryError, Request};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::app::App;
use crate::form::{Form, Reply};
use crate::pages;
use crate::parameters::{Named, Parameters, Switch, bounded, is_usual};
use crate::problem::Problem;
use crate::work::Context;

/// Which decisions are wanted.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PrecedentParameters {
    /// Only decisions that this query finds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) q: String,
    /// Take every word as it is, without reading plain English.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) literal: Switch,
    /// At most so many (10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
}

/// Which decisions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Those most like one.
    Similar,
    /// Those that went the other way.
    Counter,
}

/// What was found.
pub(crate) struct Found<'f> {
    /// What was asked for.
    pub(crate) parameters: &'f PrecedentParameters,
    /// Which decisions were asked for.
    pub(crate) kind: Kind,
    /// The decision that was named, and those like it.
    pub(crate) precedents: Precedents,
}

/// The most alike that are listed where nobody asks for another number.
const USUAL: usize = 10;

/// Find the decisions of other letters that are most like one.
#[utoipa::path(
    get,
    path = "/similar/{id}",
    operation_id = "similar",
    tag = "precedents",
    params(("id" = String, Path, description = "The decision, as hits name it; without `#N` the only one of its letter", example = "CM16-9000808#1"), PrecedentParameters),
    responses((status = 200, description = "The most alike first, each with what both have in common", content((PrecedentsReport<'static> = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn similar(
    State(app): State<App>,
    form: Form,
    Named(id): Named,
    Parameters(parameters): Parameters<PrecedentParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| reply(context, form, Kind::Similar, &id, &parameters)).await
}

/// Find decisions on the same treatment and guideline that went the other way.
#[utoipa::path(
    get,
    path = "/counter/{id}",
    operation_id = "counter",
    tag = "precedents",
    params(("id" = String, Path, description = "The decision, as hits name it; without `#N` the only one of its letter", example = "CM16-9000808#1"), PrecedentParameters),
    responses((status = 200, description = "The most alike first, with the sentences that differ", content((PrecedentsReport<'static> = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn counter(
    State(app): State<App>,
    form: Form,
    Named(id): Named,
    Parameters(parameters): Parameters<PrecedentParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| reply(context, form, Kind::Counter, &id, &parameters)).await
}

fn reply(
    context: &Context,
    form: Form,
    kind: Kind,
    id: &str,
    parameters: &PrecedentParameters,
) -> Result<Reply, Problem> {
    let found = parameters.find(context, kind, id)?;
    let report = PrecedentsReport::new(&found.precedents);
    match form {
        Form::Page => Ok(Reply::new(form, pages::precedents::page(context, &found).into_string())),
        Form::Json => Reply::json(&report),
        Form::Csv => Reply::csv(|table| report.sheet().csv(table)),
    }
}

impl Kind {
    fn look(self, index: &IndexReader, id: &str, request: &Request) -> Result<Precedents, QueryError> {
        match self {
            Self::Similar => imr_precedent::similar(index, id, request),
            Self::Counter => imr_precedent::counter(index, id, request),
        }
    }
}

impl PrecedentParameters {
    fn find<'f>(&'f self, context: &Context, kind: Kind, id: &str) -> Result<Found<'f>, Problem> {
        let limit = bounded("limit", self.limit, USUAL, context.options.limits.hits)?;
        // So a wrong name is told from a wrong query.
        imr_query::decision(&context.index, id).map_err(Problem::of_name)?;
        let request = Request { literal: self.literal.into(), ..context.request(&self.q, limit) };
        let looked = kind.look(&context.index, id, &request);
        let precedents = looked.map_err(|error| Problem::of_query(error, &self.q))?;
        Ok(Found { parameters: self, kind, precedents })
    }
}
