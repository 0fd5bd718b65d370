//! Drugs: brands, ingredients and the drug classes of the Division of Workers' Compensation (DWC).

use std::ops::Range;
use std::sync::OnceLock;

use crate::matcher::Matcher;
use crate::table::{self, columns, items, optional};

/// A drug as the tables tell of it.
struct Row {
    name: &'static str,
    /// Joined by `+`.
    ingredients: &'static str,
    /// Empty if it is that of the leading ingredient, or none.
    class: &'static str,
    also: &'static str,
    /// Its class, if it has one, is by its form.
    is_product: bool,
    /// Made when it is first asked for: a query asks for few of 3,000.
    drug: OnceLock<Box<Drug>>,
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
    /// By places in `ingredients` and, behind them, `products`.
    names: Matcher<usize>,
    ingredients: Vec<Row>,
    products: Vec<Row>,
    classes: Matcher<&'static str>,
    lay: Matcher<&'static str>,
    /// Made when they are first asked for.
    spellings: OnceLock<Vec<String>>,
}

impl Drugs {
    pub(crate) fn load() -> Self {
        let classes = || columns(&table::DRUG_CLASSES, ["class", "lay", "names"]);
        let lay = classes().flat_map(|[class, lay, _]| items(lay).map(move |name| (name, class)));
        let names_of_classes =
            classes().flat_map(|[class, _, names]| items(names).chain([class]).map(move |name| (name, class)));
        Self {
            names: Matcher::new(names()),
            ingredients: ingredients().collect(),
            products: products().collect(),
            classes: Matcher::with_plurals(names_of_classes),
            lay: Matcher::with_plurals(lay),
            spellings: OnceLock::new(),
        }
    }

    /// The drug of a place.
    fn drug(&self, place: usize) -> &Drug {
        match place.checked_sub(self.ingredients.len()) {
            None => self.ingredients[place].drug(None),
            Some(place) => {
                let product = &self.products[place];
                let leading = product.ingredients.split('+').next().unwrap_or_default().trim();
                product.drug(self.ingredients.iter().find(|ingredient| ingredient.name == leading))
            }
        }
    }

    /// The drug names in a text, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Drug)> {
        self.names.find(text).map(|(range, place)| (range, self.drug(*place)))
    }

    /// The drug of a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Drug> {
        self.names.get(name).map(|place| self.drug(*place))
    }

    /// The names of drug classes in a text (`benzos`, `muscle relaxers`), each with its place in bytes and the class.
    pub fn find_classes<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v str)> {
        self.classes.find(text).map(|(range, class)| (range, *class))
    }

    /// The DWC drug class of a name, in any case.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&str> {
        self.classes.get(name).or_else(|| self.lay.get(name)).copied()
    }

    /// The DWC drug class that lay people mean by a name (`sleeping pills`), with drugs that only may be counted to it.
    #[must_use]
    pub fn lay_class(&self, name: &str) -> Option<&str> {
        self.lay.get(name).copied()
    }

    /// Every spelling of every drug, lower case, sorted.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        self.spellings.get_or_init(|| {
            let mut spellings: Vec<String> = names().map(|(name, _)| name.to_lowercase()).collect();
            spellings.sort_unstable();
            spellings.dedup();
            spellings
        })
    }

    /// Every name of every drug class, lay ones among them, in lower case.
    pub fn class_spellings(&self) -> impl Iterator<Item = &str> + Clone {
        self.classes.names().chain(self.lay.names())
    }
}

impl Row {
    /// The drug. A product without a class of its own has the classes of its leading ingredient.
    fn drug(&self, leading: Option<&Self>) -> &Drug {
        let leading = leading.filter(|_| self.class.is_empty());
        self.drug.get_or_init(|| {
            let also = items(self.also).chain(leading.into_iter().flat_map(|leading| items(leading.also)));
            Box::new(Drug {
                name: self.name.to_owned(),
                ingredients: self.ingredients.split('+').map(|name| name.trim().to_owned()).collect(),
                class: optional(leading.map_or(self.class, |leading| leading.class)),
                also: also.map(str::to_owned).collect(),
                class_is_by_form: self.is_product && !self.class.is_empty(),
            })
        })
    }
}

fn ingredients() -> impl Iterator<Item = Row> {
    columns(&table::INGREDIENTS, ["ingredient", "class", "also"]).map(|[name, class, also]| Row {
        name,
        ingredients: name,
        class,
        also,
        is_product: false,
        drug: OnceLock::new(),
    })
}

fn products() -> impl Iterator<Item = Row> {
    columns(&table::PRODUCTS, ["name", "ingredients", "class", "also"]).map(|[name, ingredients, class, also]| Row {
        name,
        ingredients,
        class,
        also,
        is_product: true,
        drug: OnceLock::new(),
    })
}

/// Every name of every drug, each with the drug's place: those of ingredients come before those of products.
fn names() -> impl Iterator<Item = (&'static str, usize)> {
    let of_ingredients = columns(&table::INGREDIENTS, ["ingredient", "names"])
        .map(|[ingredient, names]| Some(ingredient).into_iter().chain(items(names)));
    let of_products = columns(&table::PRODUCTS, ["name"]).map(|[name]| Some(name).into_iter().chain(items("")));
    let names = of_ingredients.chain(of_products).enumerate();
    names.flat_map(|(place, names)| names.map(move |name| (name, place)))
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
