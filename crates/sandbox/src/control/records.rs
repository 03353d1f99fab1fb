//! Control routes that read and change the vendors' stored records.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::Value;

use super::{Problem, invalid, not_found, slot};
use crate::records::{By, History, Record, Records, Refused};
use crate::state::SandboxState;

pub(super) fn routes() -> Router<Arc<SandboxState>> {
    let one = get(record).put(put_record).patch(patch_record).delete(delete_record);
    Router::new()
        .route("/{vendor}/changes", get(changes))
        .route("/{vendor}/records", get(everything))
        .route("/{vendor}/records/{collection}/{id}", one)
}

/// The path of a record: vendor, collection, id.
type RecordPath = Path<(String, String, String)>;

async fn everything(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let mut simulator = slot(&state, &name)?.simulator();
    Ok(Json(simulator.records().everything()))
}

async fn changes(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
) -> Result<Json<BTreeMap<&'static str, History>>, Problem> {
    let mut simulator = slot(&state, &name)?.simulator();
    Ok(Json(simulator.records().histories()))
}

async fn record(
    State(state): State<Arc<SandboxState>>,
    Path((name, collection, id)): RecordPath,
) -> Result<Json<Record>, Problem> {
    let mut simulator = slot(&state, &name)?.simulator();
    let record = simulator.records().get(&collection, &id).cloned();
    record.map(Json).ok_or_else(|| not_found("no such record"))
}

async fn put_record(
    State(state): State<Arc<SandboxState>>,
    Path((name, collection, id)): RecordPath,
    Json(record): Json<Record>,
) -> Result<StatusCode, Problem> {
    let mut simulator = slot(&state, &name)?.simulator();
    put(simulator.records(), &collection, &id, record)
}

/// Applies a merge patch (RFC 7396) to a record. A PUT, in contrast, replaces all members.
async fn patch_record(
    State(state): State<Arc<SandboxState>>,
    Path((name, collection, id)): RecordPath,
    Json(patch): Json<Record>,
) -> Result<StatusCode, Problem> {
    let mut simulator = slot(&state, &name)?.simulator();
    let records = simulator.records();
    let stored = records.get(&collection, &id).ok_or_else(|| not_found("no such record"))?;
    let mut record = Value::Object(stored.clone());
    json_patch::merge(&mut record, &Value::Object(patch));
    let record = record.as_object().cloned().unwrap_or_default();
    put(records, &collection, &id, record)
}

fn put(records: &mut Records, collection: &str, id: &str, mut record: Record) -> Result<StatusCode, Problem> {
    // The path already contains the id, so an `id` in the body is ignored.
    record.shift_remove("id");
    let stored = records.put(collection, id, record, By::Console);
    stored.map(|()| StatusCode::NO_CONTENT).map_err(|refused| match refused {
        Refused::UnknownCollection => not_found("no such collection"),
        Refused::ForeignId => invalid("this vendor's ids are whole numbers"),
        Refused::Full => invalid("the collection is full"),
    })
}

async fn delete_record(
    State(state): State<Arc<SandboxState>>,
    Path((name, collection, id)): RecordPath,
) -> Result<StatusCode, Problem> {
    let mut simulator = slot(&state, &name)?.simulator();
    if simulator.records().remove(&collection, &id, By::Console) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(not_found("no such record"))
    }
}
