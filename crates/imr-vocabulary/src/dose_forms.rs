//! Dosage forms, and the way by which each is taken.

use std::ops::Range;

use serde::Deserialize;

use crate::matcher::Matcher;
use crate::table::{self, items, rows};

#[derive(Deserialize)]
struct FormRow {
    form: String,
    route: Route,
    names: String,
}

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
    names: Matcher<DoseForm>,
}

impl DoseForms {
    pub(crate) fn load() -> Self {
        let rows: Vec<FormRow> = rows(&table::DOSE_FORMS);
        let names = rows.iter().flat_map(|row| {
            let form = DoseForm { name: row.form.clone(), route: row.route };
            items(&row.names).chain([row.form.as_str()]).map(move |name| (name.to_owned(), form.clone()))
        });
        Self { names: Matcher::with_plurals(names) }
    }

    /// The dosage forms that a text names, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v DoseForm)> {
        self.names.find(text)
    }
}
