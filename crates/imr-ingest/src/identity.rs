//! Which texts are the same letter.

use imr_model::CaseNumber;
use sha2::{Digest, Sha256};

use crate::contents::hex;

/// What identifies a letter, 128 bits in hexadecimal: a digest of the letters and digits of its text in lower case, and of
/// its case number. Texts of one letter that differ only in line breaks, blanks and punctuation, or in the spelling of the
/// case number, have the same identity; a letter that was corrected has another.
pub(crate) fn identity(text: &str, case_number: Option<&CaseNumber>) -> String {
    let mut signs = String::with_capacity(text.len());
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        if c.is_ascii() { signs.push(c.to_ascii_lowercase()) } else { signs.extend(c.to_lowercase()) }
    }
    let mut hash = Sha256::new();
    if let Some(number) = case_number.map(Spelling::new) {
        hash.update(&number.start);
        hash.update(&number.serial);
        for part in number.parts_between(&signs) {
            hash.update(part);
        }
    } else {
        hash.update(&signs);
    }
    hex(hash)
}

/// A case number among the letters and digits of a text: `CM16-0213037` is `cm16`, any zeros, `213037`.
struct Spelling {
    start: String,
    serial: String,
}

impl Spelling {
    fn new(number: &CaseNumber) -> Self {
        let (start, serial) = number.as_str().split_once('-').unwrap_or((number.as_str(), ""));
        let start = start.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        Self { start, serial: serial.trim_start_matches('0').to_owned() }
    }

    /// What stands between the places where the number is printed.
    fn parts_between<'t>(&self, signs: &'t str) -> Vec<&'t str> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, _) in signs.match_indices(&self.start) {
            let behind = signs[at + self.start.len()..].trim_start_matches('0');
            if at >= from && behind.starts_with(&self.serial) {
                parts.push(&signs[from..at]);
                from = signs.len() - behind.len() + self.serial.len();
            }
        }
        parts.push(&signs[from..]);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_letter_in_other_spellings() {
        let number: CaseNumber = "CM16-0213037".parse().unwrap();
        let short: CaseNumber = "CM16-213037".parse().unwrap();
        let of = |text: &str| identity(text, Some(&number));
        let text = "Case Number: CM16-0213037\nMassage: Upheld. See CM16-0213037.";
        for (name, other, same) in [
            ("lines", "Case Number:   CM16-0213037 Massage:\n\nUpheld. See CM16-0213037.", true),
            ("spelling", "Case Number: cm16 - 213037\nMassage: Upheld. See CM160213037.", true),
            ("outcome", "Case Number: CM16-0213037\nMassage: Overturned. See CM16-0213037.", false),
            ("another number", "Case Number: CM16-0213037\nMassage: Upheld. See CM16-0213038.", false),
            ("fewer mentions", "Case Number: CM16-0213037\nMassage: Upheld. See.", true),
        ] {
            assert_eq!(of(other) == of(text), same, "case: {name}");
        }
        assert_eq!(identity(text, Some(&short)), of(text));
        assert_ne!(identity(text, None), of(text));
        assert_ne!(identity("30°", None), identity("30º x", None));
    }
}
