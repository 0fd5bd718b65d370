//! The passage of a letter that is most like a quotation, and the words in which they differ.

use std::collections::HashMap;

use serde::Serialize;

use super::canon::{Chunk, chunks};

/// Longer quotations are compared by so many of their first words: the cost grows with the square.
const LONGEST: usize = 1_200;
/// Two sentences that are put together without an ellipsis are known by parts of at least so many words.
const SHORTEST_PART: usize = 4;
/// A part is looked for at so many places of its first word.
const PLACES: usize = 300;

/// A stretch of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// Words that both have.
    Same {
        /// As the quotation has them.
        text: String,
    },
    /// Words that differ: one of the two may be empty.
    Changed {
        /// What the letter says.
        letter: String,
        /// What the quotation says.
        quotation: String,
    },
    /// The quotation goes on elsewhere in the letter, and no ellipsis says so.
    Spliced {
        /// How many words stand between.
        words: usize,
    },
    /// An ellipsis of the quotation.
    Ellipsis,
}

/// A passage and how it differs from a quotation.
#[derive(Clone, Debug, Default)]
pub(super) struct Nearest {
    /// How many words of the quotation stand in it, in their order.
    pub(super) matched: usize,
    /// How many words the quotation has.
    pub(super) words: usize,
    /// The first and the last chunk of the passage.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) changes: Vec<Change>,
}

impl Nearest {
    /// The share of the quotation's words that stand in the passage, from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "numbers of words")]
    pub(super) fn similarity(&self) -> f64 {
        if self.words == 0 { 0.0 } else { self.matched as f64 / self.words as f64 }
    }
}

/// Finds the passage of a text that is most like a quotation, given as its parts between ellipses.
pub(super) fn nearest(parts: &[String], text: &[Chunk]) -> Nearest {
    let mut whole = Nearest::default();
    let mut from = 0;
    for part in parts {
        let quoted = chunks(part);
        let quoted = &quoted[..quoted.len().min(LONGEST)];
        let Some(found) = nearest_of_part(quoted, &text[from..]) else {
            whole.words += quoted.len();
            whole.push_part(vec![Change::Changed { letter: String::new(), quotation: joined(quoted) }]);
            continue;
        };
        if whole.matched == 0 {
            whole.first = from + found.first;
        }
        whole.last = from + found.last;
        (whole.matched, whole.words) = (whole.matched + found.matched, whole.words + found.words);
        whole.push_part(found.changes);
        from = whole.last + 1;
    }
    whole
}

impl Nearest {
    fn push_part(&mut self, changes: Vec<Change>) {
        if !self.changes.is_empty() {
            self.changes.push(Change::Ellipsis);
        }
        self.changes.extend(changes);
    }
}

/// The best passage for words without an ellipsis: one stretch, or several that were put together.
fn nearest_of_part(quoted: &[Chunk], text: &[Chunk]) -> Option<Nearest> {
    let stretch = window(quoted, text).map(|start| aligned(quoted, text, start));
    let is_near = stretch.as_ref().is_some_and(|stretch| stretch.similarity() >= 0.9);
    let spliced = if is_near || quoted.len() < 2 * SHORTEST_PART { None } else { spliced(quoted, text) };
    match (stretch, spliced) {
        (Some(stretch), Some(spliced)) if spliced.matched > stretch.matched => Some(spliced),
        (None, spliced) => spliced,
        (stretch, _) => stretch.filter(|stretch| stretch.matched > 0),
    }
}

/// Where the stretch of about the quotation's length begins that has most of its words; `None` if none has a third.
fn window(quoted: &[Chunk], text: &[Chunk]) -> Option<usize> {
    let mut wanted: HashMap<&str, isize> = HashMap::new();
    quoted.iter().for_each(|chunk| *wanted.entry(&chunk.key).or_default() += 1);
    let length = quoted.len() + quoted.len() / 4 + 2;
    let (mut common, mut best) = (0_usize, (0_usize, 0));
    for (end, chunk) in text.iter().enumerate() {
        if let Some(left) = wanted.get_mut(chunk.key.as_str()) {
            common += usize::from(*left > 0);
            *left -= 1;
        }
        if let Some(left) = end.checked_sub(length).and_then(|gone| wanted.get_mut(text[gone].key.as_str())) {
            *left += 1;
            common -= usize::from(*left > 0);
        }
        if common > best.0 {
            best = (common, (end + 1).saturating_sub(length));
        }
    }
    (best.0 * 3 >= quoted.len().max(1)).then_some(best.1)
}

/// How two words are joined by an alignment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Stop,
    Both,
    Letter,
    Quotation,
}

/// Aligns a quotation with the text around a place, so that as many words as possible match in a passage that is as short
/// as possible (Needleman and Wunsch's alignment, free at both ends of the text).
fn aligned(quoted: &[Chunk], text: &[Chunk], start: usize) -> Nearest {
    let (from, to) = (start.saturating_sub(quoted.len()), text.len().min(start + 3 * quoted.len() + 4));
    let text = &text[from..to];
    let (rows, columns) = (quoted.len() + 1, text.len() + 1);
    let mut steps = vec![Step::Stop; rows * columns];
    let mut above: Vec<i32> = vec![0; columns];
    for row in 1..rows {
        let mut scores = vec![above[0] - 1; columns];
        steps[row * columns] = Step::Quotation;
        for column in 1..columns {
            let both = is_like(&quoted[row - 1], &text[column - 1]).map(|worth| above[column - 1] + worth);
            let (letter, quotation) = (scores[column - 1] - 1, above[column] - 1);
            let best = letter.max(quotation);
            (scores[column], steps[row * columns + column]) = match both {
                Some(both) if both >= best => (both, Step::Both),
                _ if letter >= quotation => (letter, Step::Letter),
                _ => (quotation, Step::Quotation),
            };
        }
        above = scores;
    }
    let end = (0..columns).max_by_key(|column| (above[*column], std::cmp::Reverse(*column))).unwrap_or(0);
    walked_back(quoted, text, &steps, end, from)
}

