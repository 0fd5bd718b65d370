//! `cites`: who cites a guideline, a page or a section.

use super::*;

/// One work, edition and place that a citation names.
struct Cited<'c> {
    family: &'c str,
    guideline: &'c str,
    edition: Option<u64>,
    place: Option<String>,
}

/// What is asked for, and what it means, said in another way.
struct Case {
    typed: &'static [&'static str],
    condition: &'static str,
    is_meant: fn(&Cited) -> bool,
}

const SIDES: [&str; 2] = ["reviewer", "administrator"];

const CASES: [Case; 12] = [
    Case { typed: &["chronic pain"], condition: "", is_meant: |cited| holds(cited.guideline, &["chronic", "pain"]) },
    Case { typed: &["ODG"], condition: "", is_meant: |cited| cited.family == "ODG" },
    Case { typed: &["MTUS"], condition: "outcome:overturned", is_meant: |cited| cited.family == "MTUS" },
    Case { typed: &["24"], condition: "", is_meant: |cited| is_page(cited, 24, 24) },
    Case { typed: &["*", "63-66"], condition: "", is_meant: |cited| is_page(cited, 63, 66) },
    Case {
        typed: &["chronic pain", "p. 74-124"],
        condition: "",
        is_meant: |cited| holds(cited.guideline, &["chronic", "pain"]) && is_page(cited, 74, 124),
    },
    Case {
        typed: &["chronic pain 2009", "78"],
        condition: "",
        is_meant: |cited| {
            holds(cited.guideline, &["chronic", "pain"]) && cited.edition == Some(2009) && is_page(cited, 78, 78)
        },
    },
    Case {
        typed: &["MTUS low back 2004"],
        condition: "",
        is_meant: |cited| {
            cited.family == "MTUS" && holds(cited.guideline, &["low", "back"]) && cited.edition == Some(2004)
        },
    },
    Case { typed: &["*", "opioids"], condition: "", is_meant: |cited| is_section(cited, &["opioid"]) },
    Case {
        typed: &["ODG", "mri"],
        condition: "",
        is_meant: |cited| cited.family == "ODG" && is_section(cited, &["mri"]),
    },
    Case {
        typed: &["MTUS", "special studies"],
        condition: "",
        is_meant: |cited| cited.family == "MTUS" && is_section(cited, &["special", "studies"]),
    },
    Case {
        typed: &["chronic pain"],
        condition: "class:opioids",
        is_meant: |cited| holds(cited.guideline, &["chronic", "pain"]),
    },
];

/// Whether words of a name begin with each of some words.
fn holds(name: &str, beginnings: &[&str]) -> bool {
    let name = name.to_lowercase();
    let mut own = name.split(|c: char| !c.is_alphanumeric());
    beginnings.iter().all(|beginning| own.clone().any(|word| word.starts_with(beginning))) && own.next().is_some()
}

fn is_page(cited: &Cited, first: u64, last: u64) -> bool {
    let page = cited.place.as_deref().and_then(|place| place.strip_prefix("p. ")?.parse().ok());
    page.is_some_and(|page| (first..=last).contains(&page))
}

fn is_section(cited: &Cited, beginnings: &[&str]) -> bool {
    !is_page(cited, 0, u64::MAX) && cited.place.as_deref().is_some_and(|place| holds(place, beginnings))
}

impl Cited<'_> {
    fn edition_name(&self) -> String {
        let Self { family, guideline, edition, .. } = self;
        let edition = edition.map_or("edition not stated".to_owned(), |year| year.to_string());
        let is_named = guideline.starts_with(family) || *family == "other";
        if is_named { format!("{guideline} ({edition})") } else { format!("{family} {guideline} ({edition})") }
    }
}

/// What one citation names: each page and section of it, or the whole work.
fn cited(citation: &Value) -> Vec<Cited<'_>> {
    let Some(guideline) = citation["guideline"].as_str() else { return Vec::new() };
    let mut places: Vec<Option<String>> = texts(&citation["sections"]).into_iter().map(Some).collect();
    places.extend(pages(citation).iter().map(|page| Some(format!("p. {page}"))));
    if places.is_empty() {
        places.push(None);
    }
    let edition = citation["edition"].as_u64().or(citation["edition_inferred"].as_u64());
    let family = citation["family"].as_str().unwrap();
    places.into_iter().map(|place| Cited { family, guideline, edition, place }).collect()
}

/// Decisions in which something is cited, and by which sides, by the kind of group and its name.
type Groups<'c> = BTreeMap<(&'static str, String), Vec<(Decided<'c>, BTreeSet<&'static str>)>>;

