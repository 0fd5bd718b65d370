//! Regions of the body, vertebral levels and sides.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use imr_model::Laterality;
use imr_vocabulary::{Procedure, Rank, dose_forms, spinal_levels};
use regex::Regex;

use super::is_ruled_out;
use super::procedure::Mention;
use crate::text::regex;

/// The regions that a request names, sorted. A vertebral level names its part of the spine, and some procedures their
/// region by their nature (a hearing aid the ear), which counts where no other is named.
pub(super) fn regions(request: &str, main: Option<&Procedure>, procedures: &[Mention]) -> Vec<String> {
    let forms: Vec<Range<usize>> = dose_forms().find(request).map(|(range, _)| range).collect();
    let holds = |outer: &Range<usize>, inner: &Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
    let mut regions: BTreeSet<&str> = imr_vocabulary::regions()
        .find(request)
        .filter(|(range, _)| !is_ruled_out(request, range.start))
        .filter(|(range, region)| {
            let mut holders = procedures.iter().filter(|mention| holds(&mention.range, range));
            // A nasal spray and eye drops are forms.
            let is_form = forms.iter().any(|form| holds(form, range));
            !is_form && !holders.any(|mention| is_only_a_name(mention.procedure, region))
        })
        .map(|(_, region)| region)
        .collect();
    regions.extend(spinal_levels(request).iter().map(|level| level.region));
    if BOTH_EXTREMITIES.is_match(request) {
        regions.insert("upper extremity");
    }
    if regions.iter().any(|region| SPINE.contains(region)) {
        // `Cervical fusion by a spine team` names one region.
        regions.remove("spine");
    }
    if regions.is_empty() {
        regions.extend(main.into_iter().flat_map(|procedure| &procedure.regions).map(String::as_str));
    }
    regions.into_iter().map(str::to_owned).collect()
}

/// `upper and lower extremities`: the first of them has lost its noun.
static BOTH_EXTREMITIES: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\bupper\s*(?:and|&|/|,)\s*(?:the\s+)?(?:bilateral\s+)?lower\s+(?:extremit|limb)"));

const SPINE: [&str; 3] = ["cervical spine", "thoracic spine", "lumbar spine"];

/// A body word inside the name of a device or of a practitioner is no region: a knee scooter is for the foot, and a hand
/// surgeon may be asked about a wrist. What is worn on the spine names its part all the same.
fn is_only_a_name(procedure: &Procedure, region: &str) -> bool {
    if procedure.rank == Rank::Aid {
        // A C-arm has no arm.
        return true;
    }
    match (procedure.category.as_str(), procedure.subcategory.as_deref()) {
        ("DMEPOS", Some("DME" | "Supplies"))
        | ("Evaluation & Management", _)
        | ("Surgery", Some("Surgical Consult")) => !SPINE.contains(&region),
        _ => false,
    }
}

/// Vertebral levels, each once.
pub(super) fn levels(request: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for level in spinal_levels(request) {
        if !names.contains(&level.name) {
            names.push(level.name);
        }
    }
    names
}

/// The side that a request names; `None` if it names none, or two.
pub(super) fn laterality(request: &str) -> Option<Laterality> {
    static SIDES: LazyLock<[(Regex, Laterality); 3]> = LazyLock::new(|| {
        [
            (regex(r"(?i)\b(?:left|lt|lue|lle)\b|\(L\)"), Laterality::Left),
            (regex(r"(?i)\b(?:right|rt|rue|rle)\b|\(R\)"), Laterality::Right),
            (
                regex(r"(?i)\b(?:bilateral(?:ly)?|bilat|bil|b/l|bue|ble|both\s+(?:upper|lower))\b"),
                Laterality::Bilateral,
            ),
        ]
    });
    let mut sides: Vec<Laterality> =
        SIDES.iter().filter(|(pattern, _)| pattern.is_match(request)).map(|(_, side)| *side).collect();
    // `R shoulder`, `R TKA`: a letter before a region or procedure.
    let regions = imr_vocabulary::regions().find(request).map(|(range, _)| range);
    let procedures = imr_vocabulary::procedures().find(request).map(|(range, _)| range);
    for range in regions.chain(procedures) {
        let before = request[..range.start].trim_end().rsplit(|c: char| !c.is_alphanumeric()).next();
        let side = match before {
            Some("L") => Laterality::Left,
            Some("R") => Laterality::Right,
            Some(word) if word.eq_ignore_ascii_case("both") => Laterality::Bilateral,
            _ => continue,
        };
        if !sides.contains(&side) {
            sides.push(side);
        }
    }
    if sides.len() == 1 { sides.pop() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides() {
        for (text, want) in [
            ("MRI of the left knee", Some(Laterality::Left)),
            ("MRI R knee", Some(Laterality::Right)),
            ("Revision R TKA", Some(Laterality::Right)),
            ("EMG RUE", Some(Laterality::Right)),
            ("MRI of both knees", Some(Laterality::Bilateral)),
            ("X-ray of both feet", Some(Laterality::Bilateral)),
            ("Massage, both sessions", None),
            ("MRI of the right knee and left ankle", None),
            ("MRI of the knee", None),
            ("Vitamin L", None),
        ] {
            assert_eq!(laterality(text), want, "case: {text}");
        }
    }

    #[test]
    fn regions_of_the_body() {
        for (text, want) in [
            ("MRI of the neck and right hand", vec!["cervical spine", "hand"]),
            ("Cervical spine X-ray", vec!["cervical spine"]),
            ("Injection at L4-5", vec!["lumbar spine"]),
            ("Massage of the spine", vec!["spine"]),
            ("EMG of the upper and lower extremities", vec!["lower extremity", "upper extremity"]),
            ("Norco 10/325mg #60", vec![]),
        ] {
            assert_eq!(regions(text, None, &[]), want, "case: {text}");
        }
    }
}
