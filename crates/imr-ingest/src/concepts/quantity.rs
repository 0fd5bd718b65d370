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

/// Numbers that requests write in words.
const WORDS: [(&str, u32); 31] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty-four", 24),
    ("twenty-five", 25),
    ("twenty", 20),
    ("thirty-six", 36),
    ("thirty", 30),
    ("forty-eight", 48),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("ninety", 90),
    ("once", 1),
    ("twice", 2),
];

/// Compiles a pattern in which `NUMBER` stands for a number in digits or in words.
fn pattern(text: &str) -> Regex {
    let words = WORDS.map(|(word, _)| word.replace('-', r"[\s-]")).join("|");
    regex(&text.replace("NUMBER", &format!(r"(?:\d{{1,4}}|{words})")))
}

fn number(text: &str) -> Option<u32> {
    let text = text.to_ascii_lowercase().replace(char::is_whitespace, "-");
    let word = WORDS.iter().find(|(word, _)| *word == text);
    word.map(|(_, number)| *number).or_else(|| text.parse().ok())
}

/// The plain amount of a request; `None` if it prints none or a range.
pub(super) fn read(text: &str) -> Option<Quantity> {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?xi) \b NUMBER \s* (?:-|to|or) \s* NUMBER [\s-]+ (?:additional\s+|more\s+)? (?:[a-z-]+\s+){0,3}
              (?:sessions?|visits?|treatments?|weeks?|days?|months?) \b",
        )
    });
    // `two (2) times`: the same number twice.
    static AGAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(NUMBER)\s*\(\d+\)"));
    let text = &AGAIN.replace_all(text, "$1");
    if RANGE.is_match(text) {
        return None;
    }
    sessions(text).or_else(|| marked_units(text)).or_else(|| times(text)).or_else(|| units(text)).or_else(|| span(text))
}

fn counted(text: &str, pattern: &Regex, unit: &'static str) -> Option<Quantity> {
    Some(Quantity { amount: number(&pattern.captures(text)?[1])?, unit })
}

/// `12 sessions`, `Twelve physical therapy visits`, `(8 sessions)`, `3 times a week for 4 weeks`, `2x6`.
fn sessions(text: &str) -> Option<Quantity> {
    static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?xi) (?:^|[^\w/.-]) (NUMBER) [\s-]+ (?:\(\d+\)\s*)? (?:[a-z/'-]+\s+){0,6}?
              (?:sessions?|visits?|treatments?|appointments?) \b",
        )
    });
    static WEEKS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?xi) (?:^|[^\w/.]) (NUMBER) \s* (?:times?|x|sessions?|visits?)? \s*
              (?: (?:(?:per|a|each|every|/)\s*)? (?:week|wk)\b | weekly\b ) \.?,? \s* (?:[a-z]+\s+){0,4}?
              (?:for|times|x|over|\*)? \s* (?:the\s+next\s+|a\s+total\s+of\s+)? (NUMBER) \s* (?:weeks?|wks?) \b",
        )
    });
    static SHORT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?xi) (?:^|[^\w/.]) (\d{1,2}) \s* x \s* (?:(?:/|per|a)\s*(?:week|wk)\s*)? (?:x|for)? \s* (\d{1,2})
              \s* (?:weeks?|wks?)? (?:$|[^\w%/.])",
        )
    });
    let product = || {
        let found = WEEKS.captures(text).or_else(|| SHORT.captures(text))?;
        Some(Quantity { amount: number(&found[1])?.checked_mul(number(&found[2])?)?, unit: "sessions" })
    };
    counted(text, &COUNTED, "sessions").or_else(product)
}

/// `#90`, `Qty 60`.
fn marked_units(text: &str) -> Option<Quantity> {
    static MARKED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?xi) (?: \#\s* | \b(?:qty|quantity|count)\b [\s.:\#]* (?:of\s+)? ) (\d{1,4}) \b"));
    counted(text, &MARKED, "units")
}

/// `times 6`, `x6`.
fn times(text: &str) -> Option<Quantity> {
    static TIMES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?xi) (?:^|\s) (?:x|times) \s* (NUMBER) (?:$ | \s*[^\w%/.\s] | \s+(?:[^dwmh\s]|$))")
    });
    counted(text, &TIMES, "sessions")
}

/// `three injections`, `90 tablets`; not the one tablet of a direction.
fn units(text: &str) -> Option<Quantity> {
    static INJECTIONS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?xi) (?:^|[^\w/.-]) (NUMBER) \s+ (?:[a-z-]{4,}\s+){0,3}? injections? \b"));
    static TABLETS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?xi) (?:^|[^\w/.-]) (\d{2,4}) \s+ (?:tablets|tabs|capsules|caps|patches|pills) \b")
    });
    counted(text, &INJECTIONS, "units").or_else(|| counted(text, &TABLETS, "units"))
}

/// Months of rental, hours a day, days of a stay; not a supply or a frequency.
fn span(text: &str) -> Option<Quantity> {
    static SPAN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?xi) (?:^|[^\w/.-]) (NUMBER) [\s-]* (hour|day|week|month) s? \b"));
    static FREQUENCY: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?xi) \b (?:supply|every) \b | \b (?:once|twice|times) \s+ (?:a|per|each) \b"));
    if FREQUENCY.is_match(text) {
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
            ("Percocet 5/325mg #60 twice daily x 30 days", Some((60, "units"))),
            ("Massage two (2) times a week for six (6) weeks", Some((12, "sessions"))),
            ("Kenalog 80 mg injection", None),
            ("Inpatient stay x 3 days", Some((3, "days"))),
            ("Twenty-four massages, 24 visits", Some((24, "sessions"))),
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
