//! What `similar` and `counter` share.

use std::io::Write;

use imr_output::{PrecedentsReport, json_line};
use imr_precedent::Precedents;
use imr_query::{QueryError, Request};

use super::{Found, ReportFormat, Where, today};
use crate::output::text::Look;
use crate::settings::{Flags, Settings};
use crate::{output, report, screen};

/// A decision, and which others are wanted.
#[derive(clap::Args)]
pub(crate) struct PrecedentArgs {
    /// The decision, as hits name it; without `#N` the only one of its letter
    #[arg(value_name = "ID")]
    id: String,

    /// Only decisions that this query finds
    #[arg(value_name = "QUERY", value_parser = super::query_text::unshielded)]
    query: Vec<String>,

    #[command(flatten)]
    place: Where,

    /// Print at most so many [default: 10, or the setting `limit`]
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,

    /// Do not wrap lines
    #[arg(long, num_args = 0..=1, require_equals = true, value_name = "BOOL", default_missing_value = "true", hide_possible_values = true)]
    wide: Option<bool>,

    /// How to print
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

impl PrecedentArgs {
    /// What its flags say of settings.
    pub(super) fn flags(&self) -> Flags {
        Flags { limit: self.limit, wide: self.wide, ..self.place.flags() }
    }

    /// The id, and the request for others.
    pub(super) fn request(&self, settings: &Settings) -> anyhow::Result<(&str, Request)> {
        anyhow::ensure!(settings.limit.value > 0, "-n 0 asks for nothing");
        let request = Request {
            literal: settings.literal.value,
            ..Request::new(self.query.join(" "), settings.limit.value, today())
        };
        Ok((&self.id, request))
    }

    /// An error beside what it is an error of: the id, or the query.
    pub(super) fn located(&self, error: QueryError, request: &Request) -> anyhow::Error {
        let is_of_id = matches!(&error, QueryError::Syntax(error) if error.span == (0..self.id.len()));
        report::locate(error, if is_of_id { &self.id } else { &request.query })
    }

    /// Prints what was found.
    pub(super) fn print(&self, found: &Precedents, settings: &Settings) -> anyhow::Result<Found> {
        let is_text = self.format == ReportFormat::Text;
        let mut out = if is_text { screen::text(settings) } else { screen::data(settings) };
        match self.format {
            ReportFormat::Text => output::precedents::text(&mut out, found, Look::new(settings.wide.value))?,
            ReportFormat::Json => json_line(&mut out, &PrecedentsReport::new(found))?,
            ReportFormat::Csv => PrecedentsReport::new(found).sheet().csv(&mut out)?,
            ReportFormat::Md => PrecedentsReport::new(found).sheet().markdown(&mut out)?,
        }
        out.flush()?;
        Ok(if found.list.is_empty() { Found::Nothing } else { Found::Something })
    }
}
