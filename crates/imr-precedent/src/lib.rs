//! What is done with decisions once they are found: count how they end, compare them, quote them.

mod alike;
mod applications;
mod brief;
mod chart;
mod check;
mod citation_style;
mod comparison;
mod contradiction;
mod differing;
mod leads;
mod places;
mod precedents;
mod quotation;
mod rates;

pub use alike::{Alike, share_guideline, share_place};
pub use applications::applications;
pub use brief::{Basis, Brief, Cited, DocxError, Markup, Quoted, SHORTEST_QUOTATION, Spot};
pub use chart::Chart;
pub use check::{CaseFinding, Checked, CheckedTotals, QuotationFinding, Status, check};
pub use citation_style::{Style, citation};
pub use comparison::{COMPARED, Comparison, Distinction, Example, LEAST_G2, More, compare, log_likelihood_ratio};
pub use contradiction::{Lead, MarkedSentence, contradictions};
pub use differing::{Differing, differing};
pub use leads::{Leads, Read, leads};
pub use precedents::{Precedent, Precedents, Shared, counter, similar};
pub use quotation::{ALTERED, Altered, Change, Edit, Place, QuotedLetter, SectionKind, Verdict};
pub use rates::Rate;
