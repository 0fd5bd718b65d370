//! How a decision ended.

use imr_model::Outcome;
use maud::{Markup, html};

/// The outcome, by its word and its colour.
pub(crate) fn badge(outcome: Option<Outcome>) -> Markup {
    let (class, word) = match outcome {
        Some(Outcome::Upheld) => ("upheld", "Upheld"),
        Some(Outcome::Overturned) => ("overturned", "Overturned"),
        Some(Outcome::PartiallyOverturned) => ("partial", "Partially overturned"),
        Some(Outcome::Modified) => ("modified", "Modified"),
        None => ("unknown", "Outcome not found"),
    };
    html! { span class=(format!("badge {class}")) { (word) } }
}
