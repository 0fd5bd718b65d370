//! What a generated letter decides, before it is laid out.

use imr_model::{Outcome, PageRange, Side};

use super::calendar::{Calendar, DateStyle};
use super::citations::{Citing, Grammar};
use super::dice::Dice;
use super::facts::{Fact, Facts};
use super::slips::with_slips;
use super::stock::{Drug, Region, Stock, Topic};

/// The form that a letter is laid out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Final determination with a table at its head, an empty line between paragraphs.
    Table,
    /// The same as it is read column by column: no empty lines but at page tops.
    Columns,
    /// Final determination without a table, every line followed by an empty one (2013 to 2015).
    Spaced,
    /// `DOCUMENTS REVIEWED`, `IMR DECISION(S) AND RATIONALE(S)` (2013 and 2014).
    Determination2014,
    /// `Notice of Independent Medical Review Determination` (2013).
    Notice2013,
    /// `MEDICAL PROFESSIONAL REVIEW` (2013).
    ProfessionalReview,
    /// A form that is not known.
    Unknown,
}

/// Of 100 letters of a year how many have which form.
fn forms(year: i16) -> &'static [(Form, usize)] {
    match year {
        ..=2013 => &[
            (Form::Notice2013, 40),
            (Form::Determination2014, 36),
            (Form::ProfessionalReview, 14),
            (Form::Spaced, 8),
            (Form::Unknown, 2),
        ],
        2014 => &[(Form::Spaced, 45), (Form::Table, 35), (Form::Determination2014, 20)],
        2015 => &[(Form::Table, 75), (Form::Spaced, 15), (Form::Columns, 10)],
        _ => &[(Form::Table, 84), (Form::Columns, 15), (Form::Unknown, 1)],
    }
}

/// Of 1,000 letters how many have 1, 2, ... decisions: 1.8 on average.
const DECISIONS: [usize; 15] = [660, 160, 70, 40, 25, 15, 10, 7, 4, 3, 2, 1, 1, 1, 1];

/// A dispute and how it was decided.
#[derive(Debug)]
pub(crate) struct Dispute {
    /// What its heading says, without the outcome.
    pub(crate) heading: String,
    pub(crate) outcome: Outcome,
    pub(crate) administrator: String,
    pub(crate) reviewer: String,
    /// Pages that the reviewer cites.
    pub(crate) pages: Vec<PageRange>,
    pub(crate) rationale: String,
}

/// Everything that a letter says.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) form: Form,
    pub(crate) calendar: Calendar,
    pub(crate) is_expedited: bool,
    pub(crate) states: Vec<String>,
    pub(crate) specialties: Vec<String>,
    pub(crate) facts: Facts,
    pub(crate) summary: String,
    pub(crate) disputes: Vec<Dispute>,
    /// The finding of a letter of unknown form.
    pub(crate) finding: String,
}

impl Case {
    /// The `letter`-th case of a corpus.
    pub(crate) fn new(stock: &Stock, letter: u64, dice: &mut Dice) -> Self {
        let calendar = Calendar::new(letter, dice);
        let forms = forms(calendar.year);
        let form = forms[dice.weighted(forms.iter().map(|(_, share)| *share))].0;
        let region = &stock.regions[dice.weighted(stock.regions.iter().map(|region| region.weight))];
        let (states, specialties) = reviewer(stock, dice);
        let mut facts = facts_of_worker(stock, region, &calendar, dice);
        facts.set(Fact::Narrative, narrative(&specialties, &states));
        // Rationales repeat what the summary says, in the same words.
        for (fact, rule) in [(Fact::Told, "complaints"), (Fact::Found, "findings"), (Fact::Tried, "care")] {
            facts.set(fact, stock.grammar.expand(rule, &facts, dice));
        }
        let grammar = grammar_of(form, calendar.decided.year());
        let topics = topics(stock, form, dice);
        let mut disputes: Vec<_> = topics.into_iter().map(|topic| Disputed::new(stock, topic, &facts, dice)).collect();
        if form == Form::Notice2013 {
            // Notices end the heading of their reasons with a colon, so that none stands inside.
            disputes.iter_mut().for_each(|disputed| disputed.heading = disputed.heading.replace(':', ""));
        }
        let requests: Vec<&str> = disputes.iter().take(4).map(|disputed| disputed.request.as_str()).collect();
        facts.set(Fact::Requests, listed(&requests));
        let disputes: Vec<Dispute> =
            disputes.into_iter().map(|disputed| disputed.decide(stock, region, grammar, &mut facts, dice)).collect();
        let summary = with_slips(stock.grammar.expand("summary", &facts, dice), dice);
        let finding =
            if form == Form::Unknown { stock.grammar.expand("unknown.finding", &facts, dice) } else { String::new() };
        Self { form, calendar, is_expedited: dice.chance(2), states, specialties, facts, summary, disputes, finding }
    }
}

