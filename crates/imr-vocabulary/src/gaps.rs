//! Gaps: what reviewers find wanting in a request, in the words of their rationales.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, Span};
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind};
use serde::Deserialize;

use crate::table::{self, rows};

#[derive(Deserialize)]
struct GapRow {
    tag: String,
    pattern: String,
}

#[derive(Deserialize)]
struct PhraseRow {
    phrase: String,
    negates: String,
    pattern: String,
}

/// A gap, or one branch of it, as a regular expression.
struct Pattern {
    regex: Regex,
    /// The place of its tag in the list of tags.
    tag: usize,
    /// The group of the texts that it begins with, if these are few.
    beginning: Option<usize>,
    /// The groups of texts of which a sentence must hold one each, one behind the other.
    groups: Vec<usize>,
    /// Where it holds a word of negation, as the sentence must too.
    negation: Negation,
}

/// The tables of gaps. Use [`crate::gaps()`].
pub struct Gaps {
    tags: Vec<String>,
    /// Made when the first rationale is read: most queries need the tags only.
    patterns: OnceLock<Patterns>,
}

impl Gaps {
    pub(crate) fn load() -> Self {
        let rows: Vec<GapRow> = rows(&table::GAPS);
        let mut tags: Vec<String> = rows.into_iter().map(|row| row.tag).collect();
        tags.dedup();
        Self { tags, patterns: OnceLock::new() }
    }

    /// The tags of the gaps that a rationale mentions, sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// let gaps = imr_vocabulary::gaps();
    /// let found = gaps.in_text("There is no documentation of functional improvement.");
    /// assert_eq!(found, ["no functional improvement"]);
    /// assert!(gaps.in_text("Functional improvement is documented.").is_empty());
    /// ```
    #[must_use]
    pub fn in_text(&self, text: &str) -> Vec<&str> {
        let patterns = self.patterns.get_or_init(|| Patterns::new(&self.tags));
        patterns.tags_in(text).into_iter().map(|tag| self.tags[tag].as_str()).collect()
    }

    /// All tags, sorted.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.tags
    }
}

/// All patterns, and what calls them.
///
/// Some two hundred patterns are too many to try on each sentence. Whatever a pattern matches holds certain texts: one of
/// `document`, `evidence` ..., and behind it one of `improvement`, `benefit` ... A sentence is first searched for the texts
/// of all patterns, in one pass, and only patterns whose groups stand there in order are tried, from where they can begin.
struct Patterns {
    list: Vec<Pattern>,
    literals: AhoCorasick,
    /// For each literal the groups that it belongs to.
    groups_of: Lists,
    /// For each group the patterns that are tried when it is found: each pattern waits for its rarest group.
    waiting_for: Lists,
    /// Patterns without groups.
    always: Vec<usize>,
}

/// One of these stands wherever a phrase negates.
const NEGATIONS: [&str; 19] = [
    "no ",
    "not ",
    "nor ",
    "without",
    "lack",
    "absen",
    "fail",
    "never",
    "unclear",
    "unknown",
    "insufficient",
    "inadequate",
    "limited",
    "scant",
    "little",
    "minimal",
    "missing",
    "unavailable",
    "unspecified",
];
/// The place of their group.
const NEGATION: usize = 0;

impl Patterns {
    #[expect(clippy::expect_used, reason = "the tables are constants of the program, read by their tests")]
    fn new(tags: &[String]) -> Self {
        let rows: Vec<GapRow> = rows(&table::GAPS);
        let phrase_rows: Vec<PhraseRow> = table::rows(&table::GAP_PHRASES);
        let phrases = phrases();
        let mut groups: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        groups.insert(NEGATIONS.map(str::to_owned).to_vec(), NEGATION);
        let mut place = |group: Vec<String>| {
            let next = groups.len();
            *groups.entry(group).or_insert(next)
        };
        let mut patterns = Vec::new();
        let branches = rows.iter().flat_map(|row| branches(&row.pattern).into_iter().map(move |branch| (row, branch)));
        for (row, branch) in branches {
            let pattern = expand(branch, &phrases);
            let hir = parse(&pattern).expect("the patterns are tested");
            patterns.push(Pattern {
                beginning: beginnings(&hir).map(&mut place),
                groups: required_literals(&hir).into_iter().map(&mut place).collect(),
                negation: negation(branch, &phrase_rows),
                regex: compile(&pattern).expect("the patterns are tested"),
                tag: tags.iter().position(|tag| *tag == row.tag).expect("every tag is listed"),
            });
        }
        let mut waiting_for = vec![Vec::new(); groups.len()];
        let mut always = Vec::new();
        let rarity: BTreeMap<usize, _> =
            groups.iter().map(|(literals, group)| (*group, (shortest(literals), Reverse(literals.len())))).collect();
        for (index, pattern) in patterns.iter().enumerate() {
            match pattern.groups.iter().max_by_key(|group| rarity.get(group)) {
                Some(rarest) => waiting_for[*rarest].push(index),
                None => always.push(index),
            }
        }
        let mut groups_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (literals, group) in &groups {
            literals.iter().for_each(|literal| groups_of.entry(literal).or_default().push(*group));
        }
        let (literals, groups_of): (Vec<&str>, Vec<Vec<usize>>) = groups_of.into_iter().unzip();
        // A table of all transitions (`DFA`) outgrows the processor's cache, which costs more than it saves.
        let literals = AhoCorasickBuilder::new().kind(Some(AhoCorasickKind::ContiguousNFA)).build(literals);
        Self {
            list: patterns,
            literals: literals.expect("the literals fit an automaton"),
            groups_of: Lists::new(&groups_of),
            waiting_for: Lists::new(&waiting_for),
            always,
        }
    }

