//! From what a query says to what the index is asked: names become fields, values become index terms.
//!
//! Every leaf of a [`Plan`] is a term, a pattern of terms or a number, so that no engine's analyser is left to differ.
//! Lowering a plan to an engine is one module ([`crate::lower`]); another engine needs another such module and nothing
//! else.

use imr_index::{FieldDefinition, FieldId, FieldKind, PATH_SEPARATOR, Schema, stem_term, words};
use jiff::civil::Date;

use crate::ast::{Ast, Connector, Place, Text, Typed, Value};
use crate::error::{QueryError, SyntaxError, nearest};
use crate::limits::Limits;
use crate::pattern::Pattern;
use crate::search::Request;
use crate::spans::{Leaf, Spans};

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
    /// Documents whose field holds texts near each other.
    Near {
        field: FieldId,
        spans: Spans,
    },
    /// Documents whose field holds a term that is described.
    Pattern {
        field: FieldId,
        pattern: Pattern,
    },
    /// Documents whose number lies between two, both included.
    Number {
        field: FieldId,
        from: u64,
        to: u64,
    },
    /// Documents with a value exactly as it is counted, or with one below it in a field of several levels.
    Whole {
        field: FieldId,
        value: String,
    },
    /// Documents that have the field.
    Has(FieldId),
    And(Vec<Plan>),
    Or(Vec<Plan>),
    Not(Box<Plan>),
    /// As the first of these, ranked by the best of them times its weight.
    Best(Vec<(f32, Plan)>),
    /// At least so many of these; the more, the better.
    Most {
        least: usize,
        parts: Vec<Plan>,
    },
    /// As this, but every match has the same score: 0 for a condition.
    Constant {
        score: f32,
        plan: Box<Plan>,
    },
}

/// A plan, and what its making has to tell the user.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) plan: Plan,
    /// Corrections and expansions: `cyclobenzaprin -> cyclobenzaprine`.
    pub(crate) notes: Vec<String>,
}

/// Makes a plan of a query. Relative dates count from `today`.
pub(crate) fn resolve(query: &Ast, today: Date) -> Result<Resolved, SyntaxError> {
    planned(query, today, Limits::none())
}

/// What a condition means as it is written, without looking for what misspelt names may mean; `None` if it means nothing.
pub(crate) fn resolve_strictly(condition: &Ast) -> Option<Plan> {
    let schema = Schema::shared();
    let limits = Limits::none();
    let mut resolver = Resolver { schema, today: Date::default(), notes: Vec::new(), limits, is_strict: true };
    resolver.plan(condition).ok()
}

/// The same within the limits of a request: to look for what misspelt names mean takes its time.
pub(crate) fn resolve_within(query: &Ast, request: &Request) -> Result<Resolved, QueryError> {
    let resolved = planned(query, request.today, request.limits)?;
    request.limits.in_time()?;
    Ok(resolved)
}

