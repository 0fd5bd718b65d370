//! Reads what a guideline paragraph cites.
//!
//! The grammar is that of the letters of 2013 to 2019:
//!
//! ```text
//! paragraph  = lead? ("Decision based on MTUS" works "." | "Decision based on Non-MTUS" "Citation"? other ".")*
//! lead       = "... did not cite any medical evidence for its decision."
//!            | "... based their decision on recommendation(s) outside of the MTUS Guidelines."
//!            | "... did not base their decision on the MTUS."
//! works      = work (", and" work)*
//! work       = "ACOEM"? "Chapter 12"? TITLE YEAR? ("," "Section(s):" names | names)? ("Page(s):" pages)?
//! ```
//!
//! The leads hold the word MTUS too, so that only `Decision based on MTUS` makes a citation of the MTUS. Paragraphs in
//! the prose of 2013 (`The Claims Administrator based its decision on the ..., page 24, which is part of the MTUS`) are
//! read by the titles they name.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::LazyLock;

use imr_model::{Citation, Family, PageRange};
use imr_vocabulary::{Guideline, guidelines};
use regex::Regex;

use crate::remembered::Remembered;
use crate::text::regex;

/// Reads the works that a guideline paragraph (running text) cites, in its order.
///
/// # Examples
///
/// ```
/// let cited = imr_ingest::read_citations("Decision based on MTUS Knee Complaints 2004.");
/// assert_eq!(cited[0].guideline.as_deref(), Some("Knee Complaints"));
/// assert_eq!(cited[0].edition, Some(2004));
/// ```
#[must_use]
pub fn read(paragraph: &str) -> Vec<Citation> {
    thread_local! {
        static WORKS: RefCell<Remembered<Vec<Citation>>> = Remembered::of(works);
    }
    Remembered::get(&WORKS, paragraph)
}

/// What [`read`] gives, read anew.
fn works(paragraph: &str) -> Vec<Citation> {
    static MARKER: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)\bdecisions?\s+(?:was\s+|is\s+)?based\s+on\s+(?:(?P<other>non\s*-?\s*mtus(?:\s+citations?)?)|(?P<mtus>(?:the\s+)?mtus\b))\s*:?",
        )
    });
    let markers: Vec<(Range<usize>, bool)> = MARKER
        .captures_iter(paragraph)
        .filter_map(|found| Some((found.get(0)?.range(), found.name("mtus").is_some())))
        .collect();
    if markers.is_empty() {
        return prose(paragraph);
    }
    let mut citations = Vec::new();
    for (index, (marker, mtus)) in markers.iter().enumerate() {
        let end = markers.get(index + 1).map_or(paragraph.len(), |(next, _)| next.start);
        let cited = paragraph[marker.end..end].trim().trim_end_matches(['.', ' ']).trim();
        if *mtus { citations.extend(mtus_works(cited)) } else { citations.extend(other_works(cited)) }
    }
    citations
}

/// A paragraph without the formulae: the statement that nothing was cited, or the prose of 2013.
fn prose(paragraph: &str) -> Vec<Citation> {
    static NOTHING: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)\bdid\s+not\s+(?:cite|provide|reference|use)\s+(?:any\s+)?(?:evidence|medical\s+evidence|medical\s+treatment|guidelines?|evidence[\s-]based)",
        )
    });
    static OUTSIDE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)\boutside\s+of\s+the\s+mtus|\bdid\s+not\s+base\s+(?:its|their|his/her)\s+decision\s+on\s+the\s+mtus|\bnot\s+part\s+of\s+the\s+(?:mtus|medical)",
        )
    });
    if NOTHING.is_match(paragraph) {
        return vec![Citation::none_stated()];
    }
    let mtus = titles(paragraph);
    if !mtus.is_empty() && !OUTSIDE.is_match(paragraph) {
        let mut citations = works_at(paragraph, &mtus);
        for citation in &mut citations {
            citation.sections.retain(|section| is_section_name(section));
        }
        citations.extend(odg_works(paragraph));
        return citations;
    }
    let rest = OUTSIDE.replace_all(paragraph, " ");
    let mut citations = acoem_works(&rest);
    citations.extend(odg_works(&rest));
    if citations.is_empty() && mtus_name().is_match(&rest) {
        citations.push(Citation::new(Family::Mtus, "MTUS (chapter not stated)"));
    }
    citations
}

