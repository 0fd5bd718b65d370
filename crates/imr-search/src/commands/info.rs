//! `imr-search info`

use std::io::Write;
use std::path::PathBuf;

use imr_index::{Info, Manifest, Schema, Totals};
use imr_output::{grouped, json_line};
use serde::Serialize;

use super::{Found, ShortFormat, Which};
use crate::screen;
use crate::settings::{Flags, Settings};

/// Show what an index holds: counts, sizes, versions, the last run
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search info
  imr-search info --index ./my-index --format json")]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    which: Which,

    /// How to print
    #[arg(long, value_enum, default_value_t = ShortFormat::Text)]
    format: ShortFormat,
}

impl InfoArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        self.which.flags()
    }
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Printed<'i> {
    index: PathBuf,
    #[serde(flatten)]
    manifest: &'i Manifest,
    is_this_vocabulary: bool,
    segments: usize,
    removed_documents: u64,
    bytes: u64,
    bytes_by_kind: &'i [(String, u64)],
}

pub(crate) fn run(args: &InfoArgs, settings: &Settings) -> anyhow::Result<Found> {
    let index = settings.index_place()?;
    let info = Info::of(&index)?;
    let Info { manifest, segments, removed_documents, sizes } = &info;
    let bytes = sizes.iter().map(|(_, bytes)| bytes).sum();
    let mut out = screen::data(settings);
    match args.format {
        ShortFormat::Json => {
            let (is_this_vocabulary, removed_documents) = (manifest.has_this_vocabulary(), *removed_documents);
            let (segments, bytes_by_kind) = (*segments, sizes.as_slice());
            let printed =
                Printed { index, manifest, is_this_vocabulary, segments, removed_documents, bytes, bytes_by_kind };
            json_line(&mut out, &printed)?;
        }
        ShortFormat::Text => {
            for (name, value) in rows(&info, &index.display().to_string(), bytes) {
                writeln!(out, "{name:<12} {value}")?;
            }
        }
    }
    out.flush()?;
    Ok(Found::Something)
}

fn rows(info: &Info, place: &str, bytes: u64) -> Vec<(&'static str, String)> {
    let Manifest { schema, vocabulary, program, created, mirrors, totals, last_run } = &info.manifest;
    let Totals { letters, decisions, unsegmented, files, failures, duplicates } = totals;
    let number = |number: &u64| grouped(usize::try_from(*number).unwrap_or(usize::MAX));
    let is_current = |is_current: bool| if is_current { "" } else { " (this program has another)" };
    let mut rows = vec![
        ("index", place.to_owned()),
        ("letters", number(letters)),
        ("decisions", number(decisions)),
        ("unsegmented", number(unsegmented)),
        ("files", number(files)),
        ("duplicates", number(duplicates)),
        ("failures", number(failures)),
        ("size", format!("{} in {} segment{}", size(bytes), info.segments, if info.segments == 1 { "" } else { "s" })),
    ];
    rows.extend(info.sizes.iter().map(|(kind, bytes)| ("", format!("{kind:<12} {:>9}", size(*bytes)))));
    rows.push(("removed", format!("{} documents, dropped when parts are joined", number(&info.removed_documents))));
    rows.push(("schema", format!("{schema}{}", is_current(*schema == Schema::shared().version()))));
    rows.push(("vocabulary", format!("{vocabulary}{}", is_current(info.manifest.has_this_vocabulary()))));
    rows.push(("program", program.clone()));
    rows.push(("created", format!("{created:.0}")));
    if let Some(run) = last_run {
        let end = if run.is_finished { "finished" } else { "ended early, last commit" };
        rows.push(("last run", format!("began {:.0}, {end} {:.0}", run.started, run.committed)));
    }
    rows.extend(mirrors.iter().flatten().map(|path| ("mirrors", path.clone())));
    rows
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    #[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
    let mut size = bytes as f64 / 1e3;
    let mut unit = 0;
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1e3;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_for_people() {
        for (bytes, want) in [(0, "0.0 kB"), (1_234, "1.2 kB"), (999_960, "1.0 MB"), (4_884_000_000, "4.9 GB")] {
            assert_eq!(size(bytes), want);
        }
    }
}
