//! Reads and segments many files at once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use imr_model::{Letter, Warning};
use serde::Deserialize;
use zip::ZipArchive;

use crate::decode;
use crate::error::{Failure, ReadError};
use crate::files::SourceFile;
use crate::layout::{digest, segment};
use crate::pdf::{PdfReader, PdfText, WorkerCommand};

/// The largest text that can be a letter, in bytes. Real letters have 4 to 100 kB.
const TEXT_LIMIT: u64 = 16 << 20;
/// The largest PDF that can be a letter, in bytes.
const PDF_LIMIT: u64 = 64 << 20;

/// What comes out of a file: letters, segmented as far as their form is known, or only their texts.
#[derive(Debug)]
pub enum Event<L = Box<Letter>> {
    /// A letter.
    Letter(L),
    /// A file, or a letter in one, that could not be read. The run goes on.
    Failed(Failure),
    /// A file has been read to its end.
    FileDone,
}

/// A letter as it was read, before it is segmented.
#[derive(Clone, Debug)]
pub struct LetterText {
    source: String,
    place: String,
    /// The whole text.
    pub text: String,
    warnings: Vec<Warning>,
}

impl LetterText {
    fn new(source: &str, place: &str, text: String) -> Self {
        Self { source: source.to_owned(), place: place.to_owned(), text, warnings: Vec::new() }
    }

    /// What a letter of this text has as its [`Letter::digest`].
    #[must_use]
    pub fn digest(&self) -> String {
        digest(&self.text)
    }

    /// Segments the text; a fault of ours in it is reported like one of the file, and stops no run.
    fn segmented(self) -> Result<Box<Letter>, ReadError> {
        let Self { source, place, text, warnings } = self;
        let letter = catch_unwind(AssertUnwindSafe(|| segment(&source, &place, text)));
        let mut letter = letter.map_err(|_| ReadError::Internal)?;
        letter.warnings.extend(warnings);
        Ok(Box::new(letter))
    }
}

/// Reads and segments files on several threads.
#[derive(Clone, Debug)]
pub struct Ingest {
    worker: WorkerCommand,
    threads: NonZeroUsize,
}

impl Ingest {
    /// An ingest on all processors.
    ///
    /// `worker` starts a process that reads PDFs; each thread keeps one.
    #[must_use]
    pub fn new(worker: WorkerCommand) -> Self {
        Self { worker, threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN) }
    }

    /// Reads files and hands what comes out to `sink`, on this thread and in the order of the files: the order of
    /// events does not depend on the number of threads. Ends early when `sink` breaks.
    pub fn run(&self, files: &[SourceFile], sink: impl FnMut(Event) -> ControlFlow<()>) {
        self.read(files, LetterText::segmented, sink);
    }

    /// Reads files as [`run`](Self::run) does, but leaves their texts as they are.
    pub fn texts(&self, files: &[SourceFile], sink: impl FnMut(Event<LetterText>) -> ControlFlow<()>) {
        self.read(files, Ok, sink);
    }

    fn read<L: Send>(
        &self,
        files: &[SourceFile],
        make: fn(LetterText) -> Result<L, ReadError>,
        mut sink: impl FnMut(Event<L>) -> ControlFlow<()>,
    ) {
        let next = AtomicUsize::new(0);
        let stopped = AtomicBool::new(false);
        thread::scope(|scope| {
            let (sender, events) = sync_channel(64);
            for _ in 0..self.threads.get().min(files.len()) {
                let sender = sender.clone();
                let (next, stopped) = (&next, &stopped);
                scope.spawn(move || {
                    let mut pdf = PdfReader::new(self.worker.clone());
                    while !stopped.load(Ordering::Relaxed) {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(file) = files.get(index) else { break };
                        FileReader { index, events: &sender, pdf: &mut pdf, make }.read(file);
                    }
                });
            }
            drop(sender);
            in_order(&events, &mut sink);
            stopped.store(true, Ordering::Relaxed);
            // Threads that wait to send are freed by the receiver's end.
            drop(events);
        });
    }
}

/// Hands events on in the order of their files; those of later files wait.
fn in_order<L>(events: &Receiver<(usize, Event<L>)>, sink: &mut impl FnMut(Event<L>) -> ControlFlow<()>) {
    let mut current = 0;
    let mut waiting: BTreeMap<usize, Vec<Event<L>>> = BTreeMap::new();
    for (index, event) in events {
        if index != current {
            waiting.entry(index).or_default().push(event);
            continue;
        }
        let mut ready = vec![event];
        while !ready.is_empty() {
            let mut ended = false;
            for event in ready.drain(..) {
                ended |= matches!(event, Event::FileDone);
                if sink(event).is_break() {
                    return;
                }
            }
            if ended {
                current += 1;
                ready = waiting.remove(&current).unwrap_or_default();
            }
        }
    }
}

