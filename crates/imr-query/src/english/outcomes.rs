//! Outcomes, seen from the refusal (`upheld`), from the treatment (`denied`, `approved`) and from the parties (`won`).

use super::Meaning;
use super::citations::side_of;
use super::cursor::{Cursor, Word, is_one_of};

/// The outcome that a word means in queries.
pub(crate) fn outcome_word(word: &str) -> Option<&'static str> {
    match word {
        "upheld" | "uphold" | "upholds" | "upholding" | "denied" | "denies" | "deny" | "denying" | "refused"
        | "rejected" | "disallowed" | "affirmed" | "non-certified" | "noncertified" | "uncertified" | "unapproved"
        | "decertified" => Some("upheld"),
        "overturned" | "overturn" | "overturns" | "overturning" | "approved" | "approves" | "approve" | "approving"
        | "granted" | "grant" | "grants" | "granting" | "allowed" | "allow" | "reversed" | "reverse" | "reversing"
        | "reversal" | "reversals" | "approval" | "approvals" | "authorised" | "authorized" | "certified"
        | "certification" | "accepted" => Some("overturned"),
        "modified" => Some("modified"),
        _ => None,
    }
}

/// Words for the refusal itself, which another word may say was upheld or overturned.
const REFUSALS: &str = "denial|denials|refusal|refusals|non-certification|non-certifications|noncertification|rejection|\
            rejections";

const WON: &str = "won|wins|win|prevailed|prevails|succeeded";
const LOST: &str = "lost|loses|lose";

/// `upheld`, `not approved`, `denials that were overturned`, `the worker won`, `found medically necessary`
pub(super) fn outcome(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    won(start).or_else(|| necessity(start)).or_else(|| refusal(start)).or_else(|| plain(start))
}

fn plain(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    if cursor.phrase("turned down|shot down|thumbs down|ruled against") {
        return Some((cursor, Meaning::one(cursor.condition(start.at, "outcome", "upheld"))));
    }
    let negated = cursor.skip("not|never");
    cursor.skip_all(if negated { "been|be|get" } else { "" });
    let outcome = outcome_word(cursor.word())?;
    cursor.at += 1;
    let is_refusal_upheld = cursor.skip("denial|denials|refusal|refusals|non-certifications");
    // `approved the denial` speaks of the refusal as `upheld` does.
    let outcome = if is_refusal_upheld && start.word() == "affirmed" { "upheld" } else { outcome };
    let condition = cursor.condition(start.at, "outcome", outcome);
    // `UR denied, IMR overturned`: the refusal is where it begins.
    let mut agent = cursor;
    let is_by_administrator = agent.skip("by") && side_of(&mut agent) == Some("ca.");
    let is_of_administrator =
        start.before().last().is_some_and(|word| is_one_of(&word.lower, "ur|insurer|carrier|administrator|review"));
    let is_told = outcome == "upheld" && is_told(start, cursor);
    if is_told && (is_by_administrator || is_of_administrator) {
        return Some((if is_by_administrator { agent } else { cursor }, Meaning::Nothing));
    }
    Some((cursor, Meaning::one(if negated { condition.negated() } else { condition })))
}

/// `denials` are upheld ones, but where another word tells what became of them.
fn refusal(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    cursor.phrase("ur|utilization review|the insurer|insurer|the carrier|carrier");
    if !cursor.skip(REFUSALS) {
        return None;
    }
    let meaning = if is_told(start, cursor) {
        Meaning::Nothing
    } else {
        Meaning::one(cursor.condition(start.at, "outcome", "upheld"))
    };
    Some((cursor, meaning))
}

/// Whether words beside what was read tell an outcome.
fn is_told(start: Cursor<'_>, end: Cursor<'_>) -> bool {
    let tells = |word: &Word| {
        outcome_word(&word.lower).is_some() || is_one_of(&word.lower, WON) || is_one_of(&word.lower, LOST)
    };
    start.before().iter().chain(end.rest()).any(tells)
}

/// `the worker won`, `insurer lost`, `won by the applicant`
fn won(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    const WORKER: &str = "worker|workers|patient|patients|applicant|applicants|claimant|claimants|employee|employees|\
            provider";

    let outcome = |worker: bool, won: bool| if worker == won { "overturned" } else { "upheld" };
    let mut cursor = start;
    cursor.skip_all("the|injured");
    let worker = cursor.skip(WORKER) || cursor.phrase("injured worker|injured workers");
    if worker || side_of(&mut cursor) == Some("ca.") {
        cursor.skip_all("who|that|has|have");
        let won = cursor.skip(WON);
        if !won && !cursor.skip(LOST) {
            return None;
        }
        let condition = cursor.condition(start.at, "outcome", outcome(worker, won));
        return Some((cursor, Meaning::one(condition)));
    }
    let mut cursor = start;
    let won = cursor.skip(WON);
    if !won && !cursor.skip(LOST) || !cursor.skip("by|for") {
        return None;
    }
    cursor.skip_all("the|injured");
    let worker = cursor.skip(WORKER);
    (worker || side_of(&mut cursor) == Some("ca."))
        .then(|| (cursor, Meaning::one(cursor.condition(start.at, "outcome", outcome(worker, won)))))
}

/// `found medically necessary`, `deemed not medically necessary`
fn necessity(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    if !cursor.skip("found|deemed|ruled|judged|considered|held|determined|was|were|is|are") {
        return None;
    }
    cursor.phrase("to be|as");
    let negated = cursor.skip("not");
    cursor.phrase("to be");
    let unnecessary = cursor.phrase("medically unnecessary|unnecessary");
    if !unnecessary && !cursor.phrase("medically necessary|medically appropriate|necessary") {
        return None;
    }
    cursor.phrase("and appropriate");
    let outcome = if negated == unnecessary { "overturned" } else { "upheld" };
    Some((cursor, Meaning::one(cursor.condition(start.at, "outcome", outcome))))
}
