//! How well realistic needs are ranked on the sample letters. `ranking/needs.tsv` holds the judgements, `ranking/scores.txt`
//! what is reached: a change of weights or readings is a diff of that file.

use std::collections::BTreeMap;
use std::fs;

use expect_test::expect_file;

use crate::program::{Program, root};

/// Grades of decisions for one need, by id.
type Grades = BTreeMap<String, u32>;

fn needs() -> Vec<(String, Grades)> {
    let text = fs::read_to_string(root().join("tests/ranking/needs.tsv")).unwrap();
    let mut needs: Vec<(String, Grades)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let [need, id, grade] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("three columns: {line}") };
        if needs.last().is_none_or(|(last, _)| last != need) {
            needs.push((need.to_owned(), Grades::new()));
        }
        needs.last_mut().unwrap().1.insert(id.to_owned(), grade.parse().unwrap());
    }
    needs
}

/// Gain 2^grade - 1, discounted by the logarithm of the rank.
fn gain(grades: impl Iterator<Item = u32>) -> f64 {
    grades.take(10).enumerate().map(|(at, grade)| (2_f64.powf(f64::from(grade)) - 1.0) / (at as f64 + 2.0).log2()).sum()
}

/// The share of the best possible gain in the first ten hits.
fn ndcg(hits: &[String], grades: &Grades) -> f64 {
    let mut best: Vec<u32> = grades.values().copied().collect();
    best.sort_unstable_by(|one, other| other.cmp(one));
    gain(hits.iter().map(|id| grades.get(id).copied().unwrap_or(0))) / gain(best.into_iter())
}

/// The share of relevant decisions in the first ten hits, as far as ten can hold them.
fn recall(hits: &[String], grades: &Grades) -> f64 {
    let found = hits.iter().take(10).filter(|id| grades.contains_key(*id)).count();
    found as f64 / grades.len().min(10) as f64
}

#[test]
fn realistic_needs_are_ranked() {
    let program = Program::new();
    let needs = needs();
    let mut scores = String::from("# nDCG@10, recall@10, need; renew with UPDATE_EXPECT=1 and read the difference\n");
    let (mut all_ndcg, mut all_recall) = (0.0, 0.0);
    for (need, grades) in &needs {
        let hits = program.query(&["-n", "10", "--format", "jsonl", "--", need]).ids();
        let (ndcg, recall) = (ndcg(&hits, grades), recall(&hits, grades));
        scores += &format!("{ndcg:.3}\t{recall:.3}\t{need}\n");
        all_ndcg += ndcg;
        all_recall += recall;
    }
    let count = needs.len() as f64;
    scores += &format!("{:.3}\t{:.3}\tall\n", all_ndcg / count, all_recall / count);
    expect_file![root().join("tests/ranking/scores.txt")].assert_eq(&scores);
}

#[test]
fn judged_decisions_exist() {
    let program = Program::new();
    let known = program.query(&["--all", "--format", "jsonl"]).ids();
    for (need, grades) in needs() {
        for id in grades.keys() {
            assert!(known.contains(id), "{need}: no decision {id}");
        }
    }
}
