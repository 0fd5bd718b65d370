//! `imr-search export`

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap_complete::engine::ArgValueCompleter;
use imr_index::{IndexReader, Manifest};
use imr_output::{Group, OutputField, OutputSchema, counted, csv_of_hits, json_lines, markdown};
use imr_query::{Answer, Request, search};
use jiff::Timestamp;
use serde::Serialize;

use super::query::PrintedFields;
use super::query_text::QueryText;
use super::{Found, Where, completions, open, today};
use crate::settings::{Flags, Order, Settings};
use crate::whole_file::WholeFile;
use crate::{output, report};

/// Write everything that a query finds to a file, with a manifest
///
/// The ending of the file chooses the format: csv, tsv, jsonl, parquet, md. The file is there when it is whole, and not
/// before. Beside it stands FILE.manifest.json: the query and how it was understood, how many decisions there are, the
/// fields, the index with its schema and vocabulary, and the time.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search export 'class:opioids' -o opioids.csv
  imr-search export \"upheld acupuncture since 2016\" -o acupuncture.parquet --fields id,outcome,gaps,rationale
  imr-search export '*' -o everything.jsonl --force")]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    query: QueryText,

    #[command(flatten)]
    place: Where,

    /// The file to write
    #[arg(short = 'o', long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: PathBuf,

    /// Write these fields [default: those of `query` in this format, without passage and score]
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',', add = ArgValueCompleter::new(completions::output_field))]
    fields: Vec<String>,

    /// The order of decisions [default: score]
    #[arg(long, value_enum, value_name = "ORDER", allow_hyphen_values = true)]
    sort: Option<Order>,

    /// Put the new file in the place of one that is there
    #[arg(long)]
    force: bool,
}

impl ExportArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        Flags { literal: self.query.literal, sort: self.sort, ..self.place.flags() }
    }

    fn fields(&self, form: Form) -> anyhow::Result<Vec<&'static OutputField>> {
        let schema = OutputSchema::shared();
        if !self.fields.is_empty() {
            return Ok(PrintedFields::new(&self.fields)?.chosen());
        }
        // What shows why a decision was found is of no use among all of them.
        let usual = schema.usual(form.group()).into_iter();
        Ok(usual.filter(|field| field.name != "passage" && field.name != "score").collect())
    }
}

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Tsv,
    Jsonl,
    Parquet,
    Md,
}

impl Form {
    /// The forms, each with the ending of its files.
    const ALL: [(&'static str, Self); 5] =
        [("csv", Self::Csv), ("tsv", Self::Tsv), ("jsonl", Self::Jsonl), ("parquet", Self::Parquet), ("md", Self::Md)];

    fn of(path: &Path) -> anyhow::Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let known = Self::ALL.into_iter().find(|(name, _)| ending.eq_ignore_ascii_case(name));
        known.map(|(_, form)| form).with_context(|| {
            let names = Self::ALL.map(|(name, _)| format!(".{name}")).join(", ");
            format!("{} has no ending that says how to write it; known are {names}", path.display())
        })
    }

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, form)| *form == self).map_or("", |(name, _)| name)
    }

    /// The format of `query` whose fields it has.
    fn group(self) -> Group {
        match self {
            Self::Csv | Self::Tsv => Group::Table,
            Self::Jsonl | Self::Parquet => Group::Json,
            Self::Md => Group::Page,
        }
    }
}

