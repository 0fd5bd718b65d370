//! The API, and its description (`OpenAPI` 3.1), which is made from the same code.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::form::Reply;
use crate::resources::{cites, facets, letters, precedents, schema, search, stats, suggest};
use crate::routes::API;

/// Full-text search in the decisions of California's workers' compensation Independent Medical Review.
///
/// Parameters and fields have the names that they have on the command line. An answer comes from one commit of the index,
/// which its `ETag` names. Errors are problem details (RFC 9457).
#[derive(OpenApi)]
#[openapi(info(title = "imr-search", license(name = "MIT", identifier = "MIT")))]
struct Described;

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Described::openapi()).nest(API, resources())
}

fn resources() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(facets::facets))
        .routes(routes!(stats::stats))
        .routes(routes!(stats::chart))
        .routes(routes!(letters::letter))
        .routes(routes!(letters::text))
        .routes(routes!(letters::decision))
        .routes(routes!(precedents::similar))
        .routes(routes!(precedents::counter))
        .routes(routes!(cites::cites))
        .routes(routes!(cites::cites_of_place))
        .routes(routes!(suggest::suggest))
        .routes(routes!(schema::schema))
}

/// The paths of the API.
pub(crate) fn router() -> Router<App> {
    let (router, _) = described().split_for_parts();
    router.route(
        &format!("{API}/openapi.json"),
        get(async || Reply::of_type("application/json", document()).into_response()),
    )
}

/// The description of the API, as JSON.
#[must_use]
pub fn document() -> String {
    described().into_openapi().to_pretty_json().unwrap_or_default()
}
