//! Text to index terms; the same for letters and for queries.
//!
//! A word is a run of letters and digits, in lower case: `L4-5` is the words `l4` and `5`, and is found whole as the
//! phrase of the two. A number and its unit are two words, so that `10mg` is found by `10 mg`. Each word is indexed as it is
//! printed, and nothing else: phrases are exact, and a search for a [stem](stem_term) looks for all words that
//! [have it](has_stem), so that `weaning` is found by `weaned`. Words that share a stem share [their beginning](stem_beginnings)
//! and stand close together in the dictionary of a segment. A word with a hyphen is indexed by the stem of the whole, too
//! (marked `~`): `xray` finds `x-ray`. Where a sentence or paragraph begins, a mark stands beside the first word, so that the
//! engine's positions tell what stands in one sentence. Analysis is our own, not the engine's: another engine will then give
//! the same answers.

use std::borrow::Cow;
use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{PreTokenizedStream, PreTokenizedString, Token, TokenStream, Tokenizer};

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
    word_places(text).map(|range| Word { text: lower(&text[range.clone()]), range })
}

/// Where the words of a text stand in it, in bytes and in order: what is not compared with anything need not be made a [`Word`].
#[must_use]
pub fn word_places(text: &str) -> WordPlaces<'_> {
    WordPlaces { text, at: 0, unit: None }
}

/// A word of a text as it is compared.
///
/// # Examples
///
/// ```
/// assert_eq!(imr_index::lower("EMG"), "emg");
/// ```
#[must_use]
pub fn lower(word: &str) -> String {
    let mut lower = String::with_capacity(word.len());
    push_lower(&mut lower, word);
    lower
}

/// Iterator of [`word_places`].
pub struct WordPlaces<'t> {
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

/// What stands before a stem.
const STEM_MARK: char = '~';

/// A word by its stem (English Snowball), marked `~`: what queries ask for. Words with a hyphen are indexed so, others as
/// they are: [`has_stem`] tells which stand for it.
#[must_use]
pub fn stem_term(word: &str) -> String {
    format!("{STEM_MARK}{}", stem(word))
}

/// The stem that a [`stem_term`] asks for; `None` of any other term, which stands for itself.
#[must_use]
pub fn asked_stem(term: &str) -> Option<&str> {
    term.strip_prefix(STEM_MARK)
}

/// Whether a word is one that a search for a stem is to find.
///
/// A word that is spelt like a stem may have a stem of its own (`increas` is `increa`): it has not that stem.
///
/// # Examples
///
/// ```
/// assert!(imr_index::has_stem("weaning", "wean"));
/// assert!(imr_index::has_stem("wean", "wean"));
/// assert!(!imr_index::has_stem("increas", "increas"));
/// ```
#[must_use]
pub fn has_stem(word: &str, wanted: &str) -> bool {
    stem(word) == wanted
}

/// What the words that have a stem begin with; nothing if no other word has it.
///
/// The stemmer takes endings away, and puts other letters in the place of what is left in few rules of Porter's second
/// algorithm: a last `y` is `i`, an `e` is added or an ending becomes one with `e`, `-bility` becomes `bl`, and a short word in
/// `-ying` or `-ies` becomes one in `ie` or `y`. Each of its endings stands behind a vowel, so that nothing becomes a number.
///
/// # Examples
///
/// ```
/// for (word, stem) in [("weaning", "wean"), ("therapies", "therapi"), ("hoping", "hope"), ("dying", "die")] {
///     let begins = |beginning: &String| word.starts_with(beginning.as_str());
///     assert!(imr_index::has_stem(word, stem) && imr_index::stem_beginnings(stem).iter().any(begins));
/// }
/// assert!(imr_index::stem_beginnings("24").is_empty());
/// ```
#[must_use]
pub fn stem_beginnings(stem: &str) -> Vec<String> {
    const REPLACED: [&str; 4] = ["e", "i", "y", "bl"];
    if stem.chars().count() < SHORTEST_STEM || stem.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    if let Some(letter) = stem.strip_suffix("ie").filter(|before| before.chars().count() == 1) {
        return vec![stem.to_owned(), format!("{letter}y")];
    }
    let is_replaced = REPLACED.iter().any(|ending| stem.ends_with(ending));
    vec![stem[..stem.len() - usize::from(is_replaced)].to_owned()]
}

/// Whether a term is a [`stem_term`] that begins with a letter, as the stems of all words do that begin with it: stemming
/// changes the ends of words only.
#[must_use]
pub fn stem_begins_with(term: &str, letter: char) -> bool {
    asked_stem(term).is_some_and(|stem| stem.starts_with(letter))
}

