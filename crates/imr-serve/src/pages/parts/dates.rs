//! From when to when decisions are wanted.

use std::ops::RangeInclusive;

use imr_query::Ast;
use jiff::civil::{Date, date};
use maud::{Markup, html};

use crate::resources::search::SearchParameters;

/// The two days between which decisions are wanted, as a form. `years` are those of the index.
pub(crate) fn form(query: &Ast, parameters: &SearchParameters, years: Option<RangeInclusive<i16>>) -> Markup {
    let (from, to) = query.range("date").unwrap_or_default();
    let day = |end: Option<String>, is_last: bool| end.and_then(|end| day(&end, is_last)).map(|day| day.to_string());
    let (from, to) = (day(from, false), day(to, true));
    let all = parameters.of_query(&query.with_range("date", None, None));
    let (first, last) = years.map(RangeInclusive::into_inner).unzip();
    html! {
        details.facet open[true] data-facet="date" {
            summary { h3 { "Decided" } }
            form.dates action="/search" data-first=[first] data-last=[last] {
                @for (name, value) in all.pairs() { input type="hidden" name=(name) value=(value); }
                label { "From" input type="date" name="from" value=[from.as_deref()]; }
                label { "To" input type="date" name="to" value=[to.as_deref()]; }
                button { "Apply" }
                @if from.is_some() || to.is_some() { a.clear href=(all.url()) { "Any day" } }
            }
        }
    }
}

/// The first or last day that an end of a range names: `2016-02` ends on its 29th.
fn day(end: &str, is_last: bool) -> Option<Date> {
    let mut parts = end.split('-');
    let year: i16 = parts.next()?.parse().ok()?;
    let month: Option<i8> = parts.next().map(|month| month.parse().ok()).unwrap_or_default();
    let Some(month) = month else {
        return (1..=9_999).contains(&year).then(|| if is_last { date(year, 12, 31) } else { date(year, 1, 1) });
    };
    let first = Date::new(year, month, 1).ok()?;
    match parts.next() {
        Some(_) => end.parse().ok(),
        None if is_last => Some(first.last_of_month()),
        None => Some(first),
    }
}

/// The years that a query is limited to by its days; `None` if it is not.
pub(crate) fn years(query: &Ast) -> Option<RangeInclusive<i16>> {
    let (from, to) = query.range("date")?;
    let year = |end: Option<String>, is_last| end.and_then(|end| day(&end, is_last)).map(Date::year);
    Some(year(from, false).unwrap_or(i16::MIN)..=year(to, true).unwrap_or(i16::MAX))
}

#[cfg(test)]
mod tests {
    use imr_query::parse;

    use super::*;

    #[test]
    fn ends_of_ranges_are_days() {
        for (end, first, last) in [
            ("2016", Some(date(2016, 1, 1)), Some(date(2016, 12, 31))),
            ("2016-02", Some(date(2016, 2, 1)), Some(date(2016, 2, 29))),
            ("2016-02-03", Some(date(2016, 2, 3)), Some(date(2016, 2, 3))),
            ("2016-13", None, None),
            ("2016-02-30", None, None),
            ("0", None, None),
        ] {
            assert_eq!((day(end, false), day(end, true)), (first, last), "case: {end}");
        }
    }

    #[test]
    fn days_limit_years() {
        for (query, want) in
            [("mri", None), ("mri date:2015..2016-03", Some(2015..=2016)), ("date:>=2015", Some(2015..=i16::MAX))]
        {
            assert_eq!(years(&parse(query).unwrap()), want, "case: {query}");
        }
    }
}