/// Past the deadline of the limits, what is left asks for nothing.
fn planned(query: &Ast, today: Date, limits: Limits) -> Result<Resolved, SyntaxError> {
    let mut resolver = Resolver { schema: Schema::shared(), today, notes: Vec::new(), limits, is_strict: false };
    let plan = resolver.plan(query)?;
    let mut notes: Vec<String> = Vec::new();
    for note in resolver.notes {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    Ok(Resolved { plan, notes })
}

pub(crate) struct Resolver {
    pub(crate) schema: &'static Schema,
    pub(crate) today: Date,
    pub(crate) notes: Vec<String>,
    limits: Limits,
    /// Misspelt names are not corrected.
    pub(crate) is_strict: bool,
}

/// The first service that a need names is its subject, and counts so many times as much as another.
const SUBJECT: f32 = 2.0;
/// Of the parts of a [`Plan::Most`], one in so many must match,
const LEAST_SHARE: usize = 4;
/// but no more than these.
const MOST_NEEDED: usize = 3;

impl Resolver {
    fn plan(&mut self, query: &Ast) -> Result<Plan, SyntaxError> {
        match query {
            Ast::All => Ok(Plan::All),
            Ast::Text(text) => self.any_text(text),
            Ast::Field { .. } if self.limits.in_time().is_err() => Ok(Plan::Nothing),
            Ast::Field { name, value } => self.field(name, value),
            Ast::Near { connector, place, left, right } => self.near(*connector, place, left, right),
            Ast::And(parts) => Ok(all_of(self.plans(parts)?)),
            Ast::Or(parts) => Ok(Plan::Or(self.plans(parts)?)),
            Ast::Most(parts) => self.most(parts),
            Ast::Not(part) => Ok(Plan::Not(Box::new(self.plan(part)?))),
        }
    }

    /// The plans of some parts. Marks that are no words (a lone `&` or `-`) ask for nothing.
    fn plans(&mut self, parts: &[Ast]) -> Result<Vec<Plan>, SyntaxError> {
        parts.iter().filter(|part| !is_mark(part)).map(|part| self.plan(part)).collect()
    }

    /// As much as possible of some parts. A concept (a field with a weight) counts as much as its weight says.
    fn most(&mut self, parts: &[Ast]) -> Result<Plan, SyntaxError> {
        let plans = self.plans(parts)?;
        let parts: Vec<&Ast> = parts.iter().filter(|part| !is_mark(part)).collect();
        let subject = parts.iter().position(|part| names_service(part));
        let weighted =
            parts.iter().zip(plans).enumerate().map(|(at, (part, plan))| match condition_weight(part, |_| true) {
                Some(score) if subject == Some(at) => counting(score * SUBJECT, plan),
                Some(score) => counting(score, plan),
                None => plan,
            });
        let parts: Vec<Plan> = weighted.collect();
        let least = parts.len().div_ceil(LEAST_SHARE).min(MOST_NEEDED);
        // Whatever is about the subject is worth a look: it stands for as many parts as there must be.
        let subject = subject.and_then(|at| parts.get(at)).cloned();
        let alone = subject.map(|subject| std::iter::repeat_n(counting(0.0, subject), least.saturating_sub(1)));
        Ok(Plan::Most { least, parts: parts.into_iter().chain(alone.into_iter().flatten()).collect() })
    }

    /// Text in any text field, ranked by the field where it counts most.
    fn any_text(&mut self, text: &Text) -> Result<Plan, SyntaxError> {
        let mut plans = Vec::new();
        for (id, field) in self.schema.fields().filter(|(_, field)| field.kind == FieldKind::Text) {
            plans.push((field.weight, text_plan(id, text)?));
        }
        Ok(if plans.iter().all(|(_, plan)| *plan == Plan::Nothing) { Plan::Nothing } else { Plan::Best(plans) })
    }

    fn field(&mut self, name: &Typed, value: &Value) -> Result<Plan, SyntaxError> {
        let lower = name.text.to_lowercase();
        if let Some(rest) = lower.strip_prefix("any.") {
            let reviewer = self.one_field(rest, name, value)?;
            let administrator = self.one_field(&format!("ca.{rest}"), name, value)?;
            return Ok(Plan::Or(vec![reviewer, administrator]));
        }
        self.one_field(&lower, name, value)
    }

    fn one_field(&mut self, called: &str, name: &Typed, value: &Value) -> Result<Plan, SyntaxError> {
        let find = if matches!(value, Value::Whole(_) | Value::Any) { counted_field } else { field_of };
        let id = find(called).ok_or_else(|| self.unknown_field(name))?;
        let FieldDefinition { name: called, kind, .. } = self.schema.definition(id);
        match (value, kind) {
            (Value::Whole(whole), _) => self.whole(id, name, whole),
            (Value::Any, _) => Ok(condition(Plan::Has(id))),
            (Value::Text(text), FieldKind::Text) => text_plan(id, text),
            (Value::Text(Text::Word(typed) | Text::Phrase { text: typed, slop: 0 }), _) => {
                let is_exact = matches!(value, Value::Text(Text::Phrase { .. }));
                Ok(condition(self.value(id, called, *kind, typed, is_exact)?))
            }
            (Value::Text(text), FieldKind::Title) => Ok(condition(text_plan(id, text)?)),
            (Value::Text(text), FieldKind::Keyword) => {
                Ok(condition(Plan::Pattern { field: id, pattern: pattern(text, false)? }))
            }
            (Value::Text(text), _) => Err(not_a_value(called, text)),
            (Value::Range { from, to, place }, FieldKind::Number | FieldKind::Date) => {
                self.range(id, *kind, from.as_ref(), to.as_ref(), &place.0)
            }
            (Value::Range { place, .. }, _) => {
                let problem = format!("field `{called}` has no order, so no range");
                let help = "name one value, or several as `field:(a OR b)`";
                Err(SyntaxError::new(problem, place.0.clone(), help))
            }
        }
    }

    /// A value as it is counted. Names of its field, and of its levels, mean what they are called only.
    fn whole(&mut self, id: FieldId, name: &Typed, value: &Typed) -> Result<Plan, SyntaxError> {
        let FieldDefinition { name: called, kind, .. } = self.schema.definition(id);
        let value = match kind {
            FieldKind::Number => self.value(id, called, *kind, value, true)?,
            FieldKind::Path => {
                Plan::Whole { field: id, value: value.text.replace(LEVELS, &PATH_SEPARATOR.to_string()) }
            }
            FieldKind::Keyword | FieldKind::Title => Plan::Whole { field: id, value: value.text.clone() },
            FieldKind::Text | FieldKind::Date | FieldKind::Key => {
                let problem = format!("field `{called}` has no values that are counted");
                return Err(SyntaxError::new(problem, name.span(), "ask for words or dates without the `=`"));
            }
        };
        Ok(condition(value))
    }

    fn unknown_field(&self, name: &Typed) -> SyntaxError {
        let levels: Vec<&str> = name.text.split('/').collect();
        let problem = format!("unknown field `{}`", name.text);
        if levels.len() > 1 && levels.iter().all(|level| field_of(level).is_some()) {
            let help = format!("it is a facet of levels; ask for one of them, as in `{}:value`", levels[0]);
            return SyntaxError::new(problem, name.span(), help);
        }
        let names = self.schema.public_fields().map(|(_, field)| field.name.as_str());
        let help = match nearest(&name.text, names) {
            Some(near) => format!("did you mean `{near}`? All fields stand in `imr-search query --help`"),
            None => format!(
                "all fields stand in `imr-search query --help`; to search for the text, write \"{}: ...\" in quotes",
                name.text
            ),
        };
        SyntaxError::new(problem, name.span(), help)
    }

    fn near(&mut self, connector: Connector, place: &Place, left: &Ast, right: &Ast) -> Result<Plan, SyntaxError> {
        let mut named = Vec::new();
        let spans = Spans::Near {
            connector,
            left: Box::new(spans(left, place, &mut named)?),
            right: Box::new(spans(right, place, &mut named)?),
        };
        let Some((first, others)) = named.split_first() else {
            let fields = self.schema.fields().filter(|(_, field)| field.kind == FieldKind::Text);
            let plans =
                fields.map(|(field, definition)| (definition.weight, Plan::Near { field, spans: spans.clone() }));
            return Ok(Plan::Best(plans.collect()));
        };
        let field = field_of(&first.text).ok_or_else(|| self.unknown_field(first))?;
        if let Some(other) = others.iter().find(|other| field_of(&other.text) != Some(field)) {
            let problem = format!("`{connector}` between two fields, `{}` and `{}`", first.text, other.text);
            let help = format!("texts are near each other in one field, as in `{}:(a {connector} b)`", first.text);
            return Err(SyntaxError::new(problem, place.0.clone(), help));
        }
        let FieldDefinition { name, kind, .. } = self.schema.definition(field);
        match kind {
            FieldKind::Text => Ok(Plan::Near { field, spans }),
            FieldKind::Title => Ok(condition(Plan::Near { field, spans })),
            _ => {
                let problem = format!("`{connector}` in the field `{name}`, which holds no text");
                let help = "use it in a text field such as `rationale`, or without one";
                Err(SyntaxError::new(problem, place.0.clone(), help))
            }
        }
    }
}

impl Plan {
    /// Whether it is made of others.
    pub(crate) fn has_parts(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_) | Self::Not(_) | Self::Best(_) | Self::Most { .. })
    }

    /// Whether some matches can have another score than 0.
    pub(crate) fn ranks(&self) -> bool {
        match self {
            Self::All | Self::Nothing | Self::Not(_) => false,
            Self::Constant { score, .. } => *score > 0.0,
            Self::And(parts) | Self::Or(parts) | Self::Most { parts, .. } => parts.iter().any(Self::ranks),
            Self::Best(parts) => parts.iter().any(|(_, part)| part.ranks()),
            Self::Term { .. }
            | Self::Phrase { .. }
            | Self::Near { .. }
            | Self::Pattern { .. }
            | Self::Number { .. }
            | Self::Whole { .. }
            | Self::Has(_) => true,
        }
    }
}

