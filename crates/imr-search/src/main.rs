//! `imr-search`: finds precedent among decisions of the California workers' compensation Independent Medical Review.

mod commands;
mod config_file;
mod folder;
mod interrupt;
mod location;
mod memory;
mod output;
mod report;
mod saved;
mod screen;
mod settings;
mod update;
mod whole_file;

use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;

use commands::{Cli, Found};
use imr_output::OutputError;
use mimalloc::MiMalloc;

/// Letters are many small texts: with the allocator of the C library indexing takes a tenth more processor time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The exit status of errors, as in grep: 0 is found, 1 nothing found.
const ERROR: u8 = 2;
/// The exit status after Ctrl-C, as of a program that the signal ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    match commands::complete() {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(_) => return ExitCode::from(ERROR),
    }
    let cli = match Cli::parsed(&commands::shielded(std::env::args_os())) {
        Ok(cli) => cli,
        Err(usage) => {
            // `--help` and `--version` are no errors.
            let is_error = !matches!(usage.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = usage.print();
            return if is_error { ExitCode::from(ERROR) } else { ExitCode::SUCCESS };
        }
    };
    match commands::run(&cli) {
        Ok(Found::Something) => ExitCode::SUCCESS,
        Ok(Found::Nothing) => ExitCode::from(1),
        Ok(Found::WithFailures) => ExitCode::from(ERROR),
        Ok(Found::Interrupted) => ExitCode::from(INTERRUPTED),
        // Whoever reads the output has seen enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(ERROR)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let csv = cause.downcast_ref::<csv::Error>().and_then(|error| match error.kind() {
            csv::ErrorKind::Io(error) => Some(error.kind()),
            _ => None,
        });
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        let output = cause.downcast_ref::<OutputError>().and_then(|error| match error {
            OutputError::Write(error) => Some(error.kind()),
            _ => None,
        });
        io.or(csv).or(json).or(output) == Some(io::ErrorKind::BrokenPipe)
    })
}
