//! The access log, and what is counted of each request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::guard::{Peer, client};

/// Answers a request, counts it and tells of it in one line. Paths are told without their queries, which are work product,
/// unless the options ask for them.
pub(crate) async fn logged(State(app): State<App>, request: Request, next: Next) -> Response {
    static REQUESTS: AtomicU64 = AtomicU64::new(1);
    let (start, id) = (Instant::now(), REQUESTS.fetch_add(1, Ordering::Relaxed));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let asked = if app.options.log_queries {
        request.uri().path_and_query().map_or_else(String::new, ToString::to_string)
    } else {
        route.clone()
    };
    let client = client(&app.options, request.headers(), request.extensions().get::<Peer>().copied());
    let mut response = next.run(request).await;
    let (took, status) = (start.elapsed(), response.status().as_u16());
    app.metrics.count(&route, status, took);
    tracing::info!(
        id,
        %method,
        asked,
        status,
        milliseconds = took.as_secs_f64() * 1000.0,
        bytes = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()),
        client = client.map(tracing::field::display),
        "request"
    );
    response.headers_mut().insert("x-request-id", HeaderValue::from(id));
    response
}
