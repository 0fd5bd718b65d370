//! Brings an index up to date with letters on disk.
//!
//! What was read before and has not changed since is not read again: a file of the same size and time is taken for
//! unchanged, one of another time is compared by its content.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use imr_index::{Added, FailedRead, FileRecord, IndexWriter, KnownFile, KnownFiles, NewLetter};
use imr_ingest::{Event, Failure, FileDone, Ingest, ReadLetter, SourceFile, Task, discover, place_of};
use imr_output::counted;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::interrupt::Interrupt;
use crate::report::{self, Failures};

/// What is wanted of a run.
#[derive(Clone, Debug)]
pub(crate) struct Wishes {
    /// Remove letters whose files are gone.
    pub(crate) prune: bool,
    /// Read files again that could not be read before.
    pub(crate) retry_failed: bool,
    /// Commit after so many letters.
    pub(crate) commit_every: usize,
    /// Where to write what became of files, one JSON object a line.
    pub(crate) report: Option<PathBuf>,
    /// Ends the run early.
    pub(crate) interrupt: Interrupt,
}

/// So many letters are added between commits where nobody says otherwise: some seconds of text, a minute or two of PDFs.
pub(crate) const COMMIT_EVERY: usize = 20_000;

impl Default for Wishes {
    fn default() -> Self {
        Self {
            prune: false,
            retry_failed: false,
            commit_every: COMMIT_EVERY,
            report: None,
            interrupt: Interrupt::default(),
        }
    }
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Counts {
    letters: usize,
    decisions: usize,
    duplicates: usize,
    unsegmented: usize,
    partly: usize,
    /// Files that are as they were, among them those read again to see that.
    unchanged_files: u64,
    /// Files, or letters in them, that could not be read in an earlier run and were not tried again.
    known_failures: u64,
    /// Files that are gone, and whose letters were removed.
    removed_files: usize,
    /// Files that are gone, and whose letters are still there.
    gone_files: usize,
    failed: usize,
}

/// One run of the indexer.
pub(crate) struct Update {
    writer: IndexWriter,
    wishes: Wishes,
    counts: Counts,
    failures: Failures,
    /// Failures in the file that is being read.
    of_file: Vec<Failure>,
    report: Option<BufWriter<File>>,
    started: Instant,
    progress: ProgressBar,
}

impl Update {
    pub(crate) fn new(writer: IndexWriter, wishes: Wishes) -> anyhow::Result<Self> {
        let report = wishes.report.as_deref().map(create_report).transpose()?;
        Ok(Self {
            writer,
            wishes,
            counts: Counts::default(),
            failures: Failures::default(),
            of_file: Vec::new(),
            report,
            started: Instant::now(),
            progress: progress(),
        })
    }

    /// Makes the index one that mirrors letters at these paths, and nothing else.
    pub(crate) fn mirror(&mut self, paths: Vec<String>) {
        self.writer.set_mirrored(paths);
    }

