//! Guidelines, their pages and sections, who cited them, and how the two sides' citations compare.

use imr_vocabulary::guidelines;

use super::Meaning;
use super::cursor::Cursor;
use crate::ast::{Ast, Bound};

const CITED: &str = "cited|cites|cite|citing|used|uses|use|using|applied|applies|applying|quoted|quotes|referenced|\
            references|referencing|invoked|invokes|named|mentioned|followed|consulted|stated|gave";
const RELIED: &str = "relied only on|relied solely on|relied on|relied upon|relies on|relying on|rely on|\
            based its decision on|based their decision on|based the decision on|based its denial on|\
            based the denial on|based on|referred to|refers to|went by";

/// The prefix of fields of the side that is named here; passes over its name.
pub(super) fn side_of(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    const ADMINISTRATOR: &str = "claims administrators|claims administrator|claim administrator|claims adjusters|claims adjuster|\
            claim adjuster|insurance companies|insurance company|insurance carrier|insurance carriers|\
            utilization reviewer|utilization review|insurers|insurer|carriers|carrier|adjusters|adjuster|\
            administrators|administrator|employer|defendant|payer|payor|ur";
    const REVIEWER: &str = "physician reviewers|physician reviewer|imr reviewers|imr reviewer|independent reviewer|\
            independent medical review|medical reviewer|imr physician|reviewing physician|reviewers|\
            reviewer|maximus|imr";
    let mut ahead = *cursor;
    ahead.skip_all("the|an|a|by");
    let side = if ahead.phrase(ADMINISTRATOR) {
        "ca."
    } else if ahead.phrase(REVIEWER) {
        "mx."
    } else {
        return None;
    };
    *cursor = ahead;
    Some(side)
}

/// Passes over a verb of citing, with what helps it; tells whether it is negated, or `None` if none stands here.
fn verb(cursor: &mut Cursor<'_>) -> Option<bool> {
    let mut ahead = *cursor;
    ahead.skip_all("who|that|which|has|have|had|was|only|also|both");
    let negated =
        ahead.phrase("did not|didnt|doesnt|dont|does not|do not|didn't|doesn't|don't|has not|never|failed to");
    if !ahead.phrase(RELIED) && !ahead.skip(CITED) {
        return None;
    }
    ahead.skip_all("only|solely");
    *cursor = ahead;
    Some(negated)
}

/// What is cited: nothing, a family, pages, a section, a guideline.
fn object<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    if cursor.phrase(
        "nothing at all|nothing|no guidelines|no guideline|no medical evidence|no evidence|\
            no medical guidelines|no authority|no source|no sources|no citation|no medical authority|none",
    ) {
        let nothing = cursor.condition(start.at, &format!("{side}guideline"), "none");
        return Some(with_other_side(cursor, start.at, side, nothing));
    }
    pages(start, side).or_else(|| family(start, side)).or_else(|| title(start, side)).or_else(|| section(start, side))
}

/// `nothing but the reviewer did`
fn with_other_side<'w>(cursor: Cursor<'w>, from: usize, side: &str, nothing: Ast) -> (Cursor<'w>, Ast) {
    let mut ahead = cursor;
    ahead.skip_all("but|while|though|although|and|whereas");
    let other = side_of(&mut ahead).filter(|other| *other != side);
    match other {
        Some(other) if ahead.skip("did|has") => {
            let stated = ahead.condition(from, &format!("{other}guideline"), "none").negated();
            (ahead, Ast::And(vec![nothing, stated]))
        }
        _ => (cursor, nothing),
    }
}

/// Several objects: `MTUS or ODG`, `page 24 and ODG`.
fn objects<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    cursor.skip("both|either");
    let (next, first) = object(cursor, side)?;
    cursor = next;
    let (mut cited, mut excluded) = (vec![first], Vec::new());
    loop {
        let mut ahead = cursor;
        let excludes = ahead.phrase("but not|but no|and not|and no|not|but never");
        let is_choice = !excludes && ahead.skip("or");
        let goes_on = excludes || is_choice || ahead.skip("and");
        let Some((next, other)) = object(ahead, side).filter(|_| goes_on) else { break };
        cursor = next;
        // Behind `but not` all that follows is excluded.
        if excludes || !excluded.is_empty() {
            excluded.push(other);
        } else if is_choice {
            let last = cited.pop().into_iter().chain([other]);
            cited.push(Ast::any_of(last.collect()));
        } else {
            cited.push(other);
        }
    }
    if !excluded.is_empty() {
        cited.push(Ast::any_of(excluded).negated());
    }
    Some((cursor, Ast::all_of(cited)))
}

