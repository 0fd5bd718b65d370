//! The words of a query, and a place among them.

use crate::ast::{Ast, Bound, Place, Span, Text, Typed, Value};

/// A plain word.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Lower case, without punctuation around it and without the ending of a possessive.
    pub(super) lower: String,
    pub(super) typed: Typed,
    /// A comma or semicolon stands behind it.
    pub(super) ends_part: bool,
}

impl Word {
    pub(super) fn new(typed: Typed) -> Self {
        let is_around = |c: char| matches!(c, ',' | '.' | '?' | '!' | ';' | ':' | '\'' | '’' | '(' | ')');
        let bare = typed.text.trim_matches(is_around);
        let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
        let ends_part = typed.text.ends_with([',', ';']);
        Self { lower: bare.to_lowercase(), typed, ends_part }
    }
}

/// A place among the words of a query. Copied freely: a rule that does not fit leaves no trace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'w> {
    words: &'w [Word],
    pub(super) at: usize,
}

impl<'w> Cursor<'w> {
    pub(super) fn new(words: &'w [Word], at: usize) -> Self {
        Self { words, at }
    }

    /// The words from here on.
    pub(super) fn rest(&self) -> &'w [Word] {
        &self.words[self.at.min(self.words.len())..]
    }

    /// The words before this place.
    pub(super) fn before(&self) -> &'w [Word] {
        &self.words[..self.at.min(self.words.len())]
    }

    /// The place so many words further on.
    pub(super) fn forward(mut self, words: usize) -> Self {
        self.at += words;
        self
    }

    /// The word here; empty at the end.
    pub(super) fn word(&self) -> &'w str {
        self.rest().first().map_or("", |word| word.lower.as_str())
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Whether the word here is one of some words (`a|an|the`).
    pub(super) fn is(&self, words: &str) -> bool {
        !self.is_at_end() && is_one_of(self.word(), words)
    }

    /// Passes over a word that is one of these (`a|an|the`).
    pub(super) fn skip(&mut self, words: &str) -> bool {
        let found = self.is(words);
        self.at += usize::from(found);
        found
    }

    /// Passes over all words that are among these (`a|an|the`); tells how many there were.
    pub(super) fn skip_all(&mut self, words: &str) -> usize {
        let start = self.at;
        while self.skip(words) {}
        self.at - start
    }

    /// Passes over one of these phrases (`relied on|based on`), the first that stands here.
    pub(super) fn phrase(&mut self, phrases: &str) -> bool {
        let stands_here = |phrase: &&str| {
            let mut words = self.rest().iter();
            phrase.split(' ').all(|part| words.next().is_some_and(|word| word.lower == part))
        };
        let length = phrases.split('|').find(stands_here).map_or(0, |phrase| phrase.split(' ').count());
        self.at += length;
        length > 0
    }

    /// The longest name that begins here, up to six words.
    pub(super) fn longest<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (length, found) = (1..=self.rest().len().min(6)).rev().find_map(|length| {
            let words: Vec<&str> = self.rest()[..length].iter().map(|word| word.lower.as_str()).collect();
            find(&words.join(" ")).map(|found| (length, found))
        })?;
        self.at += length;
        Some(found)
    }

    /// The words from a place to this one, as they stand in the query.
    pub(super) fn span_from(&self, start: usize) -> Span {
        let read = &self.words[start.min(self.words.len())..self.at.min(self.words.len())];
        match read {
            [first, .., last] => first.typed.span().start..last.typed.span().end,
            [one] => one.typed.span(),
            [] => 0..0,
        }
    }

    /// A condition that was read from a place up to this one.
    pub(super) fn condition(&self, start: usize, name: &str, value: &str) -> Ast {
        let span = self.span_from(start);
        let typed = Typed::new(value, span.clone());
        let needs_quotes = value.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '*' | '~'));
        let text = if needs_quotes { Text::Phrase { text: typed, slop: 0 } } else { Text::Word(typed) };
        Ast::field(name, Value::Text(text), &span)
    }

    /// A range of a field that was read from a place up to this one.
    pub(super) fn range(&self, start: usize, name: &str, from: Option<Bound>, to: Option<Bound>) -> Ast {
        let span = self.span_from(start);
        Ast::field(name, Value::Range { from, to, place: Place(span.clone()) }, &span)
    }
}

/// Whether a word is one of some words (`a|an|the`).
pub(super) fn is_one_of(word: &str, words: &str) -> bool {
    words.split('|').any(|known| known == word)
}

/// A number of a few digits, or one of the words for numbers up to a hundred that ages and counts use.
pub(super) fn number(word: &str) -> Option<u32> {
    const UNITS: &str = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|\
            sixteen|seventeen|eighteen|nineteen";
    const TENS: &str = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety";
    if !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    let of =
        |list: &str, word: &str| list.split('|').position(|known| known == word).and_then(|at| u32::try_from(at).ok());
    if let Some(unit) = of(UNITS, word) {
        return Some(unit);
    }
    let (ten, unit) = word.split_once('-').map_or((word, None), |(ten, unit)| (ten, Some(unit)));
    let ten = of(TENS, ten)? * 10 + 20;
    unit.map_or(Some(ten), |unit| of(UNITS, unit).filter(|unit| *unit < 10).map(|unit| ten + unit))
}
