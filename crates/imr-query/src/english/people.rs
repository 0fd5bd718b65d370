//! Reviewers, by specialty and licence, and injured workers, by sex and age.

use imr_vocabulary::{specialties, states};

use super::Meaning;
use super::cursor::{Cursor, Word, is_one_of, number};
use crate::ast::{Ast, Bound};

const REVIEWERS: &str = "reviewer|reviewers|specialist|specialists|physician|physicians|doctor|doctors|expert|experts|\
            practitioner|practitioners|surgeon|surgeons";

/// `reviewed by a pain management specialist`, `by chiropractors`, `board certified in pain`, `orthopedic surgery
/// reviewers`, `by preventive or occupational medicine reviewers`
pub(super) fn specialty(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let is_by = by_reviewer(&mut cursor);
    let is_certified = certified(&mut cursor);
    let is_led = is_by || is_certified;
    let (cursor, names) = specialty_names(cursor, start.at, is_led)?;
    let last = cursor.before().last().map_or("", |word| word.lower.as_str());
    // `referral to a spine surgeon` asks for a visit.
    let is_visited =
        start.before().iter().rev().take(2).any(|word| matches!(word.lower.as_str(), "to" | "with" | "see" | "seeing"));
    let is_person = is_one_of(last, REVIEWERS) && !is_treatment(cursor) && !is_visited;
    let is_field = is_field_of_medicine(&start.rest()[..cursor.at - start.at]) && !is_treatment(cursor) && !is_visited;
    let is_people = start.at + 1 == cursor.at && is_plural_person(last) && !is_treatment(cursor) && !is_visited;
    (is_led || is_person || is_people || is_field).then(|| (cursor, Meaning::one(names)))
}

/// A specialty where only one can be meant: behind `reviewer other than`.
pub(super) fn any_specialty(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    cursor.skip_all("a|an|the|in|by");
    let (cursor, names) = specialty_names(cursor, start.at, true)?;
    Some((cursor, Meaning::one(names)))
}

/// Whether a word stands for a reviewer.
pub(super) fn is_reviewer(word: &str) -> bool {
    is_one_of(word, REVIEWERS)
}

/// `reviewed by a`, `where the reviewer is a`, `the reviewer was an`
fn by_reviewer(cursor: &mut Cursor<'_>) -> bool {
    const ARTICLES: &str = "a|an|the|any|one|practicing";
    let mut ahead = *cursor;
    ahead.skip_all("was|were|that|which|been|is|are");
    ahead.skip("reviewed|decided|made|written|issued|signed|handled|determined|evaluated|authored");
    if ahead.skip("by") {
        ahead.skip_all(ARTICLES);
        ahead.phrase(
            "physician specializing in|reviewer specializing in|reviewers in|reviewer in|physicians in|\
            specialists in|specialist in|doctors of|doctor of|experts in|expert in",
        );
        *cursor = ahead;
        return true;
    }
    let mut ahead = *cursor;
    ahead.skip_all("where|whose|the|in|which|with|a|an");
    if ahead.phrase("physician reviewer|reviewing physician|imr reviewer|reviewers|reviewer")
        && (ahead.phrase(
            "is board certified in|who is|who was|who are|is|was|are|were|from|practices|practiced|\
            specialty is|specialty was|specializes in|specializing in|specialty",
        ))
    {
        ahead.skip_all(ARTICLES);
        *cursor = ahead;
        return true;
    }
    let mut ahead = *cursor;
    if ahead.phrase(
        "reviewer specialty is|reviewer specialty|specialty of|specialty is|specialty|reviewers in|\
            specializing in|specialists in|specialist in|whose specialty is",
    ) {
        *cursor = ahead;
        return true;
    }
    false
}

/// `board certified in`, `board-certified`
fn certified(cursor: &mut Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    ahead.skip_all(
        "reviewer|reviewers|physician|physicians|doctors|doctor|who|is|are|was|were|with|a|an|holding|\
            having|has|have",
    );
    let found = ahead.phrase(
        "board certified in|board-certified in|board certification in|board certifications in|boarded in|\
            board certified|board-certified|certified in|certification in",
    );
    if found {
        ahead.skip_all("a|an|the|both");
        *cursor = ahead;
    }
    found
}

