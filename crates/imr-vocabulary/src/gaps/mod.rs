//! Gaps: what reviewers find wanting in a request, in the words of their rationales.

mod pattern;
mod sentences;
mod words;

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::OnceLock;

use lru::LruCache;
use memchr::memchr_iter;
use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};
use serde::Deserialize;

use crate::table;
use crate::typed::rows;
use pattern::{
    PhraseRow, beginnings, branches, build, head, is_negation, most_blanks, parse, required_literals, shortest,
};
use sentences::sentences;
use words::{Groups, Memo, Texts, WordId};

pub(crate) use pattern::{compile, compile_for_search, expand, phrases};
pub(crate) use sentences::{plain, plain_char};

#[derive(Deserialize)]
struct GapRow {
    tag: String,
    pattern: String,
}

/// A gap, or one branch of it, as a regular expression.
struct Pattern {
    regex: Regex,
    /// The place of its tag in the list of tags.
    tag: usize,
    /// The group of the words that it begins with, if these are few.
    beginning: Option<usize>,
    /// The place of the phrase that it begins with, if it begins with one: many patterns share a few.
    head: Option<usize>,
    /// The groups of texts of which whatever it matches holds one each, one behind the other.
    groups: Vec<usize>,
    /// All of these groups, and that of negations if it negates.
    needs: Groups,
    /// How many words further it ends than it begins, at most.
    words: usize,
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
/// of all patterns, word by word, and only patterns whose groups stand there in order are tried, where they can begin.
struct Patterns {
    list: Vec<Pattern>,
    /// The phrases that patterns begin with.
    heads: Vec<Regex>,
    texts: Texts,
    /// For each bit of a set of groups the patterns that are tried when it is found: each waits for its rarest group.
    waiting_for: Vec<Vec<usize>>,
    waited_for: Groups,
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
/// Whether a sentence in plain text can negate at all: most cannot, and need not be looked at closely.
pub(crate) fn may_negate(sentence: &str) -> bool {
    NEGATIONS.iter().any(|negation| sentence.contains(negation))
}

/// The place of their group.
const NEGATION: usize = 0;

impl Patterns {
    #[expect(clippy::expect_used, reason = "the tables are constants of the program, read by their tests")]
    fn new(tags: &[String]) -> Self {
        let rows: Vec<GapRow> = rows(&table::GAPS);
        let phrase_rows: Vec<PhraseRow> = crate::typed::rows(&table::GAP_PHRASES);
        let phrases = phrases();
        let mut groups: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        groups.insert(NEGATIONS.map(str::to_owned).to_vec(), NEGATION);
        let mut place = |group: Vec<String>| {
            let next = groups.len();
            *groups.entry(group).or_insert(next)
        };
        let heads = heads(&rows);
        let mut patterns = Vec::new();
        let branches = rows.iter().flat_map(|row| branches(&row.pattern).into_iter().map(move |branch| (row, branch)));
        for (row, branch) in branches {
            let pattern = expand(branch, &phrases);
            let hir = parse(&pattern).expect("the patterns are tested");
            let beginning = beginnings(&hir).map(&mut place);
            let groups: Vec<usize> = required_literals(&hir).into_iter().map(&mut place).collect();
            let negation = is_negation(branch, &phrase_rows).then_some(NEGATION);
            let mut needs = Groups::default();
            groups.iter().chain(&beginning).chain(&negation).for_each(|group| needs.add(*group));
            patterns.push(Pattern {
                regex: build(&hir).expect("the patterns are tested"),
                tag: tags.iter().position(|tag| *tag == row.tag).expect("every tag is listed"),
                words: most_blanks(&hir),
                head: head(branch).and_then(|head| heads.binary_search(&head).ok()),
                beginning,
                groups,
                needs,
            });
        }
        let mut waiting_for = vec![Vec::new(); Groups::BITS];
        let mut waited_for = Groups::default();
        let mut always = Vec::new();
        let rarity: BTreeMap<usize, _> =
            groups.iter().map(|(literals, group)| (*group, (shortest(literals), Reverse(literals.len())))).collect();
        for (index, pattern) in patterns.iter().enumerate() {
            match pattern.groups.iter().max_by_key(|group| rarity.get(group)) {
                Some(rarest) => {
                    waiting_for[*rarest % Groups::BITS].push(index);
                    waited_for.add(*rarest);
                }
                None => always.push(index),
            }
        }
        let texts = groups.iter().flat_map(|(texts, group)| texts.iter().map(|text| (text.as_str(), *group)));
        let texts = Texts::new(texts);
        let heads =
            heads.iter().map(|head| compile(&expand(head, &phrases)).expect("the patterns are tested")).collect();
        Self { heads, texts, list: patterns, waiting_for, waited_for, always }
    }

