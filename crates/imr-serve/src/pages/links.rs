//! Where links lead.

use imr_output::id;

/// A path with parameters; those without a value are left out.
pub(crate) fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let given: Vec<_> = parameters.iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_html_form::to_string(given) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// A text as one part of a path (RFC 3986, section 2.3).
pub(crate) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// The page of a letter.
pub(crate) fn letter(name: &str) -> String {
    format!("/letters/{}", segment(name))
}

/// The page of a decision.
pub(crate) fn decision(letter: &str, n: usize) -> String {
    format!("/decisions/{}", segment(&id(letter, n)))
}

/// The page on decisions like one.
pub(crate) fn similar(letter: &str, n: usize) -> String {
    format!("/similar/{}", segment(&id(letter, n)))
}

/// The page on decisions that went the other way.
pub(crate) fn counter(letter: &str, n: usize) -> String {
    format!("/counter/{}", segment(&id(letter, n)))
}

/// The page on who cites a guideline, or a place in it.
pub(crate) fn cites(guideline: &str, place: Option<&str>) -> String {
    let place = place.map(|place| format!("/{}", segment(place))).unwrap_or_default();
    format!("/cites/{}{place}", segment(guideline))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_parts_of_paths() {
        for (name, n, want) in [
            ("CM16-9000808", 2, "/decisions/CM16-9000808%232"),
            ("IMR 13-000004", 1, "/decisions/IMR%2013-000004%231"),
            ("../a?b\"<é>", 1, "/decisions/..%2Fa%3Fb%22%3C%C3%A9%3E%231"),
        ] {
            assert_eq!(decision(name, n), want);
        }
    }

    #[test]
    fn parameters_without_a_value_are_left_out() {
        assert_eq!(with("/stats", &[("q", "page 24&"), ("by", ""), ("over", "year")]), "/stats?q=page+24%26&over=year");
        assert_eq!(with("/stats", &[("q", "")]), "/stats");
    }
}
