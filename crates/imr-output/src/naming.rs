//! How citations, decisions and the like are named.

use imr_model::{Citation, Family, PageRange, Sex};

/// A citation as a line: `MTUS Low Back Complaints (2004), Special Studies, pp. 303-305`.
#[must_use]
pub fn citation(citation: &Citation) -> String {
    let title = match (citation.family, &citation.guideline) {
        (Family::NoneStated, _) | (_, None) => return "none stated".to_owned(),
        (family, Some(title)) => family.work_name(title),
    };
    let edition = citation.edition.map(|year| format!(" ({year})"));
    let sections = (!citation.sections.is_empty()).then(|| format!(", {}", citation.sections.join("; ")));
    let pages: Vec<String> = citation.pages.iter().map(PageRange::to_string).collect();
    let pages = (!pages.is_empty()).then(|| format!(", p. {}", pages.join(", ")));
    [Some(title), edition, sections, pages].into_iter().flatten().collect()
}

/// Citations on one line.
#[must_use]
pub fn citations(list: &[Citation]) -> String {
    list.iter().map(citation).collect::<Vec<_>>().join(" | ")
}

/// A sex as queries name it.
#[must_use]
pub fn sex(sex: Sex) -> &'static str {
    if sex == Sex::Female { "female" } else { "male" }
}

/// How a decision of a letter with some name is quoted: `CM16-0213037#2`.
#[must_use]
pub fn id(letter: &str, n: usize) -> String {
    format!("{letter}#{n}")
}
