//! The routes of every kind of record: `/v1/agents`, `/v1/trunks`.

mod batch;
mod batch_request;
mod documentation;
mod filters;
mod handlers;
mod kind;
mod revision_documentation;
pub mod revisions;

use serde_json::Value;
use switchboard_core::{
    model::{Agent, Component, Trunk},
    vendor::Factory,
};
use switchboard_engine::Managed;
use utoipa::openapi::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

pub use batch_request::MAX_OPERATIONS;
pub use kind::Exposed;

use super::{
    Api,
    openapi::{
        input::Parts,
        operation::{Operation, route},
        schemas::{self, Gateway},
        translations,
    },
};
use documentation as about;

/// The kinds of records of the API.
pub const KINDS: [RecordKind; 2] = [RecordKind::new::<Agent>(), RecordKind::new::<Trunk>()];

/// A kind of record: its routes, and its part of the OpenAPI document.
pub struct RecordKind {
    /// Builds the routes.
    pub routes: fn() -> OpenApiRouter<Api>,
    /// Adds the schemas of the groups and structured values of a record.
    pub components: fn(&mut Vec<Component>),
    /// Builds the schema of a record as callers send it.
    pub written: fn(&Gateway) -> Value,
    /// Builds the schemas of request bodies and answers.
    pub schemas: fn(&Gateway, &Parts) -> Vec<(String, Value)>,
    /// Returns the path of the collection.
    pub path: fn() -> String,
    /// Translates the example of a new record for each vendor.
    pub translations: fn(&[Factory]) -> Value,
}

impl RecordKind {
    const fn new<R: Exposed>() -> Self {
        Self {
            routes: record_routes::<R>,
            components: <R as utoipa::ToSchema>::schemas,
            written: schemas::written::<R>,
            schemas: schemas::of_record::<R>,
            path: collection::<R>,
            translations: translations::of_record::<R>,
        }
    }
}

/// Returns the path of a collection of records.
fn collection<R: Managed>() -> String {
    format!("/v1/{}s", R::NAME)
}

/// Builds the routes that every kind of record has.
fn record_routes<R: Exposed>() -> OpenApiRouter<Api> {
    let all = collection::<R>();
    let collection = [
        Operation::new(HttpMethod::Post, handlers::create::<R>, about::create::<R>()),
        Operation::new(HttpMethod::Get, handlers::list::<R>, about::list::<R>()),
    ];
    let record = [
        Operation::new(HttpMethod::Get, handlers::get::<R>, about::get::<R>()),
        Operation::new(HttpMethod::Put, handlers::replace::<R>, about::replace::<R>()),
        Operation::new(HttpMethod::Patch, handlers::patch::<R>, about::patch::<R>()),
        Operation::new(HttpMethod::Delete, handlers::delete::<R>, about::delete::<R>()),
    ];
    let plan = Operation::new(HttpMethod::Post, handlers::plan_create::<R>, about::plan::<R>());
    let plan_patch = Operation::new(HttpMethod::Post, handlers::plan_patch::<R>, about::plan_patch::<R>());
    OpenApiRouter::new()
        .routes(route(&all, collection))
        .routes(route(&format!("{all}/plan"), [plan]))
        .routes(route(&format!("{all}/{{id}}"), record))
        .routes(route(&format!("{all}/{{id}}/plan"), [plan_patch]))
}
