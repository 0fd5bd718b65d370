//! Whole processes: what a person at a terminal waits for.

use std::path::Path;
use std::process::Command;

use super::compare::program;
use super::measure::{measure, median};
use super::table::{Table, digits};

const RUNS: usize = 21;

/// Measures a query with facets beside `true`, and beside ripgrep where it is installed. Gives a report in Markdown.
///
/// # Errors
///
/// If our program fails.
pub(crate) fn compare(binary: &Path, index: &Path, corpus: &Path, work: &Path) -> anyhow::Result<String> {
    let query = |words: &str, more: &[&str]| {
        let mut command = program(binary, work);
        command.args(["query", "--literal", words, "--format", "json", "--index"]).arg(index).args(more);
        command
    };
    let facets = ["--facet", "outcome,specialty,year,class"];
    let mut commands = vec![
        ("`true`", Command::new("true")),
        ("`imr-search --version`", {
            let mut command = program(binary, work);
            command.arg("--version");
            command
        }),
        ("`imr-search query`, AND of 2, top 10", query("lumbar radiculopathy", &[])),
        ("`imr-search query`, AND of 2, top 10, 4 facets", query("lumbar radiculopathy", &facets)),
        ("`imr-search query -c`, phrase", {
            let mut command = program(binary, work);
            command.args(["query", "--literal", "\"physical therapy\"", "-c", "--index"]).arg(index);
            command
        }),
    ];
    let has_ripgrep = measure(Command::new("rg").arg("--version")).is_ok();
    if has_ripgrep {
        let search = |arguments: &[&str]| {
            let mut command = Command::new("rg");
            command.args(arguments).arg(corpus);
            command
        };
        commands.extend([
            ("`rg`, files with a word", search(&["-l", "-i", "-w", "radiculopathy"])),
            ("`rg`, files with a phrase over line ends", search(&["-l", "-i", "-U", r"physical\s+therapy"])),
            ("`rg`, outcomes counted by hand", search(&["-c", ": (Upheld|Overturned)$"])),
        ]);
    }
    let mut times = vec![Vec::new(); commands.len()];
    for _ in 0..RUNS {
        for ((_, command), times) in commands.iter_mut().zip(&mut times) {
            times.push(elapsed(command)?);
        }
    }
    let mut table = Table::new(&["process", "median ms", "÷ `true`"]);
    let first = median(times[0].iter().copied());
    for ((name, _), times) in commands.iter().zip(&times) {
        let time = median(times.iter().copied());
        table.row([(*name).to_owned(), digits(time * 1e3), digits(time / first)]);
    }
    let missing = if has_ripgrep { "" } else { "\n`rg` is not installed here: ripgrep is left out.\n" };
    Ok(format!("{table}{missing}"))
}

/// Seconds from the start of a process to its end, without looking at it meanwhile. Exit status 1 means nothing found.
fn elapsed(command: &mut Command) -> anyhow::Result<f64> {
    let started = std::time::Instant::now();
    let status = command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()?;
    anyhow::ensure!(status.code().is_some_and(|code| code < 2), "{command:?} failed");
    Ok(started.elapsed().as_secs_f64())
}
