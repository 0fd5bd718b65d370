//! The least parser that gives a plain indexer rows: final determinations only, one pass over the lines, no concepts.
//!
//! It shows what an indexer costs whose author cares for nothing but the labels. Letters of other forms become one row with
//! all their text.

use super::rows::Row;

/// The labels of an issue, each with the field of [`super::rows::TEXTS`] that it begins.
const LABELS: [(&str, usize); 3] =
    [("Claims Administrator guideline:", 3), ("MAXIMUS guideline:", 2), ("Decision rationale:", 1)];

/// The rows of a letter.
pub(crate) fn rows(source: &str, text: &str) -> Vec<Row> {
    let mut row = Row { source: source.to_owned(), ..Row::default() };
    let Some((head, issues)) = text
        .split_once("\nIMR ISSUES, DECISIONS AND RATIONALES")
        .or_else(|| text.split_once(" IMR ISSUES, DECISIONS AND RATIONALES"))
    else {
        row.texts[5] = joined(text);
        return vec![row];
    };
    let (head, summary) = head.split_once("CLINICAL CASE SUMMARY").unwrap_or((head, ""));
    row.texts[4] = joined(summary);
    behind(head, "Case Number:").clone_into(&mut row.case);
    row.date = date(behind(head, "Decision Date:"));
    row.year = row.date.map(|date| date / 10_000);
    row.specialty = behind(head, "Certification(s)/Specialty:").split(", ").map(str::to_owned).collect();
    issue_rows(&row, issues)
}

fn issue_rows(letter: &Row, issues: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = letter.clone();
    let mut field = 0;
    for paragraph in issues.split("\n\n").flat_map(|text| text.split('\u{c}')) {
        let paragraph = joined(paragraph);
        let outcome =
            [": Upheld", ": Overturned"].into_iter().find_map(|end| Some((paragraph.strip_suffix(end)?, end)));
        if let Some((heading, end)) = outcome {
            rows.extend((row.n > 0).then(|| row.clone()));
            row = Row { n: row.n + 1, outcome: end[2..].to_lowercase(), ..letter.clone() };
            heading.clone_into(&mut row.texts[0]);
        } else if let Some((text, place)) =
            LABELS.iter().find_map(|(label, place)| Some((paragraph.strip_prefix(label)?, *place)))
        {
            field = place;
            text.trim_start().clone_into(&mut row.texts[field]);
        } else if row.n > 0 && field > 0 {
            row.texts[field] += " ";
            row.texts[field] += &paragraph;
        }
    }
    if row.n == 0 {
        row.texts[5] = joined(issues);
    }
    rows.push(row);
    rows
}

fn joined(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rest of the line behind a label, up to a wide gap.
fn behind<'t>(text: &'t str, label: &str) -> &'t str {
    let rest = text.split_once(label).map_or("", |(_, rest)| rest).trim_start_matches(' ');
    let line = rest.lines().next().unwrap_or_default();
    line.split("  ").next().unwrap_or_default()
}

/// `MM/DD/YYYY` as a number `yyyymmdd`.
fn date(printed: &str) -> Option<u64> {
    let mut parts = printed.split('/').map(|part| part.parse::<u64>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    Some(year * 10_000 + month * 100 + day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::Corpus;

    #[test]
    fn reads_the_commonest_form() {
        let corpus = Corpus::new(1);
        let letters = (0..200).map(|place| corpus.letter(place));
        let tables = letters.filter(|letter| letter.text.starts_with("Case Number:  "));
        let (mut read, mut all) = (0, 0);
        for letter in tables {
            let rows = rows("a", &letter.text);
            all += 1;
            read += usize::from(rows.len() == letter.gold.decisions.len());
            assert_eq!(Some(&rows[0].case), letter.gold.case_number.as_ref());
            assert!(rows[0].date.is_some());
        }
        assert!(all > 50 && read * 10 > all * 8, "{read} of {all} letters have as many rows as decisions");
    }
}
