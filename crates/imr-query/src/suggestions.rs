//! How a query that is being typed may go on: names of fields, their values, and what the vocabulary knows.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use imr_index::{FieldDefinition, Schema};
use imr_model::{Agreement, CaseOutcome, Family, Laterality, Layout, Outcome};
use imr_vocabulary::{Entry, tables};
use serde::Serialize;
use utoipa::ToSchema;

/// How a query may go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suggestion {
    /// The whole query with it.
    pub text: String,
    /// What it is called.
    pub label: String,
    /// The field that it is, or is a value of.
    pub field: String,
    /// What it means. Empty where the name says it.
    pub doc: String,
}

/// How the last word of a query may go on, the likeliest first: the name of a field, a value behind the name of a field, or a
/// name that the vocabulary knows, by any of its words. What is suggested is written in the query language.
///
/// # Examples
///
/// ```
/// let found = imr_query::suggestions("upheld xan", 1);
/// assert_eq!(found[0].text, "upheld drug:Xanax");
/// ```
#[must_use]
pub fn suggestions(query: &str, most: usize) -> Vec<Suggestion> {
    let (before, word) = last_word(query);
    if word.is_empty() {
        return Vec::new();
    }
    let mut found = match word.split_once(':') {
        Some((name, value)) => values_behind(name, value),
        None => fields(word).chain(names(word)).collect(),
    };
    found.truncate(most);
    found
        .into_iter()
        .map(|suggestion| Suggestion { text: format!("{before}{}", suggestion.text), ..suggestion })
        .collect()
}

/// The values of a field that are known without an index.
#[must_use]
pub fn known_values(field: &FieldDefinition) -> BTreeSet<String> {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    match field.name.strip_prefix("ca.").unwrap_or(&field.name) {
        "outcome" => owned(&Outcome::ALL.map(Outcome::as_str)),
        "case-outcome" => owned(&CaseOutcome::ALL.map(CaseOutcome::as_str)),
        "agree" => owned(&Agreement::ALL.map(Agreement::as_str)),
        "laterality" => owned(&Laterality::ALL.map(Laterality::as_str)),
        "family" | "level" => {
            owned(&[Family::Mtus, Family::Acoem, Family::Odg, Family::Other, Family::NoneStated].map(Family::as_str))
        }
        "layout" => owned(
            &[
                Layout::FinalDetermination,
                Layout::Determination2014,
                Layout::Notice2013,
                Layout::ProfessionalReview,
                Layout::Unknown,
            ]
            .map(Layout::as_str),
        ),
        "sex" => owned(&["female", "male"]),
        "priority" => owned(&["Standard", "Expedited"]),
        "retrospective" | "dependent" | "partial" => owned(&["true", "false"]),
        "other_class" => known_names("class"),
        "subcategory" => {
            let facts = entries("categories.tsv").map(|entry| entry.fact("subcategory").to_owned());
            facts.filter(|fact| !fact.is_empty()).collect()
        }
        name => known_names(name),
    }
}

/// A condition on a field, as people write it: with quotes only where a value needs them.
#[must_use]
pub fn condition(field: &str, value: &str) -> String {
    let is_word = value.chars().all(|letter| letter.is_alphanumeric() || "-/.&".contains(letter));
    if is_word { format!("{field}:{value}") } else { format!("{field}:\"{value}\"") }
}

/// The tables whose first column holds values of fields, those first that people type most. The column tells what a name
/// means.
const NAMES: [(&str, &str, &str); 10] = [
    ("drug_classes.tsv", "class", ""),
    ("ingredients.tsv", "drug", "class"),
    ("products.tsv", "drug", "ingredients"),
    ("procedures.tsv", "procedure", "subcategory"),
    ("body_regions.tsv", "body", ""),
    ("guidelines.tsv", "guideline", "body"),
    ("specialties.tsv", "specialty", ""),
    ("categories.tsv", "category", ""),
    ("gaps.tsv", "gap", "doc"),
    ("sections.tsv", "section", "guideline"),
];

/// Brands are found, and no values.
const BRANDS: &str = "products.tsv";

fn entries(table: &str) -> impl Iterator<Item = Entry> {
    tables().iter().filter(move |known| known.name() == table).flat_map(|table| table.entries())
}

fn known_names(field: &str) -> BTreeSet<String> {
    let of_field = NAMES.iter().filter(|(table, of, _)| *of == field && *table != BRANDS);
    of_field.flat_map(|(table, ..)| entries(table)).map(|entry| entry.name).collect()
}

/// What stands before the last word of a query, and this word. A quote that is open begins a word or belongs to one; a
/// hyphen or bracket before it stays.
fn last_word(query: &str) -> (&str, &str) {
    let mut start = 0;
    let mut is_quoted = false;
    for (at, letter) in query.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ' ' | '\t' | '\n' | '(' if !is_quoted => start = at + letter.len_utf8(),
            '-' if at == start => start = at + 1,
            _ => {}
        }
    }
    query.split_at(start)
}

fn fields(word: &str) -> impl Iterator<Item = Suggestion> {
    let typed = word.to_lowercase();
    let suggestion = |field: &FieldDefinition| Suggestion {
        text: format!("{}:", field.name),
        label: format!("{}:", field.name),
        field: field.name.clone(),
        doc: field.doc.clone(),
    };
    let meant = Schema::shared().public_fields().map(|(_, field)| field);
    meant.filter(move |field| field.name.starts_with(&typed)).map(suggestion)
}

