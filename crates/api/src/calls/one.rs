//! One call.

use axum::extract::{Path, State};
use http::StatusCode;
use switchboard_engine::calls::CallAnswer;

use super::{CallId, render};
use crate::{Api, edge::query::Query, examples, openapi::problems::Read, write::Result};

/// Read a call
///
/// Returns the call as the gateway last observed it. Members are null as long as they are not known; `undisclosed` lists those
/// that the vendor never returns. The gateway follows each call to its end by itself. Sends no request to the vendor.
///
/// `match` is `ambiguous` if several calls of the vendor may be this call. In that case, name one of the `candidates`
/// with `POST /v1/calls/{id}/resolve`.
#[utoipa::path(
    get, path = "/v1/calls/{id}", tag = "calls", operation_id = "getCall",
    responses((status = 200, description = "The call.", body = CallAnswer, example = json!(examples::ended_call())), Read),
    params(CallId),
)]
pub async fn get(State(api): State<Api>, Path(CallId { id }): Path<CallId>, query: Query) -> Result {
    query.finish()?;
    Ok(render(&api.engine, StatusCode::OK, &api.engine.calls().get(&id).await?))
}
