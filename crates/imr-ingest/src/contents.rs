//! What files hold: one letter, or many in a JSONL or ZIP file.
//!
//! One thread takes files in their order and hands on what is in them as [`Job`]s, so that the letters of one large file
//! keep all processors busy.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::error::ReadError;
use crate::files::{SourceFile, place_of};
use crate::read_ahead::Fetched;
use crate::run::{FileDone, LetterText};

/// The largest text that can be a letter, in bytes. Real letters have 4 to 100 kB.
const TEXT_LIMIT: u64 = 16 << 20;
/// The largest PDF that can be a letter, in bytes.
const PDF_LIMIT: u64 = 64 << 20;

/// A file to read.
#[derive(Clone, Debug)]
pub struct Task {
    /// The file.
    pub file: SourceFile,
    /// How the digest of its content began when it was last read: if it still does, no letters are read from it.
    pub known: Option<String>,
}

impl From<SourceFile> for Task {
    fn from(file: SourceFile) -> Self {
        Self { file, known: None }
    }
}

/// A piece of work, in the order of the files.
pub(crate) enum Job {
    /// A file of one letter, the whole of it.
    Letter { bytes: Vec<u8>, is_pdf: bool, place: String, done: FileDone, known: Option<String> },
    /// A letter in a file of many.
    Member { bytes: Vec<u8>, kind: MemberKind, place: String, file: Arc<str> },
    /// A text that was read before.
    Text { text: LetterText, place: String, file: Arc<str> },
    /// Something that cannot be read.
    Failed { place: String, error: ReadError },
    /// A file has been read to its end.
    Done(FileDone),
}

/// What a letter in a file of many is packed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Text,
    Pdf,
    /// A line of a JSONL file, with its number.
    Record(usize),
}

impl Job {
    pub(crate) fn is_pdf(&self) -> bool {
        matches!(self, Self::Letter { is_pdf: true, .. } | Self::Member { kind: MemberKind::Pdf, .. })
    }

    /// How much of the content of files it holds, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Letter { bytes, .. } | Self::Member { bytes, .. } => bytes.len(),
            Self::Text { text, .. } => text.len(),
            Self::Failed { .. } | Self::Done(_) => 0,
        }
    }
}

/// Nobody takes jobs any more: the run was stopped.
pub(crate) struct Stopped;

type Sent = Result<(), Stopped>;

/// Reads files and sends what is in them.
pub(crate) struct Contents<S> {
    send: S,
}

impl<S: FnMut(Job) -> Sent> Contents<S> {
    pub(crate) fn new(send: S) -> Self {
        Self { send }
    }