/// All of some plans.
fn all_of(mut plans: Vec<Plan>) -> Plan {
    match plans.len() {
        0 => Plan::All,
        1 => plans.remove(0),
        _ => Plan::And(plans),
    }
}

/// A word without letters and digits.
pub(crate) fn is_mark(part: &Ast) -> bool {
    matches!(part, Ast::Text(Text::Word(word)) if words(&word.text).next().is_none())
}

/// Whether a condition says which service is in dispute.
pub(crate) fn names_service(condition: &Ast) -> bool {
    match condition {
        Ast::Field { name, .. } => field_of(&name.text).is_some_and(|id| {
            matches!(Schema::shared().definition(id).name.as_str(), "drug" | "class" | "other_class" | "procedure")
        }),
        Ast::Or(parts) => parts.iter().all(names_service),
        _ => false,
    }
}

/// What a concept counts in ranking; `None` if a part is no concept.
pub(crate) fn concept_weight(part: &Ast) -> Option<f32> {
    condition_weight(part, |kind| kind == FieldKind::Keyword)
}

/// What a condition counts in ranking, if its fields are of some kinds: a concept, and where as much as possible is asked
/// for, what is cited.
fn condition_weight(part: &Ast, is_meant: fn(FieldKind) -> bool) -> Option<f32> {
    let weight = |part| condition_weight(part, is_meant);
    match part {
        Ast::Field { name, .. } => {
            let field = Schema::shared().definition(field_of(&name.text)?);
            Some(field.weight).filter(|weight| *weight > 0.0 && field.kind != FieldKind::Text && is_meant(field.kind))
        }
        Ast::Or(parts) => parts.iter().filter_map(weight).reduce(f32::max),
        Ast::And(parts) => parts.iter().map(weight).sum(),
        _ => None,
    }
}

