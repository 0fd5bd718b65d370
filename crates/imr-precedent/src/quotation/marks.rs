//! The editing marks of a quotation: ellipses, brackets, `[sic]`.

use std::sync::LazyLock;

use regex::Regex;

use super::canon::{Character, characters};

/// A quotation by its editing marks: runs between which something is left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Marked {
    /// Each has at least one piece.
    pub(super) runs: Vec<Vec<Piece>>,
    /// Notes of the writer that stand in it, such as `[sic]`.
    pub(super) notes: Vec<String>,
}

/// A piece of a run.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Words of the letter.
    Text(Vec<Character>),
    /// What the writer put in brackets, in place of words or letters of the letter.
    Bracket(Bracket),
}

/// A bracket: `[t]he`, `need[ed]`, `[the worker]`.
#[derive(Clone, Debug)]
pub(super) struct Bracket {
    /// What stands in it.
    pub(super) text: String,
    pub(super) characters: Vec<Character>,
    /// It belongs to a word that goes on before or behind it.
    pub(super) is_in_word: bool,
    /// White space stands before it.
    pub(super) after_blank: bool,
}

/// The conventions of the Bluebook, rule 5.2 and 5.3, and what is seen beside them.
static MARK: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        (?<ellipsis> \[\s*(?:\.\s*){3,}\] | \[\s*…\s*\] | …\.? | \.(?:\s?\.){2,} | \*\s\*\s\* | \[\s*\*(?:\s?\*){2}\s*\]
            | \[ (?:internal\ )? (?:citations?|footnotes?|quotations?(?:\ marks)?) \ omitted \] )
        | (?<note> \[\s*sic\.?\s*\] | [\[(] \s* (?:emphasis|italics) \s (?:added|supplied|mine|in\ original|omitted) \s* [\])] )
        | \[ (?<bracket> [^\[\]]{0,200} ) \]",
    )
});

/// Divides a quotation at its editing marks.
pub(super) fn marked(quotation: &str) -> Marked {
    let mut marked = Marked { runs: vec![Vec::new()], notes: Vec::new() };
    let mut from = 0;
    if let Ok(pattern) = &*MARK {
        for found in pattern.captures_iter(quotation) {
            let Some(all) = found.get(0) else { continue };
            marked.text(&quotation[from..all.start()], quotation, from);
            from = all.end();
            if found.name("ellipsis").is_some() {
                marked.runs.push(Vec::new());
            } else if let Some(note) = found.name("note") {
                marked.notes.push(note.as_str().to_owned());
            } else if let Some(bracket) = found.name("bracket") {
                marked.bracket(bracket.as_str(), &quotation[..all.start()], &quotation[all.end()..]);
            }
        }
    }
    marked.text(&quotation[from..], quotation, from);
    marked.runs.retain(|run| !run.is_empty());
    marked
}

impl Marked {
    fn add(&mut self, piece: Piece) {
        if let Some(run) = self.runs.last_mut() {
            run.push(piece);
        }
    }

    fn text(&mut self, text: &str, quotation: &str, at: usize) {
        let mut characters = characters(text);
        let is_after_blank = quotation[..at].ends_with(char::is_whitespace) || at == 0;
        if let Some(first) = characters.first_mut() {
            first.after_blank = is_after_blank || text.starts_with(char::is_whitespace);
            self.add(Piece::Text(characters));
        }
    }

    /// Adds a bracket; one beside another joins it, so that no two brackets share out what they stand for.
    fn bracket(&mut self, text: &str, before: &str, after: &str) {
        let is_in_word = before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        if let Some(Piece::Bracket(last)) = self.runs.last_mut().and_then(|run| run.last_mut()) {
            last.text = format!("{} {text}", last.text);
            last.characters = characters(&last.text);
            last.is_in_word &= is_in_word;
            return;
        }
        let after_blank = before.is_empty() || before.ends_with(char::is_whitespace);
        let bracket = Bracket { text: text.to_owned(), characters: characters(text), is_in_word, after_blank };
        self.add(Piece::Bracket(bracket));
    }

