//! Text to index terms; the same for letters and for queries.
//!
//! A word is a run of letters and digits, in lower case: `L4-5` is the words `l4` and `5`, and is found whole as the
//! phrase of the two. A number and its unit are two words, so that `10mg` is found by `10 mg`. Each word is indexed as it
//! is, for phrases, which are exact; and if its stem is another word, by that, too (marked `~`), so that `weaning` is found
//! by `weaned`. Two words of three are their own stem: one posting then serves both, and a search for a stem looks for the
//! [two terms of it](stem_terms). A word with a hyphen is indexed by the stem of the whole, too: `xray` finds `x-ray`. Where
//! a sentence or paragraph begins, a mark stands beside the first word, so that the engine's positions tell what stands in
//! one sentence. Analysis is our own, not the engine's: another engine will then give the same answers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxBuildHasher;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::sentences::{Ends, ends_between};

pub(crate) const TEXT_TOKENIZER: &str = "imr_text";
pub(crate) const KEYWORD_TOKENIZER: &str = "imr_keyword";

/// Words are cut to this many bytes: nothing longer is a word.
const LONGEST_WORD: usize = 64;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In lower case.
    pub text: String,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// The words of a text, in order.
///
/// # Examples
///
/// ```
/// let words: Vec<String> = imr_index::words("EMG/NCV, L4-5").map(|word| word.text).collect();
/// assert_eq!(words, ["emg", "ncv", "l4", "5"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    word_places(text).map(|range| {
        let mut lower = String::with_capacity(range.len());
        push_lower(&mut lower, &text[range.clone()]);
        Word { text: lower, range }
    })
}

/// Where the words of a text stand, in order.
pub(crate) fn word_places(text: &str) -> WordPlaces<'_> {
    WordPlaces { text, at: 0, unit: None }
}

/// Iterator of [`word_places`].
pub(crate) struct WordPlaces<'t> {
    text: &'t str,
    /// Up to here the text is read.
    at: usize,
    /// The unit of the number that was told last.
    unit: Option<Range<usize>>,
}

impl Iterator for WordPlaces<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        if let Some(unit) = self.unit.take() {
            return Some(unit);
        }
        let start = run_end(self.text, self.at, false);
        let end = run_end(self.text, start, true);
        self.at = end;
        if start == end {
            return None;
        }
        let Some(digits) = digits_before_unit(&self.text[start..end]) else { return Some(start..end) };
        self.unit = Some(start + digits..end);
        Some(start..start + digits)
    }
}

/// Where a run of letters and digits, or one of other characters, ends that begins at a place. Nearly all characters are
/// ASCII, and need not be decoded.
#[inline]
fn run_end(text: &str, start: usize, of_word: bool) -> usize {
    let mut at = start;
    while let Some(byte) = text.as_bytes().get(at) {
        let (is_in_word, length) = if byte.is_ascii() {
            (byte.is_ascii_alphanumeric(), 1)
        } else {
            text[at..].chars().next().map_or((false, 1), |c| (c.is_alphanumeric(), c.len_utf8()))
        };
        if is_in_word != of_word {
            break;
        }
        at += length;
    }
    at
}

/// Units that are written without a blank behind their number.
const UNITS: [&str; 16] =
    ["mg", "mgs", "mcg", "ml", "mls", "gm", "gms", "g", "cc", "cm", "mm", "iu", "meq", "hr", "hrs", "kg"];

/// How many digits stand before a unit: 3 in `325mg`; `None` if the run is anything else.
fn digits_before_unit(run: &str) -> Option<usize> {
    let digits = run.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits == run.len() {
        return None;
    }
    let unit = run.get(digits..)?;
    UNITS.iter().any(|known| known.eq_ignore_ascii_case(unit)).then_some(digits)
}

/// What marks the first word of a sentence in the index. No word has such a character.
pub const SENTENCE_START: &str = "\u{1}s";
/// What marks the first word of a paragraph.
pub const PARAGRAPH_START: &str = "\u{1}p";

