//! The headers of answers. A header that every answer with its status has is marked as required.

use serde_json::{Map, Value, json};

/// The name of the header with the id of the request, which every answer has.
pub const REQUEST_ID: &str = "X-Request-Id";

/// The name of its component.
const COMPONENT: &str = "RequestId";

/// The statuses whose answers have `Retry-After` only if the length of the wait is known.
const SOMETIMES_RETRYABLE: [&str; 4] = ["409", "429", "502", "504"];

/// The statuses of refusals that the gateway stores for an idempotency key, apart from those of successes.
const STORED_REFUSALS: [&str; 3] = ["409", "422", "502"];

/// Builds the components to which the headers of answers refer.
pub fn components() -> Value {
    json!({
        COMPONENT: {
            "description": "The id of the request, which is also in the gateway's log.",
            "required": true,
            "schema": { "type": "string" },
        },
    })
}

/// Adds the headers that depend on the parameters of an operation, and marks those that every answer has as required.
pub fn annotate(paths: &mut Value) {
    let operations = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    for operation in operations.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        let takes = |name: &str| {
            operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == name))
        };
        let (is_keyed, has_preferences) = (takes("Idempotency-Key"), takes("Prefer"));
        // Each operation of a batch has a result of its own, which says whether it is replayed.
        let is_keyed =
            is_keyed && !operation["operationId"].as_str().is_some_and(|id| id.starts_with("batch"));
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            let mut headers = match response.get_mut("headers").map(Value::take) {
                Some(Value::Object(headers)) => headers,
                _ => Map::new(),
            };
            let is_optional =
                |name: &str| name == "Retry-After" && SOMETIMES_RETRYABLE.contains(&status.as_str());
            for (_, header) in headers.iter_mut().filter(|(name, _)| !is_optional(name)) {
                header["required"] = true.into();
            }
            let is_done = status.starts_with('2');
            if has_preferences && is_done {
                headers.insert("Preference-Applied".to_owned(), preference_applied());
            }
            if is_keyed && (is_done || STORED_REFUSALS.contains(&status.as_str())) {
                headers.insert("Idempotent-Replayed".to_owned(), replayed());
            }
            headers.insert(
                REQUEST_ID.to_owned(),
                json!({ "$ref": format!("#/components/headers/{COMPONENT}") }),
            );
            response["headers"] = headers.into();
        }
    }
}

fn preference_applied() -> Value {
    json!({
        "description": "The preferences of the request that apply. Omitted if there are none.",
        "schema": { "type": "string" },
    })
}

fn replayed() -> Value {
    json!({
        "description": "`true` if the answer is that of an earlier request with the same `Idempotency-Key`; omitted otherwise.",
        "schema": { "type": "string", "const": "true" },
    })
}
