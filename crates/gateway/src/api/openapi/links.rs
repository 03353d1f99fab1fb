//! What can be done next with a record that is answered: its id and its `ETag`, where other operations want them.

use serde_json::{Map, Value, json};

use super::schemas::referred;

/// Puts links on every answer that is one record.
pub fn annotate(paths: &mut Value) {
    let operations = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = operations.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let responses = operations.filter_map(|operation| operation["responses"].as_object_mut());
    for response in responses.flat_map(Map::values_mut) {
        let Some(record) = record(response) else { continue };
        response["links"] = links(record);
    }
}

/// The kind of the record, told by its revision.
fn record(response: &Value) -> Option<&str> {
    response.pointer("/headers/ETag")?;
    referred(response.pointer("/content/application~1json/schema")?)
}

fn links(record: &str) -> Value {
    let link = |operation: &str, about: &str, is_change| {
        let mut link = json!({
            "operationId": operation,
            "description": about,
            "parameters": { "path.id": "$response.body#/id" },
        });
        if is_change {
            link["parameters"]["header.If-Match"] = "$response.header.ETag".into();
        }
        (operation.to_owned(), link)
    };
    Value::Object(Map::from_iter([
        link(&format!("get{record}"), "Read it again.", false),
        link(&format!("replace{record}"), "Replace it as it was answered here.", true),
        link(&format!("patch{record}"), "Change it as it was answered here.", true),
        link(&format!("plan{record}Patch"), "See what a change would do.", false),
        link(&format!("delete{record}"), "Delete it as it was answered here.", true),
    ]))
}
