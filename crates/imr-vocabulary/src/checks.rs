//! What must hold in the tables and between them. Each fault is told with its table and row.

use std::collections::{BTreeMap, BTreeSet};

use crate::contradictions::{Plain, Subject};
use crate::gaps::{compile, expand, phrases, plain};
use crate::names::folded;
use crate::table::{self, Entry, Table, items};

/// Tables whose rows are told apart by more than their first column.
const LONGER_KEYS: [&str; 3] = ["procedures.tsv", "categories.tsv", "gaps.tsv"];

/// Every fault of the tables.
fn faults(tables: &[&Table]) -> Vec<String> {
    let rows: BTreeMap<&str, Vec<Entry>> = tables.iter().map(|table| (table.name(), table.entries())).collect();
    let rows_of = |table: &str| rows.get(table).map(Vec::as_slice).unwrap_or_default();
    let mut faults = Vec::new();
    for table in tables {
        well_formed(rows_of(table.name()), &mut faults);
    }
    for (name, spaces) in name_spaces(&rows) {
        one_meaning(name, &spaces, &mut faults);
    }
    references(&rows, &mut faults);
    editions_and_pages(rows_of("guidelines.tsv"), rows_of("sections.tsv"), &mut faults);
    gap_patterns(rows_of("gaps.tsv"), rows_of("gap_phrases.tsv"), &mut faults);
    contradictions(rows_of("contradictions.tsv"), &mut faults);
    faults
}

fn told(entry: &Entry, fault: &str) -> String {
    format!("{}: row `{}`: {fault}", entry.table, entry.name)
}

/// Rows are sorted, none occurs twice, no cell has blanks around it, every row has a source.
fn well_formed(rows: &[Entry], faults: &mut Vec<String>) {
    let mut keys: BTreeSet<Vec<String>> = BTreeSet::new();
    for (index, entry) in rows.iter().enumerate() {
        let is_longer = LONGER_KEYS.contains(&entry.table);
        let columns = ["category", "subcategory", "rank", "region", "doc", "pattern"];
        let rest = columns.iter().filter(|_| is_longer).map(|column| entry.fact(column).to_lowercase());
        if !keys.insert([entry.name.to_lowercase()].into_iter().chain(rest).collect()) {
            faults.push(told(entry, "it stands there twice"));
        }
        if index > 0 && rows[index - 1].name.to_lowercase() > entry.name.to_lowercase() {
            faults.push(told(entry, "it stands behind a name that is later in the alphabet"));
        }
        let cells = [&entry.name].into_iter().chain(&entry.names).chain(entry.facts.iter().map(|(_, cell)| cell));
        // Phrases end with the blank before the word that follows them.
        let has_blanks = cells.into_iter().any(|cell| cell.trim() != cell) && entry.table != "gap_phrases.tsv";
        if has_blanks || entry.name.is_empty() {
            faults.push(told(entry, "a cell is empty or has blanks around it"));
        }
        if entry.fact("source").is_empty() && entry.table != "gap_phrases.tsv" {
            faults.push(told(entry, "it has no source"));
        }
    }
}

/// A name, and the row that gives it a meaning.
type Named<'e> = (String, &'e Entry);

