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

use imr_vocabulary::gaps;

use crate::ast::{Ast, Text, Typed, Value};
use cursor::{Cursor, Word, is_one_of};

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
    let number =
        cursor.rest().first()?.typed.text.trim_matches([',', '.', '?']).parse::<imr_model::CaseNumber>().ok()?;
    cursor.at += 1;
    Some((cursor, Meaning::one(cursor.condition(start.at, "case", number.as_str()))))
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
    let said: Vec<String> = parts.iter().filter(|part| is_word(part)).map(Ast::to_string).collect();
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
    let is_need = words >= MANY_WORDS || words >= 2 && said.len() > LONG && !is_search(&distinct);
    if is_need { as_need(distinct, &said.join(" ")) } else { Ast::all_of(distinct) }
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
/// A query of so many words that finds nothing describes a need, too.
const LONG: usize = 7;

fn is_word(part: &Ast) -> bool {
    matches!(part, Ast::Text(Text::Word(_)))
}

/// A need: words and concepts rank, other conditions (dates, people, pages) must be met. What the need finds wanting, as a
/// rationale would, ranks as well.
fn as_need(parts: Vec<Ast>, said: &str) -> Ast {
    // `upheld` at the head of a need is meant; farther on it is a part of the story.
    let is_head = |at: usize, part: &Ast| at <= 1 && field_of(part) == Some("outcome");
    let ranks = |at: usize, part: &Ast| {
        is_word(part) && !is_function_word(part) || crate::plan::concept_weight(part).is_some() && !is_head(at, part)
    };
    let (ranking, others): (Vec<_>, Vec<_>) = parts.into_iter().enumerate().partition(|(at, part)| ranks(*at, part));
    let ranking: Vec<Ast> = ranking.into_iter().map(|(_, part)| part).collect();
    let others = others.into_iter().map(|(_, part)| part);
    // What is not there ranks nothing, and in a need `without` seldom excludes.
    let is_meant =
        |part: &Ast| !is_word(part) && !matches!(part, Ast::Not(inner) if crate::plan::concept_weight(inner).is_some());
    let mut conditions: Vec<Ast> = others.filter(is_meant).collect();
    let gaps = gaps().in_text(said).into_iter().map(|tag| {
        let text = Text::Phrase { text: Typed::new(tag, 0..0), slop: 0 };
        Ast::field("gap", Value::Text(text), &(0..0))
    });
    conditions.push(Ast::Most(ranking.into_iter().chain(gaps).collect()));
    Ast::all_of(conditions)
}

/// Weaker readings of a query that finds nothing, the nearest first: one in which its words only rank, and of a long query
/// one in which its concepts do, too.
pub(crate) fn relaxed(query: &Ast, typed: &str) -> Vec<Ast> {
    let Ast::And(parts) = query else { return Vec::new() };
    let (words, conditions): (Vec<Ast>, Vec<Ast>) = parts.iter().cloned().partition(is_word);
    if words.is_empty() || conditions.is_empty() && words.len() == 1 {
        return Vec::new();
    }
    // A concept that is asked for anyway lets decisions without any of the words pass.
    let concept = conditions.iter().find(|part| crate::plan::concept_weight(part).is_some()).cloned();
    let ranking = match concept {
        None if !conditions.is_empty() => None,
        concept => Some(Ast::Most(concept.into_iter().chain(words).collect())),
    };
    let by_words = Ast::all_of(conditions.into_iter().chain(ranking).collect());
    let is_long = typed.split_whitespace().count() >= LONG;
    match (is_long, is_search(parts)) {
        (true, false) => vec![as_need(parts.clone(), typed), by_words],
        (true, true) => vec![by_words, as_need(parts.clone(), typed)],
        (false, _) => vec![by_words],
    }
}

/// Whether a query has conditions that a need has not: dates, people, pages.
fn is_search(parts: &[Ast]) -> bool {
    let is_hard =
        |part: &Ast| !is_word(part) && crate::plan::concept_weight(part).is_none() && !matches!(part, Ast::Not(_));
    parts.iter().any(is_hard)
}