/// How letters of a form and a year cite.
fn grammar_of(form: Form, year: i16) -> Grammar {
    match year {
        _ if form == Form::Notice2013 => Grammar::Prose,
        ..=2015 => Grammar::Pages,
        2016..=2017 => Grammar::Sections,
        _ => Grammar::Adopted,
    }
}

/// One to three specialties, one to five states.
fn reviewer(stock: &Stock, dice: &mut Dice) -> (Vec<String>, Vec<String>) {
    let mut draw = |from: &[String], shares: &[usize]| {
        let count = dice.weighted(shares.iter().copied()) + 1;
        let mut drawn: Vec<String> = (0..count).map(|_| dice.pick_skewed(from).clone()).collect();
        drawn.sort();
        drawn.dedup();
        drawn
    };
    (draw(&stock.states, &[50, 30, 15, 4, 1]), draw(&stock.specialties, &[45, 44, 11]))
}

fn facts_of_worker(stock: &Stock, region: &Region, calendar: &Calendar, dice: &mut Dice) -> Facts {
    let mut facts = Facts::default();
    let is_female = dice.chance(47);
    let words = if is_female { ["female", "she", "her", "her"] } else { ["male", "he", "him", "his"] };
    for (fact, word) in [Fact::Sex, Fact::He, Fact::Him, Fact::His].into_iter().zip(words) {
        facts.set(fact, word);
    }
    facts.set(Fact::Age, (dice.between(20, 40) + dice.between(0, 28)).to_string());
    let second = &stock.regions[dice.below(stock.regions.len())];
    let side = *dice.pick(&["left", "right"]);
    for (fact, value) in [
        (Fact::Region, region.name),
        (Fact::Region2, second.name),
        (Fact::Part, region.part),
        (Fact::Part2, second.part),
        (Fact::Body, region.body),
        (Fact::Side, side),
    ] {
        facts.set(fact, value);
    }
    facts.set(Fact::Sided, if region.is_single() { region.body.to_owned() } else { format!("{side} {}", region.body) });
    let style = *dice.pick_skewed(&DateStyle::ALL);
    let [before1, before2, before3] = calendar.before;
    for (fact, date) in [
        (Fact::Injured, calendar.injured),
        (Fact::Before1, before1),
        (Fact::Before2, before2),
        (Fact::Before3, before3),
        (Fact::Seen, calendar.seen),
        (Fact::Later, calendar.later),
        (Fact::Denied, calendar.denied),
        (Fact::Received, calendar.received),
        (Fact::Assigned, calendar.assigned),
    ] {
        facts.set(fact, style.print(date));
    }
    facts.set(Fact::Year0, calendar.before[0].year().to_string());
    facts
}

