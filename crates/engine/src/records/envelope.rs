//! The envelope: the members of a record that the gateway stores and never sends to vendors.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_core::{
    error::{Kind, Violation},
    model::{FieldReader, check_name, schema},
};
use utoipa::{
    ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema, Type,
        schema::{AdditionalProperties, SchemaType},
    },
};

const MAX_LABELS: usize = 64;
const MAX_LABEL: usize = 255;
const MAX_METADATA_BYTES: usize = 16 * 1024;

/// The members of a record that the gateway stores and never sends to vendors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Envelope {
    /// The configured vendor to which the caller pins the record. If omitted, the gateway's routing rules choose the
    /// vendor. A change does not move a record that already runs at another vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, examples("qcall"))]
    pub vendor: Option<String>,
    /// The caller's own key for the record, unique among the records of its kind. Characters that are not allowed in
    /// `name` are not allowed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    pub external_ref: Option<String>,
    /// The labels of the record. Routing rules can match them, and the filter of a migration can select agents by them. Their
    /// names and values cannot contain characters that are not allowed in `name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(schema_with = labels_schema)]
    pub labels: BTreeMap<String, String>,
    /// The caller's own data, at most 16 KiB as JSON. The gateway stores this data and never sends it to a vendor. Whole numbers
    /// beyond 64 bits are refused, because they would be rounded.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(schema_with = metadata_schema)]
    pub metadata: Map<String, Value>,
}

/// Builds the schema of labels, with the limits that [`labels`] checks.
fn labels_schema() -> RefOr<Schema> {
    let name = ObjectBuilder::new()
        .schema_type(SchemaType::AnyValue)
        .min_length(Some(1))
        .max_length(Some(MAX_LABEL));
    let label = ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX_LABEL));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(
            "The labels of the record. Routing rules can match them, and the filter of a migration can select agents by them. \
             Their names and values cannot contain characters that are not allowed in `name`.",
        ))
        .max_properties(Some(MAX_LABELS))
        .property_names(Some(name))
        .additional_properties(Some(label))
        .build()
        .into()
}

/// Builds the schema of metadata.
fn metadata_schema() -> RefOr<Schema> {
    let about = format!(
        "The caller's own data, at most {} KiB as JSON. The gateway stores this data and never sends it to a vendor. Whole numbers \
         beyond 64 bits are refused, because they would be rounded.",
        MAX_METADATA_BYTES / 1024
    );
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(about))
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .build()
        .into()
}

impl Envelope {
    /// Merges a patch into the envelope (RFC 7396), and ignores all other members of the patch. Adds violations to
    /// `from`. Checks the pinned vendor even if the patch does not name it.
    pub(super) fn merge(
        &self,
        patch: &Map<String, Value>,
        check_vendor: &CheckVendor<'_>,
        from: &mut FieldReader,
    ) -> Self {
        let pinned = self.vendor.clone().map(Value::from);
        let vendor = changed(&self.vendor, patch.get("vendor").or(pinned.as_ref()), |change| {
            read_vendor(change, check_vendor, from)
        });
        let external_ref =
            changed(&self.external_ref, patch.get("external_ref"), |change| read_external_ref(change, from));
        let labels = changed(&self.labels, patch.get("labels"), |change| {
            labels(&merged(self.labels.clone().into_iter().collect(), change), from)
        });
        let metadata = changed(&self.metadata, patch.get("metadata"), |change| {
            metadata(&merged(self.metadata.clone().into(), change), from)
        });
        Self { vendor, external_ref, labels, metadata }
    }
}

/// Returns the new value of one member. If the patch omits the member, the value is unchanged. Null resets the value to
/// the default. `read` converts any other value.
pub(super) fn changed<T: Clone + Default>(
    kept: &T,
    change: Option<&Value>,
    read: impl FnOnce(&Value) -> T,
) -> T {
    match change {
        None => kept.clone(),
        Some(Value::Null) => T::default(),
        Some(change) => read(change),
    }
}

