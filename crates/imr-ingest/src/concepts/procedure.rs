//! What is to be done, and where the state's search form files it.

use std::ops::Range;
use std::sync::LazyLock;

use imr_vocabulary::{Procedure, Rank, procedures};
use regex::Regex;

use super::medications::Medications;
use super::{before, is_ruled_out};
use crate::text::regex;

/// The canonical name of electrodiagnostic studies.
pub(super) const ELECTRODIAGNOSTICS: &str = "EMG/NCS";
/// The canonical name of whatever is prescribed.
pub(super) const MEDICATION: &str = "medication";
const ARTHROSCOPY: &str = "arthroscopy";
const OFFICE_VISIT: &str = "office visit";
/// A name of the consultations that are filed under surgery.
const SURGICAL_CONSULTATION: &str = "surgical consultation";

/// A procedure's name in a request.
pub(super) struct Mention {
    pub(super) range: Range<usize>,
    pub(super) procedure: &'static Procedure,
}

impl Mention {
    fn is_consultation(&self) -> bool {
        self.procedure.category == "Evaluation & Management"
            || self.procedure.subcategory.as_deref() == Some("Surgical Consult")
    }

    /// A course of treatment, whose evaluations are part of it.
    fn is_therapy(&self) -> bool {
        matches!(self.procedure.category.as_str(), "Rehabilitation" | "Psych Services")
    }
}

/// The procedures that a request names.
pub(super) struct Named {
    /// The one that is in dispute first of all.
    pub(super) main: Option<&'static Procedure>,
    /// Others, by their canonical names.
    pub(super) others: Vec<String>,
    /// Every mention.
    pub(super) ranges: Vec<Mention>,
}

impl Named {
    pub(super) fn find(request: &str) -> Self {
        let ranges: Vec<Mention> =
            procedures().find(request).map(|(range, procedure)| Mention { range, procedure }).collect();
        let ranges: Vec<Mention> =
            ranges.into_iter().filter(|mention| !is_ruled_out(request, mention.range.start)).collect();
        let wanted: Vec<&Mention> = ranges.iter().filter(|mention| !is_background(request, mention)).collect();
        let all: Vec<&Mention> = ranges.iter().collect();
        let main = main(request, if wanted.is_empty() { &all } else { &wanted });
        let mut others: Vec<String> = Vec::new();
        for (index, mention) in wanted.iter().enumerate() {
            let name = &mention.procedure.name;
            let is_new = main.is_none_or(|main| main.name != *name) && !others.contains(name);
            // `Lumbar epidural` and `steroid injection` are one.
            let continues = index.checked_sub(1).is_some_and(|before| {
                let before = wanted[before];
                before.procedure.category == mention.procedure.category && is_directly_before(request, before, mention)
            });
            if mention.procedure.rank == Rank::Specific && is_new && !continues && !is_purpose(request, mention) {
                others.push(name.clone());
            }
        }
        Self { main, others, ranges }
    }
}

/// The procedure in dispute: of the most specific names the first, but for three habits of headings.
fn main(request: &str, mentions: &[&Mention]) -> Option<&'static Procedure> {
    let rank = mentions.iter().map(|mention| mention.procedure.rank).min()?;
    // `Consultation for a possible injection`: a general word, but the consultation is asked for. A general visit is
    // none: `follow-up MRI` is an MRI.
    let asks = |mention: &Mention| {
        mention.procedure.rank == rank || mention.is_consultation() && mention.procedure.name != OFFICE_VISIT
    };
    let candidates: Vec<&Mention> = mentions.iter().copied().filter(|mention| asks(mention)).collect();
    // An operation through an arthroscope is filed so, whatever else is done in it.
    let first = candidates.first()?;
    if first.procedure.category == "Surgery" && !first.is_consultation() {
        let arthroscopy = candidates.iter().find(|mention| mention.procedure.name == ARTHROSCOPY);
        if let Some(arthroscopy) = arthroscopy {
            return Some(arthroscopy.procedure);
        }
    }
    let (consultations, services): (Vec<&Mention>, Vec<&Mention>) =
        candidates.iter().partition(|mention| mention.is_consultation());
    let Some(service) = services.first() else { return consultation(request, mentions, &consultations) };
    // `Chiropractic re-evaluation` is chiropractic; `MRI consultation` is a consultation, as is `Consultation for MRI`.
    let decides = |consultation: &&&Mention| {
        consultation.range.start < service.range.start || is_directly_before(request, service, consultation)
    };
    match consultations.iter().find(decides) {
        Some(consultation) if !service.is_therapy() => Some(consultation.procedure),
        _ => Some(service.procedure),
    }
}

