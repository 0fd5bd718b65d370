//! The pages, made on the server. They work without script.

pub(crate) mod layout;
pub(crate) mod problem;
pub(crate) mod search;
