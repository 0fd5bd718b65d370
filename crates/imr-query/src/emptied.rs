//! Why a query finds nothing.

use imr_index::IndexReader;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ast::Ast;
use crate::error::QueryError;
use crate::gather::{Wanted, gather};
use crate::plan::{is_mark, resolve_within};
use crate::search::Request;

/// A condition of a query that finds nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Emptied {
    /// The condition, in the query language.
    pub condition: String,
    /// How many decisions it finds by itself.
    pub alone: usize,
    /// How many decisions the query finds without it.
    pub without: usize,
}

/// Queries of more conditions than this are not taken apart.
const MOST: usize = 30;

/// What each condition of a query finds alone, and what the query finds without it.
pub(crate) fn emptied(index: &IndexReader, query: &Ast, request: &Request) -> Result<Vec<Emptied>, QueryError> {
    let Ast::And(parts) = query else { return Ok(Vec::new()) };
    let parts: Vec<&Ast> = parts.iter().filter(|part| !is_mark(part)).collect();
    if parts.len() > MOST {
        return Ok(Vec::new());
    }
    let finds = |query: &Ast| {
        let plan = resolve_within(query, request)?.plan;
        Ok::<usize, QueryError>(gather(index, &plan, &Wanted::default(), request.limits)?.decisions)
    };
    let told = parts.iter().enumerate().map(|(at, part)| {
        let others = parts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| (*part).clone());
        Ok(Emptied {
            condition: part.to_string(),
            alone: finds(part)?,
            without: finds(&Ast::all_of(others.collect()))?,
        })
    });
    told.collect()
}
