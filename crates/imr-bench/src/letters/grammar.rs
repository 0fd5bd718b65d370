//! Rules that make text: `text/README.md` explains how they are written.

use std::collections::HashMap;

use super::dice::Dice;
use super::facts::{Fact, Facts};

/// Rules by their names.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    rules: Vec<Vec<Alternative>>,
    names: HashMap<String, usize>,
}

#[derive(Debug)]
struct Alternative {
    weight: usize,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Number(u32, u32),
    Fact { fact: Fact, capital: bool },
    Rule { rule: usize, capital: bool },
    Keyed { stem: String, key: Fact, capital: bool },
    Choice(Vec<Vec<Piece>>),
}

impl Grammar {
    /// Reads rules in the notation of `text/README.md`.
    ///
    /// # Panics
    ///
    /// If a rule is used that does not exist, or is written wrongly. The rules are compiled in and the tests expand them all.
    pub(crate) fn read(texts: &[&str], tables: Vec<(&str, Vec<(usize, String)>)>) -> Self {
        let mut grammar = Self::default();
        let lines =
            || texts.iter().flat_map(|text| text.lines()).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let named = lines().filter_map(|line| line.strip_prefix("= "));
        for name in named.chain(tables.iter().map(|(name, _)| *name)) {
            let known = grammar.names.insert(name.to_owned(), grammar.rules.len());
            assert!(known.is_none(), "two rules are called `{name}`");
            grammar.rules.push(Vec::new());
        }
        let mut rule = 0;
        for line in lines() {
            if let Some(name) = line.strip_prefix("= ") {
                rule = grammar.names[name];
            } else {
                let alternative = grammar.alternative(line);
                grammar.rules[rule].push(alternative);
            }
        }
        for (name, items) in tables {
            let alternative = |(weight, text)| Alternative { weight, pieces: vec![Piece::Text(text)] };
            let rule = grammar.names[name];
            grammar.rules[rule].extend(items.into_iter().map(alternative));
        }
        grammar
    }

    fn alternative(&self, line: &str) -> Alternative {
        let weighted = line.split_once("* ").and_then(|(weight, text)| Some((weight.parse().ok()?, text)));
        let (weight, text) = weighted.unwrap_or((1, line));
        let mut rest = text;
        let pieces = self.pieces(&mut rest);
        assert!(rest.is_empty(), "a bracket is closed that was not opened: {line}");
        Alternative { weight, pieces }
    }

    /// Reads pieces up to the end of a text or of a choice.
    fn pieces(&self, rest: &mut &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while let Some(first) = rest.chars().next() {
            match first {
                '|' | ']' => break,
                '[' => pieces.push(self.choice(rest)),
                '{' => pieces.push(self.reference(rest)),
                _ => {
                    let end = rest.find(['|', ']', '[', '{']).unwrap_or(rest.len());
                    pieces.push(Piece::Text(rest[..end].to_owned()));
                    *rest = &rest[end..];
                }
            }
        }
        pieces
    }

    fn choice(&self, rest: &mut &str) -> Piece {
        let mut alternatives = Vec::new();
        while !rest.starts_with(']') {
            assert!(rest.len() > 1, "a choice is not closed");
            *rest = &rest[1..];
            alternatives.push(self.pieces(rest));
        }
        *rest = &rest[1..];
        Piece::Choice(alternatives)
    }

    #[expect(clippy::expect_used, reason = "the rules are constants of the program, and tests read them all")]
    fn reference(&self, rest: &mut &str) -> Piece {
        let (name, behind) = rest[1..].split_once('}').expect("a reference is closed");
        *rest = behind;
        if let Some((first, last)) = name.split_once("..") {
            let number = |digits: &str| digits.parse().expect("a number");
            return Piece::Number(number(first), number(last));
        }
        let capital = name.starts_with('^');
        let name = name.trim_start_matches('^');
        if let Some((stem, key)) = name.split_once('@') {
            let key = Fact::named(key).expect("a fact");
            return Piece::Keyed { stem: stem.to_owned(), key, capital };
        }
        if let Some(fact) = Fact::named(name) {
            return Piece::Fact { fact, capital };
        }
        Piece::Rule { rule: self.rule(name), capital }
    }