    /// Reads and adds what is new or has changed at some absolute paths; what is wrong with some of it is told on standard
    /// error. The index is at its last commit when this fails.
    pub(crate) fn read(&mut self, paths: &[PathBuf], ingest: &Ingest) -> anyhow::Result<()> {
        let known = self.writer.known_files();
        let survey = Survey::new(&known, self.wishes.retry_failed);
        let tasks = discover(paths).filter_map(|found| survey.task(found));
        let mut stopped: anyhow::Result<()> = Ok(());
        ingest.run(tasks, |event| {
            stopped = self.handle(event);
            let is_asked = self.wishes.interrupt.is_asked() && !self.writer.is_amid_change();
            if stopped.is_ok() && !is_asked { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        stopped?;
        let Survey { unchanged, known_failures, unfound, .. } = survey;
        self.counts.unchanged_files += unchanged.into_inner();
        self.counts.known_failures += known_failures.into_inner();
        let unfound = unfound.into_inner().unwrap_or_else(PoisonError::into_inner);
        for failure in &unfound {
            self.tell(failure)?;
            self.failures.end_file();
        }
        if !self.wishes.interrupt.is_asked() {
            self.writer.commit()?;
            self.look_for_gone_files(paths, &unfound)?;
        }
        Ok(())
    }

    fn handle(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Letter(letter) => self.add(&letter)?,
            Event::Failed(failure) => {
                self.tell(&failure)?;
                self.of_file.push(failure);
            }
            Event::FileDone(done) => self.end_file(done)?,
        }
        // Old and new letters of a changed file never show together.
        if self.writer.pending() >= self.wishes.commit_every && !self.writer.is_amid_change() {
            self.writer.commit()?;
        }
        Ok(())
    }

    fn add(&mut self, read: &ReadLetter) -> anyhow::Result<()> {
        let ReadLetter { letter, text, identity, file } = read;
        match self.writer.add(&NewLetter { letter, text, identity, file })? {
            Added::Indexed => {}
            Added::Unchanged => return Ok(()),
            Added::Duplicate => {
                self.counts.duplicates += 1;
                return Ok(());
            }
        }
        self.counts.letters += 1;
        self.counts.decisions += letter.decisions.len();
        let unsegmented = letter.unsegmented_text();
        if letter.decisions.is_empty() {
            self.counts.unsegmented += 1;
            let reasons: Vec<String> = letter.warnings.iter().map(ToString::to_string).collect();
            let place = report::near(&letter.source_file);
            self.say(&format!("{place} is indexed as whole text: {}", reasons.join("; ")));
        } else if !unsegmented.is_empty() {
            self.counts.partly += 1;
            let start = unsegmented.chars().take(60).collect::<String>().replace('\n', " ");
            let place = report::near(&letter.source_file);
            self.say(&format!("{place} fits its form in part: \"{start}...\" is indexed as unsegmented text"));
        }
        Ok(())
    }

    fn end_file(&mut self, done: FileDone) -> anyhow::Result<()> {
        self.progress.suspend(|| self.failures.end_file());
        self.progress.inc(1);
        let failures = std::mem::take(&mut self.of_file);
        let SourceFile::Path { path, bytes, modified } = done.file else { return Ok(()) };
        let (path, modified, read) = (place_of(&path), nanoseconds(modified), nanoseconds(Some(SystemTime::now())));
        if done.is_unchanged {
            self.counts.unchanged_files += 1;
            self.counts.known_failures += self.writer.known_files().find(&path).map_or(0, |known| known.failures);
            return Ok(self.writer.touch(&path, bytes, modified, read)?);
        }
        if failures.iter().any(|failure| failure.error.is_vanished()) {
            return Ok(());
        }
        let is_unreadable = failures.iter().any(|failure| failure.error.is_passing());
        let failures = failures.into_iter().map(failed_read).collect();
        let record = FileRecord { path, bytes, modified, read, digest: done.digest, failures, ..FileRecord::default() };
        if is_unreadable {
            self.writer.end_unreadable_file(record)?;
        } else {
            self.writer.end_file(record)?;
        }
        Ok(())
    }

    /// Removes letters of files that are gone, or says that there are some.
    fn look_for_gone_files(&mut self, paths: &[PathBuf], unfound: &[Failure]) -> anyhow::Result<()> {
        let mut gone = self.writer.not_found()?;
        let is_under = |path: &str, root: &Path| Path::new(path).starts_with(root);
        // What cannot be looked at may be there.
        gone.retain(|path| {
            paths.iter().any(|root| is_under(path, root))
                && !unfound.iter().any(|failure| is_under(path, Path::new(&failure.place)))
                && !Path::new(path).exists()
        });
        if !self.wishes.prune {
            self.counts.gone_files = gone.len();
            return Ok(());
        }
        self.counts.removed_files = gone.len();
        for path in &gone {
            self.write_report(&Reported { event: "removed", place: path, reason: "gone", message: "" })?;
        }
        for some in gone.chunks(self.wishes.commit_every) {
            self.writer.remove_files(some)?;
            self.writer.commit()?;
        }
        Ok(())
    }

    fn tell(&mut self, failure: &Failure) -> anyhow::Result<()> {
        self.progress.suspend(|| self.failures.tell(failure));
        let message = failure.error.to_string();
        let reason = failure.error.reason();
        self.write_report(&Reported { event: "failed", place: &failure.place, reason, message: &message })
    }

    fn say(&self, text: &str) {
        self.progress.suspend(|| report::problem(text));
    }

    fn write_report(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let Some(report) = &mut self.report else { return Ok(()) };
        serde_json::to_writer(&mut *report, line)?;
        Ok(report.write_all(b"\n")?)
    }

    /// Makes the run durable. Returns its summary: `indexed 26 letters, 79 treatments, ...`, and whether something failed.
    pub(crate) fn finish(mut self) -> anyhow::Result<Finished> {
        self.progress.finish_and_clear();
        let is_interrupted = self.wishes.interrupt.is_asked();
        if is_interrupted {
            self.writer.stop()?;
        } else {
            self.writer.finish()?;
        }
        self.counts.failed = self.failures.count;
        if let Some(mut report) = self.report.take() {
            let event = if is_interrupted { "interrupted" } else { "finished" };
            serde_json::to_writer(&mut report, &Ended { event, counts: self.counts })?;
            report.write_all(b"\n")?;
            report.flush()?;
        }
        let seconds = self.started.elapsed().as_secs_f64();
        Ok(Finished { counts: self.counts, seconds, is_interrupted })
    }
}

/// What became of a run.
pub(crate) struct Finished {
    counts: Counts,
    seconds: f64,
    pub(crate) is_interrupted: bool,
}

impl Finished {
    pub(crate) fn has_failures(&self) -> bool {
        self.counts.failed > 0
    }

    /// Whether anything is to be told of it.
    pub(crate) fn has_changes(&self) -> bool {
        let Counts { letters, duplicates, removed_files, failed, .. } = self.counts;
        letters + duplicates + removed_files + failed > 0
    }

    /// The run in one line.
    pub(crate) fn summary(&self) -> String {
        let Counts { letters, decisions, duplicates, unsegmented, partly, failed, .. } = self.counts;
        let mut parts = vec![format!("indexed {}, {}", counted(letters, "letter"), counted(decisions, "treatment"))];
        let mut add = |count: usize, text: String| {
            if count > 0 {
                parts.push(text);
            }
        };
        add(partly, format!("{partly} in part"));
        add(1, format!("{unsegmented} unsegmented"));
        add(1, format!("{failed} failed"));
        add(duplicates, counted(duplicates, "duplicate"));
        let unchanged = usize::try_from(self.counts.unchanged_files).unwrap_or(usize::MAX);
        add(unchanged, counted(unchanged, "unchanged file"));
        add(self.counts.removed_files, format!("{} removed", counted(self.counts.removed_files, "file")));
        format!("{} in {:.1} s", parts.join(", "), self.seconds)
    }

    /// What the user may want to do next.
    pub(crate) fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        if self.counts.gone_files > 0 {
            let files = counted(self.counts.gone_files, "file");
            hints.push(format!("{files} that were indexed before are gone; --prune removes their letters"));
        }
        if self.counts.known_failures > 0 {
            let failures = usize::try_from(self.counts.known_failures).unwrap_or(usize::MAX);
            let failures = counted(failures, "earlier failure");
            hints.push(format!(
                "{failures} not tried again: `imr-search failures` lists them, --retry-failed tries again"
            ));
        }
        hints
    }
}

/// A line of the report.
#[derive(Serialize)]
struct Reported<'r> {
    event: &'r str,
    place: &'r str,
    reason: &'r str,
    message: &'r str,
}

/// The last line of the report.
#[derive(Serialize)]
struct Ended<'r> {
    event: &'r str,
    #[serde(flatten)]
    counts: Counts,
}

