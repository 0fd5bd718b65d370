//! A small chart of decisions by year.

use std::ops::RangeInclusive;

use imr_output::{Counts, grouped};
use imr_query::{Row, Tally};
use maud::{Markup, html};

use super::rate::{MIN_N, share};

/// A year of the chart.
#[derive(Clone, Debug, PartialEq)]
struct Year<'r> {
    year: i16,
    tally: &'r Tally,
}

/// The height of the tallest bar, and how far years stand apart, in pixels.
const HEIGHT: f64 = 56.0;
const STEP: usize = 44;
const BAR: usize = 28;
/// The height of a line of text.
const LINE: usize = 15;

/// Decisions by year: bars, each a link, and the same as a table. `chosen` are the years that the search is limited to.
pub(crate) fn chart(rows: &[Row], chosen: Option<&RangeInclusive<i16>>, url: impl Fn(i16) -> String) -> Markup {
    let years: Vec<Year<'_>> = rows.iter().filter_map(of_row).collect();
    if years.is_empty() {
        return Markup::default();
    }
    let most = years.iter().map(|year| year.tally.decided()).max().unwrap_or(0);
    let (width, height) = (years.len() * STEP, 56 + 2 * LINE);
    html! {
        figure.years {
            svg role="group" aria-labelledby="years-title" viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height) {
                title #years-title { "Decisions by year, and how many were overturned" }
                @for (at, year) in years.iter().enumerate() {
                    (bar(at, year, most, chosen.is_none_or(|chosen| chosen.contains(&year.year)), &url(year.year)))
                }
            }
            figcaption {
                span.key.overturned { "overturned" } span.key.decided { "all decided" }
            }
            details {
                summary { "As a table" }
                div.scrolled tabindex="0" role="region" aria-label="Decisions by year" { (table(rows)) }
            }
        }
    }
}

fn of_row(row: &Row) -> Option<Year<'_>> {
    let year = row.values.first()?.as_deref()?.parse().ok()?;
    Some(Year { year, tally: &row.tally })
}

fn bar(at: usize, Year { year, tally }: &Year<'_>, most: usize, is_chosen: bool, url: &str) -> Markup {
    let (decided, overturned) = (tally.decided(), tally.overturned);
    let tall = |count: usize| share(count, most) * HEIGHT;
    let left = at * STEP + (STEP - BAR) / 2;
    let middle = at * STEP + STEP / 2;
    let floor = 71.0;
    let top = |count: usize| format!("{:.1}", floor - tall(count));
    let high = |count: usize| format!("{:.1}", tall(count));
    let told = format!("{year}: {} decided, {} overturned", grouped(decided), grouped(overturned));
    html! {
        a href=(url) class=[(!is_chosen).then_some("apart")] {
            title { (told) }
            rect.area x=(at * STEP) y="0" width=(STEP) height=(56 + 2 * LINE) {}
            rect.decided x=(left) y=(top(decided)) width=(BAR) height=(high(decided)) {}
            rect.overturned x=(left) y=(top(overturned)) width=(BAR) height=(high(overturned)) {}
            g aria-hidden="true" {
                text x=(middle) y=(format!("{:.1}", floor - tall(decided) - 4.0)) { (short(decided)) }
                text x=(middle) y="84" { (year) }
            }
        }
    }
}

/// A number in a few characters: `1.2k`.
fn short(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..100_000 => format!("{}.{}k", number / 1_000, number % 1_000 / 100),
        _ => format!("{}k", number / 1_000),
    }
}

fn table(rows: &[Row]) -> Markup {
    html! {
        table {
            caption { "Decisions by year" }
            thead { tr {
                th scope="col" { "Year" }
                th.number scope="col" { "Decided" }
                th.number scope="col" { "Overturned" }
                th.number scope="col" { "Rate" }
                th.number scope="col" { "95 % interval" }
            } }
            tbody {
                @for row in rows {
                    @let counts = Counts::new(row.tally, MIN_N);
                    @let [_, _, overturned, rate, interval] = counts.for_people();
                    tr {
                        th scope="row" { (row.values.first().and_then(Option::as_deref).unwrap_or("no date")) }
                        td.number { (grouped(counts.decided)) }
                        td.number { (overturned) }
                        td.number { (rate) }
                        td.number { (interval) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(year: Option<&str>, upheld: usize, overturned: usize) -> Row {
        let tally = Tally { decisions: upheld + overturned, upheld, overturned, ..Tally::default() };
        Row { values: vec![year.map(str::to_owned)], tally }
    }

    #[test]
    fn bars_stand_on_one_floor() {
        let rows = [row(None, 9, 9), row(Some("2014"), 30, 10), row(Some("2015"), 10, 0)];
        let svg = chart(&rows, Some(&(2015..=2015)), |year| format!("/{year}")).0;
        for want in [
            // The tallest: 56 high, a quarter of it overturned.
            "<rect class=\"decided\" x=\"8\" y=\"15.0\" width=\"28\" height=\"56.0\">",
            "<rect class=\"overturned\" x=\"8\" y=\"57.0\" width=\"28\" height=\"14.0\">",
            "<rect class=\"decided\" x=\"52\" y=\"57.0\" width=\"28\" height=\"14.0\">",
            "<a href=\"/2014\" class=\"apart\"",
            "<a href=\"/2015\"><title>2015: 10 decided, 0 overturned</title>",
            "<th scope=\"row\">no date</th>",
        ] {
            assert!(svg.contains(want), "no {want} in {svg}");
        }
        assert_eq!(chart(&[row(None, 1, 1)], None, |_| String::new()).0, "");
    }

    #[test]
    fn numbers_are_short() {
        for (number, want) in [(0, "0"), (999, "999"), (1_234, "1.2k"), (30_399, "30.3k"), (123_456, "123k")] {
            assert_eq!(short(number), want);
        }
    }
}
