//! What every page has: head, landmarks, the keys, and what is told at its foot.

use imr_output::counted;
use maud::{DOCTYPE, Markup, html};

use super::keys;
use crate::assets::{ICON, SCRIPT, STYLE};
use crate::work::Context;

/// The parts of the site, as the head of each page lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Search,
    Statistics,
    Citations,
    Help,
    /// None of them, as a letter.
    Other,
}

const SECTIONS: [(Section, &str, &str); 4] = [
    (Section::Search, "/search", "Search"),
    (Section::Statistics, "/stats", "Statistics"),
    (Section::Citations, "/cites", "Citations"),
    (Section::Help, "/help", "Help"),
];

/// What a page is made of.
pub(crate) struct Page<'p> {
    /// What it is called.
    pub(crate) title: &'p str,
    /// Where it belongs.
    pub(crate) section: Section,
    /// What was searched for: the box in the head keeps it, and so do links to other parts. `None`: the page has a box.
    pub(crate) query: Option<&'p str>,
    /// What it is made from; a problem is told without.
    pub(crate) context: Option<&'p Context>,
    /// The pages before and behind this one, for browsers.
    pub(crate) beside: Beside,
}

/// The pages before and behind one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl Page<'_> {
    /// The page around its main part.
    pub(crate) fn with(&self, main: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · imr-search" }
                    link rel="icon" href=(ICON.url());
                    link rel="stylesheet" href=(STYLE.url());
                    @if let Some(url) = &self.beside.previous { link rel="prev" href=(url); }
                    @if let Some(url) = &self.beside.next { link rel="next" href=(url); }
                    script src=(SCRIPT.url()) defer {}
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    (self.head())
                    main #main tabindex="-1" { (main) }
                    (self.foot())
                    (keys::dialog())
                }
            }
        }
    }

    fn head(&self) -> Markup {
        html! {
            header.head {
                a.brand href="/" { img src=(ICON.url()) alt="" width="24" height="24"; "imr-search" }
                nav aria-label="Site" {
                    ul {
                        @for (section, path, name) in SECTIONS {
                            li { a href=(path) aria-current=[(section == self.section).then_some("page")] { (name) } }
                        }
                    }
                }
                @if let Some(query) = self.query { (box_in_head(query)) }
            }
        }
    }

    fn foot(&self) -> Markup {
        html! {
            footer.foot {
                p { "What is found here is a lead to read, not legal or medical advice. There are no rates by reviewer, "
                    "physician, employer or claims administrator: the public letters do not name them." }
                @if let Some(context) = self.context {
                    p {
                        (totals(context))
                        @if let Some(run) = &context.index.manifest().last_run {
                            @let day = run.committed.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
                            ", last changed " time datetime=(day) { (day) }
                        }
                        " · " a href="/api/v1/openapi.json" { "API" }
                        " · " a href="/help" { "Help" }
                    }
                }
            }
        }
    }
}

/// What is in the index: texts that hold no decision are not counted as one.
pub(crate) fn totals(context: &Context) -> String {
    let totals = context.index.manifest().totals;
    let total = |number: u64, name: &str| counted(usize::try_from(number).unwrap_or(usize::MAX), name);
    format!("{} in {}", total(totals.decisions, "decision"), total(totals.letters, "letter"))
}

/// The box of pages that are not about a search.
fn box_in_head(query: &str) -> Markup {
    html! {
        form.small-box role="search" action="/search" {
            label.hidden for="q" { "Search decisions" }
            input #q type="search" name="q" value=(query) placeholder="Search decisions" autocomplete="off" spellcheck="false";
            button { "Search" }
        }
    }
}
