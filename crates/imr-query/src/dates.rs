//! Days, months, years and times that count from today.

use jiff::Span;
use jiff::civil::{Date, date};

/// The first and last day that a date names: `2016`, `2016-12`, `2016-12-09`, `12/9/2016`; of a time back (`-90d`, `-2w`,
/// `-6m`, `-1y`), from that day to today.
pub(crate) fn days(text: &str, today: Date) -> Option<(Date, Date)> {
    if let Some(first) = back(text, today) {
        return Some((first, today));
    }
    if let Some(day) = american(text) {
        return Some((day, day));
    }
    let parts: Vec<i16> = text.split('-').map(number).collect::<Option<_>>()?;
    match parts[..] {
        [year] if text.len() == 4 => Some((date_of(year, 1, 1)?, date_of(year, 12, 31)?)),
        [year, month] => {
            let first = date_of(year, month, 1)?;
            Some((first, first.last_of_month()))
        }
        [year, month, day] => date_of(year, month, day).map(|day| (day, day)),
        _ => None,
    }
}

/// `-90d`: so many days, weeks, months or years before today.
fn back(text: &str, today: Date) -> Option<Date> {
    let length = text.strip_prefix('-')?;
    let (count, unit) = length.split_at_checked(length.len().checked_sub(1)?)?;
    let count = count.parse::<i64>().ok().filter(|count| *count >= 0)?;
    let span = match unit {
        "d" => Span::new().try_days(count),
        "w" => Span::new().try_weeks(count),
        "m" => Span::new().try_months(count),
        "y" => Span::new().try_years(count),
        _ => return None,
    };
    let span = span.ok()?;
    today.checked_sub(span).ok()
}

/// `12/9/2016`: month, day, year.
fn american(text: &str) -> Option<Date> {
    let parts: Vec<i16> = text.split('/').map(number).collect::<Option<_>>()?;
    match parts[..] {
        [month, day, year] => date_of(year, month, day),
        _ => None,
    }
}

fn number(text: &str) -> Option<i16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A day that exists, of the years in which letters can speak of it.
fn date_of(year: i16, month: i16, day: i16) -> Option<Date> {
    let day = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (date(1900, 1, 1)..=date(2199, 12, 31)).contains(&day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_name_days() {
        for (text, want) in [
            ("2016", "2016-01-01..2016-12-31"),
            ("2016-02", "2016-02-01..2016-02-29"),
            ("2016-12-09", "2016-12-09..2016-12-09"),
            ("12/9/2016", "2016-12-09..2016-12-09"),
            ("-90d", "2016-12-11..2017-03-11"),
            ("-2w", "2017-02-25..2017-03-11"),
            ("-6m", "2016-09-11..2017-03-11"),
            ("-1y", "2016-03-11..2017-03-11"),
            ("2017-02-30", "none"),
            ("2016-13", "none"),
            ("1066", "none"),
            ("16", "none"),
            ("-90", "none"),
            ("-9999999y", "none"),
            ("-é", "none"),
            ("", "none"),
        ] {
            let got =
                days(text, date(2017, 3, 11)).map_or("none".to_owned(), |(first, last)| format!("{first}..{last}"));
            assert_eq!(got, want, "case: {text}");
        }
    }
}
