//! What the two sides of a dispute cite.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Agreement;

/// Who cites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The claims administrator, whose utilization review refused the treatment.
    Administrator,
    /// The physician of the review organization (MAXIMUS).
    Reviewer,
}

impl Side {
    /// Both sides, in the order in which letters print them.
    pub const BOTH: [Self; 2] = [Self::Administrator, Self::Reviewer];
}

/// The body of guidelines that a citation belongs to: the evidence levels of 8 CCR 9792.21.1 as letters print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub enum Family {
    /// The Medical Treatment Utilization Schedule: whatever stands in a `Decision based on MTUS ...` sentence.
    #[serde(rename = "MTUS")]
    Mtus,
    /// ACOEM guidelines that are cited by that name outside of the MTUS.
    #[serde(rename = "ACOEM")]
    Acoem,
    /// The Official Disability Guidelines.
    #[serde(rename = "ODG")]
    Odg,
    /// Any other work.
    #[serde(rename = "other")]
    Other,
    /// The letter says that no medical evidence was cited.
    #[serde(rename = "none")]
    NoneStated,
}

impl Family {
    /// The name in JSON, in facets and in queries: `MTUS`, `ACOEM`, `ODG`, `other`, `none`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mtus => "MTUS",
            Self::Acoem => "ACOEM",
            Self::Odg => "ODG",
            Self::Other => "other",
            Self::NoneStated => "none",
        }
    }
}

impl Family {
    /// A title of this family as people write it: `MTUS Low Back Complaints`. Other works go by their titles, and so do
    /// titles that begin with the name of the family.
    #[must_use]
    pub fn work_name(self, title: &str) -> String {
        match self {
            Self::Mtus | Self::Acoem | Self::Odg if !title.starts_with(self.as_str()) => format!("{self} {title}"),
            _ => title.to_owned(),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Pages `first` to `last` of the cited guideline, both included; `first <= last`. In JSON a pair of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct PageRange {
    first: u32,
    last: u32,
}

impl PageRange {
    /// A range longer than this is taken for a slip: only its two ends are pages.
    const LONGEST: u32 = 2_000;

    /// The range between two pages, in whichever order they are given.
    #[must_use]
    pub fn new(one: u32, other: u32) -> Self {
        Self { first: one.min(other), last: one.max(other) }
    }

    /// Every page of the range.
    ///
    /// # Examples
    ///
    /// ```
    /// let pages: Vec<u32> = imr_model::PageRange::new(63, 66).pages().collect();
    /// assert_eq!(pages, [63, 64, 65, 66]);
    /// ```
    pub fn pages(self) -> impl Iterator<Item = u32> {
        let step = if self.last - self.first <= Self::LONGEST { 1 } else { self.last - self.first };
        (self.first..=self.last).step_by(step as usize)
    }
}

impl From<(u32, u32)> for PageRange {
    fn from((one, other): (u32, u32)) -> Self {
        Self::new(one, other)
    }
}

impl From<PageRange> for (u32, u32) {
    fn from(range: PageRange) -> Self {
        (range.first, range.last)
    }
}

impl fmt::Display for PageRange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(out, "{}", self.first)
        } else {
            write!(out, "{}-{}", self.first, self.last)
        }
    }
}

/// One work that a guideline paragraph cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Citation {
    /// The body of guidelines it belongs to.
    pub family: Family,
    /// The bare title of the guideline or chapter in its one spelling (`Low Back Complaints`, `Neck & Upper Back`);
    /// `None` for [`Family::NoneStated`] only.
    pub guideline: Option<String>,
    /// The year of the edition, if the letter prints one.
    pub edition: Option<u16>,
    /// The year of the only edition that was in force for letters of this form; never printed in the letter.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub edition_inferred: Option<u16>,
    /// Section names as printed.
    pub sections: Vec<String>,
    /// Pages as printed, in the order of the letter.
    #[schema(value_type = Vec<[u32; 2]>)]
    pub pages: Vec<PageRange>,
}