/// Whether a stretch of prose between a title and its pages can be the name of a section.
fn is_section_name(stretch: &str) -> bool {
    static BOOK: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(?:acoem|edition|chapter|guidelines?)\b"));
    let begins_as_name = stretch.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    begins_as_name && !BOOK.is_match(stretch) && !stretch.contains(". ") && stretch.split_whitespace().count() <= 8
}

fn mtus_name() -> &'static Regex {
    static MTUS: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\bmtus\b|\bmedical\s+treatment\s+utilization\s+schedule\b"));
    &MTUS
}

/// A title in a text, and how it is to be called.
struct Title {
    range: Range<usize>,
    guideline: Guideline,
    edition: Option<u16>,
}

/// The works of an MTUS sentence.
fn mtus_works(cited: &str) -> Vec<Citation> {
    let titles = titles(cited);
    if titles.first().is_none_or(|first| !is_lead_in(&cited[..first.range.start])) {
        return vec![untitled(cited)].into_iter().chain(works_at(cited, &titles)).collect();
    }
    works_at(cited, &titles)
}

/// Whether nothing but the name of the body stands before the first title.
fn is_lead_in(text: &str) -> bool {
    static LEAD_IN: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)^[\s,:;-]*(?:the\s+)?(?:acoem\b)?[\s,:;-]*(?:occupational\s+medicine\s+)?(?:practice\s+)?(?:guidelines?)?[\s,:;-]*(?:\(?\d\w\w\s+ed(?:ition|\.)?\)?)?[\s,:;-]*(?:chapter\s+\d+)?[\s,:;()-]*$",
        )
    });
    LEAD_IN.is_match(text)
}

/// A work of which only the body is named (`MTUS ACOEM.`), or whose title is not in the table.
fn untitled(cited: &str) -> Citation {
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^(?P<title>[^,.]{3,80}?)\s+(?P<year>(?:19|20)\d\d)\b(?P<rest>.*)$"));
    let (name, rest) = if let Some(found) = YEAR.captures(cited) {
        let mut citation = Citation::new(Family::Mtus, found["title"].trim());
        citation.edition = found["year"].parse().ok();
        read_places(&mut citation, &found["rest"]);
        return citation;
    } else {
        let end = first_place(cited).unwrap_or(cited.len());
        (cited[..end].trim_end_matches([' ', ',', ';', '.']), &cited[end..])
    };
    let is_acoem = name.to_lowercase().starts_with("acoem");
    let title = match name {
        _ if is_acoem => "ACOEM (chapter not stated)",
        "" => "MTUS (chapter not stated)",
        name => name,
    };
    let mut citation = Citation::new(Family::Mtus, title);
    citation.edition_inferred = is_acoem.then_some(2004);
    read_places(&mut citation, rest);
    citation
}

/// The titles of MTUS and ACOEM guidelines that begin a work. The first title counts, and further ones behind a joiner;
/// since names of sections are titles too (`TENS, chronic pain`, `Opioids, criteria for use`), these need their year, or
/// a word that only titles have; inside a list of sections their year.
fn titles(text: &str) -> Vec<Title> {
    static EDITION: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)^\s*(?:guidelines?\b)?[\s,(]*(?:[a-z]{3,9},?\s+)?(?P<year>(?:19|20)\d\d)\b\)?(?:\s+guidelines?\b)?")
    });
    let lower = text.to_ascii_lowercase();
    let mut titles: Vec<Title> = Vec::new();
    // Where the next list of sections begins, behind the last title.
    let mut sections = lower.find("section");
    for (range, guideline) in guidelines().find_titles(text) {
        let year = EDITION.captures(&text[range.end..]);
        let since = titles.last().map_or(0, |last| last.range.end);
        let before = last_bytes(&text[since..range.start], 80);
        let in_sections = sections.is_some_and(|sections| sections < range.start);
        let is_title = year.is_some() || !in_sections && has_title_word(&text[range.clone()], before);
        let begins_work = titles.is_empty() || is_joint(before) && is_title;
        if !begins_work {
            continue;
        }
        sections = lower[range.end..].find("section").map(|at| range.end + at);
        let edition = year.as_ref().and_then(|found| found["year"].parse().ok());
        let end = range.end + year.and_then(|found| found.get(0).map(|whole| whole.end())).unwrap_or(0);
        titles.push(Title { range: range.start..end, guideline: guideline.clone(), edition });
    }
    titles
}