/// The spans of an operand of a connector; `named` collects the fields that it names.
fn spans(part: &Ast, place: &Place, named: &mut Vec<Typed>) -> Result<Spans, SyntaxError> {
    match part {
        Ast::Text(text) => text_spans(text),
        Ast::Field { name, value: Value::Text(text) } => {
            named.push(name.clone());
            text_spans(text)
        }
        Ast::Or(parts) => Ok(Spans::Any(parts.iter().map(|part| spans(part, place, named)).collect::<Result<_, _>>()?)),
        Ast::Near { connector, place, left, right } => Ok(Spans::Near {
            connector: *connector,
            left: Box::new(spans(left, place, named)?),
            right: Box::new(spans(right, place, named)?),
        }),
        _ => {
            let problem = "only words, phrases and alternatives can be near each other";
            let help = "join one word or phrase, or several as `(a OR b)`, on each side";
            Err(SyntaxError::new(problem, place.0.clone(), help))
        }
    }
}

fn text_spans(text: &Text) -> Result<Spans, SyntaxError> {
    let leaf = |word: String| Leaf::Term(word);
    match text {
        Text::Word(typed) => {
            let mut stems: Vec<Leaf> = words(&typed.text).map(|word| leaf(stem_term(&word.text))).collect();
            if stems.len() == 1 {
                return Ok(Spans::Word(stems.remove(0)));
            }
            let parts = Spans::Phrase { words: stems, slop: 0 };
            Ok(match whole_of(&typed.text) {
                Some(whole) => Spans::Any(vec![parts, Spans::Word(leaf(whole))]),
                None => parts,
            })
        }
        Text::Phrase { text, slop } => {
            let words = words(&text.text).map(|word| leaf(word.text)).collect();
            Ok(Spans::Phrase { words, slop: *slop })
        }
        text => Ok(Spans::Word(Leaf::Pattern(pattern(text, true)?))),
    }
}

