//! The page of statistics.

use imr_index::Schema;
use imr_output::{Counts, StatsRow, counted, grouped};
use imr_query::{Ast, Facet};
use maud::{Markup, html};

use super::layout::{Beside, Page, Section};
use super::parts::facet::name;
use super::parts::rate::{interval, left_out, rate_of};
use crate::parameters::Switch;
use crate::resources::search::SearchParameters;
use crate::resources::stats::{Found, Order, Over, StatsParameters};
use crate::urls;
use crate::work::Context;

/// The page.
pub(crate) fn page(context: &Context, found: &Found) -> Markup {
    let head = Page {
        title: "Statistics",
        section: Section::Statistics,
        query: None,
        context: Some(context),
        beside: Beside::default(),
    };
    let (parameters, report) = (found.parameters, &found.report);
    head.with(&html! {
        h1 { "How these disputes end" }
        (form(parameters))
        header.result-head {
            h2 { (counted(report.found, "decision")) " in " (counted(report.letters, "letter")) }
            p.forms {
                a href=(search(found).url()) { "Search" }
                a href=(parameters.chart_url()) { "Chart" }
                a href=(parameters.url().replacen("/stats", "/stats.csv", 1)) { "CSV" }
                a href=(parameters.url().replacen("/stats", "/stats.json", 1)) { "JSON" }
            }
        }
        p.facts {
            @if report.understood == "*" { "Every decision" } @else { code { (report.understood) } }
            @for note in &report.notes { " · " (note.replace("->", "→")) }
        }
        section.strip aria-label="All together" { div { (rate_of(&report.all)) (left_out(&found.tabulation)) } }
        @if parameters.over.is_some() && !report.rows.is_empty() {
            img.chart src=(parameters.chart_url()) alt=(format!("Rates by {}, with intervals; the table has the same figures", report.title()));
        }
        @if !report.rows.is_empty() { (table(found)) }
        @if report.more_rows > 0 { p.facts { (counted(report.more_rows, "row")) " more." } }
    })
}

/// The search for what was counted.
fn search(found: &Found) -> SearchParameters {
    let StatsParameters { q, literal, .. } = found.parameters;
    SearchParameters { q: q.clone(), literal: *literal, ..SearchParameters::default() }
}

const OVER: [(Option<Over>, &str, &str); 4] = [
    (None, "", "no time"),
    (Some(Over::Year), "year", "years"),
    (Some(Over::Quarter), "quarter", "quarters"),
    (Some(Over::Month), "month", "months"),
];

const ORDERS: [(Option<Order>, &str, &str); 4] = [
    (None, "", "As usual"),
    (Some(Order::Count), "count", "Largest groups first"),
    (Some(Order::Rate), "rate", "Highest rates first"),
    (Some(Order::Value), "value", "By value"),
];

fn form(parameters: &StatsParameters) -> Markup {
    let by = |at: usize| parameters.by.iter().flat_map(|by| by.split(',')).nth(at).unwrap_or_default();
    let is_dependent_counted = parameters.exclude_dependent == Switch::False;
    html! {
        form.ask.stats role="search" action="/stats" {
            div.box {
                label.hidden for="q" { "Decisions to count" }
                input #q type="search" name="q" value=(parameters.q) placeholder="Every decision" autocomplete="off" spellcheck="false";
                button { "Count" }
            }
            @if parameters.literal == Switch::True { input type="hidden" name="literal" value="true"; }
            div.options {
                label { "By" (fields(by(0))) }
                label { "and" (fields(by(1))) }
                label { "over" select name="over" {
                    @for (over, value, name) in OVER { option value=(value) selected[over == parameters.over] { (name) } }
                } }
                label { "Sort" select name="sort" {
                    @for (order, value, name) in ORDERS { option value=(value) selected[order == parameters.sort] { (name) } }
                } }
                label { "No rate below" input type="number" name="min_n" min="0" max="100000" value=(parameters.min_n); }
                label { "Services that go with an operation" select name="exclude_dependent" {
                    option value="true" selected[!is_dependent_counted] { "left out" }
                    option value="false" selected[is_dependent_counted] { "counted" }
                } }
                button.apply { "Apply" }
            }
        }
    }
}

