//! The extraction itself; runs in the worker process only.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, Error as PdfLibraryError, output_doc_page};
use serde::{Deserialize, Serialize};

use super::page::PageText;

/// The text of a PDF. Pages are separated by form feeds.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PdfText {
    pub(crate) text: String,
    /// Pages (from 1) whose lines could not be laid out: their words were recovered in the order of the file.
    pub(crate) poor_pages: Vec<u32>,
    /// Pages (from 1) of which no text could be recovered although they are damaged.
    pub(crate) lost_pages: Vec<u32>,
}

/// Why a PDF gives no text.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PdfFault {
    /// It opens with a password only.
    Password,
    /// Its pages show no text.
    NoTextLayer { pages: usize },
    /// It cannot be read as a PDF.
    Damaged(String),
}

/// Reads the text of a PDF, page by page: a page that cannot be laid out costs its lines, not the letter.
pub(super) fn extract(pdf: &[u8]) -> Result<PdfText, PdfFault> {
    let document = open(pdf)?;
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    if pages.is_empty() {
        return Err(PdfFault::Damaged("it has no pages".to_owned()));
    }
    let mut result = PdfText { text: String::new(), poor_pages: Vec::new(), lost_pages: Vec::new() };
    for &page in &pages {
        if page != pages[0] {
            result.text.push('\u{c}');
        }
        if let Some(text) = unless_panic(|| laid_out(&document, page)) {
            result.text.push_str(&text);
        } else if let Some(words) = unless_panic(|| document.extract_text(&[page]).ok()).filter(|text| is_text(text)) {
            result.text.push_str(&words);
            result.poor_pages.push(page);
        } else {
            result.lost_pages.push(page);
        }
    }
    match (is_text(&result.text), result.lost_pages.is_empty()) {
        (true, _) => Ok(result),
        (false, true) => Err(PdfFault::NoTextLayer { pages: pages.len() }),
        (false, false) => Err(PdfFault::Damaged("none of its pages can be read".to_owned())),
    }
}

fn open(pdf: &[u8]) -> Result<Document, PdfFault> {
    let opened = unless_panic(|| {
        Some(Document::load_mem(pdf).and_then(|mut document| {
            // The public letters are encrypted with an empty user password: only changing them is restricted.
            if document.is_encrypted() {
                document.decrypt("")?;
            }
            Ok(document)
        }))
    });
    match opened {
        Some(Ok(document)) => Ok(document),
        Some(Err(PdfLibraryError::Decryption(_) | PdfLibraryError::InvalidPassword)) => Err(PdfFault::Password),
        Some(Err(error)) => Err(PdfFault::Damaged(error.to_string().to_lowercase())),
        None => Err(PdfFault::Damaged("its structure is broken".to_owned())),
    }
}

fn laid_out(document: &Document, page: u32) -> Option<String> {
    let mut output = PageText::default();
    output_doc_page(document, &mut output, page).ok()?;
    Some(output.into_text())
}

fn is_text(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn unless_panic<T>(run: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok().flatten()
}
