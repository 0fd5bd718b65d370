//! What distinguishes two sets of decisions.

use imr_index::{DocumentId, IndexReader, PATH_SEPARATOR, sentences, stem_term, words};
use imr_query::{Contrast, ContrastedSet, Occurrence, QueryError, Request, Shown, WORD, contrast, printed_word};
use imr_vocabulary::gaps;
use serde::Serialize;

/// What distinguishes two sets of decisions.
#[derive(Debug)]
pub struct Comparison {
    /// The first set.
    pub first: ContrastedSet,
    /// The second set.
    pub second: ContrastedSet,
    /// How many decisions are in both, and left out.
    pub both: usize,
    /// What occurs in the one clearly more often than in the other: field by field, the strongest first.
    pub distinctions: Vec<Distinction>,
}

/// Something that occurs in one set of decisions clearly more often than in the other.
#[derive(Clone, Debug, Serialize)]
pub struct Distinction {
    /// The field, or `word`.
    pub field: String,
    /// The value, or the commonest form of the word in rationales.
    pub value: String,
    /// In how many decisions of the first set it occurs.
    pub first: usize,
    /// In how many of the second.
    pub second: usize,
    /// The share of the first set, from 0 to 1.
    pub first_share: f64,
    /// The share of the second set.
    pub second_share: f64,
    /// Which set has it more often.
    pub more_in: More,
    /// The log-likelihood ratio of the difference ([`log_likelihood_ratio`]).
    pub g2: f64,
    /// A decision of the set that has it more often: the newest.
    pub example: Option<Example>,
}

/// One of two sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum More {
    /// The first.
    First,
    /// The second.
    Second,
}

/// A decision in which something occurs.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// What its letter is called.
    pub letter: String,
    /// Its place in the letter.
    pub n: usize,
    /// The sentence of the rationale that holds the word or states the gap; of other fields, the heading.
    pub text: String,
}

/// The fields whose values are compared.
pub const COMPARED: [&str; 12] = [
    "gap",
    "guideline",
    "section",
    "page",
    "ca.guideline",
    "agree",
    "level",
    "specialty",
    "class",
    "drug",
    "procedure",
    "body",
];

/// Differences below this are left out: by chance one in a hundred values of equally frequent ones exceeds it (the 99 %
/// point of the chi-squared distribution with one degree of freedom).
pub const LEAST_G2: f64 = 6.634_896_601_021_214;

/// What distinguishes the decisions that two requests find. Decisions that both find are left out.
///
/// How often something occurs is compared by the log-likelihood ratio, which is right for rare things too, where the
/// chi-squared test is not (Dunning 1993). Decisions of one letter, and copies of one rationale, are counted as if they were
/// independent: a difference is a lead, not a proof.
///
/// # Errors
///
/// As [`imr_query::search()`].
pub fn compare(
    index: &IndexReader,
    requests: [&Request; 2],
    fields: &[String],
    with_words: bool,
    most: usize,
) -> Result<Comparison, QueryError> {
    let contrast = contrast(index, requests, fields, with_words)?;
    let sizes = [contrast.first.decisions, contrast.second.decisions];
    let all = contrast.occurrences.iter().filter_map(|occurrence| distinction(occurrence, sizes));
    let mut distinctions = strongest(all.collect(), most);
    let shown: Vec<Shown<'_>> = distinctions.iter().map(shown).collect();
    let examples = contrast.newest(&shown)?;
    for (distinction, document) in distinctions.iter_mut().zip(examples) {
        distinction.example = document.map(|document| example(index, document, distinction)).transpose()?;
        distinction.value = match distinction.field.as_str() {
            WORD => printed_word(index, &distinction.value)?,
            _ => distinction.value.replace(PATH_SEPARATOR, " > "),
        };
    }
    let Contrast { first, second, both, .. } = contrast;
    Ok(Comparison { first, second, both, distinctions })
}

/// The log-likelihood ratio of a two by two table (Dunning 1993, "Accurate methods for the statistics of surprise and
/// coincidence"): twice the logarithm of how much likelier the counts are if the two sets differ than if they do not. `with`
/// of so many decisions of each set have something, out of `sizes`.
///
/// # Examples
///
/// ```
/// // Table 1 of the paper: `the swiss`.
/// let ratio = imr_precedent::log_likelihood_ratio([110, 111], [110 + 2442, 111 + 29_114]);
/// assert_eq!(format!("{ratio:.2}"), "270.72");
/// ```
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of decisions")]
pub fn log_likelihood_ratio(with: [usize; 2], sizes: [usize; 2]) -> f64 {
    let all = (sizes[0] + sizes[1]) as f64;
    let having = (with[0] + with[1]) as f64;
    let cell = |count: usize, column: f64, size: usize| {
        let (count, expected) = (count as f64, column * size as f64 / all);
        if count == 0.0 { 0.0 } else { count * (count / expected).ln() }
    };
    let of_set = |set: usize| {
        let without = sizes[set].saturating_sub(with[set]);
        cell(with[set], having, sizes[set]) + cell(without, all - having, sizes[set])
    };
    (2.0 * (of_set(0) + of_set(1))).max(0.0)
}

