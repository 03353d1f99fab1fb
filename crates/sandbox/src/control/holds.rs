//! The requests that are being held.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;

use super::OfVendor;
use crate::holds::Held;
use crate::world::World;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new().route("/held", get(held).delete(release))
}

async fn held(State(world): State<Arc<World>>, Query(of): Query<OfVendor>) -> Json<Vec<Held>> {
    Json(world.holds().list(of.vendor))
}

async fn release(State(world): State<Arc<World>>, Query(of): Query<OfVendor>) -> StatusCode {
    world.holds().release(of.vendor);
    StatusCode::NO_CONTENT
}
