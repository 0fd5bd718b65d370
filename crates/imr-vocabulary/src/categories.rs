//! Categories and sub-categories of the search form of the Division of Workers' Compensation (DWC).

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{self, columns, optional};

/// A category, or one of its sub-categories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The category.
    pub category: String,
    /// The sub-category; `None` for the category as a whole.
    pub subcategory: Option<String>,
}

/// The table of categories. Use [`crate::categories()`].
pub struct Categories {
    names: Matcher,
    categories: Vec<Category>,
}

impl Categories {
    pub(crate) fn load() -> Self {
        let category = |[category, subcategory]: [&str; 2]| Category {
            category: category.to_owned(),
            subcategory: optional(subcategory),
        };
        let categories = columns(&table::CATEGORIES, ["category", "subcategory"]).map(category).collect();
        Self { names: Matcher::with_plurals(&lists::CATEGORIES), categories }
    }

    /// The category or sub-category that has another name (`durable medical equipment`), in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Category> {
        self.names.get(name).map(|row| &self.categories[row])
    }

    /// The category of a name, in any case.
    #[must_use]
    pub fn category(&self, name: &str) -> Option<&str> {
        let is_called = |category: &&Category| category.category.eq_ignore_ascii_case(name.trim());
        let whole = || self.get(name).filter(|category| category.subcategory.is_none());
        let found = self.categories.iter().find(is_called).or_else(whole)?;
        Some(&found.category)
    }

    /// The sub-category of a name, in any case. The same name may stand in several categories.
    #[must_use]
    pub fn subcategory(&self, name: &str) -> Option<&str> {
        let is_called = |category: &&Category| {
            category.subcategory.as_deref().is_some_and(|subcategory| subcategory.eq_ignore_ascii_case(name.trim()))
        };
        self.categories.iter().find(is_called).or_else(|| self.get(name))?.subcategory.as_deref()
    }

    /// Every category and sub-category, in the order of the table.
    #[must_use]
    pub fn all(&self) -> &[Category] {
        &self.categories
    }
}
