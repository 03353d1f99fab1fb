//! Schemas for the OpenAPI document, built from the same declarations as validation, and functions that read and change
//! JSON documents by pointers and merge patches.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::{
    ToSchema,
    openapi::{
        ArrayBuilder, Discriminator, KnownFormat, Object, ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema,
        SchemaFormat, Type, schema::AdditionalProperties,
    },
};

use crate::model::{Component, Field, Leaf};

/// A property of an object: its name, its schema, and whether it is required.
pub type Property = (&'static str, RefOr<Schema>, bool);

/// Builds the property of a leaf, with its documentation and limits.
pub fn leaf<T: Leaf>(field: &Field) -> Property {
    let schema = match T::schema() {
        RefOr::T(Schema::Object(object)) => Schema::Object(limited(object, field)).into(),
        RefOr::T(Schema::Array(mut array)) => {
            array.description = described(array.description, field.doc);
            array.min_items = field.limits.min_items.or(array.min_items);
            array.max_items = field.limits.max_items.or(array.max_items);
            Schema::Array(array).into()
        }
        RefOr::Ref(mut reference) => {
            reference.description = field.doc.to_owned();
            RefOr::Ref(reference)
        }
        other => other,
    };
    (field.name, schema, field.required)
}

/// Builds the property of a nested object. The property is required if the object has a required member.
pub fn group<R: ToSchema>(name: &'static str, doc: &'static str) -> Property {
    let mut reference = Ref::from_schema_name(R::name());
    reference.description = doc.to_owned();
    let required = matches!(R::schema(), RefOr::T(Schema::Object(object)) if !object.required.is_empty());
    (name, RefOr::Ref(reference), required)
}

/// Builds the schema of an object with these properties and no others.
pub fn object(doc: &str, properties: impl IntoIterator<Item = Property>) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(doc))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    for (name, schema, required) in properties {
        object = object.property(name, schema);
        if required {
            object = object.required(name);
        }
    }
    object.build().into()
}

/// Builds the schema of a list.
pub fn list(items: RefOr<Schema>) -> RefOr<Schema> {
    ArrayBuilder::new().items(items).build().into()
}

/// Builds the schema of a string, with an optional format, pattern and maximum length.
pub fn text(doc: &str, format: Option<&str>, pattern: Option<&str>, max_len: Option<usize>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(doc))
        .format(format.map(|format| SchemaFormat::Custom(format.to_owned())))
        .pattern(pattern)
        .max_length(max_len)
        .build()
        .into()
}

/// Builds the schema of a floating-point number.
pub fn number(doc: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Number)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
        .description(Some(doc))
        .build()
        .into()
}

/// Builds the schema of an object that may have any members.
pub fn any_object() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .build()
        .into()
}

/// Escapes a segment of a JSON pointer (RFC 6901).
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Writes a value at a pointer. The member names in the pointer must not need escaping. Creates missing
/// objects on the way, and replaces other values on the way with objects.
pub fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut spot = document;
    for name in pointer.split('/').skip(1) {
        if !spot.is_object() {
            *spot = Value::Object(Map::new());
        }
        let Value::Object(map) = spot else { return };
        spot = map.entry(name).or_insert(Value::Null);
    }
    *spot = value;
}

/// Applies a merge patch to a document (RFC 7396).
pub fn merge(document: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else { return document.clone_from(patch) };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    let Value::Object(members) = document else { return };
    for (name, change) in changes {
        match change {
            Value::Null => drop(members.remove(name)),
            _ => merge(members.entry(name).or_insert(Value::Null), change),
        }
    }
}

/// Removes the value at a pointer from a document, and returns the value if there was one. The member names in the
/// pointer must not need escaping.
pub fn take(document: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    document.pointer_mut(parent)?.as_object_mut()?.shift_remove(name)
}

fn limited(mut object: Object, field: &Field) -> Object {
    let limits = field.limits;
    object.description = described(object.description, field.doc);
    object.minimum = limits.min.map(Into::into).or(object.minimum);
    object.maximum = limits.max.map(Into::into).or(object.maximum);
    object.min_length = limits.min_len.or(object.min_length);
    object.max_length = limits.max_len.or(object.max_length);
    object.min_properties = limits.min_items.or(object.min_properties);
    object.max_properties = limits.max_items.or(object.max_properties);
    object
}

/// Joins the description of a field and the description of the field's type. A sentence that both contain
/// appears once.
pub fn described(of_type: Option<String>, of_field: &str) -> Option<String> {
    let of_type = of_type.unwrap_or_default();
    let mut joined: Vec<&str> = Vec::new();
    for sentence in sentences(of_field).chain(sentences(&of_type)) {
        if !joined.contains(&sentence) {
            joined.push(sentence);
        }
    }
    (!joined.is_empty()).then(|| joined.join(" "))
}

/// Splits a description after each full stop that is followed by a space.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ").map(str::trim).filter(|sentence| !sentence.is_empty())
}

/// Builds the schema of a string that is one of these values.
pub fn one_of(doc: &str, values: impl IntoIterator<Item = impl Serialize>) -> RefOr<Schema> {
    let values = values.into_iter().map(|value| json!(value));
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values));
    schema.description(Some(doc)).build().into()
}

/// Builds a reference to a component.
pub fn reference(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

/// Adds the component of a type, and the components to which it refers.
pub fn component<T: ToSchema>(out: &mut Vec<Component>) {
    out.push((T::name().into_owned(), T::schema()));
    T::schemas(out);
}

/// Adds a component that allows one of several schemas, distinguished by a tag.
pub fn tagged<const N: usize>(out: &mut Vec<Component>, name: &str, tag: &str, variants: [(&str, &str); N]) {
    let mapping =
        variants.map(|(value, component)| (value.to_owned(), format!("#/components/schemas/{component}")));
    let one_of = variants
        .iter()
        .fold(OneOfBuilder::new(), |one_of, (_, component)| one_of.item(Ref::from_schema_name(*component)));
    let one_of = one_of.discriminator(Some(Discriminator::with_mapping(tag, mapping)));
    out.push((name.to_owned(), RefOr::T(Schema::OneOf(one_of.build()))));
}

/// Adds a component: the object schema `schema`, with fixed tags in addition to its own members. Adds nothing
/// if `schema` is not the inline schema of an object.
pub fn variant(out: &mut Vec<Component>, name: &str, schema: RefOr<Schema>, tags: &[(&str, &str)]) {
    let RefOr::T(Schema::Object(mut object)) = schema else { return };
    for (tag, value) in tags {
        let only = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([*value])).build();
        object.properties.insert((*tag).to_owned(), Schema::Object(only).into());
        object.required.push((*tag).to_owned());
    }
    out.push((name.to_owned(), Schema::Object(object).into()));
}
