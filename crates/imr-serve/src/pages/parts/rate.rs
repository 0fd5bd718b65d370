//! How often refusals were overturned, and how sure that is.

use imr_output::{Counts, counted, grouped, percent, tenths};
use imr_query::Tabulation;
use maud::{Markup, html};

/// Groups of fewer decisions have no rate.
pub(crate) const MIN_N: usize = 20;

/// The share of refusals that were overturned, and what was left out.
pub(crate) fn rate(tabulation: &Tabulation) -> Markup {
    html! { (rate_of(&Counts::new(tabulation.counted, MIN_N))) (left_out(tabulation)) }
}

/// The share of refusals that were overturned, with its interval, and what it is a share of.
pub(crate) fn rate_of(counts: &Counts) -> Markup {
    let Some((low, high)) = counts.low.zip(counts.high) else {
        return html! { p.facts { "None of these decisions has an outcome that was found." } };
    };
    let [_, _, _, short, _] = counts.for_people();
    html! {
        p.rate {
            @if let Some(rate) = counts.rate { strong { (percent(rate)) } " overturned" }
            @else { strong { (short) } " too few for a rate" }
        }
        (interval(counts))
        p.facts {
            "95 % interval " (tenths(low)) "–" (percent(high)) " · "
            (grouped(counts.tally.overturned)) " of " (grouped(counts.decided)) " with an outcome"
            @if counts.tally.partially_overturned > 0 {
                " · " (grouped(counts.tally.partially_overturned)) " more in part"
            }
        }
    }
}

/// What is found, and in no rate.
pub(crate) fn left_out(tabulation: &Tabulation) -> Markup {
    let Tabulation { dependent, unsegmented, .. } = *tabulation;
    let undecided = tabulation.counted.decisions - tabulation.counted.decided();
    let parts: Vec<String> = [
        (
            dependent,
            format!("{} that {} with an operation", grouped(dependent), if dependent == 1 { "goes" } else { "go" }),
        ),
        (undecided, format!("{} without an outcome", grouped(undecided))),
        (unsegmented, counted(unsegmented, "text") + " without decisions"),
    ]
    .into_iter()
    .filter_map(|(count, text)| (count > 0).then_some(text))
    .collect();
    html! {
        @if !parts.is_empty() { p.facts { "Not counted: " (parts.join(", ")) } }
    }
}

/// The width of the picture of an interval, in pixels.
const WIDTH: f64 = 200.0;

/// The interval on the way from none to all.
pub(crate) fn interval(counts: &Counts) -> Markup {
    let Some((low, high)) = counts.low.zip(counts.high) else { return Markup::default() };
    let at = |share: f64| format!("{:.1}", 6.0 + share * WIDTH);
    html! {
        svg.interval aria-hidden="true" viewBox="0 0 212 14" width="212" height="14" {
            line.track x1=(at(0.0)) x2=(at(1.0)) y1="7" y2="7" {}
            line.range x1=(at(low)) x2=(at(high)) y1="7" y2="7" {}
            @if let Some(rate) = counts.rate { circle cx=(at(rate)) cy="7" r="5" {} }
        }
    }
}

/// A bar of a table: how much of the largest this is, and which part of it was overturned.
pub(crate) fn bar(part: usize, all: usize, largest: usize) -> Markup {
    let width = |count: usize| format!("{:.1}", share(count, largest) * BAR);
    html! {
        svg.bar aria-hidden="true" viewBox="0 0 120 10" width="120" height="10" {
            rect.decided width=(width(all)) height="10" {}
            rect.overturned width=(width(part)) height="10" {}
        }
    }
}

/// The width of the longest bar, in pixels.
const BAR: f64 = 120.0;

#[expect(clippy::cast_precision_loss, reason = "numbers of decisions")]
pub(crate) fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use imr_query::Tally;

    use super::*;

    #[test]
    fn small_groups_are_drawn_without_a_point() {
        let counts = |overturned, decisions| {
            Counts::new(Tally { decisions, overturned, upheld: decisions - overturned, ..Tally::default() }, MIN_N)
        };
        assert!(interval(&counts(1, 19)).0.contains("range") && !interval(&counts(1, 19)).0.contains("circle"));
        assert!(interval(&counts(10, 20)).0.contains("cx=\"106.0\""));
        assert_eq!(interval(&counts(0, 0)).0, "");
    }
}
