//! What a check of a brief finds.

use serde::Serialize;

use super::Elsewhere;
use crate::brief::{Basis, Cited, Quoted, Spot};
use crate::quotation::{Altered, Change, Edit, Place};

/// What was found out about a brief.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Its cases, in the order in which they are first cited.
    pub cases: Vec<CaseFinding>,
    /// Its quotations, in their order.
    pub quotations: Vec<QuotationFinding>,
    /// How many there are of each.
    pub totals: CheckedTotals,
}

impl Checked {
    /// The findings of a brief with so many quotations that are too short.
    pub(super) fn new(cases: Vec<CaseFinding>, quotations: Vec<QuotationFinding>, short: usize) -> Self {
        let totals = totals(&cases, &quotations, short);
        Self { cases, quotations, totals }
    }

    /// Whether there was nothing to check.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.quotations.is_empty()
    }

    /// Whether every case and issue is in the index, and every quotation stands verbatim where it should.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let CheckedTotals { unknown_cases, unknown_issues, quotations, verbatim, .. } = self.totals;
        unknown_cases == 0 && unknown_issues == 0 && verbatim == quotations
    }
}

/// Numbers of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckedTotals {
    /// Different cases.
    pub cases: usize,
    /// Of these, not in the index.
    pub unknown_cases: usize,
    /// Issues that their letters do not have.
    pub unknown_issues: usize,
    /// Quotations that were looked for.
    pub quotations: usize,
    /// Of these, verbatim.
    pub verbatim: usize,
    /// Of these, altered.
    pub altered: usize,
    /// Of these, found elsewhere than cited.
    pub misattributed: usize,
    /// Of these, not found.
    pub not_found: usize,
    /// Quotations that were too short to be looked for.
    pub short: usize,
}

/// A case that a brief cites.
#[derive(Clone, Debug, Serialize)]
pub struct CaseFinding {
    /// Its number.
    pub case: String,
    /// Whether the index has a letter of this number.
    pub in_index: bool,
    /// How many decisions its letter has.
    pub decisions: usize,
    /// Issues that are cited and that the letter does not have.
    pub unknown_issues: Vec<usize>,
    /// Where it is cited.
    pub spots: Vec<Spot>,
}

/// What was found out about a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It stands word for word in the letter that is cited with it, or in some letter if none is.
    Verbatim,
    /// A passage is like it, and differs.
    Altered,
    /// It was found, but not in the letter or decision that is cited with it.
    Misattributed,
    /// No letter of the index has it, or a passage like it.
    NotFound,
}

impl Status {
    /// The name for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Altered => "altered",
            Self::Misattributed => "misattributed",
            Self::NotFound => "not found",
        }
    }
}

/// A quotation of a brief, verified.
#[derive(Clone, Debug, Serialize)]
pub struct QuotationFinding {
    /// What is quoted.
    pub text: String,
    /// Where it begins in the brief.
    pub spot: Spot,
    /// The decisions or letters that are cited with it; empty if none is.
    pub cited: Vec<String>,
    /// Why it belongs to these.
    pub basis: Option<Basis>,
    /// The finding.
    pub status: Status,
    /// Where it stands, or the passage that is like it.
    pub found: Option<Place>,
    /// What its editing marks stand for, if it is verbatim.
    pub edits: Vec<Edit>,
    /// How it differs from the passage; empty if it does not.
    pub changes: Vec<Change>,
    /// Why an editing mark is not to be accepted.
    pub objection: Option<String>,
    /// Of an altered quotation: a letter that is not cited and has it word for word.
    pub elsewhere: Option<Place>,
    /// What the finding means.
    pub hint: Option<String>,
}

/// Counts findings.
fn totals(cases: &[CaseFinding], quotations: &[QuotationFinding], short: usize) -> CheckedTotals {
    let count = |status| quotations.iter().filter(|finding| finding.status == status).count();
    CheckedTotals {
        cases: cases.len(),
        unknown_cases: cases.iter().filter(|case| !case.in_index).count(),
        unknown_issues: cases.iter().map(|case| case.unknown_issues.len()).sum(),
        quotations: quotations.len(),
        verbatim: count(Status::Verbatim),
        altered: count(Status::Altered),
        misattributed: count(Status::Misattributed),
        not_found: count(Status::NotFound),
        short,
    }
}

/// A finding of which only the quotation and its status are known.
pub(super) fn finding(quoted: &Quoted, cited: &[&Cited], status: Status) -> QuotationFinding {
    let name = |cited: &&Cited| match cited.issue {
        Some(issue) => format!("{}#{issue}", cited.case),
        None => cited.case.to_string(),
    };
    QuotationFinding {
        text: quoted.text.clone(),
        spot: quoted.spot,
        cited: cited.iter().map(name).collect(),
        basis: quoted.basis,
        status,
        found: None,
        edits: Vec::new(),
        changes: Vec::new(),
        objection: None,
        elsewhere: None,
        hint: None,
    }
}

/// A quotation that differs from a passage of a letter that is cited with it.
pub(super) fn altered_finding(quoted: &Quoted, cited: &[&Cited], found: Altered) -> QuotationFinding {
    QuotationFinding {
        found: Some(found.place),
        changes: found.changes,
        objection: found.objection,
        ..finding(quoted, cited, Status::Altered)
    }
}

/// A quotation that stands elsewhere than cited. Without a case that is cited with it, it stands where it stands.
pub(super) fn misattributed(quoted: &Quoted, cited: &[&Cited], elsewhere: Elsewhere) -> QuotationFinding {
    let Elsewhere { place, edits, changes, is_verbatim } = elsewhere;
    let (status, hint) = match (cited, is_verbatim) {
        ([], true) => (Status::Verbatim, "no case is cited with it".to_owned()),
        ([], false) => (Status::Altered, "no case is cited with it".to_owned()),
        _ => {
            let names = finding(quoted, cited, Status::Misattributed).cited.join(", ");
            let found = match place.decision {
                Some(n) => format!("{}#{n}", place.letter),
                None => place.letter.clone(),
            };
            let found = if is_verbatim {
                format!("found, but in {found}")
            } else {
                format!("something like it was found, but in {found}")
            };
            (Status::Misattributed, format!("{found}, not in {names} as cited"))
        }
    };
    QuotationFinding { found: Some(place), edits, changes, hint: Some(hint), ..finding(quoted, cited, status) }
}

/// A quotation that no letter has, and what that means.
pub(super) fn not_found(quoted: &Quoted, cited: &[&Cited], cases: &[CaseFinding]) -> QuotationFinding {
    let is_missing = |cited: &&&Cited| cases.iter().any(|case| !case.in_index && case.case == cited.case.as_str());
    let hint = match cited.iter().find(is_missing) {
        Some(missing) => {
            let case = &missing.case;
            format!("{case} is not in this index, so that it could not be compared; no letter of the index has it")
        }
        None => {
            "no letter of this index has it; other sources (statutes, guidelines, courts) are not checked".to_owned()
        }
    };
    QuotationFinding { hint: Some(hint), ..finding(quoted, cited, Status::NotFound) }
}
