//! What the vendors have stored, open to the reader and to the meddler.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::Value;

use super::{Problem, invalid, not_found, vendor};
use crate::records::{Record, Refused};
use crate::world::World;

pub(super) fn routes() -> Router<Arc<World>> {
    let one = get(record).put(put_record).delete(delete_record);
    Router::new()
        .route("/{vendor}/records", get(everything))
        .route("/{vendor}/records/{collection}/{id}", one)
}

/// Vendor, collection, id.
type Place = Path<(String, String, String)>;

async fn everything(
    State(world): State<Arc<World>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let mut simulator = world.vendor(vendor(&name)?).simulator();
    Ok(Json(simulator.records().everything()))
}

async fn record(
    State(world): State<Arc<World>>,
    Path((name, collection, id)): Place,
) -> Result<Json<Record>, Problem> {
    let mut simulator = world.vendor(vendor(&name)?).simulator();
    let record = simulator.records().get(&collection, &id).cloned();
    record.map(Json).ok_or_else(|| not_found("no such record"))
}

async fn put_record(
    State(world): State<Arc<World>>,
    Path((name, collection, id)): Place,
    Json(mut record): Json<Record>,
) -> Result<StatusCode, Problem> {
    // The id is the record's place, so that a record read here can be written back as it is.
    record.shift_remove("id");
    let mut simulator = world.vendor(vendor(&name)?).simulator();
    let stored = simulator.records().put(&collection, &id, record);
    stored.map(|()| StatusCode::NO_CONTENT).map_err(|refused| match refused {
        Refused::UnknownCollection => not_found("no such collection"),
        Refused::ForeignId => invalid("this vendor's ids are whole numbers"),
        Refused::Full => invalid("the collection is full"),
    })
}

async fn delete_record(
    State(world): State<Arc<World>>,
    Path((name, collection, id)): Place,
) -> Result<StatusCode, Problem> {
    let mut simulator = world.vendor(vendor(&name)?).simulator();
    if simulator.records().remove(&collection, &id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(not_found("no such record"))
    }
}
