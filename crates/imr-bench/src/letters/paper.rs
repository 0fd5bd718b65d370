//! Lays paragraphs out in lines and pages, as the text layer of a letter has them.

/// What stands on paper.
#[derive(Debug)]
pub(crate) enum Block {
    /// Centred where the style centres.
    Title(String),
    /// Running text, wrapped.
    Paragraph(String),
    /// A line and what goes on without an empty line before it, wrapped.
    Item(String),
    /// Lines that stand as they are.
    Lines(Vec<String>),
    /// Lines of the table at the head as it is read by columns, with empty lines between its parts.
    Table(Vec<String>),
}

/// How lines and pages are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// An empty line between paragraphs; a form feed takes its place at page tops.
    Gaps,
    /// No empty lines but at page tops and in the table.
    Dense,
    /// An empty line behind every line, a line with one blank between paragraphs.
    Spaced,
}

const WIDTH: usize = 95;
const LINES_A_PAGE: usize = 54;

/// Prints blocks in a style.
pub(crate) fn print(blocks: &[Block], style: Style) -> String {
    let mut printer = Printer { style, out: String::new(), on_page: 0 };
    for block in blocks {
        match block {
            Block::Title(text) => {
                let indent = if style == Style::Gaps { WIDTH.saturating_sub(text.len()) / 2 } else { 0 };
                printer.paragraph(&[format!("{}{text}", " ".repeat(indent))]);
            }
            Block::Paragraph(text) => printer.paragraph(&wrap(text)),
            Block::Item(text) => wrap(text).iter().for_each(|line| printer.line(line)),
            Block::Lines(lines) => printer.paragraph(lines),
            Block::Table(lines) => lines.iter().for_each(|line| printer.line(line)),
        }
    }
    printer.out
}

struct Printer {
    style: Style,
    out: String,
    on_page: usize,
}

impl Printer {
    fn paragraph(&mut self, lines: &[String]) {
        let is_full = self.on_page >= LINES_A_PAGE;
        match self.style {
            _ if self.out.is_empty() || is_full => {}
            Style::Gaps => self.out.push('\n'),
            Style::Spaced => self.out.push_str(" \n\n"),
            Style::Dense => {}
        }
        lines.iter().for_each(|line| self.line(line));
    }

    fn line(&mut self, line: &str) {
        if self.on_page >= LINES_A_PAGE {
            self.break_page();
        }
        self.out.push_str(line);
        self.out.push_str(if self.style == Style::Spaced { " \n\n" } else { "\n" });
        self.on_page += 1;
    }

    fn break_page(&mut self) {
        self.on_page = 0;
        match self.style {
            Style::Gaps => self.out.push('\u{c}'),
            Style::Dense => self.out.push_str("\n\u{c}"),
            Style::Spaced => {}
        }
    }
}

/// Lines of at most [`WIDTH`] characters.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::with_capacity(WIDTH);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_separate_paragraphs_in_their_ways() {
        let blocks = [Block::Paragraph("a b".into()), Block::Item("c".into()), Block::Paragraph("d".into())];
        for (style, want) in [
            (Style::Gaps, "a b\nc\n\nd\n"),
            (Style::Dense, "a b\nc\nd\n"),
            (Style::Spaced, "a b \n\nc \n\n \n\nd \n\n"),
        ] {
            assert_eq!(print(&blocks, style), want, "{style:?}");
        }
    }

    #[test]
    fn lines_and_pages_are_full() {
        let text = print(&[Block::Paragraph("word ".repeat(2_000))], Style::Gaps);
        assert!(text.lines().all(|line| line.len() <= WIDTH + 1));
        assert_eq!(text.matches('\u{c}').count(), 10_000 / WIDTH / LINES_A_PAGE);
    }
}
