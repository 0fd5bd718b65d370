//! Invented letters: composed of text written for this project, in all forms that are read, with the frequencies met in
//! practice.
//!
//! A letter hangs on the seed of its corpus and its place in it only, so that letters can be made on any number of threads
//! and a larger corpus begins with the smaller one.

mod calendar;
mod case;
mod citations;
mod dice;
mod facts;
mod grammar;
mod layout;
mod paper;
mod slips;
mod stock;

use imr_model::{Layout, Outcome, PageRange};
use serde::{Deserialize, Serialize};

use case::{Case, Dispute, Form};
use dice::Dice;
use layout::lay_out;
use stock::Stock;

/// Makes the letters of a corpus.
#[derive(Debug)]
pub struct Corpus {
    stock: Stock,
    seed: u64,
}

/// A letter of a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventedLetter {
    /// The whole text.
    pub text: String,
    /// What is to be found in it.
    pub gold: Gold,
}

/// What is to be found in a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gold {
    /// The name of its file, without folder and ending.
    pub source: String,
    /// Its form.
    pub layout: Layout,
    /// The case number that it prints in a place where it is looked for.
    pub case_number: Option<String>,
    /// Its decisions in their order.
    pub decisions: Vec<GoldDecision>,
}

/// What is to be found of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoldDecision {
    /// The heading without its outcome.
    pub treatment: String,
    /// What was decided.
    pub outcome: Outcome,
    /// Pages that the reviewer cites.
    pub pages: Vec<PageRange>,
}

impl Corpus {
    /// The corpus of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { stock: Stock::load(), seed }
    }

    /// Its letter at a place, from 0; no two letters share a case number.
    #[must_use]
    pub fn letter(&self, place: u64) -> InventedLetter {
        let mut dice = Dice::new(self.seed, place);
        let case = Case::new(&self.stock, place, &mut dice);
        let text = lay_out(&case, &self.stock, &mut dice);
        InventedLetter { text, gold: gold(case) }
    }
}

fn gold(case: Case) -> Gold {
    let number = case.calendar.case_number();
    let (layout, case_number) = match case.form {
        Form::Table | Form::Columns => (Layout::FinalDetermination, Some(number.clone())),
        Form::Spaced => (Layout::FinalDetermination, None),
        Form::Determination2014 => (Layout::Determination2014, Some(number.clone())),
        Form::Notice2013 => (Layout::Notice2013, Some(number.clone())),
        Form::ProfessionalReview => (Layout::ProfessionalReview, Some(case.calendar.early_case_number())),
        Form::Unknown => (Layout::Unknown, None),
    };
    let decision =
        |dispute: Dispute| GoldDecision { treatment: dispute.heading, outcome: dispute.outcome, pages: dispute.pages };
    let disputes = if layout == Layout::Unknown { Vec::new() } else { case.disputes };
    Gold { source: number, layout, case_number, decisions: disputes.into_iter().map(decision).collect() }
}
