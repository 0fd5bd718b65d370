//! `imr-search similar`

use imr_output::counted;
use imr_precedent::similar;

use super::precedents::PrecedentArgs;
use super::{Found, open};
use crate::report;
use crate::settings::Settings;

/// Find the decisions of other letters that are most like one
///
/// They share what is rare in it: what is in dispute, what the reviewer cites and finds wanting, and the wording of the
/// rationale. Each tells what it has in common with it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search similar 'CM16-0213037#2'
  imr-search similar 'CM16-0213037#2' \"overturned since 2016\"
  imr-search similar 'CM16-0213037#2' 'specialty:orthopedic' --format csv")]
pub(crate) struct SimilarArgs {
    #[command(flatten)]
    pub(super) asked: PrecedentArgs,
}

pub(crate) fn run(args: &SimilarArgs, settings: &Settings) -> anyhow::Result<Found> {
    let (id, request) = args.asked.request(settings)?;
    let index = open(settings)?;
    let found = similar(&index, id, &request).map_err(|error| args.asked.located(error, &request))?;
    report::line(&format!(
        "{} of {} like {}",
        found.list.len(),
        counted(found.found, "decision"),
        imr_output::id(found.letter.name(), found.decision.n)
    ));
    args.asked.print(&found, settings)
}
