//! What those ask who run a server: is it there, can it answer, what did it do.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::app::App;

/// The process is there.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The index can be read; tells its newest commit.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let opened = app.opened.clone();
    let is_readable = tokio::task::spawn_blocking(move || opened.is_readable()).await.unwrap_or(false);
    if is_readable {
        format!("ready: {}\n", app.opened.index().commit()).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the index cannot be read\n").into_response()
    }
}

/// What was counted, for Prometheus.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let totals = app.opened.index().manifest().totals;
    let text = app.metrics.text(totals.letters, totals.decisions);
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}