/// `insurer cited nothing`, `where the reviewer relied on ODG`, `claims administrator did not cite MTUS`, `UR used page 94`
pub(super) fn cited_by_side(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let side = side_of(&mut cursor)?;
    let negated = verb(&mut cursor)?;
    if let Some((cursor, meaning)) = comparison(cursor, start.at, negated) {
        return Some((cursor, meaning));
    }
    if negated {
        let mut ahead = cursor;
        ahead.skip_all("a|any|medical|specific");
        if ahead.phrase("guidelines|guideline|evidence|anything|source|sources|authority") {
            return Some((ahead, Meaning::one(ahead.condition(start.at, &format!("{side}guideline"), "none"))));
        }
        let (cursor, object) = objects(cursor, side)?;
        return Some((cursor, Meaning::one(object.negated())));
    }
    let (cursor, object) = objects(cursor, side)?;
    Some((cursor, Meaning::one(object)))
}

/// `page 94 cited by the insurer`, `ODG used by the reviewer`, `no guideline cited by the carrier`
pub(super) fn object_cited_by_side(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let (mut cursor, _) = objects(start, "")?;
    // `page 64 in the reviewer's citation`
    let mut place = cursor;
    if place.skip("in|from|of|by|on")
        && let Some(side) = side_of(&mut place)
        && place.skip("citation|citations|guideline|guidelines|references|reference|list|side|decision")
    {
        let (_, object) = objects(start, side)?;
        return Some((place, Meaning::one(object)));
    }
    cursor.skip_all("that|which|was|were|is|are|as|been|has|have");
    let is_cited = cursor.skip(CITED) || cursor.phrase("relied on|relied upon");
    if !is_cited || !cursor.skip("by") {
        return None;
    }
    let side = side_of(&mut cursor)?;
    let (_, object) = objects(start, side)?;
    Some((cursor, Meaning::one(object)))
}

/// `citing page 24`, `based on ODG`, `under the low back chapter`, and pages, guidelines and sections that say what they
/// are: `page 24`, `chronic pain guideline`, `Special Studies section`.
pub(super) fn cited(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    let is_led = cursor.phrase(RELIED)
        || cursor.skip("citing|cited|cites|cite|under|per|quoting|referencing|using")
        || cursor.phrase("according to|reference to|references to|that cite|which cite");
    let behind_lead = cursor;
    cursor.skip_all("on|at|of|in|from|the|to");
    if let Some((cursor, pages)) = pages(cursor, "") {
        return Some((cursor, Meaning::one(pages)));
    }
    if is_led {
        if let Some((cursor, meaning)) = comparison(behind_lead, start.at, false) {
            return Some((cursor, meaning));
        }
        let (cursor, object) = objects(behind_lead, "")?;
        return Some((cursor, Meaning::one(object)));
    }
    if let Some(found) = said_title(cursor, "").or_else(|| said_section(cursor, "")).or_else(|| said_family(cursor, ""))
    {
        return Some((found.0, Meaning::one(found.1)));
    }
    None
}

/// `page 24`, `pages 63-66`, `pages 63 to 66`, `pp. 24, 25 and 30`
fn pages<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    cursor.skip_all("the|on");
    if !cursor.skip("page|pages|pg|pgs|pp|p") {
        return None;
    }
    cursor.skip("number|numbers|no");
    let field = format!("{side}page");
    let (mut cursor, first) = page_range(cursor, start.at, &field)?;
    let mut pages = vec![first];
    loop {
        let mut ahead = cursor;
        let is_list = cursor.before().last().is_some_and(|word| word.ends_part);
        let is_joined = ahead.skip("and|or|&");
        ahead.skip("page|pages|pp|p");
        let Some((next, other)) = page_range(ahead, start.at, &field).filter(|_| is_joined || is_list) else { break };
        cursor = next;
        pages.push(other);
    }
    Some((cursor, Ast::any_of(pages)))
}

/// A page or a range of pages.
fn page_range<'w>(start: Cursor<'w>, from: usize, field: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    let (first, last) =
        cursor.word().split_once(['-', '–']).map_or((cursor.word(), None), |(first, last)| (first, Some(last)));
    let is_page = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_page(first) || last.is_some_and(|last| !is_page(last)) {
        return None;
    }
    cursor.at += 1;
    let mut last = last;
    let mut ahead = cursor;
    if last.is_none() && ahead.skip("to|through|thru|-") && is_page(ahead.word()) {
        last = Some(ahead.word());
        ahead.at += 1;
        cursor = ahead;
    }
    let Some(last) = last else { return Some((cursor, cursor.condition(from, field, first))) };
    let bound = |text: &str| Some(Bound::included(text));
    let is_reversed = first.parse::<u32>().ok() > last.parse::<u32>().ok();
    let (first, last) = if is_reversed { (last, first) } else { (first, last) };
    Some((cursor, cursor.range(from, field, bound(first), bound(last))))
}

