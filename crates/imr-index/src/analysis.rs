//! Text to index terms; the same for letters and for queries.
//!
//! A word is a run of letters and digits, in lower case: `L4-5` is the words `l4` and `5`, and is found whole as the
//! phrase of the two. A number and its unit are two words, so that `10mg` is found by `10 mg`. Each word is indexed twice
//! at its position: as it is, for phrases, which are exact; and by its stem (marked `~`), so that `weaning` is found by
//! `weaned`. A word with a hyphen is indexed by the stem of the whole, too: `xray` finds `x-ray`. Where a sentence or
//! paragraph begins, a mark stands beside the first word, so that the engine's positions tell what stands in one sentence.
//! Analysis is our own, not the engine's: another engine will then give the same answers.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::sentences::sentences;

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
    let mut rest = text.char_indices().peekable();
    let mut unit: Option<Range<usize>> = None;
    std::iter::from_fn(move || {
        if let Some(range) = unit.take() {
            return Some(Word { text: lower(&text[range.clone()]), range });
        }
        let (start, _) = rest.find(|(_, c)| c.is_alphanumeric())?;
        let mut end = text.len();
        while let Some(&(at, c)) = rest.peek() {
            if !c.is_alphanumeric() {
                end = at;
                break;
            }
            rest.next();
        }
        if let Some(digits) = digits_before_unit(&text[start..end]) {
            unit = Some(start + digits..end);
            end = start + digits;
        }
        Some(Word { text: lower(&text[start..end]), range: start..end })
    })
}

/// Units that are written without a blank behind their number.
const UNITS: [&str; 16] =
    ["mg", "mgs", "mcg", "ml", "mls", "gm", "gms", "g", "cc", "cm", "mm", "iu", "meq", "hr", "hrs", "kg"];

/// How many digits stand before a unit: 3 in `325mg`; `None` if the run is anything else.
fn digits_before_unit(run: &str) -> Option<usize> {
    let digits = run.bytes().take_while(u8::is_ascii_digit).count();
    let unit = run.get(digits..)?;
    (digits > 0 && UNITS.iter().any(|known| known.eq_ignore_ascii_case(unit))).then_some(digits)
}

/// What marks the first word of a sentence in the index. No word has such a character.
pub const SENTENCE_START: &str = "\u{1}s";
/// What marks the first word of a paragraph.
pub const PARAGRAPH_START: &str = "\u{1}p";

fn lower(word: &str) -> String {
    let mut lower = word.to_lowercase();
    let mut end = lower.len().min(LONGEST_WORD);
    while !lower.is_char_boundary(end) {
        end -= 1;
    }
    lower.truncate(end);
    lower
}

/// The index term of a word by its stem (English Snowball).
#[must_use]
pub fn stem_term(word: &str) -> String {
    format!("~{}", Stemmer::new(Algorithm::English).stem(word))
}

/// A whole value as keyword fields compare it: lower case, blanks folded.
#[must_use]
pub fn keyword_term(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
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
    let first_word = |at: usize| words.partition_point(|word| word.range.start < at);
    let positions = |starts: &mut dyn Iterator<Item = usize>| {
        let mut positions: Vec<u32> = starts
            .map(first_word)
            .filter(|position| (1..words.len()).contains(position))
            .filter_map(|position| u32::try_from(position).ok())
            .collect();
        positions.dedup();
        positions
    };
    Boundaries {
        sentences: positions(&mut sentences(text).iter().map(|sentence| sentence.start)),
        paragraphs: positions(&mut text.match_indices('\n').map(|(at, _)| at + 1)),
    }
}

/// Words with one hyphen inside, joined, and where their first part stands: `x-ray` is `xray`, too. They are indexed by
/// their stems.
pub fn joined<'w>(text: &'w str, words: &'w [Word]) -> impl Iterator<Item = (usize, String)> + 'w {
    let is_part = |word: &Word| word.text.bytes().all(|byte| byte.is_ascii_alphabetic());
    words.windows(2).enumerate().filter_map(move |(position, pair)| {
        let [first, second] = pair else { return None };
        let is_joined = &text[first.range.end..second.range.start] == "-" && is_part(first) && is_part(second);
        is_joined.then(|| (position, format!("{}{}", first.text, second.text)))
    })
}

