//! When things happened in a generated case, and its number.

use jiff::ToSpan;
use jiff::civil::Date;

use super::dice::Dice;

/// Of 1,000 letters how many were applied for in which year, some 150,000 a year at the time.
const YEARS: [(i16, u64); 7] =
    [(2013, 60), (2014, 140), (2015, 160), (2016, 170), (2017, 165), (2018, 165), (2019, 140)];

/// The days of a case, in their order: each is before the next.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) year: i16,
    pub(crate) number: u64,
    pub(crate) injured: Date,
    /// Days between the injury and the last visit.
    pub(crate) before: [Date; 3],
    pub(crate) seen: Date,
    pub(crate) later: Date,
    pub(crate) denied: Date,
    pub(crate) received: Date,
    pub(crate) assigned: Date,
    pub(crate) decided: Date,
}

impl Calendar {
    /// The days of the `letter`-th case.
    pub(crate) fn new(letter: u64, dice: &mut Dice) -> Self {
        let (year, number) = year_and_number(letter);
        let mut back = |from: Date, first: u32, last: u32| earlier(from, dice.between(first, last));
        // Decisions of the last year fall into it.
        let latest = if year == 2019 { jiff::civil::date(2019, 11, 20) } else { jiff::civil::date(year, 12, 31) };
        let received = back(latest, 0, if year == 2019 { 320 } else { 364 });
        let denied = back(received, 5, 32);
        let later = back(denied, 5, 20);
        let seen = back(later, 1, 12);
        let injured = back(seen, 60, 2_500);
        let mut before = [(); 3].map(|()| back(seen, 14, 55));
        before.sort();
        let assigned = received.saturating_add(i64::from(dice.between(3, 18)).days());
        let decided = assigned.saturating_add(i64::from(dice.between(4, 22)).days());
        Self { year, number, injured, before, seen, later, denied, received, assigned, decided }
    }

    /// The case number as the review organization prints it.
    pub(crate) fn case_number(&self) -> String {
        format!("CM{:02}-{:07}", self.year % 100, self.number)
    }

    /// The case number of the first months.
    pub(crate) fn early_case_number(&self) -> String {
        format!("IMR {:02}-{:06}", self.year % 100, self.number)
    }
}

/// The day that lies `days` before another.
fn earlier(date: Date, days: u32) -> Date {
    date.saturating_sub(i64::from(days).days())
}

/// The year of a case and its number in the year, from 1. Each thousand letters has as many of each year as [`YEARS`] says, in
/// an order of its own; so no two letters of a corpus share a number, and a year's numbers leave no gap.
fn year_and_number(letter: u64) -> (i16, u64) {
    let (thousand, place) = (letter / 1_000, letter * 387 % 1_000);
    let mut first = 0;
    for (year, share) in YEARS {
        if place < first + share {
            return (year, thousand * share + place - first + 1);
        }
        first += share;
    }
    unreachable!("the shares add up to 1,000")
}

/// How a letter writes the days of its running text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DateStyle {
    Hyphens,
    ShortHyphens,
    Slashes,
    Words,
}

impl DateStyle {
    /// The styles, the commonest first.
    pub(crate) const ALL: [Self; 4] = [Self::Hyphens, Self::Slashes, Self::ShortHyphens, Self::Words];

    /// A day in this style.
    pub(crate) fn print(self, date: Date) -> String {
        let (day, month, year) = (date.day(), date.month(), date.year());
        match self {
            Self::Hyphens => format!("{month:02}-{day:02}-{year}"),
            Self::ShortHyphens => format!("{month}-{day}-{:02}", year % 100),
            Self::Slashes => slashes(date),
            Self::Words => format!("{} {day}, {year}", MONTHS[usize::try_from(month - 1).unwrap_or(0)]),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as the tables at the head of letters print it.
pub(crate) fn slashes(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.month(), date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use imr_model::CaseNumber;

    use super::*;

    #[test]
    fn case_numbers_are_unique_and_well_formed() {
        let numbers: BTreeSet<(i16, u64)> = (0..30_000).map(year_and_number).collect();
        assert_eq!(numbers.len(), 30_000);
        assert_eq!(numbers.iter().filter(|(year, _)| *year == 2016).count(), 30 * 170);
        assert!(numbers.contains(&(2016, 30 * 170)), "no gap");
        let calendar = Calendar::new(5, &mut Dice::new(1, 5));
        for printed in [calendar.case_number(), calendar.early_case_number()] {
            assert_eq!(printed.parse::<CaseNumber>().unwrap().as_str(), printed);
        }
    }

    #[test]
    fn days_follow_each_other() {
        for letter in 0..2_000 {
            let days = Calendar::new(letter, &mut Dice::new(1, letter));
            let order = [days.injured, days.seen, days.later, days.denied, days.received, days.assigned, days.decided];
            assert!(order.is_sorted_by(|one, other| one < other), "{days:?}");
            assert!(days.before.iter().all(|day| days.injured < *day && *day < days.seen), "{days:?}");
            assert!((2013..=2020).contains(&days.decided.year()), "{days:?}");
        }
    }
}
