//! What the words of letters and queries mean: drugs and their classes, guidelines and their sections, specialties.
//!
//! The tables stand in `index-schema/vocabulary/`, one row a fact that a person can check. They are compiled in, read
//! once, and used alike when letters are indexed and when queries are read.

mod drugs;
mod guidelines;
mod matcher;
mod specialties;
mod table;

use std::ops::Range;
use std::sync::LazyLock;

pub use drugs::{Drug, DrugsFound};
pub use guidelines::{Body, Guideline};

/// All tables. Use [`Vocabulary::shared`].
pub struct Vocabulary {
    drugs: LazyLock<drugs::Drugs>,
    guidelines: LazyLock<guidelines::Guidelines>,
    specialties: LazyLock<specialties::Specialties>,
}

/// Each table is read when it is first asked: a query that names no drug does not pay for the drugs.
static SHARED: Vocabulary = Vocabulary {
    drugs: LazyLock::new(drugs::Drugs::load),
    guidelines: LazyLock::new(guidelines::Guidelines::load),
    specialties: LazyLock::new(specialties::Specialties::load),
};

impl Vocabulary {
    /// The tables of this build.
    #[must_use]
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// A fingerprint (64-bit FNV-1a) of all tables: letters that were indexed with other tables carry other concepts.
    #[must_use]
    pub fn digest(&self) -> u64 {
        table::ALL
            .iter()
            .flat_map(|table| table.bytes())
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    /// The drugs that a text names, by ingredients and classes.
    ///
    /// # Examples
    ///
    /// ```
    /// let found = imr_vocabulary::Vocabulary::shared().drugs_in("Xanax 0.5mg #30");
    /// assert_eq!(found.ingredients, ["alprazolam"]);
    /// assert_eq!(found.classes, ["Benzodiazepines"]);
    /// ```
    #[must_use]
    pub fn drugs_in(&self, text: &str) -> DrugsFound {
        self.drugs.found_in(text)
    }

    /// The drug names in a text, each with its place in bytes.
    pub fn find_drugs<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Drug)> {
        self.drugs.find(text)
    }

    /// The drug of a name, in any case.
    #[must_use]
    pub fn drug(&self, name: &str) -> Option<&Drug> {
        self.drugs.get(name)
    }

    /// Every spelling of every drug, lower case, sorted.
    #[must_use]
    pub fn drug_spellings(&self) -> &[String] {
        self.drugs.spellings()
    }

    /// The names of drug classes in a text (`benzos`, `muscle relaxers`), each with its place in bytes and the class.
    pub fn find_drug_classes<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v str)> {
        self.drugs.find_classes(text)
    }

    /// The DWC drug class of a name, in any case.
    #[must_use]
    pub fn drug_class(&self, name: &str) -> Option<&str> {
        self.drugs.class(name)
    }

    /// All DWC drug classes, sorted.
    #[must_use]
    pub fn drug_classes(&self) -> &[String] {
        self.drugs.class_names()
    }

    /// The titles of MTUS and ACOEM guidelines in a text, each with its place in bytes.
    pub fn find_guidelines<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Guideline)> {
        self.guidelines.find_titles(text)
    }

    /// The names of ODG chapters in a text, each with its place in bytes. Chapters are called by parts of the body, so
    /// look only where a chapter is expected.
    pub fn find_odg_chapters<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Guideline)> {
        self.guidelines.find_odg_chapters(text)
    }

    /// The names in a list of sections, whose names may hold commas.
    #[must_use]
    pub fn split_sections(&self, list: &str) -> Vec<String> {
        self.guidelines.split_sections(list)
    }

    /// The specialties that a text names (`psychiatrists` no, `psychiatrist` yes), each with its place in bytes.
    pub fn find_specialties<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v str)> {
        self.specialties.find(text)
    }

    /// The official name of a specialty, in any of its spellings.
    #[must_use]
    pub fn specialty(&self, name: &str) -> Option<&str> {
        self.specialties.get(name)
    }
}
