//! Plain English: finds outcomes, drugs, procedures, regions of the body, guidelines, pages, specialties and years among
//! the words of a query and turns them into conditions on fields.
//!
//! Only bare words that must all be found are read: those beside operators and in quotes mean what they say. What is
//! understood is shown to the user, and can be switched off.

use imr_vocabulary::{Procedure, Rank, categories, drugs, guidelines, procedures, regions, specialties, spinal_levels};

use crate::ast::{Ast, Bound, Typed, Value};

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
        Ast::Word(word) => vec![Ast::Word(word)],
        other => return read_excluded(other),
    };
    let mut read: Vec<Ast> = Vec::new();
    let mut words: Vec<Typed> = Vec::new();
    for part in parts {
        if let Ast::Word(word) = part {
            words.push(word);
        } else {
            read.extend(read_words(&words));
            words.clear();
            read.push(read_excluded(part));
        }
    }
    read.extend(read_words(&words));
    match read.len() {
        0 => Ast::All,
        1 => read.remove(0),
        _ => Ast::And(read),
    }
}

/// What is excluded means the same as what is wanted: `NOT upheld` is `NOT outcome:upheld`.
fn read_excluded(query: Ast) -> Ast {
    match query {
        Ast::Not(part) => match *part {
            Ast::Word(word) => Ast::Not(Box::new(read_english(Ast::Word(word)))),
            other => Ast::Not(Box::new(other)),
        },
        other => other,
    }
}

/// A rule looks at the words that follow and tells how many it understands, and as what (`None`: they say nothing).
type Rule = fn(&[Typed]) -> Option<(usize, Option<Ast>)>;

/// The first of these that understands something at a place counts.
const RULES: [Rule; 6] = [page, guideline, year, duration, outcome, specialty];
/// If none does, the one of these that understands most words: `Botox injection` is a procedure, not a drug.
const NAMES: [Rule; 5] = [drug_class, drug, procedure, category, region];

/// What is understood at the first of some words.
fn read_first(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let first = RULES.iter().find_map(|rule| rule(words)).or_else(|| excluded(words));
    first.or_else(|| longest_name(words)).or_else(|| filler(words))
}

fn longest_name(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    // Of equally long ones the first.
    NAMES.iter().rev().filter_map(|rule| rule(words)).max_by_key(|(length, _)| *length)
}

/// `without opioids`, `no benzodiazepines`: what is named must not be there.
fn excluded(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    if !matches!(lower(words.first()?).as_str(), "no" | "not" | "without" | "except" | "excluding") {
        return None;
    }
    let (length, ast) = longest_name(&words[1..])?;
    Some((length + 1, Some(Ast::Not(Box::new(ast?)))))
}

fn read_words(words: &[Typed]) -> Vec<Ast> {
    let mut read = Vec::new();
    let mut understood = false;
    let mut at = 0;
    while at < words.len() {
        let found = read_first(&words[at..]);
        let (length, ast) = found.unwrap_or_else(|| (1, Some(Ast::Word(words[at].clone()))));
        understood |= matches!(ast, Some(Ast::Field { .. } | Ast::Not(_) | Ast::And(_) | Ast::Or(_)));
        match ast {
            Some(Ast::And(parts)) => read.extend(parts),
            ast => read.extend(ast),
        }
        at += length;
    }
    // Filler words are filler only beside something that was understood.
    if understood { read } else { words.iter().cloned().map(Ast::Word).collect() }
}

fn lower(word: &Typed) -> String {
    word.text.trim_matches([',', '.', '?', '!', ';']).to_lowercase()
}

fn condition(name: &str, value: &str, words: &[Typed]) -> Ast {
    let span = words[0].span.start..words[words.len() - 1].span.end;
    let typed = Typed::new(value, span.clone());
    let value = if value.contains(char::is_whitespace) { Value::Phrase(typed) } else { Value::Word(typed) };
    Ast::field(name, value, &span)
}

/// `citing page 24`, `pages 63-66`, `pages 63 to 66`, `p. 24`
fn page(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let lead = words
        .iter()
        .take_while(|word| matches!(lower(word).as_str(), "citing" | "cited" | "cites" | "on" | "at"))
        .count();
    let word = words.get(lead).map(lower)?;
    if !matches!(word.as_str(), "page" | "pages" | "pg" | "pp" | "p") {
        return None;
    }
    let text = words.get(lead + 1).map(lower)?;
    let (first, last) =
        text.split_once('-').map_or((text.as_str(), None), |(first, last)| (first, Some(last.to_owned())));
    let mut length = lead + 2;
    let mut last = last;
    if last.is_none()
        && words.get(length).is_some_and(|word| matches!(lower(word).as_str(), "to" | "through"))
        && let Some(end) = words.get(length + 1).map(lower).filter(|end| is_number(end))
    {
        last = Some(end);
        length += 2;
    }
    if !is_number(first) || last.as_deref().is_some_and(|last| !is_number(last)) {
        return None;
    }
    let read = &words[..length];
    let Some(last) = last else { return Some((length, Some(condition("page", first, read)))) };
    let bound = |text: &str| Some(Bound { text: text.to_owned(), inclusive: true });
    let span = read[0].span.start..read[length - 1].span.end;
    let range = Value::Range { from: bound(first), to: bound(&last), span: span.clone() };
    Some((length, Some(Ast::field("page", range, &span))))
}