/// Text in one field.
pub(crate) fn text_plan(field: FieldId, text: &Text) -> Result<Plan, SyntaxError> {
    match text {
        Text::Word(typed) => Ok(word_plan(field, &typed.text)),
        Text::Phrase { text, slop: 0 } => Ok(phrase_plan(field, &text.text)),
        Text::Phrase { .. } => Ok(Plan::Near { field, spans: text_spans(text)? }),
        text => Ok(Plan::Pattern { field, pattern: pattern(text, true)? }),
    }
}

/// A word by its stem. One with a hyphen or slash inside is a phrase of its parts, or the whole: `x-ray` finds `xray`.
fn word_plan(field: FieldId, text: &str) -> Plan {
    let mut stems: Vec<String> = words(text).map(|word| stem_term(&word.text)).collect();
    match stems.len() {
        0 => Plan::Nothing,
        1 => Plan::Term { field, term: stems.remove(0) },
        _ => {
            let parts = Plan::Phrase { field, terms: stems };
            match whole_of(text) {
                Some(term) => Plan::Or(vec![parts, Plan::Term { field, term }]),
                None => parts,
            }
        }
    }
}

/// The stem of a word with one hyphen inside, without it.
fn whole_of(text: &str) -> Option<String> {
    let (one, other) = text.split_once('-').filter(|(one, other)| is_letters(one) && is_letters(other))?;
    Some(stem_term(&format!("{one}{other}").to_lowercase()))
}

