//! Gaps: what reviewers find wanting in a request, in the words of their rationales.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use regex::{Regex, RegexBuilder};
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

/// A gap as one regular expression.
struct Pattern {
    regex: Regex,
    /// The place of its tag in the list of tags.
    tag: usize,
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
/// of all patterns, in one pass, and only patterns whose groups stand there in order are tried.
struct Patterns {
    list: Vec<Pattern>,
    literals: AhoCorasick,
    /// For each literal the groups that it belongs to.
    groups_of: Vec<Vec<usize>>,
    /// For each group the patterns that are tried when it is found: each pattern waits for its rarest group.
    waiting_for: Vec<Vec<usize>>,
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
        let mut patterns = Vec::new();
        for row in &rows {
            let pattern = expand(&row.pattern, &phrases);
            let own = required_literals(&pattern);
            let own = own.into_iter().map(|group| {
                let next = groups.len();
                *groups.entry(group).or_insert(next)
            });
            patterns.push(Pattern {
                groups: own.collect(),
                negation: negation(&row.pattern, &phrase_rows),
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
        let literals = AhoCorasickBuilder::new().kind(Some(AhoCorasickKind::DFA)).build(literals);
        Self {
            list: patterns,
            literals: literals.expect("the literals fit an automaton"),
            groups_of,
            waiting_for,
            always,
        }
    }

    /// The places of the tags that a text mentions.
    fn tags_in(&self, text: &str) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut sentence = String::new();
        // The end of the first text of each group in the sentence, and the start of the last. Texts are found in the
        // order of their ends.
        let mut places: Vec<Option<(usize, usize)>> = vec![None; self.waiting_for.len()];
        let mut hit: Vec<usize> = Vec::new();
        for printed in sentences(text) {
            plain(printed, &mut sentence);
            hit.drain(..).for_each(|group| places[group] = None);
            let mut negation = sentence.len();
            for literal in self.literals.find_overlapping_iter(&sentence) {
                for group in &self.groups_of[literal.pattern().as_usize()] {
                    if *group == NEGATION {
                        negation = negation.min(literal.start());
                    }
                    match &mut places[*group] {
                        Some((_, start)) => *start = (*start).max(literal.start()),
                        none => {
                            *none = Some((literal.end(), literal.start()));
                            hit.push(*group);
                        }
                    }
                }
            }
            let waiting = hit.iter().flat_map(|group| &self.waiting_for[*group]);
            for pattern in waiting.chain(&self.always).map(|index| &self.list[*index]) {
                if found.contains(&pattern.tag) || !is_called(pattern, &places) {
                    continue;
                }
                let from = if pattern.negation == Negation::First { negation } else { 0 };
                if pattern.regex.is_match_at(&sentence, from) {
                    found.insert(pattern.tag);
                }
            }
        }
        found
    }
}

/// Whether the groups of a pattern stand in a sentence one behind the other.
fn is_called(pattern: &Pattern, places: &[Option<(usize, usize)>]) -> bool {
    let mut end = 0;
    let stand = pattern.groups.iter().all(|group| {
        let is_behind = places[*group].is_some_and(|(_, start)| start >= end);
        end = places[*group].map_or(end, |(first, _)| end.max(first));
        is_behind
    });
    stand && (pattern.negation == Negation::None || places[NEGATION].is_some())
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

/// Where a pattern, as it stands in the table, negates: phrases outside of all brackets count, as long as there is no
/// other branch.
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
    if negating.is_empty() || outside.contains('|') {
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

/// Groups of texts: whatever the pattern matches holds one text of each group, in this order.
fn required_literals(pattern: &str) -> Vec<Vec<String>> {
    let parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
    let mut groups = parser.map(|hir| required(&hir)).unwrap_or_default();
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
            assert_eq!(required_literals(pattern), want, "case: {pattern}");
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