/// The end of a text, at most so many bytes.
fn last_bytes(text: &str, length: usize) -> &str {
    let mut start = text.len().saturating_sub(length);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// Whether a name is that of a guideline by its own words, or by `ACOEM Chapter 9` before it.
fn has_title_word(name: &str, before: &str) -> bool {
    static CHAPTER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:\bacoem\b|\bchapter\s+\d+)[\s,:-]*$"));
    let name = name.to_lowercase();
    ["complaints", "guideline", "disorders"].iter().any(|word| name.contains(word)) || CHAPTER.is_match(before)
}

/// Whether a new work can begin behind a text: it ends in a joiner, perhaps with `ACOEM Chapter 9` after it.
fn is_joint(before: &str) -> bool {
    static JOINT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?:[,;.]|\band|&|/)\s*(?:and\s+)?(?:the\s+)?(?:mtus\s+)?(?:acoem\b[\s,:-]*(?:practice\s+)?(?:guidelines?)?[\s,:-]*)?(?:chapter\s+\d+[\s,:-]*)?$",
        )
    });
    JOINT.is_match(before)
}

/// The works whose titles stand in a text, each with the sections and pages up to the next title.
fn works_at(text: &str, titles: &[Title]) -> Vec<Citation> {
    let mut works = Vec::new();
    for (index, title) in titles.iter().enumerate() {
        let end = titles.get(index + 1).map_or(text.len(), |next| next.range.start);
        let mut citation = Citation::new(Family::Mtus, title.guideline.title.clone());
        citation.edition = title.edition;
        citation.edition_inferred = if title.edition.is_none() { title.guideline.edition_inferred } else { None };
        let places = text[title.range.end..end].trim();
        read_places(&mut citation, strip_joint(places));
        works.push(citation);
    }
    works
}

/// Drops the joiner before the next work, with its `ACOEM Chapter 9`.
fn strip_joint(places: &str) -> &str {
    static JOINT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)(?:[\s,;.&/]+|\band\b)*(?:\band\s+)?(?:\bthe\s+)?(?:\bmtus\s+)?(?:\bacoem\b[\s,:-]*(?:practice\s+)?(?:guidelines?)?[\s,:-]*)?(?:\bchapter\s+\d+[\s,:-]*)?$",
        )
    });
    JOINT.find(places).map_or(places, |joint| &places[..joint.start()])
}

/// `Page(s): 24`, `pages 98-99`, `pp. 78 to 80`, `pg. 64`, `p 301`, `page 24 of 127`.
static PAGES: LazyLock<Regex> = LazyLock::new(|| {
    const RANGE: &str = r"\d{1,4}\b(?:\s*(?:[-–—]|\bto\b|\bthrough\b)\s*\d{1,4}\b)?";
    regex(&format!(
        r"(?i)\b(?:page\(s\)|pages?|pgs?|pp?)[\s.:]+(?:p{{1,2}}\.\s*)?(?P<list>{RANGE}(?:(?:\s*(?:[,;&/]|\band\b))+\s*{RANGE})*)(?:\s+of\s+\d+)?"
    ))
});

/// Reads sections and pages: `, Section(s): A, B`, or names followed by their pages.
fn read_places(citation: &mut Citation, places: &str) {
    let mut from = 0;
    for found in PAGES.captures_iter(places) {
        let (Some(whole), Some(list)) = (found.get(0), found.name("list")) else { continue };
        citation.sections.extend(sections(&places[from..whole.start()]));
        citation.pages.extend(page_ranges(list.as_str()));
        from = whole.end();
    }
    citation.sections.extend(sections(&places[from..]));
}

/// Where pages or a list of sections begin.
fn first_place(text: &str) -> Option<usize> {
    static SECTIONS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i),?\s*\bsections?(?:\(s\))?\s*:"));
    [PAGES.find(text), SECTIONS.find(text)].into_iter().flatten().map(|found| found.start()).min()
}

