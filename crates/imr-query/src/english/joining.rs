//! Words that join what is read: choices, exclusions, and what only tells of the circumstances.

use super::cursor::{Cursor, is_one_of};
use super::filler::is_filler;
use super::{Meaning, RULES, concepts, is_word, people, read_one};
use crate::ast::{Ast, Text};
use crate::plan::{concept_weight, names_service};

/// `without opioids`, `not reviewed by chiropractors`, `other than MRI or CT`: what is named must not be there.
pub(super) fn excluded(start: Cursor<'_>) -> Option<(Cursor<'_>, Ast)> {
    let mut cursor = start;
    let is_outright = cursor.phrase(
        "but not|but no|but without|and not|other than|apart from|not including|not involving|except for|except|\
            excluding|excepting|minus",
    );
    if !is_outright && !cursor.phrase("rather than") && !cursor.skip("no|not|without|non") {
        return None;
    }
    cursor.skip_all("for|the|a|an|any|those|ones|involving|about|requests|decisions");
    let is_of_reviewer = start.before().iter().rev().take(2).any(|word| people::is_reviewer(&word.lower));
    let specialty = if is_of_reviewer { people::any_specialty(cursor) } else { None };
    let (mut cursor, conditions) = match specialty.or_else(|| read_one(cursor)) {
        Some((cursor, Meaning::Conditions(conditions))) => (cursor, conditions),
        // `pain but not relief`
        _ if is_outright => {
            let word = cursor.rest().first().filter(|word| !is_filler(&word.lower))?;
            cursor.at += 1;
            (cursor, vec![Ast::Text(Text::Word(word.typed.clone()))])
        }
        _ => return None,
    };
    let mut excluded = vec![Ast::all_of(conditions)];
    // `excluding opioids and muscle relaxants`
    loop {
        let mut ahead = cursor;
        if !ahead.skip("and|or|nor") {
            break;
        }
        let Some((next, Meaning::Conditions(others))) = read_one(ahead) else { break };
        let other = Ast::all_of(others);
        if field_of(&other).is_none() || field_of(&other) != field_of(&excluded[0]) {
            break;
        }
        excluded.push(other);
        cursor = next;
    }
    Some((cursor, Ast::any_of(excluded).negated()))
}

/// `after shoulder surgery`, `despite opioids`: what is named was not asked for; its words are searched.
pub(super) fn in_context(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    if !cursor.phrase("status post|following|after|despite|since the|because of|prior to|before|s/p") {
        return None;
    }
    cursor.skip_all("a|an|the|his|her|their|failed");
    let first = cursor.at;
    let (mut cursor, mut meaning) = concepts::name(cursor)?;
    // `after shoulder surgery`: a region and what was done to it.
    if let Some((next, Meaning::Conditions(others))) = concepts::name(cursor)
        && let Meaning::Conditions(conditions) = &mut meaning
    {
        conditions.extend(others);
        cursor = next;
    }
    // Any operation says only when.
    let is_any_operation = |condition: &Ast| condition.to_string() == "category:Surgery";
    if matches!(&meaning, Meaning::Conditions(conditions) if conditions.iter().any(is_any_operation)) {
        return Some((cursor, Vec::new()));
    }
    let words = &cursor.before()[first..];
    let content = words.iter().filter(|word| !is_filler(&word.lower));
    Some((cursor, content.map(|word| Ast::Text(Text::Word(word.typed.clone()))).collect()))
}

