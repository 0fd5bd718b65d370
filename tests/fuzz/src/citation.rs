use imr_ingest::segment;
use imr_model::{Citation, Family};

/// No guideline paragraph makes the reader of citations panic, and what is read of a paragraph stands in it.
///
/// # Panics
///
/// Where that does not hold.
pub fn citation(input: &[u8]) {
    let paragraph = String::from_utf8_lossy(input);
    let letter = format!(
        "IMR ISSUES, DECISIONS AND RATIONALES\n\nMassage: Upheld\n\nMAXIMUS guideline: {paragraph}\n\n\
         Decision rationale: It is not necessary."
    );
    for decision in segment("fuzz", "fuzz.txt", letter).decisions {
        // A paragraph may hold a whole issue of its own, with both sides.
        check(decision.administrator_guideline.as_deref(), &decision.citations.administrator);
        check(decision.reviewer_guideline.as_deref(), &decision.citations.reviewer);
    }
}

fn check(paragraph: Option<&str>, citations: &[Citation]) {
    let paragraph = paragraph.unwrap_or_default();
    for citation in citations {
        let names_none = citation.guideline.is_none();
        assert_eq!(names_none, citation.family == Family::NoneStated, "{citation:?}");
        assert!(!citation.guideline.as_deref().is_some_and(|title| title.trim().is_empty()), "{citation:?}");
        let year = citation.edition.map(|year| year.to_string());
        assert!(year.is_none_or(|year| paragraph.contains(&year)), "{citation:?} of {paragraph:?}");
        for section in &citation.sections {
            assert!(is_in(section, paragraph), "section {section:?} of {paragraph:?}");
        }
    }
}

/// Whether letters and digits stand in a text, in their order: pages and remarks between them are left out.
fn is_in(words: &str, text: &str) -> bool {
    let mut text = text.chars();
    words.chars().filter(|c| c.is_alphanumeric()).all(|letter| text.any(|c| c == letter))
}
