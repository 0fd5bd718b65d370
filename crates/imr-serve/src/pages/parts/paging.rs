//! The pages of a result.

use imr_output::grouped;
use maud::{Markup, html};

/// Where a page of a result stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    /// So many things stand before it.
    pub(crate) offset: usize,
    /// The most that a page has.
    pub(crate) limit: usize,
    /// How many there are.
    pub(crate) all: usize,
    /// How many can be paged through.
    pub(crate) depth: usize,
}

impl Paging {
    /// The number of this page, from 1.
    fn page(self) -> usize {
        self.offset.div_ceil(self.limit.max(1)) + 1
    }

    /// The number of the last page that can be reached.
    fn last(self) -> usize {
        let limit = self.limit.max(1);
        self.all.div_ceil(limit).min(self.depth / limit).max(1)
    }

    /// Where the page before begins.
    pub(crate) fn previous(self) -> Option<usize> {
        (self.offset > 0).then(|| self.offset.saturating_sub(self.limit))
    }

    /// Where the page behind begins.
    pub(crate) fn next(self) -> Option<usize> {
        let next = self.offset + self.limit;
        (next < self.all && next + self.limit <= self.depth).then_some(next)
    }

    /// The numbers of pages to show, the first, the last and those about this one; `None` stands for those left out.
    fn window(self) -> Vec<Option<usize>> {
        let (page, last) = (self.page(), self.last());
        let is_shown = |number: &usize| *number == 1 || *number == last || number.abs_diff(page) <= ABOUT;
        let mut window = Vec::new();
        let mut before = 0;
        for number in (1..=ABOUT.min(last)).chain(page.saturating_sub(ABOUT)..=(page + ABOUT).min(last)).chain([last]) {
            if number <= before || !is_shown(&number) {
                continue;
            }
            if number > before + 1 {
                window.push(None);
            }
            window.push(Some(number));
            before = number;
        }
        window
    }

    /// The pages as links, by where each begins.
    pub(crate) fn markup(self, url: impl Fn(usize) -> String) -> Markup {
        if self.previous().is_none() && self.next().is_none() {
            return Markup::default();
        }
        html! {
            nav.paging aria-label="Pages of the result" {
                ul {
                    @if let Some(offset) = self.previous() { li { a rel="prev" href=(url(offset)) { "Previous" } } }
                    @for number in self.window() {
                        @match number {
                            None => li.gap aria-hidden="true" { "…" },
                            Some(number) if number == self.page() => li { a aria-current="page" href=(url(self.offset)) {
                                span.hidden { "Page " } (grouped(number))
                            } },
                            Some(number) => li { a href=(url((number - 1) * self.limit)) {
                                span.hidden { "Page " } (grouped(number))
                            } },
                        }
                    }
                    @if let Some(offset) = self.next() { li { a rel="next" href=(url(offset)) { "Next" } } }
                }
                @if self.all > self.depth {
                    p { "The first " (grouped(self.depth)) " can be paged through. Narrow the search for the others, or "
                        code { "imr-search export" } " writes all." }
                }
            }
        }
    }
}

/// So many pages on either side are shown.
const ABOUT: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(offset: usize, all: usize) -> Paging {
        Paging { offset, limit: 10, all, depth: 10_000 }
    }

    #[test]
    fn pages_about_this_one_are_shown() {
        for (name, offset, all, want) in [
            ("one page", 0, 7, "1"),
            ("the first", 0, 95, "1 2 3 … 10"),
            ("in the middle", 50, 95, "1 … 4 5 6 7 8 … 10"),
            ("the last", 90, 95, "1 … 8 9 10"),
            ("more than can be reached", 9_990, 1_000_000, "1 … 998 999 1000"),
            ("not at the beginning of a page", 5, 30, "1 2 3"),
        ] {
            let window = paging(offset, all).window();
            let told: Vec<String> =
                window.iter().map(|number| number.map_or("…".to_owned(), |number| number.to_string())).collect();
            assert_eq!(told.join(" "), want, "case: {name}");
        }
    }

    #[test]
    fn the_ends_have_nothing_beyond() {
        for (offset, all, want) in [
            (0, 10, (None, None)),
            (0, 11, (None, Some(10))),
            (10, 11, (Some(0), None)),
            (5, 30, (Some(0), Some(15))),
            (9_990, 20_000, (Some(9_980), None)),
        ] {
            let paging = paging(offset, all);
            assert_eq!((paging.previous(), paging.next()), want, "case: {offset} of {all}");
        }
    }
}
