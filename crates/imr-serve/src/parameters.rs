//! The parameters of a request.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::form::{whole_path, without_ending};
use crate::problem::Problem;
use crate::routes::API;

/// The parameters in the query string of a URL. A list is a parameter that is repeated, or has commas. Of a page an empty
/// parameter is one that is missing, as forms send it; in the API it is what it says.
#[derive(Clone, Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let is_of_form = !whole_path(parts).starts_with(API);
        if is_of_form { parse(&without_empty(query)) } else { parse(query) }.map(Self)
    }
}

/// What a form sends, without what was left empty in it.
fn without_empty(query: &str) -> String {
    let is_given = |pair: &&str| pair.split_once('=').is_none_or(|(_, value)| !value.is_empty());
    query.split('&').filter(is_given).collect::<Vec<&str>>().join("&")
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let given: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    serde_html_form::from_str(&given.join("&"))
        .map_err(|error| Problem::parameter(error.to_string(), "all parameters stand in /api/v1/openapi.json"))
}

/// The name in a path, without the ending that says the form.
#[derive(Clone, Debug)]
pub(crate) struct Named(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(name) = path.map_err(|error| Problem::parameter(error.to_string(), "names in paths are UTF-8"))?;
        Ok(Self(without_form(parts, name)))
    }
}

/// The last name in a path, without the ending that says the form; in the API it has none.
pub(crate) fn without_form(parts: &Parts, name: String) -> String {
    if whole_path(parts).starts_with(API) { name } else { without_ending(&name).to_owned() }
}

/// The items of a list that was given as repeated parameters, with commas, or both.
pub(crate) fn items(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().flat_map(|part| part.split(',')).map(str::trim).filter(|part| !part.is_empty())
}

/// A number of things to answer with, of which at most so many are allowed.
pub(crate) fn bounded(name: &str, value: Option<usize>, usual: usize, most: usize) -> Result<usize, Problem> {
    match value {
        Some(value) if value > most => {
            Err(Problem::parameter(format!("{name}={value}: at most {most} are allowed"), "ask for fewer, and page"))
        }
        value => Ok(value.unwrap_or(usual.min(most))),
    }
}

/// Groups of fewer decisions have no bare percentage, where nobody says otherwise.
pub(crate) fn usual_min_n() -> usize {
    20
}

/// Whether this is said without saying it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) fn is_usual_min_n(min_n: &usize) -> bool {
    *min_n == usual_min_n()
}

/// A truth as forms and people write it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Switch {
    #[default]
    #[serde(alias = "0", alias = "off")]
    False,
    #[serde(alias = "1", alias = "on")]
    True,
}

impl PartialSchema for Switch {
    fn schema() -> RefOr<Schema> {
        let values = ["false", "true", "off", "on", "0", "1"];
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values)).build().into()
    }
}

impl ToSchema for Switch {}

/// Whether a parameter says what holds without it.
pub(crate) fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl From<Switch> for bool {
    fn from(switch: Switch) -> Self {
        switch == Switch::True
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[serde(default)]
        q: String,
        limit: Option<usize>,
        #[serde(default)]
        facet: Vec<String>,
        #[serde(default)]
        literal: Switch,
    }

    #[test]
    fn parameters_are_those_that_are_given() {
        let asked = |q: &str, limit, facet: &[&str], literal| Asked {
            q: q.to_owned(),
            limit,
            facet: facet.iter().map(|name| (*name).to_owned()).collect(),
            literal,
        };
        for (query, want) in [
            ("", asked("", None, &[], Switch::False)),
            (
                "q=page+24%26&limit=&facet=drug&facet=class,gap&literal=on",
                asked("page 24&", None, &["drug", "class,gap"], Switch::True),
            ),
            ("limit=5&&literal=1", asked("", Some(5), &[], Switch::True)),
        ] {
            assert_eq!(parse::<Asked>(&without_empty(query)).unwrap(), want, "case: {query}");
        }
        for (query, part) in [
            ("limt=5", "limt"),
            ("limit=five", "invalid digit"),
            ("literal=perhaps", "perhaps"),
            ("literal=", "unknown variant"),
        ] {
            let problem = parse::<Asked>(query).unwrap_err();
            assert!(problem.detail.contains(part), "case: {query}: {}", problem.detail);
        }
    }

    #[test]
    fn lists_have_commas_or_are_repeated() {
        let list = ["a, b".to_owned(), "c".to_owned(), String::new()];
        assert_eq!(items(&list).collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
