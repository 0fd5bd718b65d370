//! What letters are made of: rules, our own tables and those of the vocabulary.

use std::collections::HashMap;

use imr_model::PageRange;

use super::grammar::Grammar;

/// A kind of treatment that is disputed.
#[derive(Debug)]
pub(crate) struct Topic {
    /// What its rules are named after.
    pub(crate) name: &'static str,
    /// Its share of 1,000 decisions.
    pub(crate) weight: usize,
    /// `drug`, `test` or `service`.
    pub(crate) family: &'static str,
    /// The DWC class of its drugs; empty where it is no drug.
    pub(crate) class: &'static str,
    /// Sections of the guideline on chronic pain that are cited for it; empty where the chapter on the region is.
    pub(crate) sections: Vec<Section>,
    /// Its entry in the Official Disability Guidelines; `@` stands for the chapter on the region.
    pub(crate) odg: &'static str,
}

/// A section of the guideline on chronic pain, with its pages in the edition of 2009 where they are known.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) pages: Option<PageRange>,
}

/// A region of the body, and the chapters that treat it.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) name: &'static str,
    pub(crate) weight: usize,
    /// Its plain name (`low back`) and its name in requests (`lumbar spine`).
    pub(crate) part: &'static str,
    pub(crate) body: &'static str,
    /// The chapter of the schedule up to 2017, its number and its pages.
    pub(crate) chapter: &'static str,
    pub(crate) number: &'static str,
    pub(crate) pages: (u32, u32),
    /// The chapter of ACOEM that the schedule adopted in December 2017.
    pub(crate) acoem: &'static str,
    /// The chapter of the Official Disability Guidelines.
    pub(crate) odg: &'static str,
}

impl Region {
    /// Whether the name of a region is said without a side.
    pub(crate) fn is_single(&self) -> bool {
        ["lumbar", "cervical", "psyche"].contains(&self.name)
    }
}

/// A drug as requests print it.
#[derive(Debug)]
pub(crate) struct Drug {
    pub(crate) name: String,
    pub(crate) doses: Vec<&'static str>,
}

/// Everything that letters are made of.
#[derive(Debug)]
pub(crate) struct Stock {
    pub(crate) grammar: Grammar,
    pub(crate) topics: Vec<Topic>,
    pub(crate) regions: Vec<Region>,
    /// Drugs that are disputed often, by class, the commonest first.
    common: HashMap<&'static str, Vec<Drug>>,
    /// The other drugs of a class.
    rare: HashMap<String, Vec<Drug>>,
    /// Sections that every chapter on a region has.
    pub(crate) chapter_sections: Vec<String>,
    /// Specialties and states of reviewers, the commonest first.
    pub(crate) specialties: Vec<String>,
    pub(crate) states: Vec<String>,
}

/// Doses of drugs that are named by the vocabulary only.
const DOSES: [&str; 9] = ["10mg", "20mg", "25mg", "50mg", "100mg", "5mg", "150mg", "40mg", "2.5mg"];
/// The specialties and states that most reviewers have; the others follow in the order of the vocabulary.
const SPECIALTIES: [&str; 10] = [
    "Physical Medicine & Rehabilitation",
    "Family Practice",
    "Orthopedic Surgery",
    "Occupational Medicine",
    "Pain Management",
    "Anesthesiology",
    "Internal Medicine",
    "Preventive Medicine",
    "Chiropractor",
    "Psychologist",
];
const STATES: [&str; 6] = ["California", "Texas", "New York", "Florida", "Illinois", "Maryland"];

impl Stock {
    /// Reads everything.
    ///
    /// # Panics
    ///
    /// If a table or a rule is wrong. All are compiled in and read by the tests.
    pub(crate) fn load() -> Self {
        let common = common_drugs();
        let rare = rare_drugs(&common);
        let texts = [
            include_str!("../../text/names.txt"),
            include_str!("../../text/rationales.txt"),
            include_str!("../../text/requests.txt"),
            include_str!("../../text/standing.txt"),
            include_str!("../../text/summary.txt"),
        ];
        let tables = vec![
            ("anatomy", skewed(&anatomy())),
            ("drug.any", any_drugs(&common)),
            ("drug.rare", skewed(&names_of(&rare))),
            ("procedure.any", skewed(&procedures())),
        ];
        Self {
            grammar: Grammar::read(&texts, tables),
            topics: topics(),
            regions: regions(),
            common,
            rare,
            chapter_sections: chapter_sections(),
            specialties: most_first(&SPECIALTIES, "specialties.tsv"),
            states: most_first(&STATES, "states.tsv"),
        }
    }

    /// The common and the rare drugs of a class.
    pub(crate) fn drugs(&self, class: &str) -> (&[Drug], &[Drug]) {
        let common = self.common.get(class).map_or(&[][..], Vec::as_slice);
        let rare = self.rare.get(class).map_or(&[][..], Vec::as_slice);
        (common, rare)
    }
}

/// The rows of one of our own tables, without its comments and its head.
fn rows<const COLUMNS: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

