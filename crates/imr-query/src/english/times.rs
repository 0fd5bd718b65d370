//! Dates, periods and durations.

use super::Meaning;
use super::cursor::{Cursor, is_one_of, number};
use crate::ast::{Ast, Bound};

/// `decided in January 2017`, `before 2017`, `between Jan 10 and Jan 20, 2017`, `injured in 2014`, `last 90 days`
pub(super) fn period(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let field = event(&mut cursor);
    let name = field.unwrap_or("date");
    if let Some(found) = back(cursor, start.at, name) {
        return Some(found);
    }
    let (cursor, from, to, is_led) = range(cursor)?;
    // A bare year is no more than a number, but beside `decisions` or behind its event.
    let is_year = |bound: &Option<Bound>| bound.as_ref().is_some_and(|bound| bound.text.len() == 4);
    if !is_led && field.is_none() && is_year(&from) && !beside_decisions(start, cursor) {
        return None;
    }
    let condition = match (&from, &to) {
        (Some(one), Some(other)) if one == other => {
            let name = if name == "date" && is_year(&from) { "year" } else { name };
            cursor.condition(start.at, name, &one.text)
        }
        _ => cursor.range(start.at, name, from, to),
    };
    Some((cursor, Meaning::one(condition)))
}

/// The date field that a verb or noun means; passes over it.
fn event(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    let mut ahead = *cursor;
    ahead.skip_all("was|were|that|which|is|are|had|been|the|a|an|with|whose|who|and");
    let field = if ahead.phrase(
        "ur denials|ur denial|ur decisions|ur decision|utilization review denial|\
            utilization review decision|ur denied|denied by ur|denied by utilization review|date of denial|\
            ur determination|refused by ur",
    ) {
        "denied"
    } else if ahead.phrase(
        "applications received|application received|applications were received|application was received|\
            received|date received|applied|application filed|filed|application date|application",
    ) {
        "received"
    } else if ahead.phrase("date of injury|dates of injury|injured|injury|injuries|hurt|doi") {
        "injury"
    } else if ahead.phrase("assigned|date assigned") {
        "assigned"
    } else if ahead.phrase("decided|dated|issued|decisions dated|decision date|determined|rendered|made|decision dated")
    {
        "date"
    } else {
        return None;
    };
    ahead.skip_all("was|were|is|dated|date|dates");
    *cursor = ahead;
    Some(field)
}

/// `in the last 90 days`, `past six months`, `last year`
fn back<'w>(start: Cursor<'w>, from: usize, field: &str) -> Option<(Cursor<'w>, Meaning)> {
    let mut cursor = start;
    let is_within = cursor.skip_all("in|within|during|over|from|the") > 0;
    // `past three weeks` may mean a use that goes on for longer.
    if !(cursor.skip("last|previous") || is_within && cursor.skip("past")) {
        return None;
    }
    let count = match number(cursor.word()) {
        Some(count) => {
            cursor.at += 1;
            count
        }
        None => 1,
    };
    let unit = match cursor.word().trim_end_matches('s') {
        "day" => 'd',
        "week" => 'w',
        "month" => 'm',
        "year" => 'y',
        _ => return None,
    };
    cursor.at += 1;
    Some((cursor, Meaning::one(cursor.condition(from, field, &format!("-{count}{unit}")))))
}

/// A range of dates, and whether a preposition says that it is one.
type DateRange<'w> = (Cursor<'w>, Option<Bound>, Option<Bound>, bool);

