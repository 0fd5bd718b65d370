//! Who cites a guideline, a page or a section, and how these disputes end.

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use imr_output::CitesReport;
use imr_precedent::applications;
use imr_query::{CitedBy, CitedWork, Hit, Request, cited_by};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::app::App;
use crate::form::{Form, Reply};
use crate::pages;
use crate::parameters::{Parameters, Switch, bounded, is_usual, is_usual_min_n, usual_min_n, without_form};
use crate::problem::Problem;
use crate::urls;
use crate::work::Context;

/// What is counted, and how much of it is wanted.
#[derive(Clone, Debug, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CitesParameters {
    /// Count only decisions that this query finds.
    #[serde(default, rename = "where", skip_serializing_if = "String::is_empty")]
    #[param(example = "outcome:overturned")]
    pub(crate) query: String,
    /// Take every word of it as it is, without reading plain English.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) literal: Switch,
    /// At most so many passages (3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
    /// At most so many pages and sections. Usually as many as one answer may have, and 10 on a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) places: Option<usize>,
    /// Give no bare percentage of fewer decisions than this.
    #[serde(default = "usual_min_n", skip_serializing_if = "is_usual_min_n")]
    #[param(default = 20)]
    pub(crate) min_n: usize,
}

/// What is cited, as it stands in a path.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Cited {
    /// Words of a guideline's title, its family, or both; `*` for any.
    pub(crate) guideline: String,
    /// A page, or words of the name of a section.
    pub(crate) place: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Cited {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<Self>::from_request_parts(parts, state).await;
        let Path(Self { guideline, place }) =
            path.map_err(|error| Problem::parameter(error.to_string(), "names in paths are UTF-8"))?;
        Ok(match place {
            Some(place) => Self { guideline, place: Some(without_form(parts, place)) },
            None => Self { guideline: without_form(parts, guideline), place },
        })
    }
}

/// What was counted.
pub(crate) struct Found<'f> {
    /// What was asked for.
    pub(crate) parameters: &'f CitesParameters,
    /// The work, as it was typed.
    pub(crate) cited: &'f Cited,
    /// The work, as it was understood.
    pub(crate) work: CitedWork,
    /// How often it is cited.
    pub(crate) counted: CitedBy,
    /// Decisions that show how it is applied.
    pub(crate) passages: Vec<Hit>,
}

/// So many passages are shown where nobody asks for another number.
const PASSAGES: usize = 3;

/// So many pages and sections a page shows.
const PLACES: usize = 10;

/// Tell who cites a guideline, and how these disputes end.
#[utoipa::path(
    get,
    path = "/cites/{guideline}",
    operation_id = "cites",
    tag = "counts",
    params(("guideline" = String, Path, description = "Words of a guideline's title, its family, or both; alone also a page or the name of a section", example = "chronic pain"), CitesParameters),
    responses((status = 200, description = "Who cites it: by side, outcome, edition, place and year", content((CitesReport<'static> = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn cites(
    State(app): State<App>,
    form: Form,
    cited: Cited,
    Parameters(parameters): Parameters<CitesParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| reply(context, form, &cited, &parameters)).await
}

/// Tell who cites a page or section, and how these disputes end.
#[utoipa::path(
    get,
    path = "/cites/{guideline}/{place}",
    operation_id = "citesOfPlace",
    tag = "counts",
    params(
        ("guideline" = String, Path, description = "Words of a guideline's title, its family, or both; `*` for any", example = "chronic pain"),
        ("place" = String, Path, description = "A page (`24`, `63-66`) or words of the name of a section", example = "24"),
        CitesParameters,
    ),
    responses((status = 200, description = "Who cites it: by side, outcome, edition, place and year", content((CitesReport<'static> = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn cites_of_place(
    State(app): State<App>,
    form: Form,
    cited: Cited,
    Parameters(parameters): Parameters<CitesParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| reply(context, form, &cited, &parameters)).await
}

/// What a form asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    #[serde(default)]
    guideline: String,
    place: Option<String>,
    #[serde(default, rename = "where")]
    query: String,
}

/// Leads from a form to the page that it asks for; without anything typed the form is shown.
pub(crate) async fn form(Parameters(typed): Parameters<Typed>) -> Response {
    let Typed { guideline, place, query } = typed;
    if guideline.is_empty() && place.is_none() {
        return Reply::new(Form::Page, pages::cites::form().into_string()).into_response();
    }
    let guideline = if guideline.is_empty() { ANY.to_owned() } else { guideline };
    let parameters = CitesParameters { query, ..CitesParameters::default() };
    Redirect::to(&Cited { guideline, place }.url(&parameters)).into_response()
}

/// Stands for any guideline.
const ANY: &str = "*";

fn reply(context: &Context, form: Form, cited: &Cited, parameters: &CitesParameters) -> Result<Reply, Problem> {
    let found = parameters.find(context, cited)?;
    let usual = if form == Form::Page { PLACES } else { context.options.limits.hits };
    let places = bounded("places", parameters.places, usual, context.options.limits.hits)?;
    let report = CitesReport::new(&found.work, &parameters.query, &found.counted, &found.passages, parameters.min_n);
    let report = report.limited(places);
    match form {
        Form::Page => Ok(Reply::new(form, pages::cites::page(context, &found, &report).into_string())),
        Form::Json => Reply::json(&report),
        Form::Csv => Reply::csv(|table| report.sheet().csv(table)),
    }
}

impl Cited {
    /// The page of this work with some parameters.
    pub(crate) fn url(&self, parameters: &CitesParameters) -> String {
        urls::with_parameters(&urls::cites(&self.guideline, self.place.as_deref()), parameters)
    }

    fn work(&self) -> Result<CitedWork, Problem> {
        let typed = [Some(self.guideline.as_str()), self.place.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        CitedWork::parse(&self.guideline, self.place.as_deref())
            .map_err(|error| Problem::of_query(error.into(), &typed.join(" ")))
    }
}

impl Default for CitesParameters {
    fn default() -> Self {
        Self { query: String::new(), literal: Switch::False, limit: None, places: None, min_n: usual_min_n() }
    }
}

impl CitesParameters {
    fn find<'f>(&'f self, context: &Context, cited: &'f Cited) -> Result<Found<'f>, Problem> {
        let of_query = |error| Problem::of_query(error, &self.query);
        let limit = bounded("limit", self.limit, PASSAGES, context.options.limits.hits)?;
        let work = cited.work()?;
        let request = Request { literal: self.literal.into(), ..context.request(&self.query, limit) };
        let counted = cited_by(&context.index, &request, &work).map_err(of_query)?;
        let passages = if counted.citing.either.decisions > 0 {
            applications(&context.index, &request, &work, &counted).map_err(of_query)?
        } else {
            Vec::new()
        };
        Ok(Found { parameters: self, cited, work, counted, passages })
    }
}
