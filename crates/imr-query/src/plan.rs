//! From what a query says to what the index is asked: names become fields, values become index terms.
//!
//! Every leaf of a [`Plan`] is a term or a number, so that no engine's analyser is left to differ. Lowering a plan to
//! an engine is one module ([`crate::lower`]); another engine needs another such module and nothing else.

use imr_index::{FieldDefinition, FieldId, FieldKind, Schema, keyword_term, stem_term, words};
use imr_model::{Agreement, CaseOutcome, Family, Laterality};
use imr_vocabulary::{categories, drugs, gaps, guidelines, procedures, regions, specialties, spinal_levels};

use crate::ast::{Ast, Bound, Span, Typed, Value};
use crate::english::outcome_word;
use crate::error::{SyntaxError, nearest};

/// What the index is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plan {
    /// Every document.
    All,
    /// No document.
    Nothing,
    /// Documents whose field holds a term.
    Term {
        field: FieldId,
        term: String,
    },
    /// Documents whose field holds terms one after another.
    Phrase {
        field: FieldId,
        terms: Vec<String>,
    },
    /// Documents whose number lies between two, both included.
    Number {
        field: FieldId,
        from: u64,
        to: u64,
    },
    /// Documents that have the field.
    Has(FieldId),
    And(Vec<Plan>),
    Or(Vec<Plan>),
    Not(Box<Plan>),
    /// As the first of these, ranked by the best of them times its weight.
    Best(Vec<(f32, Plan)>),
    /// As this, but without a say in the ranking.
    Filter(Box<Plan>),
}

/// A plan, and what its making has to tell the user.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) plan: Plan,
    /// Corrections and expansions: `cyclobenzaprin -> cyclobenzaprine`.
    pub(crate) notes: Vec<String>,
}

/// Makes a plan of a query.
pub(crate) fn resolve(query: &Ast) -> Result<Resolved, SyntaxError> {
    let mut resolver = Resolver { schema: Schema::shared(), notes: Vec::new() };
    let plan = resolver.plan(query)?;
    Ok(Resolved { plan, notes: resolver.notes })
}

struct Resolver {
    schema: &'static Schema,
    notes: Vec<String>,
}

impl Resolver {
    fn plan(&mut self, query: &Ast) -> Result<Plan, SyntaxError> {
        match query {
            Ast::All => Ok(Plan::All),
            Ast::Word(word) => Ok(self.any_text(&word.text, false)),
            Ast::Phrase(phrase) => Ok(self.any_text(&phrase.text, true)),
            Ast::Field { name, value } => self.field(name, value),
            Ast::And(parts) => Ok(Plan::And(parts.iter().map(|part| self.plan(part)).collect::<Result<_, _>>()?)),
            Ast::Or(parts) => Ok(Plan::Or(parts.iter().map(|part| self.plan(part)).collect::<Result<_, _>>()?)),
            Ast::Not(part) => Ok(Plan::Not(Box::new(self.plan(part)?))),
        }
    }

    /// A word or phrase in any text field, ranked by the field where it counts most.
    fn any_text(&self, text: &str, exact: bool) -> Plan {
        let fields = self.schema.fields().filter(|(_, field)| field.kind == FieldKind::Text);
        let plans: Vec<(f32, Plan)> = fields.map(|(id, field)| (field.weight, text_plan(id, text, exact))).collect();
        if plans.iter().all(|(_, plan)| *plan == Plan::Nothing) { Plan::Nothing } else { Plan::Best(plans) }
    }

    fn field(&mut self, name: &Typed, value: &Value) -> Result<Plan, SyntaxError> {
        let lower = name.text.to_lowercase();
        if let Some(rest) = lower.strip_prefix("any.") {
            let reviewer = self.one_field(rest, name, value)?;
            let administrator = self.one_field(&format!("ca.{rest}"), name, value)?;
            return Ok(Plan::Or(vec![reviewer, administrator]));
        }
        self.one_field(lower.strip_prefix("mx.").unwrap_or(&lower), name, value)
    }

