//! The heading of a disputed treatment.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::regex;

/// An outcome word, as letters print it (`Upheld`) and as other years or typists may.
pub(crate) const OUTCOME: &str =
    r"(?:upheld|uphold|overturned|overturn|(?:partially|partial)\s+overturn(?:ed)?|modified)";

/// Where the treatment stands in a heading: behind a leading `Decision for`, before a trailing colon. The numbered
/// findings of 2013 and early 2014 (`1. The request for X is not medically necessary`) also lose their number and
/// `the request for`; elsewhere these words are the request's own.
pub(crate) fn treatment(heading: &str, is_finding: bool) -> Range<usize> {
    static DECISION: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^\s*(?:the\s+)?decision\s+for\s+"));
    static FINDING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)^\s*(?:(?:\d{1,2}[.)]\s+)?(?:(?:the\s+)?(?:decision|request)\s+for|decision\s*:)\s+|\d{1,2}[.)]\s+)",
        )
    });
    let prefix = if is_finding { &FINDING } else { &DECISION };
    let start = prefix.find(heading).map_or(0, |prefix| prefix.end());
    let end = without_mark(heading).len();
    start.min(end)..end
}

/// A heading without the colon before its outcome.
pub(crate) fn without_mark(heading: &str) -> &str {
    heading.trim_end_matches(|c: char| c.is_whitespace() || c == ':')
}

/// Of the heading of a partly authorized request, the part that is still in dispute.
///
/// Two formulae: `... The remaining IMR eligible portion of the original request, X, is`, and `... leaving the original
/// request IMR eligible. The original request, X, is`.
pub(crate) fn eligible_portion(treatment: &str) -> Option<String> {
    static OPENING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) \b the \s+ (?: (?:remaining \s+)? imr[\s-]+eligible \s+ portions? (?:\s+ of \s+ the \s+ (?:original\s+)? request)? | original \s+ request ) \s* [,:]",
        )
    });
    static CLOSING: LazyLock<Regex> = LazyLock::new(|| regex(r"(?xi) \s* ,? \s* (?: \b (?:is|are) \s* )? :? \s* $"));
    if !treatment.to_lowercase().contains("original request") {
        return None;
    }
    let start =
        OPENING.find_iter(treatment).map(|opening| opening.end()).filter(|end| *end < treatment.len()).last()?;
    let portion = treatment[start..].trim_start();
    let first = portion.chars().next()?;
    let end = CLOSING.find_at(portion, first.len_utf8()).map_or(portion.len(), |closing| closing.start());
    Some(portion[..end].trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_cleaned() {
        for (printed, is_finding, want) in [
            ("Decision for prescription of Lunesta: ", false, "prescription of Lunesta"),
            ("3 knee braces:", false, "3 knee braces"),
            ("Labs to include: EKG", false, "Labs to include: EKG"),
            ("Request for massage", false, "Request for massage"),
            ("6. panel drug screen", false, "6. panel drug screen"),
            ("2) Decision for massage", true, "massage"),
            ("1. The request for\nacupuncture", true, "acupuncture"),
            ("3. Lumbar brace", true, "Lumbar brace"),
        ] {
            assert_eq!(&printed[treatment(printed, is_finding)], want);
        }
    }

    #[test]
    fn the_open_part_of_a_request() {
        for (heading, want) in [
            (
                "Percocet 5/325mg #90 was the original request. Percocet 5/325mg #40 was authorized by the Claims Administrator. The remaining IMR eligible portion of the original request, Percocet 5/325mg #50 is",
                Some("Percocet 5/325mg #50"),
            ),
            (
                "Inpatient stay 10 days was the original request. The Claims Administrator authorized 3 days, leaving the original request IMR eligible. The original request, Inpatient stay 10 days is",
                Some("Inpatient stay 10 days"),
            ),
            ("Percocet 5/325mg #90", None),
        ] {
            assert_eq!(eligible_portion(heading).as_deref(), want, "case: {heading}");
        }
    }
}