/// Adds a word in lower case, cut to [`LONGEST_WORD`].
#[inline]
pub(crate) fn push_lower(to: &mut String, word: &str) {
    let start = to.len();
    if word.is_ascii() {
        to.push_str(&word[..word.len().min(LONGEST_WORD)]);
        to[start..].make_ascii_lowercase();
        return;
    }
    to.push_str(&word.to_lowercase());
    let mut end = to.len().min(start + LONGEST_WORD);
    while !to.is_char_boundary(end) {
        end -= 1;
    }
    to.truncate(end);
}

/// What stands before a stem that is not the word itself.
const STEM_MARK: char = '~';

/// A word by its stem (English Snowball), marked `~`: what queries ask for. [`stem_terms`] says how it is indexed.
#[must_use]
pub fn stem_term(word: &str) -> String {
    format!("{STEM_MARK}{}", stem(word))
}

/// Whether a term is a [`stem_term`] that begins with a letter, as the stems of all words do that begin with it: stemming
/// changes the ends of words only.
#[must_use]
pub fn stem_begins_with(term: &str, letter: char) -> bool {
    term.strip_prefix(STEM_MARK).is_some_and(|stem| stem.starts_with(letter))
}

fn stem(word: &str) -> std::borrow::Cow<'_, str> {
    Stemmer::new(Algorithm::English).stem(word)
}

/// The index terms that a term of a query stands for: of a [`stem_term`] the words that were stemmed, and the word that is
/// its own stem. Any other term stands for itself.
///
/// A word that is spelt like a stem may have a stem of its own (`increas` is `increa`): it is not among them.
///
/// # Examples
///
/// ```
/// assert_eq!(imr_index::stem_terms("~wean"), ["~wean", "wean"]);
/// assert_eq!(imr_index::stem_terms("~increas"), ["~increas"]);
/// assert_eq!(imr_index::stem_terms("weaning"), ["weaning"]);
/// ```
#[must_use]
pub fn stem_terms(term: &str) -> Vec<String> {
    let own = term.strip_prefix(STEM_MARK).filter(|word| stem(word) == *word);
    [term].into_iter().chain(own).map(str::to_owned).collect()
}

/// A whole value as keyword fields compare it: lower case, blanks folded.
#[must_use]
pub fn keyword_term(value: &str) -> String {
    let mut term = String::with_capacity(value.len());
    for part in value.split_whitespace() {
        if !term.is_empty() {
            term.push(' ');
        }
        term.push_str(part);
    }
    if !term.is_ascii() {
        return term.to_lowercase();
    }
    term.make_ascii_lowercase();
    term
}

/// Where the words of a text stand in its sentences and paragraphs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boundaries {
    /// The positions of words that begin a sentence, ascending; the first word of the text is not among them.
    pub sentences: Vec<u32>,
    /// The positions of words that begin a paragraph; each begins a sentence, too.
    pub paragraphs: Vec<u32>,
}

/// Where the sentences and paragraphs of some words of a text begin.
#[must_use]
pub fn boundaries(text: &str, words: &[Word]) -> Boundaries {
    let mut boundaries = Boundaries::default();
    for (position, pair) in (1..).zip(words.windows(2)) {
        let ends = ends_between(text, pair[0].range.end, pair[1].range.start);
        boundaries.sentences.extend(ends.sentence.then_some(position));
        boundaries.paragraphs.extend(ends.paragraph.then_some(position));
    }
    boundaries
}

/// Words with one hyphen inside, joined, and where their first part stands: `x-ray` is `xray`, too. They are indexed by
/// their stems.
pub fn joined<'w>(text: &'w str, words: &'w [Word]) -> impl Iterator<Item = (usize, String)> + 'w {
    words.windows(2).enumerate().filter_map(move |(position, pair)| {
        let mut whole = String::new();
        push_joined(&mut whole, text, &pair[0].range, &pair[1].range).then_some((position, whole))
    })
}