    fn one_field(&mut self, called: &str, name: &Typed, value: &Value) -> Result<Plan, SyntaxError> {
        let id = find(called).ok_or_else(|| self.unknown_field(name))?;
        let FieldDefinition { name: called, kind, .. } = self.schema.definition(id);
        let (called, kind) = (called.as_str(), *kind);
        match (value, kind) {
            (Value::Any, _) => Ok(Plan::Filter(Box::new(Plan::Has(id)))),
            (Value::Word(typed) | Value::Phrase(typed), FieldKind::Text) => {
                Ok(text_plan(id, &typed.text, matches!(value, Value::Phrase(_))))
            }
            (Value::Word(typed) | Value::Phrase(typed), FieldKind::Title) => {
                Ok(filter(self.title(id, called, typed, matches!(value, Value::Phrase(_)))))
            }
            (Value::Word(typed) | Value::Phrase(typed), FieldKind::Keyword | FieldKind::Key | FieldKind::Path) => {
                Ok(filter(self.keyword(id, called, typed)?))
            }
            (Value::Word(typed) | Value::Phrase(typed), FieldKind::Number | FieldKind::Date) => {
                let (from, to) = number_or_date(kind, &typed.text, &typed.span)?;
                Ok(filter(Plan::Number { field: id, from, to }))
            }
            (Value::Range { from, to, span }, FieldKind::Number | FieldKind::Date) => {
                range(id, kind, from.as_ref(), to.as_ref(), span)
            }
            (Value::Range { span, .. }, _) => {
                let problem = format!("field `{called}` has no order, so no range");
                Err(SyntaxError::new(problem, span.clone(), "name one value, or several as `field:(a OR b)`"))
            }
        }
    }

    fn unknown_field(&self, name: &Typed) -> SyntaxError {
        let names = self.schema.public_fields().map(|(_, field)| field.name.as_str());
        let help = match nearest(&name.text, names) {
            Some(near) => format!("did you mean `{near}`? All fields stand in `imr-search query --help`"),
            None => format!(
                "all fields stand in `imr-search query --help`; to search for the text, write \"{}: ...\" in quotes",
                name.text
            ),
        };
        SyntaxError::new(format!("unknown field `{}`", name.text), name.span.clone(), help)
    }

    /// A value compared by words. Spellings of guidelines and specialties become the one that is indexed.
    fn title(&self, id: FieldId, called: &str, typed: &Typed, exact: bool) -> Plan {
        if called.ends_with("guideline") {
            if let Some(family) = family(&typed.text) {
                let field = self.schema.id(if called.starts_with("ca.") { "ca.family" } else { "family" });
                return Plan::Term { field, term: keyword_term(family.as_str()) };
            }
            if let Some(guideline) = guidelines().get(&typed.text) {
                return text_plan(id, &guideline.title, true);
            }
        }
        if called == "specialty"
            && let Some(specialty) = specialties().get(&typed.text)
        {
            return text_plan(id, specialty, true);
        }
        text_plan(id, &typed.text, exact)
    }

    /// A value compared whole. Names of drugs, classes and outcomes become those that are indexed.
    fn keyword(&mut self, id: FieldId, called: &str, typed: &Typed) -> Result<Plan, SyntaxError> {
        let term = |value: &str| Plan::Term { field: id, term: keyword_term(value) };
        match called {
            "drug" => Ok(self.drug(id, typed)),
            "procedure" => Ok(term(&self.procedure(&typed.text))),
            "category" => {
                let names = categories().all().iter().map(|category| category.category.as_str());
                Ok(term(categories().category(&typed.text).ok_or_else(|| unknown_value("category", typed, names))?))
            }
            "subcategory" => {
                let names = categories().all().iter().filter_map(|category| category.subcategory.as_deref());
                let known = categories().subcategory(&typed.text);
                Ok(term(known.ok_or_else(|| unknown_value("subcategory", typed, names))?))
            }
            "body" => {
                if typed.text.eq_ignore_ascii_case("back") {
                    self.notes.push("back = lumbar spine or thoracic spine".to_owned());
                    return Ok(Plan::Or(vec![term("lumbar spine"), term("thoracic spine")]));
                }
                let names = regions().all().iter().map(String::as_str);
                Ok(term(regions().get(&typed.text).ok_or_else(|| unknown_value("body", typed, names))?))
            }
            "spinal_level" => {
                let levels: Vec<Plan> = spinal_levels(&typed.text).iter().map(|level| term(&level.name)).collect();
                if levels.is_empty() {
                    let problem = format!("`{}` is no level of the spine", typed.text);
                    return Err(SyntaxError::new(problem, typed.span.clone(), "write a level as L4-L5, C5-6 or S1"));
                }
                Ok(any_of(levels))
            }
            "gap" => self.gap(id, typed),
            "class" | "other_class" => {
                if called == "class"
                    && let Some(class) = drugs().lay_class(&typed.text)
                {
                    let other = self.schema.id("other_class");
                    self.notes.push(format!("{} = class:{class} or other_class:{class}", typed.text));
                    return Ok(Plan::Or(vec![term(class), Plan::Term { field: other, term: keyword_term(class) }]));
                }
                if let Some(drug) = drugs().get(&typed.text) {
                    let problem = format!("`{}` is a drug, not a class", typed.text);
                    let class = drug.class.as_ref().map(|class| format!(", or its class as `class:\"{class}\"`"));
                    let help = format!("ask for it as `drug:{}`{}", typed.text, class.unwrap_or_default());
                    return Err(SyntaxError::new(problem, typed.span.clone(), help));
                }
                let class = drugs().class(&typed.text);
                let class = class
                    .ok_or_else(|| unknown_value(called, typed, drugs().class_names().iter().map(String::as_str)))?;
                Ok(term(class))
            }
            "outcome" => {
                let word = typed.text.to_lowercase();
                let known = word.parse::<imr_model::Outcome>().ok().map(imr_model::Outcome::as_str);
                let outcome = known.or_else(|| outcome_word(&word));
                let names = imr_model::Outcome::ALL.map(imr_model::Outcome::as_str);
                Ok(term(outcome.ok_or_else(|| unknown_value("outcome", typed, names))?))
            }
            "case" => {
                let number = typed.text.parse::<imr_model::CaseNumber>();
                Ok(term(number.map_or(typed.text.clone(), |number| number.to_string()).as_str()))
            }
            _ => match closed_values(called) {
                Some(values) if !values.iter().any(|value| value.eq_ignore_ascii_case(&typed.text)) => {
                    Err(unknown_value(called, typed, values.iter().copied()))
                }
                _ => Ok(term(&typed.text)),
            },
        }
    }

