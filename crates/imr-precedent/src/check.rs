//! A brief against an index: are its cases there, and do its quotations stand in them?

use std::collections::BTreeMap;
use std::rc::Rc;

use imr_index::{IndexError, IndexReader, words};
use imr_model::{CaseNumber, Letter};
use imr_query::{QueryError, Request, search};
use jiff::civil::Date;
use serde::Serialize;

use crate::brief::{Basis, Brief, Cited, Quoted, Spot};
use crate::quotation::{Altered, Change, Edit, Place, QuotedLetter, Verdict, phrases};

/// So many letters are kept for the quotations that follow.
const KEPT: usize = 200;
/// So many letters of the index are compared with a quotation that does not stand where it should.
const COMPARED: usize = 20;
/// A passage of a letter that is not cited is taken for the source of a quotation from this share of its words on: letters
/// have much of their wording in common.
const ALIKE: f64 = 0.75;
/// From this share on, a quotation is an altered one of the cited letter even if another letter has it word for word.
const SURELY_ALTERED: f64 = 0.8;

/// What was found out about a brief.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Its cases, in the order in which they are first cited.
    pub cases: Vec<CaseFinding>,
    /// Its quotations, in their order.
    pub quotations: Vec<QuotationFinding>,
    /// How many there are of each.
    pub totals: CheckedTotals,
}

impl Checked {
    /// Whether every case and issue is in the index, and every quotation stands verbatim where it should.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let CheckedTotals { unknown_cases, unknown_issues, quotations, verbatim, .. } = self.totals;
        unknown_cases == 0 && unknown_issues == 0 && verbatim == quotations
    }
}

/// Numbers of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckedTotals {
    /// Different cases.
    pub cases: usize,
    /// Of these, not in the index.
    pub unknown_cases: usize,
    /// Issues that their letters do not have.
    pub unknown_issues: usize,
    /// Quotations that were looked for.
    pub quotations: usize,
    /// Of these, verbatim.
    pub verbatim: usize,
    /// Of these, altered.
    pub altered: usize,
    /// Of these, found elsewhere than cited.
    pub misattributed: usize,
    /// Of these, not found.
    pub not_found: usize,
    /// Quotations that were too short to be looked for.
    pub short: usize,
}

/// A case that a brief cites.
#[derive(Clone, Debug, Serialize)]
pub struct CaseFinding {
    /// Its number.
    pub case: String,
    /// Whether the index has a letter of this number.
    pub in_index: bool,
    /// How many decisions its letter has.
    pub decisions: usize,
    /// Issues that are cited and that the letter does not have.
    pub unknown_issues: Vec<usize>,
    /// Where it is cited.
    pub spots: Vec<Spot>,
}

/// What was found out about a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It stands word for word in the letter that is cited with it, or in some letter if none is.
    Verbatim,
    /// A passage is like it, and differs.
    Altered,
    /// It was found, but not in the letter or decision that is cited with it.
    Misattributed,
    /// No letter of the index has it, or a passage like it.
    NotFound,
}

impl Status {
    /// The name for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Altered => "altered",
            Self::Misattributed => "misattributed",
            Self::NotFound => "not found",
        }
    }
}

/// A quotation of a brief, verified.
#[derive(Clone, Debug, Serialize)]
pub struct QuotationFinding {
    /// What is quoted.
    pub text: String,
    /// Where it begins in the brief.
    pub spot: Spot,
    /// The decisions or letters that are cited with it; empty if none is.
    pub cited: Vec<String>,
    /// Why it belongs to these.
    pub basis: Option<Basis>,
    /// The finding.
    pub status: Status,
    /// Where it stands, or the passage that is like it.
    pub found: Option<Place>,
    /// What its editing marks stand for, if it is verbatim.
    pub edits: Vec<Edit>,
    /// How it differs from the passage; empty if it does not.
    pub changes: Vec<Change>,
    /// Why an editing mark is not to be accepted.
    pub objection: Option<String>,
    /// Of an altered quotation: a letter that is not cited and has it word for word.
    pub elsewhere: Option<Place>,
    /// What the finding means.
    pub hint: Option<String>,
}

