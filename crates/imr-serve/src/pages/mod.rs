//! The pages, made on the server. They work without script.

pub(crate) mod cites;
pub(crate) mod facets;
pub(crate) mod help;
mod keys;
pub(crate) mod layout;
pub(crate) mod letter;
mod parts;
pub(crate) mod precedents;
pub(crate) mod problem;
pub(crate) mod search;
mod start;
pub(crate) mod stats;
