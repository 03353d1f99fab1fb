//! The schemas of the document, with their references followed.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static DOCUMENT: LazyLock<Value> = LazyLock::new(switchboard_api::document);

/// Returns the document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Returns the component schemas by name.
pub fn schemas() -> &'static Map<String, Value> {
    DOCUMENT["components"]["schemas"].as_object().unwrap()
}

/// Returns the component to which a schema or header refers, directly or in a choice between the component and null.
/// Returns the schema or header itself if it refers to no component.
pub fn resolve(of: &'static Value) -> &'static Value {
    let reference = of.get("$ref").or_else(|| of.get("oneOf")?.get(0)?.get("$ref"));
    match reference.and_then(Value::as_str).and_then(|path| path.strip_prefix('#')) {
        Some(pointer) => DOCUMENT.pointer(pointer).unwrap(),
        None => of,
    }
}

/// Returns all operations, each with its id.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let methods =
        DOCUMENT["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    methods.map(|operation| (operation["operationId"].as_str().unwrap(), operation))
}
