//! Levels of the spine: `L4-5`, `C5-C6`, `S1`.

use std::sync::LazyLock;

use regex::Regex;

/// A vertebra, or the disc between two neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpinalLevel {
    /// The part of the spine: `lumbar spine`.
    pub region: &'static str,
    /// `L4-L5`, or `L4`.
    pub name: String,
}

/// The levels that a text names. A range is given by its pairs of neighbours: `L3-5` is `L3-L4` and `L4-L5`.
///
/// # Examples
///
/// ```
/// let levels = imr_vocabulary::spinal_levels("ESI at L5-1");
/// assert_eq!((levels[0].region, levels[0].name.as_str()), ("lumbar spine", "L5-S1"));
/// ```
#[must_use]
pub fn spinal_levels(text: &str) -> Vec<SpinalLevel> {
    static LEVEL: LazyLock<Regex> = LazyLock::new(|| compile(r"(?ix) (?:^|[^\w\#.]) ([CTLS])-?(\d{1,2}) (?:$|[^\w%])"));
    // Making the patterns takes longer than most queries, and few texts name a level.
    if !text.as_bytes().windows(2).any(may_begin_level) {
        return Vec::new();
    }
    let mut levels = Vec::new();
    let mut from = 0;
    while let Some(found) = LEVEL.captures_at(text, from) {
        let Some(letter) = found[1].chars().next().map(|letter| letter.to_ascii_uppercase()) else { break };
        // The sign behind a level may stand before the next.
        from = found.get(2).map_or(text.len(), |number| number.end());
        let Some(mut upper) = found[2].parse().ok().and_then(|number| place(letter, number)) else { continue };
        let first = levels.len();
        while let Some((lower, length, is_range)) = goes_on(&text[from..], upper) {
            from += length;
            if is_range {
                levels.extend((upper..lower).map(|disc| SpinalLevel {
                    region: region(disc),
                    name: format!("{}-{}", name(disc), name(disc + 1)),
                }));
            } else {
                if levels.len() == first {
                    levels.push(SpinalLevel { region: region(upper), name: name(upper) });
                }
                levels.push(SpinalLevel { region: region(lower), name: name(lower) });
            }
            upper = lower;
        }
        if levels.len() == first {
            levels.push(SpinalLevel { region: region(upper), name: name(upper) });
        }
    }
    levels
}

/// Whether two bytes may be the first of a level: its letter, and a number or a hyphen.
fn may_begin_level(bytes: &[u8]) -> bool {
    matches!(bytes, [b'C' | b'T' | b'L' | b'S' | b'c' | b't' | b'l' | b's', b'0'..=b'9' | b'-'])
}

/// Whether a level goes on to a lower one, as in `L4-5`, `L3-4-5`, `L5-S1` (ranges) or `L3,4,5` (single levels): the place
/// of the lower, the length of what says so, and whether it is a range.
fn goes_on(rest: &str, upper: usize) -> Option<(usize, usize, bool)> {
    static NEXT: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?ix) ^ (?: \s? (?P<range> - | / | \x{2013} | \bto\b | \bthrough\b ) \s? | , ) ([CTLS])? -? (\d{1,2}) (?:$|[^\w%])",
        )
    });
    let found = NEXT.captures(rest)?;
    let number: usize = found[3].parse().ok()?;
    let (letter, ..) = vertebra(upper);
    let lower = match found.get(2).and_then(|letter| letter.as_str().chars().next()) {
        Some(letter) => place(letter.to_ascii_uppercase(), number),
        // `L5-1` is L5-S1.
        None if letter == 'L' && number == 1 => place('S', 1),
        None => place(letter, number),
    }?;
    (lower > upper).then_some((lower, found.get(3)?.end(), found.name("range").is_some()))
}

#[expect(clippy::expect_used, reason = "the patterns are constants")]
fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well formed")
}

/// The vertebrae from the top: seven of the neck, twelve of the chest, five of the back, the sacrum.
const VERTEBRAE: [(char, usize, &str); 4] =
    [('C', 7, "cervical spine"), ('T', 12, "thoracic spine"), ('L', 5, "lumbar spine"), ('S', 5, "lumbar spine")];

/// The place of a vertebra, counted from the top.
fn place(letter: char, number: usize) -> Option<usize> {
    let mut before = 0;
    for (part, count, _) in VERTEBRAE {
        if part == letter {
            return (1..=count).contains(&number).then(|| before + number - 1);
        }
        before += count;
    }
    None
}

/// The letter, number and region of a place.
fn vertebra(place: usize) -> (char, usize, &'static str) {
    let mut number = place;
    for (letter, count, region) in VERTEBRAE {
        if number < count {
            return (letter, number + 1, region);
        }
        number -= count;
    }
    ('S', 5, "lumbar spine")
}

fn region(place: usize) -> &'static str {
    vertebra(place).2
}

fn name(place: usize) -> String {
    let (letter, number, _) = vertebra(place);
    format!("{letter}{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_the_spine() {
        for (text, want) in [
            ("Facet injection L4-5", vec!["L4-L5"]),
            ("ESI at L5-S1", vec!["L5-S1"]),
            ("ESI at L5-1", vec!["L5-S1"]),
            ("Fusion C4-C7", vec!["C4-C5", "C5-C6", "C6-C7"]),
            ("Fusion L3-5", vec!["L3-L4", "L4-L5"]),
            ("Block of L3, L4 and L5", vec!["L3", "L4", "L5"]),
            ("C7/T1 injection", vec!["C7-T1"]),
            ("Fusion L4-L5-S1", vec!["L4-L5", "L5-S1"]),
            ("Fusion L3-4-5", vec!["L3-L4", "L4-L5"]),
            ("Block of L3,4,5", vec!["L3", "L4", "L5"]),
            ("LSO brace L0637", vec![]),
            ("C9, C0 and T15", vec![]),
            ("Medial branch block L3/4, L4/5", vec!["L3-L4", "L4-L5"]),
        ] {
            let found: Vec<String> = spinal_levels(text).into_iter().map(|level| level.name).collect();
            assert_eq!(found, want, "case: {text}");
        }
    }
}
