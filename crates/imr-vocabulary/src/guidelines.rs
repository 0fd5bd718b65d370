//! Guidelines: one title for each, whatever the letter calls it; and the names of their sections.

use std::ops::Range;

use serde::Deserialize;

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{self, columns};
use crate::typed::rows;

/// Whose guideline it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// The Medical Treatment Utilization Schedule as it stood to 2017, with the chapters of ACOEM 2004.
    Mtus,
    /// ACOEM's chapters of 2011 and later, adopted into the MTUS from December 2017.
    Acoem,
    /// Chapters of the Official Disability Guidelines.
    Odg,
}

/// A guideline, by the title that facets and queries use.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Guideline {
    /// The bare title: `Low Back Complaints`.
    pub title: String,
    /// Whose it is.
    pub body: Body,
    /// The year of the only edition in force in letters that print none.
    pub edition_inferred: Option<u16>,
}

/// The tables of guidelines and their sections. Use [`crate::guidelines()`].
pub struct Guidelines {
    rows: Vec<Guideline>,
    /// Titles of the MTUS and of ACOEM.
    titles: Matcher,
    odg_chapters: Matcher,
    sections: Matcher,
    section_names: Vec<&'static str>,
}

impl Guidelines {
    pub(crate) fn load() -> Self {
        Self {
            rows: rows(&table::GUIDELINES),
            titles: Matcher::new(&lists::TITLES),
            odg_chapters: Matcher::new(&lists::ODG_CHAPTERS),
            sections: Matcher::new(&lists::SECTIONS),
            section_names: columns(&table::SECTIONS, ["section"]).map(|[section]| section).collect(),
        }
    }

    /// The titles of MTUS and ACOEM guidelines in a text, each with its place in bytes.
    pub fn find_titles<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Guideline)> {
        self.titles.find(text).map(|(range, row)| (range, &self.rows[row]))
    }

    /// The guideline of the MTUS or of ACOEM that has a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Guideline> {
        self.titles.get(name).map(|row| &self.rows[row])
    }

    /// Every name of the guidelines of the MTUS and of ACOEM, in lower case.
    pub fn titles(&self) -> impl Iterator<Item = &str> + Clone {
        self.titles.names()
    }

    /// The ODG chapter that has a name, in any case. Chapters are called by parts of the body, so ask only where a chapter
    /// is expected.
    #[must_use]
    pub fn odg_chapter(&self, name: &str) -> Option<&str> {
        self.odg_chapters.get(name).map(|row| self.rows[row].title.as_str())
    }

    /// The section of a guideline that has a name, in any case, as guidelines print it.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&str> {
        self.sections.get(name).map(|row| self.section_names[row])
    }

    /// Every name of a section, in lower case.
    pub fn section_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.sections.names()
    }

    /// The names of ODG chapters in a text, each with its place in bytes. Chapters are called by parts of the body, so
    /// look only where a chapter is expected.
    pub fn find_odg_chapters<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Guideline)> {
        self.odg_chapters.find(text).map(|(range, row)| (range, &self.rows[row]))
    }

    /// Divides a list of section names at its commas.
    ///
    /// Names hold commas of their own (`NSAIDs, GI symptoms & cardiovascular risk`). A comma does not divide inside a
    /// name of the table, inside brackets, or before a lower-case word: names begin with a capital, a digit or, where
    /// the whole list is in lower case, anyhow. After a numbered name (`3.3 Opioids ...`) only another number divides.
    #[must_use]
    pub fn split_sections(&self, list: &str) -> Vec<String> {
        let known: Vec<Range<usize>> = self.sections.find(list).map(|(range, _)| range).collect();
        // Known names do not overlap and stand in order.
        let is_inside = |index: usize| {
            known[..known.partition_point(|name| name.start <= index)].last().is_some_and(|name| name.contains(&index))
        };
        let mut names: Vec<&str> = Vec::new();
        let (mut from, mut depth) = (0, 0_usize);
        for (index, c) in list.char_indices() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                ',' | ';' if depth == 0 && !is_inside(index) => {
                    let (name, rest) = (list[from..index].trim(), list[index + 1..].trim_start());
                    let begins_name = known.binary_search_by_key(&(list.len() - rest.len()), |name| name.start).is_ok();
                    if begins_name || divides(name, rest) {
                        names.push(name);
                        from = index + 1;
                    }
                }
                _ => {}
            }
        }
        names.push(list[from..].trim());
        let cleaned = names
            .into_iter()
            .map(|name| name.strip_prefix("and ").unwrap_or(name).trim_end_matches(['.', ',', ';', ' ']));
        cleaned.filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }
}

/// Whether a comma between two stretches of a list of sections divides them.
fn divides(name: &str, rest: &str) -> bool {
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let begins = rest.strip_prefix("and ").unwrap_or(rest);
    if is_number(name) && name.contains('.') {
        return is_number(begins);
    }
    begins.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_one_spelling() {
        let guidelines = Guidelines::load();
        for (text, want) in [
            ("ACOEM Chapter 12 Low Back Complaints Page(s): 303", vec!["Low Back Complaints"]),
            (
                "Forearm, Wrist, & Hand Complaints 2004, and Chronic Pain Medical Treatment 2016",
                vec!["Forearm, Wrist, and Hand Complaints", "Chronic Pain Medical Treatment"],
            ),
            ("Chronic Pain Treatment Guidelines", vec!["Chronic Pain Medical Treatment"]),
            ("Opioids 2017", vec!["Opioids"]),
        ] {
            let found: Vec<&str> =
                guidelines.find_titles(text).map(|(_, guideline)| guideline.title.as_str()).collect();
            assert_eq!(found, want, "case: {text}");
        }
    }

    #[test]
    fn lists_of_sections() {
        let guidelines = Guidelines::load();
        for (list, want) in [
            ("Special Studies", vec!["Special Studies"]),
            ("Initial Care, Physical Methods, Summary", vec!["Initial Care", "Physical Methods", "Summary"]),
            (
                "NSAIDs, GI symptoms & cardiovascular risk, Proton Pump Inhibitors (PPIs)",
                vec!["NSAIDs, GI symptoms & cardiovascular risk", "Proton Pump Inhibitors (PPIs)"],
            ),
            (
                "Opioids, criteria for use, Muscle relaxants (for pain)",
                vec!["Opioids, criteria for use", "Muscle relaxants (for pain)"],
            ),
            (
                "Naproxen (Naprosyn, Anaprox DS [otc], Naprelan), Urine testing",
                vec!["Naproxen (Naprosyn, Anaprox DS [otc], Naprelan)", "Urine testing"],
            ),
            (
                "3.1 Opioids for Pain: Screening, Prior to Treatment: Drugs, 4.1 Tapering Opioids",
                vec!["3.1 Opioids for Pain: Screening, Prior to Treatment: Drugs", "4.1 Tapering Opioids"],
            ),
            ("326", vec!["326"]),
        ] {
            assert_eq!(guidelines.split_sections(list), want, "case: {list}");
        }
    }
}
