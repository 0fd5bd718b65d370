//! `compare`: what distinguishes two sets of decisions.

use imr_index::{Word, stem_term, words};

use super::*;

/// The 99 % point of the chi-squared distribution with one degree of freedom.
const LEAST: f64 = 6.634_896_601_021_214;

const FIELDS: [&str; 12] = [
    "gap",
    "guideline",
    "ca.guideline",
    "section",
    "page",
    "agree",
    "level",
    "specialty",
    "class",
    "drug",
    "procedure",
    "body",
];

/// Two queries; those of the last two share decisions.
const PAIRS: [[&str; 2]; 4] = [
    ["outcome:overturned", "outcome:upheld"],
    ["category:pharmaceuticals", "category:(rehabilitation OR \"diagnostic testing\")"],
    ["class:opioids", "outcome:upheld"],
    ["rationale:functional", "category:pharmaceuticals"],
];

/// A field and a value of it; of a word of the rationale, `word` and its stem.
type Thing = (&'static str, String);

/// A decision of one set only, and what it has.
struct Member<'c> {
    decided: Decided<'c>,
    things: BTreeSet<Thing>,
}

/// The stems of a text: of its words, and of two that a hyphen joins (`x-ray` is `xray`, too).
fn stems(text: &str) -> impl Iterator<Item = String> {
    let words: Vec<_> = words(text).collect();
    let is_joined = |pair: &&[Word]| &text[pair[0].range.end..pair[1].range.start] == "-";
    let joined = words.windows(2).filter(is_joined).map(|pair| format!("{}{}", pair[0].text, pair[1].text));
    let texts: Vec<String> = joined.chain(words.iter().map(|word| word.text.clone())).collect();
    texts.into_iter().map(|text| stem_term(&text))
}

/// All decisions of a corpus by their ids.
fn members(corpus: &Corpus) -> BTreeMap<String, Member<'_>> {
    let member = |decided: Decided<'_>| {
        let valued =
            FIELDS.into_iter().flat_map(|field| decided.values(field).into_iter().map(move |value| (field, value)));
        stems(decided.rationale()).map(|stem| ("word", stem)).chain(valued).collect()
    };
    corpus.decisions().map(|decided| (decided.id(), Member { decided, things: member(decided) })).collect()
}

/// The log-likelihood ratio as the sum of x ln x over the cells and the whole, less that over the margins.
fn g2(with: [usize; 2], sizes: [usize; 2]) -> f64 {
    let x_ln_x = |counts: &[usize]| -> f64 {
        counts.iter().filter(|count| **count > 0).map(|count| *count as f64 * (*count as f64).ln()).sum()
    };
    let without = [sizes[0] - with[0], sizes[1] - with[1]];
    let having = with[0] + with[1];
    let all = sizes[0] + sizes[1];
    let cells = x_ln_x(&[with[0], with[1], without[0], without[1], all]);
    2.0 * (cells - x_ln_x(&[sizes[0], sizes[1], having, all - having]))
}

/// Compares what a run prints with a recount, and gives how many distinctions there are of fields and of words.
fn check(corpus: &Corpus, members: &BTreeMap<String, Member>, queries: [&str; 2]) -> [usize; 2] {
    let told = format!("{}: compare {queries:?}", corpus.name);
    let report = corpus.json("compare", &["-n", "100000", queries[0], queries[1]]);
    let [first, second] = queries.map(|query| corpus.found(query));
    let ids: [BTreeSet<&String>; 2] = [first.difference(&second).collect(), second.difference(&first).collect()];
    assert_eq!(report["both"], first.intersection(&second).count(), "{told}");
    for ((set, found), own) in ["first", "second"].into_iter().zip([&first, &second]).zip(&ids) {
        let letters: BTreeSet<&str> = own.iter().filter_map(|id| id.rsplit_once('#')).map(|(name, _)| name).collect();
        let counts = ["found", "decisions", "letters"].map(|key| report[set][key].as_u64().unwrap() as usize);
        assert_eq!(counts, [found.len(), own.len(), letters.len()], "{told}: {set}");
    }
    let sets: [Vec<&Member>; 2] = ids.each_ref().map(|ids| ids.iter().filter_map(|id| members.get(*id)).collect());
    let sizes = ids.each_ref().map(BTreeSet::len);
    let mut counts: BTreeMap<&Thing, [usize; 2]> = BTreeMap::new();
    for (at, set) in sets.iter().enumerate() {
        set.iter().flat_map(|member| &member.things).for_each(|thing| counts.entry(thing).or_default()[at] += 1);
    }
    let mut told_of = [0, 0];
    for distinction in report["distinctions"].as_array().unwrap() {
        let thing = thing(distinction);
        let told = format!("{told}: {thing:?}");
        let with = counts.remove(&thing).unwrap_or_default();
        check_figures(distinction, with, sizes, &told);
        let is_of_second = distinction["more_in"] == "second";
        check_example(distinction, &sets[usize::from(is_of_second)], &thing, &told);
        told_of[usize::from(thing.0 == "word")] += 1;
    }
    // Two words that a hyphen joins are compared as one where they are written as one, too.
    let plain: BTreeSet<String> = members
        .values()
        .flat_map(|member| words(member.decided.rationale()))
        .map(|word| stem_term(&word.text))
        .collect();
    let is_telling = |(field, value): &Thing| *field != "word" || is_telling_stem(value) && plain.contains(value);
    let left_out: Vec<_> =
        counts.iter().filter(|(thing, with)| is_telling(thing) && g2(**with, sizes) > LEAST + 1e-6).collect();
    assert!(left_out.is_empty(), "{told}: left out {left_out:?}");
    told_of
}

