//! How a letter or decision is cited, ready to be copied.

use imr_model::{Decision, Letter};
use imr_precedent::{Style, citation};
use maud::{Markup, html};

const STYLES: [(Style, &str); 5] = [
    (Style::Short, "Short"),
    (Style::Full, "Full"),
    (Style::Bluebook, "Bluebook"),
    (Style::Markdown, "Markdown"),
    (Style::Bibtex, "BibTeX"),
];

/// The citation in each style.
pub(crate) fn styles(letter: &Letter, decision: Option<&Decision>) -> Markup {
    html! {
        details.cite {
            summary { "Cite" }
            dl {
                @for (style, name) in STYLES {
                    @let text = citation(letter, decision, style);
                    div {
                        dt { (name) }
                        dd { pre { (text) } (copy(&text, "Copy", &format!("Copy, {name} style"))) }
                    }
                }
            }
        }
    }
}

/// A button that copies a text, where scripts run; `name` tells it from others to those who do not see where it stands.
pub(crate) fn copy(text: &str, shown: &str, name: &str) -> Markup {
    html! { button.copy type="button" hidden data-copy=(text) aria-label=(name) { (shown) } }
}
