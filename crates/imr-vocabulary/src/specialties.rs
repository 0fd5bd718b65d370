//! Medical specialties of reviewers.

use serde::Deserialize;

use crate::matcher::Matcher;
use crate::table::{self, items, rows};

#[derive(Deserialize)]
struct SpecialtyRow {
    specialty: String,
    names: String,
}

/// The table of reviewer specialties. Use [`crate::specialties()`].
pub struct Specialties {
    names: Matcher<String>,
}

impl Specialties {
    pub(crate) fn load() -> Self {
        let rows: Vec<SpecialtyRow> = rows(&table::SPECIALTIES);
        let names = rows.iter().flat_map(|row| {
            items(&row.names)
                .chain([row.specialty.as_str()])
                .map(|name| (name.to_owned(), row.specialty.clone()))
                .collect::<Vec<_>>()
        });
        Self { names: Matcher::with_plurals(names) }
    }

    /// The official name of a specialty, in any of its spellings.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
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