/// The section names in a stretch between a title and its pages. Prose gives none: it has no label and runs on.
fn sections(names: &str) -> Vec<String> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)^[\s,:;.()-]*(?:(?:guidelines?)[\s,:;.-]+)?(?:part\s+\d+,\s*)?(?:sections?(?:\(s\))?\s*:?\s*)?")
    });
    let names = before_remark(names);
    let label = LABEL.find(names).map_or(0, |label| label.end());
    // Behind its label a number is a section; elsewhere it is a remnant: `2007), pg. 55`.
    let is_labelled = names[..label].to_lowercase().contains("section");
    if !is_labelled && !names[label..].contains(char::is_alphabetic) {
        return Vec::new();
    }
    guidelines().split_sections(names[label..].trim_end_matches([' ', ',', ';', '.', ':', '(']))
}

/// A stretch up to where prose goes on about the work: `..., which is part of the MTUS`.
fn before_remark(text: &str) -> &str {
    static REMARK: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\b(?:which\s+(?:is|are)|part\s+of\s+the|based\s+(?:its|his|her|their))\b"));
    REMARK.find(text).map_or(text, |remark| &text[..remark.start()])
}

fn page_ranges(list: &str) -> Vec<PageRange> {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(\d{1,4})(?:\s*(?:[-–—]|to|through)\s*(\d{1,4}))?"));
    let number = |found: Option<regex::Match<'_>>| found.and_then(|digits| digits.as_str().parse().ok());
    RANGE
        .captures_iter(list)
        .filter_map(|found| {
            let first: u32 = number(found.get(1))?;
            let last = found.get(2).map(|last| completed(&found[1], last.as_str()));
            Some(PageRange::new(first, last.and_then(|last| last.parse().ok()).unwrap_or(first)))
        })
        .collect()
}

/// The end of a range that leaves out the digits it shares with the start: `105-07` ends at 107.
fn completed(first: &str, last: &str) -> String {
    let shared = first.len().saturating_sub(last.len());
    format!("{}{last}", &first[..shared])
}

/// The works of a Non-MTUS citation.
fn other_works(cited: &str) -> Vec<Citation> {
    static OTHER: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\band\s+other\s+medical\s+treatment\s+guidelines?\b\s*:?"));
    let (first, second) = match OTHER.find(cited) {
        Some(joiner) => (&cited[..joiner.start()], Some(&cited[joiner.end()..])),
        None => (cited, None),
    };
    let mut works = Vec::new();
    for part in [Some(first), second].into_iter().flatten() {
        let (known, unnamed) = split_at_author(part);
        let mut named = acoem_works(known);
        named.extend(odg_works(known));
        if named.is_empty() {
            named.extend(unknown_work(known));
        }
        works.extend(named);
        works.extend(unnamed.and_then(unknown_work));
    }
    works
}

/// `Harris J. Occupational medicine practice guidelines, 2nd edition (2004) p 301`: ACOEM's book under its editor's name,
/// which letters put behind another citation without a mark between them.
fn split_at_author(text: &str) -> (&str, Option<&str>) {
    static AUTHOR: LazyLock<Regex> = LazyLock::new(|| regex(r"\bHarris,?\s+J\b"));
    match AUTHOR.find(text) {
        Some(author) => (&text[..author.start()], Some(&text[author.start()..])),
        None => (text, None),
    }
}

/// ACOEM outside of the MTUS, with the chapter it names.
fn acoem_works(cited: &str) -> Vec<Citation> {
    static ACOEM: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\bacoem\b|\bamerican\s+college\s+of\s+occupational\b"));
    let Some(name) = ACOEM.find(cited) else { return Vec::new() };
    let own = &cited[name.start()..odg_name().find(cited).map_or(cited.len(), |odg| odg.start().max(name.end()))];
    let title = guidelines().find_titles(own).next();
    let (title, rest) = match title {
        Some((range, guideline)) => (guideline.title.as_str(), &own[range.end..]),
        None => ("ACOEM (chapter not stated)", own),
    };
    let mut citation = Citation::new(Family::Acoem, title);
    citation.edition = edition(own);
    if title.starts_with("ACOEM") {
        citation.pages = PAGES.captures_iter(rest).flat_map(|found| page_ranges(&found["list"])).collect();
    } else {
        read_places(&mut citation, strip_chapter_word(rest));
    }
    vec![citation]
}

