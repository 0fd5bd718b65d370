//! `imr-search vocab`

use std::io::Write;

use clap::ValueEnum;
use imr_index::{FieldDefinition, FieldKind, Schema};
use imr_output::json_line;
use imr_vocabulary::{Entry, drugs, tables};
use serde::Serialize;

use super::Found;
use crate::output::text::Look;
use crate::settings::Settings;
use crate::{output, report, screen};

/// Tell what a word means to the program, and why
///
/// Shows every row of the vocabulary tables that the word is a name of, and the rows these lead to: a brand its
/// ingredients, an ingredient its drug class; of `page 24` the topics on that page of the 2009 guideline on chronic pain.
/// The tables stand in `index-schema/vocabulary/`. In place of a word, one of
/// these lists: drugs, products, classes, forms, procedures, categories, regions, guidelines, sections, specialties, states, gaps,
/// fields.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search vocab xanax
  imr-search vocab \"nerve test\"
  imr-search vocab \"page 24\"
  imr-search vocab gaps
  imr-search vocab fields --format json")]
pub(crate) struct VocabArgs {
    /// The word, or the name of a list
    #[arg(value_name = "TERM", required = true)]
    words: Vec<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Rows to read
    Text,
    /// One JSON object a row a line
    Json,
}

/// The lists, and the table of each.
const LISTS: [(&str, &str); 12] = [
    ("drugs", "ingredients.tsv"),
    ("products", "products.tsv"),
    ("classes", "drug_classes.tsv"),
    ("forms", "dose_forms.tsv"),
    ("procedures", "procedures.tsv"),
    ("categories", "categories.tsv"),
    ("regions", "body_regions.tsv"),
    ("guidelines", "guidelines.tsv"),
    ("sections", "sections.tsv"),
    ("specialties", "specialties.tsv"),
    ("states", "states.tsv"),
    ("gaps", "gaps.tsv"),
];

pub(crate) fn run(args: &VocabArgs, settings: &Settings) -> anyhow::Result<Found> {
    let term = args.words.join(" ");
    let look = Look::new(settings.wide.value);
    let list = term.trim().to_lowercase();
    let mut out = if args.format == Format::Text { screen::text(settings) } else { screen::data(settings) };
    if list == "fields" {
        fields(&mut out, args.format, look)?;
        out.flush()?;
        return Ok(Found::Something);
    }
    let table = LISTS.iter().find(|(name, _)| *name == list).map(|(_, table)| table);
    let rows = table.map_or_else(|| meanings(&term), |table| entries(table));
    if rows.is_empty() {
        report::note(format!(
            "no table knows `{}`; it is searched as a word. `imr-search vocab drugs` and others list what is known",
            term.trim()
        ));
        return Ok(Found::Nothing);
    }
    if let Some(chain) = rows.first().filter(|_| table.is_none() && args.format == Format::Text).and_then(chain) {
        writeln!(out, "{chain}\n")?;
    }
    for row in &rows {
        match args.format {
            Format::Text => output::text::entry(&mut out, row, look)?,
            Format::Json => json_line(&mut out, &PrintedEntry::new(row))?,
        }
    }
    out.flush()?;
    Ok(Found::Something)
}

fn entries(table: &str) -> Vec<Entry> {
    tables().iter().filter(|known| known.name() == table).flat_map(|table| table.entries()).collect()
}

/// What a drug's name leads to: brand, ingredients, class.
fn chain(row: &Entry) -> Option<String> {
    let class = drugs().get(&row.name)?.class.as_deref().unwrap_or("no class");
    match row.table {
        "products.tsv" => Some(format!("{} -> {} -> {class}", row.name, row.fact("ingredients").replace('+', " + "))),
        "ingredients.tsv" => Some(format!("{} -> {class}", row.name)),
        _ => None,
    }
}

