//! Reads and segments many files at once.
//!
//! Some threads read small files before their turn ([`read_ahead`]), one takes what files hold apart ([`Contents`]), one a
//! processor makes letters of it, and the caller's thread gets these in the order of the files. How much is on its way is
//! bounded ([`Budget`]): memory does not grow with the corpus.

use std::collections::BTreeMap;
use std::mem;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use imr_model::{Letter, Warning};
use serde::Deserialize;

use crate::contents::{Contents, Job, MemberKind, Stopped, Task, digest};
use crate::decode;
use crate::error::{Failure, ReadError};
use crate::files::SourceFile;
use crate::identity::identity;
use crate::layout::segment_digested;
use crate::pdf::{PdfReader, PdfText, WorkerCommand};
use crate::read_ahead::read_ahead;

/// What comes out of a file.
#[derive(Debug)]
pub enum Event {
    /// A letter, segmented as far as its form is known.
    Letter(Box<ReadLetter>),
    /// A file, or a letter in one, that could not be read. The run goes on.
    Failed(Failure),
    /// A file has been read to its end.
    FileDone(FileDone),
}

/// A letter and the text that it was read from.
#[derive(Debug)]
pub struct ReadLetter {
    /// The letter, segmented.
    pub letter: Letter,
    /// The whole text, pages separated by form feeds.
    pub text: String,
    /// What tells whether two texts are the same letter: a digest of its letters and digits, 128 bits in hexadecimal.
    pub identity: String,
    /// The file that it was read from; it may hold other letters.
    pub file: Arc<str>,
}

/// A file that has been read.
#[derive(Clone, Debug)]
pub struct FileDone {
    /// The file.
    pub file: SourceFile,
    /// The digest of its content: SHA-256 of its bytes, the first 128 bits in hexadecimal. `None` if it could not be read.
    pub digest: Option<String>,
    /// It has the content that was known already, so that no letters were read from it.
    pub is_unchanged: bool,
}

/// Reads and segments files on several threads.
#[derive(Clone, Debug)]
pub struct Ingest {
    worker: WorkerCommand,
    threads: NonZeroUsize,
    on_the_way: usize,
}

/// How much of the content of files is on its way at once, in bytes, where nobody says otherwise. A letter in work takes
/// some ten times the memory of its file.
const ON_THE_WAY: usize = 8 << 20;
/// How many pieces of work are on their way at once.
const JOBS_ON_THE_WAY: usize = 512;
/// Jobs are handed on in batches of so many, or of about so many bytes: threads that pass each letter on by itself wake each
/// other for each, and find the caches of their processor with the tables of another thread.
const BATCH_JOBS: usize = 16;
const BATCH_BYTES: usize = 128 << 10;
/// Of the bytes on their way, this share is for small files that are read before their turn.
const READ_AHEAD: usize = 4;

impl Ingest {
    /// An ingest on all processors.
    ///
    /// `worker` starts a process that reads PDFs; each thread keeps one.
    #[must_use]
    pub fn new(worker: WorkerCommand) -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { worker, threads, on_the_way: ON_THE_WAY }
    }

    /// Sets how much of the content of files may be on its way at once, in bytes, from when it is read to when its letters
    /// have been handed on. A single file may be larger.
    #[must_use]
    pub fn with_bytes_on_the_way(self, on_the_way: usize) -> Self {
        Self { on_the_way, ..self }
    }

    /// Reads files and hands what comes out to `sink`, on this thread and in the order of the files: the order of
    /// events does not depend on the number of threads. Files are taken on another thread when there is room for them, and
    /// small ones somewhat before. Ends early when `sink` breaks.
    pub fn run(&self, files: impl Iterator<Item = Task> + Send, sink: impl FnMut(Event) -> ControlFlow<()>) {
        let read = |send: &mut dyn FnMut(Job) -> Result<(), Stopped>| {
            let mut contents = Contents::new(send);
            read_ahead(files, self.ahead() as u64, |fetched| contents.read(fetched))
        };
        self.work(read, sink);
    }

    /// Segments texts that were read before, each with its place and its file, as [`run`](Self::run) does with files.
    pub fn run_again(
        &self,
        texts: impl Iterator<Item = (LetterText, String, Arc<str>)> + Send,
        sink: impl FnMut(Event) -> ControlFlow<()>,
    ) {
        let read = |send: &mut dyn FnMut(Job) -> Result<(), Stopped>| {
            texts.into_iter().try_for_each(|(text, place, file)| send(Job::Text { text, place, file }))
        };
        self.work(read, sink);
    }

    /// How much is read before its turn, in bytes.
    fn ahead(&self) -> usize {
        self.on_the_way / READ_AHEAD
    }

    /// Has jobs done by all processors. They come from a thread of their own, and results go to `sink` in their order.
    fn work(
        &self,
        read: impl FnOnce(&mut dyn FnMut(Job) -> Result<(), Stopped>) -> Result<(), Stopped> + Send,
        mut sink: impl FnMut(Event) -> ControlFlow<()>,
    ) {
        let budget = &Budget::new(self.on_the_way - self.ahead());
        thread::scope(|scope| {
            let (to_workers, batches) = unbounded();
            let (to_sink, results) = unbounded();
            scope.spawn(move || {
                let mut jobs = Batches { budget, to_workers, next: Batch::default() };
                // An early end was asked for.
                let _ = read(&mut |job| jobs.send(job)).and_then(|()| jobs.flush());
            });
            for _ in 0..self.threads.get() {
                let (batches, to_sink) = (batches.clone(), to_sink.clone());
                scope.spawn(move || Worker { pdf: PdfReader::new(self.worker.clone()) }.work(&batches, &to_sink));
            }
            drop((batches, to_sink));
            // The reading thread ends when it is refused room, the workers when it has ended: also if the sink panics.
            let _closes = CloseOnDrop(budget);
            in_order(&results, budget, &mut sink);
        });
    }
}

