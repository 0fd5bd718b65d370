//! What a rationale may deny and a clinical summary may mention, each in the words of letters.
//!
//! A rationale that says that nothing of a thing is documented, in a letter whose summary mentions it, is a lead to a
//! plainly erroneous finding of fact (Labor Code 4610.6(h)(5)). Here single sentences are read: those of a rationale by
//! [`Subject::denied`], those of a summary by [`Subject::affirmed`]. Which sentences of a letter belong together is not known.

mod affirmation;
mod denial;
mod plain;

use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::meta::Regex;
use serde::Deserialize;

use crate::gaps::{compile_for_search, expand, phrases};
use crate::table::{self, Entry};
use crate::typed::one_of;

pub use denial::Denial;
pub use plain::Plain;

/// What a denial and a mention must have in common, beside the thing itself, to be of the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// The patient, whatever the part of the body.
    #[serde(rename = "")]
    Patient,
    /// The part of the body.
    Part,
    /// The half of the body: nerves of the neck serve the arms, those of the low back the legs.
    Half,
    /// The drug in dispute.
    Drug,
}

/// Something that rationales deny and summaries mention. Places are those of a [`Plain`] sentence.
pub struct Subject {
    /// Its name: `muscle spasm`.
    pub name: String,
    /// What the summary says, in a clause.
    pub doc: String,
    /// What a denial and a mention must have in common.
    pub about: About,
    denied: Pattern,
    affirmed: Pattern,
    /// The mention itself negates: `therapy without relief`.
    negates: bool,
}

/// A pattern that is compiled when it is first needed: most letters need few.
struct Pattern {
    text: String,
    regex: OnceLock<Regex>,
}

impl Pattern {
    fn new(text: String) -> Self {
        Self { text, regex: OnceLock::new() }
    }

    /// Any of the words, whole; each text holds those of one meaning.
    fn words(meanings: &[&str]) -> Self {
        Self::new(format!(r"\b(?:{})\b", meanings.join("|")))
    }

    fn regex(&self) -> &Regex {
        #[expect(clippy::expect_used, reason = "the patterns are constants of the program, read by their tests")]
        self.regex.get_or_init(|| compile_for_search(&expand(&self.text, &phrases())).expect("the patterns are tested"))
    }

    /// Where it matches in a stretch of a sentence.
    fn find<'s>(&'s self, sentence: &'s str, stretch: Range<usize>) -> impl Iterator<Item = Range<usize>> + 's {
        let input = regex_automata::Input::new(sentence).range(stretch);
        self.regex().find_iter(input).map(|found| found.range())
    }

    fn is_match(&self, stretch: &str) -> bool {
        self.regex().is_match(stretch)
    }
}

/// The table of contradictions. Use [`crate::contradictions()`].
pub struct Contradictions {
    subjects: Vec<Subject>,
}

impl Contradictions {
    pub(crate) fn load() -> Self {
        Self { subjects: table::CONTRADICTIONS.entries().iter().map(Subject::new).collect() }
    }

    /// All subjects, sorted by their names.
    #[must_use]
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }
}

impl Subject {
    /// The subject of a row.
    pub(crate) fn new(row: &Entry) -> Self {
        Self {
            name: row.name.clone(),
            doc: row.fact("doc").to_owned(),
            about: one_of(row.fact("about")),
            denied: Pattern::new(row.fact("denied").to_owned()),
            affirmed: Pattern::new(row.fact("affirmed").to_owned()),
            negates: row.fact("negates") == "yes",
        }
    }

    /// Where one of the denials of a sentence denies it, and nothing narrower: not its recent, sufficient or successful
    /// use, say.
    ///
    /// # Examples
    ///
    /// ```
    /// use imr_vocabulary::{Plain, contradictions};
    ///
    /// let spasm = contradictions().subjects().iter().find(|subject| subject.name == "muscle spasm").unwrap();
    /// let sentence = Plain::new("There is no documentation of muscle spasm.");
    /// let denials = sentence.denials();
    /// let (denial, thing) = spasm.denied(&sentence, &denials).unwrap();
    /// assert_eq!(&sentence.text()[thing], "muscle spasm");
    /// assert_eq!(&sentence.text()[denial.words.clone()], "there is no ");
    /// ```
    #[must_use]
    pub fn denied<'d>(&self, sentence: &Plain, denials: &'d [Denial]) -> Option<(&'d Denial, Range<usize>)> {
        denials.iter().find_map(|denial| {
            let mut things = self.denied.find(sentence.text(), denial.things.clone());
            let thing = things.find(|thing| denial.is_of(sentence.text(), thing))?;
            Some((denial, thing))
        })
    }

    /// Where a sentence affirms it: as had, done or found, not as denied, requested or suspected.
    ///
    /// # Examples
    ///
    /// ```
    /// use imr_vocabulary::{Plain, contradictions};
    ///
    /// let spasm = contradictions().subjects().iter().find(|subject| subject.name == "muscle spasm").unwrap();
    /// assert_eq!(spasm.affirmed(&Plain::new("On exam there is spasm.")), Some(3..22));
    /// assert_eq!(spasm.affirmed(&Plain::new("On exam there is no spasm.")), None);
    /// ```
    #[must_use]
    pub fn affirmed(&self, sentence: &Plain) -> Option<Range<usize>> {
        affirmation::first(sentence.text(), &self.affirmed, self.negates)
    }

    /// Whether a sentence says that it is not at its end, so that it was begun: `therapy has not been exhausted`.
    ///
    /// # Examples
    ///
    /// ```
    /// use imr_vocabulary::{Plain, contradictions};
    ///
    /// let therapy = contradictions().subjects().iter().find(|subject| subject.name == "physical therapy").unwrap();
    /// assert!(therapy.is_unfinished(&Plain::new("Physical therapy has not been exhausted.")));
    /// assert!(!therapy.is_unfinished(&Plain::new("Home exercise has not been exhausted.")));
    /// ```
    #[must_use]
    pub fn is_unfinished(&self, sentence: &Plain) -> bool {
        denial::unfinished(sentence.text()).any(|stretch| self.denied.find(sentence.text(), stretch).next().is_some())
    }
}
