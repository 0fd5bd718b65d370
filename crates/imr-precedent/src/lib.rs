//! What is done with decisions once they are found: compare them, count how they end, quote them.

mod quotation;

pub use quotation::{ALTERED, Altered, Change, Edit, Place, QuotedLetter, SectionKind, Verdict};
