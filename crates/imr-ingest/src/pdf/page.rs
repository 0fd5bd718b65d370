//! Puts the characters that a PDF page draws back into lines and paragraphs.

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

/// A stretch of text drawn at once: characters that follow each other without a jump.
struct Run {
    /// Left end, right end and distance of the baseline from the top of the page, in points.
    left: f64,
    right: f64,
    baseline: f64,
    /// Font size in points.
    size: f64,
    text: String,
}

/// Collects what one page draws; [`PageText::into_text`] then gives its text.
#[derive(Default)]
pub(super) struct PageText {
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
        match self.runs.last_mut() {
            Some(run) if !self.at_run_start => {
                run.text.push_str(text);
                run.right = right;
            }
            _ => self.runs.push(Run { left, right, baseline, size, text: text.to_owned() }),
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
        for line in lines(self.runs) {
            let (baseline, size) = (line[0].baseline, line[0].size);
            if previous.is_some_and(|above| baseline - above > PARAGRAPH * size) {
                text.push('\n');
            }
            let printed = join(&line);
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
fn lines(mut runs: Vec<Run>) -> Vec<Vec<Run>> {
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
        line.dedup_by(|next, kept| next.text == kept.text && next.left - kept.left < BLANK * kept.size);
    }
    lines
}

/// Joins the runs of a line, with blanks where the page shows them.
fn join(line: &[Run]) -> String {
    let mut text = String::new();
    let mut end: Option<f64> = None;
    for run in line {
        let jump = end.map_or(0.0, |end| run.left - end);
        if jump > COLUMN * run.size {
            text.push_str(COLUMN_GAP);
        } else if jump > BLANK * run.size {
            text.push(' ');
        }
        text.push_str(&run.text);
        end = Some(run.right);
    }
    text
}
