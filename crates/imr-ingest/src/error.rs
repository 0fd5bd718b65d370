//! Why a letter cannot be read.

use std::io;

/// A file, or a letter inside one, that could not be read.
#[derive(Debug)]
pub struct Failure {
    /// The path, with `!member` for a ZIP member and `:line` for a JSONL record.
    pub place: String,
    /// Why.
    pub error: ReadError,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", self.place, self.error)
    }
}

/// Why a file, or a letter inside one, gives no text. The message says what is wrong and what to do; the caller names
/// the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A folder has no file that can be a letter.
    #[error("holds no letters; expected files that end in .txt, .pdf, .jsonl or .zip")]
    NoLetters,
    /// There is nothing in it.
    #[error("is empty; nothing to read")]
    Empty,
    /// It holds bytes that no text has.
    #[error(
        "is not text (byte {offset} is {byte:#04x}); expected UTF-8, UTF-16 with a byte order mark or Windows-1252, or a PDF"
    )]
    Binary {
        /// Where the byte stands, from 0.
        offset: usize,
        /// Its value.
        byte: u8,
    },
    /// It is larger than any letter.
    #[error("has {} MB, more than the {} MB that a letter may have; split it into one file a letter, or into the lines of a .jsonl file", .bytes.div_ceil(1 << 20), .limit >> 20)]
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A line of a JSONL file is no letter.
    #[error("is no letter: {problem}; expected an object like {{\"id\": \"...\", \"text\": \"...\"}}")]
    JsonRecord {
        /// What is wrong with the line.
        problem: String,
    },
    /// A ZIP file, or a member of it, is damaged.
    #[error("is no readable ZIP file: {0}; pack it again")]
    Zip(String),
    /// A PDF opens with a password only.
    #[error("needs a password; remove it with a PDF program and try again")]
    PdfPassword,
    /// A PDF shows pictures only.
    #[error("has no text layer on its {pages} page(s), it looks scanned; run OCR on it and try again")]
    NoTextLayer {
        /// Number of pages.
        pages: usize,
    },
    /// A PDF is broken.
    #[error("is a damaged PDF: {0}; fetch it again")]
    DamagedPdf(String),
    /// A PDF takes too long.
    #[error("took longer than {seconds} s to read as a PDF and was given up; fetch it again")]
    PdfTimeout {
        /// The limit in seconds.
        seconds: u64,
    },
    /// A PDF brought its reader down.
    #[error("is a damaged PDF: it crashed its reader; fetch it again")]
    PdfCrash,
    /// Segmentation failed: a fault of this program.
    #[error("could not be segmented because of a fault in imr-search; please report it with this file")]
    Internal,
    /// The worker process that reads PDFs does not start.
    #[error("cannot be read: the PDF reader does not start: {0}")]
    WorkerStart(#[source] io::Error),
}

impl ReadError {
    /// The kind of error in one word, for programs.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Io(_) => "unreadable",
            Self::NoLetters => "no-letters",
            Self::Empty => "empty",
            Self::Binary { .. } => "binary",
            Self::TooLarge { .. } => "too-large",
            Self::JsonRecord { .. } => "bad-record",
            Self::Zip(_) => "bad-zip",
            Self::PdfPassword => "password",
            Self::NoTextLayer { .. } => "scanned",
            Self::DamagedPdf(_) => "damaged-pdf",
            Self::PdfTimeout { .. } => "pdf-timeout",
            Self::PdfCrash => "pdf-crash",
            Self::Internal => "internal",
            Self::WorkerStart(_) => "no-worker",
        }
    }

    /// Whether it says nothing of the content of the file: the next run may read it.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Io(_) | Self::WorkerStart(_))
    }

    /// Whether the file went away while it was being read.
    #[must_use]
    pub fn is_vanished(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}
