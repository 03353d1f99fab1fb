//! The outermost layer: what is done once for every request, whatever becomes of it.

use std::time::Instant;

use axum::{extract::Request, middleware::Next, response::Response};

use super::{headers, problem, request_id::RequestId};
use crate::telemetry::access::Access;

pub async fn wrap(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::assign(&mut request);
    let access = Access::of(&request, &id);
    let mut response = access.trace(next.run(request)).await;
    let failure = problem::settle(&mut response, &id);
    headers::stamp(&mut response, &id, started.elapsed());
    access.log(response.status(), started.elapsed(), failure.as_deref());
    response
}
