//! The OpenAPI document, assembled from the routes, the model's own schemas and the table of problems.

mod batch;
mod calls;
mod choice;
mod fixed;
pub mod headers;
pub mod input;
mod links;
mod named;
#[cfg(test)]
mod named_test;
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
        { "name": "trunks", "description": "SIP trunks: the carrier accounts by which vendors place and receive calls." },
        { "name": "calls", "description": "Phone calls: placed at most once, followed to their end, with transcripts and recordings." },
        { "name": "operations", "description": "Durable writes on their way to vendors." },
        { "name": "migrations", "description": "Moves of agents between vendors: their plan, progress and roll-back." },
        { "name": "vendors", "description": "The configured vendors, their capabilities, agents and catalogues." },
        { "name": "problems", "description": "The explanations of the problems that the API can return." },
    ]);
    document["servers"] = json!([{ "url": "/", "description": "The gateway that serves this document." }]);
    document["security"] = json!([{ "key": [] }]);
    let mut schemas = schemas::all(document["components"]["schemas"].take(), &ADAPTERS);
    support::annotate(&mut schemas, &built_in(&ADAPTERS));
    document["components"] = json!({
        "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "An API key of this gateway, as a bearer token." } },
        "headers": headers::components(),
        "schemas": schemas,
    });
    links::annotate(&mut document["paths"]);
    headers::annotate(&mut document["paths"]);
    for kind in &KINDS {
        let creation = &mut document["paths"][(kind.path)()]["post"];
        creation["x-vendor-translations"] = (kind.translations)(&ADAPTERS);
    }
    named::name(&mut document);
    fixed::fix(&mut document["components"]["schemas"]);
    document
}
