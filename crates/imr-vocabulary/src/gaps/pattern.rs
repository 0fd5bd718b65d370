//! Patterns of gaps, and the texts that whatever they match must hold.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use memchr::memchr_iter;
use regex_automata::meta::{BuildError, Regex};
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde::Deserialize;

use crate::table;
use crate::typed::rows;

#[derive(Deserialize)]
pub(super) struct PhraseRow {
    phrase: String,
    negates: String,
    pattern: String,
}

/// The branches of a pattern as it stands in the table, each a pattern of its own: what one of them needs is more than
/// what all of them need.
pub(super) fn branches(pattern: &str) -> Vec<&str> {
    let mut depth = 0;
    let is_joint = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && c == '|'
    };
    pattern.split(is_joint).collect()
}

/// Whether whatever a branch of a pattern matches negates: its phrases outside of all brackets count, as it stands in the
/// table.
pub(super) fn is_negation(pattern: &str, phrases: &[PhraseRow]) -> bool {
    let mut depth = 0;
    let mut outside = String::new();
    for c in pattern.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            outside.push(c);
        }
    }
    phrases.iter().any(|row| !row.negates.is_empty() && outside.contains(&format!("<{}>", row.phrase)))
}

/// The phrase with which a branch of a pattern begins, as it stands in the table: `<undocumented>`.
pub(super) fn head(branch: &str) -> Option<&str> {
    let (name, rest) = branch.strip_prefix('<')?.split_once('>')?;
    let is_phrase = name.starts_with(|c: char| c.is_ascii_lowercase()) && name != "w";
    (is_phrase && !rest.starts_with(['?', '*', '+', '{'])).then(|| &branch[..name.len() + 2])
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
pub(crate) fn compile(pattern: &str) -> Result<Regex, Box<dyn Error>> {
    Ok(build(&parse(pattern)?)?)
}

/// The same for a pattern that searches for itself.
pub(crate) fn compile_for_search(pattern: &str) -> Result<Regex, Box<dyn Error>> {
    Ok(Regex::builder().build_from_hir(&parse(pattern)?)?)
}

/// So much of its automaton a pattern keeps for each thread, in bytes: it grows with all that it ever reads.
const AUTOMATON: usize = 256 << 10;

/// A pattern is tried where it can begin, so that it need not search for itself.
#[expect(clippy::result_large_err, reason = "it is made once, and is the error of the library")]
pub(super) fn build(pattern: &Hir) -> Result<Regex, BuildError> {
    let config = Regex::config().auto_prefilter(false).hybrid_cache_capacity(AUTOMATON);
    Regex::builder().configure(config).build_from_hir(pattern)
}

#[expect(clippy::result_large_err, reason = "it is made once, and is the error of the library")]
pub(super) fn parse(pattern: &str) -> Result<Hir, regex_syntax::Error> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern)
}

/// The words with which alone a match begins; `None` if there are too many, or one is too short to tell anything.
pub(super) fn beginnings(pattern: &Hir) -> Option<Vec<String>> {
    let prefixes = Extractor::new().limit_class(MANY_LETTERS).limit_total(MANY_TEXTS).extract(pattern);
    let words = prefixes.literals()?.iter().map(|text| std::str::from_utf8(text.as_bytes()).ok().map(first_word));
    let words: BTreeSet<String> = words.collect::<Option<_>>()?;
    let words = Vec::from_iter(words);
    (shortest(&words) >= 2).then_some(words)
}

/// More than a pattern names before a word, as in `[a-eg-z] there is`.
const MANY_LETTERS: usize = 40;
/// Phrases begin with many words, each of which many may follow.
const MANY_TEXTS: usize = 1_000;

/// The first word of a text and the blank behind it; a single letter before it counts as no word.
fn first_word(text: &str) -> String {
    let end = text.match_indices(' ').map(|(at, _)| at + 1).find(|end| *end > 2);
    text[..end.unwrap_or(text.len())].to_owned()
}

/// Groups of texts: whatever the pattern matches holds one text of each group, in this order.
pub(super) fn required_literals(pattern: &Hir) -> Vec<Vec<String>> {
    let mut groups = required(pattern);
    // A text of one or two letters stands in almost every sentence.
    groups.retain(|group| shortest(group) >= 3);
    groups
}

/// The length of the shortest text of a group. Digits are rarer than letters.
pub(super) fn shortest(group: &[String]) -> usize {
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

/// How many blanks a match holds at most.
pub(super) fn most_blanks(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => memchr_iter(b' ', &literal.0).count(),
        HirKind::Class(class) => usize::from(matches_blank(class)),
        HirKind::Capture(capture) => most_blanks(&capture.sub),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.map_or(usize::MAX, |most| most as usize);
            most_blanks(&repetition.sub).saturating_mul(most)
        }
        HirKind::Concat(parts) => parts.iter().map(most_blanks).fold(0, usize::saturating_add),
        HirKind::Alternation(branches) => branches.iter().map(most_blanks).max().unwrap_or(0),
    }
}

fn matches_blank(class: &Class) -> bool {
    match class {
        Class::Bytes(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&b' ')),
        Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&' ')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (r"(?:red|a) flag", Some(vec!["a flag", "red "])),
            (r"a? flag", Some(vec![" flag", "a flag"])),
            (r"(?:^|[ab] )no sleep", Some(vec!["a no ", "b no ", "no "])),
            (r"(?:a|flag)", None),
            (r"[a-z]+ flag", None),
        ] {
            let want = want.map(|texts| texts.into_iter().map(str::to_owned).collect());
            assert_eq!(beginnings(&parse(pattern).unwrap()), want, "case: {pattern}");
        }
    }

    #[test]
    fn a_head_is_the_phrase_that_every_match_begins_with() {
        for (branch, want) in [
            ("<no word of><6>sleep", Some("<no word of>")),
            ("<no word of>?sleep", None),
            ("<6>sleep", None),
            ("<w>+sleep", None),
            ("no <sleep>", None),
        ] {
            assert_eq!(head(branch), want, "case: {branch}");
        }
    }

    #[test]
    fn blanks_of_a_match_are_counted() {
        for (pattern, want) in [
            ("red flag", 1),
            ("(?:[!-~]+ ){0,6}red flag", 7),
            ("(?:a b c|d e)?[ -]", 3),
            ("a.*", usize::MAX),
            ("a+", 0),
        ] {
            assert_eq!(most_blanks(&parse(pattern).unwrap()), want, "case: {pattern}");
        }
    }
}
