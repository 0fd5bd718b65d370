//! What is done with decisions once they are found: count how they end, compare them, quote them.

mod chart;
mod rates;

pub use chart::Chart;
pub use rates::Rate;