/// One specialty, or several joined by `or`, `and` or commas, with the persons behind them.
fn specialty_names(start: Cursor<'_>, from: usize, is_led: bool) -> Option<(Cursor<'_>, Ast)> {
    let mut cursor = start;
    let mut names = Vec::new();
    let mut is_choice = false;
    loop {
        cursor.skip_all(if is_led { "a|an|the" } else { "" });
        let Some(name) = one_specialty(&mut cursor, is_led) else { break };
        names.push(cursor.condition(from, "specialty", name));
        let is_listed = cursor.before().last().is_some_and(|word| word.ends_part);
        let mut ahead = cursor;
        is_choice |= ahead.skip("or");
        let goes_on = ahead.at > cursor.at || ahead.skip("and|/") || is_listed;
        let mut behind = ahead;
        behind.skip_all("a|an|the");
        if !goes_on || one_specialty(&mut behind, true).is_none() {
            break;
        }
        cursor = ahead;
    }
    if names.is_empty() {
        return None;
    }
    // `acupuncture, reviewer ...` is not a reviewer of acupuncture.
    if !cursor.before().last().is_some_and(|word| word.ends_part) {
        cursor.skip_all(REVIEWERS);
    }
    Some((cursor, if is_choice { Ast::any_of(names) } else { Ast::all_of(names) }))
}

/// A specialty by any of its names; among reviewers `pain` and `preventive` say enough.
fn one_specialty(cursor: &mut Cursor<'_>, is_led: bool) -> Option<&'static str> {
    let mut whole = *cursor;
    if let Some(name) = whole.longest(|name| specialties().get(name)) {
        *cursor = whole;
        return Some(name);
    }
    let mut short = *cursor;
    let name = short.longest(|name| {
        let completed = ["medicine", "management", "surgery", "practice"].map(|kind| format!("{name} {kind}"));
        completed.iter().find_map(|name| specialties().get(name))
    })?;
    let is_person = short.is(REVIEWERS) || matches!(short.word(), "or" | "and");
    (is_led || is_person).then(|| {
        *cursor = short;
        name
    })
}

/// `internal medicine`, `family practice`, `anesthesiology`: names that treatments do not go by.
fn is_field_of_medicine(words: &[Word]) -> bool {
    let first = words.first().map_or("", |word| word.lower.as_str());
    let last = words.last().map_or("", |word| word.lower.as_str());
    let of_drugs = is_one_of(first, "pain|sleep|physical|nuclear|oriental|chinese|herbal");
    words.len() > 1 && is_one_of(last, "medicine|practice") && !of_drugs
        || is_one_of(last, "anesthesiology|neurology|psychiatry|rheumatology|physiatry|orthopedics|neurosurgery|pm&r")
}

/// `orthopedists`, `neurosurgeons`: who decides, not what is asked for.
fn is_plural_person(word: &str) -> bool {
    ["ists", "geons", "trists", "actors", "icians", "ologists", "internists"]
        .iter()
        .any(|ending| word.ends_with(ending))
}

/// What follows is a visit to a physician, not the work of a reviewer.
fn is_treatment(cursor: Cursor<'_>) -> bool {
    const VISITS: &str = "consultation|consultations|consult|consults|evaluation|evaluations|referral|referrals|visit|\
            visits|follow-up|followup|office|treatment|assessment|appointment";
    cursor.is(VISITS)
}

/// `licensed in Florida`, `holds a licence in New York`, `California-licensed`, `Texas license`
pub(super) fn state(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    cursor.skip_all(
        "is|are|was|were|holds|hold|holding|held|has|have|having|with|a|an|the|active|medical|who|that|\
            current|also|reviewer|reviewers|physician|physicians|doctor|doctors|where|whose|by",
    );
    let lead = cursor.at;
    let is_negated = cursor.skip("not");
    if cursor.skip("licensed|license|licence|licenses|licences|licensure|licenced") {
        cursor.phrase("to practice medicine|to practise medicine|to practice|to practise|state is|state");
        cursor.skip_all("is|in|from|of|the|state|both|either");
        let (cursor, states) = state_names(cursor, start.at)?;
        return Some((cursor, Meaning::one(if is_negated { states.negated() } else { states })));
    }
    cursor.at = lead;
    if let Some(name) = cursor.word().strip_suffix("-licensed").and_then(|name| states().get(name)) {
        cursor.at += 1;
        cursor.skip_all(REVIEWERS);
        return Some((cursor, Meaning::one(cursor.condition(start.at, "state", name))));
    }
    let mut named = cursor;
    if let Some(name) = named.longest(|name| states().get(name)) {
        let is_licence = named.skip("licensed|license|licence|licenses|licences|licensure");
        // `CA` and `in` are words: only names of some length mean a state beside a reviewer.
        let is_reviewer = name.len() > 2
            && cursor.word().len() > 2
            && matches!(named.word(), "reviewer" | "reviewers" | "physicians" | "doctors");
        if is_licence || is_reviewer {
            named.skip_all(REVIEWERS);
            named.skip_all("holders|holder");
            return Some((named, Meaning::one(named.condition(start.at, "state", name))));
        }
    }
    let mut joined = cursor;
    if let Some(name) = joined.longest(|name| states().get(name.strip_suffix("-licensed")?)) {
        joined.skip_all(REVIEWERS);
        return Some((joined, Meaning::one(joined.condition(start.at, "state", name))));
    }
    // `reviewers from Texas`
    let is_reviewer =
        start.before().last().or(cursor.before().last()).is_some_and(|word| is_one_of(&word.lower, REVIEWERS));
    if is_reviewer && cursor.skip("from|in") {
        let (cursor, states) = state_names(cursor, start.at)?;
        return Some((cursor, Meaning::one(states)));
    }
    None
}

fn state_names(start: Cursor<'_>, from: usize) -> Option<(Cursor<'_>, Ast)> {
    let mut cursor = start;
    let first = cursor.longest(|name| states().get(name))?;
    let mut names = vec![cursor.condition(from, "state", first)];
    let mut excluded = Vec::new();
    let mut is_choice = false;
    loop {
        let is_listed = cursor.before().last().is_some_and(|word| word.ends_part);
        let mut ahead = cursor;
        let excludes = ahead.phrase("and not|but not|not");
        let or = !excludes && ahead.skip("or");
        let goes_on = excludes || or || ahead.skip("and|and/or") || is_listed;
        ahead.skip("in");
        let Some(next) = ahead.longest(|name| states().get(name)).filter(|_| goes_on) else { break };
        cursor = ahead;
        let name = cursor.condition(from, "state", next);
        if excludes || !excluded.is_empty() {
            excluded.push(name);
        } else {
            is_choice |= or;
            names.push(name);
        }
    }
    let wanted = if is_choice { Ast::any_of(names) } else { Ast::all_of(names) };
    let excluded = (!excluded.is_empty()).then(|| Ast::any_of(excluded).negated());
    Some((cursor, Ast::all_of([Some(wanted), excluded].into_iter().flatten().collect())))
}

const PERSONS: &str = "patient|patients|worker|workers|claimant|claimants|applicant|applicants|employee|employees|\
            people|person|persons|adults|adult|individuals|individual|those|someone|anyone|injured|laborers";

/// The sex that a word means.
fn sex_of(word: &str) -> Option<&'static str> {
    match word {
        "women" | "woman" | "female" | "females" | "ladies" | "lady" => Some("female"),
        "men" | "man" | "male" | "males" | "gentlemen" | "gentleman" => Some("male"),
        _ => None,
    }
}

