//! What is done with decisions once they are found: count how they end, compare them, quote them.

mod alike;
mod chart;
mod comparison;
mod differing;
mod precedents;
mod rates;

pub use alike::{Alike, share_guideline, share_place};
pub use chart::Chart;
pub use comparison::{COMPARED, Comparison, Distinction, Example, LEAST_G2, More, compare, log_likelihood_ratio};
pub use differing::{Differing, differing};
pub use precedents::{Precedent, Precedents, Shared, counter, similar};
pub use rates::Rate;
