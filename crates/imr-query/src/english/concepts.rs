//! What a decision is about: drugs and their classes, procedures, categories, regions of the body, and how it was asked
//! for.

use imr_vocabulary::{Procedure, Rank, categories, drugs, procedures, regions, spinal_levels};

use super::Meaning;
use super::cursor::{Cursor, is_one_of};
use crate::ast::Ast;

/// A rule for names.
type Name = for<'w> fn(Cursor<'w>) -> Option<(Cursor<'w>, Vec<Ast>)>;

/// Of the names that begin at a place the longest counts: `Botox injection` is a procedure, not a drug. Of equally long
/// ones the first.
const NAMES: [Name; 6] = [drug_class, topical, drug, procedure, category, region];

/// A drug, drug class, procedure, category or region of the body.
pub(super) fn name(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let (mut cursor, conditions) = NAMES.iter().rev().filter_map(|rule| rule(start)).max_by_key(|(end, _)| end.at)?;
    cursor.skip_all("requests|request|visits|visit|sessions|session|appointments");
    Some((cursor, Meaning::Conditions(conditions)))
}

/// `retrospective requests`, `only part of the visits was authorized`, `associated surgical services`, `expedited reviews`
pub(super) fn flag(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let meaning = |cursor: Cursor<'_>, field, value| Some(Meaning::one(cursor.condition(start.at, field, value)));
    let retrospective = cursor.phrase(
        "retrospectively requested|retrospective review|retrospective reviews|retrospective requests|\
            retrospective request|retrospectively|retrospective|retro|already performed|already provided|\
            already rendered|already given|after the fact",
    );
    if retrospective {
        return Some((cursor, meaning(cursor, "retrospective", "true")?));
    }
    if cursor.phrase("prospective requests|prospective request|prospective") {
        return Some((cursor, meaning(cursor, "retrospective", "false")?));
    }
    if cursor.phrase("expedited reviews|expedited review|expedited|urgent") {
        return Some((cursor, meaning(cursor, "priority", "Expedited")?));
    }
    if cursor.phrase("standard reviews|standard review|standard priority|non-expedited") {
        return Some((cursor, meaning(cursor, "priority", "Standard")?));
    }
    let dependent = cursor.phrase(
        "associated surgical services|associated surgical service|associated services|associated service|\
            associated surgery services|services associated with surgery|\
            services associated with the surgery|services that depend on a surgery|\
            services dependent on surgery|dependent services|dependent requests|surgery-related services|\
            services that go with a surgery|services that go with an operation|\
            services associated with an operation|dependent on surgery|associated with surgery|\
            associated with a surgery|associated with the surgery|dependent on a surgery|\
            dependent on the surgery|tied to surgery|tied to a surgery|tied to the surgery|\
            tied to an operation|associated with an operation|related to a surgery|related to surgery|\
            dependent surgical services|dependent surgical service|associated surgical items|\
            associated surgical requests|accompanying services|adjunct surgical services",
    );
    if dependent {
        return Some((cursor, meaning(cursor, "dependent", "true")?));
    }
    partial(start)
}

/// `medications`, `drug requests`: drugs in general, if no drug or other service is named.
pub(super) fn any_drug(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let is_drugs = cursor.phrase(
        "prescription drugs|prescription drug|drug requests|drug request|medication requests|\
            pharmacy requests",
    ) || cursor
        .skip("medications|medication|medicines|medicine|drugs|drug|pharmaceuticals|prescriptions|pills|meds");
    is_drugs.then(|| (cursor, Meaning::Unless(cursor.condition(start.at, "category", "Pharmaceuticals"))))
}

const AUTHORIZED: &str = "authorized|authorised|approved|certified|granted|allowed|modified|authorize|authorise|approve|\
    certify|grant|authorization|approval";
const BY_ADMINISTRATOR: &str = "by ur|by utilization review|by the insurer|by insurer|by the claims administrator|\
    by claims administrator|by the carrier|by carrier|before";

/// `partially approved`, `partial authorization`, `only part of the visits was authorized`, `authorized in part`
fn partial(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let condition = |cursor: Cursor<'_>| Meaning::one(cursor.condition(start.at, "partial", "true"));
    if cursor.phrase("partially|partly|partial") {
        cursor.skip_all("been|ur");
        if cursor.skip(AUTHORIZED) || cursor.skip("certification|approvals|authorizations|certifications") {
            cursor.phrase(BY_ADMINISTRATOR);
            return Some((cursor, condition(cursor)));
        }
        return None;
    }
    if cursor.skip(AUTHORIZED) && cursor.phrase("in part|only in part|partly|partially") {
        return Some((cursor, condition(cursor)));
    }
    // `only part of the visits was authorized`, `some of the sessions had been approved`, `fewer visits than requested`
    cursor = start;
    cursor.skip_all("only|just|where|a|when");
    if cursor.phrase("part|some|portion|a few|fewer") {
        let is_share = cursor.skip("of") || cursor.is("already") || matches!(start.word(), "only" | "fewer");
        cursor.skip_all(AMOUNTS);
        if is_share && cursor.skip(AUTHORIZED) {
            cursor.phrase(BY_ADMINISTRATOR);
            return Some((cursor, condition(cursor)));
        }
    }
    None
}

/// What stands between `part of` and `was authorized`.
const AMOUNTS: &str = "the|these|those|my|his|her|their|requested|visits|visit|sessions|session|days|units|treatments|treatment|\
    therapy|physical|pills|tablets|hours|weeks|amount|quantity|request|prescription|than|were|was|is|are|had|have|has|been|\
    already|only|actually";

/// A procedure, with the region that its name may hold (`shoulder arthroscopy`). Words that many procedures share
/// (`surgery`, `injections`) are their category.
fn procedure(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    // `MRI or CT` in a heading is one request; in a query it is a choice.
    let (procedure, typed) = cursor.longest(|name| {
        let found = procedures().get(name).filter(|found| !is_list(name, &found.name))?;
        Some((found, name.to_owned()))
    })?;
    let Procedure { name, category, rank, .. } = procedure;
    let condition = |field, value| cursor.condition(start.at, field, value);
    let mut parts = vec![match rank {
        Rank::Specific => condition("procedure", name),
        Rank::General if name == "consultation" => condition("procedure", name),
        Rank::General if is_one_of(category, GENERAL) => condition("category", category),
        _ => return None,
    }];
    if matches!(category.as_str(), "Surgery" | "Injection" | "Diagnostic Testing" | "Rehabilitation") {
        // `heart test` is a name; `shoulder arthroscopy` is an arthroscopy of the shoulder.
        let stands_apart = |range: &std::ops::Range<usize>| {
            let rest = format!("{} {}", &typed[..range.start], &typed[range.end..]);
            let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
            procedures().get(&rest).is_some_and(|bare| bare.name == *name)
        };
        let named = regions().find(&typed).filter(|(range, _)| category != "Diagnostic Testing" || stands_apart(range));
        parts.extend(named.map(|(_, region)| condition("body", region)));
    }
    Some((cursor, parts))
}

/// Whether a name lists two procedures and means one of them: `MRI CT`.
fn is_list(name: &str, meant: &str) -> bool {
    let known = |name: &str| {
        procedures().get(name).filter(|found| found.rank == Rank::Specific).map(|found| found.name.as_str())
    };
    let is_two = |(first, second): (&str, &str)| match (known(first), known(second)) {
        (Some(first), Some(second)) => first != second && (first == meant || second == meant),
        _ => false,
    };
    name.contains(" or ") || name.match_indices(' ').any(|(at, _)| is_two((&name[..at], &name[at + 1..])))
}

/// Categories that are meant where only a word that all of their procedures share is said.
const GENERAL: &str = "Surgery|Injection";

/// A category or sub-category by another name: `imaging`, `medical equipment`.
fn category(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    let category = cursor.longest(|name| categories().get(name).or_else(|| categories().get(&format!("{name}s"))))?;
    let (field, value) = match &category.subcategory {
        Some(subcategory) => ("subcategory", subcategory),
        None => ("category", &category.category),
    };
    Some((cursor, vec![cursor.condition(start.at, field, value)]))
}

/// A region of the body or a level of the spine, with the side before it.
fn region(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    if let Some(found) = limb(start) {
        return Some(found);
    }
    let side = match start.word() {
        "left" | "left-sided" => Some("left"),
        "right" | "right-sided" => Some("right"),
        "bilateral" | "both" => Some("bilateral"),
        _ => None,
    };
    cursor.at = start.at + usize::from(side.is_some());
    cursor.skip_all("the");
    let named = cursor.at;
    let (field, value) = match cursor.longest(|name| regions().get(name)) {
        Some(region) => ("body", region.to_owned()),
        None if cursor.word() == "back" => {
            cursor.at += 1;
            ("body", "back".to_owned())
        }
        None => {
            let level = cursor.word();
            if spinal_levels(level).is_empty() {
                // `left-sided MRI`, `bilateral EMG`
                let is_side = matches!(start.word(), "left-sided" | "right-sided" | "bilateral");
                return side.filter(|_| is_side).map(|side| {
                    let cursor = start.forward(1);
                    (cursor, vec![cursor.condition(start.at, "laterality", side)])
                });
            }
            cursor.at += 1;
            ("spinal_level", level.to_uppercase())
        }
    };
    // `left hand therapy`: the therapy's name holds the hand.
    let behind_side = start.forward(1);
    if side.is_some() && procedure(behind_side).is_some_and(|(end, _)| end.at > cursor.at) {
        let side = side.map(|side| behind_side.condition(start.at, "laterality", side));
        return Some((behind_side, side.into_iter().collect()));
    }
    let region = cursor.condition(named, field, &value);
    let side = side.map(|side| start.forward(1).condition(start.at, "laterality", side));
    Some((cursor, side.into_iter().chain([region]).collect()))
}

/// `RUE`, `BLE`: right upper extremity, both lower extremities.
fn limb(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let (side, limb) = match start.word() {
        "rue" => ("right", "upper extremity"),
        "lue" => ("left", "upper extremity"),
        "bue" => ("bilateral", "upper extremity"),
        "rle" => ("right", "lower extremity"),
        "lle" => ("left", "lower extremity"),
        "ble" => ("bilateral", "lower extremity"),
        _ => return None,
    };
    let cursor = start.forward(1);
    Some((cursor, vec![cursor.condition(start.at, "laterality", side), cursor.condition(start.at, "body", limb)]))
}

/// A drug class. Lay words mean a use, so that they also find drugs that only may be counted to the class.
fn drug_class(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    if let Some(class) = cursor.longest(|name| drugs().lay_class(name)) {
        let either = ["class", "other_class"].map(|field| cursor.condition(start.at, field, class));
        return Some((cursor, vec![Ast::any_of(either.to_vec())]));
    }
    if let Some(found) = pills_for(start) {
        return Some(found);
    }
    let class = cursor.longest(|name| drugs().class(name))?;
    let read = cursor;
    cursor.skip_all(FORMS_OF_ANY_DRUG);
    Some((cursor, vec![read.condition(start.at, "class", class)]))
}

/// `pills for anxiety`, `medication for heartburn`
fn pills_for(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    if !(cursor.skip("pills|pill|medication|medications|medicine|medicines|meds|drugs|tablets")
        && cursor.skip("for|against"))
    {
        return None;
    }
    cursor.skip_all("the|my|his|her|their");
    let class = cursor.longest(|name| {
        ["pills", "meds", "medication", "medicine", "drugs"]
            .iter()
            .find_map(|form| drugs().class(&format!("{name} {form}")))
    })?;
    let either = ["class", "other_class"].map(|field| cursor.condition(start.at, field, class));
    Some((cursor, vec![Ast::any_of(either.to_vec())]))
}

/// Forms that say nothing beside the name of a drug.
const FORMS_OF_ANY_DRUG: &str = "tablets|tablet|tabs|tab|pills|pill|capsules|capsule|caps|prescriptions|prescription|medication|\
            medications|medicine|medicines|refills|refill|drugs|drug|meds";

fn drug(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    let drug = cursor.longest(|name| drugs().get(name))?;
    let condition = cursor.condition(start.at, "drug", &drug.name.to_lowercase());
    cursor.skip_all(FORMS_OF_ANY_DRUG);
    Some((cursor, vec![condition]))
}

/// `topical creams and ointments`, `compound creams`: what is put on the skin, of one active substance or several.
fn topical(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    const ON_SKIN: &str = "creams|cream|ointments|ointment|gels|gel|lotions|lotion";
    const FORMS: &str = "creams|cream|ointments|ointment|gels|gel|lotions|lotion|products|product|preparations|\
            medications|medication|drugs|agents|treatments|salves|prescriptions";
    let mut cursor = start;
    let is_topical = cursor.skip("topical|topicals");
    let mut forms = 0;
    loop {
        let mut ahead = cursor;
        ahead.skip(if forms > 0 { "and|or|and/or" } else { "" });
        if !ahead.skip(FORMS) {
            break;
        }
        forms += 1;
        cursor = ahead;
    }
    // `creams` alone are topical; `medications` alone are anything.
    let are_skin = start.rest().iter().take(3).any(|word| is_one_of(&word.lower, ON_SKIN));
    let is_meant = if is_topical {
        forms > 0 || start.word() == "topicals"
    } else {
        forms > 0 && are_skin && forms > usize::from(start.word() == "gel")
    };
    let classes = ["Topical Analgesics", "Topical Compounds"].map(|class| cursor.condition(start.at, "class", class));
    is_meant.then(|| (cursor, vec![Ast::any_of(classes.to_vec())]))
}
