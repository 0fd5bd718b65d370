//! Editing a query as it was understood: its conditions one by one, values of facets, and ranges. What is made here is
//! printed and parsed again without change.

use imr_index::{FieldId, FieldKind, Schema, keyword_term};

use crate::ast::{Ast, Bound, Place, Text, Typed, Value};
use crate::disjunctive::{fields_of_subject, is_on};
use crate::plan::{Plan, condition, counted_field, phrase_plan, resolve_strictly};

/// A condition of a query that can be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The condition, in the query language.
    pub text: String,
    /// The query without it.
    pub without: Ast,
}

impl Ast {
    /// The conditions that hits must meet, in order; of a part that asks for as much as possible (`~(...)`), each.
    ///
    /// # Examples
    ///
    /// ```
    /// let query = imr_query::parse("outcome:upheld ~(procedure:mri pain)").unwrap();
    /// let conditions = query.conditions();
    /// let texts: Vec<&str> = conditions.iter().map(|condition| condition.text.as_str()).collect();
    /// assert_eq!(texts, ["outcome:upheld", "procedure:mri", "pain"]);
    /// assert_eq!(conditions[1].without.to_string(), "outcome:upheld ~(pain)");
    /// ```
    #[must_use]
    pub fn conditions(&self) -> Vec<Condition> {
        let parts = self.conjuncts();
        let mut conditions = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let with =
                |rest: Option<Self>| joined(parts[..at].iter().cloned().chain(rest).chain(parts[at + 1..].to_vec()));
            match part {
                Self::Most(wishes) => conditions.extend(wishes.iter().enumerate().map(|(wish, text)| Condition {
                    text: text.to_string(),
                    without: with(most(wishes.iter().enumerate().filter(|(other, _)| *other != wish))),
                })),
                part => conditions.push(Condition { text: part.to_string(), without: with(None) }),
            }
        }
        conditions
    }

    /// Whether hits must have a value of a facet, or one of several with it. Other spellings of the value count.
    ///
    /// # Examples
    ///
    /// ```
    /// let query = imr_query::parse("class:(opioids OR benzos) mri").unwrap();
    /// assert!(query.has_value("class", "Opioids") && !query.has_value("class", "Muscle Relaxant"));
    /// ```
    #[must_use]
    pub fn has_value(&self, field: &str, value: &str) -> bool {
        self.has_condition_on(field)
            && Wanted::new(field, value).is_some_and(|wanted| {
                self.conjuncts().iter().flat_map(alternatives).any(|part| wanted.is_meant_by(part))
            })
    }

    /// Whether a condition of the query may be one of the values of a field. A page asks about hundreds of values of fields
    /// on which the query has none, and to find out what a value means takes long.
    fn has_condition_on(&self, field: &str) -> bool {
        counted_field(field)
            .is_some_and(|id| self.conjuncts().iter().flat_map(alternatives).any(|part| is_on(part, &[id])))
    }

    /// The query for hits with a value of a facet, as the facet prints it; levels of a path are joined by ` > `. Beside
    /// conditions on the same subject, which facets are counted without, it is an alternative to the first of them; `field`
    /// missing (`-field:*`) is asked for no longer. What no facet counts changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// let query = imr_query::parse("outcome:upheld class:opioids").unwrap();
    /// let other = query.with_value("class", "Muscle Relaxant");
    /// assert_eq!(other.to_string(), "outcome:upheld (class:opioids OR class:\"Muscle Relaxant\")");
    /// let drug = query.with_value("class/drug", "Opioids > tramadol");
    /// assert_eq!(drug.to_string(), "outcome:upheld (class:opioids OR class/drug:=\"Opioids > tramadol\")");
    /// let section = imr_query::parse("mri").unwrap().with_value("section", "Knee (\"ACL\")");
    /// assert_eq!(section.to_string(), "mri section:=\"Knee (\"\"ACL\"\")\"");
    /// ```
    #[must_use]
    pub fn with_value(&self, field: &str, value: &str) -> Self {
        let Some(wanted) = Wanted::new(field, value) else { return self.clone() };
        if self.has_value(field, value) {
            return self.clone();
        }
        let mut parts = self.without_missing(field).conjuncts().to_vec();
        let fields = fields_of_subject(wanted.field_name());
        match parts.iter_mut().find(|part| is_on(part, &fields)) {
            Some(known) => *known = Self::any_of(vec![known.clone(), wanted.condition]),
            None => parts.push(wanted.condition),
        }
        joined(parts)
    }

    /// The query without a value of a facet: other values that were alternatives to it stay.
    ///
    /// # Examples
    ///
    /// ```
    /// let query = imr_query::parse("mri (class:opioids OR class:\"Muscle Relaxant\")").unwrap();
    /// assert_eq!(query.without_value("class", "Opioids").to_string(), "mri class:\"Muscle Relaxant\"");
    /// ```
    #[must_use]
    pub fn without_value(&self, field: &str, value: &str) -> Self {
        let wanted = self.has_condition_on(field).then(|| Wanted::new(field, value)).flatten();
        let Some(wanted) = wanted else { return self.clone() };
        let parts = self.conjuncts().iter().filter_map(|part| {
            let parts = alternatives(part);
            let left: Vec<Self> =
                parts.iter().filter(|part| !wanted.is_meant_by(part)).map(|part| (*part).clone()).collect();
            if left.len() == parts.len() { Some(part.clone()) } else { (!left.is_empty()).then(|| Self::any_of(left)) }
        });
        joined(parts)
    }

    /// Whether hits must lack a field: `-field:*`.
    #[must_use]
    pub fn has_missing(&self, field: &str) -> bool {
        let field = counted_field(field);
        field.is_some() && self.conjuncts().iter().any(|part| missing(part) == field)
    }

    /// The query for hits that lack a field, instead of conditions on its subject.
    ///
    /// # Examples
    ///
    /// ```
    /// let query = imr_query::parse("mri drug:soma").unwrap().with_missing("drug");
    /// assert_eq!(query.to_string(), "mri NOT drug:*");
    /// assert_eq!(query.without_missing("drug").to_string(), "mri");
    /// ```
    #[must_use]
    pub fn with_missing(&self, field: &str) -> Self {
        let Some(id) = counted_field(field) else { return self.clone() };
        let name = &Schema::shared().definition(id).name;
        self.without_field(field).and(Self::field(name, Value::Any, &(0..0)).negated())
    }

    /// The query without conditions on the subject of a facet, as that facet is counted; exclusions of values stay.
    ///
    /// # Examples
    ///
    /// ```
    /// let query = imr_query::parse("mri outcome:upheld").unwrap();
    /// assert_eq!(query.without_field("outcome").to_string(), "mri");
    /// ```
    #[must_use]
    pub fn without_field(&self, field: &str) -> Self {
        let Some(id) = counted_field(field) else { return self.clone() };
        let fields = fields_of_subject(&Schema::shared().definition(id).name);
        let others = self.without_missing(field);
        joined(others.conjuncts().iter().filter(|part| !is_on(part, &fields)).cloned())
    }

    /// The query without asking that hits lack a field.
    #[must_use]
    pub fn without_missing(&self, field: &str) -> Self {
        let Some(id) = counted_field(field) else { return self.clone() };
        joined(self.conjuncts().iter().filter(|part| missing(part) != Some(id)).cloned())
    }

    /// The query for hits whose field lies between two ends, both included, instead of other such ranges; without an end,
    /// no matter how far. Ranges that exclude an end stay. An end that is no number or date counts as none.
    ///
    /// # Examples
    ///
    /// ```
    /// let query = imr_query::parse("date:2015 mri").unwrap();
    /// assert_eq!(query.with_range("date", Some("2016-03"), None).to_string(), "mri date:>=2016-03");
    /// assert_eq!(query.with_range("date", None, None).to_string(), "mri");
    /// ```
    #[must_use]
    pub fn with_range(&self, field: &str, from: Option<&str>, to: Option<&str>) -> Self {
        let Some(id) = counted_field(field) else { return self.clone() };
        let end = |end: Option<&str>| end.filter(|end| is_end(end)).map(Bound::included);
        let (from, to) = (end(from), end(to));
        let range = (from.is_some() || to.is_some()).then(|| {
            let name = &Schema::shared().definition(id).name;
            Self::field(name, Value::Range { from, to, place: Place::default() }, &(0..0))
        });
        joined(self.conjuncts().iter().filter(|part| ends(part, id).is_none()).cloned().chain(range))
    }

    /// The ends that [`Ast::with_range`] replaces; `None` if there are none, or several for one side.
    ///
    /// # Examples
    ///
    /// ```
    /// let ends = |query: &str| imr_query::parse(query).unwrap().range("date");
    /// assert_eq!(ends("mri date:2015..2016-03"), Some((Some("2015".to_owned()), Some("2016-03".to_owned()))));
    /// assert_eq!(ends("date:>=2015 date:<=2016"), Some((Some("2015".to_owned()), Some("2016".to_owned()))));
    /// assert_eq!(ends("mri date:>2015"), None);
    /// ```
    #[must_use]
    pub fn range(&self, field: &str) -> Option<(Option<String>, Option<String>)> {
        let id = counted_field(field)?;
        let found: Vec<_> = self.conjuncts().iter().filter_map(|part| ends(part, id)).collect();
        let one = |ends: Vec<&String>| if ends.len() > 1 { None } else { Some(ends.first().map(|end| (*end).clone())) };
        let from = one(found.iter().filter_map(|(from, _)| from.as_ref()).collect())?;
        let to = one(found.iter().filter_map(|(_, to)| to.as_ref()).collect())?;
        (!found.is_empty()).then_some((from, to))
    }

    /// What all hits must meet.
    fn conjuncts(&self) -> &[Self] {
        match self {
            Self::All => &[],
            Self::And(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }
}

/// A value of a facet that is looked for in a query.
struct Wanted {
    field: FieldId,
    condition: Ast,
    meaning: Option<Plan>,
}

impl Wanted {
    /// `None` if the field is no facet, or can have no such value.
    fn new(field: &str, value: &str) -> Option<Self> {
        let id = counted_field(field).filter(|id| Schema::shared().definition(*id).is_facet())?;
        let is_value = Schema::shared().definition(id).kind != FieldKind::Number || value.parse::<u64>().is_ok();
        let condition = is_value.then(|| with_value(id, value))?;
        let meaning = meaning(&condition);
        Some(Self { field: id, condition, meaning })
    }

    fn field_name(&self) -> &'static str {
        &Schema::shared().definition(self.field).name
    }

    fn is_meant_by(&self, part: &Ast) -> bool {
        is_on(part, &[self.field])
            && (*part == self.condition || self.meaning.is_some() && meaning(part) == self.meaning)
    }
}