fn strip_chapter_word(text: &str) -> &str {
    static CHAPTER: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)^[\s,:;.()/-]*(?:(?:chapter|section|guidelines?|disorders?)\b[\s,:;.()/-]*)*"));
    CHAPTER.find(text).map_or(text, |word| &text[word.end()..])
}

fn odg_name() -> &'static Regex {
    static ODG: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)\b(?:official\s+disability\s+guidelines?|odg)\b(?:[\s,]*\(?\s*odg\s*\)?)?(?:[\s-]*twc)?")
    });
    &ODG
}

/// The ODG, one citation for each chapter named.
fn odg_works(cited: &str) -> Vec<Citation> {
    let names: Vec<Range<usize>> = odg_name().find_iter(cited).map(|name| name.range()).collect();
    let mut works: Vec<Citation> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let end = names.get(index + 1).map_or(cited.len(), |next| next.start);
        let clause = asides_removed(
            before_remark(&cited[name.end..end])
                .trim_start_matches([' ', ',', ':', ';', '.', '-', ')', '–'])
                .trim_end_matches([' ', ',', ':', ';', '.', '-']),
        );
        // A semicolon begins another chapter with its topic.
        let mut parts = clause.split(';');
        let mut chapters = parts.next().map(|part| odg_chapters(part, true)).unwrap_or_default();
        chapters.extend(parts.flat_map(|part| odg_chapters(part, false)));
        // A second mention of the ODG without a chapter goes on with the first: `ODG, Knee ODG, Physical Therapy`.
        if chapters.is_empty() && !works.is_empty() {
            continue;
        }
        let titles = if chapters.is_empty() { vec!["ODG (chapter not stated)"] } else { chapters };
        for title in titles {
            if works.iter().any(|known| known.guideline.as_deref() == Some(title)) {
                continue;
            }
            let mut citation = Citation::new(Family::Odg, title);
            citation.edition = edition(&clause);
            citation.pages = PAGES.captures_iter(&clause).flat_map(|found| page_ranges(&found["list"])).collect();
            citation.sections = topic(&clause).into_iter().collect();
            works.push(citation);
        }
    }
    if works.len() > 1 {
        works.retain(|work| work.guideline.as_deref() != Some("ODG (chapter not stated)"));
    }
    works
}

/// A clause without its remarks in brackets: `(updated 11/23/16)`, `(Acute & Chronic)`.
fn asides_removed(clause: &str) -> String {
    static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)\s*\((?:[^()]*\b(?:updated|acute|chronic|trauma|version|annual|web)\b[^()]*)\)|\s*\(\s*\)|\bupdated\s+\d[\d/.-]+",
        )
    });
    ASIDE.replace_all(clause, " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The chapters that a clause behind the name of the ODG names: what it begins with, what is followed by `chapter` and
/// what is joined to such; or else, if `anywhere`, the first chapter in it.
fn odg_chapters(clause: &str, anywhere: bool) -> Vec<&'static str> {
    static CHAPTER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^\s*(?:chapter|section)s?\b"));
    static JOINED: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)^\s*(?:chapters?|sections?)?\s*(?:,\s*and|,|and|&|/)\s*$"));
    static LEAD_IN: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)^(?:the|treatment|integrated|in|workers'?|compensation|work loss data institute|\W|\d|th|st|nd|rd|edition)*\s*$",
        )
    });
    let found: Vec<(Range<usize>, &'static str)> =
        guidelines().find_odg_chapters(clause).map(|(range, chapter)| (range, chapter.title.as_str())).collect();
    let named = |index: usize| CHAPTER.is_match(&clause[found[index].0.end..]);
    let mut chapters: Vec<&'static str> = Vec::new();
    for index in 0..found.len() {
        let joined = found
            .get(index + 1)
            .is_some_and(|(next, _)| named(index + 1) && JOINED.is_match(&clause[found[index].0.end..next.start]));
        let leads = index == 0 && LEAD_IN.is_match(&clause[..found[0].0.start]);
        if (leads || named(index) || joined) && !chapters.contains(&found[index].1) {
            chapters.push(found[index].1);
        }
    }
    if chapters.is_empty() && anywhere {
        chapters.extend(found.first().map(|(_, chapter)| *chapter));
    }
    chapters
}

