//! What answers say, in the forms in which they leave: the fields of hits, rates, counts of citations, decisions like one,
//! as JSON, as rows for spreadsheets and as Markdown.
//!
//! The program and the server print by this crate, so that one name means one thing everywhere. It reads no index and knows
//! no terminal; `index-schema/output.toml` defines the fields of hits.

mod answer;
mod cites;
mod csv;
mod decision;
mod described;
mod error;
mod facets;
mod fields;
mod json;
pub mod markdown;
mod naming;
mod nearest;
mod numbers;
mod precedents;
mod rates;
mod sheet;
mod stats;

pub use answer::AnswerReport;
pub use cites::{CitedCounts, CitedGroup, CitesReport, PLACES};
pub use csv::{facets as csv_of_facets, hits as csv_of_hits};
pub use decision::DecisionReport;
pub use error::{OutputError, UnknownField};
pub use facets::{CountedField, FacetsReport, NoNumber, ValueOrder, WantedValues};
pub use fields::{FieldType, Group, OutputField, OutputSchema, Record, Value, value};
pub use json::{answer as json_of_answer, line as json_line, lines as json_lines};
pub use naming::{citation, citations, id, sex};
pub use nearest::nearest;
pub use numbers::{counted, grouped, percent, tenths};
pub use precedents::{Differs, Like, PrecedentsReport};
pub use rates::Counts;
pub use sheet::Sheet;
pub use stats::{LeftOut, RowOrder, StatsReport, StatsRow, arrange_rows, label};
