//! Letters as they are stored beside their whole text: the texts of their fields are told by where they stand in it.
//!
//! Nearly all that a letter's fields say is printed in its text, with lines joined and blanks folded. To tell the places takes
//! a twentieth of the room that the words take, and a letter is read back the faster. How blanks are folded here is a part of
//! what is stored: it stays as it is, however letters come to be read.

use imr_model::Letter;
use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::packed::PackedLetter;
use crate::stored::Head;

/// A stretch of a field. A field is its pieces, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Piece {
    /// Where it is printed in the text of the letter: so far behind the end of the piece before, in bytes.
    skipped: i64,
    /// Its length there.
    length: usize,
    /// Line ends and the blanks beside them are one line end; or else blanks and line ends between words are one blank.
    keeps_lines: bool,
    /// What follows in the field and is not printed so in the text.
    then: String,
}

/// A letter without the texts of its fields, and these.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Abridged {
    #[serde(with = "PackedLetter")]
    letter: Letter,
    texts: Vec<Vec<Piece>>,
}

impl Abridged {
    /// Takes out of a letter what its whole text says.
    pub(crate) fn new(letter: &Letter, whole: &str) -> Self {
        let mut letter = letter.clone();
        let mut finder = Finder { whole, at: 0 };
        let texts = texts(&mut letter).into_iter().map(|text| finder.pieces(&std::mem::take(text))).collect();
        Self { letter, texts }
    }

    /// What is stored.
    pub(crate) fn pack(&self) -> postcard::Result<Vec<u8>> {
        postcard::to_allocvec(self)
    }

    /// Reads what is stored; `None` if it is damaged.
    pub(crate) fn unpack(packed: &[u8]) -> Option<Self> {
        let (abridged, rest) = postcard::take_from_bytes(packed).ok()?;
        rest.is_empty().then_some(abridged)
    }

    /// The letter as it was; `None` if its whole text is another one.
    pub(crate) fn restored(self, head: Head, whole: &str) -> Option<Letter> {
        let Self { letter, texts: told } = self;
        let Head { source, source_file, warnings } = head;
        let mut letter = Letter { source, source_file, warnings, ..letter };
        let empty = texts(&mut letter);
        if empty.len() != told.len() {
            return None;
        }
        let (mut end, mut told_again) = (0, 0);
        for (text, pieces) in empty.into_iter().zip(told) {
            for piece in pieces {
                let start = usize::try_from(signed(end).checked_add(piece.skipped)?).ok()?;
                end = start.checked_add(piece.length)?;
                let before = text.len();
                let push = if piece.keeps_lines { push_lines } else { push_joined };
                push(text, whole.get(start..end)?);
                told_again += text.len() - before;
                // What is damaged may tell the same stretch without end.
                if told_again > whole.len().saturating_mul(MOST_TOLD) {
                    return None;
                }
                text.push_str(&piece.then);
            }
        }
        Some(letter)
    }
}

/// So many times as long as a letter's whole text its fields may be, which share its words among them. Whatever is longer is
/// damaged.
const MOST_TOLD: usize = 64;

/// The texts of a letter, in the order in which letters print them.
fn texts(letter: &mut Letter) -> Vec<&mut String> {
    let Letter { clinical_summary, decisions, remainder, .. } = letter;
    let of_decisions = decisions.iter_mut().flat_map(|decision| {
        let others = [&mut decision.administrator_guideline, &mut decision.reviewer_guideline, &mut decision.rationale];
        [&mut decision.treatment].into_iter().chain(others.into_iter().flatten())
    });
    let of_remainder = remainder.iter_mut().map(|passage| &mut passage.text);
    clinical_summary.iter_mut().chain(of_decisions).chain(of_remainder).collect()
}

/// Finds texts in the whole text of a letter.
struct Finder<'w> {
    whole: &'w str,
    /// Where the last piece ends.
    at: usize,
}

/// A place that says less than this many bytes takes as much room as it saves.
const SHORTEST: usize = 12;
/// A place that says this much is taken without looking for a longer one.
const LONG: usize = 60;
/// So many places are tried: letters repeat themselves, and some are nothing but repetition.
const TRIED: usize = 16;
/// So far from the last piece they are looked for: many letters in one file are long, but no field is far from the next.
const FAR: usize = 32 << 10;

