//! The reviewer's boards and states of licensure.

use std::ops::Range;
use std::sync::LazyLock;

use imr_model::{CredentialStyle, Reviewer};
use regex::Regex;

use crate::reader::Reader;
use crate::text::{begins_with, regex};

/// Reads the credentials that stand in a range: the labelled form, or else the narrative one. They are lists of values,
/// not text: the passage itself stays in the remainder of the letter.
pub(crate) fn read(reader: &Reader<'_>, range: Range<usize>) -> Reviewer {
    labelled(reader, range.clone()).or_else(|| narrative(reader, range)).unwrap_or_default()
}

/// `State(s) of Licensure: California, Texas` / `Certification(s)/Specialty: Anesthesiology, Pain Management`, each up
/// to the next label or paragraph: specialties may run on to a second line.
fn labelled(reader: &Reader<'_>, range: Range<usize>) -> Option<Reviewer> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)states?(?:\(s\))?\s+of\s+licensure\s*:|certifications?(?:\(s\))?\s*/\s*specialt(?:y|ies)(?:\(s\))?\s*:",
        )
    });
    let text = reader.text();
    let labels: Vec<(Range<usize>, bool)> = LABEL
        .find_iter(&text.raw()[range.clone()])
        .map(|label| (range.start + label.start()..range.start + label.end(), !begins_with(label.as_str(), "c")))
        .collect();
    if labels.is_empty() {
        return None;
    }
    let mut reviewer = Reviewer { style: Some(CredentialStyle::Labelled), ..Reviewer::default() };
    for (index, (label, states)) in labels.iter().enumerate() {
        let next = labels.get(index + 1).map_or(range.end, |(next, _)| next.start);
        let list = items(&text.join(label.end..paragraph_end(reader, label.end, next)));
        let field = if *states { &mut reviewer.states_of_licensure } else { &mut reviewer.specialties };
        field.extend(list);
    }
    Some(reviewer)
}

/// The end of the paragraph that a position stands in, at most `limit`.
fn paragraph_end(reader: &Reader<'_>, position: usize, limit: usize) -> usize {
    use crate::text::Gap;
    let lines = reader.text().lines();
    let first = reader.text().line_at(position);
    let following = lines.get(first + 1..).unwrap_or_default().iter().take_while(|line| line.range.start < limit);
    let next = following.into_iter().find(|line| line.gap == Gap::Paragraph);
    next.map_or(limit, |line| line.range.start)
}

/// `... is Board Certified in Physical Medicine Rehab, has a subspecialty in Neuromuscular Medicine, and is licensed to
/// practice in Maryland.`
fn narrative(reader: &Reader<'_>, range: Range<usize>) -> Option<Reviewer> {
    static SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xis) \b board[\s-]+certified \s+ in \s+ (?P<boards>[^.]+?)
              (?: ,? (?:\s+and)? \s+ has \s+ (?:a\s+)? subspecialt(?:y|ies) \s+ in \s+ (?P<subspecialties>[^.]+?) )?
              ,? (?:\s+and)? (?:\s+is)? \s+ licensed \s+ to \s+ practice \s+ in \s+ (?P<states>(?:D\.\s?C\.|[^.])+?) \s* (?: \. | $ )",
        )
    });
    // Chiropractors and psychologists have licences in place of boards.
    static LICENSED: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xis) \bis \s+ (?:an?\s+)? (?: licensed\s+(?:in\s+)? | (?:certified\s+in\s+) )? (?P<boards>(?:doctor\s+of\s+)?[^.,]{3,60}?)
              (?: ,? (?:\s+and)? \s+ has \s+ (?:a\s+)? subspecialt(?:y|ies) \s+ in \s+ (?P<subspecialties>[^.]+?) )?
              ,? (?:\s+and)? \s+ (?:is\s+)? licensed \s+ to \s+ practice \s+ in \s+ (?P<states>(?:D\.\s?C\.|[^.])+?) \s* (?: \. | $ )",
        )
    });
    let raw = &reader.text().raw()[range.clone()];
    let found = SENTENCE.captures(raw).or_else(|| LICENSED.captures(raw))?;
    let list = |name: &str| -> Vec<String> {
        let Some(part) = found.name(name) else { return Vec::new() };
        let part = range.start + part.start()..range.start + part.end();
        worded_items(&reader.text().join(part))
    };
    let boards = list("boards");
    let subspecialties = list("subspecialties");
    let states = list("states");
    let specialties = [boards, subspecialties].concat();
    Some(Reviewer { style: Some(CredentialStyle::Narrative), states_of_licensure: states, specialties })
}

