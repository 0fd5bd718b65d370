//! The values of fields: every spelling of a value becomes the one that is indexed.

use imr_index::{FieldId, FieldKind, date_number, keyword_term, stem_term, words};
use imr_model::{Agreement, CaseOutcome, Family, Laterality};
use imr_vocabulary::{categories, drugs, gaps, guidelines, procedures, regions, specialties, spinal_levels, states};

use crate::ast::{Bound, Span, Text, Typed};
use crate::dates::days;
use crate::english::outcome_word;
use crate::error::{SyntaxError, nearest};
use crate::plan::{Plan, Resolver, any_of, condition, phrase_plan, text_plan};

impl Resolver {
    /// Documents with a value of a field that holds no running text.
    pub(crate) fn value(
        &mut self,
        id: FieldId,
        field: &str,
        kind: FieldKind,
        typed: &Typed,
        is_exact: bool,
    ) -> Result<Plan, SyntaxError> {
        match kind {
            FieldKind::Title => self.title(id, field, typed, is_exact),
            FieldKind::Number | FieldKind::Date => {
                let (from, to) = self.number_or_date(kind, &typed.text, &typed.span())?;
                in_order(id, from, to, &typed.span())
            }
            _ => self.keyword(id, field, typed),
        }
    }

    /// A value compared by words. Spellings of guidelines, sections and specialties become the one that is indexed.
    fn title(&mut self, id: FieldId, field: &str, typed: &Typed, is_exact: bool) -> Result<Plan, SyntaxError> {
        let text = &typed.text;
        let canonical = match field {
            "guideline" | "ca.guideline" => {
                if let Some(family) = family(text) {
                    let families = self.schema.id(if field.starts_with("ca.") { "ca.family" } else { "family" });
                    return Ok(Plan::Term { field: families, term: keyword_term(family.as_str()) });
                }
                guidelines().get(text).map(|guideline| guideline.title.as_str())
            }
            "specialty" => specialties().get(text),
            _ => None,
        };
        if let Some(canonical) = canonical {
            return Ok(phrase_plan(id, canonical));
        }
        if let Some(near) = self.near_title(field, text) {
            return Ok(phrase_plan(id, &near));
        }
        if is_exact { Ok(phrase_plan(id, text)) } else { text_plan(id, &Text::Word(typed.clone())) }
    }

    /// The title that a misspelt one means. Words of titles (`specialty:pain`) are not misspelt.
    fn near_title(&mut self, field: &str, text: &str) -> Option<String> {
        let spellings: Vec<&str> = match field {
            "guideline" | "ca.guideline" => guidelines().titles().collect(),
            "section" | "ca.section" => guidelines().section_names().collect(),
            "specialty" => specialties().spellings().collect(),
            _ => return None,
        };
        let stems = |text: &str| words(text).map(|word| stem_term(&word.text)).collect::<Vec<_>>();
        let wanted = stems(text);
        let is_part = |title: &&str| {
            let title = stems(title);
            wanted.iter().all(|word| title.contains(word))
        };
        if self.is_strict || wanted.is_empty() || spellings.iter().any(is_part) {
            return None;
        }
        let near = nearest(text, spellings)?;
        let title = match field {
            "guideline" | "ca.guideline" => guidelines().get(near)?.title.clone(),
            "specialty" => specialties().get(near)?.to_owned(),
            _ => near.to_owned(),
        };
        self.notes.push(format!("{text} -> {title}"));
        Some(title)
    }

