//! The outermost layer, which runs once for every request, even if an inner layer refuses the request.

use std::time::Instant;
use switchboard_engine::timing;

use axum::{extract::Request, middleware::Next, response::Response};

use super::{
    access::AccessLog, admission, headers, metrics::ActiveRequest, problem, request_id::RequestId,
    unread::UnreadBody,
};

pub async fn wrap(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::assign(&mut request);
    let access = AccessLog::from_request(&request, &id);
    // Do not count probes, because their many successes would hide the rate of failures.
    let active = (!admission::is_always_served(request.uri().path())).then(|| ActiveRequest::begin(&request));
    let (request, unread) = UnreadBody::observe(request);
    let (mut response, vendor) = access.trace(timing::measured(next.run(request))).await;
    let failure = problem::settle(&mut response, &id);
    headers::stamp(&mut response, &id, started.elapsed(), vendor);
    access.log(response.status(), started.elapsed(), failure.as_deref());
    if let Some(active) = active {
        let code = failure.map(|failure| failure.error.kind).or_else(|| response.extensions().get().copied());
        active.answered(response.status(), code, started.elapsed());
    }
    unread.finish(&mut response).await;
    response
}