/// `MTUS`, `the ODG guidelines`, `ACOEM`
fn family<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    cursor.skip_all("the|an|a|california|ca");
    let family = if cursor.phrase("mtus|medical treatment utilization schedule") {
        "MTUS"
    } else if cursor.phrase("odg|official disability guidelines|official disability guideline") {
        "ODG"
    } else if cursor.phrase("acoem|american college of occupational and environmental medicine") {
        "ACOEM"
    } else {
        return None;
    };
    // A chapter of the family says more: `MTUS chronic pain guideline`.
    let named = if family == "ODG" { odg_chapter(start, start.at, side) } else { title(cursor, side) };
    if let Some(found) = named {
        return Some(found);
    }
    cursor.skip_all("guidelines|guideline|criteria|citation|citations|chapter");
    let condition = cursor.condition(start.at, &format!("{side}guideline"), family);
    let is_only = cursor.skip("alone|only|solely")
        || start.before().last().is_some_and(|word| matches!(word.lower.as_str(), "only" | "solely"));
    if !is_only {
        return Some((cursor, condition));
    }
    let others = ["MTUS", "ACOEM", "ODG", "other"].into_iter().filter(|other| *other != family);
    let others = others.map(|other| cursor.condition(start.at, &format!("{side}family"), other)).collect();
    Some((cursor, Ast::And(vec![condition, Ast::any_of(others).negated()])))
}

/// A family that is said to be cited: `ODG guidelines`.
fn said_family<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let (cursor, family) = family(start, side)?;
    let last = cursor.before().last().map_or("", |word| word.lower.as_str());
    matches!(last, "guidelines" | "guideline" | "citation" | "citations" | "chapter").then_some((cursor, family))
}

/// The guideline of a name, with the words that names leave out.
fn guideline_title(name: &str) -> Option<&'static str> {
    let spellings = [
        name.to_owned(),
        format!("{name} medical treatment"),
        format!("{name} complaints"),
        format!("{name} treatment"),
    ];
    spellings.iter().find_map(|name| guidelines().get(name)).map(|guideline| guideline.title.as_str())
}

/// A guideline or chapter by its name.
fn title<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    cursor.skip_all("the|a|an|mtus|acoem");
    if let Some(found) = odg_chapter(cursor, start.at, side) {
        return Some(found);
    }
    let edition = cursor.word().to_owned();
    let is_year = edition.len() == 4 && edition.bytes().all(|byte| byte.is_ascii_digit());
    cursor.at += usize::from(is_year);
    let title = cursor.longest(guideline_title)?;
    let mut behind = cursor;
    // `low back section` is a section by its own name.
    if behind.skip("section|sections") {
        return None;
    }
    cursor.skip_all("guidelines|guideline|chapters|chapter");
    let condition = cursor.condition(start.at, &format!("{side}guideline"), title);
    if !is_year {
        return Some((cursor, condition));
    }
    let edition = cursor.condition(start.at, &format!("{side}edition"), &edition);
    Some((cursor, Ast::And(vec![condition, edition])))
}

/// `ODG knee chapter`, `the knee and leg chapter of ODG`: chapters that go by parts of the body.
fn odg_chapter<'w>(start: Cursor<'w>, from: usize, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    let is_led = cursor.skip("odg");
    let title = cursor.longest(|name| guidelines().odg_chapter(name))?;
    let is_chapter = cursor.skip("chapter|chapters");
    let is_of = cursor.phrase("of the odg|of odg|in the odg|in odg|from odg");
    (is_led || is_chapter && is_of).then(|| (cursor, cursor.condition(from, &format!("{side}guideline"), title)))
}

/// A guideline that is called one: `chronic pain guideline`, `of the low back complaints chapter`.
fn said_title<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let (cursor, condition) = title(start, side)?;
    // Some names hold the word themselves.
    let read = &start.rest()[..cursor.at - start.at];
    let is_kind = |word: &super::cursor::Word| matches!(word.lower.trim_end_matches('s'), "guideline" | "chapter");
    read.iter().any(is_kind).then_some((cursor, condition))
}

/// A section by its name: `Special Studies`, `the section on opioids`.
fn section<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    said_section(start, side).or_else(|| {
        let mut cursor = start;
        cursor.skip_all("the|a");
        let name = cursor.longest(|name| guidelines().section(name))?;
        cursor.skip("section|sections");
        Some((cursor, cursor.condition(start.at, &format!("{side}section"), name)))
    })
}

