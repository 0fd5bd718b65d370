//! Facets, with the values that are wanted of them.

use std::str::FromStr;

use imr_query::{Answer, Facet, FacetValue};
use serde::Serialize;
use utoipa::ToSchema;

/// What is told of an answer whose facets were asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FacetsReport<'r> {
    /// The query as it was typed.
    pub query: &'r str,
    /// How it was understood, in the query language.
    pub understood: String,
    /// Corrections and expansions that were made.
    pub notes: &'r [String],
    /// How many decisions match.
    pub decisions: usize,
    /// How many letters these stand in.
    pub letters: usize,
    /// The facets, in the order in which they were asked for.
    pub facets: &'r [Facet],
}

impl<'r> FacetsReport<'r> {
    /// The report on the answer to a query, with facets that were taken from it.
    #[must_use]
    pub fn new(query: &'r str, answer: &'r Answer, facets: &'r [Facet]) -> Self {
        Self {
            query,
            understood: answer.reading.understood.to_string(),
            notes: &answer.reading.notes,
            decisions: answer.decisions,
            letters: answer.letters,
            facets,
        }
    }
}

/// A field to count, and how many of its values are wanted: `drug`, `drug:10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedField {
    /// The field.
    pub name: String,
    /// At most so many values; `None` for all.
    pub limit: Option<usize>,
}

impl FromStr for CountedField {
    type Err = NoNumber;

    fn from_str(text: &str) -> Result<Self, NoNumber> {
        let Some((name, limit)) = text.split_once(':') else {
            return Ok(Self { name: text.to_owned(), limit: None });
        };
        match limit.parse() {
            Ok(most) if most > 0 => Ok(Self { name: name.to_owned(), limit: Some(most) }),
            _ => Err(NoNumber(limit.to_owned())),
        }
    }
}

/// What stands behind the name of a field is no number of values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number of values; write FIELD:N, as in drug:10")]
pub struct NoNumber(String);

/// The order of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValueOrder {
    /// The commonest first.
    #[default]
    Count,
    /// By value: numbers first, by their size.
    Value,
}

/// Which values of a facet are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct WantedValues<'w> {
    /// Only values that hold this text, in any case.
    pub holding: Option<&'w str>,
    /// Their order.
    pub order: ValueOrder,
    /// At most so many of the first level; `None` for all.
    pub limit: Option<usize>,
}

impl WantedValues<'_> {
    /// A facet with the values that are wanted.
    #[must_use]
    pub fn of(&self, mut facet: Facet) -> Facet {
        if let Some(text) = self.holding {
            let text = text.to_lowercase();
            facet.values.retain_mut(|value| keeps(value, &text));
            facet.missing = 0;
        }
        if self.order == ValueOrder::Value {
            by_value(&mut facet.values);
        }
        facet.limited(self.limit.unwrap_or(usize::MAX))
    }
}

/// Whether a value or one below it holds a text; of those below, only such are kept.
fn keeps(value: &mut FacetValue, text: &str) -> bool {
    if value.value.to_lowercase().contains(text) {
        return true;
    }
    value.children.retain_mut(|child| keeps(child, text));
    !value.children.is_empty()
}

fn by_value(values: &mut [FacetValue]) {
    values.sort_by_cached_key(|value| {
        let number = value.value.parse::<u64>().ok();
        (number.is_none(), number, value.value.to_lowercase())
    });
    values.iter_mut().for_each(|value| by_value(&mut value.children));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facet(values: &[(&str, usize)]) -> Facet {
        let value = |(value, count): &(&str, usize)| FacetValue {
            value: (*value).to_owned(),
            count: *count,
            children: Vec::new(),
        };
        let values = values.iter().map(value).collect();
        Facet { field: "age".to_owned(), values, missing: 1, widened: false, left_out: 0 }
    }

    #[test]
    fn wanted_values_are_kept_in_order() {
        let all = facet(&[("52", 9), ("7", 4), ("unknown", 3)]);
        for (name, wanted, want, left_out) in [
            ("all", WantedValues::default(), vec!["52", "7", "unknown"], 0),
            ("two", WantedValues { limit: Some(2), ..WantedValues::default() }, vec!["52", "7"], 1),
            (
                "by value",
                WantedValues { order: ValueOrder::Value, ..WantedValues::default() },
                vec!["7", "52", "unknown"],
                0,
            ),
            ("holding", WantedValues { holding: Some("KNOW"), ..WantedValues::default() }, vec!["unknown"], 0),
        ] {
            let got = wanted.of(all.clone());
            let values: Vec<&str> = got.values.iter().map(|value| value.value.as_str()).collect();
            assert_eq!((values, got.left_out), (want, left_out), "case: {name}");
        }
    }

    #[test]
    fn a_field_is_counted_with_or_without_a_limit() {
        for (text, want) in [
            ("drug", Ok(("drug", None))),
            ("drug:10", Ok(("drug", Some(10)))),
            ("drug:0", Err("`0` is no number of values; write FIELD:N, as in drug:10")),
            ("drug:ten", Err("`ten` is no number of values; write FIELD:N, as in drug:10")),
        ] {
            let got = text.parse::<CountedField>().map_err(|error| error.to_string());
            let got = got.as_ref().map(|field| (field.name.as_str(), field.limit)).map_err(String::as_str);
            assert_eq!(got, want, "case: {text}");
        }
    }
}
