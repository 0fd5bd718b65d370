//! A facet: values with their counts, each a link that takes it into the query or out of it.

use imr_output::grouped;
use imr_query::{Ast, Facet, FacetValue};
use maud::{Markup, html};

use crate::resources::search::SearchParameters;

/// A facet beside a search.
pub(crate) struct Panel<'p> {
    /// What was counted.
    pub(crate) facet: &'p Facet,
    /// The search, as it was understood.
    pub(crate) query: &'p Ast,
    /// The search as it was asked for.
    pub(crate) parameters: &'p SearchParameters,
    /// At most so many values of a level, besides those that are chosen.
    pub(crate) most: usize,
    /// So many levels beneath the first are shown; more beneath what is chosen.
    pub(crate) depth: usize,
    /// Where all values are listed.
    pub(crate) all: String,
}

impl Panel<'_> {
    /// The facet with its name; `None` if there is nothing to choose.
    pub(crate) fn markup(&self, is_open: bool) -> Option<Markup> {
        let Facet { field, values, left_out, .. } = self.facet;
        let is_missing_chosen = self.query.has_missing(field);
        if values.is_empty() && !is_missing_chosen {
            return None;
        }
        let is_open = is_open || is_missing_chosen || self.is_any_chosen();
        Some(html! {
            details.facet open[is_open] data-facet=(field) {
                summary { h3 { (name(field)) } }
                (self.list())
                @if values.len() > self.most {
                    p { a.all href=(self.all) { "All " (grouped(values.len() + left_out)) " values" span.hidden { " of " (name(field)) } } }
                }
            }
        })
    }

    /// Its values, and how many decisions have none.
    pub(crate) fn list(&self) -> Markup {
        let Facet { field, values, missing, .. } = self.facet;
        let is_chosen = self.query.has_missing(field);
        let toggled = if is_chosen { self.query.without_missing(field) } else { self.query.with_missing(field) };
        html! {
            ul {
                (self.level(values, &[]))
                @if *missing > 0 || is_chosen {
                    li.missing { (self.link("(none)", *missing, is_chosen, &toggled)) }
                }
            }
        }
    }

    fn is_any_chosen(&self) -> bool {
        self.facet.values.iter().any(|value| {
            let path = [value.value.as_str()];
            is_chosen(self.query, &self.facet.field, &path)
                || is_chosen_beneath(self.query, &self.facet.field, &path, value)
        })
    }

    /// The values of one level of a path, under those of the levels above.
    fn level<'v>(&self, values: &'v [FacetValue], above: &[&'v str]) -> Markup {
        let field = &self.facet.field;
        let mut shown = 0;
        html! {
            @for value in values {
                @let path: Vec<&str> = above.iter().copied().chain([value.value.as_str()]).collect();
                @let (is_chosen, is_open) =
                    (is_chosen(self.query, field, &path), is_chosen_beneath(self.query, field, &path, value));
                @let is_shown = { shown += 1; shown <= self.most || is_chosen || is_open };
                @if is_shown {
                    li {
                        (self.link(&told(field, &value.value), value.count, is_chosen, &toggled(self.query, field, &path, value)))
                        @if (above.len() < self.depth || is_chosen || is_open) && !value.children.is_empty() {
                            ul { (self.level(&value.children, &path)) }
                        }
                    }
                }
            }
        }
    }

    fn link(&self, name: &str, count: usize, is_chosen: bool, query: &Ast) -> Markup {
        html! {
            a href=(self.parameters.of_query(query).url()) aria-current=[is_chosen.then_some("true")] rel="nofollow" {
                span.value { @if is_chosen { span.hidden { "Remove " } } (name) }
                " " span.count { (grouped(count)) }
            }
        }
    }
}

/// What a facet is called on pages.
pub(crate) fn name(field: &str) -> String {
    let known = match field {
        "outcome" => "Outcome",
        "category/subcategory" => "Kind of treatment",
        "class/drug" => "Drug class and drug",
        "procedure" => "Procedure",
        "body" => "Region of the body",
        "gap" => "What was found wanting",
        "guideline/edition/section" => "Reviewer cites",
        "ca.guideline/edition/section" => "Administrator cites",
        "specialty" => "Specialty of the reviewer",
        "agree" => "Do both cite the same?",
        "class" => "Drug class",
        "other_class" => "Other drug class",
        "ca.level" => "Administrator's evidence",
        "level" => "Reviewer's evidence",
        "n" => "Place in the letter",
        "days" => "Days to the decision",
        other => return of_field(other),
    };
    known.to_owned()
}

/// The name of a field as words: `ca.page` is `Administrator: page`.
fn of_field(field: &str) -> String {
    let words = field.replace(['_', '-'], " ");
    match words.strip_prefix("ca.") {
        Some(cited) => format!("Administrator: {cited}"),
        None => words.chars().take(1).flat_map(char::to_uppercase).chain(words.chars().skip(1)).collect(),
    }
}

/// A value as pages tell it.
fn told(field: &str, value: &str) -> String {
    let known = match (field, value) {
        ("agree", "same") => "yes, a guideline of one kind",
        ("agree", "differs") => "no, other kinds",
        ("agree", "administrator-none") => "administrator cites none",
        ("agree", "reviewer-none") => "reviewer cites none",
        ("agree", "both-none") => "neither cites any",
        (_, value) => value,
    };
    known.to_owned()
}

