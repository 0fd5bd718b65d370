//! What a sentence of a summary affirms.

use std::ops::Range;
use std::sync::LazyLock;

use super::Pattern;

/// Where a pattern first stands in a sentence and is affirmed.
pub(super) fn first(sentence: &str, pattern: &Pattern, negates: bool) -> Option<Range<usize>> {
    let mut found = clauses(sentence).into_iter().flat_map(|clause| {
        let found = pattern.find(sentence, clause.clone());
        found
            .filter(|found| {
                is_affirmed(&sentence[clause.clone()], found.start - clause.start..found.end - clause.start, negates)
            })
            .collect::<Vec<_>>()
    });
    let first = found.next()?;
    (!UNSETTLED.is_match(sentence)).then_some(first)
}

fn clauses(sentence: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut clauses: Vec<Range<usize>> = Vec::new();
    for end in CLAUSE.find(sentence, 0..sentence.len()) {
        clauses.push(start..end.start);
        // The next clause keeps its `there is`.
        start = end.start + 1;
    }
    clauses.push(start..sentence.len());
    clauses
}

fn is_affirmed(clause: &str, found: Range<usize>, negates: bool) -> bool {
    // The last word of what is found may negate by itself: `the films were negative`.
    let last_word = clause[found.clone()].trim_end().rfind(' ').map_or(found.start, |at| found.start + at);
    let end = if negates { found.start } else { last_word };
    !NEGATES_BEHIND.is_match(&clause[..end])
        && !NEGATES_BEFORE.is_match(&clause[found.end..])
        && !NAME_OF_PLACE.is_match(&clause[..last_word])
}

/// Whether a sentence tells what an examination found, not only what the patient tells or is diagnosed with.
pub(super) fn tells_findings(sentence: &str) -> bool {
    FINDINGS.is_match(sentence)
}

/// What makes the whole sentence one of wishes, guesses, rules or other people.
static UNSETTLED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::words(&[
        // Asked for.
        r"request[a-z]*|recommend[a-z]*|advis[a-z]*|propos[a-z]*|appeal[a-z]*|wishes|wants|in hopes|candidate|eligible",
        r"refer(?:red|s)? (?:him|her|the|to|for)|referrals?|ordered|ordering|consider[a-z]*",
        // Decided on.
        r"(?:pre-?)?authori[sz][a-z]*|(?:non-?)?certif[a-z]*|approv[a-z]*|utilization|administrator|deferred|cancel[a-z]*",
        r"refus[a-z]*|declin[a-z]*|den(?:y|ies|ied|ying|ial)",
        // Yet to come, or not come.
        r"plan(?:s|ned|ning)?|would|will|schedul[a-z]*|pending|await[a-z]*|upcoming|future|to begin|to start|arranged|have not|has not|had not",
        // Not sure.
        r"if|should|might|may (?:be|have|benefit|help|need|require|take|show|represent|suggest|indicate)|possib[a-z]*|probabl[ey]",
        r"rule out|ruled out|r/o|suspect[a-z]*|question[a-z]*|evaluate for|screen for",
        // A rule.
        r"guidelines?|mtus|odg|acoem|criteria",
        // Another person, another injury.
        r"family|father|mother|brother|sister|non-?industrial|unrelated",
    ])
});

/// What takes back what follows in the clause.
static NEGATES_BEHIND: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::words(&[
        r"no|not|n't|without|never|nor|neither|none|negative|absent|absence|lack(?:s|ed|ing)?|free of|resolved|resolution of",
        r"unable to|prevent[a-z]*|avoid[a-z]*|contraindicat[a-z]*|allerg[a-z]+|instead of|rather than|other than",
    ])
});

