//! The headers that every answer has.

use std::time::Duration;

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use super::request_id::{self, RequestId};

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Sets the headers. `elapsed` is the whole time of the request, including all conversations with its `vendor`.
pub(super) fn stamp(response: &mut Response, id: &RequestId, elapsed: Duration, vendor: Option<Duration>) {
    let timing = server_timing(elapsed, vendor);
    let headers = response.headers_mut();
    // Answers hold phone numbers and prompts: no cache may store them.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(id) = id.header() {
        headers.insert(request_id::HEADER, id);
    }
    if let Ok(timing) = HeaderValue::from_str(&timing) {
        headers.insert(SERVER_TIMING, timing);
    }
}

/// Writes `Server-Timing` in milliseconds; the gateway's part is the whole time less the vendor's.
fn server_timing(elapsed: Duration, vendor: Option<Duration>) -> String {
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let gateway = millis(elapsed.saturating_sub(vendor.unwrap_or_default()));
    match vendor {
        Some(vendor) => format!("gateway;dur={gateway:.1}, vendor;dur={:.1}", millis(vendor)),
        None => format!("gateway;dur={gateway:.1}"),
    }
}