/// The condition that finds what a facet counts for a value: a plain one if that means nothing else, because it reads better.
fn with_value(field: FieldId, value: &str) -> Ast {
    let definition = Schema::shared().definition(field);
    let typed = Typed::new(value, 0..0);
    let of = |value: Value| Ast::field(&definition.name, value, &(0..0));
    if definition.kind == FieldKind::Number {
        return of(Value::Text(Text::Word(typed)));
    }
    let is_plain = value == value.trim() && !value.contains(['"', '\u{201c}', '\u{201d}']);
    let plain = of(Value::Text(Text::Phrase { text: typed.clone(), slop: 0 }));
    let same = Plan::Term { field, term: keyword_term(value) };
    if definition.kind == FieldKind::Keyword && is_plain && resolve_strictly(&plain) == Some(condition(same)) {
        return plain;
    }
    of(Value::Whole(typed))
}

/// What a condition means: of values as they are counted, what they mean where they are typed.
fn meaning(part: &Ast) -> Option<Plan> {
    match resolve_strictly(part)? {
        Plan::Constant { score, plan } => {
            let plan = match *plan {
                Plan::Whole { field, value } => match Schema::shared().definition(field).kind {
                    FieldKind::Keyword => Plan::Term { field, term: keyword_term(&value) },
                    FieldKind::Title => phrase_plan(field, &value),
                    _ => Plan::Whole { field, value },
                },
                plan => plan,
            };
            Some(Plan::Constant { score, plan: Box::new(plan) })
        }
        plan => Some(plan),
    }
}