/// No word is cut to fewer letters: `its` is no form of `it`.
const SHORTEST_STEM: usize = 3;

fn stem(word: &str) -> Cow<'_, str> {
    let stem = Stemmer::new(Algorithm::English).stem(word);
    if stem.chars().count() < SHORTEST_STEM { Cow::Borrowed(word) } else { stem }
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

/// Where the sentences and paragraphs of a text begin, given the places of its words.
#[must_use]
pub fn boundaries(text: &str, words: &[Range<usize>]) -> Boundaries {
    let mut boundaries = Boundaries::default();
    for (position, pair) in (1..).zip(words.windows(2)) {
        let ends = ends_between(text, pair[0].end, pair[1].start);
        boundaries.sentences.extend(ends.sentence.then_some(position));
        boundaries.paragraphs.extend(ends.paragraph.then_some(position));
    }
    boundaries
}

/// Words with one hyphen inside, joined, and where their first part stands: `x-ray` is `xray`, too. They are indexed by
/// their stems.
pub fn joined<'w>(text: &'w str, words: &'w [Range<usize>]) -> impl Iterator<Item = (usize, String)> + 'w {
    words.windows(2).enumerate().filter_map(move |(position, pair)| {
        let whole = || lower(&text[pair[0].clone()]) + &lower(&text[pair[1].clone()]);
        is_joined(text, &pair[0], &pair[1]).then(|| (position, whole()))
    })
}

/// Whether a hyphen alone stands between two words of letters.
#[inline]
fn is_joined(text: &str, first: &Range<usize>, second: &Range<usize>) -> bool {
    let is_part = |word: &Range<usize>| text[word.clone()].bytes().all(|byte| byte.is_ascii_alphabetic());
    &text[first.end..second.start] == "-" && is_part(first) && is_part(second)
}

/// A word of a text and what stands around it: what is indexed at its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position<'t> {
    /// The word as it is printed.
    pub(crate) word: &'t str,
    /// The word behind it, if a hyphen alone stands between the two.
    pub(crate) joined: Option<&'t str>,
    /// What ends before the word.
    pub(crate) ends: Ends,
}

/// The positions of a text, in order.
pub(crate) fn positions(text: &str) -> Positions<'_> {
    let mut places = word_places(text);
    let next = places.next();
    Positions { text, places, end: None, next }
}

/// Iterator of [`positions`].
pub(crate) struct Positions<'t> {
    text: &'t str,
    places: WordPlaces<'t>,
    /// Where the word before ends.
    end: Option<usize>,
    next: Option<Range<usize>>,
}

impl<'t> Iterator for Positions<'t> {
    type Item = Position<'t>;

    #[inline]
    fn next(&mut self) -> Option<Position<'t>> {
        let word = self.next.take()?;
        self.next = self.places.next();
        let ends = self.end.map(|end| ends_between(self.text, end, word.start)).unwrap_or_default();
        let behind = self.next.as_ref().filter(|next| is_joined(self.text, &word, next));
        let joined = behind.map(|next| &self.text[next.clone()]);
        self.end = Some(word.end);
        Some(Position { word: &self.text[word], joined, ends })
    }
}

/// The index terms of a text, each with its position. `segment` indexes the same terms, and makes each of them once only.
pub(crate) fn terms(text: &str) -> Vec<(usize, String)> {
    let mut terms = Vec::new();
    for (place, position) in positions(text).enumerate() {
        let word = lower(position.word);
        let joined = position.joined.map(|behind| stem_term(&(word.clone() + &lower(behind))));
        let marks = position.ends.marks().map(str::to_owned);
        terms.extend([word].into_iter().chain(joined).chain(marks).map(|term| (place, term)));
    }
    terms
}

/// The tokenizer of text and title fields, for the few letters that the engine indexes itself.
#[derive(Clone, Default)]
pub(crate) struct TextTokenizer;

