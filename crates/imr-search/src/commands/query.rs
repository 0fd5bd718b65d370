//! `imr-search query`

use std::io::Write;

use clap_complete::engine::ArgValueCompleter;
use imr_index::{FieldKind, Schema};
use imr_output::{
    Group, OutputError, OutputField, OutputSchema, UnknownField, csv_of_hits, id, json_lines, json_of_answer, markdown,
};
use imr_query::{Answer, Ast, Limits, Request, search};

use super::query_text::QueryText;
use super::{Found, Where, completions, open, today};
use crate::output::text::{Cards, Look};
use crate::settings::{Flags, Format, Grouping, Order, Settings};
use crate::{output, report, screen};

/// Search decisions by words, fields and plain English
///
/// Words must all be found; `OR`, `NOT` (or `-`), brackets, "exact phrases", proximity ("a b"~5, a /5 b, a /s b, a /p b),
/// patterns (taper*, gr?y, word~1, /regex/) and `field:value` work as in the README. Plain words that name an outcome, a
/// drug, a procedure, a region of the body, a guideline and who cited it, a specialty, a licence, a date, an age and more are
/// read as conditions; how the query was understood is told on standard error, and --literal switches it off.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    query: QueryText,

    #[command(flatten)]
    place: Where,

    #[command(flatten)]
    choice: ChoiceArgs,

    #[command(flatten)]
    print: PrintArgs,
}

/// Which hits.
#[derive(clap::Args)]
struct ChoiceArgs {
    /// Print at most this many hits [default: 10]
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,

    /// Pass over this many hits first
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    offset: usize,

    /// Print all hits, each as soon as it is read
    #[arg(long, conflicts_with = "limit")]
    all: bool,

    /// The order of hits [default: score]
    #[arg(long, value_enum, value_name = "ORDER", allow_hyphen_values = true)]
    sort: Option<Order>,

    /// Put decisions under their letter; --limit and --offset count letters then
    #[arg(long, value_enum, value_name = "BY", hide_possible_values = true)]
    group: Option<Grouping>,

    /// Of hits with the same rationale, print the first and how many there are
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    collapse: Option<bool>,

    /// Tell of each hit why it ranks where it does
    #[arg(long)]
    explain: bool,

    /// Count the values of a field over all hits (can be repeated)
    #[arg(short = 'f', long = "facet", value_name = "FIELD", value_delimiter = ',', add = ArgValueCompleter::new(completions::facet))]
    facets: Vec<String>,
}

/// How to print them.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one for each flag")]
struct PrintArgs {
    /// How to print [default: text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,

    /// Print these fields, in any format
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',', add = ArgValueCompleter::new(completions::output_field))]
    fields: Vec<String>,

    /// Text without colour, marks and wrapping: a line a field, as `name: value`
    #[arg(long, conflicts_with = "format")]
    plain: bool,

    /// Text that is not wrapped
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    wide: Option<bool>,

    /// Print ids only, one a line
    #[arg(long, conflicts_with_all = ["format", "fields", "plain", "facets"])]
    ids: bool,

    /// End each id with a NUL byte instead of a line break
    #[arg(short = '0', long, requires = "ids")]
    null: bool,

    /// Print only how many decisions there are
    #[arg(short, long, conflicts_with_all = ["ids", "format", "fields", "plain", "facets"])]
    count: bool,

    /// Print nothing; the exit status says whether anything was found
    #[arg(short, long, conflicts_with_all = ["count", "ids", "format", "fields", "plain", "facets"])]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  imr-search query \"upheld benzodiazepine decisions citing page 24\"
  imr-search query 'outcome:overturned treatment:mri' --facet specialty
  imr-search query 'rationale:\"functional improvement\" -drug:*' --sort=-date -n 20
  imr-search query --letters ./letters 'page:63-66 date:2016-12..2017-01' --format csv
  imr-search query class:opioids --all --fields id,outcome,rationale --format jsonl
  imr-search query norco --ids -0 --all | xargs -0 -n 1 imr-search show
  if imr-search query -q case:CM16-0213037; then echo indexed; fi";