/// Words that join others: in a need they say nothing by themselves.
fn is_function_word(part: &Ast) -> bool {
    const JOINING: &str = "
        without not no nor never after before because since until when while though although despite during against between
        beyond longer more most less least than then too very only itself themselves again further also still yet whose
        continued requested used using done made kept given such or and but if unless rather instead
        ";
    let Ast::Text(Text::Word(word)) = part else { return false };
    let word = Word::new(word.clone());
    JOINING.split_whitespace().any(|joining| joining == word.lower)
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
    if !read.iter().any(names_service) {
        unless.truncate(1);
        read.extend(unless);
    }
    // Filler words are filler only beside something that was understood.
    if understood {
        return read;
    }
    let has_content = words.iter().any(|word| !is_filler(&word.lower));
    let keeps = |word: &&Word| words.len() < MANY_WORDS || !has_content || !is_filler(&word.lower);
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

/// Whether a condition says which service is in dispute.
fn names_service(condition: &Ast) -> bool {
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

/// `without opioids`, `not reviewed by chiropractors`, `other than MRI or CT`: what is named must not be there.
fn excluded(start: Cursor<'_>) -> Option<(Cursor<'_>, Ast)> {
    let mut cursor = start;
    let negation = cursor.phrase("but not|and not|other than|apart from|rather than|not including|not involving")
        || cursor.skip("no|not|without|except|excluding|excepting|non|minus");
    if !negation {
        return None;
    }
    cursor.skip_all("for|the|a|an|any|those|ones|involving|about|requests|decisions");
    let is_of_reviewer = start.before().iter().rev().take(2).any(|word| people::is_reviewer(&word.lower));
    let specialty = if is_of_reviewer { people::any_specialty(cursor) } else { None };
    let (mut cursor, meaning) = specialty.or_else(|| read_one(cursor))?;
    let Meaning::Conditions(conditions) = meaning else { return None };
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
fn in_context(start: Cursor<'_>) -> Option<(Cursor<'_>, Vec<Ast>)> {
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
    let is_any_operation =
        |condition: &Ast| field_of(condition) == Some("procedure") && condition.to_string() == "category:Surgery";
    if matches!(&meaning, Meaning::Conditions(conditions) if conditions.iter().any(is_any_operation)) {
        return Some((cursor, Vec::new()));
    }
    let words = &cursor.before()[first..];
    let content = words.iter().filter(|word| !is_filler(&word.lower));
    Some((cursor, content.map(|word| Ast::Text(Text::Word(word.typed.clone()))).collect()))
}

/// `knee or shoulder MRI`, `acupuncture and chiropractic`: another value of the same field is an alternative. Several
/// regions of the body, states and specialties joined by `and` must all be there.
fn alternative<'w>(start: Cursor<'w>, conditions: &[Ast]) -> Option<(Cursor<'w>, Vec<Ast>)> {
    const ALL_AT_ONCE: &str = "body|state|specialty|spinal_level";
    let mut cursor = start;
    let is_choice = cursor.skip("or|and/or|/");
    let is_listed = start.before().last().is_some_and(|word| word.ends_part);
    if !is_choice && !cursor.skip("and|&") && !is_listed {
        return None;
    }
    cursor.skip_all("a|an|the|or|of|for|either|of");
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
        // A procedure with its region.
        Ast::And(parts) => field_of(parts.first()?).filter(|field| *field == "procedure"),
        _ => None,
    }
}

/// Words that ask for decisions without saying which.
fn filler(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    if cursor.phrase(
        "in any form|of any kind|of any sort|in any way|ruled on|at all|i want to see|as well|in which|\
            for which|as well as|with respect to|related to|relating to|in cases of",
    ) {
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
    anything everything something anyone want wanted need needs needed later then ruled rule ruling rulings handled alone
    got listed came back went put made asked asks sought seeking seek ordered filed thing things stuff there's
    wants whats what's several various some only still even really actually total number submitted against
    defence-side defense-side said say body part parts kind kinds type types any every each either both etc versus vs
    case cases decision decisions determination determinations dispute disputed disputes find imr imrs involved issue issues
    issued letter letters outcome outcomes request requested requesting requests reviewed review reviews treatment treatments
    prescription prescriptions prescribed medication medications service services patient patients worker workers claimant
    claimants applicant applicants injured employee employees person people reviewer reviewers physician physicians doctor
        doctors decided decide concerning claims administrator insurer carrier adjuster ur utilization
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
