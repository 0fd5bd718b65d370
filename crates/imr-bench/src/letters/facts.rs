//! What is true of a letter, by the names that rules use.

macro_rules! facts {
    ($($fact:ident $name:literal),+ $(,)?) => {
        /// A fact about a letter or one of its decisions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fact { $(#[doc = $name] $fact),+ }

        const NAMES: &[(&str, Fact)] = &[$(($name, Fact::$fact)),+];
    };
}

facts! {
    Age "age", Sex "sex", He "he", Him "him", His "his",
    Region "region", Region2 "region2", Part "part", Part2 "part2", Body "body", Side "side", Sided "sided",
    Injured "injured", Before1 "before1", Before2 "before2", Before3 "before3", Year0 "year0", Seen "seen", Later "later",
    Denied "denied", Received "received", Assigned "assigned",
    Told "told", Found "found", Tried "tried", Requests "requests", Narrative "narrative",
    Topic "topic", Family "family", Item "item", Drug "drug", Dose "dose",
    Whole "whole", Granted "granted", Rest "rest",
}

impl Fact {
    /// The fact of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, fact)| *fact)
    }
}

/// What is known of a letter; a fact that was not set is empty.
#[derive(Clone, Debug)]
pub(crate) struct Facts(Vec<String>);

impl Default for Facts {
    fn default() -> Self {
        Self(vec![String::new(); NAMES.len()])
    }
}

impl Facts {
    /// A fact as text.
    pub(crate) fn get(&self, fact: Fact) -> &str {
        &self.0[fact as usize]
    }

    /// Sets a fact.
    pub(crate) fn set(&mut self, fact: Fact, value: impl Into<String>) {
        self.0[fact as usize] = value.into();
    }
}
