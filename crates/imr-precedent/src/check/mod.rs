//! A brief against an index: are its cases there, and do its quotations stand in them?

mod finding;

use std::collections::BTreeMap;
use std::rc::Rc;

use imr_index::{IndexError, IndexReader, words};
use imr_model::{CaseNumber, Letter};
use imr_query::{QueryError, Request, search};
use jiff::civil::Date;

use self::finding::{altered_finding, finding, misattributed, not_found};
use crate::brief::{Brief, Cited, Quoted};
use crate::quotation::{Altered, Change, Edit, Place, QuotedLetter, Verdict, phrases};

pub use finding::{CaseFinding, Checked, CheckedTotals, QuotationFinding, Status};

/// So many letters are kept for the quotations that follow.
const KEPT: usize = 200;
/// So many letters of the index are compared with a quotation that does not stand where it should.
const COMPARED: usize = 20;
/// A passage of a letter that is not cited is taken for the source of a quotation from this share of its words on: letters
/// have much of their wording in common.
const ALIKE: f64 = 0.75;
/// From this share on, a quotation is an altered one of the cited letter even if another letter has it word for word.
const SURELY_ALTERED: f64 = 0.8;

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
    Ok(Checked::new(cases, quotations, brief.short))
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
            for letter in self.of_case(&cited.case)? {
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