    /// The places of the tags that a text mentions, in order.
    fn tags_in(&self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        READER.with_borrow_mut(|reader| {
            for printed in sentences(text) {
                found.extend(reader.tags(printed, self));
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The places of the tags that a sentence mentions.
    fn tags_of(&self, sentence: &Sentence) -> Vec<usize> {
        let mut found = Vec::new();
        let mut heads = Heads { regexes: &self.heads, tried: Vec::new() };
        let waiting = sentence.groups.common(&self.waited_for).flat_map(|group| &self.waiting_for[group]);
        for pattern in waiting.chain(&self.always).map(|index| &self.list[*index]) {
            if !found.contains(&pattern.tag) && sentence.is_match(pattern, &mut heads) {
                found.push(pattern.tag);
            }
        }
        found
    }
}

/// The phrases with which patterns begin, as they stand in the table, sorted.
fn heads(rows: &[GapRow]) -> Vec<&str> {
    let heads: BTreeSet<&str> = rows.iter().flat_map(|row| branches(&row.pattern)).filter_map(head).collect();
    Vec::from_iter(heads)
}

thread_local! {
    /// What this thread knows serves all texts that it reads: the tables are constants.
    static READER: RefCell<Reader> = RefCell::default();
}

/// Reads sentences, and remembers what they mention: rationales are full of sentences that others have word for word.
struct Reader {
    sentence: Sentence,
    known: LruCache<Box<str>, Vec<usize>>,
}

impl Default for Reader {
    fn default() -> Self {
        Self { sentence: Sentence::default(), known: LruCache::new(KNOWN_SENTENCES) }
    }
}

/// So many sentences are remembered, in some 4 MB.
const KNOWN_SENTENCES: NonZeroUsize = NonZeroUsize::new(16 << 10).expect("more than none");

/// Longer ones, in bytes, are not: they do not come again.
const LONG_SENTENCE: usize = 1000;

impl Reader {
    /// The places of the tags that a sentence mentions.
    fn tags(&mut self, printed: &str, patterns: &Patterns) -> Vec<usize> {
        if let Some(tags) = self.known.get(printed) {
            return tags.clone();
        }
        self.sentence.read(printed, &patterns.texts);
        let tags = patterns.tags_of(&self.sentence);
        if printed.len() <= LONG_SENTENCE {
            self.known.put(printed.into(), tags.clone());
        }
        tags
    }
}

/// A sentence, and what its words tell of.
#[derive(Default)]
struct Sentence {
    /// As patterns expect it.
    plain: Vec<u8>,
    /// Each word, and where it begins.
    words: Vec<(usize, WordId)>,
    /// The groups of all words.
    groups: Groups,
    memo: Memo,
}

impl Sentence {
    fn read(&mut self, printed: &str, texts: &Texts) {
        plain(printed, &mut self.plain);
        self.words.clear();
        self.groups = Groups::default();
        self.memo.make_room();
        let mut at = 0;
        for end in memchr_iter(b' ', &self.plain).chain([self.plain.len()]) {
            let id = self.memo.id(&self.plain[at..end], texts);
            if id != WordId::OF_NOTHING {
                self.groups.add_all(&self.memo.word(id).groups);
            }
            self.words.push((at, id));
            at = end + 1;
        }
    }

    /// Whether a word tells of a group.
    fn has(&self, id: WordId, group: usize) -> bool {
        id != WordId::OF_NOTHING && self.memo.word(id).groups.has(group)
    }

    /// Whether the pattern finds something in the sentence. It is tried where it can begin, not searched for: its automaton
    /// then ends after a few words.
    fn is_match(&self, pattern: &Pattern, heads: &mut Heads) -> bool {
        if !self.groups.has_all(&pattern.needs) {
            return false;
        }
        let Some(beginning) = pattern.beginning else { return pattern.regex.is_match(&self.plain) };
        self.starts(beginning).any(|start| {
            self.is_possible(pattern, start)
                && pattern.head.is_none_or(|head| heads.stands_at(start, head, self))
                && self.is_match_at(start, &pattern.regex)
        })
    }

    fn is_match_at(&self, start: usize, regex: &Regex) -> bool {
        regex.is_match(Input::new(&self.plain).range(start..).anchored(Anchored::Yes))
    }

    /// Where the texts of a group begin.
    fn starts(&self, group: usize) -> impl Iterator<Item = usize> {
        let words = self.words.iter().filter(move |(_, id)| self.has(*id, group));
        words.flat_map(move |(at, id)| {
            self.memo.word(*id).starts(group).filter_map(|start| at.checked_add_signed(start))
        })
    }

    /// Whether the words from a place on, as many as the pattern can match, tell of its groups one behind the other.
    fn is_possible(&self, pattern: &Pattern, start: usize) -> bool {
        let first = self.words.partition_point(|(at, _)| *at <= start).saturating_sub(1);
        let words = &self.words[first..];
        let mut words = &words[..words.len().min(pattern.words.saturating_add(1))];
        pattern.groups.iter().all(|group| {
            let next = words.iter().position(|(_, id)| self.has(*id, *group));
            next.inspect(|next| words = &words[*next..]).is_some()
        })
    }
}

/// The phrases with which patterns begin, as far as they were tried on a sentence. At few of the places where one could
/// stand it does, so that one trial spares those of all patterns that begin with it.
struct Heads<'p> {
    regexes: &'p [Regex],
    /// Which were tried, where, and whether they stand there.
    tried: Vec<(usize, usize, bool)>,
}

impl Heads<'_> {
    fn stands_at(&mut self, start: usize, head: usize, sentence: &Sentence) -> bool {
        if let Some((.., stands)) = self.tried.iter().find(|(of, at, _)| (*of, *at) == (head, start)) {
            return *stands;
        }
        let stands = sentence.is_match_at(start, &self.regexes[head]);
        self.tried.push((head, start, stands));
        stands
    }
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{Class, Hir, HirKind};

    use super::*;

    /// Sentences of the tables, parts of one with those of another, and other ways to print them.
    fn sentences_to_read() -> Vec<String> {
        let entries = table::GAPS.entries();
        let facts = |entry: &table::Entry| [entry.fact("example"), entry.fact("counterexample")].map(str::to_owned);
        let printed: Vec<String> = entries.iter().flat_map(facts).collect();
        let mut sentences = printed.clone();
        for (sentence, other) in printed.iter().zip(printed.iter().cycle().skip(7)) {
            let half = |text: &str| text.match_indices(' ').nth(text.matches(' ').count() / 2).map_or(0, |(at, _)| at);
            sentences.push(format!("{}{}", &sentence[..half(sentence)], &other[half(other)..]));
            sentences.push(format!("{other} {}", sentence.to_lowercase()));
            sentences.push(format!(" {} ", sentence.replace(' ', "\u{a0}\n").to_uppercase()));
            sentences.push(sentence.replace(' ', "-no "));
        }
        sentences
    }

    /// What is searched first never keeps a pattern from what it matches.
    #[test]
    fn patterns_find_what_they_find_when_all_are_tried() {
        let gaps = Gaps::load();
        let patterns = Patterns::new(&gaps.tags);
        for printed in sentences_to_read() {
            let mut all = BTreeSet::new();
            let mut text = Vec::new();
            for sentence in sentences(&printed) {
                plain(sentence, &mut text);
                let found = patterns.list.iter().filter(|pattern| pattern.regex.is_match(&text));
                all.extend(found.map(|pattern| pattern.tag));
            }
            assert_eq!(patterns.tags_in(&printed), Vec::from_iter(all), "case: {printed}");
        }
    }

    /// Writes something that a pattern matches, if what it looks for around itself is there: `choose` picks one of so many.
    fn write_match(pattern: &Hir, choose: &mut impl FnMut(usize) -> usize, to: &mut String) {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => to.push_str(str::from_utf8(&literal.0).unwrap()),
            HirKind::Class(Class::Bytes(class)) => {
                let range = class.ranges()[choose(class.ranges().len())];
                to.push(char::from(range.end()));
            }
            HirKind::Class(Class::Unicode(_)) => panic!("patterns are ASCII"),
            HirKind::Capture(capture) => write_match(&capture.sub, choose, to),
            HirKind::Repetition(repetition) => {
                let most = repetition.max.unwrap_or(repetition.min + 1);
                let times = [repetition.min, most, most][choose(3)];
                (0..times).for_each(|_| write_match(&repetition.sub, choose, to));
            }
            HirKind::Concat(parts) => parts.iter().for_each(|part| write_match(part, choose, to)),
            HirKind::Alternation(branches) => write_match(&branches[choose(branches.len())], choose, to),
        }
    }

    #[test]
    fn patterns_find_whatever_they_can_match() {
        let gaps = Gaps::load();
        let patterns = Patterns::new(&gaps.tags);
        let phrases = phrases();
        let rows: Vec<GapRow> = rows(&table::GAPS);
        let branches = rows.iter().flat_map(|row| branches(&row.pattern));
        let mut random = fastrand::Rng::with_seed(1);
        let mut choose = |of: usize| random.usize(..of);
        for (branch, pattern) in branches.zip(&patterns.list) {
            let hir = parse(&expand(branch, &phrases)).unwrap();
            let (mut found, mut compared) = (0, Vec::new());
            for _ in 0..50 {
                let mut text = String::from(["", "it: ", "("][choose(3)]);
                write_match(&hir, &mut choose, &mut text);
                plain(&text, &mut compared);
                if pattern.regex.is_match(&compared) && sentences(&text).count() == 1 {
                    found += 1;
                    assert!(patterns.tags_in(&text).contains(&pattern.tag), "case: {branch}: {text}");
                }
            }
            assert!(found > 0, "nothing was written for {branch}");
        }
    }
}
