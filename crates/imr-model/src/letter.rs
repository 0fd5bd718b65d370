//! One letter: the head it prints once, and its decisions.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CaseNumber, CaseOutcome, Decision};

/// The form in which a letter is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Final determination letters with `IMR ISSUES, DECISIONS AND RATIONALES` (2014 on), with or without the table at
    /// their head.
    FinalDetermination,
    /// Final determination letters of 2013 and 2014 with `DOCUMENTS REVIEWED` and `IMR DECISION(S) AND RATIONALE(S)`.
    #[serde(rename = "determination-2014")]
    Determination2014,
    /// `Notice of Independent Medical Review Determination` (2013).
    #[serde(rename = "notice-2013")]
    Notice2013,
    /// `MEDICAL PROFESSIONAL REVIEW`.
    ProfessionalReview,
    /// None of these: the whole text is kept as [`Letter::remainder`].
    Unknown,
}

impl Layout {
    /// The name in JSON and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FinalDetermination => "final-determination",
            Self::Determination2014 => "determination-2014",
            Self::Notice2013 => "notice-2013",
            Self::ProfessionalReview => "professional-review",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// How a letter states its reviewer's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CredentialStyle {
    /// `State(s) of Licensure: ...` and `Certification(s)/Specialty: ...`.
    Labelled,
    /// `... is Board Certified in ... and is licensed to practice in ...`.
    Narrative,
}

/// The reviewer's credentials. Who the reviewer is stays secret by law (Labor Code 4610.6(f)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reviewer {
    /// How the letter states them; `None` if it does not.
    pub style: Option<CredentialStyle>,
    /// States of licensure, as printed.
    pub states_of_licensure: Vec<String>,
    /// Boards and subspecialties, as printed.
    pub specialties: Vec<String>,
}

/// The sex that the clinical summary states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// A man.
    Male,
    /// A woman.
    Female,
}

/// The injured worker, as the clinical summary introduces them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Patient {
    /// Age in years at the time of the letter.
    pub age: Option<u16>,
    /// Sex.
    pub sex: Option<Sex>,
}

/// Why a passage stands in the remainder of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PassageKind {
    /// Section headings, labels, the table at the head and standing paragraphs: text that every letter of the form has.
    Form,
    /// Running heads and feet, page numbers.
    Furniture,
    /// The list of documents that the reviewer read.
    Documents,
    /// Text that no rule accounts for. It is indexed as a document of its own.
    Unsegmented,
}

/// A stretch of a letter that stands in none of its text fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LetterPassage)]
pub struct Passage {
    /// Why it stands here.
    pub kind: PassageKind,
    /// The text; line breaks are kept.
    pub text: String,
}

/// A field that was looked for and not found, or found in an unexpected form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// The decision (from 1) that the field belongs to; `None` for a field of the letter.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<usize>,
    /// The field, by its name in JSON.
    pub field: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(n) = self.decision {
            write!(out, "decision {n}: ")?;
        }
        write!(out, "{}: {}", self.field, self.problem)
    }
}

/// One letter, segmented.
///
/// Every word of the letter's text stands in one of its fields or in [`Letter::remainder`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Letter {
    /// A short name: the file name without folder and extension, or the `id` of a JSONL record.
    pub source: String,
    /// Where the letter was read: a path, with `!member` for a ZIP member and `:line` for a JSONL record.
    pub source_file: String,
    /// SHA-256 of the letter's text, the first 128 bits in hexadecimal: the same text has the same digest wherever it
    /// was read.
    pub digest: String,
    /// The form that was recognised.
    pub layout: Layout,
    /// The case number.
    pub case_number: Option<CaseNumber>,
    /// `Standard` or `Expedited`, as printed.
    pub priority: Option<String>,
    /// When the review was assigned.
    pub date_assigned: Option<Date>,
    /// When the worker was injured, by the head of the letter.
    pub date_of_injury: Option<Date>,
    /// When the review was decided.
    pub decision_date: Option<Date>,
    /// When utilization review refused the treatment.
    pub ur_denial_date: Option<Date>,
    /// When the application for review came in.
    pub application_received: Option<Date>,
    /// When the worker was injured, by the clinical summary: the two may differ.
    pub summary_date_of_injury: Option<Date>,
    /// The reviewer's credentials.
    pub reviewer: Reviewer,
    /// The injured worker.
    pub patient: Patient,
    /// The clinical case summary.
    pub clinical_summary: Option<String>,
    /// One decision for each disputed treatment, in the order of the letter.
    pub decisions: Vec<Decision>,
    /// What the letter decides as a whole.
    pub case_outcome: Option<CaseOutcome>,
    /// Days from the refusal by utilization review to the decision; `None` where a date is missing or they stand in the
    /// wrong order.
    pub days_to_decision: Option<u32>,
    /// Fields that were looked for and not found.
    pub warnings: Vec<Warning>,
    /// Every other passage of the letter, in its order.
    pub remainder: Vec<Passage>,
}

impl Letter {
    /// A letter of which nothing has been read yet.
    #[must_use]
    pub fn new(source: impl Into<String>, source_file: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            source_file: source_file.into(),
            digest: String::new(),
            layout: Layout::Unknown,
            case_number: None,
            priority: None,
            date_assigned: None,
            date_of_injury: None,
            decision_date: None,
            ur_denial_date: None,
            application_received: None,
            summary_date_of_injury: None,
            reviewer: Reviewer::default(),
            patient: Patient::default(),
            clinical_summary: None,
            decisions: Vec::new(),
            case_outcome: None,
            days_to_decision: None,
            warnings: Vec::new(),
            remainder: Vec::new(),
        }
    }

    /// The name to quote the letter by: its case number, or else its [`source`](Self::source).
    #[must_use]
    pub fn name(&self) -> &str {
        self.case_number.as_ref().map_or(&self.source, CaseNumber::as_str)
    }

    /// The text that no rule accounts for, passages joined by a blank line; empty for a wholly segmented letter.
    #[must_use]
    pub fn unsegmented_text(&self) -> String {
        let passages = self.remainder.iter().filter(|passage| passage.kind == PassageKind::Unsegmented);
        passages.map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n\n")
    }
}
