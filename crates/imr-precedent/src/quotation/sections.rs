//! The sections of a letter, in which quotations are looked for.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;

use imr_model::{Letter, PassageKind};
use serde::Serialize;

use super::canon::{Character, Chunk, characters, chunks};

/// A text of a letter by its part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// Why the reviewer decided so.
    Rationale,
    /// The paragraph on what the reviewer relied on.
    ReviewerGuideline,
    /// The paragraph on what the claims administrator relied on.
    AdministratorGuideline,
    /// The heading of a disputed treatment.
    Treatment,
    /// The clinical case summary.
    ClinicalSummary,
    /// The list of documents that the reviewer read.
    Documents,
    /// Standing paragraphs, and text that no rule accounts for.
    Other,
    /// The letter from beginning to end: the quotation goes over the border of two sections.
    WholeLetter,
}

impl SectionKind {
    /// The name for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rationale => "rationale",
            Self::ReviewerGuideline => "reviewer guideline",
            Self::AdministratorGuideline => "administrator guideline",
            Self::Treatment => "treatment",
            Self::ClinicalSummary => "clinical summary",
            Self::Documents => "documents",
            Self::Other => "other text",
            Self::WholeLetter => "whole letter",
        }
    }
}

impl fmt::Display for SectionKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A section, with what is compared of it; that is made when it is first asked for.
pub(super) struct Section {
    pub(super) kind: SectionKind,
    /// The decision that it belongs to, from 1; `None` for what all decisions of the letter share.
    pub(super) decision: Option<usize>,
    pub(super) text: String,
    characters: OnceCell<Vec<Character>>,
    chunks: OnceCell<Vec<Chunk>>,
}

impl Section {
    pub(super) fn new(kind: SectionKind, decision: Option<usize>, text: impl Into<String>) -> Self {
        Self { kind, decision, text: text.into(), characters: OnceCell::new(), chunks: OnceCell::new() }
    }

    pub(super) fn characters(&self) -> &[Character] {
        self.characters.get_or_init(|| characters(&self.text))
    }

    pub(super) fn chunks(&self) -> &[Chunk] {
        self.chunks.get_or_init(|| chunks(&self.text))
    }

    /// Whether a stretch of a larger text touches this one, which stands in it.
    pub(super) fn overlaps(&self, whole: &Self, range: &Range<usize>) -> bool {
        let (part, all) = (self.characters(), whole.characters());
        if part.is_empty() {
            return false;
        }
        let (from, to) = (all.partition_point(|c| c.at < range.start), all.partition_point(|c| c.at < range.end));
        let is_here = |window: &[Character]| window.iter().zip(part).all(|(one, other)| one.folded == other.folded);
        let mut places = all.windows(part.len()).enumerate().skip((from + 1).saturating_sub(part.len()));
        places.any(|(at, window)| at < to && is_here(window))
    }

    /// The sentences that a stretch of the text touches, from 1: the first and the last.
    pub(super) fn sentences(&self, range: &Range<usize>) -> (usize, usize) {
        let sentences = imr_index::sentences(&self.text);
        let number = |at: usize| sentences.partition_point(|sentence| sentence.end <= at) + 1;
        (number(range.start), number(range.end.saturating_sub(1)))
    }
}

/// The sections of a letter: those of each decision, the most quoted first, and then what decisions share.
pub(super) fn sections(letter: &Letter, whole: &str) -> Vec<Section> {
    let of_decisions = letter.decisions.iter().flat_map(|decision| {
        let texts = [
            (SectionKind::Rationale, decision.rationale.as_deref()),
            (SectionKind::ReviewerGuideline, decision.reviewer_guideline.as_deref()),
            (SectionKind::AdministratorGuideline, decision.administrator_guideline.as_deref()),
            (SectionKind::Treatment, Some(decision.treatment.as_str())),
        ];
        texts.into_iter().filter_map(|(kind, text)| Some(Section::new(kind, Some(decision.n), text?)))
    });
    let summary = letter.clinical_summary.iter().map(|text| Section::new(SectionKind::ClinicalSummary, None, text));
    let remainder = letter.remainder.iter().filter(|passage| passage.kind != PassageKind::Furniture).map(|passage| {
        let kind = if passage.kind == PassageKind::Documents { SectionKind::Documents } else { SectionKind::Other };
        Section::new(kind, None, &passage.text)
    });
    let whole = Section::new(SectionKind::WholeLetter, None, whole);
    of_decisions.chain(summary).chain(remainder).chain([whole]).collect()
}