impl Tokenizer for TextTokenizer {
    type TokenStream<'a> = PreTokenizedStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PreTokenizedStream {
        let token = |(position, text)| Token { position, text, ..Token::default() };
        let tokens = terms(text).into_iter().map(token).collect();
        PreTokenizedStream::from(PreTokenizedString { text: text.to_owned(), tokens })
    }
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

    /// The terms of a text, each behind its position.
    fn told(text: &str) -> Vec<String> {
        terms(text).into_iter().map(|(position, term)| format!("{position}{term}")).collect()
    }

    #[test]
    fn each_word_is_indexed_as_it_is_and_with_a_hyphen_by_the_stem_of_the_whole() {
        for (text, want) in [
            ("Taking a pill", vec!["0taking", "1a", "2pill"]),
            ("X-rays", vec!["0x", "0~xray", "1rays"]),
            ("Straße-x L4-5", vec!["0straße", "1x", "2l4", "35"]),
            ("", vec![]),
            (" - ", vec![]),
        ] {
            assert_eq!(told(text), want, "case: {text:?}");
        }
    }

    #[test]
    fn words_have_the_stem_that_is_asked_for() {
        for word in ["weaning", "wean", "increas", "increase", "the", "opioids", "generalizations", "xray", "10", "ß"]
        {
            let term = stem_term(word);
            let sought = asked_stem(&term).unwrap();
            for other in
                ["weaning", "wean", "weans", "increas", "increase", "opioid", "the", "generally", "xrays", "10"]
            {
                let is_same = stem_term(word) == stem_term(other);
                assert_eq!(has_stem(other, sought), is_same, "case: {word} and {other}");
            }
        }
        assert_eq!(asked_stem("weaning"), None, "a word as it is printed");
    }

    /// Words that rules of the stemmer rewrite instead of cutting.
    #[test]
    fn words_begin_with_what_is_said_of_their_stem() {
        for word in [
            "dying",
            "lying",
            "tying",
            "vying",
            "skies",
            "skis",
            "sky",
            "ties",
            "cries",
            "happy",
            "by",
            "say",
            "hoping",
            "using",
            "aging",
            "iced",
            "sized",
            "fabled",
            "luxuriated",
            "ability",
            "possibility",
            "nobly",
            "capably",
            "valency",
            "ancy",
            "relational",
            "activate",
            "activity",
            "formalize",
            "electricity",
            "analogy",
            "hopefully",
            "gently",
            "idly",
            "only",
            "early",
            "ugly",
            "singly",
            "communism",
            "agreed",
            "feedly",
            "controlling",
            "added",
            "ebbing",
            "egging",
            "off",
            "ins",
            "gas",
            "ied",
            "ies",
            "eing",
            "aed",
            "ie",
            "e",
            "",
            "\u{e9}es",
            "\u{df}ying",
        ] {
            assert_begins(word);
        }
    }

    #[test]
    fn short_words_are_not_stemmed_and_numbers_have_no_other_words() {
        for word in ["it", "its", "by", "ads", "\u{e9}s", "24", "l4"] {
            assert!(has_stem(word, word), "case: {word}");
        }
        for stem in ["it", "a", "24", "1500"] {
            assert_eq!(stem_beginnings(stem), Vec::<String>::new(), "case: {stem}");
        }
    }

    #[test]
    fn words_of_the_vocabulary_begin_with_what_is_said_of_their_stem() {
        let tables = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../index-schema/vocabulary");
        let tables: Vec<String> = std::fs::read_dir(tables)
            .unwrap()
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        let words = tables.iter().flat_map(|table| words(table));
        assert!(words.inspect(|word| assert_begins(&word.text)).count() > 10_000);
    }

    fn assert_begins(word: &str) {
        let stem = stem(word);
        let beginnings = stem_beginnings(&stem);
        let is_said = stem == word || beginnings.iter().any(|beginning| word.starts_with(beginning.as_str()));
        assert!(is_said, "case: {word}, whose stem is {stem}, does not begin with {beginnings:?}");
    }

    proptest::proptest! {
        /// Words of endings that rules look for, one behind the other.
        #[test]
        fn any_word_begins_with_what_is_said_of_its_stem(
            root in "[a-z\u{e9}]{0,6}|[0-9]{1,3}[a-z]{0,2}|[bcdfghk-np-tvwxz\u{df}]?[aeiouy][a-z]?",
            endings in "(s|es|ies|ied|ed|edly|ing|ingly|y|ly|at|bl|iz|e|tional|enci|ency|anci|abli|ably|entli|izer|ization|ation\
                |ator|alism|aliti|ality|alli|fulness|ousli|ousness|iveness|iviti|ivity|biliti|bility|bli|ogi|ogy|fulli\
                |lessli|ational|alize|icate|iciti|icity|ical|ful|ness|ative|al|ance|ence|er|ic|able|ible|ant|ement|ment\
                |ent|ism|ate|iti|ous|ive|ize|ion|sion|tion|l|ll|dd|ying|yed|eed|eedly){0,3}",
        ) {
            assert_begins(&format!("{root}{endings}"));
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
        assert_eq!(told("A. 1\nB"), ["0a", "11", "2b", "2\u{1}s", "2\u{1}p"]);
        let text = "One. Two! Three?\nFour";
        let words: Vec<Range<usize>> = word_places(text).collect();
        assert_eq!(boundaries(text, &words), Boundaries { sentences: vec![1, 2, 3], paragraphs: vec![3] });
    }
}