    /// The places of the tags that a text mentions.
    fn tags_in(&self, text: &str) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut sentence = String::new();
        let mut places: Vec<Option<Places>> = vec![None; self.waiting_for.count()];
        let mut hit: Vec<usize> = Vec::new();
        for printed in sentences(text) {
            plain(printed, &mut sentence);
            hit.drain(..).for_each(|group| places[group] = None);
            for literal in self.literals.find_overlapping_iter(&sentence) {
                for group in self.groups_of.get(literal.pattern().as_usize()) {
                    match &mut places[*group] {
                        Some(places) => places.add(literal.span()),
                        none => {
                            *none = Some(Places::new(literal.span()));
                            hit.push(*group);
                        }
                    }
                }
            }
            let waiting = hit.iter().flat_map(|group| self.waiting_for.get(*group));
            for pattern in waiting.chain(&self.always).map(|index| &self.list[*index]) {
                if found.contains(&pattern.tag) {
                    continue;
                }
                if start(pattern, &places).is_some_and(|start| pattern.regex.is_match_at(&sentence, start)) {
                    found.insert(pattern.tag);
                }
            }
        }
        found
    }
}

/// Lists of numbers, one behind the other in memory: they are walked for every text that is found.
struct Lists {
    items: Vec<usize>,
    /// Where each list ends.
    ends: Vec<usize>,
}

impl Lists {
    fn new(lists: &[Vec<usize>]) -> Self {
        let ends = lists.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        });
        Self { items: lists.concat(), ends: ends.collect() }
    }

    fn count(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, index: usize) -> &[usize] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start..self.ends[index]]
    }
}

/// Where the texts of a group stand in a sentence.
#[derive(Clone, Copy)]
struct Places {
    first_start: usize,
    first_end: usize,
    last_start: usize,
}

impl Places {
    fn new(text: Span) -> Self {
        Self { first_start: text.start, first_end: text.end, last_start: text.start }
    }

    /// Adds a text. Texts are found in the order of their ends.
    fn add(&mut self, text: Span) {
        self.first_start = self.first_start.min(text.start);
        self.last_start = self.last_start.max(text.start);
    }
}

/// Where in a sentence a pattern can match from on; `None` if what it begins with or negates with is missing, or if its
/// groups do not stand one behind the other.
fn start(pattern: &Pattern, places: &[Option<Places>]) -> Option<usize> {
    let first_start = |group: usize| places[group].map(|places| places.first_start);
    let beginning = pattern.beginning.map_or(Some(0), first_start)?;
    let negation = if pattern.negation == Negation::None { 0 } else { first_start(NEGATION)? };
    let start = if pattern.negation == Negation::First { beginning.max(negation) } else { beginning };
    let mut end = start;
    for group in &pattern.groups {
        let places = places[*group].filter(|places| places.last_start >= end)?;
        end = end.max(places.first_end);
    }
    Some(start)
}

/// The branches of a pattern as it stands in the table, each a pattern of its own: what one of them needs is more than
/// what all of them need.
fn branches(pattern: &str) -> Vec<&str> {
    let mut depth = 0;
    let is_joint = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && c == '|'
    };
    pattern.split(is_joint).collect()
}

/// Where a pattern negates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Negation {
    /// Not in every case.
    None,
    /// Somewhere.
    Inside,
    /// With the first word of whatever it matches.
    First,
}