/// The alternatives of a condition.
fn alternatives(part: &Ast) -> &[Ast] {
    match part {
        Ast::Or(parts) => parts,
        one => std::slice::from_ref(one),
    }
}

/// The field that hits must lack.
fn missing(part: &Ast) -> Option<FieldId> {
    match part {
        Ast::Not(inner) => match &**inner {
            Ast::Field { name, value: Value::Any } => counted_field(&name.text),
            _ => None,
        },
        _ => None,
    }
}

/// The ends of a condition on a field that a range can take the place of. A date by itself is a range: the days that it
/// names, unless it counts from today.
fn ends(part: &Ast, field: FieldId) -> Option<(Option<String>, Option<String>)> {
    let Ast::Field { name, value } = part else { return None };
    if counted_field(&name.text) != Some(field) {
        return None;
    }
    match value {
        Value::Range { from, to, .. } if from.iter().chain(to).all(|end| end.inclusive) => {
            let end = |end: &Option<Bound>| end.as_ref().map(|end| end.text.clone());
            Some((end(from), end(to)))
        }
        Value::Text(Text::Word(typed) | Text::Phrase { text: typed, slop: 0 })
            if Schema::shared().definition(field).kind == FieldKind::Date && is_end(&typed.text) =>
        {
            Some((Some(typed.text.clone()), Some(typed.text.clone())))
        }
        _ => None,
    }
}

/// Whether a text can be the end of a range and reads the same again: `-90d` counts from today.
fn is_end(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// What is left of a part that asks for as much as possible.
fn most<'p>(left: impl Iterator<Item = (usize, &'p Ast)>) -> Option<Ast> {
    let mut left: Vec<Ast> = left.map(|(_, part)| part.clone()).collect();
    match left.as_slice() {
        [] => None,
        // Alone it is not read as one part.
        [Ast::And(_)] => left.pop(),
        _ => Some(Ast::Most(left)),
    }
}

/// All of some parts; those of a conjunction stand by themselves.
fn joined(parts: impl IntoIterator<Item = Ast>) -> Ast {
    parts.into_iter().fold(Ast::All, Ast::and)
}
