//! Age, sex and date of injury as the clinical summary gives them.

use std::sync::LazyLock;

use imr_model::{Patient, Sex};
use jiff::civil::Date;
use regex::Regex;

use super::dates;
use crate::text::regex;

/// Things that letters give an age in years.
const OF_THINGS: [&str; 8] = ["injur", "mri", "scan", "claim", "accident", "fracture", "study", "x-ray"];

/// Reads age and sex of the injured worker.
///
/// The age is the first `N year old` of the summary: later ones speak of the past or of others. The sex is the first
/// noun for it at or after the sentence with the age; where no noun stands there, it stays open, since pronouns
/// contradict the stated sex in real letters.
pub(crate) fn read(summary: &str) -> Patient {
    static AGE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)\b\d{1,3}[\s-]*(?:years?|yrs?)[\s-]*old\b|\b\d{1,3}[\s-]*(?:y\.?\s?/?o\.?)\b|\bage(?:d|:)?\s+\d{1,3}\b|\b\d{1,3}\s+years?\s+of\s+age\b",
        )
    });
    static SEX: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(?:female|woman|lady|girl|male|man|gentleman|boy)\b"));
    // `a 3 year old injury` is no age.
    let of_person = |found: &regex::Match<'_>| {
        let next = summary[found.end()..].split_whitespace().next().unwrap_or_default().to_lowercase();
        !OF_THINGS.iter().any(|thing| next.starts_with(thing))
    };
    let age = AGE.find_iter(summary).find(of_person);
    let years = age.and_then(|age| age.as_str().trim_matches(|c: char| !c.is_numeric()).parse().ok());
    let sentence = age.map_or(0, |age| sentence_start(summary, age.start()));
    let sex = SEX.find_at(summary, sentence).or_else(|| SEX.find(summary)).map(|noun| sex_of(noun.as_str()));
    Patient { age: years, sex }
}

fn sex_of(noun: &str) -> Sex {
    let is_female = ["female", "woman", "lady", "girl"].iter().any(|female| noun.eq_ignore_ascii_case(female));
    if is_female { Sex::Female } else { Sex::Male }
}

fn sentence_start(text: &str, position: usize) -> usize {
    text[..position].rfind(". ").map_or(0, |stop| stop + 2)
}

/// The date of injury that the summary states first: a date within a few words of `injury`, `injured` or `accident`.
pub(crate) fn date_of_injury(summary: &str) -> Option<Date> {
    static INJURY: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(?:injur(?:y|ies|ed)|accident|claim)\b"));
    static DATED: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"(?is)\b(?:on|of|from|dated|date|:)\s*(?:the\s+)?\(?\s*({})", dates::DATE)));
    INJURY.find_iter(summary).find_map(|injury| {
        // Dates are many, and looked for only where they count.
        let end = (injury.end() + NEAR..summary.len()).find(|end| summary.is_char_boundary(*end));
        let near = &summary[..end.unwrap_or(summary.len())];
        let dated = DATED.captures_at(near, injury.end())?;
        let between = &summary[injury.end()..dated.get_match().start()];
        let is_of_injury = between.chars().nth(FEW_WORDS).is_none() && !between.contains('.');
        is_of_injury.then(|| dates::parse(&dated[1]))
    })?
}

/// How many characters a few words have.
const FEW_WORDS: usize = 80;
/// A date that begins behind a few words ends within so many bytes.
const NEAR: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_as_introduced() {
        for (name, summary, age, sex, injury) in [
            (
                "plain",
                "The injured worker is a 61 year old female, who was hurt. Injury on 3/4/15.",
                Some(61),
                Some(Sex::Female),
                Some("2015-03-04"),
            ),
            (
                "hyphens",
                "This case involves a now 36-year-old male with a claim from 10/15/2016.",
                Some(36),
                Some(Sex::Male),
                Some("2016-10-15"),
            ),
            (
                "later ages mislead",
                "The applicant is a 44 year old man. Migraines since 13 years old.",
                Some(44),
                Some(Sex::Male),
                None,
            ),
            (
                "age in a later sentence",
                "The scan was blurry, a man said. The worker is a 60 year old female.",
                Some(60),
                Some(Sex::Female),
                None,
            ),
            (
                "no age",
                "The worker is a female who sustained injuries on February 6, 2014.",
                None,
                Some(Sex::Female),
                Some("2014-02-06"),
            ),
            (
                "old things",
                "A 2 year old MRI. A 51 year old male with a 3 year old injury.",
                Some(51),
                Some(Sex::Male),
                None,
            ),
            ("aged", "A male, age 45, fell.", Some(45), Some(Sex::Male), None),
            (
                "a date of something else comes first",
                "A man was seen on 5/6/14. His injury is old. The accident was, as he says, on 1/2/13.",
                None,
                Some(Sex::Male),
                Some("2013-01-02"),
            ),
            ("nothing", "She hurt her back.", None, None, None),
            ("manual is no man", "A manual worker, 50 years old.", Some(50), None, None),
        ] {
            assert_eq!(read(summary), Patient { age, sex }, "case: {name}");
            assert_eq!(date_of_injury(summary).map(|date| date.to_string()).as_deref(), injury, "case: {name}");
        }
    }
}