/// The names that are looked for together: in each of these, a name has one meaning.
fn name_spaces<'e>(rows: &'e BTreeMap<&str, Vec<Entry>>) -> Vec<(&'static str, Vec<Named<'e>>)> {
    let of = |table: &str| rows.get(table).map(Vec::as_slice).unwrap_or_default();
    let named = |entry: &'e Entry| entry.names.iter().map(move |name| (folded(name), entry));
    let all = |entry: &'e Entry| [(folded(&entry.name), entry)].into_iter().chain(named(entry));
    let lay = |entry: &'e Entry| items(entry.fact("lay")).map(move |name| (folded(name), entry));
    let bodies = |odg: bool| of("guidelines.tsv").iter().filter(move |entry| (entry.fact("body") == "odg") == odg);
    vec![
        ("drugs", of("ingredients.tsv").iter().chain(of("products.tsv")).flat_map(all).collect()),
        (
            "drug classes",
            of("drug_classes.tsv").iter().flat_map(all).chain(of("drug_classes.tsv").iter().flat_map(lay)).collect(),
        ),
        ("dosage forms", of("dose_forms.tsv").iter().flat_map(all).collect()),
        // Several rows may share a procedure's name; one of them then lists it.
        ("procedures", of("procedures.tsv").iter().flat_map(named).collect()),
        ("categories", of("categories.tsv").iter().flat_map(named).collect()),
        ("body regions", of("body_regions.tsv").iter().flat_map(all).collect()),
        ("specialties", of("specialties.tsv").iter().flat_map(all).collect()),
        ("states", of("states.tsv").iter().flat_map(all).collect()),
        ("guidelines", bodies(false).flat_map(all).collect()),
        ("ODG chapters", bodies(true).flat_map(all).collect()),
    ]
}

