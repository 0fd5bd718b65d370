//! How a query that is being typed may go on.

use imr_query::{Suggestion, suggestions};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::form::Reply;
use crate::parameters::{Parameters, bounded};
use crate::problem::Problem;

/// What was typed.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuggestParameters {
    /// The query, as far as it is typed.
    #[serde(default)]
    #[param(example = "upheld xan")]
    q: String,
    /// At most so many (10).
    limit: Option<usize>,
}

/// How a query may go on.
#[derive(Serialize, ToSchema)]
pub(crate) struct Suggested {
    /// The likeliest first.
    suggestions: Vec<Suggestion>,
}

/// The most that are given.
pub(crate) const MOST: usize = 100;
const USUAL: usize = 10;

/// Complete the last word of a query: names of fields, their values, and names that the vocabulary knows.
#[utoipa::path(
    get,
    path = "/suggest",
    operation_id = "suggest",
    tag = "search",
    params(SuggestParameters),
    responses((status = 200, description = "How the query may go on", body = Suggested))
)]
pub(crate) async fn suggest(Parameters(parameters): Parameters<SuggestParameters>) -> Result<Reply, Problem> {
    let limit = bounded("limit", parameters.limit, USUAL, MOST)?;
    // It reads tables in memory, and takes no turn from those who read the index.
    Reply::json(&Suggested { suggestions: suggestions(&parameters.q, limit) })
}