impl Finder<'_> {
    fn pieces(&mut self, mut text: &str) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        while !text.is_empty() {
            let length = if let Some(found) = self.find(text) {
                pieces.push(self.piece(&found));
                found.length
            } else {
                let told = token(text);
                if pieces.is_empty() {
                    pieces.push(Piece::default());
                }
                pieces.last_mut().into_iter().for_each(|piece| piece.then.push_str(told));
                told.len()
            };
            text = &text[length..];
        }
        pieces
    }

    fn piece(&mut self, found: &Found) -> Piece {
        let skipped = signed(found.start) - signed(self.at);
        self.at = found.end;
        Piece { skipped, length: found.end - found.start, keeps_lines: found.keeps_lines, then: String::new() }
    }

    /// The longest stretch of the whole text that says what a text begins with: of those behind the last piece and before it,
    /// and of those at the beginning, where what is left over goes back to.
    fn find(&self, text: &str) -> Option<Found> {
        let first = token(text);
        if first.starts_with(char::is_whitespace) {
            return None;
        }
        let (from, to) = (self.at.saturating_sub(FAR), self.whole.len().min(self.at + FAR));
        let places = |from: usize, to: usize| {
            let places = memmem::find_iter(&self.whole.as_bytes()[from..to], first);
            places.map(move |start| from + start).take(TRIED)
        };
        let mut best: Option<Found> = None;
        for start in places(self.at, to).chain(places(from, self.at)).chain(places(0, from.min(FAR))) {
            let found = Found::longest_at(start, self.whole, text);
            if found.length == text.len() || found.length >= LONG {
                return Some(found);
            }
            if best.as_ref().is_none_or(|best| best.length < found.length) {
                best = Some(found);
            }
        }
        best.filter(|best| best.length >= SHORTEST)
    }
}

/// A place as a number that others can be taken from.
fn signed(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// What a text begins with: a word, or what stands between words.
fn token(text: &str) -> &str {
    let is_blank = |c: char| c.is_whitespace();
    let starts_blank = text.starts_with(is_blank);
    &text[..text.find(|c| is_blank(c) != starts_blank).unwrap_or(text.len())]
}

/// A stretch of a whole text that says the beginning of another.
struct Found {
    start: usize,
    end: usize,
    /// So much of the other.
    length: usize,
    keeps_lines: bool,
}

impl Found {
    fn longest_at(start: usize, whole: &str, text: &str) -> Self {
        let joined = Self::at(start, whole, text, false);
        if joined.length == text.len() {
            return joined;
        }
        let lines = Self::at(start, whole, text, true);
        if lines.length > joined.length { lines } else { joined }
    }

    /// Compares two texts word by word.
    fn at(start: usize, whole: &str, text: &str, keeps_lines: bool) -> Self {
        let mut found = Self { start, end: start, length: 0, keeps_lines };
        loop {
            let same = same_length(&whole[found.end..], &text[found.length..], keeps_lines);
            found.end += same;
            found.length += same;
            let (gap, blank) = (token(&whole[found.end..]), token(&text[found.length..]));
            let after = text[found.length + blank.len()..].chars().next();
            let is_next = after.is_some() && whole[found.end + gap.len()..].starts_with(|c| Some(c) == after);
            let is_blank = gap.starts_with(char::is_whitespace);
            let folded = if keeps_lines { folded_line_end(gap) } else { " " };
            if !is_blank || !is_next || blank != folded {
                return found;
            }
            found.end += gap.len();
            found.length += blank.len();
        }
    }
}

/// How many bytes two texts begin with alike, whole characters that are read back as they are: at least up to a blank.
fn same_length(one: &str, other: &str, keeps_lines: bool) -> usize {
    let same = begin_alike(one, other);
    // Most texts stand there with blanks and lines that need no folding, and to see that takes less time than to look for
    // blanks.
    if same.is_ascii() && !has_blanks_to_fold(same.as_bytes(), keeps_lines) {
        return same.trim_ascii_end().len();
    }
    same.find(char::is_whitespace).unwrap_or(same.len())
}

/// What two texts begin with.
fn begin_alike<'t>(one: &'t str, other: &str) -> &'t str {
    const STEP: usize = 16;
    let steps = one.as_bytes().chunks_exact(STEP).zip(other.as_bytes().chunks_exact(STEP));
    let start = steps.take_while(|(one, other)| one == other).count() * STEP;
    let rest = one.as_bytes()[start..].iter().zip(&other.as_bytes()[start..]);
    let mut length = start + rest.take_while(|(one, other)| one == other).count();
    while !one.is_char_boundary(length) || !other.is_char_boundary(length) {
        length -= 1;
    }
    &one[..length]
}

