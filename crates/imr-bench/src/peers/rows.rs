//! What the peers are given: one row a decision, with the fields of its letter repeated, as our own index has them.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use imr_model::{Decision, Letter};
use imr_vocabulary::specialties;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

/// The fields of text, in the order of [`Row::texts`].
pub(crate) const TEXTS: [&str; 6] =
    ["treatment", "rationale", "reviewer_guideline", "administrator_guideline", "summary", "unsegmented"];

/// A decision, or the text of a letter that could not be segmented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) source: String,
    pub(crate) n: u64,
    pub(crate) outcome: String,
    pub(crate) category: String,
    pub(crate) class: Vec<String>,
    pub(crate) specialty: Vec<String>,
    /// `yyyymmdd`.
    pub(crate) date: Option<u64>,
    pub(crate) year: Option<u64>,
    pub(crate) texts: [String; 6],
}

impl Row {
    fn new(letter: &Letter, decision: Option<&Decision>) -> Self {
        let date = letter.decision_date;
        let number = |date: jiff::civil::Date| {
            u64::from(date.year().unsigned_abs()) * 10_000
                + u64::from(date.month().unsigned_abs()) * 100
                + u64::from(date.day().unsigned_abs())
        };
        let text = |text: fn(&Decision) -> Option<&String>| decision.and_then(text).cloned().unwrap_or_default();
        let official = |printed: &String| specialties().get(printed).unwrap_or(printed).to_owned();
        let mut specialty: Vec<String> = letter.reviewer.specialties.iter().map(official).collect();
        specialty.sort();
        specialty.dedup();
        Self {
            case: letter.case_number.as_ref().map(ToString::to_string).unwrap_or_default(),
            source: letter.source.clone(),
            n: decision.map_or(0, |decision| decision.n as u64),
            outcome: decision
                .and_then(|decision| decision.outcome)
                .map(|outcome| outcome.to_string())
                .unwrap_or_default(),
            category: decision.and_then(|decision| decision.concepts.category.clone()).unwrap_or_default(),
            class: decision.map(|decision| decision.concepts.drug_classes.clone()).unwrap_or_default(),
            specialty,
            date: date.map(number),
            year: date.map(|date| date.year().unsigned_abs().into()),
            texts: [
                text(|decision| Some(&decision.treatment)),
                text(|decision| decision.rationale.as_ref()),
                text(|decision| decision.reviewer_guideline.as_ref()),
                text(|decision| decision.administrator_guideline.as_ref()),
                letter.clinical_summary.clone().unwrap_or_default(),
                if decision.is_none() { letter.unsegmented_text() } else { String::new() },
            ],
        }
    }

    /// The rows of a letter: one for each decision, one for text that is in none.
    pub(crate) fn of_letter(letter: &Letter) -> Vec<Self> {
        let mut rows: Vec<Self> = letter.decisions.iter().map(|decision| Self::new(letter, Some(decision))).collect();
        if rows.is_empty() || !letter.unsegmented_text().is_empty() {
            rows.push(Self::new(letter, None));
        }
        rows
    }
}

/// The text files below a folder, in order.
pub(crate) fn letters_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().collect::<Result<Vec<_>, _>>()?;
    let is_letter = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "txt");
    Ok(entries.into_iter().map(walkdir::DirEntry::into_path).filter(is_letter).collect())
}

/// The name of a file without folder and ending.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What was prepared for the peers.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    pub(crate) letters: u64,
    pub(crate) rows: u64,
    /// Bytes of the letters' text.
    pub(crate) bytes: u64,
    /// A case number from the middle of the corpus.
    pub(crate) case: String,
}

/// Segments all letters below a folder and writes their rows, one object a line.
pub(crate) fn prepare(folder: &Path, out: &Path) -> anyhow::Result<Prepared> {
    let paths = letters_below(folder)?;
    let mut file = BufWriter::new(File::create(out).with_context(|| out.display().to_string())?);
    let mut prepared = Prepared { letters: paths.len() as u64, ..Prepared::default() };
    for (place, path) in paths.iter().enumerate() {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        prepared.bytes += text.len() as u64;
        let letter = imr_ingest::segment(&stem(path), "", text);
        for row in Row::of_letter(&letter) {
            serde_json::to_writer(&mut file, &row)?;
            file.write_all(b"\n")?;
            prepared.rows += 1;
        }
        if let (true, Some(case)) = (place <= paths.len() / 2, &letter.case_number) {
            prepared.case = case.to_string();
        }
    }
    file.flush()?;
    Ok(prepared)
}

/// Reads prepared rows.
pub(crate) fn read(file: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Row>>> {
    let lines = BufReader::with_capacity(1 << 20, File::open(file)?).lines();
    Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
}
