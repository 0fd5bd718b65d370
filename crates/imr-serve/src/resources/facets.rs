//! Counting the values of fields.

use axum::extract::State;
use imr_output::{CountedField, FacetsReport, ValueOrder, WantedValues, csv_of_facets};
use imr_query::{Answer, Facet, Request, search};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::form::{Form, Reply};
use crate::pages;
use crate::parameters::{Parameters, Switch, bounded, is_usual, items};
use crate::problem::Problem;
use crate::urls;
use crate::work::Context;

/// Which values are counted.
#[derive(Clone, Debug, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FacetsParameters {
    /// The query: words, fields and plain English. Empty: every decision.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[param(example = "denied muscle relaxants")]
    pub(crate) q: String,
    /// Take every word as it is, without reading plain English.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) literal: Switch,
    /// The fields to count, each with or without the most values that are wanted: `drug`, `drug:10`.
    #[param(example = json!(["drug:5"]))]
    pub(crate) facet: Vec<String>,
    /// Give only values that hold this text, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grep: Option<String>,
    /// The order of values.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) sort: Order,
}

/// The order of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    /// The commonest first.
    #[default]
    Count,
    /// By value.
    Value,
}

/// What was counted.
pub(crate) struct Found<'f> {
    /// What was asked for.
    pub(crate) parameters: &'f FacetsParameters,
    /// The answer to the query, without hits; its facets are `facets`.
    pub(crate) answer: Answer<'f>,
    /// The facets, with the values that are wanted.
    pub(crate) facets: Vec<Facet>,
}

/// Count the values of fields over the decisions that a query finds, exactly.
#[utoipa::path(
    get,
    path = "/facets",
    operation_id = "facets",
    tag = "counts",
    params(FacetsParameters),
    responses((status = 200, description = "The values of each field, and how many decisions have them", content((FacetsReport<'static> = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn facets(
    State(app): State<App>,
    form: Form,
    Parameters(parameters): Parameters<FacetsParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| reply(context, form, &parameters)).await
}

fn reply(context: &Context, form: Form, parameters: &FacetsParameters) -> Result<Reply, Problem> {
    let found = parameters.find(context)?;
    match form {
        Form::Page => Ok(Reply::new(form, pages::facets::page(context, &found).into_string())),
        Form::Json => Reply::json(&FacetsReport::new(&parameters.q, &found.answer, &found.facets)),
        Form::Csv => Reply::csv(|table| csv_of_facets(table, &found.facets)),
    }
}

impl FacetsParameters {
    /// The URL of the page with these parameters.
    pub(crate) fn url(&self) -> String {
        urls::with_parameters("/facets", self)
    }

    fn find<'f>(&'f self, context: &'f Context) -> Result<Found<'f>, Problem> {
        let fields = items(&self.facet).map(str::parse).collect::<Result<Vec<CountedField>, _>>()?;
        let wanted = fields.iter().map(|field| self.wanted(field, context)).collect::<Result<Vec<_>, _>>()?;
        let request = Request {
            literal: self.literal.into(),
            facets: fields.into_iter().map(|field| field.name).collect(),
            ..context.request(&self.q, 0)
        };
        let mut answer = search(&context.index, &request).map_err(|error| Problem::of_query(error, &self.q))?;
        let counted = std::mem::take(&mut answer.facets).into_iter().zip(wanted);
        let facets = counted.map(|(facet, wanted)| wanted.of(facet)).collect();
        Ok(Found { parameters: self, answer, facets })
    }

    fn wanted(&self, field: &CountedField, context: &Context) -> Result<WantedValues<'_>, Problem> {
        let most = context.options.limits.hits;
        let limit = bounded(&format!("facet={}", field.name), field.limit, most, most)?;
        let order = match self.sort {
            Order::Count => ValueOrder::Count,
            Order::Value => ValueOrder::Value,
        };
        Ok(WantedValues { holding: self.grep.as_deref(), order, limit: Some(limit) })
    }
}