/// A name of the vocabulary.
struct Name {
    field: &'static str,
    text: String,
    doc: String,
}

/// The names of the vocabulary, and which of them each word begins.
struct Names {
    names: Vec<Name>,
    /// Words in lower case, each with its place in a name and the number of the name; sorted.
    words: Vec<(String, usize, usize)>,
}

static KNOWN: LazyLock<Names> = LazyLock::new(|| {
    let mut seen = HashSet::new();
    let of_table = |&(table, field, column): &(&'static str, &'static str, &'static str)| {
        entries(table).map(move |entry| Name { field, doc: entry.fact(column).to_owned(), text: entry.name })
    };
    let names: Vec<Name> =
        NAMES.iter().flat_map(of_table).filter(|name| seen.insert((name.field, name.text.to_lowercase()))).collect();
    let mut words: Vec<(String, usize, usize)> = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let own = split(&name.text).enumerate();
        words.extend(own.map(|(place, word)| (word, place, number)));
    }
    words.sort_unstable();
    Names { names, words }
});

/// The words of a name, in lower case.
fn split(name: &str) -> impl Iterator<Item = String> {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

impl Names {
    /// The names with a word that begins so: first those that begin with it, of these the shortest.
    fn beginning(&self, typed: &str) -> Vec<&Name> {
        let from = self.words.partition_point(|(word, ..)| word.as_str() < typed);
        let found = self.words[from..].iter().take_while(|(word, ..)| word.starts_with(typed));
        let rank = |(_, place, number): &(String, usize, usize)| (*place > 0, self.names[*number].text.len(), *number);
        let mut ranked: Vec<(bool, usize, usize)> = found.map(rank).collect();
        ranked.sort_unstable();
        let mut seen = HashSet::new();
        ranked.retain(|(.., number)| seen.insert(*number));
        ranked.into_iter().map(|(.., number)| &self.names[number]).collect()
    }
}

fn names(word: &str) -> impl Iterator<Item = Suggestion> {
    let typed = word.trim_matches('"').to_lowercase();
    let found = if typed.is_empty() { Vec::new() } else { KNOWN.beginning(&typed) };
    found.into_iter().map(|Name { field, text, doc }| suggestion(field, field, text, doc))
}

/// The values of a field that begin as typed, then those with a word that does, and of drugs also brands.
fn values_behind(name: &str, typed: &str) -> Vec<Suggestion> {
    let side = ["any.", "mx."].iter().find_map(|side| name.strip_prefix(side)).unwrap_or(name);
    let schema = Schema::shared();
    let Some(field) = schema.find(side).map(|id| schema.definition(id)).filter(|field| field.is_public()) else {
        return Vec::new();
    };
    let typed = typed.trim_start_matches(['"', '=']).to_lowercase();
    let values = known_values(field);
    let begin = values.iter().filter(|value| value.to_lowercase().starts_with(&typed));
    let of_field = field.name.strip_prefix("ca.").unwrap_or(&field.name);
    let named = if typed.is_empty() { Vec::new() } else { KNOWN.beginning(&typed) };
    let named = named.into_iter().filter(|known| known.field == of_field);
    let mut found: Vec<Suggestion> = Vec::new();
    for (value, doc) in begin.map(|value| (value, "")).chain(named.map(|known| (&known.text, known.doc.as_str()))) {
        if found.iter().all(|other| other.label != *value) {
            found.push(suggestion(&field.name, name, value, doc));
        }
    }
    found
}

/// A value, under the name by which the field was typed.
fn suggestion(field: &str, typed: &str, value: &str, doc: &str) -> Suggestion {
    Suggestion { text: condition(typed, value), label: value.to_owned(), field: field.to_owned(), doc: doc.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_goes_on() {
        for (query, want) in [
            ("spec", "specialty:"),
            ("upheld outco", "upheld outcome:"),
            ("outcome:o", "outcome:overturned"),
            ("o:over", "o:overturned"),
            ("upheld -outcome:u", "upheld -outcome:upheld"),
            ("(mri OR class:benz", "(mri OR class:Benzodiazepines"),
            ("class:\"adrenal co", "class:\"Adrenal Cortical Steroids\""),
            ("drug:xanax", "drug:Xanax"),
            ("cortical", "class:\"Adrenal Cortical Steroids\""),
            ("any.guideline:chronic", "any.guideline:\"Chronic Pain\""),
        ] {
            let found = suggestions(query, 1);
            assert_eq!(found.first().map(|first| first.text.as_str()), Some(want), "case: {query}");
        }
        for nothing in ["", "upheld ", "zzzz", "nofield:x", "rationale:pain"] {
            assert_eq!(suggestions(nothing, 10), [], "case: {nothing}");
        }
    }

    #[test]
    fn what_is_suggested_is_a_query() {
        let today = jiff::civil::date(2017, 3, 1);
        for letter in 'a'..='z' {
            for Suggestion { text, .. } in suggestions(&letter.to_string(), usize::MAX) {
                let query = if text.ends_with(':') { format!("{text}*") } else { text };
                assert_eq!(crate::checked(&query, true, today), Ok(()), "case: {query}");
            }
        }
    }
}
