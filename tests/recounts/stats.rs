//! `stats`: tables of how decisions end.

use super::*;

/// Rows by their values; `None` for decisions without one.
type Rows<'c> = BTreeMap<Vec<Option<String>>, Vec<Decided<'c>>>;

/// What a run of `stats` counts.
struct Case {
    query: &'static str,
    by: &'static [&'static str],
    over: Option<&'static str>,
    with_dependent: bool,
    min_n: usize,
}

const ALL: Case = Case { query: "*", by: &[], over: None, with_dependent: false, min_n: 20 };

const CASES: [Case; 25] = [
    Case { by: &["class"], ..ALL },
    Case { by: &["class"], with_dependent: true, min_n: 3, ..ALL },
    Case { by: &["category"], ..ALL },
    Case { by: &["category/subcategory"], with_dependent: true, ..ALL },
    Case { by: &["procedure"], min_n: 0, ..ALL },
    Case { by: &["drug"], min_n: 5, ..ALL },
    Case { by: &["class/drug"], ..ALL },
    Case { by: &["specialty"], ..ALL },
    Case { by: &["gap"], min_n: 4, ..ALL },
    Case { by: &["agree"], ..ALL },
    Case { by: &["level"], ..ALL },
    Case { by: &["body"], ..ALL },
    Case { by: &["page"], min_n: 1, ..ALL },
    Case { by: &["year"], ..ALL },
    Case { by: &["guideline"], ..ALL },
    Case { by: &["dependent"], with_dependent: true, ..ALL },
    Case { by: &["class", "agree"], ..ALL },
    Case { by: &["drug", "gap"], min_n: 2, with_dependent: true, ..ALL },
    Case { over: Some("year"), ..ALL },
    Case { over: Some("quarter"), ..ALL },
    Case { over: Some("month"), min_n: 2, ..ALL },
    Case { by: &["class"], over: Some("year"), min_n: 3, ..ALL },
    Case { query: "outcome:overturned", by: &["category"], ..ALL },
    Case { query: "pain medication", by: &["drug"], min_n: 5, ..ALL },
    Case { query: "class:opioids -outcome:upheld", by: &["drug", "year"], with_dependent: true, ..ALL },
];

impl Case {
    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            format!("--by={}", self.by.join(",")),
            format!("--min-n={}", self.min_n),
            format!("--exclude-dependent={}", !self.with_dependent),
        ];
        arguments.retain(|argument| argument != "--by=");
        arguments.extend(self.over.map(|over| format!("--over={over}")));
        arguments.extend(["--", self.query].map(str::to_owned));
        arguments
    }

    /// The values by which a decision is divided, for each division.
    fn values(&self, decided: &Decided) -> Vec<BTreeSet<String>> {
        let over = self.over.map(|period| decided.date().map(|date| time(date, period)).into_iter().collect());
        self.by.iter().map(|field| decided.values(field)).chain(over).collect()
    }

    fn rows<'c>(&self, counted: &[Decided<'c>]) -> Rows<'c> {
        let mut rows = Rows::new();
        for decided in counted {
            let mut keys: Vec<Vec<Option<String>>> = vec![Vec::new()];
            for values in self.values(decided) {
                let values: Vec<Option<String>> =
                    if values.is_empty() { vec![None] } else { values.into_iter().map(Some).collect() };
                keys = keys
                    .iter()
                    .flat_map(|key| values.iter().map(|value| [&key[..], std::slice::from_ref(value)].concat()))
                    .collect();
            }
            keys.into_iter().for_each(|key| rows.entry(key).or_default().push(*decided));
        }
        rows
    }

    fn names(&self) -> Vec<&'static str> {
        self.by.iter().copied().chain(self.over).collect()
    }

    /// Compares a run with a recount.
    fn check(&self, corpus: &Corpus) {
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let told = format!("{}: stats {}", corpus.name, arguments.join(" "));
        let report = corpus.json("stats", &arguments);
        let found = corpus.found(self.query);
        let (dependent, counted): (Vec<Decided>, Vec<Decided>) = corpus
            .decisions()
            .filter(|decided| found.contains(&decided.id()))
            .partition(|decided| decided.is_dependent() && !self.with_dependent);
        let unsegmented = corpus.unsegmented().filter(|id| found.contains(id)).count();
        assert_eq!(report["found"], found.len(), "{told}");
        assert_eq!(report["left_out"]["dependent"], dependent.len(), "{told}");
        assert_eq!(report["left_out"]["unsegmented"], unsegmented, "{told}");
        assert_eq!(found.len(), counted.len() + dependent.len() + unsegmented, "{told}");
        let letters: BTreeSet<&str> = found.iter().filter_map(|id| id.rsplit_once('#')).map(|(name, _)| name).collect();
        assert_eq!(report["letters"], letters.len(), "{told}");
        assert_eq!(faults(&report["all"], &counted, self.min_n), "", "{told}");
        let mut rows = self.rows(&counted);
        for row in report["rows"].as_array().unwrap() {
            let key: Vec<Option<String>> =
                self.names().iter().map(|name| row["values"][name].as_str().map(str::to_owned)).collect();
            let recounted = rows.remove(&key).unwrap_or_default();
            assert_eq!(faults(row, &recounted, self.min_n), "", "{told}: {key:?}");
        }
        assert!(rows.is_empty(), "{told}: not printed: {:?}", rows.keys());
    }
}

