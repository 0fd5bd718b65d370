//! The box, and how its answer is to be shown.

use maud::{Markup, html};

use crate::parameters::Switch;
use crate::resources::search::{Grouping, Order, SearchParameters};
use crate::urls;

/// Queries that show what can be asked.
pub(crate) const EXAMPLES: [&str; 6] = [
    "upheld benzodiazepine decisions citing page 24",
    "lumbar MRI overturned red flags",
    "Xanax weaning",
    "denied acupuncture, reviewer licensed in Florida",
    "\"functional improvement\" /s opioid*",
    "MRI where the insurer cited ODG but the reviewer relied on MTUS",
];

const ORDERS: [(Order, &str, &str); 4] = [
    (Order::Score, "score", "Best match"),
    (Order::Newest, "-date", "Newest"),
    (Order::Oldest, "date", "Oldest"),
    (Order::Case, "case", "Case number"),
];

/// The names of parameters that the form has fields for.
const FIELDS: [&str; 6] = ["q", "sort", "group", "collapse", "explain", "literal"];

/// One form with the whole state of a search.
pub(crate) fn form(parameters: &SearchParameters, has_options: bool) -> Markup {
    let others = parameters.first_page().pairs().into_iter().filter(|(name, _)| !FIELDS.contains(&name.as_str()));
    html! {
        form.search role="search" action="/search" {
            div.box {
                label.hidden for="q" { "Search decisions" }
                input #q type="search" name="q" value=(parameters.q) autocomplete="off" spellcheck="false"
                    placeholder="Words, fields or plain English" aria-describedby="q-help";
                button { "Search" }
            }
            p.hidden #q-help { "Type as you would say it, or use fields such as outcome:overturned." }
            @for (name, value) in others { input type="hidden" name=(name) value=(value); }
            @if has_options { (options(parameters)) }
        }
    }
}

fn options(parameters: &SearchParameters) -> Markup {
    let switch = |name: &str, value: &str, is_on: bool, text: &str| {
        html! { label.switch { input type="checkbox" name=(name) value=(value) checked[is_on]; (text) } }
    };
    html! {
        div.options {
            label { "Sort" select name="sort" {
                @for (order, value, name) in ORDERS {
                    option value=(value) selected[order == parameters.sort] { (name) }
                }
            } }
            (switch("group", "letter", parameters.group == Grouping::Letter, "By letter"))
            (switch("collapse", "true", parameters.collapse == Switch::True, "Fold boilerplate"))
            (switch("literal", "true", parameters.literal == Switch::True, "Words as typed"))
            (switch("explain", "true", parameters.explain == Switch::True, "Explain ranks"))
            button.apply { "Apply" }
        }
    }
}

/// Examples, each a search.
pub(crate) fn examples() -> Markup {
    html! {
        section.examples {
            h2 { "For example" }
            ul { @for query in EXAMPLES { li { a href=(urls::search(query)) { (query) } } } }
        }
    }
}
