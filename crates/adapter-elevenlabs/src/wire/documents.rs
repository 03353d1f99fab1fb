//! The documents of the knowledge base that an agent uses. The vendor requires the type and the name of each document, not
//! only its id (vendor OpenAPI document, 2026-08-22).

use serde_json::{Value, json};
use switchboard_core::prelude::*;

const DOCUMENTS: &str = "/conversation_config/agent/prompt/knowledge_base";

/// Builds the codec for the documents. A document that the agent already has keeps its other members. If the list of
/// documents could not be read, a new document has only its id until [`complete_documents`] adds the rest.
pub fn knowledge_bases() -> impl Codec<Vec<String>> {
    structured::<Vec<String>, Vec<Value>>(
        |ids, with| {
            let held = || with.observed.and_then(Value::as_array).into_iter().flatten();
            let document = |id: &String| {
                let same = held().find(|document| document["id"] == **id).cloned();
                let listed = || with.facts.by_id(CatalogueKind::KNOWLEDGE_BASES, id).map(listed);
                same.or_else(listed).unwrap_or_else(|| json!({ "id": id }))
            };
            Ok(ids.iter().map(document).collect())
        },
        |documents, _| {
            documents.iter().map(|document| document.get("id")?.as_str().map(ToOwned::to_owned)).collect()
        },
    )
}

fn listed(CatalogueEntry { id, name, kind, .. }: &CatalogueEntry) -> Value {
    json!({ "id": id, "name": name, "type": kind })
}

/// Returns true if the body of an agent has a document without its type and its name.
pub fn lacks_documents(agent: &Value) -> bool {
    agent.pointer(DOCUMENTS).and_then(Value::as_array).into_iter().flatten().any(is_incomplete)
}

/// Adds the type and the name to each document that lacks them. `known` contains the documents of the workspace.
///
/// # Errors
/// `vendor_rejected` if the workspace does not have a document.
pub fn complete_documents(agent: &mut Value, known: &[CatalogueEntry]) -> Result<()> {
    let documents = agent.pointer_mut(DOCUMENTS).and_then(Value::as_array_mut).into_iter().flatten();
    for document in documents.filter(|document| is_incomplete(document)) {
        let Some(entry) = known.iter().find(|entry| document["id"] == entry.id) else {
            return Err(unknown_document());
        };
        *document = listed(entry);
    }
    Ok(())
}

fn is_incomplete(document: &Value) -> bool {
    document.get("type").is_none()
}

/// Builds the error for a document that the workspace does not have.
fn unknown_document() -> Error {
    let field = (format!("/agent{DOCUMENTS}"), "The vendor does not have the document.".to_owned());
    Error::vendor(Kind::VendorRejected, VendorFailure::new(Outcome::Rejected).fields(vec![field]))
}
