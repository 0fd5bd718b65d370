//! How decisions end, by the values of fields and by time.

use axum::extract::State;
use imr_output::{RowOrder, StatsReport, arrange_rows};
use imr_query::{Division, Period, Request, Tabulation, tabulate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::form::{Form, Reply};
use crate::pages;
use crate::parameters::{Parameters, Switch, bounded, is_usual, is_usual_min_n, items, usual_min_n};
use crate::problem::Problem;
use crate::urls;
use crate::work::Context;

/// What is counted, and by what it is divided.
#[derive(Clone, Debug, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatsParameters {
    /// The query: words, fields and plain English. Empty: every decision.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[param(example = "class:opioids")]
    pub(crate) q: String,
    /// Take every word as it is, without reading plain English.
    #[serde(default, skip_serializing_if = "is_usual")]
    #[param(inline)]
    pub(crate) literal: Switch,
    /// Divide by the values of these fields, by each combination of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[param(example = json!(["class"]))]
    pub(crate) by: Vec<String>,
    /// Divide by the time of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub(crate) over: Option<Over>,
    /// Give no bare percentage of fewer decisions than this.
    #[serde(default = "usual_min_n", skip_serializing_if = "is_usual_min_n")]
    #[param(default = 20)]
    pub(crate) min_n: usize,
    /// Leave out services that go with an operation and share its fate.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    #[param(inline, default = "true")]
    pub(crate) exclude_dependent: Switch,
    /// The order of rows. Usually by count, and over a time by value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub(crate) sort: Option<Order>,
    /// At most so many rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
}

fn yes() -> Switch {
    Switch::True
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_yes(switch: &Switch) -> bool {
    *switch == Switch::True
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Over {
    /// By year.
    Year,
    /// By quarter of a year.
    Quarter,
    /// By month.
    Month,
}

/// The order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    /// The largest groups first.
    Count,
    /// The highest rates first, small groups last.
    Rate,
    /// By value: numbers by size, times in their order.
    Value,
}

/// What was counted.
pub(crate) struct Found<'f> {
    /// What was asked for.
    pub(crate) parameters: &'f StatsParameters,
    /// How the query was understood, and what was counted, in the order that is wanted.
    pub(crate) tabulation: Tabulation,
    /// The report on it.
    pub(crate) report: StatsReport,
}

impl Found<'_> {
    /// The rates as a drawing. `None` if no group has an outcome.
    pub(crate) fn svg(&self) -> Option<String> {
        let chart = self.report.chart(self.parameters.over.is_some());
        (!chart.is_empty()).then(|| chart.svg())
    }
}

/// Count how decisions end: overturned, of how many, with Wilson's interval at 95 %.
#[utoipa::path(
    get,
    path = "/stats",
    operation_id = "stats",
    tag = "counts",
    params(StatsParameters),
    responses((status = 200, description = "All decisions, and the same by groups", content((StatsReport = "application/json"), (String = "text/csv"))))
)]
pub(crate) async fn stats(
    State(app): State<App>,
    form: Form,
    Parameters(parameters): Parameters<StatsParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| reply(context, form, &parameters)).await
}

fn reply(context: &Context, form: Form, parameters: &StatsParameters) -> Result<Reply, Problem> {
    let found = parameters.find(context)?;
    match form {
        Form::Page => Ok(Reply::new(form, pages::stats::page(context, &found).into_string())),
        Form::Json => Reply::json(&found.report),
        Form::Csv => Reply::csv(|table| found.report.sheet().csv(table)),
    }
}

/// Draw how decisions end, as SVG.
#[utoipa::path(
    get,
    path = "/stats.svg",
    operation_id = "chart",
    tag = "counts",
    params(StatsParameters),
    responses((status = 200, description = "The chart", body = String, content_type = "image/svg+xml"))
)]
pub(crate) async fn chart(
    State(app): State<App>,
    Parameters(parameters): Parameters<StatsParameters>,
) -> Result<Reply, Problem> {
    app.answer(move |context| {
        let drawn = parameters.find(context)?.svg().ok_or_else(nothing_to_draw)?;
        Ok(Reply::of_type("image/svg+xml", drawn))
    })
    .await
}

fn nothing_to_draw() -> Problem {
    Problem::not_found("there is nothing to draw: no group has an outcome").with_help("divide with `by` or `over`")
}

impl StatsParameters {
    /// The URL of the page with these parameters.
    pub(crate) fn url(&self) -> String {
        urls::with_parameters("/stats", self)
    }

    /// The URL of the chart with these parameters.
    pub(crate) fn chart_url(&self) -> String {
        urls::with_parameters("/stats.svg", self)
    }

    fn find<'f>(&'f self, context: &Context) -> Result<Found<'f>, Problem> {
        let of_query = |error| Problem::of_query(error, &self.q);
        let most = context.options.limits.hits;
        let limit = bounded("limit", self.limit, most, most)?;
        let divisions = Division::list(items(&self.by), self.over.map(Over::period));
        let divisions = divisions.map_err(|error| of_query(error.into()))?;
        let request = Request { literal: self.literal.into(), ..context.request(&self.q, 0) };
        let tabulated = tabulate(&context.index, &request, &divisions, self.exclude_dependent.into());
        let mut tabulation = tabulated.map_err(of_query)?;
        arrange_rows(&mut tabulation, &divisions, self.sort.map(Order::of_rows), self.min_n);
        let report = StatsReport::new(&self.q, &divisions, &tabulation, self.min_n).limited(limit);
        Ok(Found { parameters: self, tabulation, report })
    }
}

impl Over {
    fn period(self) -> Period {
        match self {
            Self::Year => Period::Year,
            Self::Quarter => Period::Quarter,
            Self::Month => Period::Month,
        }
    }
}

impl Order {
    fn of_rows(self) -> RowOrder {
        match self {
            Self::Count => RowOrder::Count,
            Self::Rate => RowOrder::Rate,
            Self::Value => RowOrder::Value,
        }
    }
}
