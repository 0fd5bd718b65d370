//! The fields of the index, as `index-schema/decision.toml` defines them.

use std::sync::LazyLock;

use imr_model::Letter;
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema as TantivySchema, TextFieldIndexing, TextOptions, Value,
};
use utoipa::ToSchema;

use crate::abridged::Abridged;
use crate::analysis::{KEYWORD_TOKENIZER, TEXT_TOKENIZER};
use crate::records::RecordFields;
use crate::stored::Head;

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Whole values, in any case.
    Keyword,
    /// Words and phrases of a short value, which is counted whole as a facet.
    Title,
    /// Words and phrases of running text.
    Text,
    /// Numbers, also in ranges.
    Number,
    /// Days, also in ranges; stored as the number `yyyymmdd`.
    Date,
    /// Counted as a facet in levels; not compared. A value is the names of its levels joined by [`PATH_SEPARATOR`].
    Path,
    /// For the program itself.
    Key,
}

/// The definition of one field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDefinition {
    /// The name in queries, facets and output.
    pub name: String,
    /// A short name for queries.
    pub alias: Option<String>,
    /// How it is compared.
    pub kind: FieldKind,
    /// What a match counts in ranking: of text, times its BM25; of a concept, by itself. 0 if it is a condition only.
    #[serde(default)]
    pub weight: f32,
    /// The same for all decisions of a letter.
    #[serde(default)]
    pub letter: bool,
    /// What it holds.
    pub doc: String,
    /// A query that uses it.
    pub example: Option<String>,
}

impl FieldDefinition {
    /// Whether its values are counted as a facet.
    #[must_use]
    pub fn is_facet(&self) -> bool {
        matches!(self.kind, FieldKind::Keyword | FieldKind::Title | FieldKind::Number | FieldKind::Path)
    }

    /// Whether it is indexed with the first document of a letter only, for all of them: running text of a letter is most of
    /// what there is to index.
    #[must_use]
    pub fn is_indexed_once(&self) -> bool {
        self.letter && self.kind == FieldKind::Text
    }

    /// Whether queries can ask for it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !matches!(self.kind, FieldKind::Key | FieldKind::Path)
    }
}

/// Stands between the levels of a path; no name holds it.
pub const PATH_SEPARATOR: char = '\u{1f}';

/// Where a field stands in the list of definitions: the way in which queries name it once they are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(usize);

impl FieldId {
    /// The same as a number from 0.
    pub(crate) fn place(self) -> usize {
        self.0
    }
}

#[derive(Deserialize)]
struct Definitions {
    version: u32,
    field: Vec<FieldDefinition>,
}

/// The fields of this build.
pub struct Schema {
    version: u32,
    fields: Vec<FieldDefinition>,
}

impl Schema {
    /// The schema of this build, read once.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the schema is a constant of the program, read by its tests")]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Schema> = LazyLock::new(|| {
            let text = include_str!("../../../index-schema/decision.toml");
            let Definitions { version, field } =
                toml::from_str(text).expect("index-schema/decision.toml is well formed");
            Schema { version, fields: field }
        });
        &SHARED
    }

    /// Its version: an index of another version is not opened.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The field of a name or alias.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<FieldId> {
        let is_called = |field: &FieldDefinition| field.name == name || field.alias.as_deref() == Some(name);
        self.fields.iter().position(is_called).map(FieldId)
    }

    /// The field of a name that the program uses itself.
    ///
    /// # Panics
    ///
    /// If there is none: a slip of the pen, which the tests of whoever names it find.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "the name is a constant of the caller")]
    pub fn id(&self, name: &str) -> FieldId {
        self.find(name).unwrap_or_else(|| panic!("no field `{name}` in index-schema/decision.toml"))
    }

    /// The definition of a field.
    #[must_use]
    pub fn definition(&self, id: FieldId) -> &FieldDefinition {
        &self.fields[id.0]
    }

    /// All fields, in the order of the file.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &FieldDefinition)> {
        self.fields.iter().enumerate().map(|(index, field)| (FieldId(index), field))
    }

    /// Fields whose values are counted as facets.
    pub fn facets(&self) -> impl Iterator<Item = (FieldId, &FieldDefinition)> {
        self.fields().filter(|(_, field)| field.is_facet())
    }

    /// Fields that queries can ask for.
    pub fn public_fields(&self) -> impl Iterator<Item = (FieldId, &FieldDefinition)> {
        self.fields().filter(|(_, field)| field.is_public())
    }
}

