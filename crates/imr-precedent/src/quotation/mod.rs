//! Whether a quotation stands in a letter, and where.

mod canon;
mod marks;
mod matching;
mod nearest;
mod sections;

use std::fmt;
use std::ops::Range;

use imr_model::Letter;
use serde::Serialize;

use self::marks::{Marked, marked};
use self::matching::{Match, find};
use self::sections::{Section, sections};

pub use nearest::Change;
pub use sections::SectionKind;

/// A quotation is altered, and not another text, if at least this share of its words stands in order in one passage.
pub const ALTERED: f64 = 0.6;

/// A letter in which quotations are looked for.
pub struct QuotedLetter {
    name: String,
    digest: String,
    sections: Vec<Section>,
}

/// What was found out about a quotation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// It stands in the letter, character for character, but for white space, the shape of quotation marks and dashes, and
    /// the editing marks that are told.
    Verbatim {
        /// Where.
        place: Place,
        /// What its editing marks stand for.
        edits: Vec<Edit>,
    },
    /// A passage is like it, but not the same.
    Altered(Altered),
    /// No passage is like it.
    NotFound,
}

/// Where a quotation stands, so that anybody can check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The case number of the letter, or its source.
    pub letter: String,
    /// The SHA-256 of the letter's text, as [`Letter::digest`] has it.
    pub digest: String,
    /// The decision whose section it is, from 1; `None` for what decisions of a letter share.
    pub decision: Option<usize>,
    /// The section.
    pub section: SectionKind,
    /// The first sentence that it touches, from 1 in its section.
    pub first_sentence: usize,
    /// The last sentence that it touches.
    pub last_sentence: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.letter)?;
        if let Some(n) = self.decision {
            write!(out, "#{n}")?;
        }
        write!(out, ", {}, ", self.section)?;
        match (self.first_sentence, self.last_sentence) {
            (first, last) if first == last => write!(out, "sentence {first}"),
            (first, last) => write!(out, "sentences {first}-{last}"),
        }
    }
}

/// What an editing mark of a quotation stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "edit")]
pub enum Edit {
    /// An ellipsis.
    Ellipsis {
        /// What it leaves out.
        omitted: String,
    },
    /// A bracket.
    Bracket {
        /// What stands in it.
        wrote: String,
        /// What the letter has there; empty for an addition.
        letter: String,
    },
    /// `[sic]`, `(emphasis added)`.
    Note {
        /// As it stands there.
        text: String,
    },
    /// The comma or full stop at its end belongs to the sentence around it, as American style has it.
    ClosingPunctuation,
    /// Words are divided in one and joined in the other.
    Spacing,
}

impl fmt::Display for Edit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ellipsis { omitted } => {
                let words = omitted.split_whitespace().count();
                write!(out, "an ellipsis for {words} word{}", if words == 1 { "" } else { "s" })
            }
            Self::Bracket { wrote, letter } if letter.is_empty() => write!(out, "[{wrote}] is added"),
            Self::Bracket { wrote, letter } => write!(out, "[{wrote}] stands for `{letter}`"),
            Self::Note { text } => out.write_str(text),
            Self::ClosingPunctuation => out.write_str("the closing punctuation is not the letter's"),
            Self::Spacing => out.write_str("words are divided otherwise than in the letter"),
        }
    }
}

/// A quotation that differs from the passage that is most like it.
#[derive(Clone, Debug, Serialize)]
pub struct Altered {
    /// Where the passage stands.
    pub place: Place,
    /// The share of the quotation's words that stand in it in order, from 0 to 1.
    pub similarity: f64,
    /// The passage and the quotation, side by side.
    pub changes: Vec<Change>,
    /// Why an editing mark is not to be accepted; `None` if words differ.
    pub objection: Option<String>,
}

impl QuotedLetter {
    /// Prepares a letter; `whole` is its text as it was read.
    #[must_use]
    pub fn new(letter: &Letter, whole: &str) -> Self {
        let (name, digest) = (letter.name().to_owned(), letter.digest.clone());
        Self { name, digest, sections: sections(letter, whole) }
    }

