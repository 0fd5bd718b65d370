//! Words that a query describes instead of naming them: `taper*`, `gr?y`, `wean~1`, `/we[ai]n.*/`.

use regex::{Regex, RegexBuilder};

use crate::ast::{Span, Typed};
use crate::error::SyntaxError;

/// A description of words. It is compared with whole words in lower case, or with whole values of keyword fields.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// As typed.
    pub(crate) text: String,
    /// Where it stands in the query.
    pub(crate) span: Span,
    /// What every match begins with: it bounds the search in a sorted list of words.
    pub(crate) prefix: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Regex(Regex),
    /// A word and how many letters may differ.
    Fuzzy(String, u8),
}

/// A wildcard has at least so many letters: fewer describe half of the dictionary.
const FEWEST_LETTERS: usize = 3;
/// A regular expression may take this much memory when compiled, in bytes.
const REGEX_MEMORY: usize = 1 << 20;

impl Pattern {
    /// `taper*`, `gr?y`: `*` stands for any letters, `?` for one.
    pub(crate) fn wildcard(typed: &Typed, is_word: bool) -> Result<Self, SyntaxError> {
        let text = typed.text.to_lowercase();
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        if text.starts_with(['*', '?']) || is_word && letters < FEWEST_LETTERS {
            let problem = format!("`{}` describes too many words", typed.text);
            let help = format!("begin with a letter and write at least {FEWEST_LETTERS}, as in `tap*`");
            return Err(SyntaxError::new(problem, typed.span(), help));
        }
        if is_word && text.contains(|c: char| !c.is_alphanumeric() && !matches!(c, '*' | '?')) {
            let help = "describe one word; join words as in `x +1 ray*`";
            return Err(SyntaxError::new(format!("`{}` is more than one word", typed.text), typed.span(), help));
        }
        let expression: String = text
            .chars()
            .map(|c| match c {
                '*' => ".*".to_owned(),
                '?' => ".".to_owned(),
                c => regex::escape(&c.to_string()),
            })
            .collect();
        let prefix = text.split(['*', '?']).next().unwrap_or_default().to_owned();
        Self::compiled(typed, &expression, prefix)
    }

    /// `wean~1`
    pub(crate) fn fuzzy(typed: &Typed, distance: u8) -> Self {
        let kind = Kind::Fuzzy(typed.text.to_lowercase(), distance);
        Self { text: format!("{}~{distance}", typed.text), span: typed.span(), prefix: String::new(), kind }
    }

    /// `/we[ai]n.*/`
    pub(crate) fn regex(typed: &Typed) -> Result<Self, SyntaxError> {
        Self::compiled(typed, &typed.text, String::new())
    }

    fn compiled(typed: &Typed, expression: &str, prefix: String) -> Result<Self, SyntaxError> {
        let build =
            |expression: &str| RegexBuilder::new(expression).case_insensitive(true).size_limit(REGEX_MEMORY).build();
        // By itself first: `a)|(b` is no expression, but would be one inside brackets.
        let regex = build(expression).and_then(|_| build(&format!("^(?:{expression})$"))).map_err(|error| {
            let reason = match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                error => error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
            };
            let problem = format!("`{}` is no regular expression: {reason}", typed.text);
            SyntaxError::new(problem, typed.span(), "describe one word, as in `/wean(ed|ing)/`")
        })?;
        Ok(Self { text: typed.text.clone(), span: typed.span(), prefix, kind: Kind::Regex(regex) })
    }

    /// What tells it from every other description.
    pub(crate) fn key(&self) -> String {
        let kind = match &self.kind {
            Kind::Regex(regex) => regex.as_str(),
            Kind::Fuzzy(..) => "",
        };
        format!("{} {kind}", self.text)
    }

    /// Whether a word, in lower case, is described.
    pub(crate) fn matches(&self, word: &str) -> bool {
        match &self.kind {
            Kind::Regex(regex) => regex.is_match(word),
            Kind::Fuzzy(wanted, distance) => {
                let distance = usize::from(*distance);
                // Each letter more or less costs one, and one in the place of another changes two of those that occur:
                // most words need no closer look. A letter has one byte, or up to four.
                let bytes = if wanted.is_ascii() && word.is_ascii() { 1 } else { 4 };
                wanted.len().abs_diff(word.len()) <= bytes * distance
                    && (occurring(wanted) ^ occurring(word)).count_ones() as usize <= 2 * bytes * distance
                    && strsim::osa_distance(wanted, word) <= distance
            }
        }
    }
}

/// Which bytes occur in a word, some of them taken together, a bit for each.
fn occurring(word: &str) -> u64 {
    word.bytes().fold(0, |bits, byte| bits | 1 << (byte % 64))
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Typed {
        Typed::new(text, 0..text.len())
    }

    #[test]
    fn words_that_are_described() {
        let wildcard = |text| Pattern::wildcard(&typed(text), true).unwrap();
        for (pattern, words, others) in [
            (wildcard("taper*"), "taper tapering tapered", "tap stapered"),
            (wildcard("Gr?y"), "gray grey", "gry grayy"),
            (wildcard("h*lth"), "health hlth", "healthy"),
            (Pattern::fuzzy(&typed("Weaning"), 1), "weaning weening weanin waening", "wean wening2x"),
            (Pattern::fuzzy(&typed("wean"), 2), "wen weaned lean", "weaning"),
            (Pattern::fuzzy(&typed("na\u{ef}ve"), 1), "naive na\u{ef}v n\u{4e16}\u{ef}ve", "nive knaive"),
            (Pattern::regex(&typed("we[ae]n(ed|ing)?")).unwrap(), "wean weened weaning", "weans unweaned"),
        ] {
            for word in words.split(' ') {
                assert!(pattern.matches(word), "case: {} and {word}", pattern.text);
            }
            for word in others.split(' ') {
                assert!(!pattern.matches(word), "case: {} and {word}", pattern.text);
            }
        }
        assert_eq!(wildcard("tap?r*").prefix, "tap");
    }

    #[test]
    fn descriptions_that_are_refused() {
        for (error, problem) in [
            (Pattern::wildcard(&typed("*taper"), true), "too many words"),
            (Pattern::wildcard(&typed("ta*"), true), "too many words"),
            (Pattern::wildcard(&typed("x-ra*"), true), "more than one word"),
            (Pattern::regex(&typed("we(an")), "no regular expression: unclosed group"),
            (Pattern::regex(&typed("(a{1000}){1000}")), "it is too large"),
            (Pattern::regex(&typed("a)|(b")), "unopened group"),
        ] {
            let error = error.unwrap_err();
            assert!(error.problem.contains(problem), "{error}");
        }
        assert!(Pattern::wildcard(&typed("CM*"), false).is_ok(), "values of keyword fields may be described by less");
    }
}
