//! Properties of segmentation that hold for every text.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that panics has failed"
)]

mod accounting;

use std::fs;
use std::path::Path;

use proptest::prelude::*;

fn accounts_for_every_word(text: &str) -> Result<(), TestCaseError> {
    accounting::check(text).map_err(TestCaseError::fail)
}

/// Lines that letters are made of, to be put together in any order.
fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "HOW THE IMR FINAL DETERMINATION WAS MADE",
        "DOCUMENTS REVIEWED",
        "CLINICAL CASE SUMMARY",
        "IMR ISSUES, DECISIONS AND RATIONALES",
        "IMR DECISION(S) AND RATIONALE(S)",
        "MAXIMUS FEDERAL SERVICES, INC.",
        "Notice of Independent Medical Review Determination",
        "MEDICAL PROFESSIONAL REVIEW",
        "Case Number: CM15-9000001   Date Assigned: 01/02/2015",
        "State(s) of Licensure: Ohio,Utah",
        "Certification(s)/Specialty: Neurology, Pain",
        "The reviewer is Board Certified in Neurology and is licensed to practice in Ohio.",
        "developed the following case summary, with all records:",
        "The Final Determination was based on decisions set forth below:",
        "The worker is a 44 year old man with an injury on 3/4/2014.",
        "Decision for massage: Upheld",
        "Lumbar MRI: Overturned",
        "was the original request. The remaining IMR eligible portion of the original request, 2 visits is: Upheld",
        "Upheld",
        "Claims Administrator guideline: Decision based on MTUS ACOEM.",
        "MAXIMUS guideline: Decision based on Non-MTUS Citation ODG, Low Back, page 24.",
        "Decision rationale: The visits are not medically necessary.",
        "Rationale:",
        "1) MAXIMUS Federal Services, Inc. has determined the request for massage is notmedically necessary.",
        "1) Regarding the request for massage:",
        "Documents Reviewed for Determination:",
        "The Claims Administrator based its decision on the MTUS.",
        "The Expert Reviewer based his/her decision on the MTUS.",
        "Rationale for the Decision:",
        "ISSUE AT DISPUTE: massage",
        "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS NOT MEDICALLY NECESSARY:",
        "Page 2 of 7",
        "ADDENDUM",
        "An appeal goes to the board.",
        "long-",
        "term care ends. It",
        "radicul-",
        "opathy",
    ]);
    let gap = prop::sample::select(vec!["\n", "\n\n", "\n \n", "\n\u{c}", "\n\n\n\n", "\r\n", " "]);
    prop::collection::vec((line, gap), 0..30)
        .prop_map(|lines| lines.into_iter().map(|(line, gap)| format!("{line}{gap}")).collect())
}

fn samples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus-samples/letters");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    texts.filter_map(|path| fs::read_to_string(path).ok()).collect()
}

#[test]
fn the_samples_are_accounted_for() {
    let samples = samples();
    assert!(samples.len() > 10);
    for text in samples {
        accounts_for_every_word(&text).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_accounted_for(text in "(\\PC|\n|\u{c}|\r\n| ){0,300}") {
        accounts_for_every_word(&text)?;
    }

    #[test]
    fn any_order_of_lines_is_accounted_for(text in lines()) {
        accounts_for_every_word(&text)?;
    }

    #[test]
    fn damaged_samples_are_accounted_for(pick in any::<prop::sample::Index>(), cut in 0.0..1.0_f64, length in 0.0..0.5_f64) {
        let samples = samples();
        let lines: Vec<&str> = pick.get(&samples).split_inclusive('\n').collect();
        let share = |part: f64| (part * f64::from(u32::try_from(lines.len()).unwrap())) as usize;
        let (start, end) = (share(cut), (share(cut) + share(length)).min(lines.len()));
        accounts_for_every_word(&[&lines[..start], &lines[end..]].concat().concat())?;
    }
}
