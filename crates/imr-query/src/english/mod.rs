//! Plain English: finds what is meant among the plain words of a query and turns it into conditions on fields.
//!
//! One file holds the rules of one subject. Only bare words that must all be found are read: those beside operators and in
//! quotes mean what they say. What is understood is shown to the user, and can be switched off.

mod citations;
mod concepts;
mod cursor;
mod filler;
mod joining;
mod needs;
mod outcomes;
mod people;
mod spelling;
mod times;

pub(crate) use needs::{Weaker, relaxed};
pub(crate) use outcomes::outcome_word;
pub(crate) use spelling::corrected;

use crate::ast::{Ast, Text};
use crate::plan::is_mark;
use cursor::{Cursor, Word, is_one_of};
use filler::{filler, is_filler};
use joining::{alternative, excluded, field_of, in_context, with_choices};

/// What some words mean.
#[derive(Clone, Debug)]
enum Meaning {
    /// All of these conditions.
    Conditions(Vec<Ast>),
    /// This condition, unless the query names a service.
    Unless(Ast),
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
const RULES: [Rule; 18] = [
    case_number,
    citations::both_sides,
    outcomes_of_parties,
    citations::cited_by_side,
    citations::object_cited_by_side,
    citations::cited,
    people::state,
    people::age,
    people::age_group,
    people::sex,
    people::specialty,
    times::period,
    times::duration,
    concepts::flag,
    outcomes::outcome,
    concepts::name,
    concepts::any_drug,
    filler,
];

/// A case number as it is printed.
fn case_number(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    cursor.phrase("case number|case no|case");
    // `IMR 13-000004`, as letters of 2013 print it.
    let two_words = cursor.is("imr")
        && cursor.rest().get(1).is_some_and(|next| next.lower.starts_with(|c: char| c.is_ascii_digit()));
    let words = &cursor.rest()[..cursor.rest().len().min(if two_words { 2 } else { 1 })];
    let typed = words.iter().map(|word| word.typed.text.as_str()).collect::<Vec<_>>().join(" ");
    let typed = typed.trim_matches([',', '.', '?']);
    // An id, as hits print it: `CM16-0213037#2`.
    let (number, n) = match typed.rsplit_once('#') {
        Some((number, n)) => (number, Some(n.parse::<u32>().ok()?)),
        None => (typed, None),
    };
    let number = number.parse::<imr_model::CaseNumber>().ok()?;
    cursor.at += words.len();
    let case = n.map_or(number.to_string(), |n| format!("{number}#{n}"));
    Some((cursor, Meaning::one(cursor.condition(start.at, "case", &case))))
}

/// Outcomes told by who won, before the sides are looked for.
fn outcomes_of_parties(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    const PARTIES: &str = "won|wins|win|lost|loses|prevailed|prevails|succeeded";
    let is_near = start.rest().iter().take(5).any(|word| is_one_of(&word.lower, PARTIES));
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
    let (mut read, mut words): (Vec<Ast>, Vec<Word>) = (Vec::new(), Vec::new());
    let (mut said, mut typed): (Vec<String>, Vec<Ast>) = (Vec::new(), Vec::new());
    for part in parts.into_iter().filter(|part| !is_mark(part)) {
        if let Ast::Text(Text::Word(word)) = part {
            said.push(word.text.clone());
            words.push(Word::new(word));
        } else {
            read.extend(read_words(&words));
            words.clear();
            read.push(read_excluded(part.clone()));
            typed.push(part);
        }
    }
    read.extend(read_words(&words));
    if needs::is_need(&read, said.len()) {
        return needs::need(distinct(read), &typed, &said.join(" "));
    }
    Ast::all_of(distinct(with_choices(read)))
}

fn distinct(parts: Vec<Ast>) -> Vec<Ast> {
    let mut distinct: Vec<Ast> = Vec::new();
    for part in parts {
        if !distinct.contains(&part) {
            distinct.push(part);
        }
    }
    distinct
}

/// What is excluded means the same as what is wanted: `NOT upheld` is `NOT outcome:upheld`. Of alternatives only case
/// numbers are read: words beside operators mean what they say.
fn read_excluded(query: Ast) -> Ast {
    let is_case = |read: &Ast| matches!(read, Ast::Field { name, .. } if name.text == "case");
    match query {
        Ast::Not(part) => match *part {
            word @ Ast::Text(Text::Word(_)) => read_english(word).negated(),
            other => other.negated(),
        },
        Ast::Or(parts) => Ast::Or(
            parts.into_iter().map(|part| Some(read_english(part.clone())).filter(is_case).unwrap_or(part)).collect(),
        ),
        other => other,
    }
}

fn is_word(part: &Ast) -> bool {
    matches!(part, Ast::Text(Text::Word(_)))
}

/// Reads plain words from left to right.
fn read_words(words: &[Word]) -> Vec<Ast> {
    let mut read = Vec::new();
    let mut unless = Vec::new();
    let mut understood = false;
    let mut cursor = Cursor::new(words, 0);
    while !cursor.is_at_end() {
        if let Some((next, Reading { conditions, unless_service })) = read_next(cursor) {
            understood |= !conditions.is_empty() || unless_service.is_some();
            read.extend(conditions);
            unless.extend(unless_service);
            cursor = next;
        } else {
            read.extend(cursor.rest().first().map(|word| Ast::Text(Text::Word(word.typed.clone()))));
            cursor.at += 1;
        }
    }
    if !read.iter().any(says_service) {
        unless.truncate(1);
        read.extend(unless);
    }
    // Filler words are filler only beside something that was understood.
    if understood {
        return read;
    }
    let has_content = words.iter().any(|word| !is_filler(&word.lower));
    let keeps = |word: &&Word| words.len() < needs::MANY_WORDS || !has_content || !is_filler(&word.lower);
    words.iter().filter(keeps).map(|word| Ast::Text(Text::Word(word.typed.clone()))).collect()
}

/// What is understood at a place.
#[derive(Default)]
struct Reading {
    /// Conditions; none for filler.
    conditions: Vec<Ast>,
    /// A condition that holds unless the query names a service.
    unless_service: Option<Ast>,
}

impl Reading {
    fn of(conditions: Vec<Ast>) -> Self {
        Self { conditions, unless_service: None }
    }
}

/// Whether a condition says which service, or which kind of service, is in dispute.
fn says_service(condition: &Ast) -> bool {
    matches!(field_of(condition), Some("drug" | "procedure"))
}

/// What is understood at a place, with alternatives and exclusions.
fn read_next(start: Cursor<'_>) -> Option<(Cursor<'_>, Reading)> {
    if let Some((cursor, condition)) = excluded(start) {
        return Some((cursor, Reading::of(vec![condition])));
    }
    if let Some((cursor, words)) = in_context(start) {
        return Some((cursor, Reading::of(words)));
    }
    let (mut cursor, meaning) = read_one(start)?;
    let mut conditions = match meaning {
        // Drugs in general, by another name.
        Meaning::Conditions(mut conditions) if matches!(&conditions[..], [one] if one.to_string() == "category:Pharmaceuticals") =>
        {
            return Some((cursor, Reading { unless_service: conditions.pop(), ..Reading::default() }));
        }
        Meaning::Conditions(conditions) => conditions,
        Meaning::Unless(condition) => {
            return Some((cursor, Reading { unless_service: Some(condition), ..Reading::default() }));
        }
        Meaning::Nothing => return Some((cursor, Reading::default())),
    };
    while let Some((next, alternatives)) = alternative(cursor, &conditions) {
        conditions = alternatives;
        cursor = next;
    }
    if cursor.skip("excluded|excepted") {
        return Some((cursor, Reading::of(vec![Ast::all_of(conditions).negated()])));
    }
    Some((cursor, Reading::of(conditions)))
}

fn read_one(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    RULES.iter().find_map(|rule| rule(start))
}

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