fn range(start: Cursor<'_>) -> Option<DateRange<'_>> {
    let included = |date: &Date| Some(Bound::included(date.text()));
    let excluded = |date: &Date| Some(Bound { text: date.text(), inclusive: false });
    let mut cursor = start;
    if cursor.phrase("before|prior to|earlier than|until|till") {
        let date = one_date(&mut cursor)?;
        return Some((cursor, None, excluded(&date), true));
    }
    if cursor.phrase("after|later than") {
        let date = one_date(&mut cursor)?;
        return Some((cursor, excluded(&date), None, true));
    }
    if cursor.phrase("on or after|since|starting in|starting|beginning in|beginning") {
        let date = one_date(&mut cursor)?;
        return Some((cursor, included(&date), None, true));
    }
    if cursor.phrase("on or before|by|no later than|up to|through") {
        let date = one_date(&mut cursor)?;
        return Some((cursor, None, included(&date), true));
    }
    let is_led = cursor.skip_all("in|during|of|dated|from|on|for|between|within|the|year|month") > 0;
    if let Some((first, last)) = part_of_year(&mut cursor) {
        return Some((cursor, included(&first), included(&last), true));
    }
    if let Some((first, last)) = years(&mut cursor) {
        return Some((cursor, included(&first), included(&last), is_led));
    }
    let mut first = date_maybe_without_year(&mut cursor)?;
    let mut ahead = cursor;
    if ahead.skip("to|through|thru|and|until|till|-|–") {
        ahead.skip_all("in|the");
        if let Some(mut last) = date_maybe_without_year(&mut ahead) {
            last.year = last.year.or(first.year);
            first.year = first.year.or(last.year);
            first.year?;
            let (first, last) = if first.text() <= last.text() { (first, last) } else { (last, first) };
            return Some((ahead, included(&first), included(&last), true));
        }
    }
    // `January or February 2017`
    ahead = cursor;
    if first.year.is_none()
        && ahead.skip("or|and")
        && let Some(last) = date_maybe_without_year(&mut ahead)
        && first.day.is_none()
        && last.month == first.month.map(|month| month + 1)
    {
        first.year = last.year;
        first.year?;
        return Some((ahead, included(&first), included(&last), true));
    }
    first.year?;
    let is_more_than_year = first.month.is_some();
    if cursor.phrase("or later|and later|onward|onwards|on") {
        return Some((cursor, included(&first), None, true));
    }
    if cursor.phrase("or earlier|and earlier") {
        return Some((cursor, None, included(&first), true));
    }
    Some((cursor, included(&first), included(&first), is_led || is_more_than_year))
}

/// A year, a month or a day.
#[derive(Clone, Copy, Debug)]
struct Date {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
}

impl Date {
    /// Whether the calendar has it; without a year any day that some year has.
    fn is_real(&self) -> bool {
        let number = |part: Option<u32>, or: u32| i8::try_from(part.unwrap_or(or)).ok();
        let year = i16::try_from(self.year.unwrap_or(2000)).ok();
        let civil = |(year, month, day)| jiff::civil::Date::new(year, month, day).ok();
        year.zip(number(self.month, 1))
            .zip(number(self.day, 1))
            .and_then(|((year, month), day)| civil((year, month, day)))
            .is_some()
    }

    fn text(&self) -> String {
        let mut text = self.year.unwrap_or(0).to_string();
        for part in [self.month, self.day].into_iter().flatten() {
            text += &format!("-{part:02}");
        }
        text
    }
}

fn one_date(cursor: &mut Cursor<'_>) -> Option<Date> {
    let mut ahead = *cursor;
    ahead.skip_all("the|year|end|of|start");
    let date = date_maybe_without_year(&mut ahead).filter(|date| date.year.is_some())?;
    *cursor = ahead;
    Some(date)
}

/// `January 2017`, `Jan. 10, 2017`, `10 January 2017`, `2017`, `2017-01`, `2017-01-10`, `1/10/2017`, `January 10`
fn date_maybe_without_year(cursor: &mut Cursor<'_>) -> Option<Date> {
    let mut ahead = *cursor;
    ahead.skip_all("the");
    let word = ahead.word();
    let date = if let Some(month) = month(word) {
        ahead.at += 1;
        let day = day(ahead.word());
        ahead.at += usize::from(day.is_some());
        ahead.skip("of");
        let year = year(ahead.word());
        ahead.at += usize::from(year.is_some());
        if day.is_none() && year.is_none() && word == "may" {
            return None;
        }
        Date { year, month: Some(month), day }
    } else if let (Some(day), Some(month)) = (day(word), ahead.rest().get(1).and_then(|next| month(&next.lower))) {
        ahead.at += 2;
        let year = year(ahead.word());
        ahead.at += usize::from(year.is_some());
        Date { year, month: Some(month), day: Some(day) }
    } else {
        let date = written(word)?;
        ahead.at += 1;
        date
    };
    *cursor = ahead;
    Some(date).filter(Date::is_real)
}

/// A date in digits.
fn written(word: &str) -> Option<Date> {
    let parts = |separator: char| -> Option<Vec<u32>> {
        word.split(separator)
            .map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?)
            .collect()
    };
    let valid = |date: Date| {
        let in_range = |part: Option<u32>, last: u32| part.is_none_or(|part| (1..=last).contains(&part));
        (in_range(date.month, 12)
            && in_range(date.day, 31)
            && date.year.is_some_and(|year| (1900..2200).contains(&year)))
        .then_some(date)
    };
    match parts('/').as_deref() {
        Some([month, day, year]) => {
            let year = match *year {
                0..=49 => year + 2000,
                50..=99 => year + 1900,
                year => year,
            };
            return valid(Date { year: Some(year), month: Some(*month), day: Some(*day) });
        }
        Some([month, year]) if *year >= 1900 => {
            return valid(Date { year: Some(*year), month: Some(*month), day: None });
        }
        _ => {}
    }
    match parts('-').as_deref() {
        Some([year, month, day]) => valid(Date { year: Some(*year), month: Some(*month), day: Some(*day) }),
        Some([year, month]) => valid(Date { year: Some(*year), month: Some(*month), day: None }),
        Some([_]) => valid(Date { year: year(word), month: None, day: None }),
        _ => None,
    }
}

