//! One decision with all that is known of it.

use std::sync::LazyLock;

use imr_precedent::{Style, citation};
use imr_query::Hit;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{OutputField, OutputSchema, Record};

/// A decision with all of its fields, and how to cite it.
#[derive(Serialize, ToSchema)]
pub struct DecisionReport<'h> {
    /// All fields of hits.
    #[serde(flatten)]
    pub record: Record<'h>,
    /// A ready citation, in its full form.
    pub citation: String,
}

impl<'h> DecisionReport<'h> {
    /// The report on a decision, or on the text of a letter that has none.
    #[must_use]
    pub fn new(hit: &'h Hit) -> Self {
        static ALL: LazyLock<Vec<&OutputField>> = LazyLock::new(|| OutputSchema::shared().fields.iter().collect());
        Self { record: Record { fields: &ALL, hit }, citation: citation(&hit.letter, hit.decision(), Style::Full) }
    }
}
