//! Words that ask for decisions without saying which.

use super::Meaning;
use super::cursor::Cursor;

/// Passes over words that say nothing of which decisions are asked for.
pub(super) fn filler(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    if cursor.phrase(
        "in any form|of any kind|of any sort|in any way|ruled on|at all|i want to see|as well|in which|\
            for which|as well as|with respect to|related to|relating to|in cases of",
    ) {
        return Some((cursor, Meaning::Nothing));
    }
    let is_filler = is_filler(cursor.word()) || cursor.word().is_empty();
    cursor.at += 1;
    is_filler.then_some((cursor, Meaning::Nothing))
}

/// Whether a word says nothing of which decisions are asked for.
pub(super) fn is_filler(word: &str) -> bool {
    FILLER.split_whitespace().any(|filler| filler == word)
}

const FILLER: &str = "
    a about all also am an and any are as at be been being but by can could did do does for from get give given had has have
    having hence her him his how i if in into involving is it its itself just let list me my of on one ones only our out
    over per please regarding requiring search see should show so some such than that the their them then there these they
    this those to under upon us used using was we were what when where whether which while who whose why will with would you
    anything everything something anyone want wanted need needs needed later then ruled rule ruling rulings handled alone
    got listed came back went put made asked asks sought seeking seek ordered filed thing things stuff there's
    wants whats what's several various some only still even really actually total number submitted against
    defence-side defense-side said say body part parts kind kinds type types any every each either both etc versus vs
    case cases decision decisions determination determinations dispute disputed disputes find imr imrs involved issue issues
    issued letter letters outcome outcomes request requested requesting requests reviewed review reviews treatment treatments
    prescription prescriptions prescribed medication medications service services patient patients worker workers claimant
    claimants applicant applicants injured employee employees person people reviewer reviewers physician physicians doctor
        doctors decided decide concerning claims administrator insurer carrier adjuster ur utilization
    ";
