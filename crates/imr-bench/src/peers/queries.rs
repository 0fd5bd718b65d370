//! Queries in process: all engines answer each in turn.

use std::time::{Duration, Instant};

use super::measure::percentile;
use super::question::{Counts, Engine, Found, Question};
use super::table::{Table, digits};

/// A query is asked this often at most, and at least so often if it takes long.
const MOST: usize = 101;
const LEAST: usize = 5;
/// No further round begins after this time.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks all questions; the first engine is ours. Gives a report in Markdown.
///
/// # Errors
///
/// If an engine fails.
pub(crate) fn compare(engines: &[&dyn Engine], questions: &[Question]) -> anyhow::Result<String> {
    let names: Vec<&str> = engines.iter().map(|engine| engine.name()).collect();
    let mut head = vec!["query".to_owned(), "hits".to_owned(), format!("{} p50 ms", names[0]), "p99 ms".to_owned()];
    head.extend(names[1..].iter().flat_map(|name| [format!("{name} ÷ ours, p50"), "p99".to_owned()]));
    let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    let mut ratios = vec![Vec::new(); engines.len()];
    let mut differences = Vec::new();
    for question in questions {
        let found = engines.iter().map(|engine| engine.check(question)).collect::<anyhow::Result<Vec<_>>>()?;
        differences.extend(difference(question, &names, &found));
        let times = times(engines, question)?;
        let milliseconds = |times: &[f64], percent| percentile(times.iter().copied(), percent) * 1e3;
        let (half, all) = (milliseconds(&times[0], 50), milliseconds(&times[0], 99));
        let mut cells =
            vec![format!("{} {}", question.id, question.what), found[0].hits.to_string(), digits(half), digits(all)];
        for (times, ratios) in times.iter().zip(&mut ratios).skip(1) {
            let ratio = milliseconds(times, 50) / half;
            ratios.push(ratio);
            cells.extend([digits(ratio), digits(milliseconds(times, 99) / all)]);
        }
        table.row(cells);
    }
    let mut report = format!("{table}\n");
    for (name, ratios) in names.iter().zip(&ratios).skip(1) {
        report += &format!(
            "{name} takes {} times as long as we (geometric mean), from {} to {} times; it is faster on {}.\n\n",
            digits(geometric_mean(ratios)),
            digits(percentile(ratios.iter().copied(), 0)),
            digits(percentile(ratios.iter().copied(), 100)),
            faster(questions, ratios)
        );
    }
    Ok(report + &told(&differences))
}

/// The questions that a peer answers faster than we.
fn faster(questions: &[Question], ratios: &[f64]) -> String {
    let asked = questions.iter().zip(ratios);
    let faster: Vec<&str> =
        asked.filter(|(_, ratio)| **ratio < 1.0).map(|(question, _)| question.id.as_str()).collect();
    if faster.is_empty() { "none".to_owned() } else { faster.join(", ") }
}

/// Seconds that each engine took in each round. Engines take turns; a round that warms up is not counted.
fn times(engines: &[&dyn Engine], question: &Question) -> anyhow::Result<Vec<Vec<f64>>> {
    let mut times = vec![Vec::new(); engines.len()];
    let started = Instant::now();
    for round in 0..=MOST {
        if round > LEAST && started.elapsed() > PATIENCE {
            break;
        }
        for (engine, times) in engines.iter().zip(&mut times) {
            let started = Instant::now();
            engine.answer(question)?;
            if round > 0 {
                times.push(started.elapsed().as_secs_f64());
            }
        }
    }
    Ok(times)
}

#[expect(clippy::cast_precision_loss, reason = "thirty queries")]
fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

/// In what the peers' counts differ from ours.
fn difference(question: &Question, names: &[&str], found: &[Found]) -> Vec<String> {
    let ours = &found[0];
    let differing = names.iter().zip(found).skip(1).filter(|(_, found)| *found != ours);
    let told = |(name, theirs): (&&str, &Found)| {
        let counts = differing_values(&ours.counts, &theirs.counts);
        format!("{} `{}`: {} hits, {name} {}{counts}", question.id, question.ours, ours.hits, theirs.hits)
    };
    differing.map(told).collect()
}

/// The first values that are counted differently.
fn differing_values(ours: &Counts, theirs: &Counts) -> String {
    let fields = ours.keys().chain(theirs.keys().filter(|field| !ours.contains_key(*field)));
    let mut told = String::new();
    for field in fields {
        let of = |counts: &Counts| counts.get(field).cloned().unwrap_or_default();
        let (ours, theirs) = (of(ours), of(theirs));
        let values = ours.keys().chain(theirs.keys().filter(|value| !ours.contains_key(*value)));
        let differing: Vec<&String> = values.filter(|value| ours.get(*value) != theirs.get(*value)).collect();
        if let Some(first) = differing.first() {
            told += &format!(
                "; {} values of {field}, so `{first}`: {:?}, {:?}",
                differing.len(),
                ours.get(*first),
                theirs.get(*first)
            );
        }
    }
    told
}

fn told(differences: &[String]) -> String {
    if differences.is_empty() {
        return "All engines find as much and count the same.\n".to_owned();
    }
    let list: String = differences.iter().map(|difference| format!("- {difference}\n")).collect();
    format!("They differ from us here (our phrases are exact, theirs are of stems):\n\n{list}")
}
