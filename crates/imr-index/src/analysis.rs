//! Text to index terms; the same for letters and for queries.
//!
//! A word is a run of letters and digits, in lower case: `L4-5` is the words `l4` and `5`, and is found whole as the
//! phrase of the two. Each word is indexed twice at its position: as it is, for phrases, which are exact; and by its
//! stem (marked `~`), so that `weaning` is found by `weaned`. Analysis is our own, not the engine's: another engine
//! will then give the same answers.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

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
    std::iter::from_fn(move || {
        let (start, _) = rest.find(|(_, c)| c.is_alphanumeric())?;
        let mut end = text.len();
        while let Some(&(at, c)) = rest.peek() {
            if !c.is_alphanumeric() {
                end = at;
                break;
            }
            rest.next();
        }
        Some(Word { text: lower(&text[start..end]), range: start..end })
    })
}

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
        let mut tokens = Vec::new();
        for (position, word) in words(text).enumerate() {
            let stem = self.stem(&word.text).to_string();
            let token = |text| Token {
                text,
                position,
                offset_from: word.range.start,
                offset_to: word.range.end,
                position_length: 1,
            };
            tokens.push(token(word.text.clone()));
            tokens.push(token(stem));
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
            ("10/325mg #60", "10 325mg 60"),
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

    #[test]
    fn each_word_is_indexed_as_it_is_and_by_its_stem() {
        let mut tokenizer = TextTokenizer::default();
        let mut stream = tokenizer.token_stream("Taking pills");
        let mut terms = Vec::new();
        while stream.advance() {
            terms.push((stream.token().position, stream.token().text.clone()));
        }
        assert_eq!(
            terms,
            [(0, "taking"), (0, "~take"), (1, "pills"), (1, "~pill")].map(|(at, term)| (at, term.to_owned()))
        );
    }
}