/// `in 2016`, `decided in 2016`
fn year(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let lead = words
        .iter()
        .take_while(|word| matches!(lower(word).as_str(), "decided" | "dated" | "issued" | "in" | "from" | "during"))
        .count();
    let year = words.get(lead).map(lower)?;
    let is_year = is_number(&year) && year.len() == 4 && (year.starts_with("19") || year.starts_with("20"));
    (lead > 0 && is_year).then(|| (lead + 1, Some(condition("year", &year, &words[..=lead]))))
}

/// `past three weeks`, `longer than 2 to 3 weeks`: the reviewer finds the duration too long, or speaks of such times.
fn duration(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let first = lower(words.first()?);
    let lead = match first.as_str() {
        "past" | "beyond" | "over" | "exceeding" | "after" => 1,
        "longer" | "more" if lower(words.get(1)?) == "than" => 2,
        _ => return None,
    };
    let is_time = |word: &Typed| matches!(lower(word).as_str(), "days" | "weeks" | "months" | "years");
    // A number or two, and a word between them.
    let length = lead + words[lead..].iter().take(4).position(is_time)? + 1;
    let (read, unit) = (&words[..length], lower(&words[length - 1]));
    let gap = condition("gap", "duration exceeds guideline", read);
    (length > lead + 1).then(|| (length, Some(Ast::Or(vec![gap, condition("rationale", &unit, read)]))))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Outcomes, seen from the refusal (`upheld`) or from the treatment (`denied`, `approved`).
fn outcome(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let first = lower(words.first()?);
    if first == "not" {
        let outcome = outcome_word(&lower(words.get(1)?))?;
        return Some((2, Some(Ast::Not(Box::new(condition("outcome", outcome, &words[..2]))))));
    }
    Some((1, Some(condition("outcome", outcome_word(&first)?, &words[..1]))))
}

/// The outcome that a word means in queries.
pub(crate) fn outcome_word(word: &str) -> Option<&'static str> {
    match word {
        "upheld" | "uphold" | "denied" | "denials" | "refused" | "rejected" | "non-certified" | "noncertified" => {
            Some("upheld")
        }
        "overturned" | "overturn" | "approved" | "approvals" | "granted" | "allowed" | "reversed" | "certified" => {
            Some("overturned")
        }
        "modified" => Some("modified"),
        _ => None,
    }
}

/// `reviewed by a pain management specialist`, `by chiropractors`, `orthopedic surgery reviewers`
fn specialty(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let lead = words
        .iter()
        .take_while(|word| matches!(lower(word).as_str(), "reviewed" | "decided" | "by" | "a" | "an" | "the"))
        .count();
    let is_led = words[..lead].iter().any(|word| lower(word) == "by");
    let (length, specialty) = longest(&words[lead..], |name| {
        let singular = || specialties().get(name.strip_suffix('s')?);
        specialties().get(name).or_else(singular)
    })?;
    let is_person = |word: &Typed| {
        let word = lower(word);
        matches!(word.trim_end_matches('s'), "reviewer" | "specialist" | "physician" | "doctor")
    };
    let persons = words[lead + length..].iter().take_while(|word| is_person(word)).count();
    let is_meant = is_led || lead == 0 && persons > 0;
    is_meant
        .then(|| (lead + length + persons, Some(condition("specialty", specialty, &words[..lead + length + persons]))))
}

/// `chronic pain guideline`, `of the low back complaints chapter`
fn guideline(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let lead = words
        .iter()
        .take_while(|word| {
            matches!(lower(word).as_str(), "of" | "in" | "from" | "under" | "the" | "mtus" | "acoem" | "citing")
        })
        .count();
    let (length, title) = longest(&words[lead..], |name| {
        let spellings = [name.to_owned(), format!("{name} medical treatment"), format!("{name} complaints")];
        spellings.iter().find_map(|name| guidelines().get(name)).map(|guideline| guideline.title.as_str())
    })?;
    // Some names hold the word themselves.
    let is_kind = |word: &Typed| matches!(lower(word).trim_end_matches('s'), "guideline" | "chapter");
    let kinds = words[lead + length..].iter().take_while(|word| is_kind(word)).count();
    let read = lead + length + kinds;
    words[lead..read].iter().any(is_kind).then(|| (read, Some(condition("guideline", title, &words[..read]))))
}