/// `women`, `male workers`
pub(super) fn sex(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let sex = sex_of(cursor.word())?;
    cursor.at += 1;
    let condition = cursor.condition(start.at, "sex", sex);
    cursor.skip_all(PERSONS);
    Some((cursor, Meaning::one(condition)))
}

/// `teenagers`, `seniors`
pub(super) fn age_group(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let (from, to) = if cursor.skip("teenager|teenagers|teen|teens|teenaged|teenage") {
        (13, Some(19))
    } else if cursor.skip("seniors|senior|elderly") {
        (65, None)
    } else {
        return None;
    };
    let bound = |age: u32| Bound::included(age.to_string());
    let condition = cursor.range(start.at, "age", Some(bound(from)), to.map(bound));
    cursor.skip_all(PERSONS);
    Some((cursor, Meaning::one(condition)))
}

/// `over 40`, `under 45`, `aged 60 or older`, `50 to 59 years old`, `in their fifties`, `55-year-old`, `65+`
pub(super) fn age(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let is_person = |word: &Word| sex_of(&word.lower).is_some() || is_one_of(&word.lower, PERSONS);
    let near_person = start.before().iter().rev().take(3).any(is_person);
    let mut cursor = start;
    cursor.skip_all("who|are|is|were|was|who's|of");
    let is_said =
        cursor.skip_all("aged|age|ages|the") > 0 && cursor.before().last().is_some_and(|word| word.lower != "the");
    cursor.skip("of");
    let (mut cursor, from, to, is_marked) = age_range(cursor)?;
    let is_years = cursor.phrase(
        "years of age|year of age|years old|year old|years-old|year-olds|year-old|years|yrs old|yo|y/o|\
            of age",
    );
    // `over 8 visits`, `over 12 weeks` count other things.
    let is_age = is_said
        || is_marked
        || is_years && near_person
        || near_person && !is_count(cursor)
        || is_years && cursor.before().last().is_some_and(|word| word.lower != "years");
    let in_range = |bound: &Option<Bound>| {
        bound.as_ref().is_none_or(|bound| bound.text.parse::<u32>().is_ok_and(|age| (14..=110).contains(&age)))
    };
    if !is_age || !in_range(&from) || !in_range(&to) {
        return None;
    }
    let mut condition = cursor.range(start.at, "age", from.clone(), to.clone());
    if from.is_some() && from == to {
        condition = cursor.condition(start.at, "age", &from?.text);
    }
    cursor.skip_all(PERSONS);
    Some((cursor, Meaning::one(condition)))
}

