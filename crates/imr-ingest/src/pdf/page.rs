//! Puts the characters that a PDF page draws back into lines and paragraphs.

use std::ops::Range;

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

/// A stretch of text drawn at once: characters that follow each other without a jump.
struct Run {
    /// Left end, right end and distance of the baseline from the top of the page, in points.
    left: f64,
    right: f64,
    baseline: f64,
    /// Font size in points.
    size: f64,
    /// Where its characters stand in [`PageText::drawn`].
    text: Range<usize>,
}

/// Collects what one page draws; [`PageText::into_text`] then gives its text.
#[derive(Default)]
pub(super) struct PageText {
    /// All characters in the order of drawing. Runs have two or three of them, too few for a text each.
    drawn: String,
    runs: Vec<Run>,
    page_top: f64,
    at_run_start: bool,
}

/// Baselines closer than this share of the font size are one line: raised and lowered characters stay in it.
const SAME_LINE: f64 = 0.5;
/// A line that starts this many font sizes below the one before begins a paragraph. Lines of a paragraph are 1.15 apart.
const PARAGRAPH: f64 = 1.5;
/// A jump to the right by this share of the font size is a blank.
const BLANK: f64 = 0.1;
/// A jump by this many font sizes separates columns of a table (or is a blacked-out passage).
const COLUMN: f64 = 2.0;
/// What a jump between columns becomes in text.
const COLUMN_GAP: &str = "    ";

impl OutputDev for PageText {
    fn begin_page(
        &mut self,
        _page: u32,
        media_box: &MediaBox,
        _art_box: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.page_top = media_box.ury;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        transform: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        // The scale of the text is that of the square with the area of one em.
        let size = font_size * (transform.m11 * transform.m22 - transform.m12 * transform.m21).abs().sqrt();
        let left = transform.m31;
        let baseline = self.page_top - transform.m32;
        let right = left + width * size;
        let start = self.drawn.len();
        self.drawn.push_str(text);
        let end = self.drawn.len();
        match self.runs.last_mut() {
            Some(run) if !self.at_run_start => {
                run.text.end = end;
                run.right = right;
            }
            _ => self.runs.push(Run { left, right, baseline, size, text: start..end }),
        }
        self.at_run_start = false;
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.at_run_start = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

impl PageText {
    /// The text of the page from top to bottom: a line break after each line, an empty line between paragraphs, a wide
    /// gap between the columns of a table.
    pub(super) fn into_text(mut self) -> String {
        self.runs.retain(|run| !run.text.is_empty() && run.baseline.is_finite() && run.left.is_finite());
        let mut text = String::new();
        let mut previous: Option<f64> = None;
        for line in lines(&self.drawn, self.runs) {
            let (baseline, size) = (line[0].baseline, line[0].size);
            if previous.is_some_and(|above| baseline - above > PARAGRAPH * size) {
                text.push('\n');
            }
            let printed = join(&self.drawn, &line);
            if !printed.trim().is_empty() {
                text.push_str(printed.trim());
                text.push('\n');
                previous = Some(baseline);
            }
        }
        text
    }
}

/// Groups runs by baseline, lines from top to bottom, runs of a line from left to right.
fn lines(drawn: &str, mut runs: Vec<Run>) -> Vec<Vec<Run>> {
    runs.sort_by(|one, other| one.baseline.total_cmp(&other.baseline));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        match lines.last_mut() {
            Some(line) if run.baseline - line[0].baseline <= SAME_LINE * line[0].size.max(run.size) => line.push(run),
            _ => lines.push(vec![run]),
        }
    }
    for line in &mut lines {
        line.sort_by(|one, other| one.left.total_cmp(&other.left));
        // Some producers print bold text by drawing it twice, a hair apart.
        let is_twice = |next: &Run, kept: &Run| drawn[next.text.clone()] == drawn[kept.text.clone()];
        line.dedup_by(|next, kept| is_twice(next, kept) && next.left - kept.left < BLANK * kept.size);
    }
    lines
}

/// Joins the runs of a line, with blanks where the page shows them.
fn join(drawn: &str, line: &[Run]) -> String {
    let mut text = String::new();
    let mut end: Option<f64> = None;
    for run in line {
        let jump = end.map_or(0.0, |end| run.left - end);
        if jump > COLUMN * run.size {
            text.push_str(COLUMN_GAP);
        } else if jump > BLANK * run.size {
            text.push(' ');
        }
        text.push_str(&drawn[run.text.clone()]);
        end = Some(run.right);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of a page on which runs are drawn in a font of 10 points, each character 5 points wide.
    fn page(runs: &[(f64, f64, &str)]) -> String {
        let mut page = PageText::default();
        page.begin_page(1, &MediaBox { llx: 0.0, lly: 0.0, urx: 600.0, ury: 800.0 }, None).unwrap();
        for (left, height, text) in runs {
            page.begin_word().unwrap();
            let mut left = *left;
            for character in text.chars() {
                let place = Transform::row_major(1.0, 0.0, 0.0, 1.0, left, *height);
                page.output_character(&place, 0.5, 0.0, 10.0, &character.to_string()).unwrap();
                left += 5.0;
            }
            page.end_word().unwrap();
        }
        page.into_text()
    }

    #[test]
    fn runs_become_lines_and_paragraphs() {
        for (name, runs, want) in [
            ("nothing", vec![], ""),
            ("a run without characters", vec![(70.0, 700.0, "")], ""),
            ("blanks", vec![(70.0, 700.0, "  ")], ""),
            ("runs that touch", vec![(70.0, 700.0, "me"), (80.0, 700.0, "an")], "mean\n"),
            ("a jump", vec![(70.0, 700.0, "me"), (82.0, 700.0, "an")], "me an\n"),
            ("a wide jump", vec![(70.0, 700.0, "me"), (180.0, 700.0, "an")], "me    an\n"),
            ("from right to left", vec![(80.0, 700.0, "an"), (70.0, 700.0, "me")], "mean\n"),
            ("from below", vec![(70.0, 688.0, "two"), (70.0, 700.0, "one")], "one\ntwo\n"),
            ("a paragraph", vec![(70.0, 700.0, "one"), (70.0, 680.0, "two")], "one\n\ntwo\n"),
            ("raised", vec![(70.0, 700.0, "80"), (80.0, 704.0, "o")], "80o\n"),
            ("bold by drawing twice", vec![(70.0, 700.0, "bold"), (70.4, 700.0, "bold")], "bold\n"),
            ("the same word twice", vec![(70.0, 700.0, "no"), (85.0, 700.0, "no")], "no no\n"),
            ("nowhere", vec![(70.0, f64::NAN, "lost"), (70.0, 700.0, "kept")], "kept\n"),
        ] {
            assert_eq!(page(&runs), want, "case: {name}");
        }
    }
}
