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
#[expect(clippy::expect_used, reason = "the pattern is a constant")]
pub fn spinal_levels(text: &str) -> Vec<SpinalLevel> {
    static LEVEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?:^|[^\w\#.]) ([CTLS])-?(\d{1,2}) (?: \s? (?:-|/|\x{2013}|\bto\b|\bthrough\b) \s? ([CTLS])?-?(\d{1,2}) )? (?:$|[^\w%])",
        )
        .expect("the pattern is well formed")
    });
    let mut levels = Vec::new();
    let mut from = 0;
    while let Some(found) = LEVEL.captures_at(text, from) {
        let letter =
            |group| found.get(group).and_then(|part| part.as_str().chars().next()).map(|c| c.to_ascii_uppercase());
        let number = |group| found.get(group).and_then(|part| part.as_str().parse::<usize>().ok());
        // The sign behind a level may stand before the next.
        from = found.get(4).or(found.get(2)).map_or(text.len(), |last| last.end());
        let (Some(first), Some(at)) = (letter(1), number(2)) else { continue };
        let Some(start) = place(first, at) else { continue };
        let end = number(4).and_then(|to| match letter(3) {
            Some(letter) => place(letter, to),
            // `L5-1` is L5-S1.
            None if first == 'L' && to == 1 => place('S', 1),
            None => place(first, to),
        });
        match end {
            Some(end) if end > start => levels.extend((start..end).map(|upper| SpinalLevel {
                region: region(upper),
                name: format!("{}-{}", name(upper), name(upper + 1)),
            })),
            _ => levels.push(SpinalLevel { region: region(start), name: name(start) }),
        }
    }
    levels
}

/// The vertebrae from the top: seven of the neck, twelve of the chest, five of the back, the sacrum.
const VERTEBRAE: [(char, usize, &str); 4] =
    [('C', 7, "cervical spine"), ('T', 12, "thoracic spine"), ('L', 5, "lumbar spine"), ('S', 5, "lumbar spine")];

/// The place of a vertebra, counted from the top.
fn place(letter: char, number: usize) -> Option<usize> {
    let mut before = 0;
    for (part, count, _) in VERTEBRAE {
        if part == letter {
            return (1..=count).contains(&number).then_some(before + number - 1);
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
            ("LSO brace L0637", vec![]),
            ("C9 and T15", vec![]),
            ("Medial branch block L3/4, L4/5", vec!["L3-L4", "L4-L5"]),
        ] {
            let found: Vec<String> = spinal_levels(text).into_iter().map(|level| level.name).collect();
            assert_eq!(found, want, "case: {text}");
        }
    }
}
