//! Which path leads where.

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::header::RETRY_AFTER;
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::form::{Form, Reply};
use crate::guard::{limited, with_headers};
use crate::problem::Problem;
use crate::resources::{cites, facets, files, letters, precedents, search, stats};
use crate::{access, assets, etag, health, openapi, pages};

/// What the paths of the API begin with.
pub(crate) const API: &str = "/api/v1";

/// All paths, behind all guards.
pub(crate) fn router(app: App) -> Router {
    let answers = openapi::router().merge(pages_router()).layer(from_fn_with_state(app.clone(), etag::tagged));
    let limited = answers
        .merge(assets::router())
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(problems_as_pages))
        .layer(from_fn_with_state(app.clone(), limited));
    let watched = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    limited
        .merge(watched)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(map_response(with_headers))
        .layer(from_fn_with_state(app.clone(), access::logged))
        .with_state(app)
}

/// The pages; each is there as JSON and as CSV, too.
fn pages_router() -> Router<App> {
    Router::new()
        .merge(in_all_forms("/", &search::search))
        .merge(in_all_forms("/search", &search::search))
        .merge(in_all_forms("/facets", &facets::facets))
        .merge(in_all_forms("/stats", &stats::stats))
        .route("/stats.svg", get(stats::chart))
        // The ending of a name is told from it by `Named`.
        .route("/letters/{name}", get(letters::letter))
        .route("/letters/{name}/text", get(letters::text))
        .route("/decisions/{id}", get(letters::decision))
        .route("/similar/{id}", get(precedents::similar))
        .route("/counter/{id}", get(precedents::counter))
        .route("/cites", get(cites::form))
        .route("/cites/{guideline}", get(cites::cites))
        .route("/cites/{guideline}/{place}", get(cites::cites_of_place))
        .route("/files/{digest}", get(files::file))
        .route("/help", get(async || Reply::new(Form::Page, pages::help::page().into_string())))
}

/// A resource under a path, and under this path with the ending of each form.
fn in_all_forms<H, T>(path: &str, handler: &H) -> Router<App>
where
    H: Handler<T, App>,
    T: 'static,
{
    let router = Router::new().route(path, get(handler.clone()));
    if path == "/" {
        return router;
    }
    Form::ENDINGS
        .iter()
        .fold(router, |router, (ending, _)| router.route(&format!("{path}{ending}"), get(handler.clone())))
}

async fn unknown(uri: Uri) -> Problem {
    Problem::not_found(format!("nothing is found under {}", uri.path()))
}

async fn wrong_method(method: Method) -> Problem {
    Problem::method(method.as_str())
}

/// What a browser asked for as a page is told as one.
async fn problems_as_pages(form: Form, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.extensions().get::<Problem>() {
        Some(problem) if form == Form::Page => {
            let page = Reply::new(form, pages::problem::page(problem).into_string());
            let (mut head, body) = page.into_response().into_parts();
            head.status = response.status();
            head.extensions.extend(response.extensions().clone());
            if let Some(retry) = response.headers().get(RETRY_AFTER) {
                head.headers.insert(RETRY_AFTER, retry.clone());
            }
            Response::from_parts(head, body)
        }
        _ => response,
    }
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::internal(&"a request made the server panic").into_response()
}
