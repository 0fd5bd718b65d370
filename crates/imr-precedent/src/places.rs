//! Whether two sentences of a letter speak of the same part of the body, or of the same drug.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use imr_model::Decision;
use imr_vocabulary::{About, drugs, regions};
use regex::Regex;

/// Whether a sentence of a summary, with what was found in it, speaks of the part or the half of the body that a denial
/// speaks of: the denial's own, or else that of the decision. The sentence's own is the nearest to what was found, or else that
/// of the last sentence `before` it that names one. Where one side names none, they may agree.
pub(crate) fn places_agree<'s>(
    about: About,
    denial: &str,
    decision: &Decision,
    (sentence, found): (&str, &Range<usize>),
    mut before: impl Iterator<Item = &'s str>,
) -> bool {
    let mut denied = places(about, denial);
    if denied.is_empty() {
        let of_decision = decision.concepts.body_regions.iter();
        denied = of_decision.filter_map(|region| place(about, region)).collect();
    }
    let mut own = nearest(about, sentence, found);
    if own.is_empty() && about == About::Half {
        own = before.find_map(|text| Some(places(about, text)).filter(|places| !places.is_empty())).unwrap_or_default();
    }
    denied.is_empty() || own.is_empty() || !denied.is_disjoint(&own)
}

/// The places of the stretch between commas in which something was found; of those of the rest of the sentence, where it has
/// none. What follows a treatment in its sentence is another thought: `she had therapy and has pain in the leg`.
fn nearest(about: About, sentence: &str, found: &Range<usize>) -> BTreeSet<&'static str> {
    let joints = [", ", "; ", " and "];
    let start = joints.iter().filter_map(|joint| Some(sentence[..found.start].rfind(joint)? + joint.len())).max();
    let end = joints.iter().filter_map(|joint| sentence[found.end..].find(joint)).min();
    let own = places(about, &sentence[start.unwrap_or(0)..end.map_or(sentence.len(), |end| found.end + end)]);
    let rest = if about == About::Half { sentence } else { &sentence[..found.end] };
    if own.is_empty() { places(about, rest) } else { own }
}

fn places(about: About, text: &str) -> BTreeSet<&'static str> {
    let named = regions().find(text).filter_map(|(_, region)| place(about, region));
    let signs = SIGNS.iter().filter(|(of, _, signs)| *of == about && signs.is_match(text));
    named.chain(signs.map(|(_, place, _)| *place)).collect()
}

const UPPER: &str = "upper half";
const LOWER: &str = "lower half";

/// Words that tell a place without naming it: levels of the spine and signs of its nerves, what is done to the spine only.
static SIGNS: LazyLock<[(About, &str, Regex); 4]> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constants of the program")]
    let signs = |pattern: &str| Regex::new(pattern).expect("the pattern is a constant");
    let spinal = r"(?i)\b(?:epidurals?|transforaminal|facet|medial branch)\b";
    [
        (About::Half, UPPER, signs(r"(?i)\b(?:c[2-8]|spurling|median|ulnar)\b")),
        (About::Half, LOWER, signs(r"(?i)\b(?:l[1-5]|s1|straight leg|slr|dorsiflexion|plantarflexion|foot drop)\b")),
        (About::Part, "lumbar spine", signs(spinal)),
        (About::Part, "cervical spine", signs(spinal)),
    ]
});

/// What counts as the same place as a region.
fn place(about: About, region: &str) -> Option<&'static str> {
    if about == About::Half {
        return match region {
            "cervical spine" | "shoulder" | "upper extremity" | "elbow" | "wrist" | "hand" => Some(UPPER),
            "lumbar spine" | "hip" | "lower extremity" | "knee" | "ankle" | "foot" => Some(LOWER),
            _ => None,
        };
    }
    // `Spine` and `whole body` tell no part from another.
    let regions = regions().all().iter().find(|known| *known == region);
    regions.map(String::as_str).filter(|known| !matches!(*known, "spine" | "whole body"))
}

/// Whether a sentence names drugs, and none of those in dispute.
pub(crate) fn names_other_drugs(sentence: &str, decision: &Decision) -> bool {
    let mut named = drugs().find(sentence).map(|(_, drug)| drug).peekable();
    let is_in_dispute = |ingredient: &String| decision.concepts.drugs.contains(ingredient);
    named.peek().is_some() && !named.any(|drug| drug.ingredients.iter().any(is_in_dispute))
}
