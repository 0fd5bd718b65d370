//! Fuzz targets: what must hold for any input at all. Each is a function that panics where it does not hold.
//!
//! `tests/fuzz.rs` tries them on `corpus/` and on mutations of it, on every toolchain.

mod citation;
mod pdf;
mod query;
mod segment;

pub use citation::citation;
pub use pdf::pdf;
pub use query::query;
pub use segment::segment;
