//! The request to place a call, and its dry run.

use axum::{Json as Answer, extract::State, response::IntoResponse};
use switchboard_engine::calls::{CallAnswer, Dialer};
use utoipa::{
    ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use crate::{
    Api,
    answer::render,
    answers::CallPlan,
    edge::{
        body::Json,
        prefer::Prefer,
        problem::{join, join_body},
        query::Query,
        write_headers::{RequiredKey, WriteHeaders},
    },
    examples,
    openapi::problems::{CallPlaced, CallPlanned},
    write::Result,
};

/// The body of a request to place a call. The module `schemas` builds its schema from that of a dial.
pub struct NewCall;

impl utoipa::PartialSchema for NewCall {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name(Self::name()).into()
    }
}

impl ToSchema for NewCall {
    fn name() -> std::borrow::Cow<'static, str> {
        "NewCall".into()
    }
}

/// Place a call
///
/// Places a call from an agent to a phone number. The gateway dials at most once for each `Idempotency-Key`, which is
/// required: if the caller repeats the request with the same key, the gateway returns the first answer and does not
/// dial again.
///
/// The answer is 201 if the vendor has accepted the call. It is 202 in two cases. If the vendor is slower than
/// `Prefer: wait=SECONDS`, `status` is `placing`. If the vendor's response is lost or unclear, `status` is `unknown`: the call
/// may have been placed, so the gateway never dials again and looks for the call at the vendor instead. In both cases, read the
/// call until its `status` changes.
///
/// After `vendor_outcome_unknown`, a phone may ring: send the request again with the same key to learn the outcome. Any
/// other problem means that this request makes no phone ring. After `vendor_rejected`, `vendor_auth_failed` and
/// `vendor_quota_exhausted`, a repetition with the same key returns the same problem, unless the answer has
/// `Retry-After`. After a `state_conflict` that names a call, a repetition does not dial: the call of this key was sent
/// before. After the remaining problems, the caller can send the request again with the same key, and the gateway then
/// dials.
///
/// The agent must be in sync with its vendor. Limits in the configuration protect against unwanted calls: `POST
/// /v1/calls/plan` returns the verdict of each limit.
#[utoipa::path(
    post, path = "/v1/calls", tag = "calls", operation_id = "placeCall",
    request_body(content = NewCall, example = json!(examples::new_call())),
    responses(
        (status = 201, description = "The vendor has accepted the call.",
            headers(("Location" = String, description = "The address of the call.")),
            body = CallAnswer, example = json!(examples::call())),
        (status = 202, description = "The vendor has not confirmed the call yet. The call shows the progress.",
            headers(("Location" = String, description = "The address of the call."),
                ("Retry-After" = u64, description = "The number of seconds to wait before reading the call.")),
            body = CallAnswer, example = json!(examples::unknown_call())),
        CallPlaced,
    ),
    params(Prefer, RequiredKey),
)]
pub async fn place(
    State(api): State<Api>,
    query: Query,
    headers: Result<WriteHeaders>,
    Json(body): Json,
) -> Result {
    let headers = headers.and_then(|headers| Ok(headers.with_key()?));
    let (((), headers), body) = join_body(join(query.finish(), headers), body, Dialer::check_body)?;
    let answer = api.engine.dialer().place(headers.context(&body), &body).await?;
    Ok(render(answer))
}

/// Plan a call
///
/// Returns the request that the gateway would send to the vendor, the translation report, and the verdicts of the guards
/// that apply. The number of a transfer appears only if it is refused. Nothing is dialled or stored. The verdicts apply at
/// the time of the request.
#[utoipa::path(
    post, path = "/v1/calls/plan", tag = "calls", operation_id = "planCall",
    request_body(content = NewCall, example = json!(examples::new_call())),
    responses(
        (status = 200, description = "The plan.", body = CallPlan, example = json!(examples::call_plan())),
        CallPlanned,
    ),
    params(Prefer),
)]
pub async fn plan(State(api): State<Api>, query: Query, prefer: Prefer, Json(body): Json) -> Result {
    let ((), body) = join_body(query.finish(), body, Dialer::check_body)?;
    let plan = api.engine.dialer().plan(&body, prefer.handling.unwrap_or_default()).await?;
    Ok((prefer.for_reading().applied(), Answer(CallPlan::from(plan))).into_response())
}
