//! Facets beside a query: each is counted without the query's conditions on it, so that its other values stay in sight.

use imr_index::{FieldId, IndexReader, Schema};

use crate::ast::{Ast, Typed};
use crate::error::{QueryError, SyntaxError, nearest};
use crate::facets::{Counts, Facet};
use crate::gather::{Wanted, gather};
use crate::plan::{counted_field, resolve_within};
use crate::search::Request;

/// The fields of some names.
///
/// # Errors
///
/// If a name is no facet.
pub(crate) fn facet_fields(names: &[String]) -> Result<Vec<FieldId>, SyntaxError> {
    names.iter().map(|name| facet_field(name)).collect()
}

/// Those of some fields that are counted over the query itself, because it has no condition on them.
pub(crate) fn counted_alike(query: &Ast, fields: &[FieldId]) -> Vec<FieldId> {
    fields.iter().copied().filter(|field| own_query(query, *field) == *query).collect()
}

/// The facets of some fields, each over the query without its conditions on the field. Those that are counted over the query
/// itself are counted already; others whose queries are the same are counted in one pass.
///
/// # Errors
///
/// If the index cannot be read.
pub(crate) fn facets(
    index: &IndexReader,
    query: &Ast,
    fields: &[FieldId],
    counted: Vec<Counts>,
    request: &Request,
) -> Result<Vec<Facet>, QueryError> {
    let queries: Vec<Ast> = fields.iter().map(|field| own_query(query, *field)).collect();
    let facet = |at: usize, counts: Counts| {
        let name = &Schema::shared().definition(fields[at]).name;
        counts.into_facet(name, queries[at] != *query)
    };
    let mut facets: Vec<Option<Facet>> = vec![None; fields.len()];
    let alike = |query: &Ast| (0..fields.len()).filter(|at| queries[*at] == *query).collect::<Vec<usize>>();
    for (at, counts) in alike(query).into_iter().zip(counted) {
        facets[at] = Some(facet(at, counts));
    }
    for first in 0..fields.len() {
        if facets[first].is_some() {
            continue;
        }
        let alike = alike(&queries[first]);
        let plan = resolve_within(&queries[first], request)?.plan;
        let wanted = Wanted { fields: alike.iter().map(|at| fields[*at]).collect(), ..Wanted::default() };
        for (at, counts) in alike.into_iter().zip(gather(index, &plan, &wanted, request.limits)?.counts) {
            facets[at] = Some(facet(at, counts));
        }
    }
    Ok(facets.into_iter().flatten().collect())
}

fn own_query(query: &Ast, field: FieldId) -> Ast {
    without(query, &Schema::shared().definition(field).name)
}

/// A query without its conditions on a field, or for a field of several levels, on any of these.
fn without(query: &Ast, field: &str) -> Ast {
    let fields = fields_of_subject(field);
    let is_on_field = |part: &Ast| is_on(part, &fields);
    match query {
        part if is_on_field(part) => Ast::All,
        Ast::And(parts) => Ast::all_of(parts.iter().filter(|part| !is_on_field(part)).cloned().collect()),
        other => other.clone(),
    }
}

/// A field, and those that say the same or stand on one of its levels.
pub(crate) fn fields_of_subject(field: &str) -> Vec<FieldId> {
    let side = field.strip_prefix("ca.").map_or("", |_| "ca.");
    let levels = field.trim_start_matches("ca.").split('/').flat_map(same_subject);
    let fields = levels.filter_map(|level| Schema::shared().find(&format!("{side}{level}")));
    fields.chain(Schema::shared().find(field)).collect()
}

/// Whether a part of a query is a condition on one of some fields.
pub(crate) fn is_on(part: &Ast, fields: &[FieldId]) -> bool {
    is_condition(part, &|name| counted_field(&name.text).is_some_and(|field| fields.contains(&field)))
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

/// The field of a name.
///
/// # Errors
///
/// If it is no facet.
pub(crate) fn facet_field(name: &str) -> Result<FieldId, SyntaxError> {
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
