//! From a query to its answer.
//!
//! [`parse()`] reads the query language into an [`Ast`], [`read_english`] finds what plain words mean, and [`search()`] asks
//! an index: hits with the passage that matters, exact totals and facets. In between the query becomes a plan whose
//! leaves are index terms; only one module knows the engine's query types.

mod ast;
mod coverage;
mod english;
mod error;
mod facets;
mod lower;
mod parse;
mod passage;
mod plan;
mod search;

pub use ast::{Ast, Bound, Span, Typed, Value};
pub use coverage::{Coverage, LetterGroup, coverage};
pub use english::read_english;
pub use error::{QueryError, SyntaxError};
pub use facets::{Facet, FacetValue};
pub use parse::parse;
pub use passage::Passage;
pub use search::{Answer, Emptied, Explanation, Hit, Request, Sort, search};
