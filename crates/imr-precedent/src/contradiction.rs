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
    pub rationale: MarkedSentence,
    /// The sentence of the clinical summary. Its mark is the words that mention the thing.
    pub summary: MarkedSentence,
}

/// A sentence of a field of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkedSentence {
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
/// or drug where these matter, and no sentence of the summary that denies it, too. If findings of an examination are denied,
/// the sentence of the summary must tell findings. There is no lead to what the rationale elsewhere says is not at its end
/// (`care has not been exhausted`): it is not the thing that is denied, but enough of it.
///
/// It is total: a letter without such a decision, without a rationale or without a summary has no leads.
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
    sentence: MarkedSentence,
    /// Only what an examination found contradicts it.
    is_of_findings: bool,
}

fn denied_subjects(rationale: &str) -> Vec<Denied> {
    let mut found: Vec<Denied> = Vec::new();
    let own = sentences(rationale).into_iter().filter(|place| !is_quotation(&rationale[..place.start]));
    let plain = own.map(|place| (place.clone(), Plain::new(&rationale[place])));
    let read: Vec<(Range<usize>, Plain)> = plain.collect();
    for (place, sentence) in &read {
        let denials = sentence.denials();
        let subjects = imr_vocabulary::contradictions().subjects().iter().filter(|_| !denials.is_empty());
        for subject in subjects {
            let is_new = found.iter().all(|known| known.subject.name != subject.name);
            let Some((denial, thing)) = subject.denied(sentence, &denials).filter(|_| is_new) else { continue };
            let is_of_findings = sentence.is_of_findings();
            let sentence = quoted(rationale, place, sentence, &[&denial.words, &thing]);
            found.push(Denied { subject, sentence, is_of_findings });
        }
    }
    found.retain(|denied| !read.iter().any(|(_, sentence)| denied.subject.is_unfinished(sentence)));
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
        let (index, found) = self.sentences.iter().enumerate().find_map(|(index, (_, sentence))| {
            let found = subject.affirmed(sentence)?;
            let is_answer = !denied.is_of_findings || sentence.tells_findings();
            (is_answer && self.is_of_the_same(index, &found, &denied, decision)).then_some((index, found))
        })?;
        if self.denies(subject) {
            return None;
        }
        let (place, sentence) = &self.sentences[index];
        let summary = quoted(self.text, place, sentence, &[&found]);
        Some(Lead { subject: &subject.name, doc: &subject.doc, rationale: denied.sentence, summary })
    }

    fn denies(&self, subject: &Subject) -> bool {
        self.sentences.iter().any(|(_, sentence)| subject.denied(sentence, &sentence.denials()).is_some())
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
fn quoted(field: &str, place: &Range<usize>, sentence: &Plain, marks: &[&Range<usize>]) -> MarkedSentence {
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
    MarkedSentence { place: start..start + text.len(), text, marks }
}

#[cfg(test)]
mod tests {
    use imr_model::{Citations, Concepts, Outcome};
    use proptest::prelude::*;

    use super::*;

    fn letter(summary: &str, rationale: &str, concepts: Concepts) -> Letter {
        let decision = Decision {
            n: 1,
            treatment: "Soma".to_owned(),
            eligible_portion: None,
            outcome: Some(Outcome::Upheld),
            administrator_guideline: None,
            reviewer_guideline: None,
            citations: Citations::default(),
            rationale: Some(rationale.to_owned()),
            concepts,
        };
        Letter {
            clinical_summary: Some(summary.to_owned()),
            decisions: vec![decision],
            ..Letter::new("letter", "letter.txt")
        }
    }

    fn subjects(summary: &str, rationale: &str, concepts: Concepts) -> Vec<&'static str> {
        contradictions(&letter(summary, rationale, concepts), 1).iter().map(|lead| lead.subject).collect()
    }

    #[test]
    fn a_lead_needs_a_denial_and_a_mention_of_the_same() {
        let of_knee = || Concepts { body_regions: vec!["knee".to_owned()], ..Concepts::default() };
        let of_norco = || Concepts { drugs: vec!["hydrocodone".to_owned()], ..Concepts::default() };
        let no_relief = "There is no documentation of pain relief.";
        let relief = "Pain is 8/10 without medication and 4/10 with medication.";
        let no_therapy = "There is no documentation of physical therapy.";
        for (name, rationale, summary, concepts, want) in [
            ("both", "There is no documentation of spasm.", "On exam there is spasm.", of_knee(), vec!["muscle spasm"]),
            (
                "the denial twice",
                "There is no spasm. There is no spasm.",
                "On exam there is spasm.",
                of_knee(),
                vec!["muscle spasm"],
            ),
            ("no mention", "There is no documentation of spasm.", "He is 40.", of_knee(), vec![]),
            (
                "mentioned and denied",
                "There is no spasm.",
                "On exam there was spasm. Later there was no spasm.",
                of_knee(),
                vec![],
            ),
            (
                "complained of, not found",
                "No spasm was found on examination.",
                "He complains of muscle spasm.",
                of_knee(),
                vec![],
            ),
            (
                "found at an examination that is told later",
                "No spasm was found on examination.",
                "He complains of muscle spasm. On exam there is spasm.",
                of_knee(),
                vec!["muscle spasm"],
            ),
            (
                "begun, not at its end",
                "Physical therapy is not documented. Physical therapy has not been exhausted.",
                "He had physical therapy.",
                of_knee(),
                vec![],
            ),
            (
                "a quotation over sentences",
                "It says \"Wait. There is no spasm. Stop.\"",
                "On exam there is spasm.",
                of_knee(),
                vec![],
            ),
            ("the drug in dispute", no_relief, relief, of_norco(), vec!["pain relief with the drug"]),
            ("another drug", no_relief, "Soma reduces the pain from 8/10 to 4/10.", of_norco(), vec![]),
            ("no drug in dispute", no_relief, relief, of_knee(), vec![]),
            (
                "the part in dispute",
                no_therapy,
                "He had physical therapy for the knee.",
                of_knee(),
                vec!["physical therapy"],
            ),
            ("another part", no_therapy, "He had physical therapy for the neck.", of_knee(), vec![]),
            (
                "another part later in the sentence",
                no_therapy,
                "He had physical therapy and has pain of the neck.",
                of_knee(),
                vec!["physical therapy"],
            ),
            (
                "the part that the denial names",
                "There is no documentation of physical therapy for the neck.",
                "He had physical therapy for the neck.",
                of_knee(),
                vec!["physical therapy"],
            ),
            (
                "nerves of the other half",
                "There are no neurological deficits.",
                "The neck is stiff. There is decreased sensation in the hand.",
                of_knee(),
                vec![],
            ),
            (
                "an injection of the spine",
                "There is no documentation of injections.",
                "He had an epidural steroid injection.",
                of_knee(),
                vec![],
            ),
        ] {
            assert_eq!(subjects(summary, rationale, concepts), want, "case: {name}");
        }
    }

    #[test]
    fn the_words_of_the_denial_and_the_thing_are_marked() {
        let letter = letter(
            "He is 40.  On exam there is spasm. ",
            "So it is. However,  there is no\ndocumentation of it.  There is no record of  Spasm.",
            Concepts::default(),
        );
        let leads = contradictions(&letter, 1);
        let marked = |quoted: &MarkedSentence| -> Vec<String> {
            quoted.marks.iter().map(|mark| quoted.text[mark.clone()].to_owned()).collect()
        };
        assert_eq!(leads[0].rationale.text, "There is no record of  Spasm.");
        assert_eq!(marked(&leads[0].rationale), ["There is no", "Spasm"]);
        assert_eq!(leads[0].summary.text, "On exam there is spasm.");
        assert_eq!(contradictions(&letter, 0), []);
        assert_eq!(contradictions(&letter, 2), []);
    }

    /// Pieces of sentences that meet each other in any order.
    fn text() -> impl Strategy<Value = String> {
        let pieces = [
            "There is no documentation of",
            "muscle spasm",
            "physical therapy",
            ". ",
            ".\n",
            ", but",
            "\u{201c}",
            "\"",
            "; ",
            "\u{e9}\u{a0}",
            "On exam there was",
            "Treatment included",
            "is not documented",
            "no",
            "and",
            "of the knee",
            "insomnia",
            "He reports",
            "\u{1f9b4}",
        ];
        let piece = prop_oneof![5 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_a_letter_says_is_quoted_as_it_stands(summary in text(), rationale in text(), n in 0..3_usize) {
            for lead in contradictions(&letter(&summary, &rationale, Concepts::default()), n) {
                for (field, quoted) in [(&summary, &lead.summary), (&rationale, &lead.rationale)] {
                    prop_assert_eq!(&field[quoted.place.clone()], &quoted.text);
                    prop_assert!(!quoted.marks.is_empty());
                    prop_assert!(quoted.marks.iter().all(|mark| quoted.text.get(mark.clone()).is_some_and(|text| !text.is_empty())));
                    prop_assert!(quoted.marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
                }
            }
        }
    }
}
