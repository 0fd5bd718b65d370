//! What a side cites, each work and place a link to who else cites it.

use imr_model::{Citation, Citations, Family, Side};
use maud::{Markup, html};

use crate::urls;

/// What both sides cite.
pub(crate) fn both(citations: &Citations) -> Markup {
    let sides = [(Side::Reviewer, "Reviewer"), (Side::Administrator, "Administrator")];
    let given: Vec<_> = sides.into_iter().filter(|(side, _)| !citations.of(*side).is_empty()).collect();
    html! {
        @if !given.is_empty() {
            dl.cited {
                @for (side, name) in given { div { dt { (name) span.hidden { " cites" } } dd { (list(citations.of(side))) } } }
            }
        }
    }
}

/// The works that one side cites.
pub(crate) fn list(citations: &[Citation]) -> Markup {
    html! {
        @for (at, citation) in citations.iter().enumerate() {
            @if at > 0 { span.divider { " | " } }
            (work(citation))
        }
    }
}

/// A work as [`imr_output::citation`] words it.
fn work(citation: &Citation) -> Markup {
    let (Some(guideline), true) = (&citation.guideline, citation.family != Family::NoneStated) else {
        return html! { span.none { (imr_output::citation(citation)) } };
    };
    let title = citation.family.work_name(guideline);
    let edition = citation.edition.map(|year| format!(" ({year})")).unwrap_or_default();
    html! {
        a href=(urls::cites(&title, None)) { (title) (edition) }
        @for (at, section) in citation.sections.iter().enumerate() {
            @if at > 0 { "; " } @else { ", " }
            a href=(urls::cites(&title, Some(section))) { (section) }
        }
        @for (at, pages) in citation.pages.iter().enumerate() {
            @if at > 0 { ", " } @else { ", p. " }
            @let pages = pages.to_string();
            a href=(urls::cites(&title, Some(&pages))) { (pages) }
        }
    }
}

#[cfg(test)]
mod tests {
    use imr_model::PageRange;

    use super::*;

    fn without_tags(markup: &Markup) -> String {
        let mut is_tag = false;
        markup
            .0
            .chars()
            .filter(|c| {
                is_tag = (is_tag || *c == '<') && *c != '>';
                !is_tag && *c != '>'
            })
            .collect()
    }

    #[test]
    fn works_are_worded_as_everywhere() {
        let whole = Citation {
            edition: Some(2004),
            sections: vec!["Special Studies".to_owned(), "Diagnostic Criteria".to_owned()],
            pages: vec![PageRange::new(303, 305), PageRange::new(309, 309)],
            ..Citation::new(Family::Mtus, "Low Back Complaints")
        };
        for citation in [whole, Citation::new(Family::Odg, "Pain"), Citation::none_stated()] {
            assert_eq!(without_tags(&work(&citation)), imr_output::citation(&citation));
        }
    }

    #[test]
    fn places_lead_to_who_cites_them() {
        let citation = Citation { sections: vec!["A/B <i>".to_owned()], ..Citation::new(Family::Other, "AHRQ") };
        let want = "<a href=\"/cites/AHRQ\">AHRQ</a>, <a href=\"/cites/AHRQ/A%2FB%20%3Ci%3E\">A/B &lt;i&gt;</a>";
        assert_eq!(work(&citation).into_string(), want);
    }
}
