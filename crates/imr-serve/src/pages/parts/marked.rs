//! Texts with marks in them.

use std::ops::Range;

use maud::{Markup, html};

/// A text with marks, in bytes of it. Marks that overlap are one; one that does not fit the text is left out.
pub(crate) fn marked(text: &str, marks: &[Range<usize>]) -> Markup {
    let pieces = pieces(text, marks);
    html! {
        @for (piece, is_marked) in pieces {
            @if is_marked { mark { (piece) } } @else { (piece) }
        }
    }
}

/// The pieces of a text, and whether each is marked.
fn pieces<'t>(text: &'t str, marks: &[Range<usize>]) -> Vec<(&'t str, bool)> {
    let mut marks: Vec<&Range<usize>> = marks.iter().filter(|mark| text.get((*mark).clone()).is_some()).collect();
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut pieces = Vec::new();
    let mut from = 0;
    for mark in marks {
        if mark.start > from {
            pieces.push((&text[from..mark.start], false));
        }
        if mark.end > from {
            pieces.push((&text[mark.start.max(from)..mark.end], true));
            from = mark.end;
        }
    }
    pieces.push((&text[from..], false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_set_and_texts_escaped() {
        for (name, text, marks, want) in [
            ("none", "a < b", vec![], "a &lt; b"),
            ("two", "one two one", vec![0..3, 8..11], "<mark>one</mark> two <mark>one</mark>"),
            ("out of order", "one two", vec![4..7, 0..3], "<mark>one</mark> <mark>two</mark>"),
            ("one in another", "a long word", vec![0..11, 2..6], "<mark>a long word</mark>"),
            ("overlapping", "abcdef", vec![0..4, 2..6], "<mark>abcd</mark><mark>ef</mark>"),
            ("in a letter, and behind the end", "é", vec![0..1, 1..9], "é"),
            ("markup", "<script>", vec![1..4, 5..7], "&lt;<mark>scr</mark>i<mark>pt</mark>&gt;"),
        ] {
            assert_eq!(marked(text, &marks).into_string(), want, "case: {name}");
        }
    }
}
