//! `/v1/operations`

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use serde_json::json;
use switchboard_engine as engine;
use switchboard_engine::{OPERATION_STATES, Operation, Resolution};
use switchboard_store::OperationFilter;

use super::{
    Api, examples,
    openapi::{
        problems::{Listed, Read, Resolved},
        schemas::{OperationAnswer, OperationList, OperationResolution},
    },
    records::{Result, write},
};
use crate::edge::{body::Json, page::Scope, query::Query, write_headers::WriteHeaders};

/// List operations
///
/// Writes on their way to vendors, oldest first; those that are over too, for a week unless configured otherwise.
#[utoipa::path(
    get, path = "/v1/operations", tag = "operations", operation_id = "listOperations",
    responses((status = 200, description = "A page.", body = OperationList, example = json!(examples::operations())), Listed),
    params(super::openapi::params::Operations),
)]
pub async fn list(State(api): State<Api>, mut query: Query) -> Result {
    let limit = query.limit();
    let cursor = query.text("cursor");
    let state = query.read("state", |text| {
        let known = OPERATION_STATES.iter().find(|(word, _)| *word == text);
        let words = || OPERATION_STATES.map(|(word, _)| word).join(", ");
        known.map(|(_, state)| *state).ok_or_else(|| format!("Give one of {}.", words()))
    });
    let (record, vendor) = (query.text("resource_id"), query.text("vendor"));
    query.finish()?;
    let word = OPERATION_STATES.iter().find(|(_, known)| Some(*known) == state).map_or("", |(word, _)| word);
    let filters = [
        ("state", word),
        ("resource_id", record.as_deref().unwrap_or_default()),
        ("vendor", vendor.as_deref().unwrap_or_default()),
    ];
    let scope = Scope { collection: "operation", filters: &filters };
    let after = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let filter = OperationFilter {
        states: state.into_iter().collect(),
        record: record.clone(),
        vendor: vendor.clone(),
    };
    let store = api.engine.repository().store();
    let engine::Page { items, next } = Operation::list(store, &filter, after.as_deref(), limit).await?;
    let next = next.map(|id| api.cursors.seal(scope, &id));
    let data: Vec<_> = items.iter().map(Operation::answer).collect();
    Ok(Answer(json!({ "data": data, "next_cursor": next })).into_response())
}

/// Read an operation
///
/// How far a write is that was answered 202, why it is not over, and what may help where it needs attention.
#[utoipa::path(
    get, path = "/v1/operations/{id}", tag = "operations", operation_id = "getOperation",
    responses((status = 200, description = "The operation.", body = OperationAnswer, example = json!(examples::stuck_operation())), Read),
    params(super::openapi::params::OperationId),
)]
pub async fn get(State(api): State<Api>, Path(id): Path<String>, query: Query) -> Result {
    query.finish()?;
    Ok(Answer(Operation::load(api.engine.repository().store(), &id).await?.answer()).into_response())
}

/// Resolve an operation
///
/// Says what the gateway cannot find out, for an operation that needs attention: which of the vendor's records is the one
/// it was asked to make (`adopt`), that it is not there or the reason is mended (`retry`), or that the operation is to be
/// given up (`abandon`).
#[utoipa::path(
    post, path = "/v1/operations/{id}/resolve", tag = "operations", operation_id = "resolveOperation",
    request_body(content = OperationResolution, example = json!(examples::resolution())),
    responses(
        (status = 200, description = "It goes on, or is given up.", body = OperationAnswer, example = json!(examples::resolved_operation())),
        Resolved,
    ),
    params(super::openapi::params::OperationId, super::openapi::params::Write),
)]
pub async fn resolve(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Query,
    headers: WriteHeaders,
    Json(body): Json,
) -> Result {
    query.finish()?;
    let resolution = Resolution::read(&body)?;
    write(&api, headers.context(&body), |engine, call| async move {
        engine.writer().resolve(call, &id, resolution).await
    })
    .await
}