/// A section that is called one.
fn said_section<'w>(start: Cursor<'w>, side: &str) -> Option<(Cursor<'w>, Ast)> {
    let mut cursor = start;
    cursor.skip_all("the|a");
    let field = format!("{side}section");
    let mut ahead = cursor;
    if ahead.phrase("section on|sections on|section about|section for|section") {
        ahead.skip_all("the");
        let name = ahead.longest(|name| guidelines().section(name))?;
        return Some((ahead, ahead.condition(start.at, &field, name)));
    }
    let name = cursor.longest(|name| {
        let (name, _) = name.rsplit_once(' ').filter(|(_, kind)| matches!(*kind, "section" | "sections"))?;
        Some(guidelines().section(name).unwrap_or(name).to_owned())
    })?;
    // Any words may be a section's name, but few of them.
    (name.split(' ').count() <= 4 && guidelines().section(&name).is_some())
        .then(|| (cursor, cursor.condition(start.at, &field, &name)))
}

/// `a different guideline than the claims administrator`, `the same guidelines`
fn comparison(start: Cursor<'_>, from: usize, negated: bool) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    cursor.skip_all("a|an|the");
    let value = if cursor.skip("different|another|other|differing") {
        "differs"
    } else if cursor.skip("same|identical") {
        "same"
    } else {
        return None;
    };
    cursor.skip_all("set|of|body|treatment");
    if !cursor.skip("guideline|guidelines|evidence|authority|authorities|citation|citations|source|sources") {
        return None;
    }
    let mut ahead = cursor;
    if ahead.skip("than|from|as") {
        ahead.skip_all("that|the|one|ones|those|of|used|cited|by");
        if side_of(&mut ahead).is_some() {
            ahead.skip_all("did|used|cited|had");
            cursor = ahead;
        }
    }
    let condition = cursor.condition(from, "agree", value);
    Some((cursor, Meaning::one(if negated { condition.negated() } else { condition })))
}

/// `neither side cited a guideline`, `both parties cited the same guideline`, `the guidelines differ`, `both sides cited
/// MTUS`
pub(super) fn both_sides(start: Cursor<'_>) -> Option<(Cursor<'_>, Meaning)> {
    let mut cursor = start;
    cursor.skip("the");
    let neither = cursor.phrase("neither side|neither party|neither of them|neither|no side");
    let both = !neither
        && cursor.phrase(
            "both sides|both parties|both the reviewer and the insurer|both reviewer and insurer|\
            both reviewer and claims administrator|both the reviewer and the claims administrator|\
            both the claims administrator and the reviewer|the two sides|two sides|sides|both",
        );
    if neither || both {
        if both && cursor.phrase("disagree|disagreed|differ|differed") {
            cursor.skip_all("on|about|over|in|the|which|guidelines|guideline|citations|to|cite");
            return Some((cursor, Meaning::one(cursor.condition(start.at, "agree", "differs"))));
        }
        if both && cursor.phrase("agree on|agreed on|agree about") {
            cursor.skip_all("the|which|guidelines|guideline");
            return Some((cursor, Meaning::one(cursor.condition(start.at, "agree", "same"))));
        }
        // `both sides did not cite` says of each that it did not.
        let neither = verb(&mut cursor)? || neither;
        let both = !neither;
        if let Some((cursor, meaning)) = comparison(cursor, start.at, neither) {
            return Some((cursor, meaning));
        }
        let mut ahead = cursor;
        ahead.skip_all("a|any|medical");
        let nothing = ahead.phrase("guidelines|guideline|evidence|anything|source");
        if neither && (nothing || ahead.is_at_end())
            || both && cursor.phrase("nothing|no guideline|no guidelines|no evidence")
        {
            let cursor = if both { cursor } else { ahead };
            return Some((cursor, Meaning::one(cursor.condition(start.at, "agree", "both-none"))));
        }
        let (end, administrator) = objects(cursor, "ca.")?;
        let (_, reviewer) = objects(cursor, "mx.")?;
        let sides = vec![administrator, reviewer];
        return Some((end, Meaning::one(if neither { Ast::any_of(sides).negated() } else { Ast::all_of(sides) })));
    }
    let mut cursor = start;
    cursor.skip("the");
    if cursor.phrase("guidelines differ|guidelines differed|citations differ|guidelines disagree") {
        return Some((cursor, Meaning::one(cursor.condition(start.at, "agree", "differs"))));
    }
    None
}
