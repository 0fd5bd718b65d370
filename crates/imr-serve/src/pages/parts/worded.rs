//! Messages with code in them.

use maud::{Markup, html};

/// A message; what stands between backticks in it is code.
pub(crate) fn worded(message: &str) -> Markup {
    html! {
        @for (at, part) in message.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks() {
        for (message, want) in [
            ("unknown field `outcom`", "unknown field <code>outcom</code>"),
            ("`<b>` and `c`", "<code>&lt;b&gt;</code> and <code>c</code>"),
            ("plain", "plain"),
        ] {
            assert_eq!(worded(message).into_string(), want);
        }
    }
}
