//! States in which reviewers are licensed.

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{self, columns};

/// The table of states. Use [`crate::states()`].
pub struct States {
    names: Matcher,
    states: Vec<&'static str>,
}

impl States {
    pub(crate) fn load() -> Self {
        let states = columns(&table::STATES, ["state"]).map(|[state]| state);
        Self { names: Matcher::new(&lists::STATES), states: states.collect() }
    }

    /// The state of a name or postal abbreviation, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(|row| self.states[row])
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
