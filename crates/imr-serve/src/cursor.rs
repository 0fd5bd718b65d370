//! Where the next page of a result begins.

use std::fmt;
use std::str::FromStr;

use crate::problem::Problem;

/// A place in a result, behind a decision. In the same commit its number says it all; in a newer one the decision is looked
/// for, so that nothing is shown twice or passed over. Clients are told that it is opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// So many hits stand before it.
    pub(crate) offset: usize,
    /// The commit that it was made from.
    pub(crate) commit: String,
    /// The decision before it, as it is quoted.
    pub(crate) last: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, commit, last } = self;
        write!(out, "{offset}~{commit}~{last}")
    }
}

impl FromStr for Cursor {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let mut parts = text.splitn(3, '~');
        let mut read = || {
            let offset = parts.next()?.parse().ok()?;
            Some(Self { offset, commit: parts.next()?.to_owned(), last: parts.next()?.to_owned() })
        };
        read().ok_or_else(|| {
            Problem::parameter(format!("`{text}` is no cursor"), "pass the `next` of an answer as it is")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        let cursor = Cursor { offset: 20, commit: "1-2f".to_owned(), last: "a~b#2".to_owned() };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for text in ["", "x~1~a", "5", "5~commit"] {
            assert!(text.parse::<Cursor>().is_err(), "case: {text}");
        }
    }
}
