//! Drugs: brands, ingredients and the drug classes of the Division of Workers' Compensation (DWC).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::Deserialize;

use crate::matcher::Matcher;
use crate::table::{self, items, optional, rows};

#[derive(Deserialize)]
struct IngredientRow {
    ingredient: String,
    class: String,
    also: String,
    names: String,
}

#[derive(Deserialize)]
struct ProductRow {
    name: String,
    ingredients: String,
    class: String,
    also: String,
}

#[derive(Deserialize)]
struct ClassRow {
    class: String,
    lay: String,
    names: String,
}

/// What a drug name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drug {
    /// The name in its usual spelling: a brand (`Xanax`) or a generic (`alprazolam`).
    pub name: String,
    /// Generic names of what is in it, the leading one first.
    pub ingredients: Vec<String>,
    /// Its DWC class; `None` for drugs that the state's search form has no class for.
    pub class: Option<String>,
    /// Other classes that can be defended for it.
    pub also: Vec<String>,
    /// The class is that of the product, by its form (`Lidoderm` is a patch), not that of its leading ingredient.
    pub class_is_by_form: bool,
}

impl Drug {
    /// Whether the name is that of an ingredient, not of a product.
    #[must_use]
    pub fn is_generic(&self) -> bool {
        self.ingredients.first().is_some_and(|ingredient| *ingredient == self.name)
    }
}

/// The tables of drugs and drug classes. Use [`crate::drugs()`].
pub struct Drugs {
    names: Matcher<Drug>,
    classes: Matcher<String>,
    lay: Matcher<String>,
    spellings: Vec<String>,
}

impl Drugs {
    pub(crate) fn load() -> Self {
        let ingredients: Vec<IngredientRow> = rows(&table::INGREDIENTS);
        let products: Vec<ProductRow> = rows(&table::PRODUCTS);
        let classes: Vec<ClassRow> = rows(&table::DRUG_CLASSES);
        let class_of: HashMap<&str, &str> =
            ingredients.iter().map(|row| (row.ingredient.as_str(), row.class.as_str())).collect();
        let also_of: HashMap<&str, &str> =
            ingredients.iter().map(|row| (row.ingredient.as_str(), row.also.as_str())).collect();
        let mut names: BTreeMap<String, Drug> = BTreeMap::new();
        for row in &ingredients {
            let drug = Drug {
                name: row.ingredient.clone(),
                ingredients: vec![row.ingredient.clone()],
                class: optional(row.class.clone()),
                also: items(&row.also).map(str::to_owned).collect(),
                class_is_by_form: false,
            };
            for name in items(&row.names).chain([row.ingredient.as_str()]) {
                names.insert(name.to_lowercase(), drug.clone());
            }
        }
        for row in &products {
            let ingredients: Vec<String> = row.ingredients.split('+').map(|name| name.trim().to_owned()).collect();
            let leading = ingredients.first().and_then(|name| class_of.get(name.as_str())).copied().unwrap_or_default();
            let class = if row.class.is_empty() { leading } else { &row.class };
            let drug = Drug {
                also: also(row, &ingredients, &also_of),
                name: row.name.clone(),
                ingredients,
                class: optional(class.to_owned()),
                class_is_by_form: !row.class.is_empty(),
            };
            names.insert(row.name.to_lowercase(), drug);
        }
        let spellings = names.keys().cloned().collect();
        let lay = classes
            .iter()
            .flat_map(|row| items(&row.lay).map(|name| (name.to_owned(), row.class.clone())).collect::<Vec<_>>());
        let lay = Matcher::with_plurals(lay);
        let classes = classes.iter().flat_map(|row| {
            items(&row.names)
                .chain([row.class.as_str()])
                .map(|name| (name.to_owned(), row.class.clone()))
                .collect::<Vec<_>>()
        });
        Self { names: Matcher::new(names), classes: Matcher::with_plurals(classes), lay, spellings }
    }

    /// The drug names in a text, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Drug)> {
        self.names.find(text)
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
        self.classes.get(name).or_else(|| self.lay.get(name)).map(String::as_str)
    }

    /// The DWC drug class that lay people mean by a name (`sleeping pills`), with drugs that only may be counted to it.
    #[must_use]
    pub fn lay_class(&self, name: &str) -> Option<&str> {
        self.lay.get(name).map(String::as_str)
    }

    /// Every spelling of every drug, lower case, sorted.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        &self.spellings
    }

    /// Every name of every drug class, lay ones among them, in lower case.
    pub fn class_spellings(&self) -> impl Iterator<Item = &str> + Clone {
        self.classes.names().chain(self.lay.names())
    }
}

/// The other classes of a product: its own, and without a class of its own those of its leading ingredient.
fn also(row: &ProductRow, ingredients: &[String], also_of: &HashMap<&str, &str>) -> Vec<String> {
    let leading = ingredients.first().and_then(|name| also_of.get(name.as_str())).filter(|_| row.class.is_empty());
    items(&row.also).chain(leading.into_iter().flat_map(|also| items(also))).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_their_ingredients_and_classes() {
        let drugs = Drugs::load();
        for (name, ingredients, class) in [
            ("Xanax", vec!["alprazolam"], Some("Benzodiazepines")),
            ("NORCO", vec!["hydrocodone", "acetaminophen"], Some("Opioids")),
            ("Lidoderm", vec!["lidocaine"], Some("Topical Analgesics")),
            ("gabapentin", vec!["gabapentin"], Some("Antiepileptic")),
            ("allopurinol", vec!["allopurinol"], None),
        ] {
            let drug = drugs.get(name).unwrap_or_else(|| panic!("no drug `{name}`"));
            assert_eq!(
                (&drug.ingredients[..], drug.class.as_deref()),
                (&ingredients.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()[..], class)
            );
        }
        for (name, class) in [
            ("benzos", Some("Benzodiazepines")),
            ("MUSCLE RELAXERS", Some("Muscle Relaxant")),
            ("opioid", Some("Opioids")),
            ("surgery", None),
        ] {
            assert_eq!(drugs.class(name), class, "case: {name}");
        }
    }
}