/// Adds two words as one if a hyphen alone stands between them, and tells whether.
fn push_joined(to: &mut String, text: &str, first: &Range<usize>, second: &Range<usize>) -> bool {
    let is_part = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if &text[first.end..second.start] != "-" {
        return false;
    }
    let (first, second) = (&text[first.clone()], &text[second.clone()]);
    if !is_part(first) || !is_part(second) {
        return false;
    }
    push_lower(to, first);
    push_lower(to, second);
    true
}

/// The tokenizer of text and title fields.
#[derive(Clone, Default)]
pub(crate) struct TextTokenizer;

impl Tokenizer for TextTokenizer {
    type TokenStream<'a> = TextTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TextTokens<'a> {
        let mut places = word_places(text);
        let next = places.next();
        TextTokens { text, places, word: 0..0, next, ends: Ends::default(), step: Step::Word, token: Token::default() }
    }
}

/// The terms of a text, one after another in the room of one.
pub(crate) struct TextTokens<'t> {
    text: &'t str,
    places: WordPlaces<'t>,
    /// The word whose terms are told.
    word: Range<usize>,
    next: Option<Range<usize>>,
    /// What ends before the word.
    ends: Ends,
    step: Step,
    token: Token,
}

/// The terms at the position of a word, in the order in which they are told.
#[derive(Clone, Copy)]
enum Step {
    Word,
    Stem,
    Joined,
    Sentence,
    Paragraph,
}

impl TextTokens<'_> {
    fn tell_word(&mut self, word: Range<usize>) {
        let is_first = self.word.end == 0;
        self.ends = if is_first { Ends::default() } else { ends_between(self.text, self.word.end, word.start) };
        self.token.position = if is_first { 0 } else { self.token.position + 1 };
        (self.token.offset_from, self.token.offset_to) = (word.start, word.end);
        self.token.text.clear();
        push_lower(&mut self.token.text, &self.text[word.clone()]);
        self.next = self.places.next();
        self.word = word;
    }

    fn tell_stem(&mut self) -> bool {
        let term = cached_stem_term(&self.token.text);
        let is_other = term[STEM_MARK.len_utf8()..] != self.token.text;
        if is_other {
            self.tell(&term);
        }
        is_other
    }

    fn tell_joined(&mut self) -> bool {
        let Some(next) = &self.next else { return false };
        self.token.text.clear();
        let is_joined = push_joined(&mut self.token.text, self.text, &self.word, next);
        if is_joined {
            let term = cached_stem_term(&self.token.text);
            self.tell(&term);
        }
        is_joined
    }

    fn tell_mark(&mut self, is_there: bool, mark: &str) -> bool {
        if is_there {
            self.tell(mark);
        }
        is_there
    }

    fn tell(&mut self, term: &str) {
        self.token.text.clear();
        self.token.text.push_str(term);
    }
}

impl TokenStream for TextTokens<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let (is_told, step) = match self.step {
                Step::Word => {
                    let Some(word) = self.next.take() else { return false };
                    self.tell_word(word);
                    (true, Step::Stem)
                }
                Step::Stem => (self.tell_stem(), Step::Joined),
                Step::Joined => (self.tell_joined(), Step::Sentence),
                Step::Sentence => (self.tell_mark(self.ends.sentence, SENTENCE_START), Step::Paragraph),
                Step::Paragraph => (self.tell_mark(self.ends.paragraph, PARAGRAPH_START), Step::Word),
            };
            self.step = step;
            if is_told {
                return true;
            }
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The cache is emptied at this many words: misprints and numbers are endless.
const CACHED_STEMS: usize = 200_000;

thread_local! {
    /// The stems of words met before by this thread. Stemming costs ten times as much as everything else, and the engine
    /// makes a tokenizer for each field of each segment, so that the cache is none of theirs.
    static STEMS: RefCell<HashMap<Box<str>, Rc<str>, FxBuildHasher>> = RefCell::default();
}

fn cached_stem_term(word: &str) -> Rc<str> {
    STEMS.with_borrow_mut(|stems| {
        if let Some(term) = stems.get(word) {
            return Rc::clone(term);
        }
        if stems.len() >= CACHED_STEMS {
            stems.clear();
        }
        let term: Rc<str> = stem_term(word).into();
        stems.insert(word.into(), Rc::clone(&term));
        term
    })
}

