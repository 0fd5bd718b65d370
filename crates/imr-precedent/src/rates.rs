//! How often refusals fall, and how sure that is.

use imr_query::Tally;
use serde::Serialize;

/// A share of decisions, with the interval that holds the true share in 19 of 20 samples. All are between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// The share itself.
    pub rate: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The 97.5 % point of the standard normal distribution: 95 % of it lies between this and its negative.
const Z: f64 = 1.959_963_984_540_054;

impl Rate {
    /// So many of all, with Wilson's score interval without continuity correction (Wilson 1927; method 3 of Newcombe 1998,
    /// "Two-sided confidence intervals for the single proportion"): it stays between 0 and 1 and holds for few decisions,
    /// and for shares near 0, where the usual plus-minus does not. `None` of nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// let rate = imr_precedent::Rate::wilson(15, 148).unwrap();
    /// assert_eq!(format!("{:.4} {:.4}", rate.low, rate.high), "0.0624 0.1605");
    /// ```
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of decisions")]
    pub fn wilson(part: usize, all: usize) -> Option<Self> {
        if all == 0 {
            return None;
        }
        let (part, n) = (part.min(all) as f64, all as f64);
        let rate = part / n;
        let square = Z * Z;
        let middle = (rate + square / (2.0 * n)) / (1.0 + square / n);
        let half = Z / (1.0 + square / n) * (rate * (1.0 - rate) / n + square / (4.0 * n * n)).sqrt();
        // At the ends the formula gives the end itself, but for the last digits.
        let low = if part == 0.0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if part >= n { 1.0 } else { (middle + half).min(1.0) };
        Some(Self { rate, low, high })
    }

    /// The share of refusals that were overturned wholly, of those that the letters print an outcome for.
    #[must_use]
    pub fn overturned(tally: &Tally) -> Option<Self> {
        Self::wilson(tally.overturned, tally.decided())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From table I of Newcombe (1998), its two ends by n / (n + z²), and two samples of letters.
    #[test]
    fn intervals_are_those_that_were_published() {
        for (part, all, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (29, 29, 0.8830, 1.0),
            (16, 86, 0.1179, 0.2811),
            (27, 270, 0.0696, 0.1416),
        ] {
            let rate = Rate::wilson(part, all).unwrap();
            let is_near = |one: f64, other: f64| (one - other).abs() < 0.000_06;
            assert!(is_near(rate.low, low) && is_near(rate.high, high), "case: {part} of {all}: {rate:?}");
        }
        assert_eq!(Rate::wilson(0, 0), None);
    }
}
