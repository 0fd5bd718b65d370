//! The passage of a decision that shows why it was found.

use std::collections::HashSet;
use std::ops::Range;

use imr_index::{FieldId, Schema, stem_term, words};
use imr_model::Decision;
use imr_vocabulary::drugs;
use serde::Serialize;

use crate::plan::Plan;

/// A stretch of a letter to show and quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// The field it stands in.
    pub field: &'static str,
    /// Whole sentences, as printed.
    pub text: String,
    /// What matched, in bytes of `text`; in order, without overlaps.
    pub marks: Vec<Range<usize>>,
}

/// About this many bytes are shown; the last sentence is never cut.
const LENGTH: usize = 320;

/// What a query looks for, for marking it in text.
#[derive(Debug, Default)]
pub(crate) struct Marker {
    stems: HashSet<String>,
    phrases: Vec<Vec<String>>,
    drugs: HashSet<String>,
    classes: HashSet<String>,
}

impl Marker {
    /// Collects what a plan wants found; what it excludes is not marked.
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut marker = Self::default();
        marker.add(plan);
        marker
    }

    fn add(&mut self, plan: &Plan) {
        match plan {
            Plan::Term { field, term } if is_field(*field, "drug") => {
                self.drugs.insert(term.clone());
            }
            Plan::Term { field, term } if is_field(*field, "class") => {
                self.classes.insert(term.clone());
            }
            Plan::Term { field, term } if is_text(*field) => {
                if term.starts_with('~') {
                    self.stems.insert(term.clone());
                } else {
                    self.phrases.push(vec![term.clone()]);
                }
            }
            Plan::Phrase { field, terms } if is_text(*field) => self.phrases.push(terms.clone()),
            Plan::And(parts) | Plan::Or(parts) => parts.iter().for_each(|part| self.add(part)),
            Plan::Best(parts) => {
                if let Some((_, part)) = parts.first() {
                    self.add(part);
                }
            }
            Plan::Filter(part) => self.add(part),
            _ => {}
        }
    }

    /// The places in a text that match, in order, without overlaps.
    fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let mut marks: Vec<Range<usize>> = Vec::new();
        let words: Vec<(String, String, Range<usize>)> =
            words(text).map(|word| (stem_term(&word.text), word.text, word.range)).collect();
        for (index, (stem, _, range)) in words.iter().enumerate() {
            if self.stems.contains(stem) {
                marks.push(range.clone());
            }
            for phrase in &self.phrases {
                let found = words.get(index..index + phrase.len()).filter(|found| {
                    found.iter().zip(phrase).all(|((stem, exact, _), term)| term == stem || term == exact)
                });
                if let Some([(_, _, first), ..]) = found {
                    marks.push(first.start..words[index + phrase.len() - 1].2.end);
                }
            }
        }
        marks.extend(self.drug_marks(text));
        merged(marks)
    }

    fn drug_marks(&self, text: &str) -> Vec<Range<usize>> {
        if self.drugs.is_empty() && self.classes.is_empty() {
            return Vec::new();
        }
        let named = drugs().find(text).filter(|(_, drug)| {
            drug.ingredients.iter().any(|name| self.drugs.contains(name))
                || drug.class.as_ref().is_some_and(|class| self.classes.contains(&class.to_lowercase()))
        });
        let classes = drugs().find_classes(text).filter(|(_, class)| self.classes.contains(&class.to_lowercase()));
        named.map(|(range, _)| range).chain(classes.map(|(range, _)| range)).collect()
    }

    /// The passage of a decision that matches best: of the rationale if it matches at all, or else of another field. A
    /// rationale without a match shows its finding.
    pub(crate) fn passage(&self, decision: &Decision, summary: Option<&str>) -> Option<Passage> {
        let fields = [
            ("rationale", decision.rationale.as_deref()),
            ("treatment", Some(decision.treatment.as_str())),
            ("reviewer_guideline", decision.reviewer_guideline.as_deref()),
            ("administrator_guideline", decision.administrator_guideline.as_deref()),
            ("summary", summary),
        ];
        // What the heading matches is shown by the heading.
        let in_heading = !self.marks(&decision.treatment).is_empty();
        let best = fields.into_iter().filter(|(field, _)| *field != "treatment").find_map(|(field, text)| {
            let passage = self.best(field, text?);
            (!passage.marks.is_empty() && (field == "rationale" || !in_heading)).then_some(passage)
        });
        best.or_else(|| decision.rationale.as_deref().map(finding))
    }

    /// The passage of unsegmented text that matches best.
    pub(crate) fn best(&self, field: &'static str, text: &str) -> Passage {
        let sentences = sentences(text);
        let score = |range: &Range<usize>| {
            let marks = self.marks(&text[range.clone()]);
            let distinct: HashSet<String> =
                marks.iter().map(|mark| text[range.clone()][mark.clone()].to_lowercase()).collect();
            (distinct.len(), marks.len())
        };
        let scores: Vec<(usize, usize)> = sentences.iter().map(score).collect();
        // The first of the best: findings repeat themselves towards the end.
        let best = (0..sentences.len()).rev().max_by_key(|index| scores[*index]).unwrap_or(0);
        let Some(mut range) = sentences.get(best).cloned() else { return passage(self, field, text, 0..0) };
        for next in &sentences[best + 1..] {
            if next.end - range.start > LENGTH {
                break;
            }
            range.end = next.end;
        }
        passage(self, field, text, range)
    }
}