/// Where a branch of a pattern, as it stands in the table, negates: phrases outside of all brackets count.
fn negation(pattern: &str, phrases: &[PhraseRow]) -> Negation {
    let mut depth = 0;
    let mut outside = String::new();
    for c in pattern.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            outside.push(c);
        }
    }
    let named = |name: &str| format!("<{name}>");
    let negating: Vec<&PhraseRow> =
        phrases.iter().filter(|row| !row.negates.is_empty() && outside.contains(&named(&row.phrase))).collect();
    if negating.is_empty() {
        return Negation::None;
    }
    let is_first = |row: &&PhraseRow| row.negates == "first" && outside.starts_with(&named(&row.phrase));
    if negating.iter().any(is_first) { Negation::First } else { Negation::Inside }
}

/// The phrases that patterns share, by their names.
pub(crate) fn phrases() -> BTreeMap<String, String> {
    let rows: Vec<PhraseRow> = rows(&table::GAP_PHRASES);
    rows.into_iter().map(|row| (row.phrase, row.pattern)).collect()
}

/// A character of a word, other than the semicolon, at which a thought ends.
const WORD_CHARACTER: &str = "[!-:<-~]";

/// Writes out the names in angle brackets: `<no word of>` a phrase of the table, `<6>` up to six words and `<1-8>` one to
/// eight before the next, `<+3>` up to three words behind the last, `<w>` a character of a word.
pub(crate) fn expand(pattern: &str, phrases: &BTreeMap<String, String>) -> String {
    let mut expanded = String::new();
    let mut rest = pattern;
    while let Some((before, name, after)) =
        rest.split_once('<').and_then(|(before, rest)| rest.split_once('>').map(|(name, after)| (before, name, after)))
    {
        expanded += before;
        let counts: Option<Vec<u32>> =
            name.trim_start_matches('+').split('-').map(|count| count.parse().ok()).collect();
        expanded += &match (name, counts.as_deref()) {
            ("w", _) => WORD_CHARACTER.to_owned(),
            (_, Some([most])) if name.starts_with('+') => format!("(?: {WORD_CHARACTER}+){{0,{most}}}"),
            (_, Some([most])) => format!("(?:{WORD_CHARACTER}+ ){{0,{most}}}"),
            (_, Some([least, most])) => format!("(?:{WORD_CHARACTER}+ ){{{least},{most}}}"),
            // A phrase that is not in the table stays as it is, and fails the test of the table.
            _ => phrases.get(name).map_or_else(|| format!("<{name}>"), |phrase| expand(phrase, phrases)),
        };
        rest = after;
    }
    expanded + rest
}

/// Sentences are compared in lower case and by ASCII words.
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).build()
}

/// Writes a sentence as the patterns expect it: lower case, single blanks, straight quotation marks.
pub(crate) fn plain(sentence: &str, plain: &mut String) {
    plain.clear();
    for c in sentence.chars() {
        match c {
            c if c.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            '\u{2018}' | '\u{2019}' => plain.push('\''),
            '\u{201c}' | '\u{201d}' => plain.push('"'),
            c => plain.push(c.to_ascii_lowercase()),
        }
    }
}

#[expect(clippy::result_large_err, reason = "it is made once, and is the error of the library")]
fn parse(pattern: &str) -> Result<Hir, regex_syntax::Error> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern)
}

/// The texts with which alone a match begins; `None` if there are too many, or one is too short to tell anything.
fn beginnings(pattern: &Hir) -> Option<Vec<String>> {
    let prefixes = Extractor::new().extract(pattern);
    let texts = prefixes.literals()?.iter().map(|text| std::str::from_utf8(text.as_bytes()).ok().map(str::to_owned));
    let texts: Vec<String> = texts.collect::<Option<_>>()?;
    (shortest(&texts) >= 2).then_some(texts)
}

/// Groups of texts: whatever the pattern matches holds one text of each group, in this order.
fn required_literals(pattern: &Hir) -> Vec<Vec<String>> {
    let mut groups = required(pattern);
    // A text of one or two letters stands in almost every sentence.
    groups.retain(|group| shortest(group) >= 3);
    groups
}

/// The length of the shortest text of a group. Digits are rarer than letters.
fn shortest(group: &[String]) -> usize {
    let length = |literal: &String| match literal.trim() {
        text if text.starts_with(|c: char| c.is_ascii_digit()) => text.len() + 2,
        text => text.len(),
    };
    group.iter().map(length).min().unwrap_or(0)
}

