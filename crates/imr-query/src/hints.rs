//! What in a query may be a slip of the pen.

use imr_index::{FieldKind, Schema};
use imr_vocabulary::{categories, drugs, guidelines, procedures, regions, specialties, states};

use crate::ast::{Ast, Span, Text, Typed, Value};
use crate::plan::field_of;

/// Hints on a query as it was understood: what its words do not mean, though it looks as if they should.
pub(crate) fn hints(typed: &str, understood: &Ast) -> Vec<String> {
    let mut hints = Vec::new();
    add(typed, understood, &mut hints);
    let mut distinct: Vec<String> = Vec::new();
    for hint in hints {
        if !distinct.contains(&hint) {
            distinct.push(hint);
        }
    }
    distinct
}

fn add(typed: &str, query: &Ast, hints: &mut Vec<String>) {
    match query {
        Ast::And(parts) => {
            for pair in parts.windows(2) {
                hints.extend(next_word_only(typed, &pair[0], &pair[1]));
            }
            hints.extend(parts.iter().filter_map(lower_case_operator));
            parts.iter().for_each(|part| add(typed, part, hints));
        }
        Ast::Or(parts) => {
            hints.extend(parts.iter().filter_map(lower_case_operator));
            parts.iter().for_each(|part| add(typed, part, hints));
        }
        Ast::Not(part) => add(typed, part, hints),
        _ => {}
    }
}

/// `norco or soma`: only operators in capitals are operators.
fn lower_case_operator(part: &Ast) -> Option<String> {
    let Ast::Text(Text::Word(word)) = part else { return None };
    let operator = word.text.to_uppercase();
    (matches!(word.text.as_str(), "or" | "and" | "not"))
        .then(|| format!("`{}` is searched as a word; the operator is written {operator}", word.text))
}

/// `specialty:pain management`: a field takes the next word only.
fn next_word_only(typed: &str, condition: &Ast, next: &Ast) -> Option<String> {
    let Ast::Field { name, value: Value::Text(Text::Word(value)) } = condition else { return None };
    let Ast::Text(Text::Word(word)) = next else { return None };
    let field = Schema::shared().definition(field_of(&name.text)?);
    let takes_words = field.kind == FieldKind::Text || is_name(&format!("{} {}", value.text, word.text));
    (takes_words && is_typed(typed, name, &value.span()) && stands_behind(typed, &value.span(), word)).then(|| {
        let (name, value, word) = (&name.text, &value.text, &word.text);
        format!("`{name}:` takes the next word only; write `{name}:\"{value} {word}\"` for both")
    })
}

/// Whether two words are a name of some value.
fn is_name(words: &str) -> bool {
    specialties().get(words).is_some()
        || states().get(words).is_some()
        || regions().get(words).is_some()
        || procedures().get(words).is_some()
        || drugs().get(words).is_some()
        || drugs().class(words).is_some()
        || categories().get(words).is_some()
        || guidelines().section(words).is_some()
        || [words.to_owned(), format!("{words} complaints")].iter().any(|title| guidelines().get(title).is_some())
}

/// Whether a condition stands in the query as it was typed, and was not understood from other words.
fn is_typed(typed: &str, name: &Typed, value: &Span) -> bool {
    typed.get(name.span().start..value.start).is_some_and(|text| text == format!("{}:", name.text))
}

fn stands_behind(typed: &str, value: &Span, word: &Typed) -> bool {
    typed.get(value.end..word.span().start).is_some_and(|between| !between.is_empty() && between.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_earn_a_hint() {
        for (query, want) in [
            ("norco or soma", "`or` is searched as a word; the operator is written OR"),
            (
                "specialty:pain management",
                "`specialty:` takes the next word only; write `specialty:\"pain management\"` for both",
            ),
            ("rationale:red flag", "`rationale:` takes the next word only; write `rationale:\"red flag\"` for both"),
            ("guideline:low back", "`guideline:` takes the next word only; write `guideline:\"low back\"` for both"),
            ("outcome:upheld xanax", ""),
            ("norco OR soma", ""),
            ("rationale:\"red flag\" noted", ""),
            ("page:24 weaning", ""),
        ] {
            assert_eq!(hints(query, &crate::parse(query).unwrap()).join("|"), want, "case: {query}");
        }
    }
}
