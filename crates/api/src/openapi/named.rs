//! Named schemas for closed sets of values and for maps, because generated clients name their types after schemas.
//!
//! Without a name, the generators invent one for each place, such as `NewGreetingFirstSpeakerType3Type1`. A value that can be null
//! becomes a choice between the named schema and null.

use serde_json::{Map, Value, json};
use switchboard_core::error::Kind;

use super::schemas::reference;

/// The names of the closed sets, each with its values.
pub(super) const SETS: &[(&str, &[&str])] = &[
    ("AliasKind", &["voice", "model", "knowledge_base", "phone_number"]),
    ("AnsweredBy", &["human", "machine"]),
    ("AnswersId", &["always", "sometimes", "never"]),
    ("CallGuard", GUARDS),
    ("CallMatch", &["answered", "marked", "inferred", "resolved", "pending", "ambiguous", "none"]),
    ("CallOrigin", &["api", "vendor"]),
    ("CallReading", &["one", "listing", "none"]),
    ("CallStatus", &["placing", "unknown", "queued", "ringing", "in_progress", "ended"]),
    ("CallTrust", &["fetched", "signed"]),
    ("CapabilityChange", &["lost", "narrowed", "gained", "equal"]),
    ("CatalogueKind", &["voices", "languages", "models", "phone_numbers", "knowledge_bases"]),
    ("CostUnit", &["credits", "currency"]),
    ("Direction", &["inbound", "outbound"]),
    ("EndedReason", ENDED_REASONS),
    ("Endpointing", &["vad", "semantic"]),
    ("Engine", &["pipeline", "realtime"]),
    ("ErasureState", &["erased", "pending", "unsupported", "not_placed"]),
    ("Fidelity", &["exact", "unverified", "approximate", "partial"]),
    ("Gender", &["male", "female"]),
    ("MigrationCause", &["request", "routing.on_change"]),
    ("MigrationState", &["running", "paused", "cancelling", "done", "failed", "rolled_back"]),
    ("MoveState", &["waiting", "underway", "retiring", "moved", "failed", "rolled_back"]),
    ("MoveStep", &["making", "rolling_back"]),
    (
        "MoveVerdict",
        &["exact", "rounded", "clamped", "substituted", "unsupported", "not_persisted", "extension"],
    ),
    ("OnBlocked", &["refuse", "leave"]),
    ("OnDrift", &["report", "overwrite", "adopt"]),
    ("OnVendor", &["delete", "keep"]),
    ("OperationKind", &["create", "update", "delete", "move"]),
    ("OperationState", &["running", "waiting", "needs_attention", "succeeded", "failed", "superseded"]),
    ("Outcome", &["not_sent", "rejected", "throttled", "ambiguous"]),
    ("PlacementFilter", &["stale"]),
    ("ReadBack", &["one", "listing", "name_only"]),
    ("RecordingAccess", &["link", "through_gateway", "none"]),
    ("RecordingState", &["pending", "none", "available", "expired", "erased"]),
    ("RecordKind", &["agent", "trunk"]),
    ("RecordSort", &["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"]),
    ("ReportDetail", &["full", "summary"]),
    ("RequestMethod", &["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ("Retire", &["keep", "delete"]),
    ("Speaker", &["agent", "caller"]),
    ("Support", &["supported", "creation_only", "fixed", "unsupported"]),
    ("SyncState", &["in_sync", "drifted", "missing", "retrying", "unknown", "needs_attention", "failed"]),
    ("TranscriptSpeaker", &["agent", "customer", "human_agent", "system"]),
    ("TranscriptState", &["pending", "available", "none", "expired", "erased"]),
    ("UpdateMode", &["merge", "replace"]),
    ("VendorState", &["ok", "open", "probing", "paused", "throttled"]),
    (
        "Verdict",
        &[
            "exact",
            "rounded",
            "clamped",
            "substituted",
            "unverified",
            "assumed",
            "unsupported",
            "not_persisted",
            "extension",
        ],
    ),
    ("VoicemailAction", &["hang_up", "leave_message", "continue"]),
];

/// The guards of calls.
const GUARDS: &[&str] = &[
    "agent",
    "place",
    "deny",
    "subscriber",
    "country",
    "kind",
    "max_live",
    "per_minute",
    "per_day",
    "per_number_per_day",
    "dialling",
];

/// The reasons for the end of a call.
const ENDED_REASONS: &[&str] = &[
    "completed",
    "failed",
    "canceled",
    "agent_hung_up",
    "customer_hung_up",
    "transferred",
    "taken_over",
    "silence",
    "max_duration",
    "no_answer",
    "busy",
    "declined",
    "voicemail",
    "ivr",
    "callback_requested",
    "opted_out",
    "blocked",
    "invalid_number",
    "limit_reached",
    "account",
    "not_placed",
    "indeterminate",
];

/// The members that hold maps, each with the name of the map's schema. A member occurs more than once if its maps have
/// different limits.
pub(super) const MAPS: &[(&str, &str)] = &[
    ("call_flow", "CallFlow"),
    ("labels", "Labels"),
    ("labels", "LabelFilter"),
    ("metadata", "Metadata"),
    ("variables", "Variables"),
    ("variables", "CallVariables"),
    ("voice_data", "VoiceData"),
    ("widget", "Widget"),
];

/// The schema members that describe one use of a set of values, not the set itself. They stay where the set is used.
const OF_PLACE: [&str; 5] = ["description", "default", "example", "examples", "x-vendor-support"];

/// The name of the schema of problem codes.
const CODES: &str = "ProblemCode";

/// Gives names to the closed sets and the maps of a document.
pub fn name(document: &mut Value) {
    let mut named = Map::new();
    named.insert(CODES.to_owned(), codes());
    if let Value::Object(schemas) = &mut document["components"]["schemas"] {
        for (name, schema) in schemas.iter_mut() {
            if let Some(code) = schema.pointer_mut("/properties/code").filter(|_| name != "VendorFailure") {
                replace(code, CODES);
            }
            // A component that is itself a closed set already has a name, so only its members can lack one.
            members(schema, &mut named);
        }
    }
    for path in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in path.as_object_mut().into_iter().flat_map(Map::values_mut) {
            for parameter in
                within(operation, "parameters").and_then(Value::as_array_mut).into_iter().flatten()
            {
                one(&mut parameter["schema"], &mut named);
            }
        }
    }
    if let Value::Object(schemas) = &mut document["components"]["schemas"] {
        for (name, schema) in named {
            schemas.entry(name).or_insert(schema);
        }
        schemas.sort_keys();
    }
}

/// Names the sets and maps of an object's members.
fn members(schema: &mut Value, named: &mut Map<String, Value>) {
    for (member, property) in
        within(schema, "properties").and_then(Value::as_object_mut).into_iter().flatten()
    {
        if property.get("additionalProperties").is_some() {
            let mut names = MAPS.iter().filter(|(name, _)| name == member).map(|(_, name)| *name);
            names.any(|name| hoist(property, name, named));
        } else {
            one(property, named);
        }
        for member in ["items", "additionalProperties"] {
            if let Some(inner) = within(property, member) {
                one(inner, named);
            }
        }
        members(property, named);
    }
}

/// Returns a member of an object, or `None` if the member is missing. Indexing would add a missing member.
fn within<'a>(value: &'a mut Value, member: &str) -> Option<&'a mut Value> {
    value.as_object_mut()?.get_mut(member)
}

