//! What a process costs: time, processor time and memory, read from `/proc` where there is one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use walkdir::WalkDir;

/// What a process cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// From start to end, in seconds.
    pub(crate) wall: f64,
    /// Processor time of all its threads, in seconds.
    pub(crate) cpu: f64,
    /// The most memory that was resident, pages of mapped files included (`VmHWM`), in bytes.
    pub(crate) resident: u64,
    /// The most of it that was its own (`RssAnon`, looked at every few milliseconds): heap and stacks, in bytes.
    pub(crate) own: u64,
}

/// Runs a command to its end and measures it; what it prints is thrown away. Without `/proc` only the time is known.
///
/// # Errors
///
/// If it cannot be started, or fails.
pub(crate) fn measure(command: &mut Command) -> anyhow::Result<Cost> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = quiet.spawn().with_context(|| format!("{command:?}"))?;
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let mut cost = Cost::default();
    // A process that has ended but was not waited for still tells its processor time.
    while let Some(cpu) = processor_time(&process, &mut cost) {
        cost.cpu = cpu;
        thread::sleep(Duration::from_millis(5));
    }
    let status = child.wait()?;
    cost.wall = started.elapsed().as_secs_f64();
    anyhow::ensure!(status.success(), "{command:?} failed");
    Ok(cost)
}

/// The processor time of a process in seconds, while it runs; its memory is noted on the way.
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 ticks")]
fn processor_time(process: &Path, cost: &mut Cost) -> Option<f64> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name before the last bracket may hold blanks.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    let mut ticks = fields.skip(10).filter_map(|ticks| ticks.parse::<u64>().ok());
    let seconds = (ticks.next()? + ticks.next()?) as f64 / rustix::param::clock_ticks_per_second() as f64;
    if state == "Z" {
        cost.cpu = seconds;
        return None;
    }
    let status = fs::read_to_string(process.join("status")).unwrap_or_default();
    cost.resident = cost.resident.max(kilobytes(&status, "VmHWM:"));
    cost.own = cost.own.max(kilobytes(&status, "RssAnon:"));
    Some(seconds)
}

/// A line `name:   1234 kB` in bytes; 0 where there is none.
fn kilobytes(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1_024
}

/// The bytes of a file, or of all files below a folder.
pub(crate) fn size(path: &Path) -> u64 {
    let entries = WalkDir::new(path).into_iter().filter_map(Result::ok);
    entries.filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file).map(|data| data.len()).sum()
}

/// The middle of some numbers; of an even count the lower of the two.
pub(crate) fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    percentile(numbers, 50)
}

/// The number that `percent` of 100 do not exceed.
pub(crate) fn percentile(numbers: impl IntoIterator<Item = f64>, percent: usize) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    let place = (numbers.len() * percent).div_ceil(100).saturating_sub(1);
    numbers.get(place).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles() {
        for (numbers, percent, want) in
            [(vec![3.0, 1.0, 2.0], 50, 2.0), (vec![1.0, 2.0, 3.0, 4.0], 50, 2.0), (vec![1.0, 5.0], 99, 5.0)]
        {
            assert!((percentile(numbers.clone(), percent) - want).abs() < 1e-9, "{percent} of {numbers:?}");
        }
    }

    #[test]
    fn a_process_that_works_has_a_cost() {
        let cost =
            measure(Command::new("sh").args(["-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"])).unwrap();
        assert!(cost.wall > 0.0);
        assert!(measure(&mut Command::new("false")).is_err());
    }
}
