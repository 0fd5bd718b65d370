//! What a rationale says is not documented and the summary of the same letter mentions.
//!
//! A finding of fact that is plainly erroneous is a ground to appeal from a final determination (Labor Code
//! 4610.6(h)(5)). What stands here is no such finding: it is two sentences to read side by side.

use std::ops::Range;

use imr_index::sentences;
use imr_model::{Decision, Letter};
use imr_vocabulary::{About, Plain, Subject};
use serde::Serialize;

use crate::places::{names_other_drugs, places_agree};

/// Two sentences of one letter that may contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lead {
    /// What both speak of: `muscle spasm`.
    pub subject: &'static str,
    /// What the summary says of it, in a clause: `muscle spasm is found or complained of`.
    pub doc: &'static str,
    /// The sentence of the rationale. Its marks are the words that deny and the thing.
    pub rationale: Quoted,
    /// The sentence of the clinical summary. Its mark is the words that mention the thing.
    pub summary: Quoted,
}

/// A sentence of a field of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quoted {
    /// The sentence as printed, without the blanks around it.
    pub text: String,
    /// Where it stands in the field, in bytes.
    pub place: Range<usize>,
    /// What is marked, in bytes of `text`; in order, without overlaps.
    pub marks: Vec<Range<usize>>,
}

/// The leads of the decision with a number (from 1), at most one a subject, in the order of the subjects' names.
///
/// A lead needs a sentence of the rationale that denies a thing without narrowing it (not `recent therapy`, not a criterion
/// of a guideline), a sentence of the summary that affirms it (not one that requests or denies it), the same part of the body
/// or drug where these matter, and no sentence of the summary that denies it, too.
///
/// # Examples
///
/// ```
/// # let mut letter = imr_model::Letter::new("a", "a.txt");
/// # let decision = r#"{"n":1,"treatment":"Soma","eligible_portion":null,"outcome":"upheld","administrator_guideline":null,
/// # "reviewer_guideline":null,"citations":{"administrator":[],"reviewer":[]},"rationale":"There is no documentation of spasm."}"#;
/// letter.clinical_summary = Some("He is 40. On examination there was spasm.".to_owned());
/// # let _ = decision;
/// assert!(imr_precedent::contradictions(&letter, 1).is_empty(), "a letter without decisions has no leads");
/// ```
#[must_use]
pub fn contradictions(letter: &Letter, n: usize) -> Vec<Lead> {
    let decision = n.checked_sub(1).and_then(|index| letter.decisions.get(index));
    let Some((decision, summary)) = decision.zip(letter.clinical_summary.as_deref()) else { return Vec::new() };
    let denied = denied_subjects(decision.rationale.as_deref().unwrap_or_default());
    if denied.is_empty() {
        return Vec::new();
    }
    let summary = Summary::new(summary);
    denied.into_iter().filter_map(|denied| summary.lead(denied, decision)).collect()
}

/// A subject, and the first sentence of a rationale that denies it.
struct Denied {
    subject: &'static Subject,
    sentence: Quoted,
}

fn denied_subjects(rationale: &str) -> Vec<Denied> {
    let mut found: Vec<Denied> = Vec::new();
    for place in sentences(rationale).into_iter().filter(|place| !is_quotation(&rationale[..place.start])) {
        let sentence = Plain::new(&rationale[place.clone()]);
        let denials = sentence.denials();
        let subjects = imr_vocabulary::contradictions().subjects().iter().filter(|_| !denials.is_empty());
        for subject in subjects {
            let is_new = found.iter().all(|known| known.subject.name != subject.name);
            let Some((denial, thing)) = subject.denied(&sentence, &denials).filter(|_| is_new) else { continue };
            let sentence = quoted(rationale, &place, &sentence, &[&denial.words, &thing]);
            found.push(Denied { subject, sentence });
        }
    }
    found.sort_by_key(|denied| &denied.subject.name);
    found
}

/// Whether what follows a text stands in quotation marks: it is a guideline's, not the reviewer's.
fn is_quotation(before: &str) -> bool {
    let count = |mark: char| before.matches(mark).count();
    count('"') % 2 == 1 || count('\u{201c}') > count('\u{201d}')
}

/// The sentences of a clinical summary.
struct Summary<'t> {
    text: &'t str,
    sentences: Vec<(Range<usize>, Plain)>,
}

impl<'t> Summary<'t> {
    fn new(text: &'t str) -> Self {
        let plain = |place: Range<usize>| (place.clone(), Plain::new(&text[place]));
        Self { text, sentences: sentences(text).into_iter().map(plain).collect() }
    }

    /// The first sentence that affirms what is denied; none if another denies it, too.
    fn lead(&self, denied: Denied, decision: &Decision) -> Option<Lead> {
        let subject = denied.subject;
        if self.sentences.iter().any(|(_, sentence)| subject.denied(sentence, &sentence.denials()).is_some()) {
            return None;
        }
        let (index, found) = self.sentences.iter().enumerate().find_map(|(index, (_, sentence))| {
            let found = subject.affirmed(sentence)?;
            self.is_of_the_same(index, &found, &denied, decision).then_some((index, found))
        })?;
        let (place, sentence) = &self.sentences[index];
        let summary = quoted(self.text, place, sentence, &[&found]);
        Some(Lead { subject: &subject.name, doc: &subject.doc, rationale: denied.sentence, summary })
    }

    /// Whether a sentence speaks of the part of the body or the drug that the denial speaks of, if that matters.
    fn is_of_the_same(&self, index: usize, found: &Range<usize>, denied: &Denied, decision: &Decision) -> bool {
        let (_, sentence) = &self.sentences[index];
        match denied.subject.about {
            About::Patient => true,
            About::Drug => !decision.concepts.drugs.is_empty() && !names_other_drugs(sentence.text(), decision),
            about @ (About::Part | About::Half) => {
                let before = self.sentences[..index].iter().rev().map(|(_, before)| before.text());
                places_agree(about, &denied.sentence.text, decision, (sentence.text(), found), before)
            }
        }
    }
}

/// A sentence with its marks, in order and without overlaps.
fn quoted(field: &str, place: &Range<usize>, sentence: &Plain, marks: &[&Range<usize>]) -> Quoted {
    let printed = &field[place.clone()];
    let blanks = printed.len() - printed.trim_start().len();
    let text = printed.trim().to_owned();
    let start = place.start + blanks;
    let mut marks: Vec<Range<usize>> = marks
        .iter()
        .map(|mark| sentence.printed(mark))
        .map(|mark| mark.start.saturating_sub(blanks)..(mark.end.saturating_sub(blanks)).min(text.len()))
        .collect();
    marks.sort_by_key(|mark| mark.start);
    marks.dedup_by(|next, mark| next.start < mark.end);
    Quoted { place: start..start + text.len(), text, marks }
}
