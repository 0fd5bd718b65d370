//! Word documents as paragraphs.
//!
//! A document is a ZIP file of XML parts (ECMA-376, Office Open XML, part 1, chapter 17). Read are the
//! body, the footnotes and the endnotes, and of the styles which are those of quotations.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Paragraph, Spot};

/// The largest part that is read, in bytes, unpacked. A brief of a thousand pages has some 20 MB.
const LARGEST: u64 = 128 << 20;

/// Why a Word document cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocxError {
    /// It is no ZIP file, or a damaged one.
    #[error("is no readable .docx; save it again as .docx, or as text")]
    Zip(#[from] ZipError),
    /// A part cannot be unpacked.
    #[error("is a damaged .docx: {part} cannot be unpacked: {problem}; save it again")]
    Damaged {
        /// The part.
        part: &'static str,
        /// What is wrong.
        problem: std::io::Error,
    },
    /// It is a ZIP file without a text.
    #[error("is no Word document: it has no word/document.xml; save it as .docx, or as text")]
    NoDocument,
    /// A part is not well-formed XML.
    #[error("is a damaged .docx: {part} is no XML: {problem}; save it again")]
    Xml {
        /// The part.
        part: &'static str,
        /// What is wrong.
        problem: quick_xml::Error,
    },
    /// A part is too large.
    #[error("is too large: {part} has more than {} MB when it is unpacked; split it", LARGEST >> 20)]
    TooLarge {
        /// The part.
        part: &'static str,
    },
}

/// The paragraphs of a document: those of the body, then those of the notes.
pub(super) fn paragraphs(bytes: &[u8]) -> Result<Vec<Paragraph>, DocxError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let styles = match part(&mut archive, "word/styles.xml")? {
        Some(xml) => quotation_styles(&xml)?,
        None => BTreeSet::new(),
    };
    let body = part(&mut archive, "word/document.xml")?.ok_or(DocxError::NoDocument)?;
    let mut paragraphs = read("word/document.xml", &body, &styles)?;
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(xml) = part(&mut archive, notes)? {
            paragraphs.extend(read(notes, &xml, &styles)?);
        }
    }
    Ok(paragraphs)
}

/// The text of a part; `None` if the document has no such part.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &'static str) -> Result<Option<String>, DocxError> {
    let member = match archive.by_name(name) {
        Ok(member) => member,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    let unpacked = member.take(LARGEST + 1).read_to_end(&mut bytes);
    unpacked.map_err(|problem| DocxError::Damaged { part: name, problem })?;
    if bytes.len() as u64 > LARGEST {
        return Err(DocxError::TooLarge { part: name });
    }
    Ok(Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())))
}

/// The styles of quotations, by their ids: by their name, which is English in every language of Word, or because they are
/// indented on both sides.
fn quotation_styles(xml: &str) -> Result<BTreeSet<String>, DocxError> {
    let mut styles = BTreeSet::new();
    let mut style = String::new();
    let mut reader = Reader::from_str(xml);
    loop {
        let event = reader.read_event().map_err(|problem| DocxError::Xml { part: "word/styles.xml", problem })?;
        let (Event::Start(tag) | Event::Empty(tag)) = &event else {
            if matches!(event, Event::Eof) {
                return Ok(styles);
            }
            continue;
        };
        let is_quotation = match local_name(tag) {
            "style" => {
                style = attribute(tag, "styleId").unwrap_or_default();
                false
            }
            "name" => attribute(tag, "val").is_some_and(|name| is_quotation_style(&name)),
            "ind" => is_block(tag),
            _ => false,
        };
        if is_quotation && !style.is_empty() {
            styles.insert(style.clone());
        }
    }
}

/// `Quote`, `Intense Quote`, `Block Text`, and what writers call their own.
fn is_quotation_style(name: &str) -> bool {
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    ["quote", "quotation", "blocktext", "extract"].iter().any(|known| name.contains(known))
}

/// Whether an indentation is one on both sides.
fn is_block(tag: &BytesStart) -> bool {
    let is_indented = |names: [&str; 2]| {
        let width = names.into_iter().find_map(|name| attribute(tag, name)).and_then(|width| width.parse::<f64>().ok());
        width.is_some_and(|width| width > 0.0)
    };
    is_indented(["left", "start"]) && is_indented(["right", "end"])
}

fn local_name<'t>(tag: &'t BytesStart) -> &'t str {
    local(tag.name().into_inner())
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value of an attribute, whatever its prefix.
fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let found =
        tag.attributes().with_checks(false).flatten().find(|attribute| local(attribute.key.as_ref()) == name)?;
    Some(found.normalized_value(XmlVersion::default()).ok()?.into_owned())
}