fn year(word: &str) -> Option<u32> {
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|year| is_year && (1980..2100).contains(year))
}

/// `5`, `5th`
fn day(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let is_day = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|day| is_day && (1..=31).contains(day))
}

/// The month of a name or its usual abbreviation.
fn month(word: &str) -> Option<u32> {
    const MONTHS: &str = "january|february|march|april|may|june|july|august|september|october|november|december";
    let is_month = |month: &str| {
        month == word || word.len() >= 3 && (month[..3] == *word || word == "sept" && month.starts_with(word))
    };
    MONTHS.split('|').position(is_month).and_then(|at| u32::try_from(at + 1).ok())
}

/// `2016-2017`, `2015 to 2016`
fn years(cursor: &mut Cursor<'_>) -> Option<(Date, Date)> {
    let (first, last) = cursor.word().split_once(['-', '–'])?;
    let whole = |year| Date { year: Some(year), month: None, day: None };
    let found = (whole(year(first)?), whole(year(last)?));
    cursor.at += 1;
    Some(found)
}

/// `first quarter of 2017`, `Q1 2017`, `second half of 2016`
fn part_of_year(cursor: &mut Cursor<'_>) -> Option<(Date, Date)> {
    let mut ahead = *cursor;
    let ordinal = |word: &str| ["first", "second", "third", "fourth"].iter().position(|known| *known == word);
    let (part, months) = if let Some(quarter) = ahead
        .word()
        .strip_prefix('q')
        .and_then(|quarter| quarter.parse::<u32>().ok())
        .filter(|quarter| (1..=4).contains(quarter))
    {
        ahead.at += 1;
        (quarter - 1, 3)
    } else {
        let part = u32::try_from(ordinal(ahead.word())?).ok()?;
        ahead.at += 1;
        let months = match ahead.word() {
            "quarter" => 3,
            "half" => 6,
            _ => return None,
        };
        ahead.at += 1;
        (part, months)
    };
    ahead.skip_all("of|in");
    let year = year(ahead.word()).filter(|_| (part + 1) * months <= 12)?;
    ahead.at += 1;
    *cursor = ahead;
    let month = |month| Date { year: Some(year), month: Some(month), day: None };
    Some((month(part * months + 1), month((part + 1) * months)))
}

/// Whether what was read stands beside a word for decisions: `2016 decisions`, `decisions 2016`.
fn beside_decisions(start: Cursor<'_>, end: Cursor<'_>) -> bool {
    const DECISIONS: &str = "decision|decisions|letters|cases|imrs|reviews|determinations|rulings|case";
    end.is(DECISIONS) || start.before().last().is_some_and(|word| is_one_of(&word.lower, DECISIONS))
}

/// `past three weeks`, `longer than 2 to 3 weeks`: the reviewer finds the duration too long, or speaks of such times.
pub(super) fn duration(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    if !cursor.phrase("past|beyond|over|exceeding|after|longer than|more than") {
        return None;
    }
    let counts = cursor.at;
    // A number or two, and a word between them.
    let is_time = |word: &str| matches!(word, "days" | "weeks" | "months" | "years");
    let unit = cursor.rest().iter().take(4).position(|word| is_time(&word.lower)).filter(|at| *at > 0)?;
    cursor.rest()[..unit].iter().any(|word| number(&word.lower).is_some() || word.lower.contains('-')).then_some(())?;
    cursor.at = counts + unit + 1;
    // `over 40 years old` is an age.
    if matches!(cursor.word(), "old" | "of") {
        return None;
    }
    let unit = cursor.before().last().map_or("weeks", |word| word.lower.as_str());
    let gap = cursor.condition(start.at, "gap", "duration exceeds guideline");
    Some((cursor, Meaning::one(Ast::any_of(vec![gap, cursor.condition(start.at, "rationale", unit)]))))
}