    /// The canonical name of a procedure. A misspelt name is corrected, and said so.
    fn procedure(&mut self, typed: &str) -> String {
        let known = procedures().get(typed).or_else(|| {
            let near = nearest(typed, procedures().names())?;
            self.notes.push(format!("{typed} -> {near}"));
            procedures().get(near)
        });
        if let Some(procedure) = known {
            return procedure.name.clone();
        }
        self.notes.push(format!("no procedure called `{typed}` is known; it is searched as written"));
        typed.to_owned()
    }

    /// A gap, by its tag or by words that stand in tags.
    fn gap(&mut self, id: FieldId, typed: &Typed) -> Result<Plan, SyntaxError> {
        let term = |tag: &String| Plan::Term { field: id, term: keyword_term(tag) };
        let tags = gaps().tags();
        if let Some(tag) = tags.iter().find(|tag| tag.eq_ignore_ascii_case(typed.text.trim())) {
            return Ok(term(tag));
        }
        let wanted: Vec<String> = words(&typed.text).map(|word| stem_term(&word.text)).collect();
        let holds_all = |tag: &&String| {
            let own: Vec<String> = words(tag).map(|word| stem_term(&word.text)).collect();
            !wanted.is_empty() && wanted.iter().all(|word| own.contains(word))
        };
        let found: Vec<&String> = tags.iter().filter(holds_all).collect();
        if found.is_empty() {
            return Err(unknown_value("gap", typed, tags.iter().map(String::as_str)));
        }
        let names: Vec<&str> = found.iter().map(|tag| tag.as_str()).collect();
        self.notes.push(format!("gap {} = {}", typed.text, names.join(" OR ")));
        Ok(any_of(found.into_iter().map(term).collect()))
    }

    /// A drug, by all of its ingredients: a brand finds whatever has them. A misspelt name is corrected, and said so.
    fn drug(&mut self, id: FieldId, typed: &Typed) -> Plan {
        let known = drugs().get(&typed.text);
        let drug = known.or_else(|| {
            let near = nearest(&typed.text, drugs().spellings().iter().map(String::as_str))?;
            self.notes.push(format!("{} -> {near}", typed.text));
            drugs().get(near)
        });
        let Some(drug) = drug else {
            let class = drugs().class(&typed.text).map(|class| format!("; ask for the class as `class:\"{class}\"`"));
            let hint = class.unwrap_or_else(|| "; it is searched as written".to_owned());
            self.notes.push(format!("no drug called `{}` is known{hint}", typed.text));
            return Plan::Term { field: id, term: keyword_term(&typed.text) };
        };
        if !drug.is_generic() {
            self.notes.push(format!("{} = {}", drug.name, drug.ingredients.join(" + ")));
        }
        let mut terms: Vec<Plan> =
            drug.ingredients.iter().map(|name| Plan::Term { field: id, term: keyword_term(name) }).collect();
        if terms.len() == 1 { terms.remove(0) } else { Plan::And(terms) }
    }
}

