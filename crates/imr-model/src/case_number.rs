//! The number that identifies a letter in public.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A case number as the review organization prints it: `CM16-0213037`, or `IMR 13-000004` in the
/// first months of 2013.
///
/// Upper case, with a blank behind `IMR` only: two spellings of one number are equal.
///
/// # Examples
///
/// ```
/// use imr_model::CaseNumber;
///
/// let printed: CaseNumber = "imr13-000004".parse().unwrap();
/// assert_eq!(printed.as_str(), "IMR 13-000004");
/// assert!("12/09/2016".parse::<CaseNumber>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber(String);

/// The text is no case number: it is not two or three letters, two digits of a year, a hyphen and a serial number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCaseNumber(String);

impl fmt::Display for InvalidCaseNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is no case number; expected a form like `CM16-0213037`", self.0)
    }
}

impl std::error::Error for InvalidCaseNumber {}

impl CaseNumber {
    /// The number in its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CaseNumber {
    type Err = InvalidCaseNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        let spelled = [("CM", "CM"), ("IMR", "IMR ")].iter().find_map(|(prefix, spelling)| {
            let (year, serial) = number.strip_prefix(prefix)?.split_once('-')?;
            let well_formed =
                year.len() == 2 && (4..=8).contains(&serial.len()) && is_digits(year) && is_digits(serial);
            well_formed.then(|| format!("{spelling}{year}-{serial}"))
        });
        spelled.map(Self).ok_or_else(|| InvalidCaseNumber(text.to_owned()))
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl TryFrom<String> for CaseNumber {
    type Error = InvalidCaseNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> Self {
        number.0
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_each_number() {
        for (printed, want) in [
            ("CM16-0213037", Some("CM16-0213037")),
            (" cm16-0213037 ", Some("CM16-0213037")),
            ("IMR 13-000004", Some("IMR 13-000004")),
            ("imr13-000004", Some("IMR 13-000004")),
            ("CM16-02130x7", None),
            ("CM2016-0213037", None),
            ("16-0213037", None),
            ("", None),
        ] {
            assert_eq!(printed.parse::<CaseNumber>().ok().as_ref().map(CaseNumber::as_str), want, "case: {printed:?}");
        }
    }
}
