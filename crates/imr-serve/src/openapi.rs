//! The API, and its description (`OpenAPI` 3.1), which is made from the same code.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::Value;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, Schema};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::form::Reply;
use crate::options::Limits;
use crate::problem::Details;
use crate::resources::{cites, facets, letters, precedents, schema, search, stats, suggest};
use crate::routes::API;

/// Full-text search in the decisions of California's workers' compensation Independent Medical Review.
///
/// Parameters and fields have the names that they have on the command line. Lists are repeated parameters, or have commas.
/// An answer comes from one commit of the index, which its `ETag` names. Tables come as CSV to those who accept `text/csv`.
/// Errors are problem details (RFC 9457).
#[derive(OpenApi)]
#[openapi(
    info(title = "imr-search", license(name = "MIT", identifier = "MIT")),
    components(schemas(Details)),
    tags(
        (name = "search", description = "Finding decisions"),
        (name = "letters", description = "Letters and their decisions"),
        (name = "precedents", description = "Decisions like one"),
        (name = "counts", description = "Counting decisions, and how they end"),
    )
)]
struct Described;

fn described() -> OpenApiRouter<App> {
    let resources = OpenApiRouter::new()
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
        .routes(routes!(schema::schema));
    OpenApiRouter::with_openapi(Described::openapi()).nest(API, resources)
}

/// The paths of the API.
pub(crate) fn router() -> Router<App> {
    let (router, _) = described().split_for_parts();
    let describe = async |State(app): State<App>| Reply::of_type("application/json", document(&app.options.limits));
    router.route(&format!("{API}/openapi.json"), get(describe))
}

/// The description of the API of a server with some limits, as JSON.
fn document(limits: &Limits) -> String {
    let mut document = described().into_openapi();
    let operations = document.paths.paths.values_mut().filter_map(|path| path.get.as_mut());
    operations.for_each(|operation| complete(operation, limits));
    let mut document = serde_json::to_value(document).unwrap_or_default();
    describe_for_readers(&mut document);
    format!("{document:#}")
}

/// Takes out of descriptions what only readers of the code need.
fn describe_for_readers(part: &mut Value) {
    match part {
        Value::Object(object) => {
            if let Some(Value::String(description)) = object.get_mut("description") {
                let told = description.split("\n\n# ").next().unwrap_or_default();
                *description = told.replace("`None`", "null").replace("[`", "`").replace("`]", "`").replace('\n', " ");
            }
            object.values_mut().for_each(describe_for_readers);
        }
        Value::Array(parts) => parts.iter_mut().for_each(describe_for_readers),
        _ => {}
    }
}

/// Adds what all operations have in common: limits, problems, and answers that the client has already.
fn complete(operation: &mut Operation, limits: &Limits) {
    let parameters = operation.parameters.iter_mut().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    let mut parameters: Vec<&mut Parameter> = parameters.collect();
    let is_suggesting = operation.operation_id.as_deref() == Some("suggest");
    let most_listed = if is_suggesting { suggest::MOST } else { limits.hits };
    parameters.iter_mut().for_each(|parameter| limit(parameter, most_listed, limits.depth));
    let is_named = parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Path);
    let is_paged = parameters.iter().any(|parameter| parameter.name == "cursor");
    // A chart of nothing is not found.
    let may_be_missing = is_named || operation.operation_id.as_deref() == Some("chart");
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(found)) = responses.get_mut("200") {
        found.headers.insert("ETag".to_owned(), tag().into());
    }
    responses.insert("304".to_owned(), RefOr::T(known()));
    for (status, description, occurs) in [
        ("400", "A parameter or the query is wrong", true),
        ("404", "There is no such letter or decision, or nothing to tell of it", may_be_missing),
        ("410", "The cursor has grown old", is_paged),
        ("414", "The URL is too long", true),
        ("421", "The request is meant for another server", true),
        ("422", "The query asks for too much, or takes too long", true),
        ("429", "Too many requests", true),
    ] {
        if occurs {
            responses.insert(status.to_owned(), RefOr::T(problem(description)));
        }
    }
}

/// Tells the most of a parameter that counts what is wanted.
fn limit(parameter: &mut Parameter, most_listed: usize, depth: usize) {
    let most = match parameter.name.as_str() {
        "limit" | "places" => most_listed,
        "offset" => depth,
        _ => return,
    };
    if let Some(RefOr::T(Schema::Object(number))) = &mut parameter.schema {
        number.maximum = Some(most.into());
    }
}

fn tag() -> utoipa::openapi::Header {
    let text = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().description(Some("The commit of the index, and what was asked")).schema(Some(text)).build()
}

fn known() -> Response {
    ResponseBuilder::new()
        .description("The client has the answer already (`If-None-Match`)")
        .header("ETag", tag())
        .build()
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Details::name()))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}
