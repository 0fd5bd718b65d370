//! Whether a quotation stands in a text, character for character, but for its editing marks.

use std::collections::HashSet;
use std::ops::Range;

use super::canon::{Character, may_begin, may_end};
use super::marks::{Bracket, Marked, Piece, is_negating_affix, negations, shown};

/// A bracket may stand for so many words.
const WORDS_OF_BRACKET: usize = 12;
/// A bracket in a word may stand for so many letters.
const LETTERS_OF_BRACKET: usize = 6;

/// Where a quotation stands, in bytes of the text, and what its editing marks stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Match {
    pub(super) range: Range<usize>,
    /// What each ellipsis leaves out.
    pub(super) omitted: Vec<String>,
    /// What stands in brackets, and what the letter has in its place.
    pub(super) brackets: Vec<(String, String)>,
    /// Words are divided in one and joined in the other.
    pub(super) other_blanks: bool,
    /// An editing mark hides a negation: the quotation says something else than the letter.
    pub(super) objection: Option<String>,
}

/// Finds a quotation in a text. Of several places, the first; parts with an ellipsis between them stand as near to each
/// other as they can. A place to which nothing is objected comes first.
pub(super) fn find(quotation: &Marked, text: &str, characters: &[Character]) -> Option<Match> {
    let mut first: Option<Match> = None;
    let mut from = 0;
    while let Some(places) = places(&quotation.runs, characters, from) {
        from = places.first()?.start + 1;
        let found = describe(quotation, text, characters, &places);
        if found.objection.is_none() {
            return Some(found);
        }
        first = first.or(Some(found));
    }
    first
}

/// Where each run stands: the leftmost places in their order, and then each as near to the next as can be.
fn places(runs: &[Vec<Piece>], text: &[Character], from: usize) -> Option<Vec<Range<usize>>> {
    let mut places: Vec<Range<usize>> = Vec::with_capacity(runs.len());
    for run in runs {
        let from = places.last().map_or(from, |last| last.end);
        places.push((from..text.len()).find_map(|start| run_at(run, text, start).map(|end| start..end))?);
    }
    for index in (0..runs.len().saturating_sub(1)).rev() {
        let (this, next) = (places[index].clone(), places[index + 1].start);
        let nearer = (this.start + 1..next)
            .rev()
            .find_map(|start| run_at(&runs[index], text, start).filter(|end| *end <= next).map(|end| start..end));
        places[index] = nearer.unwrap_or(this);
    }
    (!places.is_empty()).then_some(places)
}

/// Where a run ends that begins at a character of the text.
fn run_at(run: &[Piece], text: &[Character], start: usize) -> Option<usize> {
    // Most places are told apart by their first character.
    if let Some(Piece::Text(first)) = run.first()
        && first[0].folded != text.get(start)?.folded
    {
        return None;
    }
    if !may_begin(text, start) {
        return None;
    }
    Matcher { run, text, dead_ends: HashSet::new() }.end(0, start)
}

/// Tries what brackets may stand for.
struct Matcher<'a> {
    run: &'a [Piece],
    text: &'a [Character],
    /// Pieces and places from which no end was found.
    dead_ends: HashSet<(usize, usize)>,
}

impl Matcher<'_> {
    fn end(&mut self, piece: usize, at: usize) -> Option<usize> {
        if self.dead_ends.contains(&(piece, at)) {
            return None;
        }
        let end = match self.run.get(piece) {
            None => may_end(self.text, at).then_some(at),
            Some(Piece::Text(words)) => text_at(words, self.text, at).and_then(|end| self.end(piece + 1, end)),
            Some(Piece::Bracket(bracket)) => {
                replaced(bracket, self.text, at).into_iter().find_map(|end| self.end(piece + 1, end))
            }
        };
        if end.is_none() {
            self.dead_ends.insert((piece, at));
        }
        end
    }
}

/// Where words of a quotation end that begin at a character of the text.
fn text_at(words: &[Character], text: &[Character], start: usize) -> Option<usize> {
    let (mut word, mut at) = (0, start);
    while word < words.len() {
        let this = text.get(at);
        if this.is_some_and(|this| this.folded == words[word].folded) {
            (word, at) = (word + 1, at + 1);
        } else if words[word].may_fall {
            word += 1;
        } else if this.is_some_and(|this| this.may_fall) {
            at += 1;
        } else {
            return None;
        }
    }
    Some(at)
}