    /// The case number of the letter, or its source.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The digest of the letter's text.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Where a quotation stands verbatim, and its edits; sections of decision `n` come first, if it is given, then what
    /// decisions share, then other decisions.
    #[must_use]
    pub fn verbatim(&self, quotation: &str, n: Option<usize>) -> Option<(Place, Vec<Edit>)> {
        self.matched(quotation, n, |found| found.objection.is_none()).map(|(place, edits, _)| (place, edits))
    }

    /// Verifies a quotation of decision `n`, or of any.
    #[must_use]
    pub fn verify(&self, quotation: &str, n: Option<usize>) -> Verdict {
        if let Some((place, edits)) = self.verbatim(quotation, n) {
            return Verdict::Verbatim { place, edits };
        }
        let objected = self.matched(quotation, n, |_| true).and_then(|(place, _, objection)| Some((place, objection?)));
        match (objected, self.nearest(quotation, n)) {
            (Some((place, objection)), nearest) => {
                let changes = nearest.map(|nearest| nearest.changes).unwrap_or_default();
                Verdict::Altered(Altered { place, similarity: 1.0, changes, objection: Some(objection) })
            }
            (None, Some(nearest)) if nearest.similarity >= ALTERED => Verdict::Altered(nearest),
            _ => Verdict::NotFound,
        }
    }

    /// The passage that is most like a quotation, however little that is; `None` if there is no likeness at all.
    #[must_use]
    pub fn nearest(&self, quotation: &str, n: Option<usize>) -> Option<Altered> {
        let parts = parts(quotation);
        let mut best: Option<(f64, &Section, nearest::Nearest)> = None;
        for section in self.in_order(n).filter(|section| section.kind != SectionKind::WholeLetter) {
            let found = nearest::nearest(&parts, section.chunks());
            let similarity = found.similarity();
            if similarity > best.as_ref().map_or(0.0, |best| best.0) {
                best = Some((similarity, section, found));
            }
        }
        let (similarity, section, found) = best?;
        let range = section.chunks().get(found.first)?.range.start..section.chunks().get(found.last)?.range.end;
        Some(Altered { place: self.place(section, &range), similarity, changes: found.changes, objection: None })
    }

    /// The first place that a quotation stands at and that is accepted, with what may be objected to it.
    fn matched(
        &self,
        quotation: &str,
        n: Option<usize>,
        accepts: fn(&Match) -> bool,
    ) -> Option<(Place, Vec<Edit>, Option<String>)> {
        let readings = readings(quotation);
        // What stands in the decision that is meant, read freely, comes before what stands in another one, read strictly.
        self.in_order(n).find_map(|section| {
            readings.iter().find_map(|reading| {
                let mut found = find(&reading.marked, &section.text, section.characters())?;
                if section.kind == SectionKind::WholeLetter && !found.omitted.is_empty() {
                    found.objection.get_or_insert_with(|| "an ellipsis joins sections of the letter".to_owned());
                }
                if !accepts(&found) {
                    return None;
                }
                let place =
                    Place { decision: self.decision(section, &found.range, n), ..self.place(section, &found.range) };
                Some((place, reading.edits(&found), found.objection))
            })
        })
    }

    /// The sections: those of decision `n`, what decisions share, those of other decisions, the whole letter.
    fn in_order(&self, n: Option<usize>) -> impl Iterator<Item = &Section> {
        let rank = move |section: &Section| match (section.kind, section.decision) {
            (SectionKind::WholeLetter, _) => 3,
            (_, decision) if decision.is_some() && decision == n => 0,
            (_, None) => 1,
            _ if n.is_none() => 0,
            _ => 2,
        };
        (0..=3).flat_map(move |wanted| self.sections.iter().filter(move |section| rank(section) == wanted))
    }

    /// The decision that a stretch of a section is of. What goes over the border of two sections is of decision `n` if it
    /// touches that, or else of the first that it touches.
    fn decision(&self, section: &Section, range: &Range<usize>, n: Option<usize>) -> Option<usize> {
        if section.kind != SectionKind::WholeLetter {
            return section.decision;
        }
        // Headings of treatments are said again elsewhere.
        let parts = self.sections.iter().filter(|part| part.kind != SectionKind::Treatment && part.decision.is_some());
        let touched: Vec<usize> =
            parts.filter(|part| part.overlaps(section, range)).filter_map(|part| part.decision).collect();
        n.filter(|n| touched.contains(n)).or(touched.first().copied())
    }

