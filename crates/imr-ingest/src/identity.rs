//! Which texts are the same letter.

use sha2::{Digest, Sha256};

use crate::contents::hex;

/// What identifies a letter, 128 bits in hexadecimal: a digest of the letters and digits of its text in lower case, case
/// numbers without leading zeros. Texts of one letter that differ only in line breaks, blanks and punctuation, or in the
/// spelling of the case number, have the same identity; a letter that was corrected has another.
pub(crate) fn identity(text: &str) -> String {
    let mut signs = Vec::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.is_ascii() { push_ascii(&mut signs, line.as_bytes()) } else { push(&mut signs, line) }
    }
    hex(Sha256::new_with_prefix(signs))
}

fn push(signs: &mut Vec<u8>, text: &str) {
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        if c == '0' && ends_with_case_year(signs) {
            continue;
        }
        for lower in c.to_lowercase() {
            signs.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// What is kept of each byte of ASCII; nothing of those that are 0.
const SIGNS: [u8; 128] = {
    let mut signs = [0; 128];
    let mut byte = 0;
    while byte < 128_u8 {
        if byte.is_ascii_alphanumeric() {
            signs[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    signs
};

/// The same for ASCII, without a branch that depends on what kind of sign comes next.
fn push_ascii(signs: &mut Vec<u8>, text: &[u8]) {
    let mut end = signs.len();
    signs.resize(end + text.len(), 0);
    let kept = signs.as_mut_slice();
    for &byte in text {
        if byte == b'0' && ends_with_case_year(&kept[..end]) {
            continue;
        }
        let sign = SIGNS[usize::from(byte)];
        kept[end] = sign;
        end += usize::from(sign != 0);
    }
    signs.truncate(end);
}

/// Whether signs end as the first half of a case number does: `cm16`, `imr13`. Zeros behind it are spelling.
fn ends_with_case_year(signs: &[u8]) -> bool {
    let Some((name, [tens, ones])) = signs.split_last_chunk() else { return false };
    tens.is_ascii_digit() && ones.is_ascii_digit() && (name.ends_with(b"cm") || name.ends_with(b"imr"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_letter_in_other_spellings() {
        let text = "Case Number: CM16-0213037\nMassage: Upheld. See CM16-0213037.";
        for (name, other, same) in [
            ("lines", "Case Number:   CM16-0213037 Massage:\n\nUpheld. See CM16-0213037.", true),
            ("spelling", "Case Number: cm16 - 213037\nMassage: Upheld. See CM160213037.", true),
            ("outcome", "Case Number: CM16-0213037\nMassage: Overturned. See CM16-0213037.", false),
            ("another number", "Case Number: CM16-0213037\nMassage: Upheld. See CM16-0213038.", false),
            ("another year", "Case Number: CM15-0213037\nMassage: Upheld. See CM15-0213037.", false),
            ("fewer words", "Case Number: CM16-0213037\nMassage: Upheld. See.", false),
        ] {
            assert_eq!(identity(other) == identity(text), same, "case: {name}");
        }
        assert_eq!(identity("IMR 13-000004"), identity("imr13-4"));
        assert_ne!(identity("30°"), identity("300"));
    }
}
