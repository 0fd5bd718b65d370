//! How results are printed for people, and to files.

pub(crate) mod bars;
pub(crate) mod findings;
pub(crate) mod leads;
pub(crate) mod parquet;
pub(crate) mod precedents;
pub(crate) mod table;
pub(crate) mod text;
