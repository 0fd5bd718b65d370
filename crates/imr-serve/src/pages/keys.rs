//! The keys that pages understand, where scripts run.

use maud::{Markup, html};

/// Keys, and what they do.
const KEYS: [(&[&str], &str); 7] = [
    (&["/"], "to the search box"),
    (&["j", "↓"], "next decision"),
    (&["k", "↑"], "previous decision"),
    (&["Enter"], "open it"),
    (&["p", "n"], "page or hit before, behind"),
    (&["Esc"], "leave the box, close this"),
    (&["?"], "these keys"),
];

/// What the keys do, to open over a page.
pub(crate) fn dialog() -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            (list())
            form method="dialog" { a href="/help" { "The query language" } button autofocus { "Close" } }
        }
    }
}

/// The keys, as a list.
pub(crate) fn list() -> Markup {
    html! {
        dl.keys {
            @for (keys, does) in KEYS {
                div {
                    dt { @for (at, key) in keys.iter().enumerate() { @if at > 0 { " or " } kbd { (key) } } }
                    dd { (does) }
                }
            }
        }
    }
}
