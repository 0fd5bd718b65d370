//! What stands in a letter, and what does not.

use imr_model::{Citations, Concepts, Decision, Passage, PassageKind};
use proptest::prelude::*;

use super::*;

const RATIONALE: &str = "The patch is for nerve pain after a tablet has failed. The worker’s “burn” may hint at such pain, \
    yet no tablet was tried. Dr. Roe asks for 10 mg, not 10.5 mg. It was notmedically necessary – so far. The drug is, \
    after some thought, not to be given again; a pain-free life is rare. He needs it. The request for long-term use is \
    unsupported.";

fn decision(n: usize, rationale: &str) -> Decision {
    Decision {
        n,
        treatment: "MRI of the knee".to_owned(),
        eligible_portion: None,
        outcome: None,
        administrator_guideline: None,
        reviewer_guideline: Some("Decision based on Knee Complaints, Special Studies.".to_owned()),
        citations: Citations::default(),
        rationale: Some(rationale.to_owned()),
        concepts: Concepts::default(),
    }
}

fn letter() -> Letter {
    let mut letter = Letter::new("a", "a.txt");
    letter.digest = "0123".to_owned();
    letter.decisions =
        vec![decision(1, RATIONALE), decision(2, "Nothing is known of the hip. It was never seen. He needs it, too.")];
    letter.clinical_summary = Some("The injured worker is a 52 year old man. He fell off a ladder.".to_owned());
    letter.remainder = vec![Passage { kind: PassageKind::Documents, text: "Report of\nthe ther-\napist".to_owned() }];
    letter
}

/// The verdict on a quotation of decision 1: the place and the edits, or the similarity or the objection.
fn verdict(quotation: &str) -> String {
    let letter = QuotedLetter::new(&letter(), "MRI of the knee: Upheld The patch is for nerve pain");
    match letter.verify(quotation, Some(1)) {
        Verdict::Verbatim { place, edits } => {
            let edits: Vec<String> = edits.iter().map(|edit| format!("; {edit}")).collect();
            format!("{place}{}", edits.concat())
        }
        Verdict::Altered(Altered { objection: Some(objection), .. }) => format!("altered: {objection}"),
        Verdict::Altered(altered) => format!("altered: {:.2}", altered.similarity),
        Verdict::NotFound => "not found".to_owned(),
    }
}

#[test]
fn verdicts() {
    for (quotation, want) in [
        ("The patch is for nerve pain", "a#1, rationale, sentence 1"),
        ("has failed. The worker's 'burn' may hint at such pain,", "a#1, rationale, sentences 1-2"),
        ("was tried,", "a#1, rationale, sentence 2; the closing punctuation is not the letter's"),
        (
            "It was not medically necessary - so far",
            "a#1, rationale, sentence 4; words are divided otherwise than in the letter",
        ),
        (
            "[the] patch is for nerve [neuropathic] pain",
            "a#1, rationale, sentence 1; [the] stands for `The`; [neuropathic] is added",
        ),
        ("for [neuropathic] pain", "altered: `[neuropathic]` stands for `nerve`, other words of the letter"),
        ("He [needed] it", "a#1, rationale, sentence 6; [needed] stands for `needs`"),
        (
            "It was never seen. [The worker] needs it, too",
            "a#2, rationale, sentences 2-3; [The worker] stands for `He`",
        ),
        ("The patch ... unsupported.", "altered: an ellipsis leaves out 63 words, more than 60"),
        ("the knee ... The patch", "altered: an ellipsis joins sections of the letter"),
        ("[t]he patch", "a#1, rationale, sentence 1; [t] stands for `T`"),
        ("He need[ed] it", "a#1, rationale, sentence 6; [ed] stands for `s`"),
        ("The patch ... after a tablet", "a#1, rationale, sentence 1; an ellipsis for 4 words"),
        ("The patch is for nerve pain . . . . He needs it.", "a#1, rationale, sentences 1-6; an ellipsis for 50 words"),
        ("the nerve [sic] pain", "altered: 1.00"),
        ("for nerve [sic] pain", "a#1, rationale, sentence 1; [sic]"),
        ("year old man (emphasis added)", "a, clinical summary, sentence 1; (emphasis added)"),
        ("Report of the therapist", "a, documents, sentences 1-3"),
        ("He needs it,", "a#1, rationale, sentence 6; the closing punctuation is not the letter's"),
        ("It was never seen", "a#2, rationale, sentence 2"),
        ("the knee: Upheld The patch", "a, whole letter, sentence 1"),
        ("based on Knee Complaints", "a#1, reviewer guideline, sentence 1"),
        // What is not verbatim.
        ("the patch is for nerve pain", "altered: 1.00"),
        ("The drug is ... to be given again", "altered: an ellipsis leaves out `not`"),
        (
            "The drug is [hereby] to be given",
            "altered: `[hereby]` stands for `, after some thought, not`, which turns the meaning round (`not`)",
        ),
        ("thought, [now] to be given", "altered: `[now]` stands for `not`, which turns the meaning round (`not`)"),
        ("long-term use is []supported", "altered: `[]` stands for `un`, which turns the meaning round (`un`)"),
        ("long-term use is supported", "altered: 0.75"),
        ("asks for 10 mg, not 10 mg", "altered: 0.86"),
        ("not 10", "not found"),
        ("no tablet was tired", "altered: 0.75"),
        ("a pain", "not found"),
        ("The patch is for nerve pain. The request for long-term use came.", "altered: 0.92"),
        ("Somebody else wrote about quite another thing", "not found"),
        ("", "not found"),
        ("...", "not found"),
        ("[]", "not found"),
    ] {
        assert_eq!(verdict(quotation), want, "case: {quotation:?}");
    }
}