/// The tokenizer of keyword fields: the whole value is one term.
#[derive(Clone, Default)]
pub(crate) struct KeywordTokenizer;

impl Tokenizer for KeywordTokenizer {
    type TokenStream<'a> = KeywordToken;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> KeywordToken {
        let token = Token { text: keyword_term(text), offset_to: text.len(), position: 0, ..Token::default() };
        KeywordToken { token, is_told: false }
    }
}

/// The one term of a value.
pub(crate) struct KeywordToken {
    token: Token,
    is_told: bool,
}

impl TokenStream for KeywordToken {
    fn advance(&mut self) -> bool {
        !std::mem::replace(&mut self.is_told, true)
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_their_terms() {
        for (text, want) in [
            ("Functional improvement.", "functional improvement"),
            ("10/325mg #60", "10 325 mg 60"),
            ("5MG 5m L4mg 10mgx", "5 mg 5m l4mg 10mgx"),
            ("x-ray of L4-5", "x ray of l4 5"),
            ("  ", ""),
            ("Straße 30°C", "straße 30 c"),
        ] {
            let got: Vec<String> = words(text).map(|word| word.text).collect();
            assert_eq!(got.join(" "), want, "case: {text:?}");
        }
        assert_eq!(stem_term("weaning"), stem_term("weaned"));
        assert_eq!(keyword_term(" Physical  Therapy"), "physical therapy");
        assert_eq!(words(&"a".repeat(1000)).next().map(|word| word.text.len()), Some(LONGEST_WORD));
    }

    fn terms(text: &str) -> Vec<String> {
        let mut tokenizer = TextTokenizer;
        let mut stream = tokenizer.token_stream(text);
        let mut terms = Vec::new();
        while stream.advance() {
            terms.push(format!("{}{}", stream.token().position, stream.token().text));
        }
        terms
    }

    #[test]
    fn each_word_is_indexed_as_it_is_and_by_its_stem_if_that_is_another() {
        for (text, want) in [
            ("Taking a pill", vec!["0taking", "0~take", "1a", "2pill"]),
            ("X-rays", vec!["0x", "0~xray", "1rays", "1~ray"]),
            ("Straße-x L4-5", vec!["0straße", "1x", "2l4", "35"]),
            ("", vec![]),
            (" - ", vec![]),
        ] {
            assert_eq!(terms(text), want, "case: {text:?}");
        }
    }

    #[test]
    fn a_stem_is_found_by_the_terms_it_is_indexed_by() {
        for word in ["weaning", "wean", "increas", "increase", "the", "opioids", "generalizations", "xray", "10", "ß"]
        {
            let sought = stem_terms(&stem_term(word));
            for other in
                ["weaning", "wean", "weans", "increas", "increase", "opioid", "the", "generally", "xrays", "10"]
            {
                let is_found = terms(other).iter().any(|term| sought.contains(&term[1..].to_owned()));
                assert_eq!(is_found, stem_term(word) == stem_term(other), "case: {word} and {other}");
            }
        }
    }

    #[test]
    fn stems_begin_as_their_words() {
        for word in ["weaning", "dying", "skis", "idly", "yes", "\u{e9}tudes", "5mg", "generously", "y"] {
            let letter = word.chars().next().unwrap();
            assert!(stem_begins_with(&stem_term(word), letter), "case: {word}");
            assert!(!stem_begins_with(&stem_term(word), '#'), "case: {word}");
        }
        assert!(!stem_begins_with("weaning", 'w'), "the word itself is not its stem's term");
    }

    #[test]
    fn sentences_and_paragraphs_are_marked() {
        assert_eq!(terms("A. 1\nB"), ["0a", "11", "2b", "2\u{1}s", "2\u{1}p"]);
        let text = "One. Two! Three?\nFour";
        let words: Vec<Word> = words(text).collect();
        assert_eq!(boundaries(text, &words), Boundaries { sentences: vec![1, 2, 3], paragraphs: vec![3] });
    }
}
