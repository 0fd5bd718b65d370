//! The pages, made on the server. They work without script.

mod keys;
pub(crate) mod layout;
pub(crate) mod links;
mod parts;
pub(crate) mod problem;
pub(crate) mod search;
mod start;
