//! The schemas of request bodies and answers: schemas of types, and schemas of records, which are derived from the model.

use serde_json::{Map, Value, json};
use switchboard_core::{
    model::{Agent, Component},
    vendor::Factory,
};
use switchboard_engine::{
    Envelope, ImportRequest, Managed, OUTPUT_ONLY, RecordAnswer, RevisionAnswer, SETTABLE,
};
use utoipa::{PartialSchema, ToSchema};

use super::{
    batch, calls, choice,
    input::{Form, Parts},
    plain::plain,
};
use crate::{
    answers::{ImportPlan, Plan, page},
    edge::problem::Problem,
    records::KINDS,
};

/// The members that the gateway adds to the model of every record.
pub struct Gateway {
    /// The members that callers set.
    settable: Map<String, Value>,
    /// The members that only the gateway writes.
    output_only: Map<String, Value>,
    /// The schemas that the members refer to.
    components: Vec<Component>,
}

impl Gateway {
    fn new() -> Self {
        let mut components = Vec::new();
        RecordAnswer::<'static, Agent>::schemas(&mut components);
        ImportPlan::schemas(&mut components);
        let mut settable = members(stated::<Envelope>());
        settable.insert("extensions".to_owned(), reference("Extensions"));
        Self { settable, output_only: members(stated::<RecordAnswer<'static, Agent>>()), components }
    }
}

/// Assembles all schemas of the document. `used` contains the schemas that the operations refer to.
pub fn all(used: Value, adapters: &[Factory]) -> Map<String, Value> {
    let gateway = Gateway::new();
    let mut components: Vec<Component> = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut components);
    components.extend(gateway.components.iter().cloned());
    let mut all: Map<_, _> = match used {
        Value::Object(used) => used,
        _ => Map::new(),
    };
    all.extend(components.into_iter().map(|(name, schema)| (name, json!(schema))));
    for (_, schema) in &mut all {
        plain(schema);
    }
    ["Domain", "OperationResolution"].into_iter().for_each(|name| choice::split(&mut all, name));
    for closed in [
        "AdoptOperationResolution",
        "CallResolution",
        "MigrationFilter",
        "MigrationRequest",
        "MigrationStart",
        "PlainOperationResolution",
        "SyncRequest",
    ] {
        all[closed]["additionalProperties"] = false.into();
    }
    // A resolution of a call has one of its members.
    all["CallResolution"]["minProperties"] = 1.into();
    all["CallResolution"]["maxProperties"] = 1.into();
    all["CallResolution"]["properties"]["not_placed"]["const"] = true.into();
    all["MigrationRequest"]["not"] = json!({
        "properties": { "ids": { "type": "array", "items": { "type": "string" } }, "filter": { "type": "object" } },
        "required": ["ids", "filter"],
    });
    let written: Vec<_> = KINDS.iter().map(|kind| (kind.written)(&gateway)).collect();
    let parts = Parts::new(&written, parts(adapters));
    all.extend(KINDS.iter().flat_map(|kind| (kind.schemas)(&gateway, &parts)));
    all.extend(of_revisions::<Agent>(&gateway, &parts));
    all.extend(batch::of_batches::<Agent>());
    all.extend(calls::all(&gateway.settable, adapters));
    all.extend(parts.components());
    all.sort_keys();
    all
}

/// Returns the schemas of the groups and structured values of records, and of the extensions.
fn parts(adapters: &[Factory]) -> Vec<(String, Value)> {
    let mut parts = Vec::new();
    KINDS.iter().for_each(|kind| (kind.components)(&mut parts));
    let mut properties = Map::new();
    for (adapter, rules) in
        adapters.iter().filter_map(|adapter| Some((adapter.adapter, adapter.extension?())))
    {
        properties.insert(adapter.to_owned(), reference(&rules.component()));
        parts.extend(rules.components());
    }
    let extensions = json!({
        "type": "object",
        "description": "Settings that only one vendor has, by adapter. The gateway sends a setting only to its vendor, and keeps \
            it while another vendor runs the record.",
        "properties": properties,
        "additionalProperties": false,
    });
    let parts = parts.into_iter().map(|(name, schema)| (name, json!(schema)));
    parts.chain([("Extensions".to_owned(), extensions)]).collect()
}

/// Builds the schema of a record as callers send it.
pub fn written<R: Managed>(gateway: &Gateway) -> Value {
    let mut schema = json!(R::schema());
    schema["description"] =
        format!("The {} as a caller sends it. The gateway ignores output-only members.", R::NAME).into();
    for name in settable::<R>() {
        schema["properties"][name] = gateway.settable[name].clone();
    }
    for name in OUTPUT_ONLY {
        schema["properties"][name] = json!({ "readOnly": true, "description": "Output only; the gateway ignores this member in a body." });
    }
    schema
}

/// Builds the schema of a record as the API returns it.
fn returned<R: Managed>(gateway: &Gateway) -> Value {
    let mut schema = written::<R>(gateway);
    schema["description"] = format!(
        "The {} as the API returns it: the desired state, placement, sync state and translation report.",
        R::NAME
    )
    .into();
    for name in OUTPUT_ONLY {
        schema["properties"][name] = gateway.output_only[name].clone();
    }
    if let Value::Array(required) = &mut schema["required"] {
        required.extend(OUTPUT_ONLY.map(Value::from));
    }
    schema
}

/// Builds the schemas of a kind of record: merge patch, new record, list, and record as returned.
pub fn of_record<R: Managed>(gateway: &Gateway, parts: &Parts) -> Vec<(String, Value)> {
    let kind = R::name();
    let written = written::<R>(gateway);
    let mut change = parts.sent(Form::Patch, &written);
    change["description"] =
        format!("A merge patch of the {}. An omitted member keeps its value; null clears a member.", R::NAME)
            .into();
    vec![
        (Form::Patch.name(&kind), change),
        (Form::New.name(&kind), parts.sent(Form::New, &written)),
        (format!("{kind}List"), record_page(&kind)),
        (kind.into_owned(), returned::<R>(gateway)),
    ]
}

/// Builds the schema of a page of records of a kind.
fn record_page(kind: &str) -> Value {
    let mut page = json!(page(kind));
    page["properties"]["routes_checked_at"] = json!({
        "type": ["string", "null"],
        "format": "date-time",
        "description": "The time at which the gateway last knew that every route followed the configuration and the catalogues in \
            force. Null while the gateway is still routing records after a change to these; until then, the list can be incomplete. Only \
            in lists with `placement`.",
    });
    page
}

/// Builds the schemas for imports and revisions of a kind of record.
fn of_revisions<R: Managed>(gateway: &Gateway, parts: &Parts) -> Vec<(String, Value)> {
    let kind = R::name();
    let body = reference(&Form::New.name(&kind));
    let revision = format!("{kind}Revision");
    vec![
        (format!("{kind}Import"), imported(parts.sent(Form::Patch, &written::<R>(gateway)))),
        (format!("{kind}ImportPlan"), extended(stated::<Plan>(), R::NAME, &body, stated::<ImportPlan>())),
        (format!("{revision}List"), json!(page(&revision))),
        (revision, extended(stated::<RevisionAnswer>(), R::NAME, &body, json!({}))),
    ]
}

/// Adds the members of an import to the fields of a record.
fn imported(mut fields: Value) -> Value {
    let import = stated::<ImportRequest>();
    fields["description"] = import["description"].clone();
    for (name, member) in members(import.clone()) {
        fields["properties"][name] = member;
    }
    fields["required"] = import["required"].clone();
    fields
}

/// Adds the record itself and the members of the schema `by` to the schema of an answer.
fn extended(mut answer: Value, kind: &str, record: &Value, by: Value) -> Value {
    answer["properties"][kind] = record.clone();
    if let Value::Array(required) = &mut answer["required"] {
        required.push(kind.into());
        required.extend(by["required"].as_array().into_iter().flatten().cloned());
    }
    if let Some(about) = by.get("description") {
        answer["description"] = about.clone();
    }
    for (name, member) in members(by) {
        answer["properties"][name] = member;
    }
    answer
}

/// Lists the members that callers set on a kind of record in addition to its model.
fn settable<R: Managed>() -> impl Iterator<Item = &'static str> {
    SETTABLE.into_iter().filter(|name| R::EXTENSIBLE || *name != "extensions")
}

/// Returns the simplified schema of a type.
pub fn stated<T: PartialSchema>() -> Value {
    let mut schema = json!(T::schema());
    plain(&mut schema);
    schema
}

fn members(mut schema: Value) -> Map<String, Value> {
    match schema["properties"].take() {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Builds a reference to a schema of the document.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Returns the name of the schema that a reference leads to, or `None` if the schema is not a reference.
pub fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// Returns the name of the schema that a property refers to, either directly or in a choice between a reference and
/// null.
pub fn target(schema: &Value) -> Option<&str> {
    referred(schema).or_else(|| referred(schema.get("oneOf")?.get(0)?))
}
