//! The case numbers in a brief, with the issues that they name.

use std::sync::LazyLock;

use imr_model::CaseNumber;
use regex::{Captures, Regex};

use super::{Cited, Paragraph};

/// A case number in any spelling that [`CaseNumber`] knows, also over a line end and with a dash for its hyphen; `IMR No.
/// 13-000004`; `CM160213037`; `Case No. 16-0213037`; and `Id.`.
static NUMBER: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b (?i: CM ) \s{0,2} (?<joined> \d{9} ) \b
        | \b (?i: (?: case | IMR ) \s{1,8} (?: no\.? | number ) :? \s{0,8} ) (?<bare> \d{2} [-‐‑‒–—−] \d{7} ) \b
        | \b (?<prefix> (?i: CM \s{0,2} | IMR \s{0,8} (?: (?:case\s{1,2})? (?:no\.?|number) :? \s{0,8} )? ) )
            (?<year> \d{2} ) \s{0,8} [-‐‑‒–—−] \s{0,8} (?<serial> \d{4,8} ) \b
        | \b (?<id> Id\. | Ibid\. | [Ii]bid\b )",
    )
});

/// The issue behind a case number. Of several (`issues 2 and 3`) none is meant alone.
static ISSUE: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) ^ \s* (?:
            \# \s* (?<mark> \d{1,3} ) \b
            | ,? \s* [(\[]? \s* (?:at\s+)? (?:disputed\s+)? (?:issue|decision|item) \s* (?:no\.?|number|num\.?)? \s* \#? \s*
                (?<word> \d{1,3} ) \b )",
    )
});

/// The case numbers of a brief, in their order.
pub(super) fn cited(paragraphs: &[Paragraph]) -> Vec<Cited> {
    let (Ok(number), Ok(issue)) = (&*NUMBER, &*ISSUE) else { return Vec::new() };
    let mut cited: Vec<Cited> = Vec::new();
    for (index, paragraph) in paragraphs.iter().enumerate() {
        for found in number.captures_iter(&paragraph.text) {
            let Some(all) = found.get(0) else { continue };
            let last = cited.last();
            let Some((case, before)) = case(&found)
                .map(|case| (case, None))
                .or_else(|| found.name("id").and(last).map(|last| (last.case.clone(), last.issue)))
            else {
                continue;
            };
            let named = issue.captures(&paragraph.text[all.end()..]).and_then(|found| {
                let digits = found.name("mark").or_else(|| found.name("word"))?;
                Some((digits.as_str().parse().ok()?, found.get(0)?.end()))
            });
            cited.push(Cited {
                case,
                issue: named.map(|(issue, _)| issue).or(before),
                spot: paragraph.spot(all.start()),
                is_id: found.name("id").is_some(),
                paragraph: index,
                start: all.start(),
                end: all.end() + named.map_or(0, |(_, length)| length),
            });
        }
    }
    cited
}

fn case(found: &Captures) -> Option<CaseNumber> {
    // Numbers of seven digits are those of `CM`, which some leave out.
    if let Some(digits) = found.name("joined").or_else(|| found.name("bare")) {
        let digits: String = digits.as_str().chars().filter(char::is_ascii_digit).collect();
        return format!("CM{}-{}", digits.get(..2)?, digits.get(2..)?).parse().ok();
    }
    let prefix = if found.name("prefix")?.as_str().starts_with(['c', 'C']) { "CM" } else { "IMR" };
    format!("{prefix}{}-{}", found.name("year")?.as_str(), found.name("serial")?.as_str()).parse().ok()
}
