//! Medical specialties of reviewers.

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{self, columns};

/// The table of reviewer specialties. Use [`crate::specialties()`].
pub struct Specialties {
    names: Matcher,
    specialties: Vec<&'static str>,
}

impl Specialties {
    pub(crate) fn load() -> Self {
        let specialties = columns(&table::SPECIALTIES, ["specialty"]).map(|[specialty]| specialty);
        Self { names: Matcher::with_plurals(&lists::SPECIALTIES), specialties: specialties.collect() }
    }

    /// The official name of a specialty, in any of its spellings.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(|row| self.specialties[row])
    }

    /// Every spelling of every specialty, in lower case.
    pub fn spellings(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.names()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_specialties() {
        let specialties = Specialties::load();
        for (name, want) in [
            ("Physical Medicine & Rehabn", "Physical Medicine & Rehabilitation"),
            ("Physical Medicine and Rehabilitation", "Physical Medicine & Rehabilitation"),
            ("Sports Medicinea", "Sports Medicine"),
            ("Chiropractor", "Chiropractic"),
        ] {
            assert_eq!(specialties.get(name), Some(want), "case: {name}");
        }
    }
}
