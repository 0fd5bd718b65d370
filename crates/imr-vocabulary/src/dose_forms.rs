//! Dosage forms, and the way by which each is taken.

use std::ops::Range;

use serde::Deserialize;

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{self, columns};
use crate::typed::one_of;

/// How a dosage form is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// By mouth.
    Oral,
    /// By needle.
    Injection,
    /// On the skin, in a form that is manufactured: patch, gel, ointment, pad, lotion.
    Topical,
    /// On the skin, in a form that pharmacies mix: creams and cream bases.
    Compound,
    /// By breath.
    Inhaled,
    /// By the nose.
    Nasal,
    /// In the eye.
    Eye,
    /// By the rectum.
    Rectal,
    /// In another way, or in several.
    Other,
}

/// A dosage form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseForm {
    /// Its canonical name: `tablet`.
    pub name: String,
    /// How it is taken.
    pub route: Route,
}

/// The table of dosage forms. Use [`crate::dose_forms()`].
pub struct DoseForms {
    names: Matcher,
    forms: Vec<DoseForm>,
}

impl DoseForms {
    pub(crate) fn load() -> Self {
        let forms = columns(&table::DOSE_FORMS, ["form", "route"])
            .map(|[form, route]| DoseForm { name: form.to_owned(), route: one_of(route) });
        Self { names: Matcher::with_plurals(&lists::DOSE_FORMS), forms: forms.collect() }
    }

    /// The dosage forms that a text names, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v DoseForm)> {
        self.names.find(text).map(|(range, row)| (range, &self.forms[row]))
    }
}
