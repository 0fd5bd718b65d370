//! What can be asked for: each resource reads its parameters, finds its answer, and gives it in the form that is wanted.

pub(crate) mod cites;
pub(crate) mod facets;
pub(crate) mod files;
pub(crate) mod letters;
pub(crate) mod precedents;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod stats;
pub(crate) mod suggest;