/// `page 24`: the sections that stand on a page of the 2009 guideline on chronic pain.
fn sections_on_page(term: &str) -> Vec<Entry> {
    let lower = term.trim().to_lowercase();
    let number = ["pages", "page", "pg", "p."].iter().find_map(|word| lower.strip_prefix(word));
    let Some(page) = number.and_then(|number| number.trim().parse::<u32>().ok()) else { return Vec::new() };
    let holds = |entry: &Entry| {
        let mut ends = entry.fact("pages_2009").split('-').filter_map(|end| end.parse::<u32>().ok());
        ends.next().is_some_and(|first| (first..=ends.next().unwrap_or(first)).contains(&page))
    };
    entries("sections.tsv").into_iter().filter(holds).collect()
}

/// The rows that a word is a name of, and those that they lead to.
fn meanings(term: &str) -> Vec<Entry> {
    let on_page = sections_on_page(term);
    if !on_page.is_empty() {
        return on_page;
    }
    let mut rows: Vec<Entry> =
        tables().iter().flat_map(|table| table.entries()).filter(|entry| entry.is_called(term)).collect();
    let mut at = 0;
    while at < rows.len() {
        for (table, name) in leads_to(&rows[at]) {
            let next = entries(table).into_iter().find(|entry| entry.name == name);
            rows.extend(next.filter(|entry| !rows.contains(entry)));
        }
        at += 1;
    }
    rows
}

/// The rows of other tables that a row names: a product its ingredients, a drug its class.
fn leads_to(row: &Entry) -> Vec<(&'static str, String)> {
    match row.table {
        "products.tsv" => {
            let ingredients =
                row.fact("ingredients").split('+').map(|name| ("ingredients.tsv", name.trim().to_owned()));
            let class = Some(row.fact("class")).filter(|class| !class.is_empty());
            ingredients.chain(class.map(|class| ("drug_classes.tsv", class.to_owned()))).collect()
        }
        "ingredients.tsv" => vec![("drug_classes.tsv", row.fact("class").to_owned())],
        "sections.tsv" => vec![("guidelines.tsv", row.fact("guideline").to_owned())],
        _ => Vec::new(),
    }
}

/// A row, as it is printed.
#[derive(Serialize)]
struct PrintedEntry<'a> {
    table: &'a str,
    name: &'a str,
    names: &'a [String],
    facts: serde_json::Map<String, serde_json::Value>,
}

impl<'a> PrintedEntry<'a> {
    fn new(entry: &'a Entry) -> Self {
        let facts = entry.facts.iter().map(|(column, value)| (column.clone(), value.clone().into())).collect();
        Self { table: entry.table, name: &entry.name, names: &entry.names, facts }
    }
}

/// A field of the index, as it is printed.
#[derive(Serialize)]
struct PrintedField<'a> {
    field: &'a str,
    alias: Option<&'a str>,
    kind: String,
    query: bool,
    facet: bool,
    doc: &'a str,
    example: Option<&'a str>,
}

fn fields(out: &mut impl Write, format: Format, look: Look) -> anyhow::Result<()> {
    let known = Schema::shared().fields().map(|(_, field)| field).filter(|field| field.kind != FieldKind::Key);
    for field in known {
        let FieldDefinition { name, alias, kind, doc, example, .. } = field;
        let kind = format!("{kind:?}").to_lowercase();
        match format {
            Format::Text => {
                let alias = alias.as_ref().map(|alias| format!(" ({alias})")).unwrap_or_default();
                let facet = if field.is_facet() { ", a facet" } else { "" };
                let doc = format!("{doc} [{kind}{facet}]");
                output::text::named(out, &format!("{name}{alias}"), Some(&doc), 32, look)?;
            }
            Format::Json => {
                let printed = PrintedField {
                    field: name,
                    alias: alias.as_deref(),
                    kind,
                    query: field.is_public(),
                    facet: field.is_facet(),
                    doc,
                    example: example.as_deref(),
                };
                json_line(out, &printed)?;
            }
        }
    }
    Ok(())
}