/// Jobs that are handed on together.
#[derive(Default)]
struct Batch {
    /// Its place among the batches.
    number: u64,
    jobs: Vec<Job>,
    /// How much of the content of files they hold.
    bytes: usize,
}

impl Batch {
    fn share(&self) -> Share {
        Share { jobs: self.jobs.len(), bytes: self.bytes }
    }
}

/// The jobs on their way to the workers.
struct Batches<'b> {
    budget: &'b Budget,
    to_workers: Sender<Batch>,
    /// The one that is being filled.
    next: Batch,
}

impl Batches<'_> {
    fn send(&mut self, job: Job) -> Result<(), Stopped> {
        // A PDF is work for long enough by itself.
        let is_alone = job.is_pdf();
        self.next.bytes += job.bytes();
        self.next.jobs.push(job);
        let is_full = self.next.jobs.len() >= BATCH_JOBS || self.next.bytes >= BATCH_BYTES;
        if is_full || is_alone { self.flush() } else { Ok(()) }
    }

    /// Sends what has come together, when there is room for it.
    fn flush(&mut self) -> Result<(), Stopped> {
        if self.next.jobs.is_empty() {
            return Ok(());
        }
        self.budget.take(self.next.share())?;
        let following = Batch { number: self.next.number + 1, ..Batch::default() };
        self.to_workers.send(mem::replace(&mut self.next, following)).map_err(|_| Stopped)
    }
}

/// What became of a batch.
struct Done {
    number: u64,
    share: Share,
    events: Vec<Event>,
}

/// Hands events on in the order of their jobs; those of later batches wait.
fn in_order(results: &Receiver<Done>, budget: &Budget, sink: &mut impl FnMut(Event) -> ControlFlow<()>) {
    let mut next = 0;
    let mut waiting: BTreeMap<u64, Done> = BTreeMap::new();
    for done in results {
        waiting.insert(done.number, done);
        while let Some(Done { share, events, .. }) = waiting.remove(&next) {
            next += 1;
            if events.into_iter().try_for_each(&mut *sink).is_break() {
                return;
            }
            budget.give_back(share);
        }
    }
}

/// What a batch takes of the budget.
#[derive(Clone, Copy, Default)]
struct Share {
    jobs: usize,
    bytes: usize,
}

/// How much may be on its way from the reading thread to the sink.
struct Budget {
    bytes: usize,
    used: Mutex<Used>,
    changed: Condvar,
}

#[derive(Default)]
struct Used {
    share: Share,
    is_closed: bool,
}

impl Budget {
    fn new(bytes: usize) -> Self {
        Self { bytes, used: Mutex::default(), changed: Condvar::new() }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room. What is larger than the whole budget travels alone.
    fn take(&self, Share { jobs, bytes }: Share) -> Result<(), Stopped> {
        let has_room = |used: Share| used.jobs + jobs <= JOBS_ON_THE_WAY && used.bytes + bytes <= self.bytes;
        let waits = |used: &mut Used| !used.is_closed && used.share.jobs > 0 && !has_room(used.share);
        let mut used = self.changed.wait_while(self.used(), waits).unwrap_or_else(PoisonError::into_inner);
        if used.is_closed {
            return Err(Stopped);
        }
        used.share.jobs += jobs;
        used.share.bytes += bytes;
        Ok(())
    }

    fn give_back(&self, Share { jobs, bytes }: Share) {
        let mut used = self.used();
        used.share.jobs -= jobs;
        used.share.bytes -= bytes;
        self.changed.notify_one();
    }

    fn close(&self) {
        self.used().is_closed = true;
        self.changed.notify_one();
    }
}

/// Ends the run when it goes.
struct CloseOnDrop<'b>(&'b Budget);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Makes letters of what was read.
struct Worker {
    pdf: PdfReader,
}