impl Case {
    fn groups<'c>(&self, decisions: &[Decided<'c>]) -> Groups<'c> {
        let mut groups = Groups::new();
        for decided in decisions {
            let mut own: BTreeMap<(&str, String), BTreeSet<&str>> = BTreeMap::new();
            for side in SIDES {
                let meant = decided.citations(side).iter().flat_map(cited).filter(|cited| (self.is_meant)(cited));
                for cited in meant {
                    let year = decided.date().map_or("no date", |date| &date[..4]).to_owned();
                    own.entry(("everything", String::new())).or_default().insert(side);
                    own.entry(("editions", cited.edition_name())).or_default().insert(side);
                    own.entry(("years", year)).or_default().insert(side);
                    if let Some(place) = cited.place {
                        own.entry(("places", place)).or_default().insert(side);
                    }
                }
            }
            own.into_iter().for_each(|(group, sides)| groups.entry(group).or_default().push((*decided, sides)));
        }
        groups
    }

    fn arguments(&self) -> Vec<&'static str> {
        [&["--min-n", "5", "--where", self.condition], self.typed].concat()
    }

    fn check(&self, corpus: &Corpus) -> usize {
        let told = format!("{}: cites {:?} where `{}`", corpus.name, self.typed, self.condition);
        let found = corpus.found(if self.condition.is_empty() { "*" } else { self.condition });
        let decisions: Vec<Decided> = corpus.decisions().filter(|decided| found.contains(&decided.id())).collect();
        let mut groups = self.groups(&decisions);
        if groups.is_empty() {
            let arguments = corpus.arguments("cites", &self.arguments());
            let ran = corpus.program.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{told}");
            return 0;
        }
        let report = corpus.json("cites", &self.arguments());
        assert_eq!(report["found"], found.len(), "{told}");
        let all = groups.remove(&("everything", String::new())).unwrap();
        check_sides(&report, &all, &told);
        self.check_passages(&report, &decisions, &told);
        for by in ["editions", "places", "years"] {
            let printed = report[by].as_array().unwrap();
            for group in printed {
                let name = group["value"].as_str().unwrap();
                let recounted = groups.remove(&(by, name.to_owned())).unwrap_or_default();
                check_sides(group, &recounted, &format!("{told}: {by} {name}"));
            }
            let sizes: Vec<u64> = printed.iter().map(|group| group["either"]["decisions"].as_u64().unwrap()).collect();
            let values: Vec<&str> = printed.iter().map(|group| group["value"].as_str().unwrap()).collect();
            let is_sorted = if by == "years" {
                values.iter().filter(|year| **year != "no date").is_sorted()
            } else {
                sizes.iter().rev().is_sorted()
            };
            assert!(is_sorted, "{told}: {by} {values:?} {sizes:?}");
        }
        assert!(groups.is_empty(), "{told}: not printed: {:?}", groups.keys());
        all.len()
    }

    /// Passages are of decisions that the condition finds and that cite the work.
    fn check_passages(&self, report: &Value, decisions: &[Decided], told: &str) {
        let passages = report["passages"].as_array().unwrap();
        assert!(!passages.is_empty() && passages.len() <= 3, "{told}");
        for passage in passages {
            let decided = decisions.iter().find(|decided| passage["id"] == decided.id()).unwrap();
            let mut citations = SIDES.iter().flat_map(|side| decided.citations(side)).flat_map(cited);
            assert!(citations.any(|cited| (self.is_meant)(&cited)), "{told}: {}", passage["id"]);
        }
    }
}

fn check_sides(printed: &Value, decisions: &[(Decided, BTreeSet<&str>)], told: &str) {
    let of = |sides: &[&str]| -> Vec<Decided> {
        let cites = |own: &BTreeSet<&str>| sides.iter().all(|side| own.contains(side));
        decisions.iter().filter(|(_, own)| cites(own)).map(|(decided, _)| *decided).collect()
    };
    for (key, sides) in
        [("either", &[][..]), ("reviewer", &SIDES[..1]), ("administrator", &SIDES[1..]), ("both", &SIDES)]
    {
        assert_eq!(faults(&printed[key], &of(sides), 5), "", "{told}: {key}");
    }
}

#[test]
fn every_figure_is_a_recount() {
    for corpus in corpora().iter() {
        let sizes: Vec<usize> = CASES.iter().map(|case| case.check(corpus)).collect();
        assert!(sizes.iter().filter(|size| **size > 0).count() >= 9, "{}: {sizes:?}", corpus.name);
    }
}

#[test]
fn formats_have_the_same_figures() {
    for corpus in corpora().iter() {
        let arguments = ["--min-n", "5", "chronic pain"];
        let (report, rows) = (corpus.json("cites", &arguments), corpus.csv("cites", &arguments));
        let kinds = [("guideline and edition", "editions"), ("page or section", "places"), ("year", "years")];
        for row in &rows {
            let group = match kinds.iter().find(|(by, _)| *by == row["by"]) {
                None => &report,
                Some((_, key)) => {
                    report[key].as_array().unwrap().iter().find(|group| group["value"] == row["value"]).unwrap()
                }
            };
            for (name, cell) in row.iter().filter(|(name, _)| !["by", "value", "side", "note"].contains(&name.as_str()))
            {
                let value = &group[&row["side"]][name];
                assert!(is_same_cell(cell, value), "{}: {name} of {row:?} is {value}", corpus.name);
            }
        }
        let groups = kinds.iter().flat_map(|(_, key)| report[key].as_array().unwrap()).chain([&report]);
        let is_counted = |group: &Value, side: &str| group[side]["decisions"] != 0;
        let sides = ["either", "reviewer", "administrator", "both"];
        let counted: usize = groups.map(|group| sides.iter().filter(|side| is_counted(group, side)).count()).sum();
        assert_eq!(rows.len(), counted, "{}: a row for each side that cites", corpus.name);
    }
}