/// The ends of what a bracket may stand for, in the order in which they are tried: the bracket itself if the letter has it,
/// then as little as possible.
fn replaced(bracket: &Bracket, text: &[Character], start: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    let opened = text.get(start).is_some_and(|c| c.folded == '[');
    if let Some(end) = opened.then(|| text_at(&bracket.characters, text, start + 1)).flatten()
        && text.get(end).is_some_and(|c| c.folded == ']')
    {
        ends.push(end + 1);
    }
    if bracket.is_in_word {
        let is_letter = |at: &usize| text.get(*at).is_some_and(|c| c.folded.is_alphanumeric());
        let is_same_word = |at: &usize| !(text[*at].after_blank && (*at > start || !bracket.after_blank));
        let letters = (start..).take_while(|at| is_letter(at) && is_same_word(at)).take(LETTERS_OF_BRACKET).count();
        // `[t]he` stands for `The` before it is an addition to `he`.
        let same_number = bracket.characters.len();
        ends.extend((same_number <= letters).then_some(start + same_number));
        ends.extend(start..=start + letters);
        return ends;
    }
    let begins_word = |at: &usize| text[*at].after_blank || may_end(text, *at);
    if start < text.len() && !begins_word(&start) {
        return ends;
    }
    ends.push(start);
    let ends_of_words = (start + 1..text.len()).filter(begins_word).chain([text.len()]);
    ends.extend(ends_of_words.take(2 * WORDS_OF_BRACKET));
    ends
}

/// What a match is made of.
fn describe(quotation: &Marked, text: &str, characters: &[Character], places: &[Range<usize>]) -> Match {
    let bytes = |place: &Range<usize>| match (characters.get(place.start), place.end.checked_sub(1)) {
        (Some(first), Some(last)) if place.start < place.end => first.at..characters[last].end(),
        _ => 0..0,
    };
    let (first, last) = (bytes(&places[0]), bytes(&places[places.len() - 1]));
    let mut found = Match { range: first.start..last.end, ..Match::default() };
    for pair in places.windows(2) {
        let gap = bytes(&pair[0]).end..bytes(&pair[1]).start;
        found.objection = found.objection.or_else(|| hidden_by_ellipsis(text, &gap));
        found.omitted.push(text[gap].trim().to_owned());
    }
    for (run, place) in quotation.runs.iter().zip(places) {
        describe_run(run, text, &characters[place.clone()], &mut found);
    }
    if found.other_blanks {
        found.objection = found.objection.or_else(|| hidden_by_joining(quotation, &text[found.range.clone()]));
    }
    found
}

/// An ellipsis leaves out at most so many words: what stands farther apart says nothing together.
const WORDS_OF_ELLIPSIS: usize = 60;

/// So few words are all of what an ellipsis hides, and not clauses of their own.
const SHORT_OMISSION: usize = 8;

/// What is objected to an ellipsis: that it leaves out too much, or a negation out of a clause of which a part is quoted.
/// What it leaves out beyond that, whole clauses and sentences, may say what it likes.
fn hidden_by_ellipsis(text: &str, gap: &Range<usize>) -> Option<String> {
    let omitted = &text[gap.clone()];
    let words = omitted.split_whitespace().count();
    if words > WORDS_OF_ELLIPSIS {
        return Some(format!("an ellipsis leaves out {words} words, more than {WORDS_OF_ELLIPSIS}"));
    }
    let ends_clause = |text: &str| text.trim_end().ends_with(CLAUSE_ENDS);
    let is_short = words <= SHORT_OMISSION && !omitted.contains(['.', '?', '!']);
    let head = omitted.split(CLAUSE_ENDS).next().unwrap_or_default();
    let tail = omitted.rsplit(CLAUSE_ENDS).next().unwrap_or_default();
    let first_word = head.split_whitespace().next().unwrap_or_default().to_lowercase();
    let head = if ends_clause(&text[..gap.start]) || CONJUNCTIONS.contains(&first_word.as_str()) { "" } else { head };
    let hidden = if is_short { negations(omitted) } else { [negations(head), negations(tail)].concat() };
    (!hidden.is_empty()).then(|| format!("an ellipsis leaves out `{}`", hidden[0]))
}

const CLAUSE_ENDS: [char; 8] = ['.', '?', '!', ',', ';', ':', '—', '\n'];

/// With these a clause begins that the one before can do without.
const CONJUNCTIONS: [&str; 12] =
    ["and", "but", "or", "yet", "which", "who", "because", "as", "while", "although", "when", "so"];

/// A negation that the quotation joins with its neighbour: `not able` is not `notable`. That the letter joins them is a
/// slip of its typesetting.
fn hidden_by_joining(quotation: &Marked, passage: &str) -> Option<String> {
    let wrote: String = quotation.runs.iter().map(|run| format!("{} ", shown(run))).collect();
    let (wrote, letter) = (negations(&wrote), negations(passage));
    (letter.len() > wrote.len()).then(|| format!("`{}` of the letter is joined with another word", letter.join("`, `")))
}

