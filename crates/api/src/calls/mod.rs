//! `/v1/calls`: phone calls. `place` dials, `list` and `one` read, `media` has transcripts and recordings, `control` ends,
//! updates, resolves and erases calls.

mod control;
mod filters;
mod list;
mod media;
mod one;
mod place;
mod resolution;

use axum::{
    Json as Answer,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Deserialize;
use switchboard_engine::{
    Engine,
    calls::{CallAnswer, CallRecord},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Api;

/// The path parameter that identifies a call.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CallId {
    /// The id of the call.
    #[param(example = "call_01kd4xr2hge4m9v6s3w8b5n7tz")]
    id: String,
}

/// Builds the routes of calls.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(place::place, list::list))
        .routes(routes!(place::plan))
        .routes(routes!(one::get, control::erase))
        .routes(routes!(media::transcript))
        .routes(routes!(media::recording))
        .routes(routes!(control::hang_up))
        .routes(routes!(control::sync))
        .routes(routes!(control::resolve))
}

/// Returns a call in the form of the API.
fn answer<'a>(engine: &Engine, call: &'a CallRecord) -> CallAnswer<'a> {
    // The undisclosed members are known only for a configured vendor. For any other vendor, list none.
    let vendor = engine.fleet().vendor(&call.vendor).ok();
    let calls = vendor.and_then(|vendor| vendor.adapter().calls());
    call.answer(calls.map_or(&[], |calls| calls.undisclosed()))
}

/// Renders a call with this status.
fn render(engine: &Engine, status: StatusCode, call: &CallRecord) -> Response {
    (status, Answer(answer(engine, call))).into_response()
}