/// Which consultation is asked for, where nothing else is.
fn consultation(request: &str, mentions: &[&Mention], consultations: &[&Mention]) -> Option<&'static Procedure> {
    let first = consultations.first()?;
    if first.procedure.name == OFFICE_VISIT {
        return Some(first.procedure);
    }
    // `Transfer of care to a spine surgeon`: the surgeon tells more than the transfer.
    let surgical = consultations.iter().find(|mention| mention.procedure.category == "Surgery");
    let asked = surgical.unwrap_or(first);
    // `Orthopedic surgery consultation`: the words of a specialty before the consultation.
    let is_of_surgeon =
        |mention: &&Mention| mention.procedure.category == "Surgery" && is_directly_before(request, mention, asked);
    let by_surgeon = || procedures().get(SURGICAL_CONSULTATION);
    if mentions.iter().copied().any(|mention| is_of_surgeon(&mention)) { by_surgeon() } else { Some(asked.procedure) }
}

/// Whether nothing but blanks stands between two mentions.
fn is_directly_before(request: &str, one: &Mention, other: &Mention) -> bool {
    request.get(one.range.end..other.range.start).is_some_and(|between| between.trim().is_empty())
}

/// A procedure of the past: `status post fusion`, `following arthroscopy`.
fn is_background(request: &str, mention: &Mention) -> bool {
    static PAST: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?:^|[\s(\[])(?:s/p|status[\s-]post|post|following|after|prior\s+to|before|history\s+of)\s+((?:[\w-]+\s+){0,3})$",
        )
    });
    static NOT_PAST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(?:op|operative|surgical|the following)\b"));
    PAST.captures(before(request, mention.range.start)).is_some_and(|found| !NOT_PAST.is_match(&found[0]))
}

/// What another service is for: `consultation for an epidural injection`.
fn is_purpose(request: &str, mention: &Mention) -> bool {
    static PURPOSE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\b(?:for|regarding|to\s+discuss|under|via)\s+(?:[\w/-]+\s+){0,5}$"));
    PURPOSE.is_match(before(request, mention.range.start))
}

/// Where a request is filed.
pub(super) struct Placed {
    pub(super) category: Option<String>,
    pub(super) subcategory: Option<String>,
    pub(super) procedure: Option<String>,
}

impl Placed {
    fn new(category: &str, subcategory: Option<&str>, procedure: &str) -> Self {
        Self {
            category: Some(category.to_owned()),
            subcategory: subcategory.map(str::to_owned),
            procedure: Some(procedure.to_owned()),
        }
    }
}

