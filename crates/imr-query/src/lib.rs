//! From a query to its answer.
//!
//! [`parse()`] reads the query language into an [`Ast`], [`read_english`] finds what plain words mean, and [`search()`] asks
//! an index: hits with the passage that matters, exact totals and facets. In between the query becomes a plan whose
//! leaves are index terms; only one module knows the engine's query types.

mod ast;
mod blocks;
mod cited_by;
mod cited_work;
mod contrast;
mod coverage;
mod dates;
mod disjunctive;
mod edit;
mod emptied;
mod english;
mod error;
mod explain;
mod facets;
mod gather;
mod hints;
mod hits;
mod kept;
mod lex;
mod limits;
mod lower;
mod marks;
mod parse;
mod passage;
mod pattern;
mod plan;
mod search;
mod similar;
mod source;
mod spans;
mod suggestions;
mod tabulate;
mod tally;
mod top;
mod values;
mod window;

pub use ast::{Ast, Bound, Connector, Place, Span, Text, Typed, Value};
pub use cited_by::{CitedBy, Citing, Edition, cited_by};
pub use cited_work::CitedWork;
pub use contrast::{Contrast, ContrastedSet, Occurrence, Shown, WORD, contrast, printed_word};
pub use coverage::{Coverage, LetterGroup, coverage};
pub use edit::Condition;
pub use emptied::Emptied;
pub use english::read_english;
pub use error::{QueryError, SyntaxError};
pub use explain::{Explained, Explanation, Tree, explain};
pub use facets::{Facet, FacetValue};
pub use limits::Limits;
pub use marks::Marks;
pub use parse::parse;
pub use passage::Passage;
pub use search::{Answer, Hit, Passing, Reading, Request, Sort, checked, search, search_passing};
pub use similar::{Likeness, decision, letters_called, likeness, rarity};
pub use suggestions::{Suggestion, condition, known_values, suggestions};
pub use tabulate::{Division, Period, Row, Tabulation, tabulate};
pub use tally::Tally;