    /// Reads a file; small ones have been read before ([`read_ahead`](crate::read_ahead::read_ahead)).
    pub(crate) fn read(&mut self, fetched: Fetched) -> Sent {
        let Fetched { task: Task { file, known }, content } = fetched;
        match &file {
            SourceFile::Stdin => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                let opened = read.map(|_| Cursor::new(bytes)).map_err(ReadError::Io);
                self.read_file(file, Kind::Unknown, "stdin", opened, None)
            }
            SourceFile::Path { path, .. } => {
                let (kind, place) = (Kind::of_name(path), place_of(path));
                if let Some(content) = content {
                    let opened = content.map(Cursor::new).map_err(ReadError::Io);
                    return self.read_file(file, kind, &place, opened, known);
                }
                let opened = File::open(path).map(BufReader::new).map_err(ReadError::Io);
                self.read_file(file, kind, &place, opened, known)
            }
        }
    }

    /// Reads a file by its kind, which its first bytes may show better than its name.
    fn read_file(
        &mut self,
        file: SourceFile,
        kind: Kind,
        place: &str,
        opened: Result<impl BufRead + Seek, ReadError>,
        known: Option<String>,
    ) -> Sent {
        let mut done = FileDone { file, digest: None, is_unchanged: false };
        let started = opened.and_then(|mut content| {
            let kind = kind.or_by_start(content.fill_buf()?);
            if kind.is_letter() {
                return Ok(Started::Letter { bytes: read_up_to(content, kind.limit())?, is_pdf: kind == Kind::Pdf });
            }
            let digest = digest_of(&mut content)?;
            content.rewind()?;
            Ok(Started::Many { content, kind, digest })
        });
        match started {
            Ok(Started::Letter { bytes, is_pdf }) => {
                return (self.send)(Job::Letter { bytes, is_pdf, place: place.to_owned(), done, known });
            }
            Ok(Started::Many { digest, .. }) if known.as_ref().is_some_and(|known| digest.starts_with(known)) => {
                done = FileDone { digest: Some(digest), is_unchanged: true, ..done };
            }
            Ok(Started::Many { content, kind, digest }) => {
                done.digest = Some(digest);
                let file = Arc::from(place);
                match kind {
                    Kind::JsonLines => self.read_json_lines(&file, place, content)?,
                    _ => self.read_zip(&file, content)?,
                }
            }
            Err(error) => self.fail(place, error)?,
        }
        (self.send)(Job::Done(done))
    }

    fn fail(&mut self, place: &str, error: ReadError) -> Sent {
        (self.send)(Job::Failed { place: place.to_owned(), error })
    }

    /// One letter a line: `{"id": "...", "text": "..."}`.
    fn read_json_lines(&mut self, file: &Arc<str>, place: &str, mut content: impl BufRead) -> Sent {
        let (mut number, mut is_empty) = (0, true);
        loop {
            number += 1;
            let mut bytes = Vec::new();
            let read = (&mut content).take(TEXT_LIMIT + 1).read_until(b'\n', &mut bytes);
            let line_place = format!("{place}:{number}");
            match read {
                Ok(0) if is_empty => return self.fail(place, ReadError::Empty),
                Ok(0) => return Ok(()),
                Ok(length) if length as u64 > TEXT_LIMIT && bytes.last() != Some(&b'\n') => {
                    self.fail(&line_place, ReadError::TooLarge { bytes: length as u64, limit: TEXT_LIMIT })?;
                    if skip_line(&mut content).is_err() {
                        return Ok(());
                    }
                }
                Ok(_) if bytes.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(_) => {
                    let kind = MemberKind::Record(number);
                    (self.send)(Job::Member { bytes, kind, place: line_place, file: Arc::clone(file) })?;
                }
                Err(error) => return self.fail(&line_place, ReadError::Io(error)),
            }
            is_empty = false;
        }
    }

    /// The letters of a ZIP file, by the names of its members.
    fn read_zip(&mut self, file: &Arc<str>, content: impl Read + Seek) -> Sent {
        let place = &**file;
        let mut archive = match ZipArchive::new(content) {
            Ok(archive) => archive,
            Err(error) => return self.fail(place, ReadError::Zip(error.to_string())),
        };
        let mut members: Vec<String> = Vec::new();
        let mut broken_names: Vec<String> = Vec::new();
        for name in archive.file_names() {
            match name {
                Ok(name) => members.push(name.into_owned()),
                Err(error) => broken_names.push(error.to_string()),
            }
        }
        members.sort_unstable();
        for problem in broken_names {
            self.fail(place, ReadError::Zip(problem))?;
        }
        let mut is_empty = true;
        for name in members {
            let kind = Kind::of_name(Path::new(&name));
            let is_hidden = |part: &str| part.starts_with('.') && part != ".." || part == "__MACOSX";
            if name.split('/').any(is_hidden) || name.ends_with('/') || kind == Kind::Unknown {
                continue;
            }
            is_empty = false;
            let member_place = format!("{place}!{name}");
            let bytes = match archive.by_name(&name) {
                Ok(member) => read_up_to(member, kind.limit()),
                Err(error) => Err(ReadError::Zip(error.to_string())),
            };
            match bytes {
                Ok(bytes) => self.read_member(kind, file, member_place, bytes)?,
                Err(error) => self.fail(&member_place, error)?,
            }
        }
        if is_empty { self.fail(place, ReadError::NoLetters) } else { Ok(()) }
    }

    fn read_member(&mut self, kind: Kind, file: &Arc<str>, place: String, bytes: Vec<u8>) -> Sent {
        let kind = match kind.or_by_start(&bytes) {
            Kind::Zip => return self.fail(&place, ReadError::Zip("it is packed inside another".to_owned())),
            Kind::JsonLines => return self.read_json_lines(file, &place, Cursor::new(bytes)),
            Kind::Pdf => MemberKind::Pdf,
            Kind::Text | Kind::Unknown => MemberKind::Text,
        };
        (self.send)(Job::Member { bytes, kind, place, file: Arc::clone(file) })
    }
}

/// What an opened file turns out to be.
enum Started<C> {
    Letter { bytes: Vec<u8>, is_pdf: bool },
    Many { content: C, kind: Kind, digest: String },
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

    fn is_letter(self) -> bool {
        matches!(self, Self::Text | Self::Pdf | Self::Unknown)
    }

    /// The most that one letter of this kind may have, in bytes.
    fn limit(self) -> u64 {
        if self == Self::Pdf { PDF_LIMIT } else { TEXT_LIMIT }
    }
}

/// What identifies the content of a file, or the text of a letter: SHA-256 of its bytes, the first 128 bits in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

fn digest_of(content: &mut impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(content, &mut hash)?;
    Ok(hex(hash))
}

/// The first 128 bits of a hash in hexadecimal.
pub(crate) fn hex(hash: Sha256) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |digit: u8| char::from(DIGITS[usize::from(digit)]);
    hash.finalize().iter().take(16).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn digests_are_those_of_the_bytes() {
        // The first half of SHA-256 of "abc" (FIPS 180-2, appendix B.1).
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223");
        assert_eq!(digest_of(&mut &b"abc"[..]).unwrap(), digest(b"abc"));
    }
}