/// A procedure, with the region that its name may hold (`shoulder arthroscopy`). Words that many procedures share
/// (`surgery`, `injections`) are their category.
fn procedure(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let (length, procedure) = longest(words, |name| procedures().get(name).map(|found| (found, name.to_owned())))
        .filter(|(_, (procedure, _))| procedure.rank != Rank::Aid)?;
    let read = &words[..length];
    let (Procedure { name, category, rank, .. }, typed) = procedure;
    let mut parts = vec![match rank {
        Rank::Specific => condition("procedure", name, read),
        _ if GENERAL.contains(&category.as_str()) => condition("category", category, read),
        _ => return None,
    }];
    if matches!(category.as_str(), "Surgery" | "Injection" | "Diagnostic Testing" | "Rehabilitation") {
        parts.extend(regions().find(&typed).map(|(_, region)| condition("body", region, read)));
    }
    let ast = if parts.len() == 1 { parts.remove(0) } else { Ast::And(parts) };
    Some((length, Some(ast)))
}

/// Categories that are meant where only a word that all of their procedures share is said.
const GENERAL: [&str; 2] = ["Surgery", "Injection"];

/// A category or sub-category by another name: `imaging`, `medical equipment`.
fn category(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let (length, category) = longest(words, |name| categories().get(name))?;
    let (field, value) = match &category.subcategory {
        Some(subcategory) => ("subcategory", subcategory),
        None => ("category", &category.category),
    };
    Some((length, Some(condition(field, value, &words[..length]))))
}

/// A region of the body or a level of the spine, with the side before it.
fn region(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let side = match lower(words.first()?).as_str() {
        "left" => Some("left"),
        "right" => Some("right"),
        "bilateral" | "both" => Some("bilateral"),
        _ => None,
    };
    let lead = usize::from(side.is_some());
    let named = &words[lead..];
    let (length, place) = longest(named, |name| regions().get(name))
        .map(|(length, region)| (length, ("body", region.to_owned())))
        .or_else(|| (lower(named.first()?) == "back").then(|| (1, ("body", "back".to_owned()))))
        .or_else(|| {
            let text = lower(named.first()?);
            (!spinal_levels(&text).is_empty()).then_some((1, ("spinal_level", text.to_uppercase())))
        })?;
    let (field, value) = place;
    let whole = &words[..lead + length];
    let region = condition(field, &value, &named[..length]);
    let ast = match side {
        Some(side) => Ast::And(vec![condition("laterality", side, &words[..1]), region]),
        None => region,
    };
    Some((whole.len(), Some(ast)))
}

/// The longest name that begins here, up to six words.
fn longest<T>(words: &[Typed], find: impl Fn(&str) -> Option<T>) -> Option<(usize, T)> {
    (1..=words.len().min(6)).rev().find_map(|length| {
        let name = words[..length].iter().map(lower).collect::<Vec<_>>().join(" ");
        find(&name).map(|found| (length, found))
    })
}

/// A drug class. Lay words mean a use, so that they also find drugs that only may be counted to the class.
fn drug_class(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    if let Some((length, class)) = longest(words, |name| drugs().lay_class(name)) {
        let read = &words[..length];
        let either = ["class", "other_class"].map(|field| condition(field, class, read));
        return Some((length, Some(Ast::Or(either.to_vec()))));
    }
    let (length, class) = longest(words, |name| drugs().class(name))?;
    Some((length, Some(condition("class", class, &words[..length]))))
}

fn drug(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let (length, drug) = longest(words, |name| drugs().get(name))?;
    Some((length, Some(condition("drug", &drug.name.to_lowercase(), &words[..length]))))
}

/// Words that ask for decisions without saying which.
fn filler(words: &[Typed]) -> Option<(usize, Option<Ast>)> {
    let word = lower(words.first()?);
    let says_nothing = matches!(
        word.as_str(),
        "decision"
            | "decisions"
            | "case"
            | "cases"
            | "letter"
            | "letters"
            | "request"
            | "requests"
            | "show"
            | "find"
            | "all"
            | "me"
            | "the"
            | "a"
            | "an"
            | "of"
            | "for"
            | "about"
            | "on"
            | "with"
            | "where"
            | "which"
            | "that"
            | "were"
            | "was"
            | "citing"
            | "and"
            | "at"
            | "in"
            | "to"
            | "by"
            | "prescription"
            | "prescriptions"
    );
    says_nothing.then_some((1, None))
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