/// A difference that is clear enough.
#[expect(clippy::cast_precision_loss, reason = "numbers of decisions")]
fn distinction(occurrence: &Occurrence, sizes: [usize; 2]) -> Option<Distinction> {
    let Occurrence { field, value, first, second } = occurrence.clone();
    let g2 = log_likelihood_ratio([first, second], sizes);
    let share = |count: usize, size: usize| if size == 0 { 0.0 } else { count as f64 / size as f64 };
    let (first_share, second_share) = (share(first, sizes[0]), share(second, sizes[1]));
    let more_in = if first_share > second_share { More::First } else { More::Second };
    let is_clear = g2 >= LEAST_G2 && sizes.iter().all(|size| *size > 0);
    is_clear.then_some(Distinction {
        field,
        value,
        first,
        second,
        first_share,
        second_share,
        more_in,
        g2,
        example: None,
    })
}

/// Of each field and set the strongest distinctions, in the order of the fields.
fn strongest(all: Vec<Distinction>, most: usize) -> Vec<Distinction> {
    let mut fields: Vec<Vec<Distinction>> = Vec::new();
    for distinction in all {
        match fields.iter_mut().find(|field| field[0].field == distinction.field) {
            Some(field) => field.push(distinction),
            None => fields.push(vec![distinction]),
        }
    }
    let mut told = Vec::new();
    for mut field in fields {
        field.sort_by(|one, other| other.g2.total_cmp(&one.g2).then_with(|| one.value.cmp(&other.value)));
        for set in [More::First, More::Second] {
            told.extend(field.iter().filter(|distinction| distinction.more_in == set).take(most).cloned());
        }
    }
    told
}

/// What is looked for to show a distinction.
fn shown(Distinction { field, value, more_in, .. }: &Distinction) -> Shown<'_> {
    Shown { field, value, in_second: *more_in == More::Second }
}

/// A decision that shows a distinction: the sentence of its rationale that holds the word or states the gap, or else its
/// heading.
fn example(index: &IndexReader, document: DocumentId, shows: &Distinction) -> Result<Example, QueryError> {
    let letter = index.letter(index.first_of_letter(document)?)?;
    let n = index.place_in_letter(document)?;
    let decision = n.checked_sub(1).and_then(|place| letter.decisions.get(place));
    let text = decision.map(|decision| {
        let rationale = decision.rationale.as_deref().unwrap_or_default();
        let mut found = sentences(rationale).into_iter().map(|range| rationale[range].trim());
        let sentence = match shows.field.as_str() {
            WORD => found.find(|sentence| words(sentence).any(|word| stem_term(&word.text) == shows.value)),
            "gap" => found.find(|sentence| gaps().in_text(sentence).contains(&shows.value.as_str())),
            _ => None,
        };
        sentence.unwrap_or(&decision.treatment).to_owned()
    });
    Ok(Example { letter: letter.name().to_owned(), n, text: text.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_of_tables() {
        for (with, sizes, want) in [
            // Nothing differs.
            ([10, 20], [100, 200], 0.0),
            ([0, 0], [100, 200], 0.0),
            ([100, 200], [100, 200], 0.0),
            // Everything differs: twice all decisions times the entropy of the sets.
            ([10, 0], [10, 10], 27.7259),
            ([3, 17], [20, 20], 21.6350),
            ([17, 3], [20, 20], 21.6350),
        ] {
            let ratio = log_likelihood_ratio(with, sizes);
            assert!((ratio - want).abs() < 0.001, "case: {with:?} of {sizes:?}: {ratio}");
        }
    }

    #[test]
    fn the_strongest_of_each_field_and_set_are_told() {
        let occurrence = |field: &str, value: &str, first, second| Occurrence {
            field: field.to_owned(),
            value: value.to_owned(),
            first,
            second,
        };
        let all = [
            occurrence("gap", "weak", 30, 10),
            occurrence("gap", "strong", 60, 10),
            occurrence("gap", "even", 20, 20),
            occurrence("gap", "other", 10, 50),
            occurrence("body", "neck", 0, 40),
        ];
        let all = all.iter().filter_map(|occurrence| distinction(occurrence, [100, 100])).collect();
        let told: Vec<(String, More)> = strongest(all, 1).into_iter().map(|told| (told.value, told.more_in)).collect();
        let want = [("strong", More::First), ("other", More::Second), ("neck", More::Second)];
        assert_eq!(told, want.map(|(value, more)| (value.to_owned(), more)));
        assert!(distinction(&occurrence("gap", "alone", 90, 0), [100, 0]).is_none(), "nothing to compare with");
    }
}
