//! What records look like, for whoever describes them: the schema of `index-schema/output.toml`.

use std::borrow::Cow;

use imr_model::{Citations, Partial};
use imr_query::{Explanation, Passage};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::fields::{FieldType, OutputField, OutputSchema, Record};

/// What records look like, by the types of `index-schema/output.toml`. Which fields a record has is up to whoever asks.
impl PartialSchema for Record<'_> {
    fn schema() -> RefOr<Schema> {
        let property = |object: ObjectBuilder, field: &OutputField| object.property(&field.name, field.schema());
        OutputSchema::shared().fields.iter().fold(ObjectBuilder::new(), property).build().into()
    }
}

impl ToSchema for Record<'_> {
    fn name() -> Cow<'static, str> {
        "Record".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for Object { name, schema, add_parts, .. } in &OBJECTS {
            schemas.push((name().into_owned(), schema()));
            add_parts(schemas);
        }
    }
}

/// A field that is an object, and its type.
struct Object {
    field: &'static str,
    name: fn() -> Cow<'static, str>,
    schema: fn() -> RefOr<Schema>,
    /// Adds the types that it is made of.
    add_parts: fn(&mut Vec<(String, RefOr<Schema>)>),
}

const fn object<T: ToSchema>(field: &'static str) -> Object {
    Object { field, name: T::name, schema: T::schema, add_parts: T::schemas }
}

const OBJECTS: [Object; 4] = [
    object::<Citations>("citations"),
    object::<Partial>("partial"),
    object::<Passage>("passage"),
    object::<Explanation>("explanation"),
];

impl OutputField {
    /// The schema of its values; any may be missing where a letter does not say.
    fn schema(&self) -> RefOr<Schema> {
        let of = |kind| ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null]));
        let value = match self.value_type {
            FieldType::Text => of(Type::String),
            FieldType::Number => of(Type::Integer).minimum(Some(0)),
            FieldType::Score => of(Type::Number),
            FieldType::Flag => of(Type::Boolean),
            FieldType::Day => of(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
            FieldType::List => {
                let texts = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String));
                return texts.description(Some(&self.doc)).build().into();
            }
            FieldType::Object => return self.object_schema(),
        };
        value.description(Some(&self.doc)).build().into()
    }

    fn object_schema(&self) -> RefOr<Schema> {
        let known = OBJECTS.iter().find(|object| object.field == self.name);
        let nothing = ObjectBuilder::new().schema_type(Type::Null);
        let either = OneOfBuilder::new().description(Some(&self.doc)).item(nothing);
        let either = match known {
            Some(object) => either.item(Ref::from_schema_name((object.name)())),
            None => either.item(ObjectBuilder::new()),
        };
        Schema::OneOf(either.build()).into()
    }
}