impl Worker {
    fn work(&mut self, batches: &Receiver<Batch>, to_sink: &Sender<Done>) {
        for batch in batches {
            let (number, share) = (batch.number, batch.share());
            let events = batch.jobs.into_iter().flat_map(|job| self.events(job)).collect();
            if to_sink.send(Done { number, share, events }).is_err() {
                return;
            }
        }
    }

    fn events(&mut self, job: Job) -> Vec<Event> {
        match job {
            Job::Letter { bytes, is_pdf, place, done, known } => {
                let digest = digest(&bytes);
                let is_unchanged = known.is_some_and(|known| digest.starts_with(&known));
                let done = |digest| Event::FileDone(FileDone { digest: Some(digest), is_unchanged, ..done });
                if is_unchanged {
                    return vec![done(digest)];
                }
                let kind = if is_pdf { MemberKind::Pdf } else { MemberKind::Text };
                vec![self.letter(&bytes, kind, &place, Arc::from(&*place), Some(&digest)), done(digest)]
            }
            Job::Member { bytes, kind, place, file } => vec![self.letter(&bytes, kind, &place, file, None)],
            Job::Text { text, place, file } => vec![text.segmented(&place, file)],
            Job::Failed { place, error } => vec![Event::Failed(Failure { place, error })],
            Job::Done(done) => vec![Event::FileDone(done)],
        }
    }

    /// The letter of a file, or of a part of one. `digest` is that of the bytes, where it is known.
    fn letter(&mut self, bytes: &[u8], kind: MemberKind, place: &str, file: Arc<str>, digest: Option<&str>) -> Event {
        let read = || match kind {
            MemberKind::Text => decode::text(bytes).map(|text| {
                let digest = digest.filter(|_| text.as_bytes() == bytes).map(str::to_owned);
                LetterText { digest, ..LetterText::new(stem(place), text) }
            }),
            MemberKind::Pdf => self.pdf_letter(place, bytes),
            MemberKind::Record(number) => json_letter(bytes, place, number),
        };
        // A fault of ours is reported like one of the file, and stops no run.
        match catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(ReadError::Internal)) {
            Ok(text) => text.segmented(place, file),
            Err(error) => Event::Failed(Failure { place: place.to_owned(), error }),
        }
    }

    fn pdf_letter(&mut self, place: &str, pdf: &[u8]) -> Result<LetterText, ReadError> {
        if pdf.is_empty() {
            return Err(ReadError::Empty);
        }
        if !pdf[..pdf.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
            return Err(ReadError::DamagedPdf("it does not begin with %PDF-".to_owned()));
        }
        let PdfText { text, poor_pages, lost_pages } = self.pdf.text(pdf)?;
        let mut letter = LetterText::new(stem(place), text);
        let mut warn = |pages: Vec<u32>, problem: &str| {
            letter.warnings.extend(pages.into_iter().map(|page| Warning {
                decision: None,
                field: TEXT_FIELD.to_owned(),
                problem: format!("page {page} of the PDF is damaged: {problem}"),
            }));
        };
        warn(poor_pages, "its words were recovered, its lines were not");
        warn(lost_pages, "its text is missing");
        Ok(letter)
    }
}

/// The field that warnings about the reading of a file name.
const TEXT_FIELD: &str = "text";

/// A letter as it was read, before it is segmented.
#[derive(Clone, Debug)]
pub struct LetterText {
    /// The short name of the letter.
    source: String,
    /// The whole text.
    text: String,
    /// The digest of the text, where it was made before.
    digest: Option<String>,
    /// What was wrong with its file.
    warnings: Vec<Warning>,
}

impl LetterText {
    fn new(source: String, text: String) -> Self {
        Self { source, text, digest: None, warnings: Vec::new() }
    }

