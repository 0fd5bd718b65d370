//! What can be asked for: each resource reads its parameters, finds its answer, and gives it in the form that is wanted.

pub(crate) mod search;
