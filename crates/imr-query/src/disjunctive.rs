//! Facets beside a query: each is counted without the query's conditions on it, so that its other values stay in sight.

use imr_index::{FieldId, IndexReader, Schema};
use jiff::civil::Date;
use tantivy::collector::MultiCollector;

use crate::ast::{Ast, Typed};
use crate::error::{QueryError, SyntaxError, nearest};
use crate::facets::{Facet, FacetCollector};
use crate::lower::lower;
use crate::plan::{field_of, resolve};

/// Counts fields, each over the query without its conditions on the field. Fields whose queries are the same are counted
/// in one pass.
///
/// # Errors
///
/// If a name is no facet, or the index cannot be read.
pub(crate) fn count_facets(
    index: &IndexReader,
    query: &Ast,
    names: &[String],
    today: Date,
) -> Result<Vec<Facet>, QueryError> {
    let schema = Schema::shared();
    let fields = names.iter().map(|name| facet_field(name)).collect::<Result<Vec<FieldId>, _>>()?;
    let queries: Vec<Ast> = fields.iter().map(|id| without(query, &schema.definition(*id).name)).collect();
    let mut facets: Vec<Option<Facet>> = vec![None; fields.len()];
    for first in 0..fields.len() {
        if facets[first].is_some() {
            continue;
        }
        let same: Vec<usize> = (first..fields.len()).filter(|other| queries[*other] == queries[first]).collect();
        let mut counting = MultiCollector::new();
        let handles: Vec<_> = same.iter().map(|at| counting.add_collector(FacetCollector::new(fields[*at]))).collect();
        let plan = resolve(&queries[first], today)?.plan;
        let mut counted = index.search(&*lower(&plan, index)?, &counting)?;
        for (at, handle) in same.into_iter().zip(handles) {
            let name = &schema.definition(fields[at]).name;
            facets[at] = Some(handle.extract(&mut counted).into_facet(name, queries[at] != *query));
        }
    }
    Ok(facets.into_iter().flatten().collect())
}

/// A query without its conditions on a field, or for a field of several levels, on any of these.
fn without(query: &Ast, field: &str) -> Ast {
    let side = field.strip_prefix("ca.").map_or("", |_| "ca.");
    let fields: Vec<Option<FieldId>> = field
        .trim_start_matches("ca.")
        .split('/')
        .flat_map(same_subject)
        .map(|level| Schema::shared().find(&format!("{side}{level}")))
        .collect();
    let is_on_field = |part: &Ast| is_condition(part, &|name| fields.contains(&field_of(&name.text)));
    match query {
        part if is_on_field(part) => Ast::All,
        Ast::And(parts) => Ast::all_of(parts.iter().filter(|part| !is_on_field(part)).cloned().collect()),
        other => other.clone(),
    }
}

/// Fields that say the same in other words: lay words ask both kinds of classes, a family is asked for as a guideline.
fn same_subject(field: &str) -> Vec<&str> {
    match field {
        "class" | "other_class" => vec!["class", "other_class"],
        "guideline" | "family" => vec!["guideline", "family"],
        field => vec![field],
    }
}

/// Whether a part of a query is a condition on one field, with one value or a group of them. Exclusions are none: what is
/// excluded stays so.
fn is_condition(part: &Ast, is_called: &impl Fn(&Typed) -> bool) -> bool {
    match part {
        Ast::Field { name, .. } => is_called(name),
        Ast::Or(parts) => parts.iter().all(|part| is_condition(part, is_called)),
        _ => false,
    }
}

fn facet_field(name: &str) -> Result<FieldId, SyntaxError> {
    let schema = Schema::shared();
    let countable = || schema.facets().map(|(_, field)| field.name.as_str());
    let known = schema.find(name.strip_prefix("mx.").unwrap_or(name)).filter(|id| schema.definition(*id).is_facet());
    known.ok_or_else(|| {
        let help = match nearest(name, countable()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("fields that can be counted: {}", countable().collect::<Vec<_>>().join(", ")),
        };
        SyntaxError { problem: format!("no facet `{name}`"), span: 0..0, help }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    #[test]
    fn a_facet_leaves_out_conditions_on_itself() {
        for (query, field, want) in [
            ("outcome:upheld class:opioids", "class", "outcome:upheld"),
            ("outcome:upheld class:(opioids OR benzos)", "class/drug", "outcome:upheld"),
            ("o:upheld", "outcome", "*"),
            ("(class:opioids OR other_class:opioids) mri", "class", "mri"),
            ("guideline:odg mri", "family", "mri"),
            ("outcome:upheld -class:opioids", "class", "outcome:upheld NOT class:opioids"),
            ("outcome:upheld class:opioids", "drug", "outcome:upheld class:opioids"),
            ("ca.page:24 page:24", "ca.page", "page:24"),
            ("section:opioids ca.section:opioids mri", "guideline/edition/section", "ca.section:opioids mri"),
        ] {
            assert_eq!(without(&parse(query).unwrap(), field).to_string(), want, "case: {query}, {field}");
        }
    }
}
