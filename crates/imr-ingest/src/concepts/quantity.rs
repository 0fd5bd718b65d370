//! Amounts: tablets, sessions, months of rental.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::regex;

/// An amount and what is counted: `units` (of a drug or device), `sessions`, `days`, `weeks`, `months`, `hours`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quantity {
    pub(super) amount: u32,
    pub(super) unit: &'static str,
}

/// The amounts of the texts of a partly authorized request, which count the same thing. None of them where one speaks of
/// refills: `#90 with 2 refills` is no plain amount; and no span of time that only one of them names.
pub(super) fn together<const N: usize>(texts: [&str; N]) -> [Option<Quantity>; N] {
    if texts.iter().any(|text| text.to_ascii_lowercase().contains("refill")) {
        return [None; N];
    }
    let amounts = texts.map(read);
    let unit = amounts.iter().flatten().map(|amount| amount.unit).next();
    let is_span = matches!(unit, Some("hours" | "days" | "weeks" | "months"));
    if is_span && amounts.iter().flatten().count() == 1 {
        return [None; N];
    }
    amounts.map(|amount| amount.filter(|amount| Some(amount.unit) == unit))
}

/// A number in digits or in words.
const NUMBER: &str = r"(?:\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty(?:[\s-]four)?|thirty(?:[\s-]six)?|forty|forty-eight|sixty|ninety|once|twice)";

fn number(text: &str) -> Option<u32> {
    const WORDS: [&str; 21] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    let text = text.to_ascii_lowercase().replace('-', " ");
    match text.as_str() {
        "once" => Some(1),
        "twice" => Some(2),
        "twenty four" => Some(24),
        "thirty" => Some(30),
        "thirty six" => Some(36),
        "forty" => Some(40),
        "forty eight" => Some(48),
        "sixty" => Some(60),
        "ninety" => Some(90),
        _ => {
            WORDS.iter().position(|word| *word == text).and_then(|at| at.try_into().ok()).or_else(|| text.parse().ok())
        }
    }
}

/// The plain amount of a request; `None` if it prints none, a range, or several kinds.
pub(super) fn read(text: &str) -> Option<Quantity> {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)\b{NUMBER}\s*(?:-|to|or)\s*{NUMBER}[\s-]+(?:additional\s+|more\s+)?(?:[a-z-]+\s+){{0,3}}(?:sessions?|visits?|treatments?|weeks?|days?|months?)\b"
        ))
    });
    if RANGE.is_match(text) {
        return None;
    }
    sessions(text).or_else(|| units(text)).or_else(|| span(text))
}

/// `12 sessions`, `Twelve physical therapy visits`, `(8 sessions)`, `3 times a week for 4 weeks`, `2x6`.
fn sessions(text: &str) -> Option<Quantity> {
    static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?:^|[^\w/.-])({NUMBER})[\s-]+(?:\(\d+\)\s*)?(?:[a-z/'-]+\s+){{0,6}}?(?:sessions?|visits?|treatments?|appointments?)\b"
        ))
    });
    static WEEKS: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?i)(?:^|[^\w/.])({NUMBER})\s*(?:times?|x|sessions?|visits?)?\s*(?:(?:(?:per|a|each|every|/)\s*)?(?:week|wk)\b|weekly\b)\.?,?\s*(?:[a-z]+\s+){{0,4}}?(?:for|times|x|over|\*)?\s*(?:the\s+next\s+|a\s+total\s+of\s+)?({NUMBER})\s*(?:weeks?|wks?)\b"
        ))
    });
    static SHORT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?:^|[^\w/.])(\d{1,2})\s*x\s*(?:(?:/|per|a)\s*(?:week|wk)\s*)?(?:x|for)?\s*(\d{1,2})\s*(?:weeks?|wks?)?(?:$|[^\w%/.])",
        )
    });
    static TIMES: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"(?i)(?:^|\s)(?:x|times)\s*({NUMBER})(?:$|[^\w%/.])")));
    let sessions = |amount| Some(Quantity { amount, unit: "sessions" });
    let product = |found: regex::Captures<'_>| sessions(number(&found[1])?.checked_mul(number(&found[2])?)?);
    if let Some(found) = COUNTED.captures(text) {
        return sessions(number(&found[1])?);
    }
    if let Some(found) = WEEKS.captures(text).or_else(|| SHORT.captures(text)) {
        return product(found);
    }
    TIMES.captures(text).and_then(|found| sessions(number(&found[1])?))
}

/// `#90`, `Qty 60`, `three injections`, `90 tablets`; not the one tablet of a direction.
fn units(text: &str) -> Option<Quantity> {
    static INJECTIONS: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"(?i)(?:^|[^\w/.-])({NUMBER})\s+(?:[a-z-]+\s+){{0,3}}?injections?\b")));
    static TABLETS: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)(?:^|[^\w/.-])(\d{2,4})\s+(?:tablets|tabs|capsules|caps|patches|pills)\b"));
    static UNITS: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)(?:#\s*|\b(?:qty|quantity|count)\b[\s.:#]*(?:of\s+)?)(\d{1,4})\b"));
    let found = UNITS.captures(text).or_else(|| INJECTIONS.captures(text)).or_else(|| TABLETS.captures(text))?;
    Some(Quantity { amount: number(&found[1])?, unit: "units" })
}

/// Months of rental, hours a day, days of a stay.
fn span(text: &str) -> Option<Quantity> {
    static SPAN: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"(?i)(?:^|[^\w/.-])({NUMBER})[\s-]*(hour|day|week|month)s?\b")));
    static SUPPLY: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\b(?:supply|every)\b|\b(?:once|twice|times)\s+(?:a|per|each)\b"));
    if SUPPLY.is_match(text) {
        return None;
    }
    let found = SPAN.captures(text)?;
    let unit = match found[2].to_ascii_lowercase().as_str() {
        "hour" => "hours",
        "day" => "days",
        "week" => "weeks",
        _ => "months",
    };
    Some(Quantity { amount: number(&found[1])?, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_amounts() {
        for (text, want) in [
            ("Percocet 5/325mg #90", Some((90, "units"))),
            ("Percocet 5/325mg, Qty: 45", Some((45, "units"))),
            ("Twelve physical therapy visits for the hip", Some((12, "sessions"))),
            ("Massage three times a week for four weeks", Some((12, "sessions"))),
            ("Massage 2x6 weeks", Some((12, "sessions"))),
            ("Massage 2 x week x 6 weeks", Some((12, "sessions"))),
            ("Massage twice weekly for 5 weeks", Some((10, "sessions"))),
            ("Massage 2 times a week for 3 weeks (6)", Some((6, "sessions"))),
            ("Massage times 6", Some((6, "sessions"))),
            ("Massage 8-12 sessions", None),
            ("Percocet, one month supply", None),
            ("Three Orthovisc injections", Some((3, "units"))),
            ("Percocet 5/325mg 90 tablets", Some((90, "units"))),
            ("Percocet 5/325mg 1 tablet daily", None),
            ("TENS unit rental for 3 months", Some((3, "months"))),
            ("Home health aide 4 hours per day", Some((4, "hours"))),
            ("Inpatient stay", None),
        ] {
            let quantity = read(text).map(|quantity| (quantity.amount, quantity.unit));
            assert_eq!(quantity, want, "case: {text}");
        }
        assert_eq!(together(["Soma #90", "Soma #30 with 1 refill"]), [None, None]);
    }
}
