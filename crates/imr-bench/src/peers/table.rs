//! Tables in Markdown.

use std::fmt::{self, Display};

/// A table with a head; the first column is text, the others are numbers.
#[derive(Debug, Default)]
pub(crate) struct Table {
    columns: usize,
    lines: Vec<String>,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        let mut table = Self { columns: head.len(), lines: Vec::new() };
        table.row(head.iter().map(ToString::to_string));
        table.row((0..head.len()).map(|column| if column == 0 { "---".to_owned() } else { "---:".to_owned() }));
        table
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        debug_assert_eq!(cells.len(), self.columns);
        self.lines.push(format!("| {} |", cells.join(" | ")));
    }
}

impl Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// A number with three digits that count.
pub(crate) fn digits(number: f64) -> String {
    let decimals = match number.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_numbers() {
        let mut table = Table::new(&["what", "ratio"]);
        table.row(["a".to_owned(), digits(0.5)]);
        assert_eq!(table.to_string(), "| what | ratio |\n| --- | ---: |\n| a | 0.500 |\n");
        for (number, want) in [(1234.5, "1234"), (12.34, "12.3"), (1.234, "1.23"), (0.01234, "0.012")] {
            assert_eq!(digits(number), want);
        }
    }
}