/// Finds again what the brackets of a run stand for, now that the run is known to stand there.
fn describe_run(run: &[Piece], text: &str, place: &[Character], found: &mut Match) {
    let mut at = 0;
    for (index, piece) in run.iter().enumerate() {
        match piece {
            Piece::Text(words) => {
                let Some(end) = text_at(words, place, at) else { return };
                found.other_blanks |= has_other_blanks(words, &place[at..end]);
                at = end;
            }
            Piece::Bracket(bracket) => {
                let rest = &run[index + 1..];
                let is_followed = |end: &usize| {
                    Matcher { run: rest, text: place, dead_ends: HashSet::new() }.end(0, *end) == Some(place.len())
                };
                let Some(end) = replaced(bracket, place, at).into_iter().find(is_followed) else { return };
                let letters = &place[at..end];
                let replaced = match (letters.first(), letters.last()) {
                    (Some(first), Some(last)) => &text[first.at..last.end()],
                    _ => "",
                };
                found.objection = found.objection.take().or_else(|| hidden_by_bracket(bracket, letters, replaced));
                if letters.first().is_none_or(|c| c.folded != '[') {
                    found.brackets.push((bracket.text.clone(), replaced.to_owned()));
                }
                at = end;
            }
        }
    }
}

/// What is objected to a bracket: a negation that stands in it or in what it replaces, but not in both; or that it puts
/// other words in the place of the letter's.
fn hidden_by_bracket(bracket: &Bracket, letters: &[Character], replaced: &str) -> Option<String> {
    let is_same = bracket.characters.len() == letters.len()
        && bracket
            .characters
            .iter()
            .zip(letters)
            .all(|(one, other)| one.folded.to_lowercase().eq(other.folded.to_lowercase()));
    if is_same || replaced.starts_with('[') {
        return None;
    }
    let told = |hidden: &str| {
        let (wrote, replaced) = (&bracket.text, if replaced.is_empty() { "nothing" } else { replaced });
        format!("`[{wrote}]` stands for `{replaced}`, which turns the meaning round (`{hidden}`)")
    };
    if bracket.is_in_word {
        let parts = [bracket.text.as_str(), replaced];
        let is_turned = parts.into_iter().find(|part| is_negating_affix(part)).map(told);
        return is_turned.or_else(|| (!is_ending(bracket, replaced)).then(|| other_words(bracket, replaced)));
    }
    let (wrote, had) = (negations(&bracket.text), negations(replaced));
    let hidden = wrote.iter().chain(&had).map(String::as_str).next().unwrap_or_default();
    if wrote != had {
        return Some(told(hidden));
    }
    (!is_clarification(&bracket.text, replaced)).then(|| other_words(bracket, replaced))
}

fn other_words(bracket: &Bracket, replaced: &str) -> String {
    if replaced.is_empty() {
        return format!("`[{}]` adds more than {WORDS_OF_BRACKET} words", bracket.text);
    }
    format!("`[{}]` stands for `{replaced}`, other words of the letter", bracket.text)
}

/// Whether a bracket in a word changes its ending only: `need[ed]` for `needs`.
fn is_ending(bracket: &Bracket, replaced: &str) -> bool {
    let is_short = bracket.text.chars().count() <= LETTERS_OF_BRACKET;
    let are_letters = |text: &str| text.chars().all(char::is_alphabetic);
    !bracket.after_blank && is_short && are_letters(&bracket.text) && are_letters(replaced)
}

/// Whether a bracket adds a few words, changes the ending of a word, or tells whom or what a pronoun means.
fn is_clarification(wrote: &str, replaced: &str) -> bool {
    let words = |text: &str| imr_index::words(text).map(|word| word.text).collect::<Vec<_>>();
    let (wrote, replaced) = (words(wrote), words(replaced));
    let is_person =
        |words: &[String]| matches!(words, [.., last] if WORKER.contains(&last.as_str())) && words.len() <= 3;
    match replaced.as_slice() {
        [] => wrote.len() <= WORDS_OF_BRACKET,
        _ if wrote == replaced || is_person(&wrote) && is_person(&replaced) => true,
        [word] if PRONOUNS.contains(&word.as_str()) => !wrote.is_empty() && wrote.len() <= WORDS_OF_BRACKET,
        [word] => {
            let is_word = word.chars().all(char::is_alphabetic);
            is_word && matches!(wrote.as_slice(), [one] if imr_index::stem_term(one) == imr_index::stem_term(word))
        }
        _ => false,
    }
}

const PRONOUNS: [&str; 26] = [
    "he", "she", "it", "they", "him", "her", "them", "his", "hers", "its", "their", "theirs", "i", "me", "my", "we",
    "us", "our", "you", "your", "this", "that", "these", "those", "one", "who",
];

/// What letters call the worker.
const WORKER: [&str; 6] = ["worker", "patient", "claimant", "employee", "applicant", "individual"];

/// Whether words are divided in one text and joined in the other.
fn has_other_blanks(words: &[Character], place: &[Character]) -> bool {
    if words.len() != place.len() {
        return false;
    }
    let pairs = words.iter().zip(place).collect::<Vec<_>>();
    pairs.windows(2).any(|pair| {
        let ((_, before), (word, this)) = (pair[0], pair[1]);
        word.after_blank != this.after_blank && before.folded.is_alphanumeric() && this.folded.is_alphanumeric()
    })
}
