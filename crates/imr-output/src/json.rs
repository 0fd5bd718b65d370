//! JSON output.

use std::cell::{Cell, RefCell};
use std::io::Write;

use imr_query::{Answer, Hit, QueryError};
use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};

use crate::OutputError;
use crate::fields::{OutputField, OutputSchema, Record};

/// Prints a value as one line.
///
/// # Errors
///
/// If nothing can be written.
pub fn line(out: &mut impl Write, value: &impl Serialize) -> Result<(), OutputError> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints an answer as one object, each hit as soon as it is read; `index-schema/output.toml` describes the keys.
///
/// # Errors
///
/// If a hit cannot be read, or nothing can be written.
pub fn answer(
    out: &mut impl Write,
    query: &str,
    answer: &mut Answer,
    fields: &[&OutputField],
) -> Result<(), OutputError> {
    let mut json = serde_json::Serializer::new(&mut *out);
    let mut object = json.serialize_map(None)?;
    object.serialize_entry("version", &OutputSchema::shared().version)?;
    object.serialize_entry("query", query)?;
    object.serialize_entry("understood", &answer.reading.understood.to_string())?;
    object.serialize_entry("notes", &answer.reading.notes)?;
    object.serialize_entry("hints", &answer.reading.hints)?;
    object.serialize_entry("decisions", &answer.decisions)?;
    object.serialize_entry("letters", &answer.letters)?;
    let hits = Stream { hits: RefCell::new(answer.hits()), fields, fault: Cell::new(None) };
    let printed = object.serialize_entry("hits", &hits);
    if let Some(fault) = hits.fault.take() {
        return Err(fault.into());
    }
    printed?;
    drop(hits);
    object.serialize_entry("facets", &answer.facets)?;
    object.serialize_entry("emptied", &answer.emptied)?;
    SerializeMap::end(object)?;
    writeln!(out)?;
    Ok(())
}

/// A list of hits that are read while it is printed.
struct Stream<'s, I> {
    hits: RefCell<I>,
    fields: &'s [&'s OutputField],
    /// Why a hit could not be read: the serializer keeps only the text of an error.
    fault: Cell<Option<QueryError>>,
}

impl<I: Iterator<Item = Result<Hit, QueryError>>> Serialize for Stream<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records = std::iter::from_fn(|| self.hits.borrow_mut().next()).map_while(|hit| match hit {
            Ok(hit) => Some(hit),
            Err(fault) => {
                self.fault.set(Some(fault));
                None
            }
        });
        let mut list = serializer.serialize_seq(None)?;
        for hit in records {
            serde::ser::SerializeSeq::serialize_element(&mut list, &Record { fields: self.fields, hit: &hit })?;
        }
        serde::ser::SerializeSeq::end(list).map_err(S::Error::custom)
    }
}

/// Prints one object a hit, then one a facet.
///
/// # Errors
///
/// If a hit cannot be read, or nothing can be written.
pub fn lines(out: &mut impl Write, answer: &mut Answer, fields: &[&OutputField]) -> Result<(), OutputError> {
    for hit in answer.hits() {
        line(out, &Record { fields, hit: &hit? })?;
    }
    answer.facets.iter().try_for_each(|facet| line(out, facet))
}
