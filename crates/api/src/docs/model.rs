//! The fields of a record, grouped as in the model. The fields are found by following the references of the OpenAPI document.

use serde_json::Value;
use switchboard_core::rule::Capability;
use switchboard_engine::{capability::Column, capability::Matrix};

use super::document::{Document, items, members, text};
use crate::openapi::schemas::target;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    Agent,
    Trunk,
    /// A request to place a call.
    Call,
}

impl Record {
    /// All kinds of records.
    pub const ALL: [Self; 3] = [Self::Agent, Self::Trunk, Self::Call];

    /// The kinds of records for which the document has an example at each vendor.
    pub const WITH_EXAMPLES: [Self; 2] = [Self::Agent, Self::Trunk];

    /// Returns the name for sentences and anchors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Trunk => "trunk",
            Self::Call => "call",
        }
    }

    /// Returns the name of the schema that has all members of the record: for a call, the schema of the request to
    /// place it; otherwise, the schema of answers.
    pub fn schema(self) -> &'static str {
        match self {
            Self::Agent => "Agent",
            Self::Trunk => "Trunk",
            Self::Call => "NewCall",
        }
    }

    /// Returns a vendor's capability for one of the record's fields, or `None` if the vendor has none.
    pub fn capability<'a>(self, column: &'a Column, pointer: &str) -> Option<&'a Capability> {
        match self {
            Self::Agent => column.agent(pointer),
            Self::Trunk => column.trunk(pointer),
            Self::Call => column.call(pointer),
        }
    }

    /// Lists every field for which the matrix has a capability, as JSON pointers.
    pub fn pointers(self, matrix: &Matrix) -> Vec<&str> {
        match self {
            Self::Agent => matrix.agent_fields(),
            Self::Trunk => matrix.trunk_fields(),
            Self::Call => matrix.call_fields(),
        }
    }

    /// Returns true if a request body with this schema describes a record of this kind.
    pub fn is_body(self, schema: &str) -> bool {
        let name = self.schema();
        match self {
            Self::Agent | Self::Trunk => schema == format!("New{name}") || schema == format!("{name}Patch"),
            Self::Call => schema == name,
        }
    }
}

/// A group of fields: the members of one object.
pub struct Group<'a> {
    /// The JSON pointer of the object that has the fields; empty for the record itself.
    pub pointer: String,
    /// The description of the group.
    pub about: &'a str,
    /// The members of the object for which the matrix has a capability.
    pub fields: Vec<Field<'a>>,
}

/// One member of an object.
pub struct Field<'a> {
    /// The JSON pointer of the member in the record.
    pub pointer: String,
    /// The schema of the member in the OpenAPI document.
    pub schema: &'a Value,
    /// True if the member is required.
    pub required: bool,
}

/// Returns the fields for which the matrix has capabilities, group by group.
pub fn groups<'a>(document: Document<'a>, record: Record, matrix: &Matrix) -> Vec<Group<'a>> {
    let schema = document.schema(record.schema());
    let mut model = Model { document, held: record.pointers(matrix), groups: Vec::new() };
    model.collect(String::new(), text(schema, "description"), schema);
    model.groups
}

/// Returns the fields of a record that only the gateway stores.
pub fn kept<'a>(document: Document<'a>, record: Record, matrix: &Matrix) -> Vec<Field<'a>> {
    let held = record.pointers(matrix);
    let within = |field: &Field<'_>, pointer: &str| {
        pointer.strip_prefix(&field.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let members = fields("", document.schema(record.schema()));
    members.filter(|field| !held.iter().any(|pointer| within(field, pointer))).collect()
}

/// Lists the members of an object's schema.
pub fn fields<'a>(pointer: &str, schema: &'a Value) -> impl Iterator<Item = Field<'a>> {
    members(&schema["properties"]).map(move |(name, property)| Field {
        pointer: format!("{pointer}/{name}"),
        schema: property,
        required: items(&schema["required"]).any(|required| required == name),
    })
}

/// Formats a JSON pointer with dots, such as `voice.speed`.
pub fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// A traversal of a record's schema.
struct Model<'a, 'm> {
    document: Document<'a>,
    /// The fields for which the matrix has a capability.
    held: Vec<&'m str>,
    groups: Vec<Group<'a>>,
}

impl<'a> Model<'a, '_> {
    fn collect(&mut self, pointer: String, about: &'a str, schema: &'a Value) {
        let (held, others): (Vec<_>, Vec<_>) =
            fields(&pointer, schema).partition(|field| self.held.contains(&field.pointer.as_str()));
        if !held.is_empty() {
            self.groups.push(Group { pointer, about, fields: held });
        }
        for field in others {
            let Some(target) = target(field.schema).map(|name| self.document.schema(name)) else { continue };
            let about = [field.schema, target].map(|schema| text(schema, "description"));
            let about = about.into_iter().find(|about| !about.is_empty()).unwrap_or_default();
            self.collect(field.pointer, about, target);
        }
    }
}
