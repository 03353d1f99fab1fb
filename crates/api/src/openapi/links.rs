//! The links of an answer: the operations that take its id or its `ETag`.

use serde_json::{Map, Value, json};

use super::schemas::referred;

/// Puts links on every answer that is one record, one revision, one operation or one migration.
pub fn annotate(paths: &mut Value) {
    let operations = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = operations.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let responses = operations.filter_map(|operation| operation["responses"].as_object_mut());
    for (status, response) in responses.flatten() {
        if let Some(links) = links(status, response) {
            response["links"] = links;
        }
    }
}

fn links(status: &str, response: &Value) -> Option<Value> {
    let links = match referred(response.pointer("/content/application~1json/schema")?)? {
        "Operation" => of_an_operation("$response.body#/id"),
        "Migration" => of_a_migration(),
        "AgentRevision" => vec![of_a_revision()],
        record if response.pointer("/headers/ETag").is_some() => {
            let mut links = of_a_record(record);
            if status == "202" {
                links.extend(of_an_operation("$response.body#/sync/operation_id"));
            }
            links
        }
        _ => return None,
    };
    Some(Value::Object(Map::from_iter(links)))
}

fn of_a_record(record: &str) -> Vec<(String, Value)> {
    let id = json!({ "path.id": "$response.body#/id" });
    let current = json!({ "path.id": "$response.body#/id", "header.If-Match": "$response.header.ETag" });
    let mut links = vec![
        link(format!("get{record}"), "Read it again.", &id),
        link(format!("replace{record}"), "Replace it as it was answered here.", &current),
        link(format!("patch{record}"), "Change it as it was answered here.", &current),
        link(format!("plan{record}Patch"), "See what a change would do.", &id),
        link(format!("delete{record}"), "Delete it as it was answered here.", &current),
    ];
    if record == "Agent" {
        links.push(link("syncAgent".to_owned(), "Look at what the vendor has of it.", &id));
        links.push(link("listAgentRevisions".to_owned(), "See what it was asked to be.", &id));
    }
    links
}

fn of_a_revision() -> (String, Value) {
    let parameters = json!({ "path.id": "$request.path.id", "path.revision": "$response.body#/revision" });
    link("restoreAgentRevision".to_owned(), "Ask again for what it asked.", &parameters)
}

fn of_an_operation(id: &str) -> Vec<(String, Value)> {
    let id = json!({ "path.id": id });
    vec![
        link("getOperation".to_owned(), "See how far it is.", &id),
        link("resolveOperation".to_owned(), "Say what to do, if it needs attention.", &id),
    ]
}

fn of_a_migration() -> Vec<(String, Value)> {
    let id = json!({ "path.id": "$response.body#/id" });
    vec![
        link("getMigration".to_owned(), "See how far it is.", &id),
        link("listMigrationAgents".to_owned(), "See how far each agent is.", &id),
        link("pauseMigration".to_owned(), "Let no further agent begin to move.", &id),
        link("resumeMigration".to_owned(), "Go on, if it is paused.", &id),
        link("cancelMigration".to_owned(), "Leave the agents that have not moved yet where they are.", &id),
    ]
}

fn link(operation: String, about: &str, parameters: &Value) -> (String, Value) {
    let link = json!({ "operationId": operation, "description": about, "parameters": parameters });
    (operation, link)
}
