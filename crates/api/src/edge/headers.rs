//! The headers that every answer has.

use std::time::Duration;

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use super::request_id::{self, RequestId};

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Sets the headers that every answer has. `elapsed` is the total time of the request. `vendor` is the part of this time
/// that was spent on exchanges with vendors, or `None` if there were no exchanges.
pub(super) fn stamp(response: &mut Response, id: &RequestId, elapsed: Duration, vendor: Option<Duration>) {
    let timing = server_timing(elapsed, vendor);
    let headers = response.headers_mut();
    // Answers contain phone numbers and prompts, so no cache may store them. Documentation has a policy of its own.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(id) = id.header() {
        headers.insert(request_id::HEADER, id);
    }
    if let Ok(timing) = HeaderValue::from_str(&timing) {
        headers.insert(SERVER_TIMING, timing);
    }
}

/// Formats `Server-Timing`, in milliseconds. The gateway's time is the total time minus the vendor's time.
fn server_timing(elapsed: Duration, vendor: Option<Duration>) -> String {
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let gateway = millis(elapsed.saturating_sub(vendor.unwrap_or_default()));
    match vendor {
        Some(vendor) => format!("gateway;dur={gateway:.1}, vendor;dur={:.1}", millis(vendor)),
        None => format!("gateway;dur={gateway:.1}"),
    }
}
