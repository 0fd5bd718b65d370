//! How the fields of letters are stored: one behind the other, by their places in these lists and without their names,
//! which in JSON take five times the room of what they say. Whatever is changed here, or in the types of `imr-model` that
//! stand here as they are, changes what is stored: the schema is another version then.

use imr_model::{
    Agreement, CaseNumber, CaseOutcome, Citation, Citations, Concepts, Decision, Family, Laterality, Layout, Letter,
    Medication, Outcome, PageRange, Partial, Passage, Patient, Reviewer, Warning,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A letter; where it was read is stored beside it ([`crate::stored::Head`]).
#[derive(Serialize, Deserialize)]
#[serde(remote = "Letter")]
pub(crate) struct PackedLetter {
    #[serde(skip)]
    source: String,
    #[serde(skip)]
    source_file: String,
    digest: String,
    layout: Layout,
    case_number: Option<CaseNumber>,
    priority: Option<String>,
    date_assigned: Option<Date>,
    date_of_injury: Option<Date>,
    decision_date: Option<Date>,
    ur_denial_date: Option<Date>,
    application_received: Option<Date>,
    summary_date_of_injury: Option<Date>,
    reviewer: Reviewer,
    patient: Patient,
    clinical_summary: Option<String>,
    #[serde(with = "decisions")]
    decisions: Vec<Decision>,
    case_outcome: Option<CaseOutcome>,
    days_to_decision: Option<u32>,
    #[serde(skip)]
    warnings: Vec<Warning>,
    remainder: Vec<Passage>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Decision")]
struct PackedDecision {
    n: usize,
    treatment: String,
    eligible_portion: Option<String>,
    outcome: Option<Outcome>,
    administrator_guideline: Option<String>,
    reviewer_guideline: Option<String>,
    #[serde(with = "PackedCitations")]
    citations: Citations,
    rationale: Option<String>,
    #[serde(with = "PackedConcepts")]
    concepts: Concepts,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Citations")]
struct PackedCitations {
    #[serde(with = "citations")]
    administrator: Vec<Citation>,
    #[serde(with = "citations")]
    reviewer: Vec<Citation>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Citation")]
struct PackedCitation {
    family: Family,
    guideline: Option<String>,
    edition: Option<u16>,
    edition_inferred: Option<u16>,
    sections: Vec<String>,
    pages: Vec<PageRange>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Concepts")]
struct PackedConcepts {
    drugs: Vec<String>,
    drug_classes: Vec<String>,
    other_drug_classes: Vec<String>,
    medications: Vec<Medication>,
    category: Option<String>,
    subcategory: Option<String>,
    procedure: Option<String>,
    other_procedures: Vec<String>,
    components: Vec<String>,
    body_regions: Vec<String>,
    spinal_levels: Vec<String>,
    laterality: Option<Laterality>,
    retrospective: bool,
    dependent: bool,
    partial: Option<Partial>,
    agreement: Option<Agreement>,
    level: Option<Family>,
    gaps: Vec<String>,
}

/// Lists of what is packed otherwise than its type says.
macro_rules! list {
    ($list:ident of $item:ty, packed as $packed:ty) => {
        mod $list {
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            use super::*;

            struct Packing<'i>(&'i $item);

            impl Serialize for Packing<'_> {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    <$packed>::serialize(self.0, to)
                }
            }

            struct Unpacked($item);

            impl<'de> Deserialize<'de> for Unpacked {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    <$packed>::deserialize(from).map(Self)
                }
            }

            pub(super) fn serialize<S: Serializer>(list: &[$item], to: S) -> Result<S::Ok, S::Error> {
                to.collect_seq(list.iter().map(Packing))
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<$item>, D::Error> {
                let list: Vec<Unpacked> = Vec::deserialize(from)?;
                Ok(list.into_iter().map(|Unpacked(item)| item).collect())
            }
        }
    };
}

list!(decisions of Decision, packed as PackedDecision);
list!(citations of Citation, packed as PackedCitation);