/// What an ODG clause names besides its chapter.
fn topic(clause: &str) -> Option<String> {
    let clause = PAGES.replace_all(clause, "");
    let chapter = guidelines().find_odg_chapters(&clause).next().map(|(range, _)| range);
    let topic = match chapter {
        Some(range) if range.start == 0 => strip_chapter_word(&clause[range.end..]),
        _ => &clause,
    };
    let topic = topic.trim_matches([' ', ',', ':', ';', '.', '-', '–', '/']);
    let topic = topic
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .filter(|inner| !inner.contains('('))
        .unwrap_or(topic);
    (!topic.is_empty()).then(|| topic.to_owned())
}

/// A year that stands alone: not part of a date, a web address or a number.
fn edition(text: &str) -> Option<u16> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[\s,(])((?:19|20)\d\d)(?:[\s,.)]|$)"));
    YEAR.captures(text).and_then(|found| found[1].parse().ok())
}

/// A work of no known family: called by the sites it links to, or else by its first words.
fn unknown_work(cited: &str) -> Option<Citation> {
    static SITE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:https?://|www\.)(?:www\.)?([a-z0-9.-]+[a-z0-9])"));
    static END: LazyLock<Regex> = LazyLock::new(|| regex(r"[^A-Z.\s]{3}\.\s"));
    let cited = cited.trim_matches([' ', ',', ':', ';', '.']);
    if cited.is_empty() {
        return None;
    }
    if cited.starts_with("Harris") {
        let mut harris = Citation::new(Family::Other, "Occupational Medicine Practice Guidelines (Harris)");
        harris.edition = edition(cited);
        harris.pages = PAGES.captures_iter(cited).flat_map(|found| page_ranges(&found["list"])).collect();
        return Some(harris);
    }
    let mut sites: Vec<String> = SITE.captures_iter(cited).map(|found| registered_name(&found[1])).collect();
    sites.dedup();
    let title = if sites.is_empty() {
        let end = END.find(cited).map_or(cited.len(), |stop| stop.start() + 3);
        let end = cited[..end].find(", ").unwrap_or(end);
        cited[..end].trim_end_matches(['.', ' ']).to_owned()
    } else {
        sites.join("; ")
    };
    let mut citation = Citation::new(Family::Other, title);
    citation.pages = PAGES.captures_iter(cited).flat_map(|found| page_ranges(&found["list"])).collect();
    Some(citation)
}

