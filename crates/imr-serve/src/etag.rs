//! Answers that the client has already.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::extract::{Request, State};
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::work::today;

/// Marks answers by what they are made from, and does not make one again that the client has. The mark is weak: a
/// compressed answer says the same as a plain one.
pub(crate) async fn tagged(State(app): State<App>, request: Request, next: Next) -> Response {
    let tag = tag(app.opened.index().commit(), &request);
    if has(request.headers(), &tag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    let mut response = next.run(request).await;
    if response.status().is_success()
        && let Ok(tag) = HeaderValue::from_str(&tag)
    {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// What an answer is made from: the commit, the program, the day (relative dates count from it), and what was asked.
fn tag(commit: &str, request: &Request) -> String {
    let mut asked = DefaultHasher::new();
    request.uri().to_string().hash(&mut asked);
    request.headers().get("accept").map(HeaderValue::as_bytes).hash(&mut asked);
    format!("W/\"{commit}-{}-{}-{:016x}\"", env!("CARGO_PKG_VERSION"), today(), asked.finish())
}

/// Whether one of the marks that a client knows is this one.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|known| known.to_str().ok());
    known.flat_map(|known| known.split(',')).any(|known| known.trim() == tag)
}