#[test]
fn the_whole_letter_is_of_the_decisions_that_are_touched() {
    let letter = letter();
    let rationales: Vec<&str> = letter.decisions.iter().filter_map(|decision| decision.rationale.as_deref()).collect();
    let letter = QuotedLetter::new(&letter, &format!("{} Rationale: {} End of it.", rationales[0], rationales[1]));
    for (quotation, n, want) in [
        ("is unsupported. Rationale: Nothing is known", Some(1), Some(Some(1))),
        ("is unsupported. Rationale: Nothing is known", Some(2), Some(Some(2))),
        ("it, too. End of it", Some(1), Some(Some(2))),
        ("it, too. End of it", None, Some(Some(2))),
        ("He needs it ... End of it", None, None),
    ] {
        let decision = letter.verbatim(quotation, n).map(|(place, _)| place.decision);
        assert_eq!(decision, want, "case: {quotation} of {n:?}");
    }
}

#[test]
fn differences_stand_side_by_side() {
    let letter = QuotedLetter::new(&letter(), "");
    let Some(altered) = letter.nearest("The worker's burn may hint at such pain but no tablet was", None) else {
        panic!("it is like the second sentence");
    };
    let same = |text: &str| Change::Same { text: text.to_owned() };
    let changed =
        |letter: &str, quotation: &str| Change::Changed { letter: letter.to_owned(), quotation: quotation.to_owned() };
    let want = [
        same("The worker's"),
        changed("'burn'", "burn"),
        same("may hint at such"),
        changed("pain, yet", "pain but"),
        same("no tablet was"),
    ];
    assert_eq!(altered.changes, want);
    // What is put together without an ellipsis.
    let spliced = letter.nearest("The patch is for nerve pain. The request for long-term use is unsupported.", None);
    assert!(spliced.unwrap().changes.iter().any(|change| matches!(change, Change::Spliced { .. })));
}

proptest! {
    #[test]
    fn any_quotation_gets_a_verdict(quotation in r#"([a-z. '"“”\[\]…*-]|The patch |not |\[sic\]|\. \. \. |ﬁ|\u{ad}|\n){0,60}"#) {
        verdict(&quotation);
    }

    #[test]
    fn words_of_a_section_stand_there(from in 0_usize..60, length in 1_usize..40, blank in "[ \n\t]{1,3}") {
        let words: Vec<&str> = RATIONALE.split_whitespace().skip(from).take(length).collect();
        let quotation = words.join(&blank).replace(['’', '“', '”'], "'");
        if !quotation.is_empty() && quotation != "–" {
            prop_assert!(verdict(&quotation).starts_with("a#1, rationale"), "{}: {}", quotation, verdict(&quotation));
        }
    }

    #[test]
    fn a_word_less_or_more_is_seen(from in 0_usize..40, length in 6_usize..20, at in 1_usize..5, adds in any::<bool>()) {
        let mut words: Vec<&str> = RATIONALE.split_whitespace().skip(from).take(length).collect();
        prop_assume!(words.len() > at + 1);
        if adds { words.insert(at, "hardly") } else { words.remove(at); }
        let verdict = verdict(&words.join(" "));
        prop_assert!(verdict.starts_with("altered"), "{}: {}", words.join(" "), verdict);
    }
}
