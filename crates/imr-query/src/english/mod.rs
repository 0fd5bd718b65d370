//! Plain English: finds what is meant among the plain words of a query and turns it into conditions on fields.
//!
//! One file holds the rules of one subject. Only bare words that must all be found are read: those beside operators and in
//! quotes mean what they say. What is understood is shown to the user, and can be switched off.

mod citations;
mod concepts;
mod cursor;
mod outcomes;
mod people;
mod spelling;
mod times;

pub(crate) use outcomes::outcome_word;
pub(crate) use spelling::corrected;

use crate::ast::{Ast, Text};
use cursor::{Cursor, Word};

/// What some words mean.
#[derive(Clone, Debug)]
enum Meaning {
    /// All of these conditions.
    Conditions(Vec<Ast>),
    /// They ask for decisions without saying which.
    Nothing,
}

impl Meaning {
    fn one(condition: Ast) -> Self {
        match condition {
            Ast::And(parts) => Self::Conditions(parts),
            condition => Self::Conditions(vec![condition]),
        }
    }
}

/// A rule reads the words from a place and tells how far it understands them, and as what.
type Rule = for<'w> fn(Cursor<'w>) -> Option<(Cursor<'w>, Meaning)>;

/// The first of these that understands something at a place counts.
const RULES: [Rule; 15] = [
    citations::both_sides,
    outcomes_of_parties,
    citations::cited_by_side,
    citations::object_cited_by_side,
    citations::cited,
    people::state,
    people::age,
    people::sex,
    people::specialty,
    times::period,
    times::duration,
    concepts::flag,
    outcomes::outcome,
    concepts::name,
    filler,
];

/// Outcomes told by who won, before the sides are looked for.
fn outcomes_of_parties(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    const PARTIES: [&str; 8] = ["won", "wins", "win", "lost", "loses", "prevailed", "prevails", "succeeded"];
    let is_near = start.rest().iter().take(5).any(|word| PARTIES.contains(&word.lower.as_str()));
    if is_near { outcomes::outcome(start) } else { None }
}

/// Reads the plain words of a query.
///
/// # Examples
///
/// ```
/// let query = imr_query::parse("upheld benzodiazepine decisions citing page 24").unwrap();
/// assert_eq!(imr_query::read_english(query).to_string(), "outcome:upheld class:Benzodiazepines page:24");
/// ```
#[must_use]
pub fn read_english(query: Ast) -> Ast {
    let parts = match query {
        Ast::And(parts) => parts,
        one @ Ast::Text(Text::Word(_)) => vec![one],
        other => return read_excluded(other),
    };
    let mut read: Vec<Ast> = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    for part in parts {
        if let Ast::Text(Text::Word(word)) = part {
            words.push(Word::new(word));
        } else {
            read.extend(read_words(&words));
            words.clear();
            read.push(read_excluded(part));
        }
    }
    read.extend(read_words(&words));
    let mut distinct: Vec<Ast> = Vec::new();
    for part in read {
        if !distinct.contains(&part) {
            distinct.push(part);
        }
    }
    let words = distinct.iter().filter(|part| is_word(part)).count();
    if words >= MANY_WORDS { as_need(distinct) } else { Ast::all_of(distinct) }
}

/// What is excluded means the same as what is wanted: `NOT upheld` is `NOT outcome:upheld`.
fn read_excluded(query: Ast) -> Ast {
    match query {
        Ast::Not(part) => match *part {
            word @ Ast::Text(Text::Word(_)) => read_english(word).negated(),
            other => other.negated(),
        },
        other => other,
    }
}

/// With so many words left, a query describes a need: no decision will hold them all.
const MANY_WORDS: usize = 4;

fn is_word(part: &Ast) -> bool {
    matches!(part, Ast::Text(Text::Word(_)))
}

/// A need: words and concepts rank, other conditions (dates, people, pages) must be met.
fn as_need(parts: Vec<Ast>) -> Ast {
    let (ranking, mut conditions): (Vec<Ast>, Vec<Ast>) =
        parts.into_iter().partition(|part| is_word(part) || crate::plan::concept_weight(part).is_some());
    conditions.push(Ast::Most(ranking));
    Ast::all_of(conditions)
}

/// A query that finds nothing, with fewer words asked for at once; `None` if there are too few words to leave any out.
pub(crate) fn relaxed(query: &Ast) -> Option<Ast> {
    let Ast::And(parts) = query else { return None };
    let (words, mut conditions): (Vec<Ast>, Vec<Ast>) = parts.iter().cloned().partition(is_word);
    (words.len() >= 2).then(|| {
        conditions.push(Ast::Most(words));
        Ast::all_of(conditions)
    })
}

/// Reads plain words from left to right.
fn read_words(words: &[Word]) -> Vec<Ast> {
    let mut read = Vec::new();
    let mut understood = false;
    let mut cursor = Cursor::new(words, 0);
    while !cursor.is_at_end() {
        match read_next(cursor) {
            Some((next, conditions)) => {
                understood |= !conditions.is_empty();
                read.extend(conditions);
                cursor = next;
            }
            None => {
                read.extend(cursor.rest().first().map(|word| Ast::Text(Text::Word(word.typed.clone()))));
                cursor.at += 1;
            }
        }
    }
    // Filler words are filler only beside something that was understood.
    if understood {
        return read;
    }
    let content = words.iter().filter(|word| !is_filler(&word.lower)).count();
    let keeps = |word: &&Word| content < MANY_WORDS || !is_filler(&word.lower);
    words.iter().filter(keeps).map(|word| Ast::Text(Text::Word(word.typed.clone()))).collect()
}

/// What is understood at a place: conditions (none for filler), with alternatives and exclusions.
fn read_next(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    if let Some(found) = excluded(start) {
        return Some(found);
    }
    if let Some(found) = in_context(start) {
        return Some(found);
    }
    let (mut cursor, meaning) = read_one(start)?;
    let Meaning::Conditions(mut conditions) = meaning else { return Some((cursor, Vec::new())) };
    while let Some((next, alternatives)) = alternative(cursor, &conditions) {
        conditions = alternatives;
        cursor = next;
    }
    Some((cursor, conditions))
}

fn read_one(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    RULES.iter().find_map(|rule| rule(start))
}

/// `without opioids`, `not reviewed by chiropractors`, `other than MRI`: what is named must not be there.
fn excluded(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    let negation = cursor.phrase(&[
        "but not",
        "and not",
        "other than",
        "apart from",
        "rather than",
        "not including",
        "not involving",
    ]) || cursor.skip(&["no", "not", "without", "except", "excluding", "excepting", "non", "minus"]);
    if !negation {
        return None;
    }
    cursor.skip_all(&["for", "the", "a", "an", "any", "those", "ones", "involving", "about", "requests", "decisions"]);
    let (cursor, meaning) = read_one(cursor)?;
    let Meaning::Conditions(conditions) = meaning else { return None };
    Some((cursor, vec![Ast::all_of(conditions).negated()]))
}

/// `after shoulder surgery`, `despite opioids`: what is named was not asked for; its words are searched.
fn in_context(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
    let mut cursor = start;
    if !cursor.phrase(&[
        "status post",
        "following",
        "after",
        "despite",
        "since the",
        "because of",
        "prior to",
        "before",
        "s/p",
    ]) {
        return None;
    }
    cursor.skip_all(&["a", "an", "the", "his", "her", "their", "failed"]);
    let first = cursor.at;
    let (cursor, _) = concepts::name(cursor)?;
    let words = &cursor.before()[first..];
    let content = words.iter().filter(|word| !is_filler(&word.lower));
    Some((cursor, content.map(|word| Ast::Text(Text::Word(word.typed.clone()))).collect()))
}

/// `knee or shoulder MRI`, `acupuncture and chiropractic`: another value of the same field is an alternative. Several
/// regions of the body, states and specialties joined by `and` must all be there.
fn alternative<'w>(start: Cursor<'w>, conditions: &[Ast]) -> Option<(Cursor<'w>, Vec<Ast>)> {
    const ALL_AT_ONCE: [&str; 4] = ["body", "state", "specialty", "spinal_level"];
    let mut cursor = start;
    let is_choice = cursor.skip(&["or", "and/or", "/"]);
    let is_listed = start.before().last().is_some_and(|word| word.ends_part);
    if !is_choice && !cursor.skip(&["and", "&"]) && !is_listed {
        return None;
    }
    cursor.skip_all(&["a", "an", "the", "or", "of", "for", "either", "of"]);
    let (cursor, meaning) = RULES[..14].iter().find_map(|rule| rule(cursor))?;
    let Meaning::Conditions(mut others) = meaning else { return None };
    let last = conditions.last()?;
    let field = field_of(last)?;
    let same = others.iter().position(|other| field_of(other) == Some(field))?;
    if !is_choice && ALL_AT_ONCE.contains(&field) || others.contains(last) {
        return None;
    }
    let other = others.remove(same);
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
fn field_of(condition: &Ast) -> Option<&str> {
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
        _ => None,
    }
}

