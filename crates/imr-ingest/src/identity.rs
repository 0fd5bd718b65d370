//! Which texts are the same letter.

use sha2::{Digest, Sha256};

use crate::contents::hex;

/// What identifies a letter, 128 bits in hexadecimal: a digest of the letters and digits of its text in lower case, case
/// numbers without leading zeros. Texts of one letter that differ only in line breaks, blanks and punctuation, or in the
/// spelling of the case number, have the same identity; a letter that was corrected has another.
pub(crate) fn identity(text: &str) -> String {
    let mut signs = Vec::with_capacity(text.len() + TOGETHER);
    if text.is_ascii() {
        push_ascii(&mut signs, text.as_bytes());
    } else {
        for line in text.split_inclusive('\n') {
            if line.is_ascii() { push_ascii(&mut signs, line.as_bytes()) } else { push(&mut signs, line) }
        }
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

/// The same for ASCII, without a branch that depends on what kind of sign comes next, but for zeros.
fn push_ascii(signs: &mut Vec<u8>, text: &[u8]) {
    let mut end = signs.len();
    signs.resize(end + text.len() + TOGETHER, 0);
    let kept = signs.as_mut_slice();
    let mut parts = text.split(|byte| *byte == b'0');
    end = keep(kept, end, parts.next().unwrap_or_default());
    for behind_zero in parts {
        if !ends_with_case_year(&kept[..end]) {
            kept[end] = b'0';
            end += 1;
        }
        end = keep(kept, end, behind_zero);
    }
    signs.truncate(end);
}

/// So many bytes are looked at in one step; there is room for so many more than are kept.
const TOGETHER: usize = 8;

/// Keeps what is kept of some bytes of ASCII behind the first `end`, and returns how many there are then.
fn keep(kept: &mut [u8], mut end: usize, bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<TOGETHER>();
    for chunk in chunks.iter().map(<[u8; TOGETHER]>::as_slice).chain([rest]) {
        let kept = &mut kept[end..end + TOGETHER];
        let mut count = 0;
        for byte in chunk {
            let sign = SIGNS[usize::from(byte & 127)];
            kept[count % TOGETHER] = sign;
            count += usize::from(sign != 0);
        }
        end += count;
    }
    end
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
    fn ascii_is_read_as_other_texts_are() {
        let table = "Case Number: CM16-0012300\r\nIMR 13-0 0 imr1300 cm1 0 CM160\t(000) ";
        for start in 0..table.len() {
            for end in start..=table.len() {
                let (mut fast, mut slow) = (b"cm16".to_vec(), b"cm16".to_vec());
                push_ascii(&mut fast, &table.as_bytes()[start..end]);
                push(&mut slow, &table[start..end]);
                assert_eq!(fast, slow, "case: {}", &table[start..end]);
            }
        }
    }

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
