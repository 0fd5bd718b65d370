//! The page to start from.

use maud::{Markup, html};

use super::layout::{Beside, Page, Section, totals};
use super::parts::facet::Panel;
use super::parts::search_form::{examples, form};
use crate::resources::search::Found;
use crate::urls;
use crate::work::Context;

/// So many values of each facet are shown.
const VALUES: usize = 5;

/// The box, what can be asked, and what there is.
pub(crate) fn page(context: &Context, found: &Found, strip: &Markup) -> Markup {
    let head = Page {
        title: "Search Independent Medical Review decisions",
        section: Section::Search,
        query: None,
        context: Some(context),
        beside: Beside::default(),
    };
    let (query, parameters) = (&found.answer.reading.understood, found.parameters);
    head.with(&html! {
        section.start {
            h1 { "Find the decision that answers your question" }
            p.lead { "Independent Medical Review decisions of California's workers' compensation: "
                (totals(context)) ". Ask in words, in fields or as you would say it." }
            (form(parameters, false))
            (examples())
        }
        section.browse {
            h2 { "What there is" }
            p.forms { a href="/search?sort=-date" { "All decisions, newest first" } a href="/stats?by=category" { "How they end" } }
            (strip)
            div.panels {
                @for facet in &found.answer.facets {
                    @let all = urls::with_given("/facets", &[("facet", &facet.field)]);
                    @if let Some(panel) = (Panel { facet, query, parameters, most: VALUES, depth: 0, all }).markup(true) { (panel) }
                }
            }
        }
    })
}
