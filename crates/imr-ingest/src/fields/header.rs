//! The table at the head of a letter: case number, dates, priority.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use imr_model::Letter;
use regex_automata::meta::Regex;

use super::dates;
use crate::reader::Reader;
use crate::text::regexes;

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

impl Label {
    /// What its value is.
    fn kind(self) -> Kind {
        match self {
            Self::CaseNumber => Kind::Number,
            Self::Priority => Kind::Level,
            _ => Kind::Date,
        }
    }
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
        let line = text.line(index);
        let mut behind: Option<Label> = None;
        for found in PATTERN.find_iter(line) {
            match CELLS[found.pattern()].0 {
                Cell::Label(label) => waiting.extend(behind.replace(label)),
                Cell::Value(kind) => {
                    if let Some(label) = behind.take().or_else(|| take_waiting(&mut waiting, kind)) {
                        set(letter, label, kind, &line[found.range()]);
                    }
                }
            }
        }
        waiting.extend(behind);
    }
}

/// What a cell of the table is.
#[derive(Clone, Copy)]
enum Cell {
    Label(Label),
    Value(Kind),
}

/// What a value of the table is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Level,
    Date,
}

/// The cells of the table and their patterns, the first before the others. The labels are those of the letters of 2013 to
/// 2019.
static CELLS: [(Cell, &str); 10] = [
    (Cell::Label(Label::CaseNumber), r"\b (?:(?:imr|maximus)\s+)? case \s+ (?:number|no\.?|\#) \s* :?"),
    (Cell::Label(Label::DateAssigned), r"\b date \s+ assigned \s* :?"),
    (Cell::Label(Label::DateOfInjury), r"\b date \s+ of \s+ injury \s* :?"),
    (
        Cell::Label(Label::DecisionDate),
        r"\b decision \s+ date \s* : | \b dated \s* : | \b date \s+ of \s+ determination \s* :",
    ),
    (
        Cell::Label(Label::UrDenialDate),
        r"\b ur \s+ denial \s+ date \s* :? | \b date \s+ of \s+ (?:ur|utilization\s+review) \s+ (?:decision|denial) \s* :?",
    ),
    (
        Cell::Label(Label::Received),
        r"\b (?:imr\s+)? application \s+ received \s* :? | (?: ^ | \s\s ) application (?: \s | $ )",
    ),
    (Cell::Label(Label::Priority), r"\b priority \s* :?"),
    (Cell::Value(Kind::Number), r"\b (?:cm|imr) \s? \d\d-\d{4,8} \b"),
    (Cell::Value(Kind::Level), r"\b (?:standard|expedited|regular|urgent) \b"),
    (Cell::Value(Kind::Date), dates::DATE),
];

static PATTERN: LazyLock<Regex> = LazyLock::new(|| regexes(&CELLS.map(|(_, pattern)| pattern)));

/// The first label without a value that can have this one.
fn take_waiting(waiting: &mut VecDeque<Label>, kind: Kind) -> Option<Label> {
    let index = waiting.iter().position(|label| label.kind() == kind)?;
    waiting.remove(index)
}

/// Sets a field of the letter; the first value counts. A value of another kind than the label's is none.
fn set(letter: &mut Letter, label: Label, kind: Kind, printed: &str) {
    if kind != label.kind() {
        return;
    }
    let date = match label {
        Label::CaseNumber => {
            letter.case_number = letter.case_number.take().or_else(|| printed.parse().ok());
            return;
        }
        Label::Priority => {
            letter.priority = letter.priority.take().or_else(|| Some(capitalized(printed)));
            return;
        }
        Label::DateAssigned => &mut letter.date_assigned,
        Label::DateOfInjury => &mut letter.date_of_injury,
        Label::DecisionDate => &mut letter.decision_date,
        Label::UrDenialDate => &mut letter.ur_denial_date,
        Label::Received => &mut letter.application_received,
    };
    *date = date.or_else(|| dates::parse(printed));
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