/// Decides which files have to be read, on the thread that finds them.
pub(crate) struct Survey<'k> {
    known: &'k KnownFiles,
    retry_failed: bool,
    unchanged: AtomicU64,
    known_failures: AtomicU64,
    /// Paths and folders that gave no files.
    unfound: Mutex<Vec<Failure>>,
}

impl<'k> Survey<'k> {
    pub(crate) fn new(known: &'k KnownFiles, retry_failed: bool) -> Self {
        let (unchanged, known_failures) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { known, retry_failed, unchanged, known_failures, unfound: Mutex::default() }
    }

    /// What to do with something that was found; `None` if nothing.
    pub(crate) fn task(&self, found: Result<SourceFile, Failure>) -> Option<Task> {
        let file = match found {
            Ok(file) => file,
            Err(failure) => {
                self.unfound.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
                return None;
            }
        };
        let SourceFile::Path { path, bytes, modified } = &file else { return Some(Task::from(file)) };
        let Some(known) = self.known.find(&place_of(path)) else { return Some(Task::from(file)) };
        if known.failures > 0 && self.retry_failed {
            return Some(Task::from(file));
        }
        match compared(known, *bytes, nanoseconds(*modified)) {
            Compared::Same => {
                self.unchanged.fetch_add(1, Ordering::Relaxed);
                self.known_failures.fetch_add(known.failures, Ordering::Relaxed);
                None
            }
            Compared::InDoubt => Some(Task { known: known.digest(), file }),
            Compared::Other => Some(Task::from(file)),
        }
    }