/// What takes back what stands before, right behind it, or makes it another thing: `therapy evaluation`, `naproxen cream`.
static NEGATES_BEFORE: LazyLock<Pattern> = LazyLock::new(|| {
    let verb = "<3>(?:is|are|was|were|be|been|has|have|had) (?:also )?";
    let negation = "not|never|none|negative|absent|resolved|unremarkable|no longer|normal|intact";
    let other_thing = "evaluat|consult|scale|inventory|questionnaire|hygiene|gel|cream|patch|ointment|topical|referral|notes? (?:was|were|is|are)";
    Pattern::new(format!(r"^[ ,(]*(?:(?:{verb})?(?:{negation})\b|(?:{other_thing}))"))
});

/// What makes the words behind it the name of a place: `care began at Elm Street Physical Therapy`.
static NAME_OF_PLACE: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:began|started|given|provided) at [^,;]{0,40}$".to_owned()));

/// What is seen, felt or tested at an examination, and words for it.
static FINDINGS: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::words(&[
        r"exams?|examinations?|objective|objectively|findings?|palpa[a-z]+|inspection|tender[a-z]*|guarding|gait|twitch",
        r"range of motion|flexion|straight leg|slr|spurling(?:'s)?|tinel(?:'s)?|phalen(?:'s)?",
        r"sensation|sensory|hypo?esthesia|dermatomes?|reflex(?:es)?|motor|strength|foot drop",
    ])
});

/// Where clauses end: what is negated in one is not negated in the next.
static CLAUSE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"(?:[;.] |,? (?:but|however|although|though|while|whereas) |, there (?:is|was|were|are) )".to_owned())
});

#[cfg(test)]
mod tests {
    use crate::Plain;

    #[test]
    fn what_is_told_is_no_finding() {
        for (sentence, is_finding) in [
            ("On examination there is spasm.", true),
            ("The low back is tender with spasm.", true),
            ("He complains of spasm.", false),
            ("The diagnoses include neuropathic pain.", false),
            ("Physical therapy eased the spasm.", false),
        ] {
            assert_eq!(Plain::new(sentence).tells_findings(), is_finding, "case: {sentence}");
        }
    }

    fn affirmed(subject: &str, sentence: &str) -> Option<String> {
        let subjects = crate::contradictions().subjects();
        let subject = subjects.iter().find(|known| known.name == subject).unwrap();
        let sentence = Plain::new(sentence);
        subject.affirmed(&sentence).map(|found| sentence.text()[found].to_owned())
    }

    #[test]
    fn only_what_is_had_done_or_found_is_affirmed() {
        for (subject, sentence, want) in [
            ("muscle spasm", "There is tenderness and spasm.", Some("there is tenderness and spasm")),
            ("muscle spasm", "Spasm was not found.", None),
            ("muscle spasm", "There is no tenderness, guarding or spasm.", None),
            ("muscle spasm", "There is no tenderness, but there is spasm.", Some("there is spasm")),
            ("muscle spasm", "The plan is to treat the spasm.", None),
            ("muscle spasm", "If spasm recurs, he is to come back.", None),
            ("muscle spasm", "He denies spasm.", None),
            ("depression", "He reports feeling depressed about not working.", Some("reports feeling depressed")),
            (
                "anxiety",
                "He reports feeling depressed and anxious about not working.",
                Some("reports feeling depressed and anxious"),
            ),
            ("depression", "The patient has had a depression scale.", None),
            ("physical therapy", "He was approved for physical therapy.", None),
            ("plain films", "X-rays of the knee were negative.", Some("x-rays of the knee were negative")),
            ("plain films", "No x-rays were taken on that day.", None),
            (
                "failure of conservative care",
                "He had physical therapy without relief.",
                Some("physical therapy without relief"),
            ),
            ("physical therapy", "Treatment started at Elm Street Physical Therapy, where a splint was made.", None),
            (
                "physical therapy",
                "He started treatment in May with physical therapy.",
                Some("treatment in may with physical therapy"),
            ),
            ("NSAID", "Medications include ibuprofen cream.", None),
            ("NSAID", "He is allergic to medications such as ibuprofen.", None),
        ] {
            assert_eq!(affirmed(subject, sentence).as_deref(), want, "case: {sentence}");
        }
    }
}