/// Where the letter was read ([`Head`]), stored with the first document of each letter. Like the following ones not in the
/// TOML file: no query names them. Up to schema 6 the whole letter stood here, which is read still.
pub(crate) const STORED_LETTER: &str = "stored_letter";
/// Its fields, and where their texts stand in its whole text ([`Abridged`]).
const STORED_FIELDS: &str = "stored_fields";
/// The sketch of the rationale ([`crate::Sketch`]).
pub(crate) const SKETCH: &str = "sketch";

/// The fields in tantivy's terms.
pub(crate) struct Fields {
    pub(crate) tantivy: TantivySchema,
    by_id: Vec<Field>,
    pub(crate) head: Field,
    packed: Field,
    pub(crate) sketch: Field,
    pub(crate) records: RecordFields,
}

impl Fields {
    pub(crate) fn new(schema: &Schema) -> Self {
        let mut builder = TantivySchema::builder();
        let by_id = schema.fields().map(|(_, field)| add(&mut builder, field)).collect();
        let head = builder.add_text_field(STORED_LETTER, tantivy::schema::STORED);
        let packed = builder.add_bytes_field(STORED_FIELDS, tantivy::schema::STORED);
        let sketch = builder.add_bytes_field(SKETCH, tantivy::schema::FAST);
        let records = RecordFields::add(&mut builder);
        Self { tantivy: builder.build(), by_id, head, packed, sketch, records }
    }

    pub(crate) fn field(&self, id: FieldId) -> Field {
        self.by_id[id.0]
    }

    /// Stores a letter, and its whole text, with its first document.
    ///
    /// # Errors
    ///
    /// What cannot be stored, in words.
    pub(crate) fn store(&self, document: &mut TantivyDocument, letter: &Letter, text: &str) -> Result<(), String> {
        let head = serde_json::to_string(&Head::of(letter)).map_err(|error| error.to_string())?;
        let fields = Abridged::new(letter, text).pack().map_err(|error| error.to_string())?;
        document.add_text(self.head, head);
        document.add_bytes(self.packed, &fields);
        document.add_text(self.records.text, text);
        Ok(())
    }

    /// The letter whose first document this is; `None` for every other document, and if it is damaged.
    pub(crate) fn letter(&self, document: &TantivyDocument) -> Option<Letter> {
        let text = |field| document.get_first(field)?.as_str();
        let head: Head = serde_json::from_str(text(self.head)?).ok()?;
        let fields = Abridged::unpack(document.get_first(self.packed)?.as_bytes()?)?;
        fields.restored(head, text(self.records.text)?)
    }
}

fn add(builder: &mut tantivy::schema::SchemaBuilder, field: &FieldDefinition) -> Field {
    // Lengths of fields are kept where BM25 needs them: of running text. All others are conditions, or count their weight.
    let indexed = |tokenizer: &str, record, has_length| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(record);
        TextOptions::default().set_indexing_options(indexing.set_fieldnorms(has_length))
    };
    // Ranges are found by columns, single numbers as ranges of one.
    let number = NumericOptions::default().set_fast();
    match field.kind {
        FieldKind::Text => {
            builder.add_text_field(&field.name, indexed(TEXT_TOKENIZER, IndexRecordOption::WithFreqsAndPositions, true))
        }
        FieldKind::Title => {
            let options = indexed(TEXT_TOKENIZER, IndexRecordOption::WithFreqsAndPositions, false).set_fast("raw");
            builder.add_text_field(&field.name, options)
        }
        FieldKind::Keyword | FieldKind::Key => {
            let options = indexed(KEYWORD_TOKENIZER, IndexRecordOption::Basic, false).set_fast("raw");
            builder.add_text_field(&field.name, options)
        }
        FieldKind::Path => builder.add_text_field(&field.name, TextOptions::default().set_fast("raw")),
        FieldKind::Number | FieldKind::Date => builder.add_u64_field(&field.name, number),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_examples_use_their_field() {
        let schema = Schema::shared();
        let mut names: HashSet<&str> = HashSet::new();
        for (_, field) in schema.fields() {
            for name in [Some(field.name.as_str()), field.alias.as_deref()].into_iter().flatten() {
                assert!(names.insert(name), "`{name}` is the name of two fields");
            }
            if field.is_public() {
                let example = field.example.as_deref().unwrap_or_default();
                assert!(example.starts_with(&format!("{}:", field.name)), "example of `{}`: {example}", field.name);
            }
        }
    }

    #[test]
    fn the_table_in_the_documentation_lists_every_field() {
        let table = include_str!("../../../index-schema/README.md");
        for (_, field) in Schema::shared().public_fields().chain(Schema::shared().facets()) {
            let row = format!("| `{}` |", field.name);
            assert!(table.contains(&row), "index-schema/README.md has no row {row}");
        }
    }
}