/// Words that ask for decisions without saying which.
fn filler(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    if cursor.phrase(&[
        "in which",
        "for which",
        "as well as",
        "with respect to",
        "related to",
        "relating to",
        "in cases of",
    ]) {
        return Some((cursor, Meaning::Nothing));
    }
    let is_filler = is_filler(cursor.word()) || cursor.word().is_empty();
    cursor.at += 1;
    is_filler.then_some((cursor, Meaning::Nothing))
}

/// Whether a word says nothing of which decisions are asked for.
fn is_filler(word: &str) -> bool {
    FILLER.split_whitespace().any(|filler| filler == word)
}

const FILLER: &str = "
    a about all also am an and any are as at be been being but by can could did do does for from get give given had has have
    having hence her him his how i if in into involving is it its itself just let list me my of on one ones only or our out
    over per please regarding requiring search see should show so some such than that the their them then there these they
    this those to under upon us used using was we were what when where whether which while who whose why will with would you
    case cases decision decisions determination determinations dispute disputed disputes find imr imrs involved issue issues
    issued letter letters outcome outcomes request requested requesting requests reviewed review reviews treatment treatments
    prescription prescriptions prescribed medication medications service services patient patients worker workers claimant
    claimants applicant applicants injured employee employees person people reviewer reviewers physician physicians doctor
    doctors decided decide concerning
    ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_english() {
        for (query, want) in [
            ("upheld benzodiazepine decisions citing page 24", "outcome:upheld class:Benzodiazepines page:24"),
            ("denied muscle relaxants, pages 63 to 66", "outcome:upheld class:\"Muscle Relaxant\" page:63..66"),
            ("approved Xanax in 2016", "outcome:overturned drug:xanax year:2016"),
            ("requests for Norco and weaning", "drug:norco weaning"),
            ("overturned shoulder surgery", "outcome:overturned category:Surgery body:shoulder"),
            ("cases about money", "cases about money"),
            (
                "muscle relaxants past three weeks",
                "class:\"Muscle Relaxant\" (gap:\"duration exceeds guideline\" OR rationale:weeks)",
            ),
            (
                "opioids longer than 2 to 3 months",
                "class:Opioids (gap:\"duration exceeds guideline\" OR rationale:months)",
            ),
            ("Botox injections", "procedure:\"botulinum toxin injection\""),
            ("urine drug test without opioids", "procedure:\"urine drug test\" NOT class:Opioids"),
            ("hand therapy", "procedure:\"physical therapy\" body:hand"),
            ("mri of the back", "procedure:MRI body:back"),
            ("nerve test of the arms", "procedure:EMG/NCS body:\"upper extremity\""),
            ("mri of the left knee", "procedure:MRI laterality:left body:knee"),
            ("epidural injections at L4-5", "procedure:\"epidural steroid injection\" spinal_level:L4-5"),
            ("page 24 of the chronic pain guideline", "page:24 guideline:\"Chronic Pain Medical Treatment\""),
            (
                "muscle relaxants reviewed by pain management specialists",
                "class:\"Muscle Relaxant\" specialty:\"Pain Management\"",
            ),
            ("chiropractic treatment reviewed by a chiropractor", "procedure:chiropractic specialty:Chiropractic"),
            ("\"upheld\" benzodiazepines", "\"upheld\" class:Benzodiazepines"),
            ("upheld OR soma", "upheld OR soma"),
            ("not denied mri", "NOT outcome:upheld procedure:MRI"),
            ("NOT upheld", "NOT outcome:upheld"),
            ("mri -denied", "procedure:MRI NOT outcome:upheld"),
            ("page twenty", "page twenty"),
            (
                "outcome:upheld sleeping pills",
                "outcome:upheld (class:Sedative-hypnotics OR other_class:Sedative-hypnotics)",
            ),
            ("sedatives", "class:Sedative-hypnotics"),
        ] {
            let ast = crate::parse(query).unwrap();
            assert_eq!(read_english(ast).to_string(), want, "case: {query}");
        }
    }
}