    fn place(&self, section: &Section, range: &Range<usize>) -> Place {
        let (first_sentence, last_sentence) = section.sentences(range);
        Place {
            letter: self.name.clone(),
            digest: self.digest.clone(),
            decision: section.decision,
            section: section.kind,
            first_sentence,
            last_sentence,
        }
    }
}

/// A way to read a quotation.
struct Reading {
    marked: Marked,
    lost_punctuation: bool,
}

impl Reading {
    fn edits(&self, found: &Match) -> Vec<Edit> {
        let ellipses = found.omitted.iter().map(|omitted| Edit::Ellipsis { omitted: omitted.clone() });
        let brackets = found.brackets.iter().cloned().map(|(wrote, letter)| Edit::Bracket { wrote, letter });
        let notes = self.marked.notes.iter().map(|text| Edit::Note { text: text.clone() });
        let mut edits: Vec<Edit> = ellipses.chain(brackets).chain(notes).collect();
        edits.extend(self.lost_punctuation.then_some(Edit::ClosingPunctuation));
        edits.extend(found.other_blanks.then_some(Edit::Spacing));
        edits
    }
}

/// The ways to read a quotation, the strictest first: letter for letter, without the punctuation at its end, by its editing
/// marks, and both.
fn readings(quotation: &str) -> Vec<Reading> {
    let quotation = quotation.trim();
    let literal = |text: &str| Marked::plain(text);
    let shorter = without_closing_punctuation(quotation);
    let mut readings = vec![(literal(quotation), false)];
    readings.extend(shorter.as_deref().map(|shorter| (literal(shorter), true)));
    let by_marks = marked(quotation);
    if !by_marks.is_plain() {
        readings.push((by_marks, false));
        readings.extend(shorter.as_deref().map(|shorter| (marked(shorter), true)));
    }
    let has_words = |(marked, _): &(Marked, bool)| marked.has_words();
    let reading = |(marked, lost_punctuation)| Reading { marked, lost_punctuation };
    readings.into_iter().filter(has_words).map(reading).collect()
}

/// The parts of a quotation between its ellipses.
fn parts(quotation: &str) -> Vec<String> {
    marked(quotation).runs.iter().map(|run| marks::shown(run)).collect()
}

/// A quotation without the comma or full stop that ends it, also inside a quotation mark; `None` if there is none. An
/// ellipsis is none.
fn without_closing_punctuation(quotation: &str) -> Option<String> {
    let body = quotation.trim_end_matches(['\'', '"', '’', '”', ' ']);
    let kept = body.strip_suffix(['.', ','])?.trim_end();
    if kept.is_empty() || kept.ends_with(['.', '…']) {
        return None;
    }
    Some(format!("{kept}{}", quotation[body.len()..].trim()))
}

/// Words of a quotation that stand side by side in the letter, whatever its editing marks: a letter that has the quotation
/// has all of these phrases.
pub(crate) fn phrases(quotation: &str) -> Vec<Vec<String>> {
    /// Longer phrases tell letters apart no better.
    const LONGEST: usize = 30;
    let words = |text: &str| imr_index::words(text).map(|word| word.text).collect::<Vec<_>>();
    let marked = marked(quotation);
    let mut phrases: Vec<Vec<String>> = Vec::new();
    for run in &marked.runs {
        let has_brackets = run.len() > 1;
        for piece in run {
            let mut phrase = words(&marks::shown(std::slice::from_ref(piece)));
            if matches!(piece, marks::Piece::Bracket(_)) {
                continue;
            }
            // Words beside a bracket may be parts of words.
            if has_brackets && phrase.len() > 2 {
                phrase.pop();
                phrase.remove(0);
            }
            phrase.truncate(LONGEST);
            phrases.push(phrase);
        }
    }
    phrases.retain(|phrase| phrase.len() > 1);
    phrases
}

#[cfg(test)]
mod tests;
