//! The links of an answer: the operations that take the id or the `ETag` of the answer.

use serde_json::{Map, Value, json};

use super::schemas::referred;

/// Adds links to every answer that is one record, one revision, one operation, one migration or one call.
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
        "Call" => of_a_call(),
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
        link(format!("get{record}"), "Read the record again.", &id),
        link(
            format!("replace{record}"),
            "Replace the record, if it still has the revision of this answer.",
            &current,
        ),
        link(
            format!("patch{record}"),
            "Change the record, if it still has the revision of this answer.",
            &current,
        ),
        link(format!("plan{record}Patch"), "Plan a change to the record.", &id),
        link(
            format!("delete{record}"),
            "Delete the record, if it still has the revision of this answer.",
            &current,
        ),
    ];
    if record == "Agent" {
        links.push(link("syncAgent".to_owned(), "Compare the agent with the vendor's record.", &id));
        links.push(link("listAgentRevisions".to_owned(), "List the revisions of the agent.", &id));
    }
    links
}

fn of_a_revision() -> (String, Value) {
    let parameters = json!({ "path.id": "$request.path.id", "path.revision": "$response.body#/revision" });
    link(
        "restoreAgentRevision".to_owned(),
        "Make the desired state of this revision the current one.",
        &parameters,
    )
}

fn of_an_operation(id: &str) -> Vec<(String, Value)> {
    let id = json!({ "path.id": id });
    vec![
        link("getOperation".to_owned(), "Read the progress of the operation.", &id),
        link("resolveOperation".to_owned(), "Resolve the operation, if it needs attention.", &id),
    ]
}

fn of_a_migration() -> Vec<(String, Value)> {
    let id = json!({ "path.id": "$response.body#/id" });
    vec![
        link("getMigration".to_owned(), "Read the progress of the migration.", &id),
        link("listMigrationAgents".to_owned(), "Read the progress of each agent of the migration.", &id),
        link("pauseMigration".to_owned(), "Stop the migration from starting further moves.", &id),
        link("resumeMigration".to_owned(), "Resume the migration, if it is paused.", &id),
        link(
            "cancelMigration".to_owned(),
            "Cancel the migration. Agents that still run at their old vendor stay there.",
            &id,
        ),
    ]
}

fn of_a_call() -> Vec<(String, Value)> {
    let id = json!({ "path.id": "$response.body#/id" });
    vec![
        link("getCall".to_owned(), "Read the progress of the call.", &id),
        link("getCallTranscript".to_owned(), "Read the transcript of the call.", &id),
        link("getCallRecording".to_owned(), "Fetch the recording of the call.", &id),
        link("hangUpCall".to_owned(), "End the call, if it is live.", &id),
        link("syncCall".to_owned(), "Look at the call at the vendor now.", &id),
        link("resolveCall".to_owned(), "Name the vendor's call, if the gateway cannot find it.", &id),
        link("eraseCall".to_owned(), "Erase the personal data of the call, if it has ended.", &id),
    ]
}

fn link(operation: String, about: &str, parameters: &Value) -> (String, Value) {
    let link = json!({ "operationId": operation, "description": about, "parameters": parameters });
    (operation, link)
}
