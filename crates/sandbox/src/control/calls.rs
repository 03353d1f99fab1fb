//! Control routes for the vendors' clocks and calls.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Problem, invalid, not_found, slot};
use crate::calls::{Calls, ClockChange, ClockReading, EndOrder, Ledger, PlantedCall, timestamp};
use crate::state::SandboxState;

pub(super) fn routes() -> Router<Arc<SandboxState>> {
    Router::new()
        .route("/{vendor}/clock", get(clock).post(set_clock))
        .route("/{vendor}/dials", get(dials))
        .route("/{vendor}/calls", get(list).post(plant))
        .route("/{vendor}/calls/{id}/end", post(end))
}

async fn clock(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
) -> Result<Json<ClockReading>, Problem> {
    with_calls(&state, &name, |calls| Ok(calls.clock().reading())).map(Json)
}

async fn set_clock(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
    Json(change): Json<ClockChange>,
) -> Result<Json<ClockReading>, Problem> {
    let set = |calls: &mut Calls| {
        calls.clock().set(change).map_err(invalid)?;
        Ok(calls.clock().reading())
    };
    with_calls(&state, &name, set).map(Json)
}

async fn dials(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
) -> Result<Json<Ledger>, Problem> {
    with_calls(&state, &name, |calls| Ok(calls.ledger().clone())).map(Json)
}

async fn list(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
) -> Result<Json<Vec<Value>>, Problem> {
    let rows = |calls: &mut Calls| {
        Ok(calls.iter().map(|(call, state)| {
        json!({
            "id": call.id, "direction": call.direction, "agent_id": call.agent, "number": call.peer,
            "our_number": call.ours, "story": call.story, "placed_at": timestamp(call.placed_at),
            "phase": state.phase.name(), "outcome": state.outcome(), "answered_at": state.answered_at.map(timestamp),
            "ended_at": state.ended_at.map(timestamp),
        })
    }).collect())
    };
    with_calls(&state, &name, rows).map(Json)
}

async fn plant(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
    Json(order): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let order = PlantedCall::parse(order).map_err(invalid)?;
    let id = with_calls(&state, &name, |calls| calls.plant(order).map_err(invalid))?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn end(
    State(state): State<Arc<SandboxState>>,
    Path((name, id)): Path<(String, String)>,
    Json(order): Json<EndOrder>,
) -> Result<StatusCode, Problem> {
    match with_calls(&state, &name, |calls| Ok(calls.end(&id, order.outcome())))? {
        Some(true) => Ok(StatusCode::NO_CONTENT),
        Some(false) => Err((StatusCode::CONFLICT, "the call has ended".to_owned())),
        None => Err(not_found("no such call")),
    }
}

/// Runs `work` with the calls of a vendor.
fn with_calls<T>(
    state: &SandboxState,
    name: &str,
    work: impl FnOnce(&mut Calls) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let mut simulator = slot(state, name)?.simulator();
    work(simulator.calls().ok_or_else(|| not_found("the simulator of this vendor has no calls"))?)
}