/// Whether ASCII has two blanks side by side, or one that is none where blanks are read back.
fn has_blanks_to_fold(text: &[u8], keeps_lines: bool) -> bool {
    let is_blank = |byte: u8| byte <= b' ';
    let is_other = |byte: u8| byte < b' ' && !(keeps_lines && byte == b'\n');
    let has_two = text
        .iter()
        .zip(&text[text.len().min(1)..])
        .fold(false, |two, (byte, next)| two | (is_blank(*byte) & is_blank(*next)));
    has_two || text.iter().fold(false, |other, byte| other | is_other(*byte))
}

/// What stands between two words where lines are kept.
fn folded_line_end(gap: &str) -> &str {
    if gap.contains('\n') { "\n" } else { gap }
}

/// Appends a stretch of a text with blanks and line ends between words folded to one blank.
fn push_joined(text: &mut String, stretch: &str) {
    let mut lines = stretch.split('\n').map(str::trim).filter(|line| !line.is_empty());
    lines.next().into_iter().for_each(|line| push_words(text, line));
    for line in lines {
        text.push(' ');
        push_words(text, line);
    }
}

/// Appends a line with the blanks between its words folded.
fn push_words(text: &mut String, line: &str) {
    // Most lines have no blanks to fold, and to see that takes less time than to find the words.
    if line.is_ascii() && !has_blanks_to_fold(line.as_bytes(), false) {
        text.push_str(line);
        return;
    }
    for (at, word) in line.split_whitespace().enumerate() {
        text.push_str(if at > 0 { " " } else { "" });
        text.push_str(word);
    }
}

/// Appends a stretch of a text with its lines.
fn push_lines(text: &mut String, mut stretch: &str) {
    while let Some(end) = memchr::memchr(b'\n', stretch.as_bytes()) {
        text.push_str(stretch[..end].trim_end());
        text.push('\n');
        stretch = stretch[end..].trim_start();
    }
    text.push_str(stretch);
}

#[cfg(test)]
mod tests {
    use imr_model::{Passage, PassageKind};
    use proptest::prelude::*;

    use super::*;

    fn told(whole: &str, fields: &[&str]) -> (Letter, Abridged) {
        let mut letter = Letter::new("a", "a.txt");
        let passage = |text: &&str| Passage { kind: PassageKind::Form, text: (*text).to_owned() };
        letter.remainder = fields.iter().map(passage).collect();
        let abridged = Abridged::new(&letter, whole);
        (letter, abridged)
    }

    /// The letter that is read back from what is stored of it.
    fn read_back(letter: &Letter, whole: &str) -> Option<Letter> {
        let packed = Abridged::new(letter, whole).pack().unwrap();
        Abridged::unpack(&packed)?.restored(Head::of(letter), whole)
    }

    #[test]
    fn fields_are_told_by_their_places() {
        let whole = "The worker was seen for\n   chronic pain of the lumbar spine.\n\nA guide-\nline says otherwise.";
        let piece =
            |skipped, length, keeps_lines, then: &str| Piece { skipped, length, keeps_lines, then: then.to_owned() };
        for (field, want) in [
            ("The worker was seen for chronic pain of the lumbar spine.", vec![piece(0, 60, false, "")]),
            ("chronic pain of the lumbar spine.", vec![piece(27, 33, false, "")]),
            ("lumbar spine.\nA guide-\nline says otherwise.", vec![piece(47, 44, true, "")]),
            ("lumbar spine. A guideline says otherwise.", vec![piece(47, 22, false, ""), piece(2, 20, false, "")]),
            ("short", vec![piece(0, 0, false, "short")]),
            ("", vec![]),
        ] {
            let (letter, abridged) = told(whole, &[field]);
            assert_eq!(abridged.texts, [want], "case: {field:?}");
            assert_eq!(read_back(&letter, whole), Some(letter), "case: {field:?}");
        }
    }

