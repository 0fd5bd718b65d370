//! The form in which an answer leaves.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use imr_output::OutputError;
use serde::Serialize;

use crate::problem::Problem;
use crate::routes::API;

/// The form in which an answer leaves: the ending of the path says which. The API answers in JSON, or in CSV where the
/// client accepts nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Page,
    Json,
    Csv,
}

impl Form {
    /// The endings of paths; a page has none.
    pub(crate) const ENDINGS: [(&'static str, Self); 2] = [(".json", Self::Json), (".csv", Self::Csv)];

    /// The form that a request asks for.
    pub(crate) fn of(path: &str, accept: Option<&str>) -> Self {
        if path.starts_with(API) {
            return if accept.is_some_and(|accept| accept.starts_with("text/csv")) { Self::Csv } else { Self::Json };
        }
        let known = Self::ENDINGS.into_iter().find(|(ending, _)| path.ends_with(ending));
        known.map_or(Self::Page, |(_, form)| form)
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }
}

/// The last part of a path without the ending that says its form.
pub(crate) fn without_ending(name: &str) -> &str {
    Form::ENDINGS.iter().find_map(|(ending, _)| name.strip_suffix(ending)).unwrap_or(name)
}

impl<S: Sync> FromRequestParts<S> for Form {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accept = parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
        Ok(Self::of(whole_path(parts), accept))
    }
}

/// The path that was asked for: inside the API the path of a request lacks its beginning.
pub(crate) fn whole_path(parts: &Parts) -> &str {
    parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri).path()
}

/// An answer in one of its forms.
#[derive(Debug)]
pub(crate) struct Reply {
    content_type: &'static str,
    body: Vec<u8>,
}

impl Reply {
    /// An answer in a form.
    pub(crate) fn new(form: Form, body: impl Into<Vec<u8>>) -> Self {
        Self { content_type: form.content_type(), body: body.into() }
    }

    /// A value as JSON.
    pub(crate) fn json(value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
        Ok(Self::new(Form::Json, body))
    }

    /// A table that is written as CSV.
    pub(crate) fn csv(write: impl FnOnce(&mut Vec<u8>) -> Result<(), OutputError>) -> Result<Self, Problem> {
        let mut table = Vec::new();
        write(&mut table)?;
        Ok(Self::new(Form::Csv, table))
    }

    /// An answer of another type.
    pub(crate) fn of_type(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { content_type, body: body.into() }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        // Whoever keeps it asks each time whether it still holds.
        ([(CONTENT_TYPE, self.content_type), (CACHE_CONTROL, "no-cache")], self.body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_says_the_form() {
        for (path, accept, want) in [
            ("/search", None, Form::Page),
            ("/search.json", Some("text/html"), Form::Json),
            ("/letters/CM16-9000808.csv", None, Form::Csv),
            ("/api/v1/search", Some("*/*"), Form::Json),
            ("/api/v1/search", Some("text/csv"), Form::Csv),
        ] {
            assert_eq!(Form::of(path, accept), want, "case: {path}");
        }
        assert_eq!(without_ending("CM16-9000808#2.json"), "CM16-9000808#2");
        assert_eq!(without_ending("v1.2"), "v1.2");
    }
}
