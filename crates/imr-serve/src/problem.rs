//! Why a request is not answered, as problem details (RFC 9457).

use std::ops::Deref;
use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use imr_index::IndexError;
use imr_output::{NoNumber, OutputError, UnknownField};
use imr_query::{QueryError, Span, SyntaxError};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request is not answered.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Details>);

impl Deref for Problem {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

/// Why a request is not answered (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Details {
    /// The kind of problem: a path of this server that names it.
    #[serde(rename = "type")]
    #[schema(example = "/problems/query")]
    pub(crate) kind: &'static str,
    /// The kind of problem, in words.
    #[schema(example = "The query cannot be understood")]
    pub(crate) title: &'static str,
    /// The HTTP status.
    #[serde(serialize_with = "as_number")]
    #[schema(value_type = u16, example = 400)]
    pub(crate) status: StatusCode,
    /// What is wrong.
    #[schema(example = "unknown field `outcom`")]
    pub(crate) detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "did you mean `outcome`? All fields stand in /api/v1/schema")]
    pub(crate) help: Option<String>,
    /// Of a problem in a query: the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<String>,
    /// Where in the query the problem is: from and to, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<[usize; 2]>)]
    pub(crate) span: Option<[usize; 2]>,
    /// When to try again.
    #[serde(skip)]
    retry: Option<Duration>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self(Box::new(Details { kind, title, status, detail, help: None, query: None, span: None, retry: None }))
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    fn with_retry(mut self, after: Duration) -> Self {
        self.0.retry = Some(after);
        self
    }

    /// The same with the query, and where in it the problem is.
    fn within(mut self, query: &str, span: &Span) -> Self {
        self.0.query = Some(query.to_owned());
        self.0.span = (*span != (0..0)).then_some([span.start, span.end]);
        self
    }

    /// A parameter that is unknown, missing or wrong.
    pub(crate) fn parameter(detail: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "/problems/parameter", "A parameter is wrong", detail).with_help(help)
    }

    /// There is no such page, letter or decision.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "/problems/not-found", "There is no such thing here", detail)
    }

    /// An error of the name of a decision.
    pub(crate) fn of_name(error: QueryError) -> Self {
        match error {
            QueryError::Syntax(error) => Self::not_found(error.problem).with_help(error.help),
            other => Self::of_query(other, ""),
        }
    }

    /// Nothing here takes this method.
    pub(crate) fn method(method: &str) -> Self {
        let detail = format!("{method} is not understood: this server is only read");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "/problems/method", "The method is not allowed", detail)
            .with_help("use GET or HEAD")
    }

    /// The URL is too long.
    pub(crate) fn long_url(length: usize, most: usize) -> Self {
        let detail = format!("the URL has {length} bytes, at most {most} are read");
        Self::new(StatusCode::URI_TOO_LONG, "/problems/long-url", "The URL is too long", detail)
            .with_help("shorten the query")
    }

    /// The body is too long.
    pub(crate) fn long_body(most: usize) -> Self {
        let detail = format!("the request has a body of more than {most} bytes, and none is asked for");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "/problems/long-body", "The body is too long", detail)
            .with_help("send parameters in the URL")
    }

    /// The request addresses another host.
    pub(crate) fn host(host: &str) -> Self {
        let detail = format!("this server is not called `{host}`");
        Self::new(StatusCode::MISDIRECTED_REQUEST, "/problems/host", "The request is meant for another server", detail)
            .with_help("name the host by `imr-search serve --host NAME`")
    }

    /// An address asks too often.
    pub(crate) fn too_often(per_minute: u32, after: Duration) -> Self {
        let detail = format!("more than {per_minute} requests in a minute came from this address");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "/problems/too-often", "Too many requests", detail).with_retry(after)
    }

    /// Others keep the server busy.
    pub(crate) fn busy(waited: Duration) -> Self {
        let detail = format!("others were served for {} seconds, and this request had to wait", waited.as_secs());
        Self::new(StatusCode::TOO_MANY_REQUESTS, "/problems/busy", "Too many requests at once", detail)
            .with_retry(Duration::from_secs(1))
    }

    /// The query takes too long.
    fn out_of_time(error: &QueryError) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "/problems/out-of-time",
            "The query takes too long",
            error.to_string(),
        )
        .with_help("narrow it by fields, or search for fewer words")
    }

    /// The place in a result that a cursor stands for is gone.
    pub(crate) fn stale_cursor() -> Self {
        let detail = "the index has changed, and the decision that the cursor stands behind is not there any more";
        Self::new(StatusCode::GONE, "/problems/stale-cursor", "The cursor has grown old", detail)
            .with_help("start again without a cursor")
    }

    /// Something here is broken. What it is stands in the log.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!("{error}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "/problems/internal",
            "Something is broken here",
            "see the server's log",
        )
    }

    /// An error of a query, beside the text that was asked.
    pub(crate) fn of_query(error: QueryError, query: &str) -> Self {
        let at = |kind, title, status, error: SyntaxError| {
            Self::new(status, kind, title, error.problem).with_help(for_readers(&error.help)).within(query, &error.span)
        };
        match error {
            QueryError::Syntax(error) => {
                at("/problems/query", "The query cannot be understood", StatusCode::BAD_REQUEST, error)
            }
            QueryError::TooCostly(error) => {
                at("/problems/too-costly", "The query asks for too much", StatusCode::UNPROCESSABLE_ENTITY, error)
            }
            QueryError::Unknown(detail) => Self::not_found(detail),
            QueryError::OutOfTime => Self::out_of_time(&error),
            other => Self::internal(&other),
        }
    }
}

/// The help of a message as readers of a page or an API can use it.
fn for_readers(help: &str) -> String {
    help.replace("`imr-search query --help`", "/api/v1/schema").replace("`imr-search vocab fields`", "/api/v1/schema")
}

impl From<IndexError> for Problem {
    fn from(error: IndexError) -> Self {
        Self::internal(&error)
    }
}

impl From<OutputError> for Problem {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Query(error) => Self::of_query(error, ""),
            other => Self::internal(&other),
        }
    }
}

impl From<UnknownField> for Problem {
    fn from(error: UnknownField) -> Self {
        let near = error.nearest.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Self::parameter(error.to_string(), format!("{near}All fields stand in /api/v1/schema"))
    }
}

impl From<NoNumber> for Problem {
    fn from(error: NoNumber) -> Self {
        Self::parameter(error.to_string(), "without a number as many values are given as one answer may have")
    }
}

impl IntoResponse for Problem {
    /// The problem as JSON; it goes along as an extension, for whoever wants a page.
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&*self).unwrap_or_default();
        let head = [(CONTENT_TYPE, "application/problem+json"), (CACHE_CONTROL, "no-store")];
        let mut response = (self.status, head, body).into_response();
        if let Some(retry) = self.retry {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry.as_secs().max(1)));
        }
        response.extensions_mut().insert(self);
        response
    }
}