    /// A text without editing marks: what looks like one belongs to it.
    pub(super) fn plain(text: &str) -> Self {
        let mut plain = Self { runs: vec![Vec::new()], notes: Vec::new() };
        plain.text(text, text, 0);
        plain.runs.retain(|run| !run.is_empty());
        plain
    }

    /// Whether there is anything in it that can be found.
    pub(super) fn has_words(&self) -> bool {
        let has_words =
            |piece: &Piece| matches!(piece, Piece::Text(text) if text.iter().any(|c| c.folded.is_alphanumeric()));
        !self.runs.is_empty() && self.runs.iter().flatten().any(has_words)
    }

    /// Whether it is nothing but words of the letter.
    pub(super) fn is_plain(&self) -> bool {
        self.notes.is_empty() && matches!(self.runs.as_slice(), [run] if matches!(run.as_slice(), [Piece::Text(_)]))
    }
}

/// A run as it is written.
pub(super) fn shown(run: &[Piece]) -> String {
    let mut text = String::new();
    for piece in run {
        match piece {
            Piece::Text(characters) => {
                for character in characters {
                    text.extend(character.after_blank.then_some(' '));
                    text.push(character.folded);
                }
            }
            Piece::Bracket(bracket) => {
                text.extend(bracket.after_blank.then_some(' '));
                text.push_str(&format!("[{}]", bracket.text));
            }
        }
    }
    text
}

/// The negations in a text, of which each what it stands beside into its opposite.
pub(super) fn negations(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')));
    let is_negation = |word: &&str| {
        let word = word.to_lowercase().replace('’', "'");
        NEGATIONS.contains(&word.as_str()) || word.ends_with("n't") || word.starts_with("non-")
    };
    words.filter(is_negation).map(str::to_lowercase).collect()
}

const NEGATIONS: [&str; 15] = [
    "not", "no", "never", "cannot", "nor", "neither", "without", "none", "nothing", "nobody", "non", "nowhere",
    "hardly", "barely", "scarcely",
];

/// Parts of words that turn them into their opposite.
pub(super) fn is_negating_affix(part: &str) -> bool {
    let part = part.to_lowercase();
    ["un", "in", "im", "il", "ir", "non", "dis", "mis", "a", "anti", "contra", "n't", "nt", "'t", "t", "less", "free"]
        .contains(&part.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs divided by `/`, text as it is, brackets in brackets, `~` before those in a word.
    fn outline(quotation: &str) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(characters) => characters.iter().map(|c| c.folded).collect(),
            Piece::Bracket(bracket) => format!("{}[{}]", if bracket.is_in_word { "~" } else { "" }, bracket.text),
        };
        let run = |run: &Vec<Piece>| run.iter().map(piece).collect::<String>();
        let marked = marked(quotation);
        format!("{}{}", marked.runs.iter().map(run).collect::<Vec<_>>().join("/"), marked.notes.join(""))
    }

    #[test]
    fn editing_marks_are_read() {
        for (quotation, want) in [
            ("is not necessary", "isnotnecessary"),
            ("is ... necessary", "is/necessary"),
            ("is . . . necessary", "is/necessary"),
            ("is. . . . Necessary", "is/Necessary"),
            ("is … necessary", "is/necessary"),
            ("is [...] necessary […] now", "is/necessary/now"),
            ("is * * * necessary", "is/necessary"),
            ("... necessary ...", "necessary"),
            ("[t]he request", "~[t]herequest"),
            ("need[ed] it", "need~[ed]it"),
            ("[The worker] took it", "[The worker]tookit"),
            ("he [or] [she] took", "he[or she]took"),
            ("a recieved [sic] note", "arecievednote[sic]"),
            ("is not (emphasis added)", "isnot(emphasis added)"),
            ("is [citation omitted] now", "is/now"),
            ("", ""),
            ("...", ""),
        ] {
            assert_eq!(outline(quotation), want, "case: {quotation}");
        }
    }

    #[test]
    fn negations_are_known() {
        for (text, want) in
            [("is not", 1), ("isn’t so", 1), ("note nothing", 1), ("another", 0), ("non-industrial", 1), ("", 0)]
        {
            assert_eq!(negations(text).len(), want, "case: {text}");
        }
    }
}