/// Checks a brief against an index.
///
/// # Errors
///
/// If the index cannot be read.
pub fn check(index: &IndexReader, brief: &Brief, today: Date) -> Result<Checked, IndexError> {
    let mut letters = Letters { index, today, of_cases: BTreeMap::new(), kept: BTreeMap::new() };
    let cases = cases(&mut letters, brief)?;
    let mut quotations = Vec::with_capacity(brief.quotations.len());
    for quoted in &brief.quotations {
        quotations.push(letters.verify(quoted, &brief.cited, &cases)?);
    }
    let totals = totals(&cases, &quotations, brief.short);
    Ok(Checked { cases, quotations, totals })
}

fn totals(cases: &[CaseFinding], quotations: &[QuotationFinding], short: usize) -> CheckedTotals {
    let count = |status| quotations.iter().filter(|finding| finding.status == status).count();
    CheckedTotals {
        cases: cases.len(),
        unknown_cases: cases.iter().filter(|case| !case.in_index).count(),
        unknown_issues: cases.iter().map(|case| case.unknown_issues.len()).sum(),
        quotations: quotations.len(),
        verbatim: count(Status::Verbatim),
        altered: count(Status::Altered),
        misattributed: count(Status::Misattributed),
        not_found: count(Status::NotFound),
        short,
    }
}

/// The cases of a brief, in the order of their first citations.
fn cases(letters: &mut Letters, brief: &Brief) -> Result<Vec<CaseFinding>, IndexError> {
    let mut cases: Vec<CaseFinding> = Vec::new();
    let mut places: BTreeMap<&CaseNumber, (usize, Vec<usize>)> = BTreeMap::new();
    for cited in &brief.cited {
        if !places.contains_key(&cited.case) {
            let found = letters.index.letters("case", cited.case.as_str())?;
            let issues = found.iter().flat_map(|letter| letter.decisions.iter().map(|decision| decision.n)).collect();
            places.insert(&cited.case, (cases.len(), issues));
            cases.push(CaseFinding {
                case: cited.case.to_string(),
                in_index: !found.is_empty(),
                decisions: found.iter().map(|letter| letter.decisions.len()).max().unwrap_or(0),
                unknown_issues: Vec::new(),
                spots: Vec::new(),
            });
        }
        let Some((place, issues)) = places.get(&cited.case) else { continue };
        let case = &mut cases[*place];
        if !cited.is_id && case.spots.last() != Some(&cited.spot) {
            case.spots.push(cited.spot);
        }
        let unknown = cited.issue.filter(|issue| case.in_index && !issues.contains(issue));
        case.unknown_issues.extend(unknown.filter(|issue| !case.unknown_issues.contains(issue)));
    }
    Ok(cases)
}

/// The letters of an index, prepared for quotations.
struct Letters<'i> {
    index: &'i IndexReader,
    today: Date,
    /// Those that the brief cites.
    of_cases: BTreeMap<CaseNumber, Vec<Rc<QuotedLetter>>>,
    /// All that were asked lately, by their digests.
    kept: BTreeMap<String, Rc<QuotedLetter>>,
}

/// A quotation as it was found in a letter that is not cited with it.
struct Elsewhere {
    place: Place,
    edits: Vec<Edit>,
    changes: Vec<Change>,
    is_verbatim: bool,
}

