//! CSV and TSV output.

use std::io::Write;

use imr_query::{Facet, FacetValue, Hit, QueryError};

use crate::OutputError;
use crate::fields::{OutputField, value};

/// Prints hits as a table with a line of names; `delimiter` stands between its columns.
///
/// # Errors
///
/// If a hit cannot be read, or nothing can be written.
pub fn hits(
    out: &mut impl Write,
    hits: impl IntoIterator<Item = Result<Hit, QueryError>>,
    fields: &[&OutputField],
    delimiter: u8,
) -> Result<(), OutputError> {
    let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    table.write_record(fields.iter().map(|field| &field.name))?;
    for hit in hits {
        let hit = hit?;
        for field in fields {
            table.write_field(value(field, &hit).cell().as_bytes())?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()?;
    Ok(())
}

/// Prints facets as a table of field, value and count; the levels of a value are joined by ` > `, decisions without a value
/// have an empty one.
///
/// # Errors
///
/// If nothing can be written.
pub fn facets(out: &mut impl Write, facets: &[Facet]) -> Result<(), OutputError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["field", "value", "count"])?;
    for facet in facets {
        facet_values(&mut table, &facet.field, "", &facet.values)?;
        if facet.missing > 0 {
            table.write_record([&facet.field, "", &facet.missing.to_string()])?;
        }
    }
    table.flush()?;
    Ok(())
}

fn facet_values(
    table: &mut csv::Writer<impl Write>,
    field: &str,
    parents: &str,
    values: &[FacetValue],
) -> Result<(), OutputError> {
    for FacetValue { value, count, children } in values {
        let value = format!("{parents}{value}");
        table.write_record([field, &value, &count.to_string()])?;
        facet_values(table, field, &format!("{value} > "), children)?;
    }
    Ok(())
}