/// Reads the paragraphs of a part.
fn read(part: &'static str, xml: &str, styles: &BTreeSet<String>) -> Result<Vec<Paragraph>, DocxError> {
    let mut document = Document::new(styles);
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|problem| DocxError::Xml { part, problem })? {
            Event::Start(tag) => document.open(&tag),
            Event::Empty(tag) => {
                document.open(&tag);
                document.close(tag.name().into_inner());
            }
            Event::End(tag) => document.close(tag.name().into_inner()),
            Event::Text(text) => document.text(&text.xml10_content()),
            Event::CData(text) => document.text(&text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(character)) => document.text(character.encode_utf8(&mut [0; 4])),
                _ => document.text(resolve_predefined_entity(&entity).unwrap_or_default()),
            },
            Event::Eof => return Ok(document.finished()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// A part while it is read.
struct Document<'s> {
    styles: &'s BTreeSet<String>,
    found: Vec<Paragraph>,
    /// Those that are being read: a text box stands inside a paragraph.
    open: Vec<Paragraph>,
    /// How many paragraphs there were.
    count: usize,
    /// The note that is being read, and how many there were.
    note: Option<String>,
    notes: usize,
    /// How many elements are open inside one that is no text, with it.
    skipped: usize,
    /// Whether characters are text, and not layout of the XML.
    is_text: bool,
}

impl<'s> Document<'s> {
    fn new(styles: &'s BTreeSet<String>) -> Self {
        Self { styles, found: Vec::new(), open: Vec::new(), count: 0, note: None, notes: 0, skipped: 0, is_text: false }
    }

    fn open(&mut self, tag: &BytesStart) {
        if self.skipped > 0 || is_no_text(tag) {
            self.skipped += 1;
            return;
        }
        match local_name(tag) {
            "p" => self.begin_paragraph(),
            "t" => self.is_text = true,
            "tab" => self.push(" "),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "footnote" | "endnote" => self.begin_note(tag),
            "footnoteReference" => self.refer("footnote", tag),
            "endnoteReference" => self.refer("endnote", tag),
            "pStyle" => {
                let style = attribute(tag, "val").unwrap_or_default();
                self.mark_quotation(self.styles.contains(&style) || is_quotation_style(&style));
            }
            "ind" => self.mark_quotation(is_block(tag)),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match local(name) {
            "p" => self.end_paragraph(),
            "t" => self.is_text = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_text && self.skipped == 0 {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn mark_quotation(&mut self, is_quotation: bool) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.is_quotation |= is_quotation;
        }
    }

    fn begin_paragraph(&mut self) {
        self.count += 1;
        let spot = if self.note.is_some() { Spot::Note(self.notes) } else { Spot::Paragraph(self.count) };
        self.open.push(Paragraph { spot: Some(spot), note: self.note.clone(), ..Paragraph::default() });
    }

    fn end_paragraph(&mut self) {
        let Some(mut paragraph) = self.open.pop() else { return };
        // Indented paragraphs with quotation marks are quoted by these.
        paragraph.is_quotation &= !paragraph.text.trim().trim_matches(['"', '“', '”']).contains(['“', '”']);
        if !paragraph.text.trim().is_empty() {
            self.found.push(paragraph);
        }
    }

    fn begin_note(&mut self, tag: &BytesStart) {
        self.notes += 1;
        self.note = Some(format!("{}{}", local_name(tag), attribute(tag, "id").unwrap_or_default()));
    }

    fn refer(&mut self, kind: &str, tag: &BytesStart) {
        let name = format!("{kind}{}", attribute(tag, "id").unwrap_or_default());
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.references.push((paragraph.text.len(), name));
        }
    }

    fn finished(mut self) -> Vec<Paragraph> {
        while !self.open.is_empty() {
            self.end_paragraph();
        }
        self.found
    }
}

/// What is deleted or moved away by a tracked change, a second version for old programs, field codes, formulae and the
/// text of drawings (which is no paragraph), and the lines above footnotes.
fn is_no_text(tag: &BytesStart) -> bool {
    let name = tag.name().into_inner();
    let is_separator = matches!(local(name), "footnote" | "endnote") && attribute(tag, "type").is_some();
    is_separator
        || name.starts_with("a:")
        || name.starts_with("m:")
        || matches!(local(name), "del" | "moveFrom" | "Fallback" | "instrText" | "delText")
}