impl Citation {
    /// A citation of a whole work: no edition, section or page.
    #[must_use]
    pub fn new(family: Family, guideline: impl Into<String>) -> Self {
        Self {
            family,
            guideline: Some(guideline.into()),
            edition: None,
            edition_inferred: None,
            sections: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// The edition that it prints, or else the only one then in force.
    #[must_use]
    pub fn known_edition(&self) -> Option<u16> {
        self.edition.or(self.edition_inferred)
    }

    /// The printed statement that nothing was cited.
    #[must_use]
    pub fn none_stated() -> Self {
        Self { guideline: None, ..Self::new(Family::NoneStated, "") }
    }
}

/// What each side cites, in the order of its paragraph; empty where the letter has no such paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Citations {
    /// Works that the claims administrator cited.
    pub administrator: Vec<Citation>,
    /// Works that the reviewer cited.
    pub reviewer: Vec<Citation>,
}

impl Citations {
    /// The works that one side cited.
    #[must_use]
    pub fn of(&self, side: Side) -> &[Citation] {
        match side {
            Side::Administrator => &self.administrator,
            Side::Reviewer => &self.reviewer,
        }
    }

    /// The strongest evidence that one side cites, in the sequence of 8 CCR 9792.21.1; `None` if the letter does not say.
    #[must_use]
    pub fn level(&self, side: Side) -> Option<Family> {
        self.of(side).iter().map(|citation| citation.family).min()
    }

    /// How the two sides compare; `None` if the letter does not print both.
    #[must_use]
    pub fn agreement(&self) -> Option<Agreement> {
        let cites = |side| Some(self.level(side)? != Family::NoneStated);
        match (cites(Side::Administrator)?, cites(Side::Reviewer)?) {
            (false, false) => Some(Agreement::BothNone),
            (false, true) => Some(Agreement::AdministratorNone),
            (true, false) => Some(Agreement::ReviewerNone),
            (true, true) => {
                let shares = |citation: &Citation| {
                    citation.family != Family::NoneStated
                        && self.reviewer.iter().any(|other| other.family == citation.family)
                };
                Some(if self.administrator.iter().any(shares) { Agreement::Same } else { Agreement::Differs })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_names_its_pages() {
        for (name, range, want) in [
            ("one page", PageRange::new(24, 24), vec![24]),
            ("turned round", PageRange::new(65, 63), vec![63, 64, 65]),
            ("absurdly long: only the ends", PageRange::new(1, 900_000), vec![1, 900_000]),
        ] {
            assert_eq!(range.pages().collect::<Vec<_>>(), want, "case: {name}");
        }
    }

    #[test]
    fn works_are_written_with_their_family() {
        for (family, title, want) in [
            (Family::Mtus, "Low Back Complaints", "MTUS Low Back Complaints"),
            (Family::Odg, "ODG (chapter not stated)", "ODG (chapter not stated)"),
            (Family::Other, "AHRQ", "AHRQ"),
        ] {
            assert_eq!(family.work_name(title), want);
        }
    }

    #[test]
    fn sides_agree_or_not() {
        use Family::{Acoem, Mtus, NoneStated, Odg};
        for (administrator, reviewer, want) in [
            (vec![Mtus, Odg], vec![Odg], Some(Agreement::Same)),
            (vec![Mtus], vec![Odg, Acoem], Some(Agreement::Differs)),
            (vec![NoneStated], vec![Odg], Some(Agreement::AdministratorNone)),
            (vec![Mtus], vec![NoneStated], Some(Agreement::ReviewerNone)),
            (vec![NoneStated], vec![NoneStated], Some(Agreement::BothNone)),
            (vec![], vec![Mtus], None),
        ] {
            let side = |families: &[Family]| families.iter().map(|family| Citation::new(*family, "")).collect();
            let citations = Citations { administrator: side(&administrator), reviewer: side(&reviewer) };
            assert_eq!(citations.agreement(), want, "case: {administrator:?} {reviewer:?}");
            assert_eq!(citations.level(Side::Reviewer), reviewer.iter().min().copied());
        }
    }
}
