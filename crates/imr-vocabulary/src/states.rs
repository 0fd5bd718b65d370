//! States in which reviewers are licensed.

use crate::matcher::Matcher;
use crate::table::{self, spellings};

/// The table of states. Use [`crate::states()`].
pub struct States {
    names: Matcher<&'static str>,
}

impl States {
    pub(crate) fn load() -> Self {
        Self { names: Matcher::new(spellings(&table::STATES, "state")) }
    }

    /// The state of a name or postal abbreviation, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names.get(name).copied()
    }

    /// Every name of every state, in lower case.
    pub fn spellings(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.names()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_go_by_their_abbreviations() {
        let states = States::load();
        for (name, want) in [
            ("CA", Some("California")),
            ("new york", Some("New York")),
            ("D.C.", Some("District of Columbia")),
            ("Narnia", None),
        ] {
            assert_eq!(states.get(name), want, "case: {name}");
        }
    }
}
