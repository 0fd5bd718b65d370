//! Dates as letters write them.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::text::regex;

/// A pattern for one date: `10/19/2016`, `10-19-16`, `2/20/14`, `February 6, 2014`, with blanks that line breaks leave.
pub(crate) const DATE: &str = r"(?:\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?(?:\d{4}|\d{2})\b|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2},?\s+\d{4}\b)";

/// Reads one date; `None` for days that do not exist and for years outside of 1930 to 2099, which are slips
/// (`June 20216`). A year of two digits lies between 1930 and 2029.
pub(crate) fn parse(text: &str) -> Option<Date> {
    static WORDED: LazyLock<Regex> = LazyLock::new(|| regex(r"^([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})$"));
    let text = text.trim();
    let mut parts = text.split(['/', '-']).map(str::trim);
    let (month, day, year) =
        if let (Some(month), Some(day), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
            (month.parse().ok()?, day.parse().ok()?, year.parse().ok().filter(|_| matches!(year.len(), 2 | 4))?)
        } else {
            let found = WORDED.captures(text)?;
            (month_number(&found[1])?, found[2].parse().ok()?, found[3].parse().ok()?)
        };
    let year: i16 = match year {
        0..30 => 2000 + year,
        30..100 => 1900 + year,
        1930..2100 => year,
        _ => return None,
    };
    Date::new(year, month, day).ok()
}

fn month_number(name: &str) -> Option<i8> {
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let index = months.iter().position(|month| name.eq_ignore_ascii_case(month))?;
    i8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_printed() {
        for (printed, want) in [
            ("10/19/2016", Some("2016-10-19")),
            ("10-19-16", Some("2016-10-19")),
            ("2/20/14", Some("2014-02-20")),
            ("10/14/ 2016", Some("2016-10-14")),
            ("1/5/98", Some("1998-01-05")),
            ("February 6, 2014", Some("2014-02-06")),
            ("Sept. 30, 2013", Some("2013-09-30")),
            ("13/40/2016", None),
            ("December 9, 3026", None),
            ("June 20216", None),
        ] {
            assert_eq!(parse(printed).map(|date| date.to_string()).as_deref(), want, "case: {printed}");
            if want.is_some() {
                assert!(regex(&format!("^{DATE}$")).is_match(printed), "case: {printed}");
            }
        }
    }
}