/// The items of a list with commas; a blank after the comma may be missing.
fn items(list: &str) -> Vec<String> {
    list.split([',', ';'])
        .map(|item| if item.ends_with("D.C.") { item.trim() } else { item.trim().trim_end_matches('.') })
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The items of a list in a sentence. Names of boards hold an `and` of their own, which must not divide them.
fn worded_items(list: &str) -> Vec<String> {
    static JOINER: LazyLock<Regex> = LazyLock::new(|| regex(r",\s+and\s+|,\s*|;\s*|\s+(?:and|&)\s+"));
    let mut parts: Vec<String> = Vec::new();
    let mut from = 0;
    for joiner in JOINER.find_iter(list) {
        let (before, after) = (&list[from..joiner.start()], &list[joiner.end()..]);
        if matches!(joiner.as_str().trim(), "and" | "&") && is_inside_name(before, after) {
            continue;
        }
        parts.push(before.trim().to_owned());
        from = joiner.end();
    }
    parts.push(list[from..].trim().to_owned());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Boards whose names hold an `and`: `Physical Medicine and Rehabilitation`, `Obstetrics and Gynecology` (American Board
/// of Medical Specialties).
fn is_inside_name(before: &str, after: &str) -> bool {
    static PAIRS: [(&str, &str); 11] = [
        ("physical medicine", "rehab"),
        ("obstetrics", "gyn"),
        ("allergy", "immun"),
        ("psychiatry", "neurology"),
        ("public health", "general preventive"),
        ("hospice", "palliative"),
        ("undersea", "hyperbaric"),
        ("plastic", "reconstructive"),
        ("head", "neck"),
        ("spine", "pain"),
        ("foot", "ankle"),
    ];
    let (before, after) = (before.trim().to_lowercase(), after.trim().to_lowercase());
    PAIRS.iter().any(|(left, right)| before.ends_with(left) && after.starts_with(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn labelled_and_narrative() {
        for (name, raw, states, specialties) in [
            (
                "labelled, no blank after commas",
                "State(s) of Licensure: California,Texas,New York\nCertification(s)/Specialty: Anesthesiology, Pain Management",
                vec!["California", "Texas", "New York"],
                vec!["Anesthesiology", "Pain Management"],
            ),
            (
                "labelled, two lines",
                "Certification(s)/Specialty: Preventive Medicine, Public Health &\nGeneral Preventive Medicine\n\nNEXT",
                vec![],
                vec!["Preventive Medicine", "Public Health & General Preventive Medicine"],
            ),
            (
                "narrative",
                "The reviewer is Board Certified in Physical Medicine and\nRehabilitation and is licensed to practice in\nIllinois. He/she",
                vec!["Illinois"],
                vec!["Physical Medicine and Rehabilitation"],
            ),
            (
                "narrative with subspecialties",
                "is Board Certified in Internal Medicine and Neurology, has a subspecialty in Sleep Medicine and Pain Medicine, and is licensed to practice in Ohio, Utah and Maine.",
                vec!["Ohio", "Utah", "Maine"],
                vec!["Internal Medicine", "Neurology", "Sleep Medicine", "Pain Medicine"],
            ),
            (
                "a licence in place of a board",
                "The expert reviewer is a Licensed Chiropractor, has a subspecialty in Acupuncture and is licensed to practice in Washington, D.C. and Maryland. He/she",
                vec!["Washington", "D.C.", "Maryland"],
                vec!["Chiropractor", "Acupuncture"],
            ),
            ("none", "The reviewer has experience.", vec![], vec![]),
        ] {
            let text = Text::new(raw.to_owned());
            let reviewer = read(&Reader::new(&text), 0..raw.len());
            assert_eq!(
                (reviewer.states_of_licensure, reviewer.specialties),
                (owned(states), owned(specialties)),
                "case: {name}"
            );
        }
    }

    fn owned(list: Vec<&str>) -> Vec<String> {
        list.into_iter().map(str::to_owned).collect()
    }
}