/// The values of fields that have no others.
fn closed_values(field: &str) -> Option<Vec<&'static str>> {
    Some(match field {
        "sex" => vec!["female", "male"],
        "priority" => vec!["Standard", "Expedited"],
        "family" | "ca.family" | "level" | "ca.level" => FAMILIES.map(Family::as_str).to_vec(),
        "laterality" => Laterality::ALL.map(Laterality::as_str).to_vec(),
        "agree" => Agreement::ALL.map(Agreement::as_str).to_vec(),
        "case-outcome" => CaseOutcome::ALL.map(CaseOutcome::as_str).to_vec(),
        "retrospective" | "dependent" | "partial" => vec!["true", "false"],
        "layout" => {
            vec!["final-determination", "determination-2014", "notice-2013", "professional-review", "unknown"]
        }
        _ => return None,
    })
}

const FAMILIES: [Family; 5] = [Family::Mtus, Family::Acoem, Family::Odg, Family::Other, Family::NoneStated];

/// The field that a name in a query means; `None` if it means none, or several.
pub(crate) fn field_of(name: &str) -> Option<FieldId> {
    let name = name.to_lowercase();
    find(name.strip_prefix("mx.").unwrap_or(&name))
}

/// The field of a name, in singular or plural, that queries can ask for.
fn find(called: &str) -> Option<FieldId> {
    let schema = Schema::shared();
    let singular = |ending| schema.find(called.strip_suffix(ending)?);
    let id = schema.find(called).or_else(|| singular("s")).or_else(|| singular("es"))?;
    schema.definition(id).is_public().then_some(id)
}

fn any_of(mut plans: Vec<Plan>) -> Plan {
    if plans.len() == 1 { plans.remove(0) } else { Plan::Or(plans) }
}

fn filter(plan: Plan) -> Plan {
    Plan::Filter(Box::new(plan))
}

fn family(name: &str) -> Option<Family> {
    FAMILIES.into_iter().find(|family| name.eq_ignore_ascii_case(family.as_str()))
}

/// More values than this are not listed in a message.
const LISTED: usize = 25;