/// Names a schema if it is one of the closed sets.
fn one(schema: &mut Value, named: &mut Map<String, Value>) {
    let Some(values) = schema["enum"].as_array() else { return };
    let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
    let set = SETS.iter().find(|(_, known)| *known == values.as_slice());
    if let Some((name, _)) = set {
        hoist(schema, name, named);
    }
}

/// Moves a schema to a component, and leaves a reference in its place. Returns false, and changes nothing, if a schema
/// with other limits has the name.
fn hoist(schema: &mut Value, name: &str, named: &mut Map<String, Value>) -> bool {
    let mut component = schema.clone();
    if let Value::Object(component) = &mut component {
        component.retain(|member, _| member == "description" || !OF_PLACE.contains(&member.as_str()));
        if let Some(Value::Array(values)) = component.get_mut("enum") {
            values.retain(|value| !value.is_null());
            let about = component["description"].as_str().unwrap_or_default();
            let explained =
                component["enum"][0].as_str().and_then(|first| about.find(&format!("`{first}`: ")));
            component["description"] = about[explained.unwrap_or_default()..].into();
        }
        if let Some(Value::Array(types)) = component.get("type") {
            component["type"] = types.iter().find(|of| **of != "null").cloned().unwrap_or_default();
        }
    }
    let limits = |schema: &Value| match schema.clone() {
        Value::Object(mut members) => {
            members.shift_remove("description");
            members
        }
        _ => Map::new(),
    };
    let is_free = named.get(name).is_none_or(|known| limits(known) == limits(&component));
    if is_free {
        named.entry(name.to_owned()).or_insert(component);
        replace(schema, name);
    }
    is_free
}

/// Replaces a schema with a reference to a component, and keeps the members that describe its use.
fn replace(schema: &mut Value, name: &str) {
    let types = schema["type"].as_array().into_iter().flatten();
    let nullable = types.into_iter().any(|of| of == "null");
    let mut place = match nullable {
        true => json!({ "oneOf": [reference(name), { "type": "null" }] }),
        false => reference(name),
    };
    for member in OF_PLACE {
        if let Some(value) = schema.get(member) {
            place[member] = value.clone();
        }
    }
    *schema = place;
}

fn codes() -> Value {
    json!({
        "type": "string",
        "description": "The stable code of a kind of problem. `GET /problems` explains each code.",
        "enum": Kind::ALL.map(|kind| kind.to_string()).to_vec(),
    })
}
