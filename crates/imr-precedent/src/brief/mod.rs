//! A brief as its paragraphs: the case numbers in it, its quotations, and which quotation belongs to which case.

mod attribution;
mod cases;
mod docx;
mod markup;
mod quotes;

use std::fmt;

use imr_model::CaseNumber;
use serde::Serialize;

pub use self::docx::DocxError;

/// So many words make a quotation: what is shorter is a term in quotation marks.
pub const SHORTEST_QUOTATION: usize = 4;

/// A brief.
#[derive(Clone, Debug, Default)]
pub struct Brief {
    /// The case numbers in it, in their order. `Id.` is one, too.
    pub cited: Vec<Cited>,
    /// Its quotations, in their order.
    pub quotations: Vec<Quoted>,
    /// How many quotations were too short.
    pub short: usize,
}

/// How the text of a brief is marked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Not at all.
    Plain,
    /// As Markdown.
    Markdown,
}

/// A place in a brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// A line of a text, from 1.
    Line(usize),
    /// A paragraph of a document, from 1; empty ones count.
    Paragraph(usize),
    /// A footnote or endnote of a document, by its number.
    Note(usize),
}

impl fmt::Display for Spot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(out, "line {number}"),
            Self::Paragraph(number) => write!(out, "paragraph {number}"),
            Self::Note(number) => write!(out, "note {number}"),
        }
    }
}

/// A case number in a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The case.
    pub case: CaseNumber,
    /// The disputed treatment, if one is named: `#2`, `issue 2`.
    pub issue: Option<usize>,
    /// Where.
    pub spot: Spot,
    /// It is told by `Id.` or `Ibid.` only.
    pub is_id: bool,
    paragraph: usize,
    start: usize,
    end: usize,
}

/// A quotation in a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Without the quotation marks around it.
    pub text: String,
    /// Where it begins.
    pub spot: Spot,
    /// The case numbers that it belongs to, as places in [`Brief::cited`]; empty if the brief cites no case before or near
    /// it. Several, if one bracket behind it names several.
    pub cited: Vec<usize>,
    /// Why it belongs to them; `None` if it belongs to none.
    pub basis: Option<Basis>,
    paragraph: usize,
    start: usize,
    last_paragraph: usize,
    end: usize,
    is_block: bool,
}

/// Why a quotation belongs to a case number, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The number stands directly behind it, or in the footnote there.
    Behind,
    /// Both stand in one sentence, or the sentence before introduces it.
    Sentence,
    /// Both stand in one paragraph.
    Paragraph,
    /// It is the last number before.
    Before,
}

/// A paragraph of a brief.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paragraph {
    /// Its text; lines are kept.
    text: String,
    /// Where its lines end, but for the last.
    line_ends: Vec<usize>,
    /// Where it begins.
    spot: Option<Spot>,
    /// The whole of it is a quotation.
    is_quotation: bool,
    /// It belongs to a note of this name.
    note: Option<String>,
    /// The notes that it refers to, and where.
    references: Vec<(usize, String)>,
}

impl Paragraph {
    /// The place of a byte of its text.
    fn spot(&self, at: usize) -> Spot {
        match self.spot {
            Some(Spot::Line(first)) => Spot::Line(first + self.line_ends.partition_point(|end| *end < at)),
            Some(spot) => spot,
            None => Spot::Line(1),
        }
    }
}

impl Brief {
    /// Reads a text.
    #[must_use]
    pub fn from_text(text: &str, markup: Markup) -> Self {
        Self::of(&markup::paragraphs(text, markup))
    }

    /// Reads a Word document: its text, notes and tables, with tracked changes accepted.
    ///
    /// # Errors
    ///
    /// [`DocxError`] if it is none, damaged or too large.
    pub fn from_docx(bytes: &[u8]) -> Result<Self, DocxError> {
        Ok(Self::of(&docx::paragraphs(bytes)?))
    }

    fn of(paragraphs: &[Paragraph]) -> Self {
        let cited = cases::cited(paragraphs);
        let mut quotations = quotes::quotations(paragraphs);
        let all = quotations.len();
        quotations.retain(|quoted| words(&quoted.text) >= SHORTEST_QUOTATION);
        let short = all - quotations.len();
        attribution::attribute(paragraphs, &cited, &mut quotations);
        Self { cited, quotations, short }
    }
}

/// How many words a text has.
fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

#[cfg(test)]
mod tests;