/// What the match of two words is worth; `None` if they are others.
fn is_like(quoted: &Chunk, letter: &Chunk) -> Option<i32> {
    (quoted.key == letter.key).then_some(if quoted.exact == letter.exact { 5 } else { 4 })
}

fn walked_back(quoted: &[Chunk], text: &[Chunk], steps: &[Step], end: usize, offset: usize) -> Nearest {
    let (mut row, mut column) = (quoted.len(), end);
    let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    while row > 0 {
        match steps[row * (text.len() + 1) + column] {
            Step::Both => {
                (row, column) = (row - 1, column - 1);
                pairs.push((Some(row), Some(column)));
            }
            Step::Letter => {
                column -= 1;
                pairs.push((None, Some(column)));
            }
            Step::Quotation | Step::Stop => {
                row -= 1;
                pairs.push((Some(row), None));
            }
        }
    }
    pairs.reverse();
    let matched = pairs.iter().filter(|pair| matches!(pair, (Some(_), Some(_)))).count();
    let mut in_letter = pairs.iter().filter_map(|pair| pair.1);
    let first = in_letter.next().unwrap_or(column);
    let last = in_letter.next_back().unwrap_or(first);
    let changes = changes(quoted, text, &pairs);
    Nearest { matched, words: quoted.len(), first: offset + first, last: offset + last, changes }
}

/// Pairs of words as stretches that are the same or differ.
fn changes(quoted: &[Chunk], text: &[Chunk], pairs: &[(Option<usize>, Option<usize>)]) -> Vec<Change> {
    let word = |chunk: &Chunk| chunk.exact.clone();
    let mut changes: Vec<Change> = Vec::new();
    for (quotation, letter) in pairs {
        let same = match (quotation, letter) {
            (Some(quotation), Some(letter)) => {
                let (one, other) = (&quoted[*quotation], &text[*letter]);
                // The stop or comma at the end may be that of the sentence around it.
                let is_last = *quotation + 1 == quoted.len();
                one.exact == other.exact
                    || one.exact.contains(['[', ']'])
                    || is_last && stopless(&one.exact) == stopless(&other.exact)
            }
            _ => false,
        };
        let quotation = quotation.map(|at| word(&quoted[at])).unwrap_or_default();
        let letter = letter.map(|at| word(&text[at])).unwrap_or_default();
        match changes.last_mut() {
            Some(Change::Same { text }) if same => append(text, &quotation),
            Some(Change::Changed { letter: before, quotation: wrote }) if !same => {
                append(before, &letter);
                append(wrote, &quotation);
            }
            _ if same => changes.push(Change::Same { text: quotation }),
            _ => changes.push(Change::Changed { letter, quotation }),
        }
    }
    changes
}

fn stopless(word: &str) -> &str {
    word.trim_end_matches(['.', ',', '\''])
}

fn append(text: &mut String, word: &str) {
    if !(text.is_empty() || word.is_empty()) {
        text.push(' ');
    }
    text.push_str(word);
}

fn joined(chunks: &[Chunk]) -> String {
    chunks.iter().map(|chunk| chunk.exact.as_str()).collect::<Vec<_>>().join(" ")
}

/// Stretches of the text that a quotation puts together, each the longest that goes on from where the one before ends;
/// `None` if these are no two.
fn spliced(quoted: &[Chunk], text: &[Chunk]) -> Option<Nearest> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    text.iter().enumerate().for_each(|(at, chunk)| places.entry(&chunk.key).or_default().push(at));
    let common = |word: usize, at: usize| {
        quoted[word..].iter().zip(&text[at..]).take_while(|(one, other)| one.key == other.key).count()
    };
    let mut parts: Vec<(usize, usize, usize)> = Vec::new();
    let mut word = 0;
    while word < quoted.len() {
        let candidates = places.get(quoted[word].key.as_str()).into_iter().flatten().take(PLACES);
        // Of stretches of one length, the first.
        let longest = candidates.map(|at| (common(word, *at), std::cmp::Reverse(*at))).max();
        let (length, at) = longest.map_or((0, 0), |(length, at)| (length, at.0));
        if length >= SHORTEST_PART {
            parts.push((word, at, length));
        }
        word += if length >= SHORTEST_PART { length } else { 1 };
    }
    (parts.len() > 1).then(|| put_together(quoted, text, &parts))
}

fn put_together(quoted: &[Chunk], text: &[Chunk], parts: &[(usize, usize, usize)]) -> Nearest {
    let mut changes: Vec<Change> = Vec::new();
    let (mut word, mut before): (usize, Option<usize>) = (0, None);
    for (start, at, length) in parts {
        if *start > word {
            changes.push(Change::Changed { letter: String::new(), quotation: joined(&quoted[word..*start]) });
        }
        if let Some(before) = before {
            changes.push(Change::Spliced { words: at.abs_diff(before) });
        }
        let pairs: Vec<_> = (0..*length).map(|step| (Some(start + step), Some(at + step))).collect();
        changes.extend(self::changes(quoted, text, &pairs));
        (word, before) = (start + length, Some(at + length));
    }
    if word < quoted.len() {
        changes.push(Change::Changed { letter: String::new(), quotation: joined(&quoted[word..]) });
    }
    let matched = parts.iter().map(|part| part.2).sum();
    let first = parts.iter().map(|part| part.1).min().unwrap_or(0);
    let last = parts.iter().map(|part| part.1 + part.2 - 1).max().unwrap_or(first);
    Nearest { matched, words: quoted.len(), first, last, changes }
}