/// The fields that decisions can be divided by.
fn fields(chosen: &str) -> Markup {
    let schema = Schema::shared();
    let chosen = schema.find(chosen).map_or(chosen, |id| schema.definition(id).name.as_str());
    html! {
        select name="by" {
            option value="" { "–" }
            @for (_, field) in schema.facets() {
                option value=(field.name) selected[field.name == chosen] { (name(&field.name)) }
            }
        }
    }
}

/// Each group with its figures and its interval.
fn table(found: &Found) -> Markup {
    let report = &found.report;
    html! {
        div.scrolled tabindex="0" role="region" aria-label="Table of groups" {
            table {
                caption { "Refusals overturned by " (report.title()) ", with " (report.interval) " intervals" }
                thead { tr {
                    @for by in &report.by { th scope="col" { (name(by)) } }
                    th.number scope="col" { "Decisions" }
                    th.number scope="col" { "Overturned" }
                    th.number scope="col" { "Rate" }
                    th.number scope="col" { "95 % interval" }
                    th scope="col" { span.hidden { "Interval, drawn" } }
                } }
                tbody { @for row in &report.rows { (self::row(found, row)) } }
            }
        }
    }
}

fn row(found: &Found, row: &StatsRow) -> Markup {
    let Counts { tally, .. } = row.counts;
    let [_, _, overturned, rate, ends] = row.counts.for_people();
    let url = of_row(found, row).url();
    html! {
        tr {
            @for (at, by) in found.report.by.iter().enumerate() {
                @let value = row.values.get(by).and_then(Option::as_deref).unwrap_or("(none)");
                th scope="row" { @if at == 0 { a href=(url) { (value) } } @else { (value) } }
            }
            td.number { (grouped(tally.decisions)) }
            td.number { (overturned) }
            td.number { (rate) }
            td.number { (ends) }
            td { (interval(&row.counts)) }
        }
    }
}

/// The search for the decisions of a row.
fn of_row(found: &Found, row: &StatsRow) -> SearchParameters {
    let understood = &found.tabulation.reading.understood;
    let narrowed = row.values.iter().fold(understood.clone(), |query, (by, value)| match value {
        None => query.with_missing(if is_time(by) { "date" } else { by }),
        Some(value) if is_time(by) => within(&query, value),
        Some(value) => with_only(&query, by, value),
    });
    search(found).of_query(&narrowed)
}

/// A value in place of other conditions on its subject.
fn with_only(query: &Ast, field: &str, value: &str) -> Ast {
    query.with_missing(field).without_missing(field).with_value(field, value)
}

fn is_time(by: &str) -> bool {
    matches!(by, "year" | "quarter" | "month")
}

/// The decisions of a year, a quarter (`2016-Q3`) or a month.
fn within(query: &Ast, period: &str) -> Ast {
    let (from, to) = match period.split_once("-Q") {
        Some((year, quarter)) => {
            let quarter: u8 = quarter.parse().unwrap_or(1);
            (format!("{year}-{:02}", quarter * 3 - 2), format!("{year}-{:02}", quarter * 3))
        }
        None => (period.to_owned(), period.to_owned()),
    };
    query.with_range("date", Some(&from), Some(&to))
}

/// The statistics of a search, by the first of some fields that divides what it finds.
pub(crate) fn url(parameters: &SearchParameters, facets: &[Facet]) -> String {
    let divides =
        |path: &str| facets.iter().any(|facet| facet.field == path && !facet.widened && facet.values.len() > 1);
    let by = match () {
        () if divides("category/subcategory") => "category",
        () if divides("class/drug") => "class",
        () => "drug",
    };
    let literal = if parameters.literal == Switch::True { "true" } else { "" };
    urls::with_given("/stats", &[("q", &parameters.q), ("literal", literal), ("by", by)])
}

#[cfg(test)]
mod tests {
    use imr_query::parse;

    use super::*;

    #[test]
    fn periods_become_days() {
        for (period, want) in [
            ("2016", "mri date:2016..2016"),
            ("2016-Q4", "mri date:2016-10..2016-12"),
            ("2016-02", "mri date:2016-02..2016-02"),
        ] {
            assert_eq!(within(&parse("date:2013 mri").unwrap(), period).to_string(), want);
        }
    }
}