pub(crate) fn run(args: &ExportArgs, settings: &Settings) -> anyhow::Result<Found> {
    let form = Form::of(&args.output)?;
    let fields = args.fields(form)?;
    let path = args.output.as_path();
    for path in [path, &beside(path)] {
        anyhow::ensure!(
            args.force || !path.exists(),
            "{} is there already; name another file, or write over it with --force",
            path.display()
        );
    }
    let needs = |name: &str| fields.iter().any(|field| field.name == name);
    let request = Request {
        literal: settings.literal.value,
        sort: settings.sort.value.sort(),
        passages: needs("passage"),
        explain: needs("explanation"),
        ..Request::new(args.query.text()?, usize::MAX, today())
    };
    let index = open(settings)?;
    let mut answer = search(&index, &request).map_err(|error| report::locate(error, &request.query))?;
    report::understood(&answer.reading);
    let rows = answer.remaining();
    let cannot = |path: &Path| format!("{} cannot be written", path.display());
    let mut file = WholeFile::create(path).with_context(|| cannot(path))?;
    write(&mut file, form, &mut answer, &fields).with_context(|| cannot(path))?;
    let beside = beside(path);
    let mut manifest = WholeFile::create(&beside).with_context(|| cannot(&beside))?;
    let told = ExportManifest::new(path, form, rows, &fields, &request, &answer, &index);
    writeln!(manifest, "{}", serde_json::to_string_pretty(&told)?).with_context(|| cannot(&beside))?;
    // Both are whole before either is there.
    file.finish().with_context(|| cannot(path))?;
    manifest.finish().with_context(|| cannot(&beside))?;
    let letters = counted(answer.letters, "letter");
    report::line(&format!("wrote {} ({letters}) to {}", counted(rows, "decision"), path.display()));
    Ok(if rows == 0 { Found::Nothing } else { Found::Something })
}

fn write(
    out: &mut (impl Write + Send),
    form: Form,
    answer: &mut Answer,
    fields: &[&OutputField],
) -> anyhow::Result<()> {
    match form {
        Form::Csv => csv_of_hits(out, answer.hits(), fields, b',')?,
        Form::Tsv => csv_of_hits(out, answer.hits(), fields, b'\t')?,
        Form::Jsonl => json_lines(out, answer, fields)?,
        Form::Parquet => output::parquet::hits(out, answer, fields)?,
        Form::Md => markdown::answer(out, answer, fields)?,
    }
    Ok(())
}

/// The place of the manifest of a file.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".manifest.json");
    name.into()
}

/// What a file of decisions is.
#[derive(Serialize)]
struct ExportManifest<'e> {
    file: String,
    format: &'static str,
    /// The version of the fields, by `index-schema/output.toml`.
    output_version: u32,
    fields: Vec<&'e str>,
    query: &'e str,
    /// How it was understood: asking this again gives the same.
    understood: String,
    notes: &'e [String],
    decisions: usize,
    letters: usize,
    index: ExportedIndex<'e>,
    program: &'static str,
    exported: Timestamp,
}

/// The index that a file comes from.
#[derive(Serialize)]
struct ExportedIndex<'e> {
    place: String,
    /// With its place, what tells it from others.
    created: Timestamp,
    /// The commit that was asked: when it was made.
    committed: Option<Timestamp>,
    schema: u32,
    vocabulary: &'e str,
    letters: u64,
    decisions: u64,
}

impl<'e> ExportManifest<'e> {
    fn new(
        path: &Path,
        form: Form,
        rows: usize,
        fields: &[&'e OutputField],
        request: &'e Request,
        answer: &'e Answer,
        index: &'e IndexReader,
    ) -> Self {
        let Manifest { schema, vocabulary, created, totals, last_run, .. } = index.manifest();
        Self {
            file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            format: form.name(),
            output_version: OutputSchema::shared().version,
            fields: fields.iter().map(|field| field.name.as_str()).collect(),
            query: &request.query,
            understood: answer.reading.understood.to_string(),
            notes: &answer.reading.notes,
            decisions: rows,
            letters: answer.letters,
            index: ExportedIndex {
                place: index.path().display().to_string(),
                created: *created,
                committed: last_run.as_ref().map(|run| run.committed),
                schema: *schema,
                vocabulary,
                letters: totals.letters,
                decisions: totals.decisions,
            },
            program: env!("CARGO_PKG_VERSION"),
            exported: Timestamp::now(),
        }
    }
}
