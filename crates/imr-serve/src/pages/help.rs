//! The page that explains queries.

use imr_index::Schema;
use maud::{Markup, html};

use super::keys;
use super::layout::{Beside, Page, Section};
use super::parts::search_form::{EXAMPLES, form};
use super::parts::worded::worded;
use crate::resources::search::SearchParameters;
use crate::urls;

/// The forms that a query can have: examples, and what they mean.
const FORMS: [(&[&str], &str); 13] = [
    (&["norco weaning"], "both words, in any form (`weaned`), in any text field"),
    (&["\"functional improvement\""], "the exact phrase, without stems and synonyms"),
    (&["norco OR percocet", "mri -lumbar"], "`OR`, `NOT` and brackets, in capitals; a hyphen excludes"),
    (&["\"opioid taper\"~5"], "the words up to 5 moves apart"),
    (
        &["taper /5 opioid", "\"red flag\" /s (deficit OR weak*)"],
        "at most 5 words apart, in one sentence (`/s`), in one paragraph (`/p`); `+5` keeps the order",
    ),
    (&["taper*", "gr?y", "weaning~1"], "words by their letters: any letters, one letter, one wrong letter"),
    (&["outcome:overturned", "class:(opioids OR benzos)"], "a field, with one value or several"),
    (&["drug:*", "-drug:*"], "any value, or none"),
    (
        &["page:63-66", "age:50..65", "date:>=2016", "date:-90d"],
        "ranges; days by year, month or day, or back from today",
    ),
    (
        &["ca.page:94", "any.guideline:odg"],
        "what the claims administrator cited, what either side cited; plain names mean the reviewer",
    ),
    (
        &["procedure:NCV", "body:neck", "drug:xanax"],
        "any name that is known: a synonym, an abbreviation, a brand, a lay word",
    ),
    (&["~(lumbar mri \"red flag\")"], "as many of these as possible: the more, the higher a decision ranks"),
    (&["class:=\"Opioids\""], "a value exactly as it is counted"),
];

/// The page.
pub(crate) fn page() -> Markup {
    let head = Page { title: "Help", section: Section::Help, query: None, context: None, beside: Beside::default() };
    head.with(&html! {
        h1 { "How to search" }
        (form(&SearchParameters::default(), false))
        section.help {
            h2 { "As you would say it" }
            p.prose { "Type what you want to know. Outcomes, drugs and their classes, procedures, regions of the body, guidelines with their pages, "
                "specialties, states, dates, sex and age become conditions; what is left are words. How a query was read is always "
                "shown beneath the box: click a condition to take it away. “Words as typed” switches the reading off, quotation "
                "marks protect words." }
            ul { @for query in EXAMPLES { li { (example(query)) } } }
            h2 { "The query language" }
            div.scrolled tabindex="0" role="region" aria-label="The query language" { (forms()) }
            h2 #fields { "Fields" }
            p.prose { "What is read of a letter, and asked for by a name or its short form. Where a letter does not say, the field is missing." }
            div.scrolled tabindex="0" role="region" aria-label="Fields" { (fields()) }
            h2 { "Rates" }
            p.prose { "A rate is the share of refusals that were overturned wholly, of the decisions whose letter prints an outcome, with "
                "Wilson's 95 % interval. Of fewer than 20 decisions only the interval is told. Services that go with an operation "
                "share its fate and are left out. Where a search asks for an outcome, its rate is told for any outcome." }
            h2 { "Keys" }
            (keys::list())
        }
    })
}

fn example(query: &str) -> Markup {
    html! { a href=(urls::search(query)) { code { (query) } } }
}

fn forms() -> Markup {
    html! {
        table {
            caption { "Forms of queries; each example is a search" }
            thead { tr { th scope="col" { "Form" } th scope="col" { "Meaning" } } }
            tbody { @for (examples, meaning) in FORMS {
                tr {
                    td { ul { @for query in examples { li { (example(query)) } } } }
                    td { (worded(meaning)) }
                }
            } }
        }
    }
}

fn fields() -> Markup {
    html! {
        table {
            caption { "Fields; each example is a search" }
            thead { tr {
                th scope="col" { "Field" }
                th scope="col" { "Short" }
                th scope="col" { "What it holds" }
                th scope="col" { "Example" }
            } }
            tbody { @for (_, field) in Schema::shared().public_fields() {
                tr {
                    th scope="row" { code { (field.name) } }
                    td { @if let Some(alias) = &field.alias { code { (alias) } } }
                    td { (worded(&field.doc)) }
                    td { @if let Some(query) = &field.example { (example(query)) } }
                }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use imr_query::checked;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_example_is_a_query() {
        for query in FORMS.iter().flat_map(|(examples, _)| *examples).chain(&EXAMPLES) {
            assert_eq!(checked(query, false, date(2017, 3, 1)), Ok(()), "case: {query}");
        }
    }
}
