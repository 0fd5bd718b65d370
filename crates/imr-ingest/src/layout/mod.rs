//! The forms of letters, one module each, behind one face: [`Form`].
//!
//! To read another form, write a module with a type that implements [`Form`], add a value to [`imr_model::Layout`] and
//! a line to [`FORMS`].

mod determination;
mod issues;
mod notice_2013;
mod outline;
mod professional_review;

use std::ops::Range;
use std::sync::LazyLock;

use imr_model::{Concepts, Decision, Layout, Letter, PassageKind, Warning};
use regex::Regex;

use crate::citation;
use crate::concepts::read_concepts;
use crate::contents::digest;
use crate::fields::{credentials, heading, patient};
use crate::reader::Reader;
use crate::text::{Text, regex};
use issues::Issue;

/// A form of letters.
trait Form: Sync {
    /// What a text is a letter of, if of this form. Forms are asked in the order of [`FORMS`].
    fn recognise(&self, text: &Text) -> Option<Layout>;

    /// Takes the fields of a letter out of its text.
    fn read(&self, reader: &mut Reader<'_>, letter: &mut Letter);

    /// Fields of the letter that this form always prints, by their names in JSON.
    fn prints(&self) -> &'static [&'static str];

    /// Fields of each decision that this form always prints.
    fn prints_of_decisions(&self) -> &'static [&'static str] {
        &[
            "treatment",
            "outcome",
            "administrator_guideline",
            "reviewer_guideline",
            "rationale",
            "citations.administrator",
            "citations.reviewer",
        ]
    }
}

/// All forms, the most telling detector first.
static FORMS: [&dyn Form; 3] =
    [&notice_2013::Notice, &professional_review::ProfessionalReview, &determination::Determination];

/// Segments a letter: recognises its form, takes out its fields, and accounts for the rest.
///
/// `raw` is the whole text, pages separated by form feeds. Text of no known form is kept whole in
/// [`Letter::remainder`]; fields that were looked for and not found are listed in [`Letter::warnings`].
///
/// # Examples
///
/// ```
/// let letter = imr_ingest::segment("memo", "memo.txt", "Please call back.".to_owned());
/// assert_eq!(letter.layout, imr_model::Layout::Unknown);
/// assert_eq!(letter.unsegmented_text(), "Please call back.");
/// ```
#[must_use]
pub fn segment(source: &str, source_file: &str, raw: String) -> Letter {
    let digest = digest(raw.as_bytes());
    segment_digested(source, source_file, raw, digest)
}

/// [`segment`] for a text whose digest is known.
pub(crate) fn segment_digested(source: &str, source_file: &str, raw: String, digest: String) -> Letter {
    let mut letter = read_fields_digested(source, source_file, raw, digest);
    read_concepts(&mut letter);
    letter
}

/// The first half of [`segment`]: everything but the concepts, which [`read_concepts`] infers from these fields.
#[must_use]
pub fn read_fields(source: &str, source_file: &str, raw: String) -> Letter {
    let digest = digest(raw.as_bytes());
    read_fields_digested(source, source_file, raw, digest)
}

fn read_fields_digested(source: &str, source_file: &str, raw: String, digest: String) -> Letter {
    let mut letter = Letter { digest, ..Letter::new(source, source_file) };
    let text = Text::new(raw);
    let mut reader = Reader::new(&text);
    if let Some((form, layout)) = FORMS.iter().find_map(|form| Some((form, form.recognise(&text)?))) {
        letter.layout = layout;
        form.read(&mut reader, &mut letter);
        warn_of_missing(&mut letter, form.prints());
        for index in 0..letter.decisions.len() {
            warn_of_missing_in_decision(&mut letter, index, form.prints_of_decisions());
        }
    } else {
        warn(&mut letter, None, "layout", "the text has the form of no known letter");
    }
    letter.remainder = reader.remainder();
    letter
}

fn warn(letter: &mut Letter, decision: Option<usize>, field: &str, problem: &str) {
    letter.warnings.push(Warning { decision, field: field.to_owned(), problem: problem.to_owned() });
}

const NOT_FOUND: &str = "not found";