/// `knee or shoulder MRI`, `acupuncture and chiropractic`: another value of the same field is an alternative. Several
/// regions of the body, states and specialties joined by `and` must all be there.
pub(super) fn alternative<'w>(start: Cursor<'w>, conditions: &[Ast]) -> Option<(Cursor<'w>, Vec<Ast>)> {
    const ALL_AT_ONCE: &str = "body|state|specialty|spinal_level";
    let mut cursor = start;
    let is_choice = cursor.skip("or|and/or|/");
    let is_listed = start.before().last().is_some_and(|word| word.ends_part);
    if !is_choice && !cursor.skip("and|&") && !is_listed {
        return None;
    }
    cursor.skip_all("a|an|the|or|of|for|either");
    let (cursor, meaning) = RULES[..RULES.len() - 1].iter().find_map(|rule| rule(cursor))?;
    let Meaning::Conditions(mut others) = meaning else { return None };
    let last = conditions.last()?;
    let field = field_of(last)?;
    let same = others.iter().position(|other| field_of(other) == Some(field))?;
    if !is_choice && is_one_of(field, ALL_AT_ONCE) || others.contains(last) {
        return None;
    }
    let mut other = others.remove(same);
    // In `EKG or chest x-ray` the chest is the x-ray's; in `knee or shoulder MRI` the MRI is of either.
    if field == "procedure" && !others.is_empty() {
        other = Ast::And(std::iter::once(other).chain(others.drain(..)).collect());
    }
    let mut joined = conditions[..conditions.len() - 1].to_vec();
    joined.push(match last.clone() {
        Ast::Or(mut parts) => {
            parts.push(other);
            Ast::Or(parts)
        }
        last => Ast::any_of(vec![last, other]),
    });
    joined.extend(others);
    Some((cursor, joined))
}

/// The field that a condition, or all of its alternatives, are on. Kinds of classes are one, as are procedures and the
/// categories of several.
pub(super) fn field_of(condition: &Ast) -> Option<&str> {
    match condition {
        Ast::Field { name, .. } => Some(match name.text.as_str() {
            "other_class" | "class" | "drug" => "drug",
            "category" | "subcategory" | "procedure" => "procedure",
            name => name,
        }),
        Ast::Or(parts) => {
            let first = field_of(parts.first()?)?;
            parts.iter().all(|part| field_of(part) == Some(first)).then_some(first)
        }
        // A procedure with its region.
        Ast::And(parts) => field_of(parts.first()?).filter(|field| *field == "procedure"),
        _ => None,
    }
}

/// Parts with a lower-case `or` between them that no rule has read: what stands on its two sides is a choice, as far as it
/// names services, regions and words. `upheld knee MRI or shoulder MRI` is upheld, and one of the two.
pub(super) fn with_choices(mut parts: Vec<Ast>) -> Vec<Ast> {
    while let Some(at) = parts.iter().position(is_or) {
        let joins = |part: &&Ast| {
            !is_or(part)
                && (is_word(part)
                    || field_of(part).is_none_or(|field| field != "outcome") && concept_weight(part).is_some())
        };
        let before = parts[..at].iter().rev().take_while(joins).count();
        let behind = parts[at + 1..].iter().take_while(joins).count();
        if before == 0 || behind == 0 {
            parts.remove(at);
            continue;
        }
        let sides: Vec<Ast> = parts.drain(at - before..=at + behind).collect();
        let (left, right) = (sides[..before].to_vec(), sides[before + 1..].to_vec());
        // `EMG or NCS` is one procedure by two names.
        if right.iter().all(|part| left.contains(part)) {
            left.into_iter().rev().for_each(|part| parts.insert(at - before, part));
            continue;
        }
        // `duplicate or custom brace`: the brace is either.
        let (services, others): (Vec<Ast>, Vec<Ast>) = right.iter().cloned().partition(names_service);
        let is_shared = !services.is_empty() && !others.is_empty() && !left.iter().any(names_service);
        let (right, shared) = if is_shared { (others, services) } else { (right, Vec::new()) };
        parts.splice(at - before..at - before, shared);
        parts.insert(at - before, Ast::any_of(vec![Ast::all_of(left), Ast::all_of(right)]));
    }
    parts
}

/// Whether a part is a lower-case `or` that no rule has read.
pub(super) fn is_or(part: &Ast) -> bool {
    matches!(part, Ast::Text(Text::Word(word)) if word.text == "or")
}