/// Returns the document with a patch merged into it (RFC 7396).
pub(super) fn merged(mut document: Value, patch: &Value) -> Value {
    schema::merge(&mut document, patch);
    document
}

/// A check of a vendor's name. The error is the code and the detail of a violation.
pub type CheckVendor<'a> = dyn Fn(&str) -> Result<(), (Kind, String)> + 'a;

/// Reads the envelope of a whole body, and adds violations to `from`.
pub(crate) fn read_envelope(
    members: &Map<String, Value>,
    check_vendor: &CheckVendor<'_>,
    from: &mut FieldReader,
) -> Envelope {
    let vendor = members.get("vendor").and_then(|value| read_vendor(value, check_vendor, from));
    let external_ref = members.get("external_ref").and_then(|value| read_external_ref(value, from));
    let labels = members.get("labels").map(|value| labels(value, from)).unwrap_or_default();
    let metadata = members.get("metadata").map(|value| metadata(value, from)).unwrap_or_default();
    Envelope { vendor, external_ref, labels, metadata }
}

fn read_vendor(value: &Value, check_vendor: &CheckVendor<'_>, from: &mut FieldReader) -> Option<String> {
    let Value::String(name) = value else {
        let detail = "/vendor must be the name of a configured vendor, or null.";
        from.note("vendor", Kind::ValidationFailed, detail);
        return None;
    };
    if let Err((kind, detail)) = check_vendor(name) {
        from.note("vendor", kind, detail);
    }
    Some(name.clone())
}

fn read_external_ref(value: &Value, from: &mut FieldReader) -> Option<String> {
    match value {
        Value::String(key) if (1..=MAX_LABEL).contains(&key.chars().count()) => {
            if let Some(wrong) = check_name(key) {
                from.note("external_ref", Kind::ValidationFailed, format!("/external_ref {wrong}."));
            }
            Some(key.clone())
        }
        _ => {
            let detail = format!("/external_ref must be a string of 1 to {MAX_LABEL} characters, or null.");
            from.note("external_ref", Kind::ValidationFailed, detail);
            None
        }
    }
}

fn labels(value: &Value, from: &mut FieldReader) -> BTreeMap<String, String> {
    let fits = |text: &str| (1..=MAX_LABEL).contains(&text.chars().count());
    let Value::Object(given) = value else {
        from.note("labels", Kind::ValidationFailed, "/labels must be an object whose values are strings.");
        return BTreeMap::new();
    };
    if given.len() > MAX_LABELS {
        from.note(
            "labels",
            Kind::ValidationFailed,
            format!("/labels must have at most {MAX_LABELS} members."),
        );
    }
    let mut labels = BTreeMap::new();
    for (name, value) in given {
        match value {
            Value::String(text) if fits(name) && text.chars().count() <= MAX_LABEL => {
                let wrong_name = check_name(name).map(|wrong| format!("The name of a label {wrong}."));
                let wrong_value = || check_name(text).map(|wrong| format!("The value of a label {wrong}."));
                if let Some(detail) = wrong_name.or_else(wrong_value) {
                    refuse_label(name, detail, from);
                }
                labels.insert(name.clone(), text.clone());
            }
            _ => {
                let detail = format!(
                    "The name of a label must have 1 to {MAX_LABEL} characters, its value at most {MAX_LABEL}."
                );
                refuse_label(name, detail, from);
            }
        }
    }
    labels
}

fn refuse_label(name: &str, detail: String, from: &mut FieldReader) {
    let at = format!("/labels/{}", schema::escape(name));
    from.refuse(Violation::at(at, Kind::ValidationFailed, detail));
}

fn metadata(value: &Value, from: &mut FieldReader) -> Map<String, Value> {
    let Value::Object(metadata) = value else {
        from.note("metadata", Kind::ValidationFailed, "/metadata must be an object.");
        return Map::new();
    };
    if value.to_string().len() > MAX_METADATA_BYTES {
        let detail = format!("/metadata must have at most {MAX_METADATA_BYTES} bytes as JSON.");
        from.note("metadata", Kind::ValidationFailed, detail);
    }
    metadata.clone()
}
