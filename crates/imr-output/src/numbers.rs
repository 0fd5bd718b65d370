//! Numbers for people.

/// A number of things: `1 letter`, `1,432 letters`.
#[must_use]
pub fn counted(count: usize, name: &str) -> String {
    format!("{} {name}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A number in groups of three digits: `1,432`.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let is_start_of_group = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if is_start_of_group(at) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent with one decimal: `12.5`.
#[must_use]
pub fn tenths(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

/// The same with its sign: `12.5 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{} %", tenths(share))
}

/// Whether there is nothing of something, which then is not printed.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        for (number, want) in [(0, "0"), (999, "999"), (1_432, "1,432"), (100_000, "100,000"), (3_000_000, "3,000,000")]
        {
            assert_eq!(grouped(number), want);
        }
        assert_eq!(counted(1, "letter"), "1 letter");
        assert_eq!(counted(1_432, "letter"), "1,432 letters");
        assert_eq!(percent(0.125), "12.5 %");
    }
}
