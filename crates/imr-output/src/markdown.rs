//! Markdown.

use std::io::{self, Write};

use imr_query::{Answer, FacetValue, Hit};

use crate::OutputError;
use crate::fields::{OutputField, value};
use crate::naming::id;

/// Prints hits as a table, then each facet as one.
///
/// # Errors
///
/// If a hit cannot be read, or nothing can be written.
pub fn answer(out: &mut impl Write, answer: &mut Answer, fields: &[&OutputField]) -> Result<(), OutputError> {
    head(out, fields.iter().map(|field| field.name.as_str()))?;
    for hit in answer.hits() {
        let hit = hit?;
        row(out, fields.iter().map(|field| value(field, &hit).cell().into_owned()))?;
    }
    for facet in &answer.facets {
        writeln!(out)?;
        head(out, [facet.field.as_str(), "count"])?;
        values(out, "", &facet.values)?;
        if facet.missing > 0 {
            row(out, ["(none)".to_owned(), facet.missing.to_string()])?;
        }
    }
    Ok(())
}

fn values(out: &mut impl Write, parents: &str, level: &[FacetValue]) -> io::Result<()> {
    for FacetValue { value, count, children } in level {
        let value = format!("{parents}{value}");
        row(out, [value.clone(), count.to_string()])?;
        values(out, &format!("{value} > "), children)?;
    }
    Ok(())
}

/// Prints the names of the columns of a table.
///
/// # Errors
///
/// If nothing can be written.
pub fn head<'n>(out: &mut impl Write, names: impl IntoIterator<Item = &'n str>) -> io::Result<()> {
    let names: Vec<&str> = names.into_iter().collect();
    writeln!(out, "| {} |", names.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(names.len()))
}

/// Prints a row of a table.
///
/// # Errors
///
/// If nothing can be written.
pub fn row(out: &mut impl Write, cells: impl IntoIterator<Item = String>) -> io::Result<()> {
    let cells: Vec<String> = cells.into_iter().map(|cell| escaped(&cell)).collect();
    writeln!(out, "| {} |", cells.join(" | "))
}

/// Prints the passage of a hit as a quotation behind its id.
///
/// # Errors
///
/// If nothing can be written.
pub fn passage(out: &mut impl Write, hit: &Hit) -> io::Result<()> {
    let outcome = hit.decision().and_then(|decision| decision.outcome).map(|outcome| format!(", {outcome}"));
    let text = hit.passage.as_ref().map(|passage| escaped(&passage.text)).unwrap_or_default();
    writeln!(out, "\n**{}**{}\n\n> {text}", escaped(&id(hit.letter.name(), hit.n)), outcome.unwrap_or_default())
}

/// A text that stands in one cell and reads as it is.
#[must_use]
pub fn escaped(cell: &str) -> String {
    let mut text = String::new();
    for c in cell.chars() {
        match c {
            '\n' => text.push_str("<br>"),
            '\\' | '|' | '*' | '_' | '`' | '<' | '[' | ']' => text.extend(['\\', c]),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_reads_as_it_is() {
        for (cell, want) in [
            ("Norco 10/325mg #60", "Norco 10/325mg #60"),
            ("MTUS | ODG", "MTUS \\| ODG"),
            ("a *b* [c] <d>", "a \\*b\\* \\[c\\] \\<d>"),
            ("one\ntwo", "one<br>two"),
        ] {
            assert_eq!(escaped(cell), want);
        }
    }
}