impl Letters<'_> {
    fn verify(
        &mut self,
        quoted: &Quoted,
        cited: &[Cited],
        cases: &[CaseFinding],
    ) -> Result<QuotationFinding, IndexError> {
        let cited: Vec<&Cited> = quoted.cited.iter().filter_map(|index| cited.get(*index)).collect();
        let (mut other_decision, mut altered): (Option<Elsewhere>, Option<Altered>) = (None, None);
        for cited in &cited {
            for letter in self.of_case(&cited.case)?.iter() {
                match letter.verify(&quoted.text, cited.issue) {
                    Verdict::Verbatim { place, edits } if is_meant(&place, cited.issue) => {
                        return Ok(QuotationFinding {
                            found: Some(place),
                            edits,
                            ..finding(quoted, &[cited], Status::Verbatim)
                        });
                    }
                    Verdict::Verbatim { place, edits } => {
                        other_decision = Some(Elsewhere { place, edits, changes: Vec::new(), is_verbatim: true });
                    }
                    Verdict::Altered(found) => altered = Some(nearer(altered, found)),
                    Verdict::NotFound => {}
                }
            }
        }
        if let Some(elsewhere) = other_decision {
            return Ok(misattributed(quoted, &cited, elsewhere));
        }
        let elsewhere = self.verbatim_elsewhere(&quoted.text)?;
        match (altered, elsewhere) {
            (Some(found), Some(elsewhere)) if found.similarity < SURELY_ALTERED => {
                Ok(misattributed(quoted, &cited, elsewhere))
            }
            (Some(found), elsewhere) => Ok(QuotationFinding {
                elsewhere: elsewhere.map(|found| found.place),
                ..altered_finding(quoted, &cited, found)
            }),
            (None, Some(elsewhere)) => Ok(misattributed(quoted, &cited, elsewhere)),
            (None, None) => Ok(match self.alike_elsewhere(&quoted.text)? {
                Some(elsewhere) => misattributed(quoted, &cited, elsewhere),
                None => not_found(quoted, &cited, cases),
            }),
        }
    }

    /// The letters of a case; several may have one number.
    fn of_case(&mut self, case: &CaseNumber) -> Result<Vec<Rc<QuotedLetter>>, IndexError> {
        if let Some(known) = self.of_cases.get(case) {
            return Ok(known.clone());
        }
        let mut prepared = Vec::new();
        for letter in self.index.letters("case", case.as_str())? {
            prepared.push(self.prepared(&letter)?);
        }
        if self.of_cases.len() >= KEPT {
            self.of_cases.clear();
        }
        self.of_cases.insert(case.clone(), prepared.clone());
        Ok(prepared)
    }

    fn prepared(&mut self, letter: &Letter) -> Result<Rc<QuotedLetter>, IndexError> {
        if let Some(known) = self.kept.get(&letter.digest) {
            return Ok(Rc::clone(known));
        }
        let prepared = Rc::new(QuotedLetter::new(letter, &self.index.text_and_places(letter)?.0));
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(letter.digest.clone(), Rc::clone(&prepared));
        Ok(prepared)
    }

    /// A letter that has a quotation word for word: one of the brief, or else any of the index.
    fn verbatim_elsewhere(&mut self, text: &str) -> Result<Option<Elsewhere>, IndexError> {
        let mut of_brief = self.of_cases.values().flatten();
        let found = of_brief.find_map(|letter| letter.verbatim(text, None));
        if let Some((place, edits)) = found {
            return Ok(Some(Elsewhere { place, edits, changes: Vec::new(), is_verbatim: true }));
        }
        let Some(phrase) = phrases(text).into_iter().max_by_key(Vec::len) else { return Ok(None) };
        for letter in self.search(&format!("\"{}\"", phrase.join(" ")))? {
            if let Some((place, edits)) = self.prepared(&letter)?.verbatim(text, None) {
                return Ok(Some(Elsewhere { place, edits, changes: Vec::new(), is_verbatim: true }));
            }
        }
        Ok(None)
    }

    /// A letter of the index with a passage like a quotation.
    fn alike_elsewhere(&mut self, text: &str) -> Result<Option<Elsewhere>, IndexError> {
        let mut best: Option<Altered> = None;
        for letter in self.search(&format!("~({})", long_words(text).join(" ")))? {
            match self.prepared(&letter)?.verify(text, None) {
                Verdict::Verbatim { place, edits } => {
                    return Ok(Some(Elsewhere { place, edits, changes: Vec::new(), is_verbatim: true }));
                }
                Verdict::Altered(found) if found.similarity >= ALIKE => best = Some(nearer(best, found)),
                _ => {}
            }
        }
        Ok(best.map(|found| Elsewhere {
            place: found.place,
            edits: Vec::new(),
            changes: found.changes,
            is_verbatim: false,
        }))
    }

    /// The first letters that a query finds. A query that cannot be asked finds none.
    fn search(&self, query: &str) -> Result<Vec<Letter>, IndexError> {
        let request = Request {
            literal: true,
            group_by_letter: true,
            passages: false,
            ..Request::new(query, COMPARED, self.today)
        };
        let mut letters: Vec<Letter> = Vec::new();
        let mut answer = match search(self.index, &request) {
            Ok(answer) => answer,
            Err(QueryError::Index(error)) => return Err(error),
            Err(_) => return Ok(letters),
        };
        for hit in answer.hits() {
            match hit {
                Ok(hit) if letters.last().is_none_or(|last| last.digest != hit.letter.digest) => {
                    letters.push(hit.letter);
                }
                Err(QueryError::Index(error)) => return Err(error),
                _ => {}
            }
        }
        Ok(letters)
    }
}

