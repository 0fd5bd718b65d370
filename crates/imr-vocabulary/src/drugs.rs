//! Drugs: brands, ingredients and the drug classes of the Division of Workers' Compensation (DWC).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::Deserialize;

use crate::matcher::Matcher;
use crate::table::{self, items, rows};

#[derive(Deserialize)]
struct IngredientRow {
    ingredient: String,
    class: String,
    names: String,
}

#[derive(Deserialize)]
struct ProductRow {
    name: String,
    ingredients: String,
    class: String,
}

#[derive(Deserialize)]
struct ClassRow {
    class: String,
    names: String,
}

/// What a drug name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drug {
    /// The name in its usual spelling: a brand (`Xanax`) or a generic (`alprazolam`).
    pub name: String,
    /// Generic names of what is in it, the leading one first.
    pub ingredients: Vec<String>,
    /// Its DWC class.
    pub class: String,
}

impl Drug {
    /// Whether the name is that of an ingredient, not of a product.
    #[must_use]
    pub fn is_generic(&self) -> bool {
        self.ingredients.first().is_some_and(|ingredient| *ingredient == self.name)
    }
}

/// The drugs that a text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrugsFound {
    /// Generic names, in the order of the text, each once.
    pub ingredients: Vec<String>,
    /// Their DWC classes, in the same order, each once.
    pub classes: Vec<String>,
}

/// The tables of drugs and drug classes. Use [`crate::drugs`].
pub struct Drugs {
    names: Matcher<Drug>,
    classes: Matcher<String>,
    spellings: Vec<String>,
    class_names: Vec<String>,
}

impl Drugs {
    pub(crate) fn load() -> Self {
        let ingredients: Vec<IngredientRow> = rows(&table::INGREDIENTS);
        let products: Vec<ProductRow> = rows(&table::PRODUCTS);
        let classes: Vec<ClassRow> = rows(&table::DRUG_CLASSES);
        let class_of: HashMap<&str, &str> =
            ingredients.iter().map(|row| (row.ingredient.as_str(), row.class.as_str())).collect();
        let mut names: BTreeMap<String, Drug> = BTreeMap::new();
        for row in &ingredients {
            let drug = Drug {
                name: row.ingredient.clone(),
                ingredients: vec![row.ingredient.clone()],
                class: row.class.clone(),
            };
            for name in items(&row.names).chain([row.ingredient.as_str()]) {
                names.insert(name.to_lowercase(), drug.clone());
            }
        }
        for row in &products {
            let ingredients: Vec<String> = row.ingredients.split('+').map(|name| name.trim().to_owned()).collect();
            let leading = ingredients.first().and_then(|name| class_of.get(name.as_str())).copied().unwrap_or_default();
            let class = if row.class.is_empty() { leading } else { &row.class };
            let drug = Drug { name: row.name.clone(), ingredients, class: class.to_owned() };
            names.insert(row.name.to_lowercase(), drug);
        }
        let spellings = names.keys().cloned().collect();
        let class_names = classes.iter().map(|row| row.class.clone()).collect();
        let classes = classes.iter().flat_map(|row| {
            items(&row.names)
                .chain([row.class.as_str()])
                .map(|name| (name.to_lowercase(), row.class.clone()))
                .collect::<Vec<_>>()
        });
        Self { names: Matcher::new(names), classes: Matcher::new(classes), spellings, class_names }
    }

    /// The drug names in a text, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Drug)> {
        self.names.find(text)
    }

    /// The drugs that a text names, by ingredients and classes.
    #[must_use]
    pub fn in_text(&self, text: &str) -> DrugsFound {
        let mut found = DrugsFound::default();
        for (_, drug) in self.find(text) {
            for ingredient in &drug.ingredients {
                push_new(&mut found.ingredients, ingredient);
            }
            push_new(&mut found.classes, &drug.class);
        }
        found
    }

    /// The drug of a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Drug> {
        self.names.get(name)
    }

    /// The names of drug classes in a text (`benzos`, `muscle relaxers`), each with its place in bytes and the class.
    pub fn find_classes<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v str)> {
        self.classes.find(text).map(|(range, class)| (range, class.as_str()))
    }

    /// The DWC drug class of a name, in any case.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&str> {
        self.classes.get(name).map(String::as_str)
    }

    /// Every spelling of every drug, lower case, sorted.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        &self.spellings
    }

    /// All DWC drug classes, sorted.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }
}

fn push_new(list: &mut Vec<String>, item: &str) {
    if !item.is_empty() && list.iter().all(|known| known != item) {
        list.push(item.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_tables_agree_with_each_other() {
        let drugs = Drugs::load();
        let classes: HashSet<&str> = drugs.class_names.iter().map(String::as_str).collect();
        let generics: HashSet<&str> = drugs
            .spellings
            .iter()
            .filter_map(|name| drugs.get(name))
            .filter(|drug| drug.is_generic())
            .map(|drug| drug.name.as_str())
            .collect();
        for name in &drugs.spellings {
            let drug = drugs.get(name).unwrap_or_else(|| panic!("`{name}` is not found"));
            assert!(classes.contains(drug.class.as_str()), "{name}: unknown class `{}`", drug.class);
            for ingredient in &drug.ingredients {
                assert!(generics.contains(ingredient.as_str()), "{name}: unknown ingredient `{ingredient}`");
            }
        }
    }

    #[test]
    fn brands_are_their_ingredients_and_classes() {
        let drugs = Drugs::load();
        for (heading, ingredients, classes) in [
            ("prescription of Xanax", vec!["alprazolam"], vec!["Benzodiazepines"]),
            ("Norco 10/325mg #60", vec!["hydrocodone", "acetaminophen"], vec!["Opioids"]),
            (
                "Flexeril 7.5mg, gabapentin 300mg",
                vec!["cyclobenzaprine", "gabapentin"],
                vec!["Muscle Relaxant", "Antiepileptic"],
            ),
            ("MRI of the lumbar spine", vec![], vec![]),
        ] {
            let found = drugs.in_text(heading);
            assert_eq!((found.ingredients, found.classes), (owned(&ingredients), owned(&classes)), "case: {heading}");
        }
        assert_eq!(drugs.class("benzos"), Some("Benzodiazepines"));
        assert_eq!(drugs.class("MUSCLE RELAXERS"), Some("Muscle Relaxant"));
    }

    fn owned(list: &[&str]) -> Vec<String> {
        list.iter().map(|item| (*item).to_owned()).collect()
    }
}
