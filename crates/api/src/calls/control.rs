//! The requests that change one call: hang up, sync, resolve and erase.

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use http::StatusCode;
use switchboard_engine::calls::{CallAnswer, CallResolution, ErasureAnswer, ErasureState, HangUp};

use super::{CallId, render, resolution};
use crate::{
    Api,
    edge::{
        body::{Json, NoBody},
        problem::join,
        query::Query,
    },
    examples,
    openapi::problems::{CallErased, CallHungUp, CallResolved, CallSynced},
    write::Result,
};

/// Hang up
///
/// Asks the vendor to end a live call. The answer is 202: the status changes to `ended` as soon as the vendor reports the end,
/// so read the call again. If the call has already ended, the answer is 200. The request can be repeated safely.
///
/// `state_conflict` means that the vendor's id of the call is not known yet. `capability_loss` means that the vendor
/// cannot end calls on request, or cannot end this call. `calls.hang_up` of `GET /v1/vendors/{vendor}` is true if the
/// vendor can end calls.
#[utoipa::path(
    post, path = "/v1/calls/{id}/hangup", tag = "calls", operation_id = "hangUpCall",
    responses(
        (status = 200, description = "The call had already ended.", body = CallAnswer, example = json!(examples::ended_call())),
        (status = 202, description = "The vendor has accepted the request.", body = CallAnswer, example = json!(examples::call())),
        CallHungUp,
    ),
    params(CallId),
)]
pub async fn hang_up(
    State(api): State<Api>,
    Path(CallId { id }): Path<CallId>,
    query: Query,
    body: Result<NoBody>,
) -> Result {
    join(query.finish(), body)?;
    Ok(match api.engine.follower().hang_up(&id).await? {
        HangUp::Accepted(call) => render(&api.engine, StatusCode::ACCEPTED, &call),
        HangUp::Ended(call) => render(&api.engine, StatusCode::OK, &call),
    })
}

/// Look at a call now
///
/// Reads the call from the vendor immediately, without waiting for the gateway's next look, and returns the call. A
/// call that is being placed, or that was erased, is returned without a request to the vendor.
#[utoipa::path(
    post, path = "/v1/calls/{id}/sync", tag = "calls", operation_id = "syncCall",
    responses((status = 200, description = "The call.", body = CallAnswer, example = json!(examples::ended_call())), CallSynced),
    params(CallId),
)]
pub async fn sync(
    State(api): State<Api>,
    Path(CallId { id }): Path<CallId>,
    query: Query,
    body: Result<NoBody>,
) -> Result {
    join(query.finish(), body)?;
    Ok(render(&api.engine, StatusCode::OK, &api.engine.follower().sync(&id).await?))
}

/// Resolve a call
///
/// Resolves a call whose id at the vendor is not known or was only inferred. `remote_id` names the vendor's call, for
/// example one of the `candidates`; the gateway then follows that call. `not_placed` states that the vendor certainly
/// did not dial; the call then ends with the reason `not_placed`. Exactly one of the two is required.
#[utoipa::path(
    post, path = "/v1/calls/{id}/resolve", tag = "calls", operation_id = "resolveCall",
    request_body(content = CallResolution, example = json!(examples::call_resolution())),
    responses((status = 200, description = "The call after the decision.", body = CallAnswer, example = json!(examples::ended_call())), CallResolved),
    params(CallId),
)]
pub async fn resolve(
    State(api): State<Api>,
    Path(CallId { id }): Path<CallId>,
    query: Query,
    Json(body): Json,
) -> Result {
    let ((), resolution) = join(query.finish(), body.and_then(|body| resolution::read(&body)))?;
    let call = api.engine.follower().resolve(&id, &resolution).await?;
    Ok(render(&api.engine, StatusCode::OK, &call))
}

/// Erase a call
///
/// Removes the personal data of an ended call from the gateway: the phone number, the name, the variables, the analysis, the
/// transcript, the caller's own data, and the links. The id, vendor, status, times, duration and cost remain. The gateway also
/// erases the call at the vendor, if the vendor supports it. The answer is 202 as long as the vendor has not erased the call; the
/// gateway then repeats the request to the vendor until it succeeds. The request can be repeated, to read the state.
#[utoipa::path(
    delete, path = "/v1/calls/{id}", tag = "calls", operation_id = "eraseCall",
    responses(
        (status = 200, description = "The call is erased as far as possible.", body = ErasureAnswer, example = json!(examples::erasure())),
        (status = 202, description = "The call is erased in the gateway, and not yet at the vendor.", body = ErasureAnswer,
            example = json!({ "here": "erased", "vendor": "pending" })),
        CallErased,
    ),
    params(CallId),
)]
pub async fn erase(State(api): State<Api>, Path(CallId { id }): Path<CallId>, query: Query) -> Result {
    query.finish()?;
    let erasure = api.engine.follower().erase(&id).await?;
    let is_pending = erasure.vendor == ErasureState::Pending;
    let status = if is_pending { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Answer(erasure)).into_response())
}
