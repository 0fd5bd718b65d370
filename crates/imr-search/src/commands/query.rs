//! `imr-search query`

use std::io::{BufWriter, Write};

use clap::ValueEnum;
use imr_index::{FieldKind, Schema};
use imr_query::{Answer, Request, Sort, search};

use super::{Found, Where, today};
use crate::report::counted;
use crate::{output, report};

/// Search decisions by words, fields and plain English
///
/// Words must all be found; `OR`, `NOT` (or `-`), brackets and "exact phrases" work as usual, `field:value` asks a field.
/// Plain words that name an outcome, a drug, a drug class, a procedure, a region of the body, a guideline, a specialty, a
/// year or pages are read as conditions; how the query was understood is told on standard error, and --literal switches it
/// off.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = long_help())]
pub(crate) struct QueryArgs {
    /// The query; without one, every decision
    #[arg(value_name = "QUERY")]
    words: Vec<String>,

    #[command(flatten)]
    place: Where,

    /// Print at most this many hits
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    limit: usize,

    /// Pass over this many hits first
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,

    /// Print all hits
    #[arg(long, conflicts_with = "limit")]
    all: bool,

    /// The order of hits
    #[arg(long, value_enum, default_value_t = Order::Score, allow_hyphen_values = true)]
    sort: Order,

    /// Count the values of a field over all hits (can be repeated)
    #[arg(short = 'f', long = "facet", value_name = "FIELD", value_delimiter = ',')]
    facets: Vec<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Search for every word as it is, without reading plain English
    #[arg(long)]
    literal: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// The best match first
    Score,
    /// The newest decision first
    #[value(name = "-date")]
    Newest,
    /// The oldest decision first
    #[value(name = "date")]
    Oldest,
    /// By case number
    Case,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Cards to read
    Text,
    /// One JSON object with everything
    Json,
    /// One JSON object a hit a line, then one a facet
    Jsonl,
    /// A table of hits
    Csv,
}

const EXAMPLES: &str = "\
Examples:
  imr-search query \"upheld benzodiazepine decisions citing page 24\"
  imr-search query 'outcome:overturned treatment:mri' --facet specialty
  imr-search query 'rationale:\"functional improvement\" -drug:*' --sort=-date -n 20
  imr-search query --letters ./letters 'page:63-66 date:2016-12..2017-01' --format csv";

/// The examples and the table of fields, which comes from the schema.
fn long_help() -> String {
    let mut help = format!("{EXAMPLES}\n\nFields:\n");
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
    help + "\nPlain citation fields mean the reviewer; `ca.` before them means the claims administrator, `any.` either side.\n\
            `field:*` finds decisions that have the field, `-field:*` those that do not.\n\
            A query that begins with `-` goes behind `--`: imr-search query -- '-drug:*'"
}

pub(crate) fn run(args: &QueryArgs) -> anyhow::Result<Found> {
    anyhow::ensure!(
        args.facets.is_empty() || args.format != Format::Csv,
        "facets do not fit into a CSV table of hits; use --format json or jsonl"
    );
    let request = Request {
        query: args.words.join(" "),
        literal: args.literal,
        limit: if args.all { usize::MAX } else { args.limit },
        offset: args.offset,
        sort: match args.sort {
            Order::Score => Sort::Score,
            Order::Newest => Sort::Newest,
            Order::Oldest => Sort::Oldest,
            Order::Case => Sort::Case,
        },
        facets: args.facets.clone(),
        group_by_letter: false,
        collapse: false,
        explain: false,
        today: today(),
    };
    let index = args.place.open()?;
    let mut answer = search(&index, &request).map_err(|error| report::locate(error, &request.query))?;
    tell(&answer);
    let mut out = BufWriter::new(anstream::stdout().lock());
    match args.format {
        Format::Text => output::text::answer(&mut out, &mut answer)?,
        Format::Json => output::json::answer(&mut out, &request.query, &mut answer)?,
        Format::Jsonl => output::json::lines(&mut out, &mut answer)?,
        Format::Csv => output::csv::hits(&mut out, &mut answer)?,
    }
    out.flush()?;
    Ok(if answer.decisions > 0 { Found::Something } else { Found::Nothing })
}

/// Tells how the query was understood and how much was found.
fn tell(answer: &Answer) {
    report::understood(answer);
    let (decisions, letters) = (counted(answer.decisions, "decision"), counted(answer.letters, "letter"));
    report::line(&format!("{} of {decisions} in {letters}", answer.remaining()));
}