/// `The physician reviewer is Board Certified in ... and is licensed to practice in ...`
fn narrative(specialties: &[String], states: &[String]) -> String {
    let board = specialties.first().map_or("", String::as_str);
    let subspecialty = specialties.get(1).map(|name| format!(", has a subspecialty in {name}")).unwrap_or_default();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    let states = listed(&states);
    format!(
        "The physician reviewer is Board Certified in {board}{subspecialty} and is licensed to practice in {states}."
    )
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What a letter disputes. Services that go with an operation follow one.
fn topics<'s>(stock: &'s Stock, form: Form, dice: &mut Dice) -> Vec<&'s Topic> {
    let count = match form {
        Form::ProfessionalReview | Form::Unknown => 1,
        Form::Notice2013 => dice.weighted(DECISIONS.into_iter().take(6)) + 1,
        _ => dice.weighted(DECISIONS.into_iter()) + 1,
    };
    (0..count).map(|_| &stock.topics[dice.weighted(stock.topics.iter().map(|topic| topic.weight))]).collect()
}

/// A dispute before it is decided.
struct Disputed<'s> {
    topic: &'s Topic,
    /// What was requested, and what its heading says.
    request: String,
    heading: String,
    /// Facts that its rules use.
    facts: Vec<(Fact, String)>,
}

impl<'s> Disputed<'s> {
    fn new(stock: &'s Stock, topic: &'s Topic, of_letter: &Facts, dice: &mut Dice) -> Self {
        let mut facts = of_letter.clone();
        let mut own = vec![(Fact::Topic, topic.name.to_owned()), (Fact::Family, topic.family.to_owned())];
        if !topic.class.is_empty() {
            let drug = drug(stock, topic, dice);
            let (whole, part) = (dice.between(4, 12) * 15, dice.between(1, 3) * 15);
            own.extend([
                (Fact::Drug, drug.name.clone()),
                (Fact::Dose, (*dice.pick(&drug.doses)).to_owned()),
                (Fact::Whole, whole.to_string()),
                (Fact::Granted, part.to_string()),
                (Fact::Rest, (whole - part).to_string()),
            ]);
        }
        for (fact, value) in &own {
            facts.set(*fact, value.clone());
        }
        let rule = |stem: &str| {
            let specific = format!("{stem}.{}", topic.name);
            if stock.grammar.has(&specific) { specific } else { format!("{stem}.drug") }
        };
        let request = tidy(&stock.grammar.expand(&rule("request"), &facts, dice));
        let is_partial = topic.family == "drug" && dice.chance(8);
        let heading = if is_partial { tidy(&stock.grammar.expand("partial", &facts, dice)) } else { request.clone() };
        own.push((Fact::Item, stock.grammar.expand(&rule("item"), &facts, dice)));
        Self { topic, request, heading, facts: own }
    }

    fn decide(self, stock: &Stock, region: &Region, grammar: Grammar, facts: &mut Facts, dice: &mut Dice) -> Dispute {
        for (fact, value) in self.facts {
            facts.set(fact, value);
        }
        let outcome = if dice.chance(90) { Outcome::Upheld } else { Outcome::Overturned };
        let citing = Citing { stock, topic: self.topic, region, grammar };
        let administrator = citing.paragraph(Side::Administrator, dice).text;
        let reviewer = citing.paragraph(Side::Reviewer, dice);
        let rationale = stock.grammar.expand(&format!("rationale.{}", outcome.as_str()), facts, dice);
        let mut rationale = with_slips(rationale, dice);
        if self.topic.name == "opioid" && dice.chance(30) {
            rationale = format!("{rationale} {}", stock.grammar.expand("opioid.notice", facts, dice));
        }
        Dispute {
            heading: self.heading,
            outcome,
            administrator,
            reviewer: reviewer.text,
            pages: reviewer.pages,
            rationale,
        }
    }
}

/// A drug of the topic's class, one in ten from the long tail of the vocabulary.
fn drug<'s>(stock: &'s Stock, topic: &Topic, dice: &mut Dice) -> &'s Drug {
    let (common, rare) = stock.drugs(topic.class);
    let drugs = if rare.is_empty() || !common.is_empty() && dice.chance(90) { common } else { rare };
    dice.pick_skewed(drugs)
}

/// Text without the blanks that empty choices leave before commas and at its end.
fn tidy(text: &str) -> String {
    text.replace(" ,", ",").trim().to_owned()
}