/// The examples and the tables of fields, which come from the schemas. Whoever prints them adds them to the command: a
/// query does not read the schemas for its help.
pub(super) fn long_help() -> String {
    let mut help = format!("{EXAMPLES}\n\nFields of queries:\n");
    for (_, field) in Schema::shared().public_fields() {
        let alias = field.alias.as_ref().map(|alias| format!(" ({alias})")).unwrap_or_default();
        let form = match field.kind {
            FieldKind::Number => ", or a range 63-66, 50..65, >=60",
            FieldKind::Date => ", by year, month or day, or a range 2016-12..2017-01",
            _ => "",
        };
        let name = format!("{}{alias}", field.name);
        help += &format!("  {name:<24} {}{form}\n", field.doc);
    }
    help += "\nPlain citation fields mean the reviewer; `ca.` before them means the claims administrator, `any.` either side.\n\
             `field:*` finds decisions that have the field, `-field:*` those that do not, `field:=\"value\"` those with\n\
             just this value.\n\
             A query that begins with `-` and a plain word goes behind `--`: imr-search query -- '-surgery pain'\n\
             \n\
             Fields of output (--fields), the same in all formats:\n";
    for field in &OutputSchema::shared().fields {
        help += &format!("  {:<24} {}\n", field.name, field.doc);
    }
    help + "\nThe names of queries are understood as well, such as `date` for `decision_date`."
}

impl QueryArgs {
    /// What its flags say of settings.
    pub(crate) fn flags(&self) -> Flags {
        let Self { query, place, choice, print } = self;
        Flags {
            limit: choice.limit,
            format: print.format,
            sort: choice.sort,
            wide: print.wide,
            group: choice.group,
            collapse: choice.collapse,
            literal: query.literal,
            ..place.flags()
        }
    }

    fn wanted(&self, settings: &Settings) -> Wanted {
        let PrintArgs { quiet, count, ids, plain, .. } = self.print;
        let shapes = [(quiet, Wanted::Nothing), (count, Wanted::Count), (ids, Wanted::Ids), (plain, Wanted::Plain)];
        let shape = shapes.into_iter().find(|(is_wanted, _)| *is_wanted).map(|(_, shape)| shape);
        shape.unwrap_or(Wanted::Hits(settings.format.value))
    }

    fn request(&self, settings: &Settings, fields: &PrintedFields) -> anyhow::Result<Request> {
        let limit = match self.wanted(settings) {
            Wanted::Nothing | Wanted::Count => 0,
            _ if self.choice.all => usize::MAX,
            _ => settings.limit.value,
        };
        Ok(Request {
            query: self.query.text()?,
            literal: settings.literal.value,
            also: Ast::All,
            limit,
            offset: self.choice.offset,
            sort: settings.sort.value.sort(),
            facets: self.choice.facets.clone(),
            group_by_letter: settings.group.value == Grouping::Letter,
            collapse: settings.collapse.value,
            passages: fields.passage(self.wanted(settings)),
            explain: self.choice.explain || fields.explain(),
            today: today(),
            limits: Limits::none(),
        })
    }
}

/// The fields to print.
pub(super) struct PrintedFields {
    /// The fields that --fields names, each once.
    chosen: Vec<&'static OutputField>,
    /// Those that other flags ask for.
    added: Vec<&'static OutputField>,
}

impl PrintedFields {
    /// Those of some names, each once; of none the usual ones.
    pub(super) fn new(names: &[String]) -> anyhow::Result<Self> {
        // Most queries name none, and do not pay for reading the schema.
        if names.is_empty() {
            return Ok(Self { chosen: Vec::new(), added: Vec::new() });
        }
        let chosen =
            OutputSchema::shared().chosen(names.iter().map(String::as_str)).map_err(|error| unknown_field(&error))?;
        Ok(Self { chosen, added: Vec::new() })
    }

    /// Those that the flags of a query ask for.
    fn of_query(args: &QueryArgs, settings: &Settings) -> anyhow::Result<Self> {
        let asked = [("folded", settings.collapse.value), ("explanation", args.choice.explain)];
        let added = asked.into_iter().filter(|(_, is_asked)| *is_asked);
        let added = added.map(|(name, _)| OutputSchema::shared().find(name)).collect::<Result<_, _>>()?;
        Ok(Self { added, ..Self::new(&args.print.fields)? })
    }

