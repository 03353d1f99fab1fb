//! The admission of requests: the host, authentication, and the limit on requests in flight.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header;
use switchboard_core::error::{Error, Kind};
use switchboard_engine::metrics::Limit;

use super::{
    Edge,
    authenticated::Authenticated,
    host,
    keys::{self, Caller},
    metrics::count_rate_limited_address,
    peer::Network,
    problem::Failure,
};

/// The routes that need no key and are not subject to the limit on requests in flight.
const ALWAYS: [&str; 4] = ["/livez", "/startupz", "/readyz", "/metrics"];

pub async fn admit(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    if let Err(error) = host::check(&request) {
        return Failure::from(error).into_response();
    }
    let path = request.uri().path();
    if is_always_served(path) {
        return next.run(request).await;
    }
    let caller = if is_protected(path) {
        match edge.keys.authenticate(request.headers()) {
            Ok(caller) => caller,
            Err(error) => return Failure::from(refuse(&edge, &request, error)).into_response(),
        }
    } else {
        Caller::default()
    };
    if let Some(connection) = request.extensions().get::<Authenticated>().filter(|_| is_protected(path)) {
        connection.set();
    }
    let Some(_place) = edge.admit(&caller) else {
        Limit::Requests.count_refusal();
        let detail = "The gateway handles the maximum number of concurrent requests; try again shortly.";
        return Failure::from(Error::new(Kind::Overloaded, detail)).into_response();
    };
    let memory = edge.memory.reserve();
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(memory.clone());
    let response = next.run(request).await;
    drop(memory);
    response
}

/// Returns the error for a request without a valid key: `rate_limited` if too many wrong keys came from its network,
/// and `unauthenticated` otherwise. A request without an `Authorization` header tries no key, so it does not count
/// towards the limit.
fn refuse(edge: &Edge, request: &Request, unauthenticated: Error) -> Error {
    let network = request.extensions().get::<Network>();
    let tried = network.filter(|_| request.headers().contains_key(header::AUTHORIZATION));
    keys::failure(request.headers()).count();
    match tried.map(|network| edge.wrong_keys.record(*network)) {
        Some(Err(wait)) => {
            count_rate_limited_address();
            let detail = "Too many wrong keys came from this address; send a valid one.";
            Error::new(Kind::RateLimited, detail).retry_after(wait)
        }
        Some(Ok(())) | None => unauthenticated,
    }
}

/// Returns true if requests to this path need no key and do not count towards the limit on concurrent requests.
pub fn is_always_served(path: &str) -> bool {
    ALWAYS.contains(&path)
}

/// Returns true if the path needs a key. The other routes (the OpenAPI document, the documentation and the
/// explanations of problems) serve no records.
fn is_protected(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}
