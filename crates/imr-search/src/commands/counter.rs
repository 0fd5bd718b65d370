//! `imr-search counter`

use imr_precedent::{Shared, counter};

use super::precedents::PrecedentArgs;
use super::{Found, open};
use crate::report;
use crate::settings::Settings;

/// Find decisions on the same treatment and guideline that went the other way
///
/// They are on the same treatment or class, the reviewer cites the same page or section, and the outcome is the other one.
/// The most alike come first, each with what it has in common and the sentences that only one of the two rationales has:
/// they may have made the difference, and are for reading. A page is the same in every edition of its guideline. Where nobody cites the same page or section, decisions that cite
/// the same guideline are shown, and then those on the same treatment; which it is, is told.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  imr-search counter 'CM16-0213037#2'
  imr-search counter 'CM16-0213037#2' \"since 2016\" -n 3
  imr-search counter 'CM16-0213037#2' --format md > memo.md")]
pub(crate) struct CounterArgs {
    #[command(flatten)]
    pub(super) asked: PrecedentArgs,
}

pub(crate) fn run(args: &CounterArgs, settings: &Settings) -> anyhow::Result<Found> {
    let (id, request) = args.asked.request(settings)?;
    let index = open(settings)?;
    let found = counter(&index, id, &request).map_err(|error| args.asked.located(error, &request))?;
    let shared = match found.shared {
        Shared::TreatmentAndPlace => "the same treatment or class, and a page or section that both reviewers cite",
        Shared::TreatmentAndGuideline => {
            "the same treatment or class, and a guideline that both reviewers cite; none shares a page or section"
        }
        Shared::Treatment if found.decision.citations.reviewer.iter().all(|cited| cited.guideline.is_none()) => {
            "the same treatment or class; the reviewer cites no guideline that others could share"
        }
        Shared::Treatment => "the same treatment or class; none that cites the same guideline went the other way",
        Shared::Anything => "wording only: the heading names no treatment that is known",
    };
    let outcome = found.decision.outcome.map_or("", imr_model::Outcome::as_str);
    let id = imr_output::id(found.letter.name(), found.decision.n);
    if found.list.is_empty() {
        report::line(&format!("{id} is {outcome}; no decision on the same treatment or class went the other way"));
    } else {
        report::line(&format!("{id} is {outcome}; these went the other way"));
        report::note(format!("in common: {shared}"));
    }
    args.asked.print(&found, settings)
}
