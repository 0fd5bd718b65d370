//! What is done with decisions once they are found: compare them, count how they end, quote them.

mod brief;
mod check;
mod citation_style;
mod quotation;

pub use brief::{Basis, Brief, Cited, DocxError, Markup, Quoted, SHORTEST_QUOTATION, Spot};
pub use check::{CaseFinding, Checked, CheckedTotals, QuotationFinding, Status, check};
pub use citation_style::{Style, citation};
pub use quotation::{ALTERED, Altered, Change, Edit, Place, QuotedLetter, SectionKind, Verdict};
