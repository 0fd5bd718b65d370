//! Groups of decisions and how they ended, as every report tells them.

use imr_precedent::Rate;
use imr_query::Tally;
use serde::Serialize;
use utoipa::ToSchema;

use crate::numbers::{grouped, percent, tenths};

/// How the intervals of rates are computed.
pub(crate) const INTERVAL: &str = "Wilson 95 %";

/// What is told of a group of decisions.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Counts {
    /// How many there are, and how they ended.
    #[serde(flatten)]
    pub tally: Tally,
    /// Decisions whose letter prints an outcome.
    pub decided: usize,
    /// The share that was overturned wholly; `None` of a group that is too small for a bare percentage.
    pub rate: Option<f64>,
    /// The lower end of the interval of the share; `None` where nothing was decided.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    #[serde(skip)]
    min_n: usize,
}

impl Counts {
    /// The names of [`Self::cells`].
    pub const NAMES: [&'static str; 11] = [
        "decisions",
        "letters",
        "decided",
        "upheld",
        "overturned",
        "partially_overturned",
        "modified",
        "rate",
        "low",
        "high",
        "note",
    ];
    /// The names of [`Self::for_people`].
    pub const NAMES_FOR_PEOPLE: [&'static str; 5] = ["decisions", "letters", "overturned", "rate", "95 % interval"];

    /// What is printed of a tally; of fewer than `min_n` decisions no bare percentage.
    #[must_use]
    pub fn new(tally: Tally, min_n: usize) -> Self {
        let (decided, rate) = (tally.decided(), Rate::overturned(&tally));
        Self {
            tally,
            decided,
            rate: rate.map(|rate| rate.rate).filter(|_| decided >= min_n),
            low: rate.map(|rate| rate.low),
            high: rate.map(|rate| rate.high),
            min_n,
        }
    }

    /// The figures for programs: counts, and shares between 0 and 1.
    pub fn cells(&self) -> impl Iterator<Item = String> {
        let Tally { decisions, letters, upheld, overturned, partially_overturned, modified } = self.tally;
        let counts = [decisions, letters, self.decided, upheld, overturned, partially_overturned, modified];
        let share = |share: Option<f64>| share.map(|share| format!("{share:.4}")).unwrap_or_default();
        let note = if self.is_small() { format!("fewer than {}: no rate", self.min_n) } else { String::new() };
        let shares = [self.rate, self.low, self.high].map(share);
        counts.into_iter().map(|count| count.to_string()).chain(shares).chain([note])
    }

    /// Whether it is too small for a bare percentage.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.rate.is_none() && self.decided > 0
    }

    /// The figures for people.
    #[must_use]
    pub fn for_people(&self) -> [String; 5] {
        let Tally { decisions, letters, overturned, .. } = self.tally;
        let rate = match self.rate {
            Some(rate) => percent(rate),
            None if self.decided == 0 => String::new(),
            None => format!("n < {}", self.min_n),
        };
        let interval = self.low.zip(self.high).map(|(low, high)| format!("{}-{}", tenths(low), percent(high)));
        [grouped(decisions), grouped(letters), grouped(overturned), rate, interval.unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(overturned: usize, decided: usize, min_n: usize) -> Counts {
        let tally = Tally { decisions: decided, overturned, upheld: decided - overturned, ..Tally::default() };
        Counts::new(tally, min_n)
    }

    #[test]
    fn small_groups_have_an_interval_but_no_percentage() {
        for (group, want) in [
            (counts(15, 148, 20), ["10.1 %", "6.2-16.0 %"]),
            (counts(1, 19, 20), ["n < 20", "0.9-24.6 %"]),
            (counts(1, 19, 0), ["5.3 %", "0.9-24.6 %"]),
            (counts(0, 0, 0), ["", ""]),
        ] {
            assert_eq!(group.for_people()[3..], want);
            assert_eq!(group.rate.is_some(), want[0].ends_with('%'));
        }
    }
}