fn warn_of_missing(letter: &mut Letter, printed: &[&str]) {
    let found = [
        ("case_number", letter.case_number.is_some()),
        ("priority", letter.priority.is_some()),
        ("date_assigned", letter.date_assigned.is_some()),
        ("date_of_injury", letter.date_of_injury.is_some()),
        ("decision_date", letter.decision_date.is_some()),
        ("ur_denial_date", letter.ur_denial_date.is_some()),
        ("application_received", letter.application_received.is_some()),
        ("reviewer.states_of_licensure", !letter.reviewer.states_of_licensure.is_empty()),
        ("reviewer.specialties", !letter.reviewer.specialties.is_empty()),
        ("clinical_summary", letter.clinical_summary.is_some()),
        ("patient.age", letter.patient.age.is_some()),
        ("patient.sex", letter.patient.sex.is_some()),
        ("decisions", !letter.decisions.is_empty()),
    ];
    for (field, _) in found.into_iter().filter(|(field, found)| !found && printed.contains(field)) {
        warn(letter, None, field, NOT_FOUND);
    }
}

fn warn_of_missing_in_decision(letter: &mut Letter, index: usize, printed: &[&str]) {
    let decision = &letter.decisions[index];
    let citations = &decision.citations;
    let unread =
        |paragraph: Option<&String>, citations: &[imr_model::Citation]| paragraph.is_some() && citations.is_empty();
    let found = [
        ("treatment", !decision.treatment.is_empty(), NOT_FOUND),
        ("outcome", decision.outcome.is_some(), NOT_FOUND),
        ("administrator_guideline", decision.administrator_guideline.is_some(), NOT_FOUND),
        ("reviewer_guideline", decision.reviewer_guideline.is_some(), NOT_FOUND),
        ("rationale", decision.rationale.is_some(), NOT_FOUND),
        (
            "citations.administrator",
            !unread(decision.administrator_guideline.as_ref(), &citations.administrator),
            "names no work",
        ),
        ("citations.reviewer", !unread(decision.reviewer_guideline.as_ref(), &citations.reviewer), "names no work"),
    ];
    let n = decision.n;
    for (field, _, problem) in found.into_iter().filter(|(field, found, _)| !found && printed.contains(field)) {
        warn(letter, Some(n), field, problem);
    }
}

/// Reads the reviewer's credentials. They are lists of values: their passage is standing text.
fn read_reviewer(reader: &mut Reader<'_>, letter: &mut Letter, body: Range<usize>) {
    letter.reviewer = credentials::read(reader, body.clone());
    reader.set_aside(body, PassageKind::Form);
}

/// Takes the clinical summary, and what it says of the patient.
fn read_summary(reader: &mut Reader<'_>, letter: &mut Letter, body: Range<usize>) {
    letter.clinical_summary = reader.take(body);
    if let Some(summary) = &letter.clinical_summary {
        letter.patient = patient::read(summary);
        letter.summary_date_of_injury = patient::date_of_injury(summary);
    }
}

/// Whether a line begins the closing of a letter: how to appeal, the signature, who gets copies. It stands behind the
/// last rationale.
fn closes_letter(line: &str) -> bool {
    static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?x)^(?: Effect\s+of\s+the\s+Decision\b | Disclaimer\s*: | Sincerely\b | cc: | An\s+appeal\b
               | In\s+accordance\s+with\s+Labor\s+Code\b | The\s+determination\s+of\s+MAXIMUS\b )",
        )
    });
    CLOSING.is_match(line)
}

