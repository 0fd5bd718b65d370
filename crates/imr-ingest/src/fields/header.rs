//! The table at the head of a letter: case number, dates, priority.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use imr_model::Letter;
use regex::Regex;

use super::dates;
use crate::reader::Reader;
use crate::text::regex;

/// A label of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    CaseNumber,
    DateAssigned,
    DateOfInjury,
    DecisionDate,
    UrDenialDate,
    Received,
    Priority,
}

/// Reads the table, whichever way the text puts its cells in order.
///
/// A value that stands right behind a label on the same line belongs to it. Other values belong to the labels that are
/// still without one, first to first: so column-wise text (all labels, then all values) is read, and the label
/// `Application Received:`, which wraps around its value in every letter of 2016 and 2017.
pub(crate) fn read(reader: &mut Reader<'_>, letter: &mut Letter, range: Range<usize>) {
    let mut waiting: VecDeque<Label> = VecDeque::new();
    let text = reader.text();
    for index in text.line_at(range.start)..text.line_at(range.end) {
        let mut behind: Option<Label> = None;
        for cell in CELL.captures_iter(text.line(index)) {
            if let Some(label) = label(&cell) {
                waiting.extend(behind.replace(label));
            } else if let Some(label) = behind.take().or_else(|| take_waiting(&mut waiting, &cell)) {
                set(letter, label, &cell);
            }
        }
        waiting.extend(behind);
    }
}

/// A label or a value of the table. The labels are those of the letters of 2013 to 2019.
static CELL: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"(?ix)
          (?P<case>       \b (?:(?:imr|maximus)\s+)? case \s+ (?:number|no\.?|\#) \s* :?)
        | (?P<assigned>   \b date \s+ assigned \s* :?)
        | (?P<injury>     \b date \s+ of \s+ injury \s* :?)
        | (?P<decision>   \b decision \s+ date \s* : | \b dated \s* : | \b date \s+ of \s+ determination \s* :)
        | (?P<denial>     \b ur \s+ denial \s+ date \s* :? | \b date \s+ of \s+ (?:ur|utilization\s+review) \s+ (?:decision|denial) \s* :?)
        | (?P<received>   \b (?:imr\s+)? application \s+ received \s* :? | (?: ^ | \s\s ) application (?: \s | $ ) )
        | (?P<priority>   \b priority \s* :?)
        | (?P<number>     \b (?:cm|imr) \s? \d\d-\d{{4,8}} \b)
        | (?P<level>      \b (?:standard|expedited|regular|urgent) \b)
        | (?P<date>       {})
        ",
        dates::DATE
    ))
});

fn label(cell: &regex::Captures<'_>) -> Option<Label> {
    let labels = [
        ("case", Label::CaseNumber),
        ("assigned", Label::DateAssigned),
        ("injury", Label::DateOfInjury),
        ("decision", Label::DecisionDate),
        ("denial", Label::UrDenialDate),
        ("received", Label::Received),
        ("priority", Label::Priority),
    ];
    labels.into_iter().find(|(name, _)| cell.name(name).is_some()).map(|(_, label)| label)
}

/// The first label without a value that can have this one.
fn take_waiting(waiting: &mut VecDeque<Label>, cell: &regex::Captures<'_>) -> Option<Label> {
    let fits = |label: &Label| match label {
        Label::CaseNumber => cell.name("number").is_some(),
        Label::Priority => cell.name("level").is_some(),
        _ => cell.name("date").is_some(),
    };
    let index = waiting.iter().position(fits)?;
    waiting.remove(index)
}

/// Sets a field of the letter; the first value counts.
fn set(letter: &mut Letter, label: Label, cell: &regex::Captures<'_>) {
    let date = match label {
        Label::CaseNumber => {
            let number = cell.name("number").and_then(|number| number.as_str().parse().ok());
            letter.case_number = letter.case_number.take().or(number);
            return;
        }
        Label::Priority => {
            let level = cell.name("level").map(|level| capitalized(level.as_str()));
            letter.priority = letter.priority.take().or(level);
            return;
        }
        Label::DateAssigned => &mut letter.date_assigned,
        Label::DateOfInjury => &mut letter.date_of_injury,
        Label::DecisionDate => &mut letter.decision_date,
        Label::UrDenialDate => &mut letter.ur_denial_date,
        Label::Received => &mut letter.application_received,
    };
    *date = date.or_else(|| cell.name("date").and_then(|printed| dates::parse(printed.as_str())));
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + &rest.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[track_caller]
    fn check(name: &str, table: &str) {
        let text = Text::new(table.to_owned());
        let mut letter = Letter::new("", "");
        read(&mut Reader::new(&text), &mut letter, 0..table.len());
        let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let got = [
            letter.name().to_owned(),
            letter.priority.clone().unwrap_or_default(),
            date(letter.date_assigned),
            date(letter.date_of_injury),
            date(letter.decision_date),
            date(letter.ur_denial_date),
            date(letter.application_received),
        ];
        let want = ["CM15-9000001", "Standard", "2015-01-02", "2014-03-04", "2015-02-03", "2014-12-05", "2014-12-20"];
        assert_eq!(got, want, "case: {name}");
    }

    #[test]
    fn cells_in_any_order() {
        check(
            "two columns, the last label around its value",
            "Case Number:    CM15-9000001\nDate Assigned:   01/02/2015    Date of Injury:   03/04/2014\n\
             Decision Date:   02/03/2015   UR Denial Date:   12/05/2014\nPriority:   Standard    Application   12/20/2014\nReceived:",
        );
        check(
            "by columns",
            "Case Number:\nDate Assigned:\nDecision Date:\nPriority:\n\nCM15-9000001\n01/02/2015\n02/03/2015\nStandard\n\n\
             Date of Injury:\nUR Denial Date:\nApplication\nReceived:\n\n03/04/2014\n12/05/2014\n12/20/2014",
        );
        check(
            "a label of 2013, two on a line",
            "Dated: 2/3/2015\nIMR Case Number: CM15-9000001  Date of Injury: 3/4/2014\nClaims Number:  UR Denial Date:  12/05/2014\n\
             Priority: STANDARD  Application Received: 12/20/2014\nDate Assigned: 1/2/2015",
        );
    }

    #[test]
    fn a_label_without_value_takes_no_other() {
        let text = Text::new("Date Assigned:      Date of Injury: 03/04/2014\nDecision Date: 02/03/2015".to_owned());
        let mut letter = Letter::new("", "");
        read(&mut Reader::new(&text), &mut letter, 0..text.raw().len());
        assert_eq!(letter.date_assigned, None);
        assert_eq!(letter.decision_date.map(|date| date.to_string()).as_deref(), Some("2015-02-03"));
    }
}
