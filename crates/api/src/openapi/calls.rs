//! The schemas of calls: the request to place a call, derived from the model, and the call as the API returns it.

use serde_json::{Map, Value, json};
use switchboard_core::{
    call::{Call, Dial, EMAIL_PATTERN, RESERVED_VARIABLES, VARIABLE_PATTERN},
    model::Component,
    vendor::Factory,
};
use switchboard_engine::calls::CallAnswer;
use utoipa::{PartialSchema as _, ToSchema as _};

use super::{
    input::{Form, Parts},
    schemas::{reference, stated},
};

/// The names of the schemas to which only request bodies refer. The document has these schemas only in the form for
/// request bodies, under names such as `NewDialFrom`.
const ONLY_SENT: [&str; 2] = ["DialFrom", "DialTo"];

/// The name of the schema of the call settings that only one vendor has. The schema exists only if an adapter has such
/// settings.
const EXTENSIONS: &str = "CallExtensions";

/// Builds the schemas. `own` are the schemas of the members that callers set on every record, by name.
pub fn all(own: &Map<String, Value>, adapters: &[Factory]) -> Vec<(String, Value)> {
    let parts = parts(adapters);
    let has_extensions = parts.iter().any(|(name, _)| name == EXTENSIONS);
    let parts = Parts::new(&[], parts);
    let new = parts.sent(Form::New, &written(own, has_extensions));
    let mut all = vec![("NewCall".to_owned(), new), ("Call".to_owned(), returned(own, has_extensions))];
    all.extend(parts.components().filter(|(name, _)| !ONLY_SENT.contains(&name.as_str())));
    all
}

/// Builds the schema of the body of a request to place a call.
fn written(own: &Map<String, Value>, has_extensions: bool) -> Value {
    let mut schema = json!(Dial::schema());
    schema["description"] = "The request to place a call.".into();
    let Value::Object(fields) = schema["properties"].take() else { return schema };
    let mut members = Map::new();
    members.insert(
        "agent_id".to_owned(),
        json!({ "type": "string", "minLength": 1, "maxLength": 255, "description": "The id of the agent that talks in the call." }),
    );
    members.extend(fields);
    if has_extensions {
        members.insert("extensions".to_owned(), reference(EXTENSIONS));
    }
    members.extend(["external_ref", "labels", "metadata"].iter().filter_map(|name| of_call(own, name)));
    members.insert(
        "allow_stale".to_owned(),
        json!({ "type": "boolean", "default": false, "description": "True to permit the call even if the vendor has an \
            earlier revision of the agent. Otherwise, such a call is refused with `agent_not_ready`." }),
    );
    members["variables"]["propertyNames"] =
        json!({ "pattern": VARIABLE_PATTERN, "not": { "pattern": format!("^{RESERVED_VARIABLES}") } });
    schema["properties"] = members.into();
    schema["required"] = json!(["agent_id", "to"]);
    schema
}

/// Builds the schema of a call as the API returns it.
fn returned(own: &Map<String, Value>, has_extensions: bool) -> Value {
    let (mut call, content) = (stated::<CallAnswer<'static>>(), stated::<Call>());
    call["description"] =
        "A call: the request to place it, if the gateway placed it, and its content as far as it is known. \
        Members are null if they are not known."
            .into();
    let members = call["properties"].as_object_mut();
    for (members, more) in members.into_iter().zip(content["properties"].as_object()) {
        members.extend(more.clone());
        members.extend(["labels", "metadata"].iter().filter_map(|name| of_call(own, name)));
        lead(members, "overrides", Some("Overrides"));
        lead(members, "extensions", has_extensions.then_some(EXTENSIONS));
    }
    if let (Value::Array(required), Value::Array(more)) = (&mut call["required"], &content["required"]) {
        required.extend(more.iter().cloned());
    }
    if let Value::Object(call) = &mut call {
        // Remove the reference to the schema of the content, because this schema now contains its members.
        call.shift_remove("$ref");
    }
    call
}

/// The descriptions of the members that have another meaning for calls than for records.
const OF_CALL: [(&str, &str); 2] = [
    (
        "external_ref",
        "The caller's own key for the call, unique among the calls that are not erased. Characters that are not allowed in the \
         name of an agent are not allowed here.",
    ),
    (
        "labels",
        "The caller's labels of the call; the gateway only stores them. Their names and values cannot contain characters that are \
         not allowed in the name of an agent.",
    ),
];

/// Returns a member that callers set on every record, with its description for calls.
fn of_call(own: &Map<String, Value>, name: &str) -> Option<(String, Value)> {
    let mut schema = own.get(name)?.clone();
    if let Some((_, about)) = OF_CALL.iter().find(|(known, _)| *known == name) {
        schema["description"] = (*about).into();
    }
    Some((name.to_owned(), schema))
}

/// Makes a member refer to a schema, or removes the member if there is no such schema.
fn lead(members: &mut Map<String, Value>, name: &str, schema: Option<&str>) {
    let Some(member) = members.get_mut(name) else { return };
    match schema {
        Some(schema) => {
            let about = member["description"].take();
            *member = reference(schema);
            member["description"] = about;
        }
        None => drop(members.shift_remove(name)),
    }
}

/// Returns the schemas of the groups and structured values of a dial, and of its extensions.
fn parts(adapters: &[Factory]) -> Vec<(String, Value)> {
    let mut parts: Vec<Component> = Vec::new();
    Dial::schemas(&mut parts);
    let mut properties = Map::new();
    for sample in adapters.iter().flat_map(Factory::samples) {
        let Some(rules) = sample.adapter.calls().and_then(|calls| calls.rules().extension()) else {
            continue;
        };
        let adapter = sample.adapter.descriptor().adapter;
        properties.insert(adapter.to_owned(), reference(&rules.component()));
        parts.extend(rules.components());
    }
    if properties.is_empty() {
        return named(parts).collect();
    }
    let extensions = json!({
        "type": "object",
        "description": "Settings of this call that only one vendor has, by adapter. Only settings for the adapter that places the \
            call are accepted.",
        "properties": properties,
        "additionalProperties": false,
    });
    named(parts).chain([(EXTENSIONS.to_owned(), extensions)]).collect()
}

fn named(parts: Vec<Component>) -> impl Iterator<Item = (String, Value)> {
    parts.into_iter().map(|(name, schema)| {
        let mut schema = json!(schema);
        if name == "DialTo" {
            schema["properties"]["email"]["pattern"] = EMAIL_PATTERN.into();
        }
        (name, schema)
    })
}
