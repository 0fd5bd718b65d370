//! Rates and their intervals, drawn as characters.

use imr_output::{Counts, percent};

/// Draws rates and their intervals.
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
    use imr_query::Tally;

    use super::*;

    fn counts(overturned: usize, decided: usize) -> Counts {
        let tally = Tally { decisions: decided, overturned, upheld: decided - overturned, ..Tally::default() };
        Counts::new(tally, 20)
    }

    #[test]
    fn bars_show_rate_and_interval() {
        let groups = [counts(15, 148), counts(1, 19), counts(0, 0)];
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