    /// A value compared whole. Names of drugs, classes and outcomes become those that are indexed.
    fn keyword(&mut self, id: FieldId, field: &str, typed: &Typed) -> Result<Plan, SyntaxError> {
        let term = |value: &str| Plan::Term { field: id, term: keyword_term(value) };
        match field {
            "drug" => Ok(self.drug(id, typed)),
            "class" | "other_class" => self.class(id, field, typed),
            "procedure" => {
                let found = self.corrected(typed, |name| procedures().get(name), || procedures().spellings());
                let Some(procedure) = found else {
                    let note = format!("no procedure called `{}` is known; it is searched as written", typed.text);
                    self.notes.push(note);
                    return Ok(term(&typed.text));
                };
                Ok(term(&procedure.name))
            }
            "category" => {
                let names = categories().all().iter().map(|category| category.category.as_str());
                self.known(field, typed, |name| categories().category(name), names).map(term)
            }
            "subcategory" => {
                let names = categories().all().iter().filter_map(|category| category.subcategory.as_deref());
                self.known(field, typed, |name| categories().subcategory(name), names).map(term)
            }
            "body" if typed.text.eq_ignore_ascii_case("back") => {
                self.notes.push("back = lumbar spine or thoracic spine".to_owned());
                Ok(Plan::Or(vec![term("lumbar spine"), term("thoracic spine")]))
            }
            "body" if regions().get(&typed.text) == Some("spine") => {
                self.notes.push(format!("{} = spine, or a part of it", typed.text));
                let parts = ["spine", "cervical spine", "thoracic spine", "lumbar spine"];
                Ok(Plan::Or(parts.map(term).to_vec()))
            }
            "body" => self.known(field, typed, |name| regions().get(name), regions().spellings()).map(term),
            "state" => self.known(field, typed, |name| states().get(name), states().spellings()).map(term),
            "spinal_level" => {
                let levels: Vec<Plan> = spinal_levels(&typed.text).iter().map(|level| term(&level.name)).collect();
                if levels.is_empty() {
                    let problem = format!("`{}` is no level of the spine", typed.text);
                    return Err(SyntaxError::new(problem, typed.span(), "write a level as L4-L5, C5-6 or S1"));
                }
                Ok(any_of(levels))
            }
            "gap" => self.gap(id, typed),
            "outcome" => {
                let word = typed.text.to_lowercase();
                let known = word.parse::<imr_model::Outcome>().ok().map(imr_model::Outcome::as_str);
                let outcome = known.or_else(|| outcome_word(&word));
                let names = imr_model::Outcome::ALL.map(imr_model::Outcome::as_str);
                Ok(term(outcome.ok_or_else(|| unknown_value("outcome", typed, names))?))
            }
            "case" => {
                // An id, as hits print it: `CM16-0213037#2`.
                let numbered = typed.text.rsplit_once('#').and_then(|(name, n)| Some((name, n.parse::<u64>().ok()?)));
                let (name, n) = numbered.map_or((typed.text.as_str(), None), |(name, n)| (name, Some(n)));
                let number = name.parse::<imr_model::CaseNumber>();
                let case = term(number.map_or(name.to_owned(), |number| number.to_string()).as_str());
                let place = n.map(|n| Plan::Number { field: self.schema.id("n"), from: n, to: n });
                Ok(place.map_or(case.clone(), |place| Plan::And(vec![case, place])))
            }
            _ => {
                let text = closed_value(field, &typed.text);
                match closed_values(field) {
                    Some(values) if !values.iter().any(|value| value.eq_ignore_ascii_case(text)) => {
                        Err(unknown_value(field, typed, values.iter().copied()))
                    }
                    _ => Ok(term(text)),
                }
            }
        }
    }

    /// What a name of a table means. A misspelt one is corrected, and said so; `spellings` is called for these only.
    fn corrected<'t, T, S: IntoIterator<Item = &'t str>>(
        &mut self,
        typed: &Typed,
        get: impl Fn(&str) -> Option<T>,
        spellings: impl FnOnce() -> S,
    ) -> Option<T> {
        get(&typed.text).or_else(|| {
            if self.is_strict {
                return None;
            }
            let near = nearest(&typed.text, spellings())?;
            self.notes.push(format!("{} -> {near}", typed.text));
            get(near)
        })
    }

