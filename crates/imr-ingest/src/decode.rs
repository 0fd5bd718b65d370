//! Bytes to text.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::error::ReadError;

/// Decodes a text file: UTF-8 with or without byte order mark, UTF-16 with byte order mark, or else Windows-1252, in
/// which the letters of the time were typed.
///
/// # Errors
///
/// [`ReadError::Empty`] if there is nothing in it, [`ReadError::Binary`] if it is no text.
pub fn text(bytes: &[u8]) -> Result<String, ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return without_control_characters(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(), bytes);
    }
    let (text, malformed) = UTF_8.decode_without_bom_handling(bytes);
    let text = if malformed { WINDOWS_1252.decode_without_bom_handling(bytes).0 } else { text };
    without_control_characters(text.into_owned(), bytes)
}

/// Refuses text with characters that no text file has; NUL above all.
fn without_control_characters(text: String, bytes: &[u8]) -> Result<String, ReadError> {
    let is_binary = |byte: u8| matches!(byte, 0..9 | 14..32 | 127);
    let found = text.bytes().filter(|byte| is_binary(*byte)).count();
    if text.contains('\0') || found * 100 > text.len() {
        let offset = bytes.iter().position(|byte| *byte < 9 || (14..32).contains(byte)).unwrap_or(0);
        return Err(ReadError::Binary { offset, byte: bytes.get(offset).copied().unwrap_or(0) });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_text_files() {
        for (name, bytes, want) in [
            ("utf-8", "30°".as_bytes().to_vec(), Some("30°")),
            ("utf-8 with mark", [b"\xef\xbb\xbf", "30°".as_bytes()].concat(), Some("30°")),
            ("utf-16, little endian", b"\xff\xfe3\x000\x00\xb0\x00".to_vec(), Some("30°")),
            ("utf-16, big endian", b"\xfe\xff\x003\x000\x00\xb0".to_vec(), Some("30°")),
            ("windows-1252", b"30\xb0 \x93so\x94 \x96".to_vec(), Some("30° “so” –")),
            ("a form feed is text", b"a\x0cb".to_vec(), Some("a\x0cb")),
            ("blank", b" \n\n".to_vec(), None),
            ("nul", b"text\0more".to_vec(), None),
            ("control characters", b"\x01\x02\x03\x04abc".to_vec(), None),
        ] {
            assert_eq!(text(&bytes).ok().as_deref(), want, "case: {name}");
        }
    }
}
