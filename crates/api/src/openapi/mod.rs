//! The OpenAPI document, assembled from the routes, the model's own schemas and the table of problems.

mod choice;
pub mod input;
mod links;
pub mod operation;
mod plain;
pub mod problems;
pub mod schemas;
mod support;
pub mod translations;

use serde_json::{Value, json};
use switchboard_engine::capability::built_in;
use switchboard_registry::ADAPTERS;

use crate::records::KINDS;

/// Assembles the document.
pub fn document() -> Value {
    let mut document = json!(super::documented().into_openapi());
    document["info"] = json!({
        "title": "Switchboard",
        "version": env!("CARGO_PKG_VERSION"),
        "description": include_str!("about.md"),
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["tags"] = json!([
        { "name": "agents", "description": "AI phone agents, whichever vendor runs them." },
        { "name": "trunks", "description": "The ways in which calls reach the telephone network." },
        { "name": "operations", "description": "Writes on their way to vendors." },
        { "name": "migrations", "description": "Moving agents between vendors: the cost, the progress, and the way back." },
        { "name": "vendors", "description": "The configured vendors, what each can hold, and their own lists." },
        { "name": "problems", "description": "The errors that the API answers." },
    ]);
    document["servers"] = json!([{ "url": "/", "description": "The gateway that this document came from." }]);
    document["security"] = json!([{ "key": [] }]);
    let mut schemas = schemas::all(document["components"]["schemas"].take(), &ADAPTERS);
    support::annotate(&mut schemas, &built_in(&ADAPTERS));
    document["components"] = json!({
        "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "An API key of this gateway." } },
        "schemas": schemas,
    });
    links::annotate(&mut document["paths"]);
    for kind in &KINDS {
        let creation = &mut document["paths"][(kind.path)()]["post"];
        creation["x-vendor-translations"] = (kind.translations)(&ADAPTERS);
    }
    document
}
