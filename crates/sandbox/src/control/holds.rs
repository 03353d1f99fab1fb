//! Control routes for held and late requests.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;

use super::VendorQuery;
use crate::holds::Held;
use crate::state::SandboxState;

pub(super) fn routes() -> Router<Arc<SandboxState>> {
    Router::new().route("/held", get(held).delete(release)).route("/late", post(carry_out_late))
}

async fn held(State(state): State<Arc<SandboxState>>, Query(of): Query<VendorQuery>) -> Json<Vec<Held>> {
    Json(state.holds().list(of.vendor))
}

async fn release(State(state): State<Arc<SandboxState>>, Query(of): Query<VendorQuery>) -> StatusCode {
    state.holds().release(of.vendor);
    StatusCode::NO_CONTENT
}

async fn carry_out_late(State(state): State<Arc<SandboxState>>) -> StatusCode {
    state.late_delays.notify_waiters();
    StatusCode::NO_CONTENT
}