/// The last two names of a host.
fn registered_name(host: &str) -> String {
    let names: Vec<&str> = host.split('.').collect();
    names[names.len().saturating_sub(2)..].join(".").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `family|title|edition|sections|pages` for each citation.
    fn printed(paragraph: &str) -> Vec<String> {
        let line = |citation: Citation| {
            let edition = citation.edition.map(|year| year.to_string()).unwrap_or_default();
            let pages: Vec<String> = citation.pages.iter().map(ToString::to_string).collect();
            let title = citation.guideline.unwrap_or_default();
            format!("{}|{title}|{edition}|{}|{}", citation.family, citation.sections.join(" + "), pages.join(" "))
        };
        read(paragraph).into_iter().map(line).collect()
    }

    #[test]
    fn a_paragraph_is_read_the_same_again() {
        for page in [204, 205, 204] {
            let paragraph = format!("Decision based on MTUS ACOEM Chapter 9 Shoulder Complaints Page(s): {page}.");
            assert_eq!(read(&paragraph), works(&paragraph), "page {page}");
        }
    }

    #[test]
    fn guideline_paragraphs() {
        for (paragraph, want) in [
            ("The Expert Reviewer did not cite any medical evidence for its decision.", vec!["none||||"]),
            ("Decision based on MTUS ACOEM.", vec!["MTUS|ACOEM (chapter not stated)|||"]),
            (
                "Decision based on MTUS ACOEM Chapter 9 Shoulder Complaints Page(s): 200-202.",
                vec!["MTUS|Shoulder Complaints|||200-202"],
            ),
            (
                "Decision based on MTUS Chronic Pain Treatment Guidelines muscle relaxants Page(s): 63, 64.",
                vec!["MTUS|Chronic Pain Medical Treatment||muscle relaxants|63 64"],
            ),
            (
                "Decision based on MTUS Chronic Pain Treatment Guidelines Opioids, steps to avoid misuse/addiction Page(s): 94-95.",
                vec!["MTUS|Chronic Pain Medical Treatment||Opioids, steps to avoid misuse/addiction|94-95"],
            ),
            (
                "Decision based on MTUS Knee Complaints 2004, Section(s): Special Studies, Initial Care, and Forearm, Wrist, and Hand Complaints 2004, and Chronic Pain Medical Treatment 2016 Guidelines, Section(s): Topical analgesics, compounded.",
                vec![
                    "MTUS|Knee Complaints|2004|Special Studies + Initial Care|",
                    "MTUS|Forearm, Wrist, and Hand Complaints|2004||",
                    "MTUS|Chronic Pain Medical Treatment|2016|Topical analgesics, compounded|",
                ],
            ),
            (
                "Decision based on MTUS General Approaches 2004, Section(s): Prevention, Initial Approaches to Treatment.",
                vec!["MTUS|General Approaches|2004|Prevention + Initial Approaches to Treatment|"],
            ),
            (
                "The Expert Reviewer based their decision on recommendation(s) outside of the MTUS Guidelines. Decision based on Non- MTUS Citation Official Disability Guidelines (ODG), Low Back (updated 12/7/16), Manipulation.",
                vec!["ODG|Low Back||Manipulation|"],
            ),
            (
                "Decision based on Non-MTUS Citation Official Disability Guidelines, Neck Chapter, Shoulder Chapter, Massage.",
                vec!["ODG|Neck & Upper Back||Shoulder Chapter, Massage|", "ODG|Shoulder||Shoulder Chapter, Massage|"],
            ),
            (
                "Decision based on Non-MTUS Citation ACOEM Guidelines, 3rd ed., Elbow Disorders, pg. 12.",
                vec!["ACOEM|Elbow Disorders|||12"],
            ),
            (
                "Decision based on Non-MTUS Citation http://www.example.org/a-b, https://more.example.com/x.",
                vec!["other|example.org; example.com|||"],
            ),
            (
                "The Claims Administrator based its decision on the Chronic Pain Medical Treatment Guidelines (May, 2009), page 24, which is part of the MTUS.",
                vec!["MTUS|Chronic Pain Medical Treatment|2009||24"],
            ),
            (
                "The Claims Administrator based its decision on the Low Back Complaints (ACOEM Practice Guidelines, 2nd Edition (2004), Chapter 12) pg 301, which is part of the MTUS.",
                vec!["MTUS|Low Back Complaints|||301"],
            ),
            (
                "The Physician Reviewer based his/her decision on the Official Disability Guidelines (ODG), Low Back Chapter, Braces, which is not part of the MTUS.",
                vec!["ODG|Low Back||Braces|"],
            ),
            (
                "Decision based on MTUS Imaginary Disorders 2021, Section(s): Therapy.",
                vec!["MTUS|Imaginary Disorders|2021|Therapy|"],
            ),
            (
                "Decision based on MTUS Chronic Pain Treatment Guidelines TENS, chronic pain (nerve stimulation), Opioids, criteria for use Page(s): 114-116.",
                vec![
                    "MTUS|Chronic Pain Medical Treatment||TENS, chronic pain (nerve stimulation) + Opioids, criteria for use|114-116",
                ],
            ),
            (
                "Decision based on MTUS ACOEM Chapter 12 Low Back Complaints Page(s): 303, Chronic Pain Treatment Guidelines Page(s): 46.",
                vec!["MTUS|Low Back Complaints|||303", "MTUS|Chronic Pain Medical Treatment|||46"],
            ),
            ("", vec![]),
        ] {
            assert_eq!(printed(paragraph), want, "case: {paragraph}");
        }
    }
}
