#[path = "../../../crates/imr-ingest/tests/accounting/mod.rs"]
mod accounting;

/// No text makes segmentation panic, and every letter and digit of a text stands in one field of its letter or in the
/// remainder.
///
/// # Panics
///
/// Where that does not hold.
pub fn segment(input: &[u8]) {
    if let Err(unaccounted) = accounting::check(&String::from_utf8_lossy(input)) {
        panic!("{unaccounted}");
    }
}
