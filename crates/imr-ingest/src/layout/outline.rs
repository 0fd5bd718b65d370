//! The parts of a letter and the headings that begin them.

use std::ops::Range;

use regex::Regex;

use crate::text::Text;

/// The headings of a letter in its order, each of a part `P`.
pub(super) struct Outline<P> {
    headings: Vec<(P, Range<usize>)>,
    end: usize,
}

impl<P: Copy + PartialEq> Outline<P> {
    /// An outline of headings in the order of the letter, which ends at byte `end`. A heading that comes twice counts
    /// once.
    pub(super) fn new(found: impl IntoIterator<Item = (P, Range<usize>)>, end: usize) -> Self {
        let mut headings: Vec<(P, Range<usize>)> = Vec::new();
        for (part, range) in found {
            if headings.iter().all(|(known, _)| *known != part) {
                headings.push((part, range));
            }
        }
        Self { headings, end }
    }

    /// An outline by a pattern whose groups are named after parts.
    pub(super) fn by_groups(text: &Text, pattern: &Regex, groups: &[(&str, P)]) -> Self {
        let part = |found: regex::Captures<'_>| {
            groups.iter().find_map(|(name, part)| found.name(name).map(|place| (*part, place.range())))
        };
        Self::new(pattern.captures_iter(text.raw()).filter_map(part), text.raw().len())
    }

    /// The headings themselves.
    pub(super) fn headings(&self) -> impl Iterator<Item = (P, Range<usize>)> {
        self.headings.iter().map(|(part, range)| (*part, range.clone()))
    }

    pub(super) fn has(&self, part: P) -> bool {
        self.headings.iter().any(|(known, _)| *known == part)
    }

    /// What stands before the first heading.
    pub(super) fn head(&self) -> Range<usize> {
        0..self.headings.first().map_or(self.end, |(_, range)| range.start)
    }

    /// What stands between the heading of a part and the next heading.
    pub(super) fn body(&self, part: P) -> Option<Range<usize>> {
        let index = self.headings.iter().position(|(known, _)| *known == part)?;
        let end = self.headings.get(index + 1).map_or(self.end, |(_, next)| next.start);
        Some(self.headings[index].1.end..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_lie_between_headings() {
        let outline = Outline::new([('a', 10..12), ('b', 20..25), ('a', 30..32)], 40);
        assert_eq!(outline.head(), 0..10);
        assert_eq!(outline.body('a'), Some(12..20));
        assert_eq!(outline.body('b'), Some(25..40), "the second `a` is text");
        assert_eq!(outline.body('c'), None);
        assert!(outline.has('b') && !outline.has('c'));
        assert_eq!(Outline::<char>::new([], 7).head(), 0..7);
    }
}