/// Whether a place is one of the issue that is cited, or one that all issues share.
fn is_meant(place: &Place, issue: Option<usize>) -> bool {
    issue.is_none() || place.decision.is_none() || place.decision == issue
}

/// Of two passages the one that is more like a quotation.
fn nearer(best: Option<Altered>, found: Altered) -> Altered {
    match best {
        Some(best) if best.similarity >= found.similarity => best,
        _ => found,
    }
}

/// The longest words of a quotation, which are its rarest, as a rule.
fn long_words(text: &str) -> Vec<String> {
    let mut long: Vec<String> = words(text).map(|word| word.text).filter(|word| word.chars().count() > 3).collect();
    long.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    long.dedup();
    long.truncate(24);
    long
}

fn finding(quoted: &Quoted, cited: &[&Cited], status: Status) -> QuotationFinding {
    let name = |cited: &&Cited| match cited.issue {
        Some(issue) => format!("{}#{issue}", cited.case),
        None => cited.case.to_string(),
    };
    QuotationFinding {
        text: quoted.text.clone(),
        spot: quoted.spot,
        cited: cited.iter().map(name).collect(),
        basis: quoted.basis,
        status,
        found: None,
        edits: Vec::new(),
        changes: Vec::new(),
        objection: None,
        elsewhere: None,
        hint: None,
    }
}

fn altered_finding(quoted: &Quoted, cited: &[&Cited], found: Altered) -> QuotationFinding {
    QuotationFinding {
        found: Some(found.place),
        changes: found.changes,
        objection: found.objection,
        ..finding(quoted, cited, Status::Altered)
    }
}

/// A quotation that stands elsewhere than cited. Without a case that is cited with it, it stands where it stands.
fn misattributed(quoted: &Quoted, cited: &[&Cited], elsewhere: Elsewhere) -> QuotationFinding {
    let Elsewhere { place, edits, changes, is_verbatim } = elsewhere;
    let (status, hint) = match (cited, is_verbatim) {
        ([], true) => (Status::Verbatim, "no case is cited with it".to_owned()),
        ([], false) => (Status::Altered, "no case is cited with it".to_owned()),
        _ => {
            let names = finding(quoted, cited, Status::Misattributed).cited.join(", ");
            let found = match place.decision {
                Some(n) => format!("{}#{n}", place.letter),
                None => place.letter.clone(),
            };
            let found = if is_verbatim {
                format!("found, but in {found}")
            } else {
                format!("something like it was found, but in {found}")
            };
            (Status::Misattributed, format!("{found}, not in {names} as cited"))
        }
    };
    QuotationFinding { found: Some(place), edits, changes, hint: Some(hint), ..finding(quoted, cited, status) }
}

fn not_found(quoted: &Quoted, cited: &[&Cited], cases: &[CaseFinding]) -> QuotationFinding {
    let is_missing = |cited: &&&Cited| cases.iter().any(|case| !case.in_index && case.case == cited.case.as_str());
    let hint = match cited.iter().find(is_missing) {
        Some(missing) => {
            let case = &missing.case;
            format!("{case} is not in this index, so that it could not be compared; no letter of the index has it")
        }
        None => {
            "no letter of this index has it; other sources (statutes, guidelines, courts) are not checked".to_owned()
        }
    };
    QuotationFinding { hint: Some(hint), ..finding(quoted, cited, Status::NotFound) }
}