fn passage(marker: &Marker, field: &'static str, text: &str, range: Range<usize>) -> Passage {
    let text = text[range].trim().to_owned();
    Passage { field, marks: marker.marks(&text), text }
}

/// The sentence that decides: the last one that speaks of medical necessity, or else the last.
fn finding(rationale: &str) -> Passage {
    let sentences = sentences(rationale);
    let decides = |range: &&Range<usize>| {
        let sentence = rationale[(*range).clone()].to_lowercase();
        ["medically necessary", "medically appropriate", "medical necessity", "non-certified"]
            .iter()
            .any(|words| sentence.contains(words))
    };
    let range = sentences.iter().rev().find(decides).or(sentences.last()).cloned().unwrap_or(0..0);
    Passage { field: "rationale", text: rationale[range].trim().to_owned(), marks: Vec::new() }
}

/// The sentences of a text. A stop inside a number, behind an initial or a common abbreviation ends none.
fn sentences(text: &str) -> Vec<Range<usize>> {
    const ABBREVIATIONS: [&str; 16] =
        ["dr", "mr", "mrs", "ms", "vs", "e.g", "i.e", "etc", "no", "p", "pg", "pp", "st", "approx", "al", "inc"];
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, stop) in text.char_indices().filter(|(_, c)| matches!(c, '.' | '?' | '!')) {
        let after = text[at + stop.len_utf8()..].trim_start_matches(['"', '\'', ')', ']', '”', '’']);
        let end = text.len() - after.len();
        let last_word =
            text[start..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
        let is_abbreviation = ABBREVIATIONS.contains(&last_word.as_str())
            || last_word.chars().count() == 1 && !last_word.starts_with(char::is_numeric);
        let goes_on = after.trim_start().starts_with(char::is_lowercase);
        if !after.starts_with(char::is_whitespace) || is_abbreviation || goes_on {
            continue;
        }
        sentences.push(start..end);
        start = end;
    }
    if !text[start..].trim().is_empty() {
        sentences.push(start..text.len());
    }
    sentences
}

fn merged(mut marks: Vec<Range<usize>>) -> Vec<Range<usize>> {
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match merged.last_mut() {
            Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
            _ => merged.push(mark),
        }
    }
    merged
}

fn is_field(field: FieldId, name: &str) -> bool {
    Schema::shared().definition(field).name == name
}

fn is_text(field: FieldId) -> bool {
    Schema::shared().definition(field).kind == imr_index::FieldKind::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> String {
        let plan = crate::plan::resolve(&crate::read_english(crate::parse(query).unwrap())).unwrap().plan;
        let Passage { mut text, marks, .. } = Marker::new(&plan).best("rationale", text);
        for mark in marks.iter().rev() {
            text.insert(mark.end, ']');
            text.insert(mark.start, '[');
        }
        text
    }

    #[test]
    fn the_passage_that_matters() {
        let long = "Filler sentence that says nothing of note at all. ".repeat(8);
        let text = format!("{long}Dr. Roe weaned the patient off 0.5 mg of Xanax, e.g. by halves. {long}");
        for (query, want) in [
            ("weaning", "Dr. Roe [weaned] the patient off 0.5 mg of Xanax, e.g. by halves."),
            ("\"the patient\" -filler", "Dr. Roe weaned [the patient] off 0.5 mg of Xanax, e.g. by halves."),
            ("class:benzodiazepines", "Dr. Roe weaned the patient off 0.5 mg of [Xanax], e.g. by halves."),
        ] {
            let got = marked(query, &text);
            assert!(got.starts_with(want), "case: {query}: {got}");
            assert!(got.len() < LENGTH + 20, "case: {query}: {} bytes", got.len());
        }
    }

    #[test]
    fn sentences_end_at_their_stops() {
        let text = "Take 0.5 mg. See Smith et al. 2004. Is it? \"Yes.\" it is! The end";
        let found: Vec<&str> = sentences(text).into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(found, ["Take 0.5 mg.", "See Smith et al. 2004.", "Is it?", "\"Yes.\" it is!", "The end"]);
    }
}