/// The ways to ask for a value of a path: by the field of its level, and by the whole path. The first level is asked for by
/// its own field, which reads better.
fn ways(field: &str, path: &[&str]) -> Vec<(String, String)> {
    let Some(value) = path.last() else { return Vec::new() };
    let (side, levels) = field.strip_prefix("ca.").map_or(("", field), |levels| ("ca.", levels));
    let level = levels.split('/').nth(path.len() - 1);
    let by_level = level.map(|level| (format!("{side}{level}"), (*value).to_owned()));
    let by_path = (field.to_owned(), path.join(" > "));
    match path.len() {
        1 => by_level.into_iter().chain([by_path]).collect(),
        _ => [by_path].into_iter().chain(by_level).collect(),
    }
}

fn is_chosen(query: &Ast, field: &str, path: &[&str]) -> bool {
    ways(field, path).iter().any(|(field, value)| query.has_value(field, value))
}

/// Whether a value on a level beneath is chosen.
fn is_chosen_beneath(query: &Ast, field: &str, path: &[&str], value: &FacetValue) -> bool {
    value.children.iter().any(|child| {
        let path: Vec<&str> = path.iter().copied().chain([child.value.as_str()]).collect();
        is_chosen(query, field, &path) || is_chosen_beneath(query, field, &path, child)
    })
}

/// The query without a value that is chosen, or with another one. A value takes the place of those above and beneath it: it
/// narrows the ones and holds the others.
fn toggled(query: &Ast, field: &str, path: &[&str], value: &FacetValue) -> Ast {
    if is_chosen(query, field, path) {
        return without(query.clone(), field, path);
    }
    let above = (1..path.len()).fold(query.clone(), |query, level| without(query, field, &path[..level]));
    let alone = without_beneath(above, field, path, value);
    match ways(field, path).first() {
        Some((field, value)) => alone.with_value(field, value),
        None => alone,
    }
}

fn without(query: Ast, field: &str, path: &[&str]) -> Ast {
    ways(field, path).iter().fold(query, |query, (field, value)| query.without_value(field, value))
}

fn without_beneath(query: Ast, field: &str, path: &[&str], value: &FacetValue) -> Ast {
    value.children.iter().fold(query, |query, child| {
        let path: Vec<&str> = path.iter().copied().chain([child.value.as_str()]).collect();
        let query = if is_chosen(&query, field, &path) { without(query, field, &path) } else { query };
        without_beneath(query, field, &path, child)
    })
}

#[cfg(test)]
mod tests {
    use imr_query::parse;

    use super::*;

    fn leaf(value: &str, count: usize) -> FacetValue {
        FacetValue { value: value.to_owned(), count, children: Vec::new() }
    }

    fn classes() -> Facet {
        let opioids = FacetValue { children: vec![leaf("hydrocodone", 5), leaf("tramadol", 2)], ..leaf("Opioids", 7) };
        let values = vec![opioids, leaf("Muscle Relaxant", 3)];
        Facet { field: "class/drug".to_owned(), values, missing: 4, widened: false, left_out: 0 }
    }

    #[test]
    fn a_value_is_taken_in_and_out() {
        let (facet, opioids) = (classes(), ["Opioids"]);
        let tramadol = ["Opioids", "tramadol"];
        for (name, query, path, want) in [
            ("in", "mri", &opioids[..], "mri class:\"Opioids\""),
            ("out", "mri class:opioids", &opioids, "mri"),
            ("one more", "class:\"Muscle Relaxant\"", &opioids, "class:\"Muscle Relaxant\" OR class:\"Opioids\""),
            ("narrower", "class:opioids", &tramadol, "class/drug:=\"Opioids > tramadol\""),
            ("wider", "class/drug:=\"Opioids > tramadol\"", &opioids, "class:\"Opioids\""),
            ("asked for otherwise", "mri drug:tramadol", &tramadol, "mri"),
        ] {
            let (value, _) = path.iter().fold((&facet.values[0], true), |(value, is_first), name| {
                let beneath = value.children.iter().find(|child| child.value == *name);
                (if is_first { value } else { beneath.unwrap() }, false)
            });
            let got = toggled(&parse(query).unwrap(), &facet.field, path, value).to_string();
            assert_eq!(got, want, "case: {name}");
        }
    }

    #[test]
    fn values_beneath_stand_under_chosen_ones_and_all_is_escaped() {
        let mut facet = classes();
        facet.values.push(leaf("<script>", 1));
        let panel = |query: &str| {
            let (query, parameters) = (parse(query).unwrap(), SearchParameters::default());
            let all = "/facets".to_owned();
            Panel { facet: &facet, query: &query, parameters: &parameters, most: 1, depth: 0, all }
                .markup(false)
                .unwrap()
                .0
        };
        assert!(!panel("mri").contains("tramadol") && !panel("mri").contains("Muscle"));
        assert!(panel("class:opioids").contains("hydrocodone"), "the values beneath a chosen one are shown");
        assert!(panel("drug:tramadol").contains("aria-current=\"true\""));
        let all = Panel {
            facet: &facet,
            query: &Ast::All,
            parameters: &SearchParameters::default(),
            most: 9,
            depth: 0,
            all: String::new(),
        };
        let list = all.list().0;
        assert!(list.contains("&lt;script&gt;") && !list.contains("<script"), "{list}");
        assert!(list.contains("(none)"));
    }
}