    /// A text that was kept, with the warnings of the letter that was read from it. What was wrong with its file is not in
    /// the text and is carried over.
    #[must_use]
    pub fn kept(source: String, text: String, warnings: Vec<Warning>) -> Self {
        let warnings = warnings.into_iter().filter(|warning| warning.field == TEXT_FIELD).collect();
        Self { source, text, digest: None, warnings }
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The letter of the text, read at a place.
    ///
    /// # Errors
    ///
    /// [`ReadError::Internal`] on a fault of this program, which is so reported like one of the file, and stops no run.
    pub fn letter(&self, place: &str) -> Result<Letter, ReadError> {
        let digest = self.digest.clone().unwrap_or_else(|| digest(self.text.as_bytes()));
        let segment = || segment_digested(&self.source, place, self.text.clone(), digest);
        let segmented = catch_unwind(AssertUnwindSafe(segment));
        let mut letter = segmented.map_err(|_| ReadError::Internal)?;
        letter.warnings.extend(self.warnings.iter().cloned());
        Ok(letter)
    }

    fn segmented(self, place: &str, file: Arc<str>) -> Event {
        match self.letter(place) {
            Ok(letter) => {
                let identity = identity(&self.text);
                Event::Letter(Box::new(ReadLetter { letter, text: self.text, identity, file }))
            }
            Err(error) => Event::Failed(Failure { place: place.to_owned(), error }),
        }
    }
}

#[derive(Deserialize)]
struct JsonRecord {
    text: String,
    id: Option<serde_json::Value>,
}

fn json_letter(line: &[u8], place: &str, number: usize) -> Result<LetterText, ReadError> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let record: JsonRecord = serde_json::from_slice(line.trim_ascii())
        .map_err(|error| ReadError::JsonRecord { problem: error.to_string() })?;
    if record.text.trim().is_empty() {
        return Err(ReadError::JsonRecord { problem: "its text is empty".to_owned() });
    }
    let source = match record.id {
        Some(serde_json::Value::String(id)) if !id.trim().is_empty() => id,
        Some(serde_json::Value::Number(id)) => id.to_string(),
        _ => format!("{}:{number}", stem(place.rsplit_once(':').map_or(place, |(file, _)| file))),
    };
    Ok(LetterText::new(source, record.text))
}

/// The name of a file without folders and ending.
fn stem(place: &str) -> String {
    let name = place.rsplit(['/', '\\', '!']).next().unwrap_or(place);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names() {
        for (place, want) in [
            ("letters/CM16-1.pdf", "CM16-1"),
            ("a.zip!inner/b.txt", "b"),
            ("stdin", "stdin"),
            ("x/no-ending", "no-ending"),
        ] {
            assert_eq!(stem(place), want);
        }
    }

    /// Letters of many sizes, so that batches are full by their number, by their bytes and by one large letter.
    #[test]
    fn events_come_in_the_order_of_their_jobs_and_none_is_lost() {
        let words = |number: usize| match number % 23 {
            0 => 30_000,
            1..=5 => 1_000,
            _ => 1,
        };
        let worker = WorkerCommand { program: "none".into(), arguments: Vec::new(), environment: Vec::new() };
        let count = 5 * BATCH_JOBS * 23 + 3;
        let text = |number: usize| LetterText::new(number.to_string(), "Please call. ".repeat(words(number)));
        let texts = (0..count).map(|number| (text(number), number.to_string(), Arc::from("a")));
        let ingest = Ingest { threads: NonZeroUsize::new(3).unwrap(), ..Ingest::new(worker) };
        let mut places = Vec::new();
        ingest.run_again(texts, |event| {
            let Event::Letter(read) = event else { panic!("{event:?}") };
            places.push(read.letter.source_file);
            ControlFlow::Continue(())
        });
        assert_eq!(places, (0..count).map(|number| number.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_of_the_sink_ends_the_run() {
        let worker = WorkerCommand { program: "none".into(), arguments: Vec::new(), environment: Vec::new() };
        let text = || LetterText::new("a".to_owned(), "Please call back.".to_owned());
        let texts = (0..2 * JOBS_ON_THE_WAY).map(|at| (text(), at.to_string(), Arc::from("a")));
        let run = AssertUnwindSafe(|| Ingest::new(worker).run_again(texts, |_| panic!("as a test")));
        assert!(catch_unwind(run).is_err());
    }

    #[test]
    fn what_is_larger_than_the_budget_travels_alone() {
        let budget = Budget::new(10);
        let share = |bytes: usize| Share { jobs: 1, bytes };
        assert!(budget.take(share(100)).is_ok());
        thread::scope(|scope| {
            let second = scope.spawn(|| budget.take(share(1)).is_ok());
            budget.give_back(share(100));
            assert!(second.join().unwrap());
            let third = scope.spawn(|| budget.take(share(10)).is_ok());
            budget.close();
            assert!(!third.join().unwrap(), "a run that was stopped gives no room");
        });
    }
}
