//! `/livez`, `/startupz` and `/readyz`, on the admin listener.

use std::time::Duration;

use axum::{Router, extract::State, routing::get};
use http::StatusCode;
use switchboard_core::{
    error::{Error, Kind},
    model::Seconds,
};
use tokio::time::timeout;

use super::{Api, write::Result};

/// Maximum time for the check of the store.
const STORE_TIME: Duration = Duration::from_secs(1);

pub fn router() -> Router<Api> {
    Router::new().route("/livez", get(live)).route("/startupz", get(started)).route("/readyz", get(ready))
}

/// Returns 204 as long as the process is running.
async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Returns 204, because the process listens only after the store has opened with this version's schema and the right key.
async fn started() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Returns 204 if the store can be read and written within a second and the process is not about to stop, and a problem otherwise.
/// Ignores vendors, because an unavailable vendor must not make the gateway unavailable.
async fn ready(State(api): State<Api>) -> Result<StatusCode> {
    if api.draining.is_cancelled() {
        return Err(Error::new(Kind::ShuttingDown, "The gateway is about to stop.").into());
    }
    match timeout(STORE_TIME, api.engine.repository().store().check()).await {
        Ok(checked) => checked?,
        Err(_elapsed) => {
            let detail = format!("The store did not respond within {} s.", Seconds(STORE_TIME));
            return Err(Error::new(Kind::StorageUnavailable, detail).into());
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