    #[test]
    fn every_field_of_a_letter_is_read_back() {
        let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus-samples/golden");
        let files = std::fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path());
        let letters = files.flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            let letters = serde_json::Deserializer::from_str(&text).into_iter::<Letter>();
            letters.collect::<Result<Vec<_>, _>>().unwrap()
        });
        let mut count = 0;
        for letter in letters {
            count += 1;
            assert_eq!(read_back(&letter, "Not its text.").as_ref(), Some(&letter), "{}", letter.source);
        }
        assert!(count > 10, "{count} letters");
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let (_, abridged) = told("The worker was seen today.", &["The worker was seen today."]);
        let packed = abridged.pack().unwrap();
        for length in 0..packed.len() {
            assert!(Abridged::unpack(&packed[..length]).is_none(), "{length} of {} bytes", packed.len());
        }
        assert!(Abridged::unpack(&[packed.as_slice(), &[0]].concat()).is_none(), "one byte more");
    }

    #[test]
    fn what_is_left_over_of_a_long_letter_is_told_by_its_place() {
        let head = "Standing words at the head of the letter.";
        let rationale: String = (0..6_000).map(|number| format!("Reason {number} of many. ")).collect();
        let whole = format!("{head}\n{rationale}");
        let (letter, abridged) = told(&whole, &[rationale.trim_end(), head]);
        assert!(whole.len() > 2 * FAR);
        assert_eq!(abridged.texts[1].len(), 1);
        assert_eq!(abridged.texts[1][0].then, "");
        assert_eq!(abridged.restored(Head::of(&letter), &whole), Some(letter));
    }

    #[test]
    fn wide_gaps_are_no_damage() {
        let whole = format!("functional{}improvement\n", " ".repeat(10_000));
        let (letter, abridged) = told(&whole, &["functional improvement"; 2 * MOST_TOLD]);
        assert!(abridged.texts.iter().flatten().map(|piece| piece.length).sum::<usize>() > MOST_TOLD * whole.len());
        assert_eq!(abridged.restored(Head::of(&letter), &whole), Some(letter));
    }

    #[test]
    fn a_stretch_that_is_told_without_end_is_damage() {
        let whole = "The worker was seen today.";
        let (letter, mut abridged) = told(whole, &[whole]);
        let again = Piece { skipped: -signed(whole.len()), length: whole.len(), ..Piece::default() };
        abridged.texts[0].extend(vec![again; MOST_TOLD]);
        assert_eq!(abridged.restored(Head::of(&letter), whole), None);
    }

    #[test]
    fn another_text_is_refused() {
        let (letter, abridged) = told("The worker was seen today.", &["The worker was seen today."]);
        assert_eq!(abridged.restored(Head::of(&letter), "Short."), None);
    }

    proptest! {
        #[test]
        fn damage_never_panics(at in 0_usize..10_000, byte: u8, whole in "[a-c \n]{0,60}") {
            let text = "The worker was seen today.";
            let (letter, abridged) = told(text, &[text, "seen", "not in the text"]);
            let mut packed = abridged.pack().unwrap();
            let at = at % packed.len();
            packed[at] = byte;
            if let Some(damaged) = Abridged::unpack(&packed) {
                let _ = damaged.restored(Head::of(&letter), &whole);
            }
        }

        #[test]
        fn every_letter_is_restored(
            whole in "([a-c\u{e9}]{1,9}|long words that go on|[ \n\t\u{a0}\u{b}-]{1,3}){0,40}",
            fields in prop::collection::vec("([a-c\u{e9}]{1,9}|long words that|[ \n\u{a0}\u{b}-]{1,2}){0,20}", 0..4),
            cut in 0_usize..200,
        ) {
            let start = (0..=cut.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
            let folded = whole[start..].split_whitespace().collect::<Vec<_>>().join(" ");
            let mut fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            fields.extend([folded.as_str(), &whole[start..]]);
            let (letter, _) = told(&whole, &fields);
            prop_assert_eq!(read_back(&letter, &whole), Some(letter));
        }
    }
}
