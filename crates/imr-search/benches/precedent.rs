//! What the work with precedent costs, in process and warm.
//!
//! ```sh
//! IMR_BENCH_INDEX=DIR cargo bench -p imr-search --bench precedent
//! ```
//!
//! `letters/mod.rs` says which letters are asked. The first, a query of one word, is what to compare medians with.

#![allow(clippy::unwrap_used, reason = "a benchmark fails loudly")]

mod letters;

use std::sync::LazyLock;

use divan::{Bencher, black_box};
use imr_index::{IndexReader, sentences};
use imr_precedent::{Brief, COMPARED, Markup, QuotedLetter, check, compare, counter, leads, similar};
use imr_query::{CitedWork, Division, Period, Request, cited_by, search, tabulate};
use jiff::civil::{Date, date};

use letters::INDEX;

const TODAY: Date = date(2017, 3, 1);

fn main() {
    divan::main();
}

fn on_index<R>(bencher: Bencher<'_, '_>, run: impl Fn(&IndexReader) -> R) {
    let index = LazyLock::force(&INDEX);
    bencher.bench_local(|| black_box(run(index)));
}

fn request(query: &str, limit: usize) -> Request {
    Request::new(query, limit, TODAY)
}

/// Some decision of each kind: a drug, an image, a therapy.
static DECISIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let ids = ["outcome:upheld class:opioids", "outcome:upheld procedure:mri", "outcome:upheld procedure:acupuncture"];
    let first = |query: &&str| {
        let mut answer = search(&INDEX, &request(query, 1)).unwrap();
        let (letter, n) = answer.names().next()?.unwrap();
        Some(format!("{letter}#{n}"))
    };
    let found: Vec<String> = ids.iter().filter_map(first).collect();
    assert!(!found.is_empty(), "the letters hold none of these decisions");
    found
});

#[divan::bench]
fn a_query_of_one_word(bencher: Bencher<'_, '_>) {
    on_index(bencher, |index| search(index, &request("rationale:therapy", 10)).unwrap().hits().count());
}

#[divan::bench(args = [0, 1, 2])]
fn similar_to(bencher: Bencher<'_, '_>, kind: usize) {
    let id = &DECISIONS[kind % DECISIONS.len()];
    on_index(bencher, |index| similar(index, id, &request("", 10)).unwrap().list.len());
}

#[divan::bench(args = [0, 1, 2])]
fn counter_to(bencher: Bencher<'_, '_>, kind: usize) {
    let id = &DECISIONS[kind % DECISIONS.len()];
    on_index(bencher, |index| counter(index, id, &request("", 10)).unwrap().list.len());
}

#[divan::bench(args = ["24", "chronic pain", "odg"])]
fn cites(bencher: Bencher<'_, '_>, guideline: &str) {
    let work = CitedWork::parse(guideline, None).unwrap();
    on_index(bencher, |index| cited_by(index, &request("", 0), &work).unwrap().citing);
}

#[divan::bench(args = ["class", "class/drug", "specialty", "gap agree"])]
fn stats(bencher: Bencher<'_, '_>, fields: &str) {
    let divisions: Vec<Division> = fields.split(' ').map(|field| Division::by(field).unwrap()).collect();
    on_index(bencher, |index| tabulate(index, &request("", 0), &divisions, true).unwrap().rows.len());
}

#[divan::bench]
fn stats_over_months(bencher: Bencher<'_, '_>) {
    let divisions = [Division::by("category").unwrap(), Division::Time(Period::Month)];
    on_index(bencher, |index| tabulate(index, &request("", 0), &divisions, true).unwrap().rows.len());
}

#[divan::bench]
fn compared_with_words(bencher: Bencher<'_, '_>) {
    let sets = [request("outcome:overturned procedure:mri", 0), request("outcome:upheld procedure:mri", 0)];
    let fields = COMPARED.map(str::to_owned);
    on_index(bencher, |index| compare(index, [&sets[0], &sets[1]], &fields, true, 5).unwrap().distinctions.len());
}

/// The first ten leads to mistakes of fact, among all decisions and among some.
#[divan::bench(args = ["", "procedure:mri"])]
fn contradictions(bencher: Bencher<'_, '_>, query: &str) {
    on_index(bencher, |index| {
        let mut leads = leads(index, query, false, TODAY).unwrap();
        std::iter::from_fn(|| leads.next_read().unwrap()).take(10).count()
    });
}

/// A sentence of a letter, against that letter.
#[divan::bench]
fn quotation(bencher: Bencher<'_, '_>) {
    on_index(bencher, |index| {
        let (letter, decision) = imr_query::decision(index, &DECISIONS[0]).unwrap();
        let (text, _) = index.text_and_places(&letter).unwrap();
        let rationale = decision.rationale.unwrap();
        let sentence = &rationale[sentences(&rationale)[0].clone()];
        QuotedLetter::new(&letter, &text).verbatim(sentence, None).is_some()
    });
}

/// Three quotations: one that stands where the brief says, one that was changed, one that is nowhere.
#[divan::bench]
fn brief(bencher: Bencher<'_, '_>) {
    let (_, decision) = imr_query::decision(&INDEX, &DECISIONS[0]).unwrap();
    let rationale = decision.rationale.unwrap();
    let sentence = rationale[sentences(&rationale)[0].clone()].trim().to_owned();
    let changed = sentence.replacen(" is ", " is never ", 1);
    let id = DECISIONS[0].replace('#', ", issue ");
    let text = format!(
        "In {id} one reads \"{sentence}\" ({id}). It adds \"{changed}\" ({id}), and \"the moon over the harbour was \
         as yellow as a lemon that night\" ({id})."
    );
    let brief = Brief::from_text(&text, Markup::Plain);
    on_index(bencher, |index| check(index, &brief, TODAY).unwrap().quotations.len());
}
