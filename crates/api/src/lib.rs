//! The REST API: one module per resource. Handlers read the request, call the engine, and write the answer.

mod aliases;
mod answer;
mod answers;
mod calls;
mod capabilities;
mod docs;
pub mod edge;
pub mod examples;
mod health;
mod migrations;
mod openapi;
mod operations;
mod problems;
mod records;
mod report_detail;
mod state;
mod unknown_route;
mod vendors;
mod write;

use std::sync::Arc;

use axum::{Extension, Router};
use switchboard_core::model::Agent;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use answer::render_problem;
pub use docs::{Documentation, TrialKey};
pub use openapi::document;
pub use state::Api;

use docs::Site;
use records::KINDS;

/// Builds the routes of the public listener, without the layers of the edge.
pub fn public(api: Api, documentation: Documentation) -> Router {
    let (router, document) = documented().split_for_parts();
    let router = unknown_route::suggest(router, document.paths.paths.into_keys()).merge(docs::contract());
    let router = match documentation {
        Documentation::Problems => router,
        Documentation::Full(_) => router.merge(docs::pages()),
    };
    let site = Site::new(api.engine.clone(), documentation);
    router.layer(Extension(Arc::new(site))).with_state(api)
}

/// Builds the health routes, which the admin listener serves.
pub fn admin(api: Api) -> Router {
    health::router().with_state(api)
}

/// Builds all documented routes. Each route is defined together with its documentation.
fn documented() -> OpenApiRouter<Api> {
    let records = KINDS.iter().fold(OpenApiRouter::new(), |router, kind| router.merge((kind.routes)()));
    records
        .merge(records::revisions::routes::<Agent>())
        .merge(calls::routes())
        .routes(routes!(operations::list))
        .routes(routes!(operations::get))
        .routes(routes!(operations::resolve))
        .routes(routes!(migrations::plan))
        .routes(routes!(migrations::start, migrations::list))
        .routes(routes!(migrations::get))
        .routes(routes!(migrations::agents))
        .routes(routes!(migrations::pause))
        .routes(routes!(migrations::resume))
        .routes(routes!(migrations::cancel))
        .routes(routes!(vendors::list))
        .routes(routes!(vendors::get))
        .routes(routes!(vendors::capabilities))
        .routes(routes!(vendors::agents))
        .routes(routes!(vendors::voices))
        .routes(routes!(vendors::languages))
        .routes(routes!(vendors::models))
        .routes(routes!(vendors::phone_numbers))
        .routes(routes!(vendors::knowledge_bases))
        .routes(routes!(aliases::list))
        .routes(routes!(capabilities::list))
        .routes(routes!(capabilities::diff))
        .routes(routes!(problems::list))
        .routes(routes!(problems::get))
}