fn required(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => vec![vec![String::from_utf8_lossy(&literal.0).into_owned()]],
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(required).collect(),
        // Of each branch the group whose shortest text is the longest: together they are one group.
        HirKind::Alternation(branches) => {
            let best = |branch: &Hir| required(branch).into_iter().max_by_key(|group| shortest(group));
            let groups: Option<Vec<Vec<String>>> = branches.iter().map(best).collect();
            groups.map(|groups| groups.into_iter().flatten().collect()).into_iter().collect()
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    }
}

/// Sentences are cut at this many bytes.
const LONGEST: usize = 2_000;

/// The sentences of a text: they end at a full stop, question or exclamation mark before a blank and a capital. An
/// abbreviation cuts a sentence in two, which costs a pattern at most.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let current = rest.trim_start();
        if current.is_empty() {
            return None;
        }
        let ends = |(at, _): &(usize, &str)| {
            let next = current[at + 1..].trim_start();
            next.len() < current.len() - at - 1 && !next.starts_with(char::is_lowercase)
        };
        let end = current.match_indices(['.', '?', '!']).find(ends).map_or(current.len(), |(at, _)| at + 1);
        // A text without full stops is no reason to try patterns on all of it at once.
        let end = (0..=end.min(LONGEST)).rev().find(|end| current.is_char_boundary(*end) && *end > 0).unwrap_or(end);
        rest = &current[end..];
        Some(&current[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_before_a_capital() {
        for (text, want) in [
            ("One. Two? Three", vec!["One.", "Two?", "Three"]),
            ("He takes 0.5 mg. It helps.", vec!["He takes 0.5 mg.", "It helps."]),
            ("See p. 24 of it. (So.)", vec!["See p.", "24 of it.", "(So.)"]),
            ("  ", vec![]),
        ] {
            assert_eq!(sentences(text).collect::<Vec<_>>(), want, "case: {text}");
        }
    }

    #[test]
    fn names_in_angle_brackets_are_written_out() {
        let phrases = BTreeMap::from([("no".to_owned(), "(?:no|without) <1>".to_owned())]);
        let pattern = expand("<no>red<+2> flags<w>*", &phrases);
        assert_eq!(pattern, "(?:no|without) (?:[!-:<-~]+ ){0,1}red(?: [!-:<-~]+){0,2} flags[!-:<-~]*");
        assert_eq!(expand("a <b", &phrases), "a <b");
    }

    #[test]
    fn a_pattern_is_tried_where_one_of_its_texts_stands() {
        for (pattern, want) in [
            (r"\bno (?:red|green) flags?\b", vec![vec!["red", "green"], vec![" flag"]]),
            (r"(?:red|green)", vec![vec!["red", "green"]]),
            (r"(?:red|a?) flag", vec![vec![" flag"]]),
            (r"[a-z]+", vec![]),
        ] {
            assert_eq!(required_literals(&parse(pattern).unwrap()), want, "case: {pattern}");
        }
    }

    #[test]
    fn branches_are_patterns_of_their_own() {
        for (pattern, want) in [
            ("a", vec!["a"]),
            ("(?:a|b) c|d(e|f)|g", vec!["(?:a|b) c", "d(e|f)", "g"]),
            ("<no word of><6>a|b", vec!["<no word of><6>a", "b"]),
        ] {
            assert_eq!(branches(pattern), want, "case: {pattern}");
        }
    }

    #[test]
    fn beginnings_are_known_where_they_are_few() {
        for (pattern, want) in [
            (r"\b(?:no|without) (?:[a-z]+ )?sleep", Some(vec!["no ", "without "])),
            (r"(?:red|a) flag", Some(vec!["red flag", "a flag"])),
            (r"a? flag", Some(vec!["a flag", " flag"])),
            (r"(?:a|flag)", None),
            (r"[a-z]+ flag", None),
        ] {
            let want = want.map(|texts| texts.into_iter().map(str::to_owned).collect());
            assert_eq!(beginnings(&parse(pattern).unwrap()), want, "case: {pattern}");
        }
    }

    /// What is searched first never keeps a pattern from what it matches.
    #[test]
    fn patterns_find_what_they_find_when_all_are_tried() {
        let gaps = Gaps::load();
        let patterns = Patterns::new(&gaps.tags);
        let entries = table::GAPS.entries();
        let sentences = entries.iter().flat_map(|entry| [entry.fact("example"), entry.fact("counterexample")]);
        for sentence in sentences {
            let mut text = String::new();
            plain(sentence, &mut text);
            let all = patterns.list.iter().filter(|pattern| pattern.regex.is_match(&text));
            let all: BTreeSet<usize> = all.map(|pattern| pattern.tag).collect();
            assert_eq!(patterns.tags_in(sentence), all, "case: {sentence}");
        }
    }
}