/// What numbers count that are no ages.
fn is_count(cursor: Cursor<'_>) -> bool {
    const COUNTED: &str = "visits|visit|sessions|session|weeks|week|days|day|months|month|mg|tablets|pills|med|hours|units|\
            treatments|injections|percent|times";
    cursor.is(COUNTED)
}

/// An age or a range of ages; whether words say that it is one.
type AgeRange<'w> = (Cursor<'w>, Option<Bound>, Option<Bound>, bool);

fn age_range(start: Cursor<'_>) -> Option<AgeRange<'_>> {
    let included = |age: u32| Some(Bound::included(age.to_string()));
    let excluded = |age: u32| Some(Bound { text: age.to_string(), inclusive: false });
    let mut cursor = start;
    if cursor.phrase("in their|in his|in her|in the") {
        cursor.skip_all("early|mid|late");
        let decade = decade(cursor.word())?;
        cursor.at += 1;
        return Some((cursor, included(decade), included(decade + 9), true));
    }
    let mut cursor = start;
    let is_marked = matches!(cursor.word(), "older" | "younger");
    if cursor.phrase("older than|over the age of|above the age of|over age|over|above|more than|past the age of") {
        let age = take_number(&mut cursor)?;
        return Some((cursor, excluded(age), None, is_marked || cursor_said_age(start)));
    }
    if cursor.phrase("younger than|under the age of|below the age of|under age|under|below|less than") {
        let age = take_number(&mut cursor)?;
        return Some((cursor, None, excluded(age), is_marked || cursor_said_age(start)));
    }
    if cursor.phrase("at least") {
        let age = take_number(&mut cursor)?;
        return Some((cursor, included(age), None, false));
    }
    if cursor.phrase("at most|up to") {
        let age = take_number(&mut cursor)?;
        return Some((cursor, None, included(age), false));
    }
    let is_between = cursor.phrase("between the ages of|between ages|between|from");
    let word = cursor.word();
    if let Some(age) = word.strip_suffix('+').and_then(number) {
        cursor.at += 1;
        return Some((cursor, included(age), None, true));
    }
    if let Some(age) = ["-year-old", "-year-olds", "-yr-old", "yo", "-year"]
        .iter()
        .find_map(|ending| number(word.strip_suffix(ending)?))
    {
        cursor.at += 1;
        cursor.skip("old|olds");
        return Some((cursor, included(age), included(age), true));
    }
    if let Some((from, to)) = word.split_once(['-', '–']).and_then(|(from, to)| Some((number(from)?, number(to)?)))
        && word.starts_with(|c: char| c.is_ascii_digit())
    {
        cursor.at += 1;
        return Some((cursor, included(from), included(to), false));
    }
    let first = take_number(&mut cursor)?;
    let mut ahead = cursor;
    if ahead.skip("to|through|and|-")
        && let Some(last) = take_number(&mut ahead)
    {
        return Some((ahead, included(first), included(last), is_between && ahead_is_years(ahead)));
    }
    ahead = cursor;
    ahead.phrase("years of age|years old|years");
    if ahead.phrase("or older|and older|or over|and over|or above|and above|and up|or more|plus") {
        let is_marked =
            ahead.before().last().is_some_and(|word| matches!(word.lower.as_str(), "older" | "over" | "above"));
        return Some((ahead, included(first), None, is_marked));
    }
    if ahead.phrase("or younger|and younger|or under|and under|or below|or less") {
        let is_marked =
            ahead.before().last().is_some_and(|word| matches!(word.lower.as_str(), "younger" | "under" | "below"));
        return Some((ahead, None, included(first), is_marked));
    }
    if is_between {
        return None;
    }
    Some((cursor, included(first), included(first), false))
}

/// `over age 40`, `under the age of 40`
fn cursor_said_age(start: Cursor<'_>) -> bool {
    start.rest().iter().take(4).any(|word| word.lower == "age")
}

fn ahead_is_years(cursor: Cursor<'_>) -> bool {
    matches!(cursor.word(), "years" | "year")
}

fn take_number(cursor: &mut Cursor<'_>) -> Option<u32> {
    let number = number(cursor.word())?;
    cursor.at += 1;
    Some(number)
}

/// `50s`, `fifties`
fn decade(word: &str) -> Option<u32> {
    const DECADES: [&str; 8] =
        ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];
    if let Some(at) = DECADES.iter().position(|decade| *decade == word) {
        return Some(20 + 10 * u32::try_from(at).ok()?);
    }
    word.strip_suffix('s').map(|decade| decade.trim_end_matches('\'')).and_then(number).filter(|age| age % 10 == 0)
}