/// The tokenizer of text and title fields. Stemming costs ten times as much as everything else, so that each distinct
/// word is stemmed once.
#[derive(Clone, Default)]
pub(crate) struct TextTokenizer {
    stems: HashMap<String, Arc<str>>,
}

/// The cache is emptied at this many words: misprints and numbers are endless.
const CACHED_STEMS: usize = 200_000;

impl TextTokenizer {
    fn stem(&mut self, word: &str) -> Arc<str> {
        if let Some(stem) = self.stems.get(word) {
            return Arc::clone(stem);
        }
        if self.stems.len() >= CACHED_STEMS {
            self.stems.clear();
        }
        let stem: Arc<str> = stem_term(word).into();
        self.stems.insert(word.to_owned(), Arc::clone(&stem));
        stem
    }
}

impl Tokenizer for TextTokenizer {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let words: Vec<Word> = words(text).collect();
        let mut tokens = Vec::with_capacity(words.len() * 2);
        let mut joined = joined(text, &words).peekable();
        let Boundaries { sentences, paragraphs } = boundaries(text, &words);
        let (mut sentences, mut paragraphs) = (sentences.into_iter().peekable(), paragraphs.into_iter().peekable());
        for (position, word) in words.iter().enumerate() {
            let mut push = |text: String| {
                let Range { start: offset_from, end: offset_to } = word.range;
                tokens.push(Token { text, position, offset_from, offset_to, position_length: 1 });
            };
            push(word.text.clone());
            push(self.stem(&word.text).to_string());
            if let Some((_, whole)) = joined.next_if(|(at, _)| *at == position) {
                push(self.stem(&whole).to_string());
            }
            if sentences.next_if(|at| *at as usize == position).is_some() {
                push(SENTENCE_START.to_owned());
            }
            if paragraphs.next_if(|at| *at as usize == position).is_some() {
                push(PARAGRAPH_START.to_owned());
            }
        }
        Tokens::new(tokens)
    }
}

/// The tokenizer of keyword fields: the whole value is one term.
#[derive(Clone, Default)]
pub(crate) struct KeywordTokenizer;

impl Tokenizer for KeywordTokenizer {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let token = Token { text: keyword_term(text), offset_to: text.len(), position: 0, ..Token::default() };
        Tokens::new(vec![token])
    }
}

/// Tokens made beforehand.
pub(crate) struct Tokens {
    tokens: Vec<Token>,
    next: usize,
}

impl Tokens {
    fn new(tokens: Vec<Token>) -> Self {
        Self { tokens, next: 0 }
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
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
        let mut tokenizer = TextTokenizer::default();
        let mut stream = tokenizer.token_stream(text);
        let mut terms = Vec::new();
        while stream.advance() {
            terms.push(format!("{}{}", stream.token().position, stream.token().text));
        }
        terms
    }

    #[test]
    fn each_word_is_indexed_as_it_is_and_by_its_stem() {
        assert_eq!(terms("Taking pills"), ["0taking", "0~take", "1pills", "1~pill"]);
        assert_eq!(terms("X-rays"), ["0x", "0~x", "0~xray", "1rays", "1~ray"]);
        assert_eq!(terms("L4-5"), ["0l4", "0~l4", "15", "1~5"]);
    }

    #[test]
    fn sentences_and_paragraphs_are_marked() {
        assert_eq!(terms("A. 1\nB"), ["0a", "0~a", "11", "1~1", "2b", "2~b", "2\u{1}s", "2\u{1}p"]);
        let text = "One. Two! Three?\nFour";
        let words: Vec<Word> = words(text).collect();
        assert_eq!(boundaries(text, &words), Boundaries { sentences: vec![1, 2, 3], paragraphs: vec![3] });
    }
}
