//! Slips of typists.

use super::dice::Dice;

/// One word in this many has a slip.
const WORDS_A_SLIP: usize = 400;

/// Text in which some longer words have two letters in the wrong order, one twice or one missing.
pub(crate) fn with_slips(text: String, dice: &mut Dice) -> String {
    let words = text.len() / 7;
    let expected = words * 100 / WORDS_A_SLIP;
    let slips = expected / 100 + usize::from(dice.chance(expected % 100));
    (0..slips).fold(text, |text, _| with_slip(text, dice))
}

fn with_slip(mut text: String, dice: &mut Dice) -> String {
    // A few tries find the middle of a longer word, or the text has hardly any.
    let Some(place) = (0..8).map(|_| dice.below(text.len())).find(|place| is_inside_word(&text, *place)) else {
        return text;
    };
    let letter = text.remove(place);
    match dice.below(3) {
        0 => {}
        1 => text.insert(place + 1, letter),
        _ => (0..2).for_each(|_| text.insert(place, letter)),
    }
    text
}

/// Whether two letters stand on either side of a place.
fn is_inside_word(text: &str, place: usize) -> bool {
    let around = place.checked_sub(2).and_then(|first| text.as_bytes().get(first..place + 3));
    around.is_some_and(|around| around.iter().all(u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_touch_few_words_and_no_numbers() {
        let text = "shoulder 10-325 tablets examination ".repeat(500);
        let slipped = with_slips(text.clone(), &mut Dice::new(1, 1));
        let changed = text.split(' ').zip(slipped.split(' ')).filter(|(before, after)| before != after).count();
        assert!((3..=6).contains(&changed), "{changed}");
        assert_eq!(slipped.matches("10-325").count(), 500);
    }
}
