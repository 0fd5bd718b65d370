//! What can be asked for, and what is answered.

use axum::extract::State;
use imr_index::{Schema, Totals};
use imr_output::{FieldType, OutputSchema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::form::Reply;
use crate::parameters::Parameters;
use crate::problem::Problem;

/// Fields, versions, and what the index holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Described {
    versions: Versions,
    totals: Totals,
    /// Fields of queries and facets.
    fields: Vec<QueryField>,
    /// Fields of hits.
    output: Vec<HitField>,
}

/// What this server is made of.
#[derive(Serialize, ToSchema)]
struct Versions {
    /// The version of the program.
    program: &'static str,
    /// The version of what is printed of a hit.
    output: u32,
    /// The version of the fields of the index.
    index_schema: u32,
    /// The fingerprint of the vocabulary by which concepts were read.
    vocabulary: String,
    /// The commit of the index that answers.
    commit: String,
}

/// A field that queries can ask for, or that can be counted.
#[derive(Serialize, ToSchema)]
struct QueryField {
    /// Its name.
    name: &'static str,
    /// Its short name.
    alias: Option<&'static str>,
    /// How it is compared.
    kind: imr_index::FieldKind,
    /// Whether queries can ask for it.
    query: bool,
    /// Whether its values can be counted.
    facet: bool,
    /// What it holds.
    doc: &'static str,
    /// A query that uses it.
    example: Option<&'static str>,
}

/// A field of a hit.
#[derive(Serialize, ToSchema)]
struct HitField {
    /// Its name.
    name: &'static str,
    /// The field of queries that asks for it, where that is called otherwise.
    alias: Option<&'static str>,
    /// What its values are.
    #[serde(rename = "type")]
    value_type: FieldType,
    /// What it holds.
    doc: &'static str,
}

/// There are no parameters.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Tell the fields of queries and of hits, the versions of the program and its index, and how much the index holds.
#[utoipa::path(
    get,
    path = "/schema",
    operation_id = "schema",
    tag = "search",
    responses((status = 200, description = "Fields, versions and totals", body = Described))
)]
pub(crate) async fn schema(State(app): State<App>, _: Parameters<Nothing>) -> Result<Reply, Problem> {
    let index = app.opened.index();
    let manifest = index.manifest();
    let output = OutputSchema::shared();
    Reply::json(&Described {
        versions: Versions {
            program: env!("CARGO_PKG_VERSION"),
            output: output.version,
            index_schema: manifest.schema,
            vocabulary: manifest.vocabulary.clone(),
            commit: index.commit().to_owned(),
        },
        totals: manifest.totals,
        fields: query_fields(),
        output: output.fields.iter().map(HitField::new).collect(),
    })
}

fn query_fields() -> Vec<QueryField> {
    let known = Schema::shared().fields().map(|(_, field)| field);
    known
        .filter(|field| field.is_public() || field.is_facet())
        .map(|field| QueryField {
            name: &field.name,
            alias: field.alias.as_deref(),
            kind: field.kind,
            query: field.is_public(),
            facet: field.is_facet(),
            doc: &field.doc,
            example: field.example.as_deref(),
        })
        .collect()
}

impl HitField {
    fn new(field: &'static imr_output::OutputField) -> Self {
        Self { name: &field.name, alias: field.alias.as_deref(), value_type: field.value_type, doc: &field.doc }
    }
}