fn unknown_value<'c>(field: &str, typed: &Typed, known: impl IntoIterator<Item = &'c str> + Clone) -> SyntaxError {
    let help = match nearest(&typed.text, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.clone().into_iter().count() > LISTED => {
            format!("`imr-search facets -f {field}` lists those of the index")
        }
        None => format!("known are {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    };
    SyntaxError::new(format!("unknown {field} `{}`", typed.text), typed.span.clone(), help)
}

/// Words in one field. A word with a hyphen or slash inside is a phrase of its parts.
fn text_plan(field: FieldId, text: &str, exact: bool) -> Plan {
    let mut words: Vec<String> = words(text).map(|word| word.text).collect();
    match (words.len(), exact) {
        (0, _) => Plan::Nothing,
        (1, true) => Plan::Term { field, term: words.remove(0) },
        (1, false) => Plan::Term { field, term: stem_term(&words[0]) },
        (_, true) => Plan::Phrase { field, terms: words },
        (_, false) => Plan::Phrase { field, terms: words.iter().map(|word| stem_term(word)).collect() },
    }
}

/// A number, or the days that a date names: `2016`, `2016-12`, `2016-12-09`.
fn number_or_date(kind: FieldKind, text: &str, span: &Span) -> Result<(u64, u64), SyntaxError> {
    if kind == FieldKind::Date {
        return days(text).ok_or_else(|| {
            SyntaxError::new(
                format!("`{text}` is no date"),
                span.clone(),
                "write a date as 2016, 2016-12 or 2016-12-09",
            )
        });
    }
    let number = text.parse().map_err(|_| {
        SyntaxError::new(format!("`{text}` is no number"), span.clone(), "write a number, or a range like 63-66")
    })?;
    Ok((number, number))
}

/// The first and last day of a year, month or day, as `yyyymmdd`.
fn days(text: &str) -> Option<(u64, u64)> {
    let parts: Vec<u64> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let valid = |month: u64, day: u64| (1..=12).contains(&month) && (1..=31).contains(&day);
    match parts[..] {
        [year] if (1900..=2199).contains(&year) => Some((year * 10_000, year * 10_000 + 9_999)),
        [year, month] if (1900..=2199).contains(&year) && valid(month, 1) => {
            let month = year * 10_000 + month * 100;
            Some((month, month + 99))
        }
        [year, month, day] if (1900..=2199).contains(&year) && valid(month, day) => {
            let day = year * 10_000 + month * 100 + day;
            Some((day, day))
        }
        _ => None,
    }
}

fn range(
    field: FieldId,
    kind: FieldKind,
    from: Option<&Bound>,
    to: Option<&Bound>,
    span: &Span,
) -> Result<Plan, SyntaxError> {
    let ends = |bound: &Bound| number_or_date(kind, &bound.text, span).map(|ends| (ends, bound.inclusive));
    let from = match from.map(ends).transpose()? {
        Some(((first, _), true)) => first,
        Some(((_, last), false)) => last.saturating_add(1),
        None => 0,
    };
    let to = match to.map(ends).transpose()? {
        Some(((_, last), true)) => last,
        Some(((first, _), false)) => first.saturating_sub(1),
        None => u64::MAX - 1,
    };
    if from > to {
        return Err(SyntaxError::new("the range is empty", span.clone(), "write the smaller end first"));
    }
    Ok(filter(Plan::Number { field, from, to }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(query: &str) -> Result<Resolved, SyntaxError> {
        resolve(&crate::parse(query).unwrap())
    }

    fn term(field: &str, term: &str) -> Plan {
        Plan::Term { field: Schema::shared().id(field), term: term.to_owned() }
    }

    fn number(field: &str, from: u64, to: u64) -> Plan {
        Plan::Number { field: Schema::shared().id(field), from, to }
    }

    #[test]
    fn values_become_index_terms() {
        for (query, want) in [
            ("outcome:denied", term("outcome", "upheld")),
            ("o:Approved", term("outcome", "overturned")),
            ("class:benzos", term("class", "benzodiazepines")),
            ("drug:Xanax", term("drug", "alprazolam")),
            ("drug:cyclobenzaprin", term("drug", "cyclobenzaprine")),
            ("drug:norco", Plan::And(vec![term("drug", "hydrocodone"), term("drug", "acetaminophen")])),
            ("guideline:odg", term("family", "odg")),
            ("mx.guideline:none", term("family", "none")),
            ("ca.guideline:MTUS", term("ca.family", "mtus")),
            ("case:\"imr 13-000004\"", term("case", "imr 13-000004")),
            ("classes:benzos", term("class", "benzodiazepines")),
            ("procedure:NCV", term("procedure", "emg/ncs")),
            ("procedure:acupunctur", term("procedure", "acupuncture")),
            ("category:dmepos", term("category", "dmepos")),
            ("body:neck", term("body", "cervical spine")),
            ("spinal_level:L4-5", term("spinal_level", "l4-l5")),
            ("gap:\"no functional improvement\"", term("gap", "no functional improvement")),
            ("pages:63-66", number("page", 63, 66)),
            ("age:>60", number("age", 61, u64::MAX - 1)),
            ("age:<45", number("age", 0, 44)),
            ("date:2016", number("date", 20_160_000, 20_169_999)),
            ("date:2016-12..2017-01-15", number("date", 20_161_200, 20_170_115)),
        ] {
            assert_eq!(plan(query).unwrap().plan, filter(want), "case: {query}");
        }
    }

    #[test]
    fn wrong_names_and_values_are_told() {
        for (query, problem, help) in [
            ("outcom:upheld", "unknown field `outcom`", "did you mean `outcome`?"),
            ("outcome:upheldd", "unknown outcome `upheldd`", "did you mean `upheld`?"),
            ("class:benzodiazepins", "unknown class `benzodiazepins`", "did you mean `Benzodiazepines`?"),
            ("page:x", "`x` is no number", "write a number"),
            ("date:2016-13", "`2016-13` is no date", "write a date as"),
            ("page:66-63", "the range is empty", "the smaller end first"),
            ("state:a..b", "field `state` has no order", "name one value"),
            ("sex:f", "unknown sex `f`", "known are female, male"),
            ("letter:abc", "unknown field `letter`", ""),
            ("body:shouldr", "unknown body `shouldr`", "did you mean `shoulder`?"),
            ("category:surgry", "unknown category `surgry`", "did you mean `Surgery`?"),
            ("class:xanax", "`xanax` is a drug, not a class", "`drug:xanax`"),
            ("gap:xyzzy", "unknown gap `xyzzy`", "facets -f gap"),
            ("spinal_level:L9", "`L9` is no level of the spine", "write a level as"),
            ("partial:yes", "unknown partial `yes`", "known are true, false"),
        ] {
            let error = plan(query).unwrap_err();
            assert!(error.problem.starts_with(problem), "case: {query}: {error}");
            assert!(error.help.contains(help), "case: {query}: {}", error.help);
        }
    }
}