/// Files a request by the procedure it names, or else by its drugs.
pub(super) fn place(request: &str, main: Option<&Procedure>, regions: &[String], medications: &Medications) -> Placed {
    static ASSOCIATED: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^\W*associated\s+(?:surgical\s+)?services?\b"));
    let by_procedure = |procedure: &Procedure| match procedure.category.as_str() {
        "Surgery" => operation(request, procedure, regions),
        _ => Placed::new(&procedure.category, procedure.subcategory.as_deref(), &procedure.name),
    };
    let is_named = |procedure: &&Procedure| {
        procedure.rank == Rank::Specific && procedure.name != MEDICATION && !medications.come_first
    };
    let placed = match main.filter(is_named) {
        // Of what is injected the steroid tells most, not the anesthetic beside it.
        Some(procedure) if procedure.name == "local anesthetic injection" => Some(drugs(main, medications)),
        Some(procedure) => Some(by_procedure(procedure)),
        None if !medications.is_empty() => Some(drugs(main, medications)),
        None => main.map(by_procedure),
    };
    match placed {
        Some(placed) if ASSOCIATED.is_match(request) => Placed {
            category: Some("Surgery".to_owned()),
            subcategory: Some("Adjunct Surgical Services".to_owned()),
            ..placed
        },
        Some(placed) => placed,
        None => Placed { category: None, subcategory: None, procedure: None },
    }
}

/// Files an operation. What is mostly done through an arthroscope may be open, and what many parts of the body share
/// (`decompression`, `fusion`) is an operation on the spine only where no other part is named.
fn operation(request: &str, procedure: &Procedure, regions: &[String]) -> Placed {
    static OPEN: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\bopen\b"));
    static MAYBE_OPEN: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(?:possible|vs\.?|versus|or|poss)\s+open\b"));
    let is_open = || OPEN.is_match(request) && !MAYBE_OPEN.is_match(request);
    let on_spine = |region: &String| region.ends_with("spine") || region == "pelvis";
    let is_elsewhere = !regions.is_empty() && !regions.iter().any(on_spine);
    let subcategory = match procedure.subcategory.as_deref() {
        Some("Arthroscopic Surgery") if procedure.name != ARTHROSCOPY && is_open() => Some(NOT_ARTHROSCOPIC),
        Some("Spine") if is_elsewhere => Some(NOT_ARTHROSCOPIC),
        Some(NOT_ARTHROSCOPIC) if procedure.rank == Rank::General && regions.iter().any(on_spine) => Some("Spine"),
        subcategory => subcategory,
    };
    let name = if procedure.name == "spinal fusion" && is_elsewhere { "arthrodesis" } else { &procedure.name };
    Placed::new("Surgery", subcategory, name)
}

const NOT_ARTHROSCOPIC: &str = "Non-arthroscopic Surgery";

/// Files a request for drugs. An injection is filed as one, by what is injected; hyaluronates are only ever injected.
fn drugs(main: Option<&Procedure>, medications: &Medications) -> Placed {
    let has = |class: &str| medications.classes.iter().any(|known| known == class);
    if has("Viscosupplementation") {
        return Placed::new("Injection", Some("Injection"), "viscosupplementation injection");
    }
    if let Some(procedure) = main.filter(|procedure| procedure.category == "Injection") {
        let name = match procedure.rank {
            _ if has("Adrenal Cortical Steroids") => "steroid injection",
            Rank::Specific => &procedure.name,
            _ => MEDICATION,
        };
        return Placed::new("Injection", Some("Injection"), name);
    }
    let is_compound =
        !medications.classes.is_empty() && medications.classes.iter().all(|class| class == "Topical Compounds");
    Placed::new("Pharmaceuticals", is_compound.then_some("Topical Compounds"), MEDICATION)
}

/// Which of the two electrodiagnostic studies a text names.
pub(super) fn electrodiagnostic_components(disputed: &str) -> Vec<String> {
    static EMG: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\bemgs?\b|electro-?\s?myogra|electro-?\s?diagnos|\bedx\b"));
    static NCS: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)\bnc[vs]s?\b|nerve[\s-]conduction|electro-?\s?diagnos|\bedx\b|nerve\s+(?:study|test|velocity)")
    });
    let is_named = |pattern: &Regex| pattern.find_iter(disputed).any(|found| !is_ruled_out(disputed, found.start()));
    let names = [("EMG", &*EMG), ("NCS", &*NCS)];
    names.into_iter().filter(|(_, pattern)| is_named(pattern)).map(|(name, _)| name.to_owned()).collect()
}
