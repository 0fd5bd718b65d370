//! The files that letters were read from.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY};
use axum::response::{IntoResponse, Response};
use imr_index::FileRecord;
use imr_model::Letter;

use super::schema::Nothing;
use crate::app::App;
use crate::form::Reply;
use crate::parameters::{Named, Parameters};
use crate::problem::Problem;
use crate::urls::encoded;
use crate::work::Context;

/// The largest file that is sent, in bytes.
const LARGEST: u64 = 64 << 20;

/// The kinds of files that are sent: their endings, and what browsers are told.
const KINDS: [(&str, &str); 3] =
    [("pdf", "application/pdf"), ("txt", "text/plain; charset=utf-8"), ("text", "text/plain; charset=utf-8")];

/// What a file may do in a browser: nothing but be looked at. The viewer of Chromium shows PDFs under it.
const POLICY: &str = "sandbox; default-src 'none'";

/// A file that can be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SourceFile {
    path: PathBuf,
    content_type: &'static str,
    /// As it was when its letter was read.
    bytes: u64,
}

/// The file that a letter was read from, by the letter's digest: no path is taken from a URL.
pub(crate) async fn file(
    State(app): State<App>,
    Named(digest): Named,
    _: Parameters<Nothing>,
) -> Result<Response, Problem> {
    if !app.options.serve_files {
        let problem = Problem::not_found("this server does not hand out the files of letters");
        return Err(problem.with_help("start it with `imr-search serve --serve-files`"));
    }
    app.answer(move |context| {
        let letter = context.index.letters("letter", &digest)?.into_iter().next();
        let letter = letter.ok_or_else(|| Problem::not_found(format!("no letter has the digest `{digest}`")))?;
        let file = of_letter(context, &letter)?;
        let file = file.ok_or_else(|| Problem::not_found(format!("no file of {} can be sent", letter.name())));
        let SourceFile { path, content_type, bytes } = file?;
        let content = read(&path, bytes).ok_or_else(|| gone(&letter))?;
        let name = path.file_name().map(|name| encoded(&name.to_string_lossy())).unwrap_or_default();
        let shown = [
            (CONTENT_DISPOSITION, format!("inline; filename*=UTF-8''{name}")),
            (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        ];
        Ok((shown, Reply::of_type(content_type, content)).into_response())
    })
    .await
}

fn gone(letter: &Letter) -> Problem {
    Problem::not_found(format!("the file of {} has changed since it was read", letter.name()))
        .with_help("`imr-search index` reads it again")
}

/// The first file that holds a letter, of those that can be sent.
pub(super) fn of_letter(context: &Context, letter: &Letter) -> Result<Option<SourceFile>, Problem> {
    let (_, others) = context.index.text_and_places(letter)?;
    let mirrors = context.index.manifest().mirrors.as_deref().unwrap_or_default();
    for place in std::iter::once(letter.source_file.as_str()).chain(others.iter().map(|other| other.place.as_str())) {
        // A place inside a file of many letters is no file that was read.
        let Some(record) = context.index.file(place)? else { continue };
        let file = source_file(&record, mirrors);
        if file.is_some() {
            return Ok(file);
        }
    }
    Ok(None)
}

/// A file that was read, if it can be sent: it is a PDF or a text, no larger than is sent, and stands inside the folder that
/// was indexed, wherever links lead.
fn source_file(record: &FileRecord, mirrors: &[String]) -> Option<SourceFile> {
    let recorded = Path::new(&record.path);
    let ending = recorded.extension()?.to_str()?.to_lowercase();
    let (_, content_type) = KINDS.iter().find(|(kind, _)| *kind == ending)?;
    let path = fs::canonicalize(recorded).ok()?;
    let is_inside = path.starts_with(folder(recorded, mirrors)?);
    let is_sent = is_inside && path.is_file() && record.bytes <= LARGEST;
    is_sent.then_some(SourceFile { path, content_type, bytes: record.bytes })
}

/// The folder that was indexed and holds a path; where the index does not know, the one that the path stands in.
fn folder(path: &Path, mirrors: &[String]) -> Option<PathBuf> {
    let mirror = mirrors.iter().map(Path::new).find(|mirror| path.starts_with(mirror));
    fs::canonicalize(mirror.or(path.parent())?).ok()
}

/// The content of a file, if it has as many bytes as it had when it was read.
fn read(path: &Path, bytes: u64) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path).ok()?.take(bytes + 1).read_to_end(&mut content).ok()?;
    (content.len() as u64 == bytes).then_some(content)
}
