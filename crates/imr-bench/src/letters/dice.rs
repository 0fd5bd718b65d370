//! Numbers that look random and hang on a seed only.

/// A splitmix64 generator (Steele, Lea and Flood 2014): ten lines whose numbers no release of a crate can change, so that
/// a corpus stays the same for ever.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of one letter of a corpus.
    pub(crate) fn new(seed: u64, letter: u64) -> Self {
        let mut dice = Self(seed ^ letter.wrapping_mul(0xd1b5_4a32_d192_ed03));
        Self(dice.roll())
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number less than `bound`, which is more than 0; all alike.
    #[expect(clippy::cast_possible_truncation, reason = "the product's upper half is less than the bound")]
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.roll()) * bound as u128) >> 64) as usize
    }

    /// A number from `first` to `last`; all alike.
    pub(crate) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + u32::try_from(self.below((last - first) as usize + 1)).unwrap_or(0)
    }

    /// Whether something happens that does so in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some things; all alike.
    pub(crate) fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }

    /// One of some things, the `k`-th about `k` times rarer than the first (Zipf's law). The octave is drawn first and
    /// the place in it second: integers only, the same on every machine.
    pub(crate) fn pick_skewed<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        let octaves = usize::BITS - things.len().leading_zeros();
        let octave = 1 << self.below(octaves as usize);
        let place = octave + self.below(octave.min(things.len() + 1 - octave));
        &things[place - 1]
    }

    /// The place of one of some weights, as likely as its share of their sum, which is more than 0.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = usize> + Clone) -> usize {
        let mut rest = self.below(weights.clone().sum());
        weights.take_while(|weight| rest.checked_sub(*weight).inspect(|left| rest = *left).is_some()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_rolls_the_same() {
        let rolls = |seed, letter| {
            let mut dice = Dice::new(seed, letter);
            [dice.roll(), dice.roll(), dice.roll()]
        };
        assert_eq!(rolls(1, 7), rolls(1, 7));
        assert_ne!(rolls(1, 7), rolls(1, 8));
        assert_ne!(rolls(1, 7), rolls(2, 7));
    }

    #[test]
    fn draws_stay_in_bounds_and_are_skewed_as_asked() {
        let mut dice = Dice::new(3, 3);
        let things: Vec<usize> = (0..100).collect();
        let (mut skewed, mut weighted) = ([0_usize; 100], [0_usize; 3]);
        for _ in 0..20_000 {
            assert!((5..=9).contains(&dice.between(5, 9)));
            skewed[*dice.pick_skewed(&things)] += 1;
            weighted[dice.weighted([1, 0, 3].into_iter())] += 1;
        }
        assert!(skewed.iter().all(|times| *times > 0));
        assert!((2_000..4_000).contains(&skewed[0]), "{}", skewed[0]);
        assert!(skewed[0] > 20 * skewed[90]);
        assert_eq!(weighted[1], 0);
        assert!((2..=4).contains(&(weighted[2] / weighted[0])), "{weighted:?}");
    }
}
