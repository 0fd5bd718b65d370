//! URLs with the parameters of a resource.

use serde::Serialize;

use crate::pages::links::segment;

/// The file of a letter, by the letter's digest.
pub(crate) fn file(digest: &str) -> String {
    format!("/files/{}", segment(digest))
}

/// A path with parameters behind it, if there are any.
pub(crate) fn with_parameters(path: &str, parameters: &impl Serialize) -> String {
    let query = serde_html_form::to_string(parameters).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