fn is_letters(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Words exactly as they are.
pub(crate) fn phrase_plan(field: FieldId, text: &str) -> Plan {
    let mut words: Vec<String> = words(text).map(|word| word.text).collect();
    match words.len() {
        0 => Plan::Nothing,
        1 => Plan::Term { field, term: words.remove(0) },
        _ => Plan::Phrase { field, terms: words },
    }
}

fn pattern(text: &Text, is_word: bool) -> Result<Pattern, SyntaxError> {
    match text {
        Text::Wildcard(typed) => Pattern::wildcard(typed, is_word),
        Text::Fuzzy(typed, distance) => Ok(Pattern::fuzzy(typed, *distance)),
        Text::Regex(typed) => Pattern::regex(typed),
        Text::Word(typed) | Text::Phrase { text: typed, .. } => {
            Err(not_a_value("of whole values", &Text::Word(typed.clone())))
        }
    }
}

fn not_a_value(field: &str, text: &Text) -> SyntaxError {
    let problem = format!("`{text}` in the field `{field}`, which is compared with whole values");
    SyntaxError::new(problem, text.typed().span(), "write a value, or a range like `a..b`")
}

/// The field that a name in a query means; `None` if it means none, or several.
pub(crate) fn field_of(name: &str) -> Option<FieldId> {
    let name = name.to_lowercase();
    let name = name.strip_prefix("mx.").unwrap_or(&name);
    let schema = Schema::shared();
    let singular = |ending| find(name.strip_suffix(ending)?);
    let id = find(name).or_else(|| singular("s")).or_else(|| singular("es"))?;
    schema.definition(id).is_public().then_some(id)
}

/// The field of a name whose values can be counted, those of several levels among them.
pub(crate) fn counted_field(name: &str) -> Option<FieldId> {
    let of_levels = |name: &str| Schema::shared().find(name).filter(|_| name.contains('/'));
    field_of(name).or_else(|| of_levels(name))
}

/// Stands between the levels of a value that has several.
pub(crate) const LEVELS: &str = " > ";

/// The field of a name or alias; behind `ca.` the aliases of the reviewer's fields mean the administrator's.
fn find(name: &str) -> Option<FieldId> {
    let schema = Schema::shared();
    schema.find(name).or_else(|| {
        let reviewers = schema.definition(schema.find(name.strip_prefix("ca.")?)?);
        schema.find(&format!("ca.{}", reviewers.name))
    })
}

pub(crate) fn any_of(mut plans: Vec<Plan>) -> Plan {
    if plans.len() == 1 { plans.remove(0) } else { Plan::Or(plans) }
}

/// A plan whose matches all count the same.
fn counting(score: f32, plan: Plan) -> Plan {
    match plan {
        Plan::Constant { plan, .. } => Plan::Constant { score, plan },
        plan => Plan::Constant { score, plan: Box::new(plan) },
    }
}

/// A plan that hits must meet, without a say in their order.
pub(crate) fn condition(plan: Plan) -> Plan {
    Plan::Constant { score: 0.0, plan: Box::new(plan) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(query: &str) -> Result<Resolved, SyntaxError> {
        resolve(&crate::parse(query).unwrap(), jiff::civil::date(2017, 3, 11))
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
            ("state:CA", term("state", "california")),
            ("body:shouldr", term("body", "shoulder")),
            ("category:surgry", term("category", "surgery")),
            ("class:benzodiazepins", term("class", "benzodiazepines")),
            ("ca.p:94", number("ca.page", 94, 94)),
            ("date:-90d", number("date", 20_161_211, 20_170_311)),
            ("year:2015-2016", number("year", 2015, 2016)),
            ("page:24–30", number("page", 24, 30)),
            ("sex:F", term("sex", "female")),
            ("gap:\"no functional improvement\"", term("gap", "no functional improvement")),
            ("pages:63-66", number("page", 63, 66)),
            ("age:>60", number("age", 61, u64::MAX - 1)),
            ("age:<45", number("age", 0, 44)),
            ("date:2016", number("date", 20_160_101, 20_161_231)),
            ("date:2016-12..2017-01-15", number("date", 20_161_201, 20_170_115)),
        ] {
            assert_eq!(plan(query).unwrap().plan, condition(want), "case: {query}");
        }
    }

    #[test]
    fn wrong_names_and_values_are_told() {
        for (query, problem, help) in [
            ("outcom:upheld", "unknown field `outcom`", "did you mean `outcome`?"),
            ("outcome:upheldd", "unknown outcome `upheldd`", "did you mean `upheld`?"),
            ("page:x", "`x` is no number", "write a number"),
            ("date:2016-13", "`2016-13` is no date", "write a date as"),
            ("page:66-63", "the range is empty", "the smaller end first"),
            ("state:a..b", "field `state` has no order", "name one value"),
            ("sex:x", "unknown sex `x`", "known are female, male"),
            ("letter:abc", "unknown field `letter`", ""),
            ("body:wing", "unknown body `wing`", "facets -f body"),
            ("state:narnia", "unknown state `narnia`", "facets -f state"),
            (
                "class/drug:opioids",
                "unknown field `class/drug`",
                "it is a facet of levels; ask for one of them, as in `class:value`",
            ),
            ("date:2017-02-30", "`2017-02-30` is no date", "write a date as"),
            ("treatment:mri /5 rationale:knee", "`/5` between two fields", "as in `treatment:(a /5 b)`"),
            ("outcome:(a /s b)", "`/s` in the field `outcome`", "use it in a text field"),
            ("(a b) /5 c", "only words, phrases and alternatives", "(a OR b)"),
            ("page:2*", "`2*` in the field `page`", "write a value"),
            ("\u{2a}nas", "`*nas` describes too many words", "begin with a letter"),
            ("class:xanax", "`xanax` is a drug, not a class", "`drug:xanax`"),
            ("gap:xyzzy", "unknown gap `xyzzy`", "facets -f gap"),
            ("spinal_level:L9", "`L9` is no level of the spine", "write a level as"),
            ("partial:maybe", "unknown partial `maybe`", "known are true, false"),
            ("date:-5000y", "the range is empty", "the smaller end"),
        ] {
            let error = plan(query).unwrap_err();
            assert!(error.problem.starts_with(problem), "case: {query}: {error}");
            assert!(error.help.contains(help), "case: {query}: {}", error.help);
        }
    }
}