fn topics() -> Vec<Topic> {
    let sections = sections();
    let topic = |[name, weight, class, keys, odg]: [&'static str; 5]| {
        let keys: Vec<&str> = keys.split(';').filter(|key| !key.is_empty()).collect();
        let is_cited = |section: &&Section| keys.iter().any(|key| section.name.starts_with(key));
        let family = match name {
            "mri" | "xray" | "emg" | "urine" | "labs" => "test",
            _ if class.is_empty() => "service",
            _ => "drug",
        };
        let sections = sections.iter().filter(is_cited).cloned().collect();
        Topic { name, weight: number(weight), family, class, sections, odg }
    };
    rows(include_str!("../../text/topics.tsv")).map(topic).collect()
}

fn regions() -> Vec<Region> {
    let region = |[name, weight, part, body, chapter, number, acoem, odg, pages]: [&'static str; 9]| Region {
        name,
        weight: self::number(weight),
        part,
        body,
        chapter,
        number,
        pages: page_range(pages).map_or((1, 1), Into::into),
        acoem,
        odg,
    };
    rows(include_str!("../../text/regions.tsv")).map(region).collect()
}

fn common_drugs() -> HashMap<&'static str, Vec<Drug>> {
    let mut drugs: HashMap<_, Vec<Drug>> = HashMap::new();
    for [class, name, doses] in rows(include_str!("../../text/drugs.tsv")) {
        drugs.entry(class).or_default().push(Drug { name: name.to_owned(), doses: doses.split(';').collect() });
    }
    drugs
}

#[expect(clippy::expect_used, reason = "the tables are constants of the program, and tests read them all")]
fn number<N: std::str::FromStr<Err = std::num::ParseIntError>>(cell: &str) -> N {
    cell.parse().expect("a number")
}

fn page_range(cell: &str) -> Option<PageRange> {
    let (first, last) = cell.split_once('-').unwrap_or((cell, cell));
    Some(PageRange::new(first.parse().ok()?, last.parse().ok()?))
}

/// The rows of a table of the vocabulary.
fn vocabulary(table: &str) -> impl Iterator<Item = imr_vocabulary::Entry> {
    imr_vocabulary::tables().iter().filter(move |known| known.name() == table).flat_map(|known| known.entries())
}

fn sections() -> Vec<Section> {
    let of_chronic_pain = |entry: &imr_vocabulary::Entry| entry.fact("guideline") == "Chronic Pain Medical Treatment";
    vocabulary("sections.tsv")
        .filter(of_chronic_pain)
        .map(|entry| Section { pages: page_range(entry.fact("pages_2009")), name: entry.name })
        .collect()
}

fn chapter_sections() -> Vec<String> {
    let of_chapters = |entry: &imr_vocabulary::Entry| entry.fact("guideline") == "ACOEM chapters";
    vocabulary("sections.tsv").filter(of_chapters).map(|entry| entry.name).collect()
}

/// Parts of the body, in lower case as they stand in sentences.
fn anatomy() -> Vec<String> {
    let is_word = |name: &String| name.len() > 3 && name.chars().all(|c| c.is_ascii_lowercase() || c == ' ');
    vocabulary("body_regions.tsv").flat_map(|entry| entry.names).filter(is_word).collect()
}

fn procedures() -> Vec<String> {
    vocabulary("procedures.tsv").map(|entry| entry.name).collect()
}

/// Some names, and behind them the others of a table.
fn most_first(first: &[&str], table: &str) -> Vec<String> {
    let others = vocabulary(table).map(|entry| entry.name).filter(|name| !first.contains(&name.as_str()));
    first.iter().map(|name| (*name).to_owned()).chain(others).collect()
}

/// Drugs and products of the vocabulary that are not among the common ones, by class.
fn rare_drugs(common: &HashMap<&'static str, Vec<Drug>>) -> HashMap<String, Vec<Drug>> {
    let mut drugs: HashMap<String, Vec<Drug>> = HashMap::new();
    for entry in vocabulary("ingredients.tsv").chain(vocabulary("products.tsv")) {
        let class = imr_vocabulary::drugs().get(&entry.name).and_then(|drug| drug.class.clone()).unwrap_or_default();
        let is_common = common.values().flatten().any(|known| known.name == entry.name);
        if !is_common {
            drugs.entry(class).or_default().push(Drug { name: entry.name, doses: DOSES.to_vec() });
        }
    }
    drugs
}

fn names_of(drugs: &HashMap<String, Vec<Drug>>) -> Vec<String> {
    let mut names: Vec<String> = drugs.values().flatten().map(|drug| drug.name.clone()).collect();
    names.sort();
    names
}

/// The common drugs of all classes, the first of each class oftenest.
fn any_drugs(common: &HashMap<&'static str, Vec<Drug>>) -> Vec<(usize, String)> {
    let mut drugs: Vec<(usize, String)> = common
        .iter()
        .filter(|(class, _)| **class != "Topical Compounds")
        .flat_map(|(_, drugs)| (1_usize..).zip(drugs))
        .map(|(rank, drug)| (1_000 / rank, drug.name.clone()))
        .collect();
    drugs.sort();
    drugs
}

/// Names with weights by Zipf's law, in an order that has nothing to do with the alphabet.
fn skewed(names: &[String]) -> Vec<(usize, String)> {
    let order = |place: usize| place * 1_009 % names.len();
    (0..names.len()).map(|place| (100_000 / (order(place) + 20), names[place].clone())).collect()
}