/// Takes the fields of an issue out of the text and adds the decision to the letter.
fn add_decision(reader: &mut Reader<'_>, letter: &mut Letter, issue: Issue) {
    let treatment = heading::treatment(&reader.text().raw()[issue.heading.clone()], issue.is_finding);
    let treatment = issue.heading.start + treatment.start..issue.heading.start + treatment.end;
    reader.set_aside(issue.heading.start..treatment.start, PassageKind::Form);
    // A running foot between the heading and its outcome keeps the colon inside the range.
    let treatment = reader.take(treatment).map(|text| heading::without_mark(&text).to_owned()).unwrap_or_default();
    let mut take = |range: Option<Range<usize>>| range.and_then(|range| reader.take(range));
    let administrator_guideline = take(issue.administrator);
    let reviewer_guideline = take(issue.reviewer);
    let rationale = take(issue.rationale);
    letter.decisions.push(Decision {
        n: letter.decisions.len() + 1,
        eligible_portion: heading::eligible_portion(&treatment),
        outcome: issue.outcome,
        citations: imr_model::Citations {
            administrator: administrator_guideline.as_deref().map(citation::read).unwrap_or_default(),
            reviewer: reviewer_guideline.as_deref().map(citation::read).unwrap_or_default(),
        },
        concepts: Concepts::default(),
        treatment,
        administrator_guideline,
        reviewer_guideline,
        rationale,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The treatments of a letter whose section of decisions is `issues`, each with its outcome and the end of its
    /// rationale.
    fn decisions(issues: &str) -> Vec<String> {
        let text = format!("IMR ISSUES, DECISIONS AND RATIONALES\n\n{issues}");
        let line = |decision: Decision| {
            let outcome = decision.outcome.map_or("none", imr_model::Outcome::as_str);
            let rationale = decision.rationale.unwrap_or_default();
            let end: Vec<&str> = rationale.split_whitespace().rev().take(2).collect();
            format!("{} | {outcome} | {}", decision.treatment, end.into_iter().rev().collect::<Vec<_>>().join(" "))
        };
        segment("a", "a.txt", text).decisions.into_iter().map(line).collect()
    }

    #[test]
    fn headings_labels_and_page_breaks() {
        const FIRST: &str = "Massage: Upheld\n\nMAXIMUS guideline: Decision based on MTUS ACOEM.\n\nDecision rationale: It is long\nand done. ";
        const SECOND: &str = "\n\nMAXIMUS guideline: Decision based on MTUS ACOEM.\n\nDecision rationale: So be it.";
        for (name, between, want) in [
            ("an empty line", "\n\nMRI of hip: Overturned", "MRI of hip | overturned | be it."),
            ("a page break", "\n\u{c}MRI of hip: Overturned", "MRI of hip | overturned | be it."),
            ("nothing", "\nMRI of hip: Overturned", "MRI of hip | overturned | be it."),
            ("the outcome alone", "\n\nMRI of hip:\nOverturned", "MRI of hip | overturned | be it."),
            ("the outcome over the page", "\n\nMRI of hip:\n\u{c}Overturned", "MRI of hip | overturned | be it."),
            ("no colon", "\n\nMRI of hip Overturned", "MRI of hip | overturned | be it."),
            ("a dash", "\n\nMRI of hip - Overturned", "MRI of hip | overturned | be it."),
            (
                "a page break inside",
                "\n\nMRI of the\n\u{c}left hip: Overturned",
                "MRI of the left hip | overturned | be it.",
            ),
            (
                "a running foot behind",
                "\n\nMRI of hip: Overturned\n\nPage 2 of 3\n\u{c}",
                "MRI of hip | overturned | be it.",
            ),
            (
                "a formula, a page break behind its first sentence",
                "\n\nTwo MRI was the original request.\n\u{c}One MRI was authorized by the Claims\nAdministrator. The remaining IMR eligible portion of the original request, one MRI is: Upheld",
                "Two MRI was the original request. One MRI was authorized by the Claims Administrator. The remaining IMR eligible portion of the original request, one MRI is | upheld | be it.",
            ),
            (
                "a formula at the top of a page",
                "\n\u{c}Two MRI was the original request. One MRI was authorized by the Claims\nAdministrator. The remaining IMR eligible portion of the original request, one MRI is: Upheld",
                "Two MRI was the original request. One MRI was authorized by the Claims Administrator. The remaining IMR eligible portion of the original request, one MRI is | upheld | be it.",
            ),
        ] {
            let got = decisions(&format!("{FIRST}{between}{SECOND}"));
            assert_eq!(got, ["Massage | upheld | and done.", want], "case: {name}");
        }
    }

    #[test]
    fn rationales_keep_what_looks_like_a_label() {
        for (name, rationale) in [
            ("a label in a sentence", "It falls short of the\nMAXIMUS guideline. It is not enough."),
            ("a label with its colon", "It reads\nMAXIMUS guideline: so and so. It is not enough."),
            ("a second rationale", "It is long.\nRationale: none. It is not enough."),
            ("a sentence of 2013", "It is long.\n\nThe Expert Reviewer found it. It is not enough."),
            ("a line in capitals", "It is long.\n\u{c}EMG AND NCV TESTS\nare not enough."),
            ("a paragraph more", "It is long.\n\nThis decision addresses opioids. It is not enough."),
        ] {
            let got = decisions(&format!("Massage: Upheld\n\nDecision rationale: {rationale}"));
            assert_eq!(got, ["Massage | upheld | not enough."], "case: {name}");
        }
    }

    #[test]
    fn a_heading_without_outcome_or_labels_is_kept() {
        let text = "Massage\n\nMAXIMUS guideline: Decision based on MTUS ACOEM.\n\nDecision rationale: It is\nnow Done.\n\nTraction: Upheld\n\nNothing\nelse.";
        assert_eq!(decisions(text), ["Massage | none | now Done.", "Traction | upheld | "]);
        let letter = segment("a", "a.txt", format!("IMR ISSUES, DECISIONS AND RATIONALES\n\n{text}"));
        assert_eq!(letter.unsegmented_text(), "Nothing\nelse.");
        assert!(letter.warnings.iter().any(|warning| warning.to_string() == "decision 1: outcome: not found"));
    }
}
