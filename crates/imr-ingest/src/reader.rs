//! Accounts for every word of a letter while its fields are taken out.

use std::collections::BTreeMap;
use std::ops::Range;

use imr_model::{Passage, PassageKind};

use crate::text::Text;

/// A letter being read: what has been taken for a field or recognised as standing text so far.
///
/// Taking is the only way to get text into a field, so that what is left over is known in the end: no word is lost.
pub(crate) struct Reader<'t> {
    text: &'t Text,
    taken: Vec<(Range<usize>, Use)>,
    /// Where fields begin, and where they end: they never overlap.
    fields: BTreeMap<usize, usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Field,
    Aside(PassageKind),
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t Text) -> Self {
        let furniture = text.furniture().iter().cloned().map(|range| (range, Use::Aside(PassageKind::Furniture)));
        Self { text, taken: furniture.collect(), fields: BTreeMap::new() }
    }

    pub(crate) fn text(&self) -> &'t Text {
        self.text
    }

    /// Takes a range for a field, as running text; `None` if nothing is printed there. What another field has taken
    /// before is left out: parts of a letter out of their order must not stand in two fields.
    pub(crate) fn take(&mut self, range: Range<usize>) -> Option<String> {
        let mut taken: Option<String> = None;
        for free in self.free(&range) {
            let text = self.text.join(free.clone());
            if text.is_empty() {
                continue;
            }
            self.fields.insert(free.start, free.end);
            self.taken.push((free, Use::Field));
            taken = Some(match taken {
                None => text,
                Some(before) => before + " " + &text,
            });
        }
        taken
    }

    /// The parts of a range that no field has taken.
    fn free(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let first = self.fields.range(..=range.start).next_back().map_or(range.start, |(start, _)| *start);
        let mut free = Vec::new();
        let mut at = range.start;
        for (&start, &end) in self.fields.range(first..range.end.max(first)) {
            if start > at {
                free.push(at..start);
            }
            at = at.max(end);
        }
        if at < range.end {
            free.push(at..range.end);
        }
        free
    }

    /// Says why a range stands in no field.
    pub(crate) fn set_aside(&mut self, range: Range<usize>, kind: PassageKind) {
        self.taken.push((range, Use::Aside(kind)));
    }

    /// Everything that was not taken for a field, in the order of the letter. A byte that was both taken and set aside
    /// counts as taken; standing text on both sides of a field is one passage.
    pub(crate) fn remainder(self) -> Vec<Passage> {
        let mut passages: Vec<Passage> = Vec::new();
        for (range, used) in self.uses() {
            let Use::Aside(kind) = used else { continue };
            if kind == PassageKind::Furniture {
                add(&mut passages, kind, self.text.raw()[range].trim());
                continue;
            }
            self.text.pieces(range).for_each(|piece| add(&mut passages, kind, piece));
        }
        passages
    }

    /// The text cut at the ends of what was taken, with the use of each piece.
    fn uses(&self) -> Vec<(Range<usize>, Use)> {
        let taken = self.taken.iter().map(|(range, _)| range);
        let mut cuts = vec![0, self.text.raw().len()];
        cuts.extend(taken.flat_map(|range| [range.start, range.end]));
        cuts.sort_unstable();
        cuts.dedup();
        let mut taken: Vec<&(Range<usize>, Use)> = self.taken.iter().collect();
        taken.sort_by_key(|(range, _)| range.start);
        let mut open: Vec<&(Range<usize>, Use)> = Vec::new();
        let mut waiting = taken.into_iter().peekable();
        let mut pieces = Vec::new();
        for cut in cuts.windows(2) {
            while let Some(next) = waiting.next_if(|(range, _)| range.start <= cut[0]) {
                open.push(next);
            }
            open.retain(|(range, _)| range.end >= cut[1]);
            let uses = || open.iter().map(|(_, used)| *used);
            // Fields leave out the running lines inside them; everything else gives way to a field.
            let first = [Use::Aside(PassageKind::Furniture), Use::Field]
                .into_iter()
                .find(|first| uses().any(|used| used == *first));
            let used = first.or_else(|| uses().next()).unwrap_or(Use::Aside(PassageKind::Unsegmented));
            pieces.push((cut[0]..cut[1], used));
        }
        pieces
    }
}

/// Adds a line to the passages.
fn add(passages: &mut Vec<Passage>, kind: PassageKind, line: &str) {
    if line.is_empty() {
        return;
    }
    // The full stop behind an outcome word is no text of its own.
    let kind = if line.contains(char::is_alphanumeric) { kind } else { PassageKind::Form };
    match passages.last_mut() {
        Some(last) if last.kind == kind => {
            last.text.push('\n');
            last.text.push_str(line);
        }
        _ => passages.push(Passage { kind, text: line.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_remains() {
        let text = Text::new("Head: x\nbody one\nbody two\nPage 1 of 2\nfoot".to_owned());
        let mut reader = Reader::new(&text);
        reader.set_aside(0..7, PassageKind::Form);
        assert_eq!(reader.take(8..37).as_deref(), Some("body one body two"));
        assert_eq!(reader.take(16..17), None, "a line break is no text");
        assert_eq!(reader.take(0..20).as_deref(), Some("Head: x"), "what is taken is not taken again");
        let left: Vec<_> = reader.remainder().into_iter().map(|passage| (passage.kind, passage.text)).collect();
        let want = [(PassageKind::Furniture, "Page 1 of 2"), (PassageKind::Unsegmented, "foot")];
        assert_eq!(left, want.map(|(kind, text)| (kind, text.to_owned())));
    }
}