/// Reads one file and sends what is in it.
struct FileReader<'s, L> {
    index: usize,
    events: &'s SyncSender<(usize, Event<L>)>,
    pdf: &'s mut PdfReader,
    make: fn(LetterText) -> Result<L, ReadError>,
}

impl<L> FileReader<'_, L> {
    fn send(&self, event: Event<L>) {
        // The receiver is gone when the run was stopped.
        let _ = self.events.send((self.index, event));
    }

    fn fail(&self, place: &str, error: ReadError) {
        self.send(Event::Failed(Failure { place: place.to_owned(), error }));
    }

    fn read(&mut self, file: &SourceFile) {
        match file {
            SourceFile::Stdin => {
                let mut bytes = Vec::new();
                match io::stdin().lock().read_to_end(&mut bytes) {
                    Ok(_) => self.read_content(Kind::Unknown, "stdin", Cursor::new(bytes)),
                    Err(error) => self.fail("stdin", ReadError::Io(error)),
                }
            }
            SourceFile::Path { path, .. } => {
                let place = path.display().to_string();
                match File::open(path) {
                    Ok(content) => self.read_content(Kind::of_name(path), &place, BufReader::new(content)),
                    Err(error) => self.fail(&place, ReadError::Io(error)),
                }
            }
        }
        self.send(Event::FileDone);
    }

    /// Reads a file, or a member of a ZIP file, by its kind.
    fn read_content(&mut self, kind: Kind, place: &str, mut content: impl BufRead + Seek) {
        let kind = match content.fill_buf() {
            Ok(start) => kind.or_by_start(start),
            Err(error) => return self.fail(place, ReadError::Io(error)),
        };
        match kind {
            Kind::JsonLines => self.read_json_lines(place, content),
            Kind::Zip => self.read_zip(place, content),
            Kind::Text | Kind::Pdf | Kind::Unknown => self.read_letter(kind, &stem(place), place, content),
        }
    }

    fn read_letter(&mut self, kind: Kind, source: &str, place: &str, content: impl Read) {
        let limit = if kind == Kind::Pdf { PDF_LIMIT } else { TEXT_LIMIT };
        let letter = read_up_to(content, limit).and_then(|bytes| match kind {
            Kind::Pdf => self.pdf_letter(source, place, &bytes),
            _ => Ok(LetterText::new(source, place, decode::text(&bytes)?)),
        });
        self.send_letter(place, letter);
    }

    fn send_letter(&self, place: &str, letter: Result<LetterText, ReadError>) {
        match letter.and_then(self.make) {
            Ok(letter) => self.send(Event::Letter(letter)),
            Err(error) => self.fail(place, error),
        }
    }

    fn pdf_letter(&mut self, source: &str, place: &str, pdf: &[u8]) -> Result<LetterText, ReadError> {
        if pdf.is_empty() {
            return Err(ReadError::Empty);
        }
        if !pdf[..pdf.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
            return Err(ReadError::DamagedPdf("it does not begin with %PDF-".to_owned()));
        }
        let PdfText { text, poor_pages, lost_pages } = self.pdf.text(pdf)?;
        let mut letter = LetterText::new(source, place, text);
        let mut warn = |pages: Vec<u32>, problem: &str| {
            letter.warnings.extend(pages.into_iter().map(|page| Warning {
                decision: None,
                field: "text".to_owned(),
                problem: format!("page {page} of the PDF is damaged: {problem}"),
            }));
        };
        warn(poor_pages, "its words were recovered, its lines were not");
        warn(lost_pages, "its text is missing");
        Ok(letter)
    }

    /// One letter a line: `{"id": "...", "text": "..."}`.
    fn read_json_lines(&mut self, place: &str, mut content: impl BufRead) {
        let (mut number, mut is_empty) = (0, true);
        loop {
            number += 1;
            let mut line = Vec::new();
            let read = (&mut content).take(TEXT_LIMIT + 1).read_until(b'\n', &mut line);
            let line_place = format!("{place}:{number}");
            match read {
                Ok(0) if is_empty => return self.fail(place, ReadError::Empty),
                Ok(0) => return,
                Ok(length) if length as u64 > TEXT_LIMIT && line.last() != Some(&b'\n') => {
                    self.fail(&line_place, ReadError::TooLarge { bytes: length as u64, limit: TEXT_LIMIT });
                    if skip_line(&mut content).is_err() {
                        return;
                    }
                }
                Ok(_) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(_) => {
                    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
                    self.send_letter(&line_place, json_letter(line, place, number));
                }
                Err(error) => return self.fail(&line_place, ReadError::Io(error)),
            }
            is_empty = false;
        }
    }

    /// The letters of a ZIP file, by the names of its members.
    fn read_zip(&mut self, place: &str, content: impl Read + Seek) {
        let mut archive = match ZipArchive::new(content) {
            Ok(archive) => archive,
            Err(error) => return self.fail(place, ReadError::Zip(error.to_string())),
        };
        let mut members: Vec<String> = Vec::new();
        for name in archive.file_names() {
            match name {
                Ok(name) => members.push(name.into_owned()),
                Err(error) => self.fail(place, ReadError::Zip(error.to_string())),
            }
        }
        members.sort_unstable();
        let mut is_empty = true;
        for name in members {
            let kind = Kind::of_name(Path::new(&name));
            let is_hidden = |part: &str| part.starts_with('.') && part != ".." || part == "__MACOSX";
            if name.split('/').any(is_hidden) || name.ends_with('/') || kind == Kind::Unknown {
                continue;
            }
            is_empty = false;
            let member_place = format!("{place}!{name}");
            if kind == Kind::Zip {
                self.fail(&member_place, ReadError::Zip("it is packed inside another".to_owned()));
                continue;
            }
            let limit = if kind == Kind::Pdf { PDF_LIMIT } else { TEXT_LIMIT };
            let bytes = match archive.by_name(&name) {
                Ok(member) => read_up_to(member, limit),
                Err(error) => Err(ReadError::Zip(error.to_string())),
            };
            match bytes {
                Ok(bytes) => self.read_content(kind, &member_place, Cursor::new(bytes)),
                Err(error) => self.fail(&member_place, error),
            }
        }
        if is_empty {
            self.fail(place, ReadError::NoLetters);
        }
    }
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Pdf,
    JsonLines,
    Zip,
    Unknown,
}