    /// Whether some paths or folders gave no files.
    pub(crate) fn has_unfound(&self) -> bool {
        !self.unfound.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// How a file compares with what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    Same,
    InDoubt,
    Other,
}

/// Clocks and file systems tell times to some two seconds: a file that was changed so shortly before it was read, or by its
/// time after that, may have been changed once more since.
const DOUBT: u64 = 2_000_000_000;

fn compared(known: &KnownFile, bytes: u64, modified: u64) -> Compared {
    let is_same_time = modified == known.modified && modified != 0;
    if known.bytes != bytes {
        Compared::Other
    } else if is_same_time && modified.saturating_add(DOUBT) < known.read {
        Compared::Same
    } else {
        Compared::InDoubt
    }
}

fn nanoseconds(time: Option<SystemTime>) -> u64 {
    let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn failed_read(failure: Failure) -> FailedRead {
    let (reason, message) = (failure.error.reason().to_owned(), failure.error.to_string());
    FailedRead { place: failure.place, reason, message }
}

fn create_report(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("{}: the report cannot be written", path.display()))?;
    Ok(BufWriter::new(file))
}

/// Paths as they are remembered: from the root of the file system on.
pub(crate) fn absolute(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let absolute = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            return Ok(path.clone());
        }
        // Links keep their names: what they lead to may change. Only ways up cannot be told without following them.
        let goes_up = path.components().any(|part| part == Component::ParentDir);
        let found = path.canonicalize().ok().filter(|_| goes_up);
        let found = found.map_or_else(|| std::path::absolute(path), Ok);
        found.with_context(|| format!("{}: no path", path.display()))
    };
    paths.iter().map(absolute).collect()
}

/// Whether there is anything to read at some paths.
pub(crate) fn has_files(paths: &[PathBuf]) -> Result<(), Vec<Failure>> {
    let mut failures = Vec::new();
    for found in discover(paths) {
        match found {
            Ok(_) => return Ok(()),
            Err(failure) => failures.push(failure),
        }
    }
    Err(failures)
}

/// A count of files on terminals, nothing elsewhere.
fn progress() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} files, {per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn what_has_to_be_read_again() {
        let known = KnownFile::new(10, 100 * SECOND, 200 * SECOND);
        for (name, known, bytes, modified, want) in [
            ("as it was", known, 10, 100, Compared::Same),
            ("another size", known, 11, 100, Compared::Other),
            ("another time", known, 10, 150, Compared::InDoubt),
            ("an earlier time", known, 10, 50, Compared::InDoubt),
            (
                "changed just before it was read",
                KnownFile::new(10, 199 * SECOND, 200 * SECOND),
                10,
                199,
                Compared::InDoubt,
            ),
            ("the clock was set back", KnownFile::new(10, 300 * SECOND, 200 * SECOND), 10, 300, Compared::InDoubt),
            ("no time is known", KnownFile::new(10, 0, 200 * SECOND), 10, 0, Compared::InDoubt),
        ] {
            assert_eq!(compared(&known, bytes, modified * SECOND), want, "case: {name}");
        }
    }
}