/// What a printed distinction is about; a word stands for its stem.
fn thing(distinction: &Value) -> Thing {
    let (field, value) = (distinction["field"].as_str().unwrap(), distinction["value"].as_str().unwrap());
    let known = FIELDS.into_iter().find(|known| *known == field);
    assert!(known.is_some() || field == "word", "{field}");
    known.map_or_else(|| ("word", stem_term(value)), |field| (field, value.to_owned()))
}

/// Words of one or two letters, and those with digits, are not compared.
fn is_telling_stem(stem: &str) -> bool {
    let bare = stem.trim_start_matches('~');
    bare.len() >= 3 && bare.chars().all(char::is_alphabetic)
}

fn check_figures(distinction: &Value, with: [usize; 2], sizes: [usize; 2], told: &str) {
    assert_eq!([&distinction["first"], &distinction["second"]], with.map(Value::from).each_ref(), "{told}");
    let shares = [0, 1].map(|at| with[at] as f64 / sizes[at] as f64);
    for (key, want) in [("first_share", shares[0]), ("second_share", shares[1]), ("g2", g2(with, sizes))] {
        let printed = distinction[key].as_f64().unwrap();
        assert!((printed - want).abs() < 1e-6, "{told}: {key} is {printed} and should be {want}");
    }
    assert!(g2(with, sizes) > LEAST - 1e-6, "{told}: no more than chance");
    assert_eq!(distinction["more_in"], if shares[0] > shares[1] { "first" } else { "second" }, "{told}");
}

/// The example is of the set that has the thing more often, has it, shows it, and is as new as any.
fn check_example(distinction: &Value, set: &[&Member], (field, value): &Thing, told: &str) {
    let example = &distinction["example"];
    let id = format!("{}#{}", example["letter"].as_str().unwrap(), example["n"]);
    let text = example["text"].as_str().unwrap();
    let has = |member: &&&Member| member.things.contains(&(*field, value.clone()));
    let having: Vec<&Member> = set.iter().filter(has).copied().collect();
    let Some(own) = having.iter().find(|member| member.decided.id() == id) else {
        panic!("{told}: {id} is not one of {} decisions that have it", having.len());
    };
    let newest = having.iter().map(|member| member.decided.date()).max().flatten();
    assert!(own.decided.date() == newest, "{told}: {id} is not the newest");
    match *field {
        "word" => {
            assert!(own.decided.rationale().contains(text), "{told}: {text}");
            assert!(stems(text).any(|stem| stem == *value), "{told}: {text}");
        }
        "gap" => assert!(
            own.decided.rationale().contains(text) || own.decided.decision["treatment"] == text,
            "{told}: {text}"
        ),
        _ => assert_eq!(own.decided.decision["treatment"], text, "{told}"),
    }
}

#[test]
fn every_figure_is_a_recount() {
    for corpus in corpora().iter() {
        let members = members(corpus);
        let told = PAIRS.map(|queries| check(corpus, &members, queries));
        let [fields, words] = [0, 1].map(|at| told.iter().map(|told| told[at]).sum::<usize>());
        assert!(fields > 5 && words > 5, "{}: {told:?}", corpus.name);
    }
}

#[test]
fn the_strongest_come_first_and_formats_agree() {
    for corpus in corpora().iter() {
        let queries = PAIRS[1];
        let run = |arguments: &[&str]| corpus.json("compare", &[arguments, &queries].concat())["distinctions"].clone();
        let all = run(&["-n", "100000", "--by", "class,word,gap"]);
        let all = all.as_array().unwrap();
        let heading = |distinction: &Value| (distinction["field"].clone(), distinction["more_in"].clone());
        let groups: Vec<&[Value]> = all.chunk_by(|one, other| heading(one) == heading(other)).collect();
        let distinct: BTreeSet<String> = groups.iter().map(|group| format!("{:?}", heading(&group[0]))).collect();
        assert_eq!(groups.len(), distinct.len(), "{}: a field and set stands together", corpus.name);
        for group in &groups {
            let ratios: Vec<f64> = group.iter().map(|distinction| distinction["g2"].as_f64().unwrap()).collect();
            assert!(ratios.iter().rev().is_sorted(), "{}: {ratios:?}", corpus.name);
        }
        let first: Vec<&Value> = groups.iter().flat_map(|group| group.iter().take(2)).collect();
        let two = run(&["-n", "2", "--by", "class,word,gap"]);
        assert_eq!(two.as_array().unwrap().iter().collect::<Vec<_>>(), first, "{}", corpus.name);
        let rows = corpus.csv("compare", &["-n", "2", "--by", "class,word,gap", queries[0], queries[1]]);
        assert_eq!(rows.len(), first.len());
        for (row, distinction) in rows.iter().zip(first) {
            for key in ["field", "value", "more_in", "first", "second", "first_share", "second_share"] {
                assert!(is_same_cell(&row[key], &distinction[key]), "{}: {key} of {row:?}", corpus.name);
            }
            assert_eq!(row["g2"], format!("{:.2}", distinction["g2"].as_f64().unwrap()));
            let example = &distinction["example"];
            assert_eq!(row["example"], format!("{}#{}", example["letter"].as_str().unwrap(), example["n"]));
            assert_eq!(row["text"], example["text"].as_str().unwrap());
        }
    }
}