fn one_meaning(space: &str, names: &[Named<'_>], faults: &mut Vec<String>) {
    let mut meanings: BTreeMap<&str, &Entry> = BTreeMap::new();
    for (name, entry) in names {
        if let Some(other) = meanings.insert(name, entry)
            && !std::ptr::eq(other, *entry)
        {
            let fault =
                format!("`{name}` is also a name of `{}` in {}; {space} need one meaning", other.name, other.table);
            faults.push(told(entry, &fault));
        }
    }
}

/// What a row names in another table is there.
fn references(rows: &BTreeMap<&str, Vec<Entry>>, faults: &mut Vec<String>) {
    let of = |table: &str| rows.get(table).map(Vec::as_slice).unwrap_or_default();
    let names = |table: &str| of(table).iter().map(|entry| entry.name.clone()).collect::<BTreeSet<String>>();
    let mut check = |entry: &Entry, column: &str, separator: char, known: &BTreeSet<String>| {
        let cells = entry.fact(column).split(separator).map(str::trim).filter(|name| !name.is_empty());
        for unknown in cells.filter(|name| !known.contains(*name)) {
            faults.push(told(entry, &format!("unknown {column} `{unknown}`")));
        }
    };
    let (classes, ingredients, regions) =
        (names("drug_classes.tsv"), names("ingredients.tsv"), names("body_regions.tsv"));
    for entry in of("ingredients.tsv").iter().chain(of("products.tsv")) {
        check(entry, "class", ';', &classes);
        check(entry, "also", ';', &classes);
        check(entry, "ingredients", '+', &ingredients);
    }
    let guidelines = names("guidelines.tsv").into_iter().chain(["ACOEM chapters".to_owned()]).collect();
    for entry in of("sections.tsv") {
        check(entry, "guideline", ';', &guidelines);
    }
    for entry in of("procedures.tsv") {
        check(entry, "region", ';', &regions);
    }
    let place = |category: &str, subcategory: &str| (category.to_owned(), subcategory.to_owned());
    let places: BTreeSet<_> =
        of("categories.tsv").iter().map(|entry| place(&entry.name, entry.fact("subcategory"))).collect();
    let drugs: BTreeSet<String> = of("ingredients.tsv")
        .iter()
        .chain(of("products.tsv"))
        .flat_map(|entry| entry.names.iter().chain([&entry.name]).map(|name| folded(name)))
        .collect();
    for entry in of("procedures.tsv") {
        let (category, subcategory) = (entry.fact("category"), entry.fact("subcategory"));
        if !places.contains(&place(category, subcategory)) {
            faults.push(told(entry, &format!("unknown category `{category}` / `{subcategory}`")));
        }
        // A drug that is only injected or infused may name the injection.
        let names_drug = entry.names.iter().find(|name| drugs.contains(&folded(name)));
        if let Some(name) = names_drug.filter(|_| !matches!(category, "Injection" | "Therapies")) {
            faults.push(told(entry, &format!("`{name}` is a drug")));
        }
    }
    let shared: BTreeMap<&str, Vec<&Entry>> = of("procedures.tsv").iter().fold(BTreeMap::new(), |mut shared, entry| {
        shared.entry(entry.name.as_str()).or_default().push(entry);
        shared
    });
    for (name, entries) in shared.into_iter().filter(|(_, entries)| entries.len() > 1) {
        if entries.iter().filter(|entry| entry.names.iter().any(|own| own == name)).count() != 1 {
            faults.push(told(entries[0], "of several rows of a procedure, one must list its name"));
        }
    }
}

/// Editions are years and hold the one that is inferred; pages are pages and have a status.
fn editions_and_pages(guidelines: &[Entry], sections: &[Entry], faults: &mut Vec<String>) {
    for entry in guidelines {
        let editions: Vec<&str> = items(entry.fact("editions")).collect();
        let inferred = entry.fact("edition_inferred");
        if editions.iter().any(|year| !(2004..2030).contains(&year.parse().unwrap_or(0))) {
            faults.push(told(entry, "an edition is no year"));
        }
        if !inferred.is_empty() && !editions.contains(&inferred) {
            faults.push(told(entry, &format!("the inferred edition {inferred} is not among its editions")));
        }
    }
    for entry in sections {
        let pages = entry.fact("pages_2009");
        let is_page = |page: &str| page.parse::<u32>().is_ok_and(|page| (1..=127).contains(&page));
        if !pages.is_empty() && !pages.split('-').all(is_page) {
            faults.push(told(entry, &format!("`{pages}` are no pages of the 2009 guideline")));
        }
        if pages.is_empty() != entry.fact("status").is_empty()
            || !["", "printed", "known"].contains(&entry.fact("status"))
        {
            faults.push(told(entry, "pages need the status `printed` or `known`, and only pages"));
        }
    }
}

/// Patterns of gaps can be read, find their example and leave the counterexamples of their tag alone.
fn gap_patterns(rows: &[Entry], phrases: &[Entry], faults: &mut Vec<String>) {
    let phrases: BTreeMap<String, String> =
        phrases.iter().map(|entry| (entry.name.clone(), entry.fact("pattern").to_owned())).collect();
    let mut compiled = Vec::new();
    for entry in rows {
        let pattern = expand(entry.fact("pattern"), &phrases);
        match compile(&pattern) {
            Err(error) => faults.push(told(entry, &format!("its pattern cannot be read: {error}"))),
            // Known names have been written out; the class of word characters holds `<-`.
            Ok(_) if pattern.split('<').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())) => {
                faults.push(told(entry, "unknown phrase"));
            }
            Ok(regex) => compiled.push((entry, regex)),
        }
    }
    let plain = |sentence: &str| {
        let mut text = Vec::new();
        plain(sentence, &mut text);
        text
    };
    for (entry, regex) in &compiled {
        let (example, counterexample) = (entry.fact("example"), entry.fact("counterexample"));
        if !regex.is_match(&plain(example)) {
            faults.push(told(entry, &format!("its pattern does not find its example `{example}`")));
        }
        let same_tag = compiled.iter().filter(|(other, _)| other.name == entry.name);
        if same_tag.into_iter().any(|(_, regex)| regex.is_match(&plain(counterexample))) {
            faults.push(told(entry, &format!("a pattern of the tag finds the counterexample `{counterexample}`")));
        }
    }
}