    /// The fields that were named.
    pub(super) fn chosen(&self) -> Vec<&'static OutputField> {
        self.chosen.clone()
    }

    /// Whether one of them is the explanation.
    fn explain(&self) -> bool {
        self.chosen.iter().any(|field| field.name == "explanation")
    }

    /// Whether the passage of a hit is printed.
    fn passage(&self, wanted: Wanted) -> bool {
        let printed = match wanted {
            Wanted::Nothing | Wanted::Count | Wanted::Ids => return false,
            // Cards show it.
            Wanted::Hits(Format::Text) if self.chosen.is_empty() => return true,
            Wanted::Plain | Wanted::Hits(Format::Text | Format::Md) => self.of(Group::Page),
            Wanted::Hits(Format::Json | Format::Jsonl) => self.of(Group::Json),
            Wanted::Hits(Format::Csv | Format::Tsv) => self.of(Group::Table),
        };
        printed.iter().any(|field| field.name == "passage")
    }

    /// The fields that a group of formats prints.
    fn of(&self, group: Group) -> Vec<&'static OutputField> {
        if self.chosen.is_empty() {
            OutputSchema::shared().usual(group).into_iter().chain(self.added.iter().copied()).collect()
        } else {
            self.chosen.clone()
        }
    }
}

/// An unknown field, with what to do about it.
fn unknown_field(error: &UnknownField) -> anyhow::Error {
    let near = error.nearest.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    anyhow::anyhow!("{error}; {near}`imr-search query --help` lists all for --fields")
}

/// What is printed of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The exit status says it all.
    Nothing,
    /// How many decisions there are.
    Count,
    /// How hits are quoted.
    Ids,
    /// Text for programs.
    Plain,
    /// Hits with their fields, and facets.
    Hits(Format),
}

pub(crate) fn run(args: &QueryArgs, settings: &Settings) -> anyhow::Result<Found> {
    let wanted = args.wanted(settings);
    for (format, name) in [(Format::Csv, "CSV"), (Format::Tsv, "TSV")] {
        anyhow::ensure!(
            args.choice.facets.is_empty() || wanted != Wanted::Hits(format),
            "facets do not fit into a {name} table of hits; use --format json or jsonl"
        );
    }
    if wanted == Wanted::Nothing {
        report::silence();
    }
    let fields = PrintedFields::of_query(args, settings)?;
    let request = args.request(settings, &fields)?;
    let index = open(settings)?;
    let mut answer = search(&index, &request).map_err(|error| report::locate(error, &request.query))?;
    report::understood(&answer.reading);
    if wanted != Wanted::Count {
        report::found(&answer);
    }
    let found = if answer.decisions > 0 { Found::Something } else { Found::Nothing };
    let by_letter = request.group_by_letter;
    let cards = Cards { look: Look::new(settings.wide.value), fields: fields.chosen(), by_letter };
    let is_text = wanted == Wanted::Hits(Format::Text);
    let mut out = if is_text { screen::text(settings) } else { screen::data(settings) };
    match wanted {
        Wanted::Nothing => {}
        Wanted::Count => writeln!(out, "{}", answer.decisions)?,
        Wanted::Ids => ids(&mut out, &mut answer, args.print.null)?,
        Wanted::Plain => output::text::plain(&mut out, &mut answer, &fields.of(Group::Page))?,
        Wanted::Hits(Format::Text) => output::text::answer(&mut out, &mut answer, &cards)?,
        Wanted::Hits(format) => data(&mut out, format, &request.query, &fields, &mut answer)?,
    }
    out.flush()?;
    Ok(found)
}

/// Prints hits in a format for programs.
pub(super) fn data(
    out: &mut impl Write,
    format: Format,
    query: &str,
    fields: &PrintedFields,
    answer: &mut Answer,
) -> Result<(), OutputError> {
    match format {
        Format::Json => json_of_answer(out, query, answer, &fields.of(Group::Json)),
        Format::Jsonl => json_lines(out, answer, &fields.of(Group::Json)),
        Format::Csv => csv_of_hits(out, answer.hits(), &fields.of(Group::Table), b','),
        Format::Tsv => csv_of_hits(out, answer.hits(), &fields.of(Group::Table), b'\t'),
        Format::Text | Format::Md => markdown::answer(out, answer, &fields.of(Group::Page)),
    }
}

fn ids(out: &mut impl Write, answer: &mut Answer, by_null: bool) -> anyhow::Result<()> {
    let end = if by_null { "\0" } else { "\n" };
    for name in answer.names() {
        let (letter, n) = name?;
        write!(out, "{}{end}", id(&letter, n))?;
    }
    Ok(())
}
