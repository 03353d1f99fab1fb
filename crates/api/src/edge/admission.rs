//! The admission of requests: authentication, and the limit of requests in flight.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use switchboard_core::error::{Error, Kind};

use super::{Edge, problem::Failure};

/// The routes that must answer even if all others are refused.
const ALWAYS: [&str; 3] = ["/livez", "/readyz", "/metrics"];

pub async fn admit(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if ALWAYS.contains(&path) {
        return next.run(request).await;
    }
    if is_protected(path) {
        match edge.keys.authenticate(request.headers()) {
            Ok(caller) => request.extensions_mut().insert(caller),
            Err(error) => return Failure::from(error).into_response(),
        };
    }
    match edge.in_flight.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => {
            let detail = "The gateway is handling as many requests as it can; try again shortly.";
            Failure::from(Error::new(Kind::Overloaded, detail)).into_response()
        }
    }
}

/// Returns true for the routes of the API itself. Public routes (the contract, its viewer, the problems' pages) hold no data.
fn is_protected(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}
