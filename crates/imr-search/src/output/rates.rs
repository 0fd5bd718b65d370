//! Groups of decisions and how they ended, as every command prints them.

use imr_precedent::Rate;
use imr_query::Tally;
use serde::Serialize;

use crate::report::grouped;

/// What is printed of a group of decisions.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Counts {
    #[serde(flatten)]
    pub(crate) tally: Tally,
    /// Decisions whose letter prints an outcome.
    pub(crate) decided: usize,
    /// The share that was overturned wholly; `None` of a group that is too small for a bare percentage.
    pub(crate) rate: Option<f64>,
    /// The lower end of the interval of the share; `None` where nothing was decided.
    pub(crate) low: Option<f64>,
    /// The upper end.
    pub(crate) high: Option<f64>,
    #[serde(skip)]
    min_n: usize,
}

impl Counts {
    /// The names of [`Self::cells`].
    pub(crate) const NAMES: [&'static str; 11] = [
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
    pub(crate) const NAMES_FOR_PEOPLE: [&'static str; 5] =
        ["decisions", "letters", "overturned", "rate", "95 % interval"];

    /// What is printed of a tally; of fewer than `min_n` decisions no bare percentage.
    pub(crate) fn new(tally: Tally, min_n: usize) -> Self {
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
    pub(crate) fn cells(&self) -> impl Iterator<Item = String> {
        let Tally { decisions, letters, upheld, overturned, partially_overturned, modified } = self.tally;
        let counts = [decisions, letters, self.decided, upheld, overturned, partially_overturned, modified];
        let share = |share: Option<f64>| share.map(|share| format!("{share:.4}")).unwrap_or_default();
        let note = if self.is_small() { format!("fewer than {}: no rate", self.min_n) } else { String::new() };
        let shares = [self.rate, self.low, self.high].map(share);
        counts.into_iter().map(|count| count.to_string()).chain(shares).chain([note])
    }

    /// Whether it is too small for a bare percentage.
    fn is_small(&self) -> bool {
        self.rate.is_none() && self.decided > 0
    }

    /// The figures for people.
    pub(crate) fn for_people(&self) -> [String; 5] {
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

fn tenths(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

/// A share with one decimal: `12.5 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", tenths(share))
}

/// Draws rates and their intervals as characters.
pub(crate) struct Scale {
    /// The share at its right end.
    end: f64,
}

impl Scale {
    const WIDTH: usize = 30;

    /// A scale that holds the intervals of some groups, from 0 to the next ten percent.
    pub(crate) fn new<'c>(groups: impl Iterator<Item = &'c Counts>) -> Self {
        let highest = groups.filter_map(|counts| counts.high).fold(0.0, f64::max);
        Self { end: ((highest * 10.0).ceil() / 10.0).clamp(0.1, 1.0) }
    }

    /// Its ends, to stand above bars.
    pub(crate) fn name(&self) -> String {
        format!("0 %{:>width$}", percent(self.end), width = Self::WIDTH - 3)
    }

    /// A group: its interval, and its rate if it is large enough for one.
    pub(crate) fn bar(&self, counts: &Counts) -> String {
        let Some((low, high)) = counts.low.zip(counts.high) else { return " ".repeat(Self::WIDTH) };
        let (low, high, rate) = (self.column(low), self.column(high), counts.rate.map(|rate| self.column(rate)));
        let mark = |column: usize| match column {
            column if Some(column) == rate => '●',
            column if (low..=high).contains(&column) => '─',
            _ => '·',
        };
        (0..Self::WIDTH).map(mark).collect()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few columns"
    )]
    fn column(&self, share: f64) -> usize {
        ((share / self.end * (Self::WIDTH - 1) as f64).round() as usize).min(Self::WIDTH - 1)
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

    #[test]
    fn bars_show_rate_and_interval() {
        let groups = [counts(15, 148, 20), counts(1, 19, 20), counts(0, 0, 0)];
        let scale = Scale::new(groups.iter());
        let bars: Vec<String> = groups.iter().map(|group| scale.bar(group)).collect();
        expect_test::expect![[r"
            0 %                     30.0 %
            ······────●──────·············
            ·────────────────────────·····
                                          "]]
        .assert_eq(&format!("{}\n{}", scale.name(), bars.join("\n")));
    }
}
