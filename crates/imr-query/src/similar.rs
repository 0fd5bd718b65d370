//! `similar:ID`: decisions that share what is rare in one decision.

use std::collections::BTreeMap;

use imr_index::{IndexReader, Schema, stem_term, words};
use imr_model::{CaseNumber, Decision, Letter};

use crate::ast::{Ast, Span, Text, Typed, Value};
use crate::error::{QueryError, SyntaxError};
use crate::lower::frequency;

/// So many words are compared.
const WORDS: usize = 25;

/// A query in which each `similar:ID` is what it stands for: as much as possible of what is rare in that decision, and not
/// the decision itself.
pub(crate) fn with_similar(query: Ast, index: &IndexReader) -> Result<Ast, QueryError> {
    let all = |parts: Vec<Ast>| parts.into_iter().map(|part| with_similar(part, index)).collect::<Result<Vec<_>, _>>();
    Ok(match query {
        Ast::Field { name, value } if name.text.eq_ignore_ascii_case("similar") => {
            let Value::Text(text) = value else {
                let help = "name a decision, as in `similar:CM16-0213037#2`";
                return Err(SyntaxError::new("`similar:` without a decision", name.span(), help).into());
            };
            similar(text.typed(), index)?
        }
        // Conditions of their own join those that stand beside them.
        Ast::And(parts) => Ast::all_of(all(parts)?.into_iter().flat_map(flat).collect()),
        Ast::Or(parts) => Ast::Or(all(parts)?),
        Ast::Most(parts) => Ast::Most(all(parts)?),
        Ast::Not(part) => with_similar(*part, index)?.negated(),
        other => other,
    })
}

fn flat(query: Ast) -> Vec<Ast> {
    match query {
        Ast::And(parts) => parts,
        other => vec![other],
    }
}

fn similar(id: &Typed, index: &IndexReader) -> Result<Ast, QueryError> {
    let (letter, decision) = find(id, index)?;
    let span = id.span();
    let mut parts = concepts(&decision, &span);
    parts.extend(
        rare_words(&decision, index)?.into_iter().map(|word| Ast::Text(Text::Word(Typed::new(word, span.clone())))),
    );
    let itself = vec![value("source", &letter.source, &span), value("n", &decision.n.to_string(), &span)];
    Ok(Ast::And(vec![Ast::Most(parts), Ast::And(itself).negated()]))
}

/// The decision that an id names, and its letter: `CM16-0213037#2`; without a number the only one of its letter.
///
/// # Errors
///
/// [`QueryError::Syntax`] with a span of `id` if no decision is called so, [`QueryError::Index`] if the index cannot be
/// read.
pub fn decision(index: &IndexReader, id: &str) -> Result<(Letter, Decision), QueryError> {
    find(&Typed::new(id, 0..id.len()), index)
}

/// The same of an id in a query.
pub(crate) fn find(id: &Typed, index: &IndexReader) -> Result<(Letter, Decision), QueryError> {
    let numbered = id.text.rsplit_once('#').and_then(|(name, n)| Some((name, n.parse::<usize>().ok()?)));
    let (name, n) = numbered.map_or((id.text.as_str(), None), |(name, n)| (name, Some(n)));
    let unknown = |problem: String, help: &str| QueryError::Syntax(SyntaxError::new(problem, id.span(), help));
    let letters = match name.parse::<CaseNumber>() {
        Ok(number) => index.letters("case", number.as_str())?,
        Err(_) => Vec::new(),
    };
    let letters = if letters.is_empty() { index.letters("source", name)? } else { letters };
    let letter = letters.into_iter().next().ok_or_else(|| {
        unknown(
            format!("no letter called `{name}`"),
            "write a case number and the decision's place, as in CM16-0213037#2",
        )
    })?;
    let decision = match (n, letter.decisions.as_slice()) {
        (Some(n), decisions) => decisions.iter().find(|decision| decision.n == n).cloned(),
        (None, [one]) => Some(one.clone()),
        (None, _) => None,
    };
    let decision = decision.ok_or_else(|| {
        let count = letter.decisions.len();
        let problem = format!("`{}` has {count} decision{}", letter.name(), if count == 1 { "" } else { "s" });
        unknown(problem, "name one of them by its place, as in CM16-0213037#2")
    })?;
    Ok((letter, decision))
}

fn value(field: &str, value: &str, span: &Span) -> Ast {
    let text = Text::Phrase { text: Typed::new(value, span.clone()), slop: 0 };
    Ast::field(field, Value::Text(text), span)
}

fn concepts(decision: &Decision, span: &Span) -> Vec<Ast> {
    let concepts = &decision.concepts;
    let fields = [
        ("drug", concepts.drugs.as_slice()),
        ("class", &concepts.drug_classes),
        ("procedure", concepts.procedure.as_slice()),
        ("subcategory", concepts.subcategory.as_slice()),
        ("body", &concepts.body_regions),
        ("gap", &concepts.gaps),
    ];
    fields.into_iter().flat_map(|(field, values)| values.iter().map(move |text| value(field, text, span))).collect()
}

/// The words of a decision that are frequent in it and rare in others, in the order of their weight.
fn rare_words(decision: &Decision, index: &IndexReader) -> Result<Vec<String>, QueryError> {
    let field = Schema::shared().id("rationale");
    let text = format!("{} {}", decision.treatment, decision.rationale.as_deref().unwrap_or_default());
    let mut counts: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for word in words(&text).filter(|word| word.text.len() > 2 && word.text.starts_with(char::is_alphabetic)) {
        counts.entry(stem_term(&word.text)).or_insert_with(|| (word.text.clone(), 0)).1 += 1;
    }
    let mut weighed: Vec<(f64, String)> = Vec::new();
    #[expect(clippy::cast_precision_loss, reason = "numbers of documents")]
    let all = index.searcher().num_docs().max(1) as f64;
    for (stem, (word, count)) in counts {
        let others = frequency(field, &stem, index)?;
        // A word of this decision alone finds nothing else.
        if others > 1 {
            #[expect(clippy::cast_precision_loss, reason = "numbers of documents")]
            let rarity = (all / others as f64).ln();
            weighed.push((f64::from(count).sqrt() * rarity, word));
        }
    }
    weighed.sort_by(|(one, word), (other, next)| other.total_cmp(one).then_with(|| word.cmp(next)));
    Ok(weighed.into_iter().take(WORDS).map(|(_, word)| word).collect())
}