    /// What a name of a table means, where the table holds all there is.
    fn known<'t, T>(
        &mut self,
        field: &str,
        typed: &Typed,
        get: impl Fn(&str) -> Option<T>,
        spellings: impl IntoIterator<Item = &'t str> + Clone,
    ) -> Result<T, SyntaxError> {
        let found = self.corrected(typed, get, || spellings.clone());
        match found {
            Some(found) => Ok(found),
            // Nobody reads what is known instead.
            None if self.is_strict => Err(unknown_value(field, typed, [])),
            None => Err(unknown_value(field, typed, spellings)),
        }
    }

    fn class(&mut self, id: FieldId, field: &str, typed: &Typed) -> Result<Plan, SyntaxError> {
        let term = |id, value: &str| Plan::Term { field: id, term: keyword_term(value) };
        if field == "class"
            && let Some(class) = drugs().lay_class(&typed.text)
        {
            let other = self.schema.id("other_class");
            self.notes.push(format!("{} = class:{class} or other_class:{class}", typed.text));
            return Ok(Plan::Or(vec![term(id, class), term(other, class)]));
        }
        if let Some(drug) = drugs().get(&typed.text) {
            let problem = format!("`{}` is a drug, not a class", typed.text);
            let class = drug.class.as_ref().map(|class| format!(", or its class as `class:\"{class}\"`"));
            let help = format!("ask for it as `drug:{}`{}", typed.text, class.unwrap_or_default());
            return Err(SyntaxError::new(problem, typed.span(), help));
        }
        Ok(term(id, self.known(field, typed, |name| drugs().class(name), drugs().class_spellings())?))
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
        let spellings = || drugs().spellings().iter().map(String::as_str);
        let drug = self.corrected(typed, |name| drugs().get(name), spellings);
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

    /// A number, or the first and last of the days that a date names, as `yyyymmdd`.
    fn number_or_date(&self, kind: FieldKind, text: &str, span: &Span) -> Result<(u64, u64), SyntaxError> {
        if kind == FieldKind::Date {
            let days = days(text, self.today).ok_or_else(|| {
                let help = "write a date as 2016, 2016-12, 2016-12-09 or -90d (the last 90 days; also w, m, y)";
                SyntaxError::new(format!("`{text}` is no date"), span.clone(), help)
            });
            return days.map(|(first, last)| (date_number(first), date_number(last)));
        }
        let number = text.parse().map_err(|_| {
            SyntaxError::new(format!("`{text}` is no number"), span.clone(), "write a number, or a range like 63-66")
        })?;
        Ok((number, number))
    }

    /// Documents whose number or date lies between two.
    pub(crate) fn range(
        &self,
        field: FieldId,
        kind: FieldKind,
        from: Option<&Bound>,
        to: Option<&Bound>,
        span: &Span,
    ) -> Result<Plan, SyntaxError> {
        let ends = |bound: &Bound| self.number_or_date(kind, &bound.text, span).map(|ends| (ends, bound.inclusive));
        let from = match from.map(ends).transpose()? {
            Some(((first, _), true)) => first,
            Some(((_, last), false)) => last.saturating_add(1),
            None => 0,
        };
        let to = to.map(ends).transpose()?;
        let is_below_zero = matches!(to, Some(((0, _), false)));
        let to = match to {
            Some(((_, last), true)) => last,
            Some(((first, _), false)) => first.saturating_sub(1),
            None => u64::MAX - 1,
        };
        if is_below_zero {
            return Ok(Plan::Nothing);
        }
        Ok(condition(in_order(field, from, to, span)?))
    }
}

/// Numbers between two ends that are in order.
fn in_order(field: FieldId, from: u64, to: u64, span: &Span) -> Result<Plan, SyntaxError> {
    if from > to {
        return Err(SyntaxError::new("the range is empty", span.clone(), "write the smaller end first"));
    }
    Ok(Plan::Number { field, from, to })
}

/// Other words for values of closed fields.
fn closed_value<'t>(field: &str, typed: &'t str) -> &'t str {
    match (field, typed.to_lowercase().as_str()) {
        ("sex", "f" | "woman" | "women") => "female",
        ("sex", "m" | "man" | "men") => "male",
        ("retrospective" | "dependent" | "partial", "yes") => "true",
        ("retrospective" | "dependent" | "partial", "no") => "false",
        _ => typed,
    }
}

/// The values of fields that have no others.
pub(crate) fn closed_values(field: &str) -> Option<Vec<&'static str>> {
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

/// The family of guidelines of a name.
pub(crate) fn family(name: &str) -> Option<Family> {
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
    SyntaxError::new(format!("unknown {field} `{}`", typed.text), typed.span(), help)
}
