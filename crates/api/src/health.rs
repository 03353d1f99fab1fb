//! `/livez` and `/readyz`, on the admin listener.

use axum::{Router, extract::State, routing::get};
use http::StatusCode;

use super::{Api, write::Result};

pub fn router() -> Router<Api> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}

/// Answers that the process runs.
async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Answers whether the store can be read and written. Vendors do not count: a vendor that is down must not take the gateway with
/// it.
async fn ready(State(api): State<Api>) -> Result<StatusCode> {
    api.engine.repository().store().check().await?;
    Ok(StatusCode::NO_CONTENT)
}