/// Patterns of contradictions can be read, find their examples on both sides and leave the others alone.
fn contradictions(rows: &[Entry], faults: &mut Vec<String>) {
    for entry in rows {
        let patterns = ["denied", "affirmed"].map(|column| compile(&expand(entry.fact(column), &phrases())));
        if let Some(error) = patterns.into_iter().find_map(Result::err) {
            faults.push(told(entry, &format!("a pattern cannot be read: {error}")));
            continue;
        }
        let subject = Subject::new(entry);
        let is_denied = |sentence: &Plain| subject.denied(sentence, &sentence.denials()).is_some();
        let is_affirmed = |sentence: &Plain| subject.affirmed(sentence).is_some();
        for (column, is_found) in [
            ("denial", is_denied(&Plain::new(entry.fact("denial")))),
            ("affirmation", is_affirmed(&Plain::new(entry.fact("affirmation")))),
            ("no_denial", !is_denied(&Plain::new(entry.fact("no_denial")))),
            ("no_affirmation", !is_affirmed(&Plain::new(entry.fact("no_affirmation")))),
        ] {
            if !is_found {
                faults.push(told(entry, &format!("its {column} is not read as one: `{}`", entry.fact(column))));
            }
        }
    }
}

#[test]
fn the_tables_have_no_faults() {
    let faults = faults(table::ALL);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn faults_are_told_with_their_row() {
    let table = |name, text| Table::new(name, text);
    let classes =
        table("drug_classes.tsv", "class\tlay\tnames\tsource\nOpioids\t\tnarcotics\tDWC\nStatin\t\tnarcotics\tDWC\n");
    let ingredients = table(
        "ingredients.tsv",
        "ingredient\tclass\talso\tnames\tsource\nb\tOpioids\t\t\tRxNorm\na\tPainkillers\t\t\tRxNorm\na\tOpioids\t\tb\tRxNorm\n",
    );
    let products = table("products.tsv", "name\tingredients\tclass\talso\tkind\tsource\nX\ta+c\t\t\tbrand\t\n");
    let procedures = table(
        "procedures.tsv",
        "procedure\tcategory\tsubcategory\trank\tregion\tnames\tsource\nrepair\tSurgery\tTail\tspecific\ttail\tX\tCPT\n",
    );
    let gaps = table(
        "gaps.tsv",
        "tag\tdoc\tpattern\texample\tcounterexample\tsource\nno tail\td\t\\bno tail\\b\tIt has a tail.\tThere is no tail.\tletters\nodd\td\t<6>(?:<typo>|tail)\tA tail.\tA head.\tletters\n",
    );
    let contradictions = table(
        "contradictions.tsv",
        "subject\tdoc\tabout\tdenied\tnegates\taffirmed\tdenial\tno_denial\taffirmation\tno_affirmation\tsource\n\
         head\td\t\t\\bhead\\b\t\thead\tThere is no documentation of a tail.\tThere is no documentation of a head.\tIt has a head.\tIt has no head.\tletters\n\
         tail\td\t\t(tail\t\ttail\tNo tail.\tA tail.\tA tail.\tNo tail.\tletters\n",
    );
    let found = faults(&[&classes, &ingredients, &products, &procedures, &gaps, &contradictions]);
    for want in [
        "drug_classes.tsv: row `Statin`: `narcotics` is also a name of `Opioids`",
        "ingredients.tsv: row `a`: it stands behind a name that is later",
        "ingredients.tsv: row `a`: it stands there twice",
        "ingredients.tsv: row `a`: unknown class `Painkillers`",
        "ingredients.tsv: row `a`: `b` is also a name of `b`",
        "products.tsv: row `X`: it has no source",
        "products.tsv: row `X`: unknown ingredients `c`",
        "procedures.tsv: row `repair`: unknown category `Surgery` / `Tail`",
        "procedures.tsv: row `repair`: unknown region `tail`",
        "procedures.tsv: row `repair`: `X` is a drug",
        "gaps.tsv: row `no tail`: its pattern does not find its example",
        "gaps.tsv: row `odd`: unknown phrase",
        "gaps.tsv: row `no tail`: a pattern of the tag finds the counterexample",
        "contradictions.tsv: row `head`: its denial is not read as one",
        "contradictions.tsv: row `head`: its no_denial is not read as one",
        "contradictions.tsv: row `tail`: a pattern cannot be read",
    ] {
        assert!(found.iter().any(|fault| fault.starts_with(want)), "no `{want}` in\n{}", found.join("\n"));
    }
}
