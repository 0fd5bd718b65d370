//! Readers of single fields, shared by the layouts.

pub(crate) mod credentials;
pub(crate) mod dates;
pub(crate) mod header;
pub(crate) mod heading;
pub(crate) mod patient;