/// The year, quarter or month of a day.
fn time(date: &str, period: &str) -> String {
    let (year, month) = (&date[..4], &date[5..7]);
    match period {
        "year" => year.to_owned(),
        "quarter" => {
            let quarter = match month {
                "01" | "02" | "03" => 1,
                "04" | "05" | "06" => 2,
                "07" | "08" | "09" => 3,
                _ => 4,
            };
            format!("{year}-Q{quarter}")
        }
        _ => format!("{year}-{month}"),
    }
}

#[test]
fn every_figure_is_a_recount() {
    for corpus in corpora().iter() {
        CASES.iter().for_each(|case| case.check(corpus));
    }
}

#[test]
fn what_is_counted_and_left_out_is_what_the_query_finds() {
    for corpus in corpora().iter() {
        for query in ["*", "outcome:overturned", "norco weaning", "unsegmented:*", "dependent:true", "year:2016"] {
            let report = corpus.json("stats", &["--by", "class", "--", query]);
            let arguments = corpus.arguments("query", &["--count", "--", query]);
            let count = corpus.program.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).stdout;
            let sum: u64 =
                [&report["all"]["decisions"], &report["left_out"]["dependent"], &report["left_out"]["unsegmented"]]
                    .iter()
                    .filter_map(|count| count.as_u64())
                    .sum();
            assert_eq!(count.trim(), sum.to_string(), "{}: {query}", corpus.name);
            assert_eq!(report["found"], sum, "{}: {query}", corpus.name);
        }
    }
}

#[test]
fn rows_are_in_their_order() {
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap_or(-1.0);
    for corpus in corpora().iter() {
        for field in ["drug", "page", "class"] {
            let rows = |order: &[&str]| {
                let arguments = [&["--by", field, "--min-n", "5"], order, &["--", "*"]].concat();
                corpus.json("stats", &arguments)["rows"].as_array().unwrap().clone()
            };
            let by_value = rows(&["--sort", "value"]);
            let values: Vec<Option<String>> =
                by_value.iter().map(|row| row["values"][field].as_str().map(str::to_lowercase)).collect();
            let mut sorted = values.clone();
            sorted.sort_by_key(|value| {
                (value.is_none(), value.as_ref().map(|value| value.parse::<u64>().unwrap_or(0)), value.clone())
            });
            assert_eq!(values, sorted, "{}: {field}", corpus.name);
            for (order, key) in [("count", "decisions"), ("rate", "rate")] {
                let printed = rows(&["--sort", order]);
                let mut sorted = by_value.clone();
                // Equal ones stay in the order of their values.
                sorted.sort_by(|one, other| number(other, key).total_cmp(&number(one, key)));
                assert_eq!(printed, sorted, "{}: {field} by {order}", corpus.name);
            }
            assert_eq!(rows(&[]), rows(&["--sort", "count"]), "the default");
            let first = rows(&["-n", "2"]);
            assert_eq!(first, rows(&[])[..2], "{}: {field}", corpus.name);
        }
        let over = |order: &[&str]| {
            corpus.json("stats", &[&["--over", "quarter"], order, &["--", "*"]].concat())["rows"].clone()
        };
        assert_eq!(over(&[]), over(&["--sort", "value"]), "times are in their order by default");
    }
}

#[test]
fn formats_have_the_same_figures() {
    for corpus in corpora().iter() {
        let arguments = ["--by", "class/drug,agree", "--min-n", "3", "--", "category:pharmaceuticals"];
        let (report, cells) = (corpus.json("stats", &arguments), corpus.csv("stats", &arguments));
        let rows = report["rows"].as_array().unwrap();
        assert!(rows.len() > 3 && rows.len() == cells.len(), "{}: {} rows", corpus.name, rows.len());
        for (row, cells) in rows.iter().zip(&cells) {
            for (name, cell) in cells.iter().filter(|(name, _)| *name != "note") {
                let value = row["values"].get(name).unwrap_or(&row[name]);
                assert!(is_same_cell(cell, value), "{}: {name} is `{cell}` and {value}", corpus.name);
            }
            let keys = row.as_object().unwrap().keys().filter(|key| *key != "values").count() + 3;
            assert_eq!(cells.len(), keys, "{}: every figure has a cell", corpus.name);
        }
    }
}
