//! Makes the lists of names in `index-schema/vocabulary/`, ready to be searched (`src/names.rs`), and finds the rows of
//! large tables.
#![expect(dead_code, unreachable_pub, reason = "the crate uses the rest of the files that it shares with this script")]

#[path = "src/names.rs"]
mod names;
#[path = "src/table.rs"]
mod table;

use std::path::Path;
use std::{env, fs, io};

use table::{Table, columns, items};

fn main() -> io::Result<()> {
    let folder = env::var("OUT_DIR").map_err(io::Error::other)?;
    let lists = [
        list("DRUGS", drugs()),
        list("DRUG_CLASSES", named(&table::DRUG_CLASSES, "class")),
        list("LAY_CLASSES", own(&table::DRUG_CLASSES, "lay")),
        list("DOSE_FORMS", named(&table::DOSE_FORMS, "form")),
        list("PROCEDURES", procedures()),
        list("CATEGORIES", own(&table::CATEGORIES, "names")),
        list("BODY_REGIONS", named(&table::BODY_REGIONS, "region")),
        list("TITLES", guidelines(|body| body != "odg")),
        list("ODG_CHAPTERS", guidelines(|body| body == "odg")),
        list("SECTIONS", sections()),
        list("SPECIALTIES", named(&table::SPECIALTIES, "specialty")),
        list("STATES", named(&table::STATES, "state")),
        places("INGREDIENT", &table::INGREDIENTS),
        places("PRODUCT", &table::PRODUCTS),
        places("PROCEDURE", &table::PROCEDURES),
    ];
    fs::write(Path::new(&folder).join("lists.rs"), lists.concat())
}

/// Names, each with the number of its row.
type Rows = Vec<(&'static str, usize)>;

/// A list as a constant of the crate.
fn list(constant: &str, names: Rows) -> String {
    let rows = names.iter().map(|(_, row)| row + 1).max().unwrap_or(0);
    let (lines, begins, buckets) = names::listed(names);
    let fields = format!("lines: {lines:?}, begins: &{begins:?}, buckets: &{buckets:?}, rows: {rows}");
    format!("pub(crate) static {constant}: Names = Names {{ {fields} }};\n")
}

/// Where the rows of a table begin, as a constant of the crate.
fn places(row: &str, table: &Table) -> String {
    let begins = table::begins(table);
    format!("pub(crate) static {row}_ROWS: Rows = Rows {{ table: &table::{row}S, begins: &{begins:?} }};\n")
}

/// The items of one column.
fn own(table: &Table, column: &'static str) -> Rows {
    let rows = columns(table, [column]).enumerate();
    rows.flat_map(|(row, [names])| items(names).map(move |name| (name, row))).collect()
}

/// The names of each row, and the one that stands for them.
fn named(table: &Table, column: &'static str) -> Rows {
    let rows = columns(table, [column, "names"]).enumerate();
    rows.flat_map(|(row, [name, names])| items(names).chain([name]).map(move |name| (name, row))).collect()
}

/// Drugs: rows of products follow those of ingredients.
fn drugs() -> Rows {
    let ingredients = columns(&table::INGREDIENTS, ["ingredient", "names"]);
    let products = columns(&table::PRODUCTS, ["name"]).map(|[name]| [name, ""]);
    let rows = ingredients.chain(products).enumerate();
    rows.flat_map(|(row, [name, names])| [name].into_iter().chain(items(names)).map(move |name| (name, row))).collect()
}

/// Procedures: of several rows of one, the one that lists its canonical name has it.
fn procedures() -> Rows {
    let rows: Vec<_> = columns(&table::PROCEDURES, ["procedure", "names"]).collect();
    let is_only = |row: usize| rows.iter().filter(|[name, _]| *name == rows[row][0]).count() == 1;
    let names = |(row, [name, names]): (usize, &[&'static str; 2])| {
        let canonical = is_only(row).then_some(*name);
        items(names).chain(canonical).map(move |name| (name, row)).collect::<Rows>()
    };
    rows.iter().enumerate().flat_map(names).collect()
}

/// The names of guidelines of some bodies.
fn guidelines(is_wanted: fn(&str) -> bool) -> Rows {
    let rows = columns(&table::GUIDELINES, ["body", "names", "title"]).enumerate();
    let rows = rows.filter(|(_, [body, ..])| is_wanted(body));
    rows.flat_map(|(row, [_, names, title])| items(names).chain([title]).map(move |name| (name, row))).collect()
}

/// Sections of guidelines, whose names may hold semicolons.
fn sections() -> Rows {
    columns(&table::SECTIONS, ["section"]).enumerate().map(|(row, [name])| (name, row)).collect()
}
