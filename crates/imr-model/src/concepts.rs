//! What a decision is about, in the terms of the field: read from its heading, its citations and its rationale.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Family;

/// The concepts of a decision.
///
/// All are inferred, by the rules and tables of `index-schema/vocabulary/`; they stand beside what the letter prints and
/// never replace it. Drugs, procedures and regions are those of the request alone: the heading, or of a partly authorized
/// request its original and its disputed text. What only the summary, the rationale or the name of a guideline mentions
/// is not in dispute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Concepts {
    /// Generic names of the drugs in dispute, each once, in the order of the request.
    pub drugs: Vec<String>,
    /// Their drug classes, by the search form of the Division of Workers' Compensation (DWC).
    pub drug_classes: Vec<String>,
    /// Other classes that can be defended for them, such as those of the parts of a topical compound.
    pub other_drug_classes: Vec<String>,
    /// The same drugs as the request orders them, with strength, form and quantity.
    pub medications: Vec<Medication>,
    /// Category of the DWC search form; `None` if the heading does not tell.
    pub category: Option<String>,
    /// Sub-category of the DWC search form; `None` for drugs other than topical compounds.
    pub subcategory: Option<String>,
    /// What is to be done, by its canonical name: `MRI`, `physical therapy`, `medication`.
    pub procedure: Option<String>,
    /// Further procedures that the same request names, each once.
    pub other_procedures: Vec<String>,
    /// Of electrodiagnostic studies, which of `EMG` and `NCS` are in dispute.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub components: Vec<String>,
    /// Regions of the body that the request names, sorted.
    pub body_regions: Vec<String>,
    /// Vertebral levels that the request names, one for each pair of neighbours: `L3-5` is `L3-L4` and `L4-L5`.
    pub spinal_levels: Vec<String>,
    /// The side that the request names; `None` if it names none, or two.
    pub laterality: Option<Laterality>,
    /// The treatment had been given already.
    pub retrospective: bool,
    /// The service goes with another, mostly an operation, and falls with it.
    pub dependent: bool,
    /// How a partly authorized request divides.
    pub partial: Option<Partial>,
    /// How the two sides' citations compare; `None` if the letter does not print both.
    pub agreement: Option<Agreement>,
    /// The strongest evidence that the reviewer cites, in the sequence of 8 CCR 9792.21.1: first the MTUS, then ACOEM and
    /// the ODG, then others; `None` if the letter does not say.
    pub level: Option<Family>,
    /// What the rationale finds wanting, as tags of `gaps.tsv`: the text mentions it, no more is claimed.
    pub gaps: Vec<String>,
}

/// A drug as a request orders it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Medication {
    /// The name in its usual spelling: a brand (`Norco`) or a generic (`baclofen`).
    pub name: String,
    /// Generic names of what is in it.
    pub ingredients: Vec<String>,
    /// Its drug class in this request, where the form may decide; `None` for drugs that the search form has no class for.
    pub class: Option<String>,
    /// Strength as printed: `10/325mg`, `5%`.
    pub strength: Option<String>,
    /// Dosage form, by its canonical name: `tablet`, `patch`.
    pub form: Option<String>,
    /// Number of units ordered.
    pub quantity: Option<u32>,
}

/// A side of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Laterality {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Both sides.
    Bilateral,
}

impl Laterality {
    /// Every side.
    pub const ALL: [Self; 3] = [Self::Left, Self::Right, Self::Bilateral];

    /// The name in JSON, in facets and in queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Bilateral => "bilateral",
        }
    }
}

impl fmt::Display for Laterality {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A request of which the claims administrator authorized a part, in the three texts of its heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Partial {
    /// The original request.
    pub requested: String,
    /// What was authorized.
    pub authorized: String,
    /// What is in dispute.
    pub disputed: String,
    /// Which of the two formulae the heading uses.
    pub kind: PartialKind,
    /// Amount of the original request in [`unit`](Self::unit); `None` where no plain number is printed.
    pub requested_qty: Option<u32>,
    /// Amount authorized.
    pub authorized_qty: Option<u32>,
    /// Amount in dispute.
    pub disputed_qty: Option<u32>,
    /// What is counted: `units` (of a drug or device), `sessions`, `days`, `weeks`, `months`, `hours`.
    pub unit: Option<String>,
}

/// What is left in dispute of a partly authorized request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum PartialKind {
    /// `The remaining IMR eligible portion of the original request, ..., is`.
    #[serde(rename = "remainder")]
    Remainder,
    /// `..., leaving the original request IMR eligible`.
    #[serde(rename = "whole request open")]
    WholeRequestOpen,
}

/// How the citations of the two sides compare, by bodies of guidelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// They share at least one body of guidelines.
    Same,
    /// Both cite something, and share nothing.
    Differs,
    /// Only the reviewer cites something.
    AdministratorNone,
    /// Only the claims administrator cites something.
    ReviewerNone,
    /// Both say that nothing was cited.
    BothNone,
}

impl Agreement {
    /// Every value.
    pub const ALL: [Self; 5] = [Self::Same, Self::Differs, Self::AdministratorNone, Self::ReviewerNone, Self::BothNone];

    /// The name in JSON, in facets and in queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::AdministratorNone => "administrator-none",
            Self::ReviewerNone => "reviewer-none",
            Self::BothNone => "both-none",
        }
    }
}
