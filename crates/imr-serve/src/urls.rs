//! Where things stand: the paths of pages.

use std::fmt::Write;

use serde::Serialize;

/// The page of a letter, by its name.
pub(crate) fn letter(name: &str) -> String {
    format!("/letters/{}", encoded(name))
}

/// The page of a decision, by how it is quoted.
pub(crate) fn decision(id: &str) -> String {
    format!("/decisions/{}", encoded(id))
}

/// The page of decisions like one.
pub(crate) fn similar(id: &str) -> String {
    format!("/similar/{}", encoded(id))
}

/// The page of decisions that went the other way than one.
pub(crate) fn counter(id: &str) -> String {
    format!("/counter/{}", encoded(id))
}

/// The page of a guideline, or of a page or section of it.
pub(crate) fn cites(guideline: &str, place: Option<&str>) -> String {
    let place = place.map(|place| format!("/{}", encoded(place))).unwrap_or_default();
    format!("/cites/{}{place}", encoded(guideline))
}

/// The file of a letter, by the letter's digest.
pub(crate) fn file(digest: &str) -> String {
    format!("/files/{}", encoded(digest))
}

/// A path with parameters behind it, if there are any.
pub(crate) fn with_parameters(path: &str, parameters: &impl Serialize) -> String {
    let query = serde_html_form::to_string(parameters).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A path with those of some parameters that have a value.
pub(crate) fn with_given(path: &str, parameters: &[(&str, &str)]) -> String {
    let given: Vec<_> = parameters.iter().filter(|(_, value)| !value.is_empty()).collect();
    with_parameters(path, &given)
}

/// The page of a search in the query language.
pub(crate) fn search(query: &str) -> String {
    with_given("/search", &[("q", query)])
}

/// A text as one part of a path (RFC 3986: unreserved characters stay).
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut part, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => part.push(char::from(byte)),
            // Writing to a text never fails.
            _ => drop(write!(part, "%{byte:02X}")),
        }
        part
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parts_of_paths() {
        assert_eq!(decision("CM16-9000808#2"), "/decisions/CM16-9000808%232");
        assert_eq!(letter("a/../b é"), "/letters/a%2F..%2Fb%20%C3%A9");
        assert_eq!(cites("*", Some("p. 24")), "/cites/%2A/p.%2024");
    }

    #[test]
    fn parameters_without_a_value_are_left_out() {
        for (parameters, want) in [
            (&[("q", "page 24&"), ("by", ""), ("over", "year")][..], "/stats?q=page+24%26&over=year"),
            (&[("q", "")], "/stats"),
        ] {
            assert_eq!(with_given("/stats", parameters), want);
        }
    }
}
