//! `/livez` and `/readyz`, on the admin listener.

use axum::{Router, extract::State, routing::get};
use http::StatusCode;

use super::{Api, write::Result};

pub fn router() -> Router<Api> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}

/// Returns 204 as long as the process runs.
async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Returns 204 if the store can be read and written, and a problem otherwise. Ignores vendors, because an unavailable vendor
/// must not make the gateway unavailable.
async fn ready(State(api): State<Api>) -> Result<StatusCode> {
    api.engine.repository().store().check().await?;
    Ok(StatusCode::NO_CONTENT)
}