impl Kind {
    fn of_name(path: &Path) -> Self {
        match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase().as_str() {
            "txt" | "text" => Self::Text,
            "pdf" => Self::Pdf,
            "jsonl" | "ndjson" => Self::JsonLines,
            "zip" => Self::Zip,
            _ => Self::Unknown,
        }
    }

    /// The kind by the first bytes, where the name does not tell or tells wrongly.
    fn or_by_start(self, start: &[u8]) -> Self {
        let first = start.trim_ascii_start().first();
        match self {
            Self::Text | Self::Unknown if start.starts_with(b"%PDF-") => Self::Pdf,
            Self::Text | Self::Unknown if start.starts_with(b"PK\x03\x04") => Self::Zip,
            Self::Unknown if first == Some(&b'{') => Self::JsonLines,
            Self::Unknown => Self::Text,
            known => known,
        }
    }
}

#[derive(Deserialize)]
struct JsonRecord {
    text: String,
    id: Option<serde_json::Value>,
}

fn json_letter(line: &[u8], place: &str, number: usize) -> Result<LetterText, ReadError> {
    let record: JsonRecord = serde_json::from_slice(line.trim_ascii())
        .map_err(|error| ReadError::JsonRecord { problem: error.to_string() })?;
    if record.text.trim().is_empty() {
        return Err(ReadError::JsonRecord { problem: "its text is empty".to_owned() });
    }
    let source = match record.id {
        Some(serde_json::Value::String(id)) if !id.trim().is_empty() => id,
        Some(serde_json::Value::Number(id)) => id.to_string(),
        _ => format!("{}:{number}", stem(place)),
    };
    Ok(LetterText::new(&source, &format!("{place}:{number}"), record.text))
}

/// Reads on to the end of a line.
fn skip_line(content: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = content.fill_buf()?;
        let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        content.consume(used);
        if ended {
            return Ok(());
        }
    }
}

fn read_up_to(content: impl Read, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let mut limited = content.take(limit + 1);
    limited.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        // Counts the rest without keeping it, to tell the size.
        let rest = io::copy(&mut limited.into_inner(), &mut io::sink())?;
        return Err(ReadError::TooLarge { bytes: bytes.len() as u64 + rest, limit });
    }
    Ok(bytes)
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

    #[test]
    fn kinds_by_name_and_content() {
        for (name, start, want) in [
            ("a.txt", "letter", Kind::Text),
            ("a.txt", "%PDF-1.6", Kind::Pdf),
            ("a", "{\"text\": \"\"}", Kind::JsonLines),
            ("a.pdf", "letter", Kind::Pdf),
            ("a", "PK\u{3}\u{4}", Kind::Zip),
            ("a", "letter", Kind::Text),
        ] {
            assert_eq!(Kind::of_name(Path::new(name)).or_by_start(start.as_bytes()), want, "case: {name} {start}");
        }
    }
}
