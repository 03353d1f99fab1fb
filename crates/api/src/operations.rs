//! `/v1/operations`

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use serde::Deserialize;
use switchboard_engine::{self as engine, Operation, OperationAnswer, OperationStatus, Resolution};
use switchboard_store::OperationFilter;

use super::{
    Api,
    answers::{List, OperationList},
    examples,
    openapi::problems::{Listed, Read, Resolved},
    write::{Result, write},
};
use crate::edge::{
    body::Json,
    page::Scope,
    problem::join,
    query::{PageQuery, Parameters, Query},
    write_headers::WriteHeaders,
};

/// The path parameter that identifies an operation.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OperationId {
    /// The id of the operation.
    #[param(example = "op_01kkcvb8q0e9w8d2m7a3r5x6tz")]
    id: String,
}

/// The filters of a list of operations.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OperationFilters {
    /// Lists only operations in this state.
    #[param(required = false, inline, value_type = OperationStatus)]
    state: Option<OperationStatus>,
    /// Lists only operations of the record with this id.
    #[param(required = false, value_type = String)]
    resource_id: Option<String>,
    /// Lists only operations at this vendor. It may be one that is no longer configured, so an unknown name selects
    /// nothing.
    #[param(required = false, value_type = String)]
    vendor: Option<String>,
}

impl Parameters for OperationFilters {
    fn read(query: &mut Query) -> Self {
        let state = query.read("state", |text| {
            let known = OperationStatus::ALL.into_iter().find(|state| state.name() == text);
            let names = || OperationStatus::ALL.map(OperationStatus::name).join(", ");
            known.ok_or_else(|| format!("Give one of {}.", names()))
        });
        Self { state, resource_id: query.text("resource_id"), vendor: query.text("vendor") }
    }
}

/// List operations
///
/// Lists operations, oldest first. The gateway keeps an ended operation for 7 days unless configured otherwise.
#[utoipa::path(
    get, path = "/v1/operations", tag = "operations", operation_id = "listOperations",
    responses((status = 200, description = "A page of operations.", body = OperationList, example = json!(examples::operations())), Listed),
    params(PageQuery, OperationFilters),
)]
pub async fn list(State(api): State<Api>, mut query: Query) -> Result {
    let PageQuery { limit, cursor } = PageQuery::read(&mut query);
    let OperationFilters { state, resource_id, vendor } = OperationFilters::read(&mut query);
    query.finish()?;
    let filters = [
        ("state", state.map_or("", OperationStatus::name)),
        ("resource_id", resource_id.as_deref().unwrap_or_default()),
        ("vendor", vendor.as_deref().unwrap_or_default()),
    ];
    let scope = Scope { collection: "operation", filters: &filters };
    let after = cursor.map(|cursor| api.cursors.open(scope, &cursor)).transpose()?;
    let filter = OperationFilter {
        states: state.into_iter().map(OperationStatus::stored).collect(),
        record: resource_id.clone(),
        vendor: vendor.clone(),
    };
    let store = api.engine.repository().store();
    let engine::Page { items, unreadable, next } =
        Operation::list(store, &filter, after.as_deref(), limit).await?;
    let next = next.map(|id| api.cursors.seal(scope, &id));
    let data = items.iter().map(Operation::answer).collect();
    Ok(Answer(List { data, unreadable, routes_checked_at: None, next_cursor: next }).into_response())
}

/// Read an operation
///
/// Returns the state of an operation, its latest error or the reason why it waits (`last_error`), and the vendor's
/// records that may be the result of a creation whose response was lost (`candidates`).
#[utoipa::path(
    get, path = "/v1/operations/{id}", tag = "operations", operation_id = "getOperation",
    responses((status = 200, description = "The operation.", body = OperationAnswer, example = json!(examples::stuck_operation())), Read),
    params(OperationId),
)]
pub async fn get(
    State(api): State<Api>,
    Path(OperationId { id }): Path<OperationId>,
    query: Query,
) -> Result {
    query.finish()?;
    Ok(Answer(Operation::load(api.engine.repository().store(), &id).await?.answer()).into_response())
}

/// Resolve an operation
///
/// Resolves an operation that needs attention. With `adopt`, the gateway links its record to the vendor's record that the
/// caller names, and continues the operation. With `retry`, the gateway continues the operation; choose `retry` if the
/// vendor created no record, or if the cause of the failure is fixed. With `abandon`, the gateway gives the operation up.
#[utoipa::path(
    post, path = "/v1/operations/{id}/resolve", tag = "operations", operation_id = "resolveOperation",
    request_body(content = Resolution, example = json!(examples::resolution())),
    responses(
        (status = 200, description = "The operation after the resolution: it continues, or it has ended.", body = OperationAnswer, example = json!(examples::resolved_operation())),
        Resolved,
    ),
    params(OperationId, WriteHeaders),
)]
pub async fn resolve(
    State(api): State<Api>,
    Path(OperationId { id }): Path<OperationId>,
    query: Query,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let body = body.and_then(|body| Ok((Resolution::read(&body)?, body)));
    let (((), headers), (resolution, body)) = join(join(query.finish(), headers), body)?;
    write(&api, headers.without_preferences().context(&body), |engine, call| async move {
        engine.writer().resolve(call, &id, resolution).await
    })
    .await
}