    /// Whether there is a rule of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    #[expect(clippy::panic, reason = "the rules are constants of the program, and tests expand them all")]
    fn rule(&self, name: &str) -> usize {
        *self.names.get(name).unwrap_or_else(|| panic!("no rule is called `{name}`"))
    }

    /// What a rule makes of some facts.
    pub(crate) fn expand(&self, name: &str, facts: &Facts, dice: &mut Dice) -> String {
        let mut out = String::new();
        self.write_rule(self.rule(name), facts, dice, &mut out);
        out
    }

    fn write_rule(&self, rule: usize, facts: &Facts, dice: &mut Dice, out: &mut String) {
        let alternatives = &self.rules[rule];
        let place = dice.weighted(alternatives.iter().map(|alternative| alternative.weight));
        self.write(&alternatives[place].pieces, facts, dice, out);
    }

    fn write(&self, pieces: &[Piece], facts: &Facts, dice: &mut Dice, out: &mut String) {
        for piece in pieces {
            let start = out.len();
            let is_capital = match piece {
                Piece::Text(text) => {
                    push(out, text);
                    false
                }
                Piece::Number(first, last) => {
                    out.push_str(&dice.between(*first, *last).to_string());
                    false
                }
                Piece::Fact { fact, capital } => {
                    out.push_str(facts.get(*fact));
                    *capital
                }
                Piece::Rule { rule, capital } => {
                    self.write_rule(*rule, facts, dice, out);
                    *capital
                }
                Piece::Keyed { stem, key, capital } => {
                    let rule = self.rule(&format!("{stem}{}", facts.get(*key)));
                    self.write_rule(rule, facts, dice, out);
                    *capital
                }
                Piece::Choice(alternatives) => {
                    let chosen = dice.below(alternatives.len());
                    self.write(&alternatives[chosen], facts, dice, out);
                    false
                }
            };
            if is_capital {
                capitalize(out, start);
            }
        }
    }
}

/// Adds text; blanks left by choices that came out empty are not doubled.
fn push(out: &mut String, text: &str) {
    let doubled = text.starts_with(' ') && (out.is_empty() || out.ends_with(' '));
    out.push_str(if doubled { &text[1..] } else { text });
}

fn capitalize(out: &mut String, start: usize) {
    if let Some(first) = out[start..].chars().next().filter(char::is_ascii_lowercase) {
        out.replace_range(start..=start, &first.to_ascii_uppercase().to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expansions(rules: &str) -> Vec<String> {
        let grammar = Grammar::read(&[rules], vec![("table", vec![(1, "item".to_owned())])]);
        let mut facts = Facts::default();
        facts.set(Fact::Region, "knee");
        let mut found: Vec<String> = (0..200).map(|i| grammar.expand("a", &facts, &mut Dice::new(1, i))).collect();
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn rules_expand_to_all_they_can_mean() {
        for (name, rules, want) in [
            ("alternatives", "= a\nx\n2* y", vec!["x", "y"]),
            ("choice with nothing", "= a\nx[ y|] z", vec!["x y z", "x z"]),
            ("no doubled blank", "= a\nx [y|] z", vec!["x y z", "x z"]),
            ("nested choices", "= a\n[x|[y|z]]", vec!["x", "y", "z"]),
            ("rule with a capital", "= a\n{^b}.\n= b\nword", vec!["Word."]),
            ("fact", "= a\nthe {region}", vec!["the knee"]),
            ("rule named after a fact", "= a\n{b.@region}\n= b.knee\nswollen", vec!["swollen"]),
            ("numbers", "= a\n{3..5}", vec!["3", "4", "5"]),
            ("table", "= a\n{table}", vec!["item"]),
        ] {
            assert_eq!(expansions(rules), want, "case: {name}");
        }
    }
}
