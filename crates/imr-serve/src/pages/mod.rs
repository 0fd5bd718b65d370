//! The pages, made on the server. They work without script.

pub(crate) mod cites;
pub(crate) mod facets;
pub(crate) mod help;
pub(crate) mod layout;
pub(crate) mod letter;
pub(crate) mod precedents;
pub(crate) mod problem;
pub(crate) mod search;
pub(crate) mod stats;
