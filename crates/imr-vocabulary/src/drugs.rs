//! Drugs: brands, ingredients and the drug classes of the Division of Workers' Compensation (DWC).

use std::ops::Range;
use std::sync::OnceLock;

use crate::lists;
use crate::matcher::Matcher;
use crate::table::{self, columns, items, optional};

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
    /// By rows of ingredients and, behind them, of products.
    names: Matcher,
    /// By the same, each made when it is first asked for: a query asks for few of 3,000.
    made: Vec<OnceLock<Box<Drug>>>,
    classes: Matcher,
    lay: Matcher,
    class_names: Vec<&'static str>,
    /// Made when they are first asked for.
    spellings: OnceLock<Vec<String>>,
}

impl Drugs {
    pub(crate) fn load() -> Self {
        let names = Matcher::new(&lists::DRUGS);
        Self {
            made: vec![OnceLock::new(); names.rows()],
            names,
            classes: Matcher::with_plurals(&lists::DRUG_CLASSES),
            lay: Matcher::with_plurals(&lists::LAY_CLASSES),
            class_names: columns(&table::DRUG_CLASSES, ["class"]).map(|[class]| class).collect(),
            spellings: OnceLock::new(),
        }
    }

    /// The drug of a row.
    fn drug(&self, at: usize) -> &Drug {
        self.made[at].get_or_init(|| {
            let ingredient = lists::INGREDIENT_ROWS.row(at, ["ingredient", "class", "also"]);
            Box::new(ingredient.map_or_else(|| self.product(at), of_ingredient))
        })
    }

    /// The product of a row, counted behind the ingredients. Without a class of its own it has the classes of its leading
    /// ingredient.
    fn product(&self, at: usize) -> Drug {
        let columns = ["name", "ingredients", "class", "also"];
        let row = lists::PRODUCT_ROWS.row(at - lists::INGREDIENT_ROWS.len(), columns);
        let [name, ingredients, class, also] = row.unwrap_or_default();
        let ingredients: Vec<String> = ingredients.split('+').map(|name| name.trim().to_owned()).collect();
        let leading = || self.ingredient(ingredients.first()?);
        let leading = if class.is_empty() { leading() } else { None };
        let its_also = leading.map_or(&[][..], |leading| &leading.also);
        Drug {
            name: name.to_owned(),
            class: leading.map_or_else(|| optional(class), |leading| leading.class.clone()),
            also: items(also).map(str::to_owned).chain(its_also.iter().cloned()).collect(),
            class_is_by_form: !class.is_empty(),
            ingredients,
        }
    }

    /// The ingredient of a name as the table has it.
    fn ingredient(&self, name: &str) -> Option<&Drug> {
        let row = self.names.get(name).filter(|row| *row < lists::INGREDIENT_ROWS.len())?;
        Some(self.drug(row)).filter(|drug| drug.name == name)
    }

    /// The drug names in a text, each with its place in bytes.
    pub fn find<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v Drug)> {
        self.names.find(text).map(|(range, row)| (range, self.drug(row)))
    }

    /// The drug of a name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Drug> {
        self.names.get(name).map(|row| self.drug(row))
    }

    /// The names of drug classes in a text (`benzos`, `muscle relaxers`), each with its place in bytes and the class.
    pub fn find_classes<'v>(&'v self, text: &str) -> impl Iterator<Item = (Range<usize>, &'v str)> {
        self.classes.find(text).map(|(range, row)| (range, self.class_names[row]))
    }

    /// The DWC drug class of a name, in any case.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&str> {
        self.classes.get(name).or_else(|| self.lay.get(name)).map(|row| self.class_names[row])
    }

    /// The DWC drug class that lay people mean by a name (`sleeping pills`), with drugs that only may be counted to it.
    #[must_use]
    pub fn lay_class(&self, name: &str) -> Option<&str> {
        self.lay.get(name).map(|row| self.class_names[row])
    }

    /// Every spelling of every drug, lower case, sorted.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        self.spellings.get_or_init(|| {
            let of_ingredients = columns(&table::INGREDIENTS, ["ingredient", "names"]);
            let of_products = columns(&table::PRODUCTS, ["name"]).map(|[name]| [name, ""]);
            let names = of_ingredients.chain(of_products).flat_map(|[name, names]| items(names).chain([name]));
            let mut spellings: Vec<String> = names.map(str::to_lowercase).collect();
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

fn of_ingredient([name, class, also]: [&str; 3]) -> Drug {
    Drug {
        name: name.to_owned(),
        ingredients: vec![name.to_owned()],
        class: optional(class),
        also: items(also).map(str::to_owned).collect(),
        class_is_by_form: false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

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

    #[test]
    fn every_row_is_a_drug() {
        let drugs = Drugs::load();
        let names = columns(&table::INGREDIENTS, ["ingredient"]).chain(columns(&table::PRODUCTS, ["name"]));
        let names: Vec<&str> = names.map(|[name]| name).collect();
        let drugs: Vec<&str> = (0..names.len()).map(|row| drugs.drug(row).name.as_str()).collect();
        assert_eq!(drugs, names);
    }

    #[test]
    fn products_have_the_classes_of_their_leading_ingredient_or_their_own() {
        let drugs = Drugs::load();
        let of_ingredients = columns(&table::INGREDIENTS, ["ingredient", "class", "also"]);
        let known: HashMap<&str, [&str; 2]> = of_ingredients.map(|[name, class, also]| (name, [class, also])).collect();
        let products = columns(&table::PRODUCTS, ["ingredients", "class", "also"]);
        for (row, [ingredients, class, also]) in (lists::INGREDIENT_ROWS.len()..).zip(products) {
            let leading = ingredients.split('+').next().map_or("", str::trim);
            let leading = known.get(leading).filter(|_| class.is_empty());
            let [its_class, its_also] = leading.copied().unwrap_or([class, ""]);
            let drug = drugs.drug(row);
            assert_eq!(drug.class.as_deref().unwrap_or_default(), its_class, "case: {}", drug.name);
            assert_eq!(drug.also, items(also).chain(items(its_also)).collect::<Vec<_>>(), "case: {}", drug.name);
        }
    }
}
