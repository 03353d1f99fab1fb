//! The control routes. They read the journal, read and change records, options and calls, set clocks, order faults,
//! release held and late requests, and reset the sandbox.

mod calls;
mod holds;
mod records;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Query, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::Vendor;
use crate::dispatch::MAX_BODY_BYTES;
use crate::faults::{Fault, FaultOrder};
use crate::journal::Entry;
use crate::state::{SandboxState, VendorSlot};

/// Builds the control routes. The caller mounts them below a prefix.
pub(crate) fn routes() -> Router<Arc<SandboxState>> {
    let requests = get(requests).delete(forget_requests);
    let faults = get(faults).post(order_fault).delete(clear_faults);
    Router::new()
        .route("/requests", requests)
        .route("/faults", faults)
        .route("/reset", post(reset))
        .route("/{vendor}/options", get(options).put(set_options))
        .merge(calls::routes())
        .merge(holds::routes())
        .merge(records::routes())
        .fallback(async || not_found("no such control route"))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(loopback_only))
}

/// Refuses callers on other machines, because the control routes need no key.
async fn loopback_only(ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request, next: Next) -> Response {
    if peer.ip().to_canonical().is_loopback() {
        return next.run(request).await;
    }
    let why = "control routes accept only callers on the loopback interface";
    (StatusCode::FORBIDDEN, why).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VendorQuery {
    vendor: Option<Vendor>,
}

async fn requests(State(state): State<Arc<SandboxState>>, Query(of): Query<VendorQuery>) -> Json<Vec<Entry>> {
    Json(state.journal().entries(of.vendor))
}

async fn forget_requests(
    State(state): State<Arc<SandboxState>>,
    Query(of): Query<VendorQuery>,
) -> StatusCode {
    state.journal().clear(of.vendor);
    StatusCode::NO_CONTENT
}

async fn faults(State(state): State<Arc<SandboxState>>) -> Json<Vec<FaultOrder>> {
    Json(state.faults().pending())
}

async fn order_fault(
    State(state): State<Arc<SandboxState>>,
    Json(order): Json<FaultOrder>,
) -> Result<StatusCode, Problem> {
    if let Some(operation) = &order.operation {
        let contract = slot(&state, order.vendor.name())?.contract;
        if !contract.operation_ids().any(|known| known == operation) {
            let known: Vec<_> = contract.operation_ids().collect();
            let known = known.join(", ");
            return Err(invalid(format!("operation is one of {known}")));
        }
    }
    if matches!(order.fault, Fault::Kill { .. }) && !state.options.kills {
        return Err((StatusCode::FORBIDDEN, "this sandbox was not started to kill processes".to_owned()));
    }
    state.faults().order(order).map_err(invalid)?;
    Ok(StatusCode::CREATED)
}

async fn clear_faults(State(state): State<Arc<SandboxState>>) -> StatusCode {
    state.faults().clear();
    StatusCode::NO_CONTENT
}

async fn options(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let slot = slot(&state, &name)?;
    Ok(Json(slot.simulator().options()))
}

async fn set_options(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
    Json(options): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let mut simulator = slot(&state, &name)?.simulator();
    simulator.configure(options).map_err(invalid)?;
    Ok(Json(simulator.options()))
}

async fn reset(State(state): State<Arc<SandboxState>>) -> StatusCode {
    state.reset();
    StatusCode::NO_CONTENT
}

fn slot<'a>(state: &'a SandboxState, name: &str) -> Result<&'a VendorSlot, Problem> {
    state.named(name).ok_or_else(|| {
        let known = Vendor::ALL.map(Vendor::name).join(", ");
        not_found(format!("vendor is one of {known}"))
    })
}

/// The refusal of a control request: a status and plain text, in the style of axum's own extractors.
type Problem = (StatusCode, String);

fn not_found(message: impl Into<String>) -> Problem {
    (StatusCode::NOT_FOUND, message.into())
}

fn invalid(message: impl Into<String>) -> Problem {
    (StatusCode::UNPROCESSABLE_ENTITY, message.into())
}
