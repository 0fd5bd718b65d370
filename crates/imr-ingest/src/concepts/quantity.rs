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

/// Numbers that requests write in words; tens may go before the first nine (`twenty-five`).
const ONES: [&str; 19] = [
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
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Compiles a pattern in which `NUMBER` stands for a number in digits or in words.
fn pattern(text: &str) -> Regex {
    let (tens, ones) = (TENS.join("|"), ONES.join("|"));
    let number = format!(r"(?:\d{{1,4}}|(?:{tens})(?:[\s-](?:{ones}))?|(?:{ones})\b|once|twice)");
    regex(&text.replace("NUMBER", &number))
}

fn number(text: &str) -> Option<u32> {
    let word = |word: &str| {
        let place = |list: &[&str]| list.iter().position(|known| *known == word).and_then(|at| u32::try_from(at).ok());
        match word {
            "once" => Some(1),
            "twice" => Some(2),
            _ => place(&ONES).map(|at| at + 1).or_else(|| place(&TENS).map(|at| (at + 2) * 10)),
        }
    };
    let text = text.to_ascii_lowercase();
    text.parse().ok().or_else(|| text.split([' ', '-']).map(word).sum())
}

/// The plain amount of a request; `None` if it prints none or a range.
pub(super) fn read(text: &str) -> Option<Quantity> {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?xi) \b (?: \d+ \s* (?:-|to|or) \s* \d+ | NUMBER \s+ (?:to|or) \s+ NUMBER ) [\s-]+ (?:additional\s+|more\s+)? (?:[a-z-]+\s+){0,3}
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

/// How many units of a drug are ordered: `#60`, whatever else is counted beside it.
pub(super) fn of_drugs(text: &str) -> Option<u32> {
    marked_units(text).or_else(|| units(text)).map(|quantity| quantity.amount)
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
            ("Thirty-two massage visits", Some((32, "sessions"))),
            ("Forty visits", Some((40, "sessions"))),
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
