//! How much memory an indexing run may take, and what gets how much of it.

use std::fmt;
use std::str::FromStr;

/// A limit on memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory(usize);

impl Memory {
    const LEAST: usize = 256 << 20;

    /// For segments of the index that are being built. More than 60 MB gains nothing.
    pub(crate) fn of_writer(self) -> usize {
        (self.0 / 8).min(imr_index::WRITER_MEMORY)
    }

    /// For the content of files on their way through segmentation; a letter in work takes some ten times that.
    pub(crate) fn of_files(self) -> usize {
        self.0 / 128
    }

    /// For each of some processes that read PDFs.
    pub(crate) fn of_pdf_worker(self) -> u64 {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        (self.0 / 2 / workers).max(128 << 20) as u64
    }
}

/// Has the system give out memory in small pages from now on. Of large ones (2 MiB), which the allocator asks for, every
/// thread of indexing leaves much of several empty.
#[cfg(target_os = "linux")]
pub(crate) fn use_small_pages() {
    // A system that refuses gives out more memory than needed.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn use_small_pages() {}

impl Default for Memory {
    fn default() -> Self {
        Self(1 << 30)
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} MiB", self.0 >> 20)
    }
}

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let shift = match unit.trim().to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b') {
            "k" => Some(10),
            "m" => Some(20),
            "g" => Some(30),
            _ => None,
        };
        let bytes = number.parse::<usize>().ok().zip(shift).and_then(|(number, shift)| number.checked_mul(1 << shift));
        let bytes = bytes.ok_or_else(|| "expected a size like 512M or 2G".to_owned())?;
        if bytes < Self::LEAST {
            return Err(format!("indexing needs at least {}", Self(Self::LEAST)));
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, want) in [
            ("1G", Some(1 << 30)),
            ("512M", Some(512 << 20)),
            ("512 MiB", Some(512 << 20)),
            ("2gb", Some(2 << 30)),
            ("300000k", Some(300_000 << 10)),
            ("1M", None),
            ("1", None),
            ("G", None),
            ("99999999999999999999G", None),
            ("1T", None),
        ] {
            assert_eq!(text.parse::<Memory>().ok().map(|memory| memory.0), want, "case: {text}");
        }
    }
}
