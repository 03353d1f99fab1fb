//! The header `traceparent` (W3C Trace Context), which names the current span, and the attributes that describe a
//! vendor request in that span. The attributes are named as in the semantic conventions of OpenTelemetry. If the
//! gateway exports no traces, this module has no effect.

use std::collections::HashMap;

use opentelemetry::{Context, KeyValue, global, trace::TraceContextExt as _};
use url::Url;

/// The name of the header.
pub const TRACEPARENT: &str = "traceparent";

/// Returns the header's value for the current span. Returns `None` if the gateway exports no traces.
pub fn traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    global::get_text_map_propagator(|propagator| propagator.inject(&mut carrier));
    carrier.remove(TRACEPARENT)
}

/// Describes a request to a vendor in the current span. The span gets no path and no query, because these can contain
/// ids and secrets.
pub(crate) fn describe_request(method: &'static str, url: &Url) {
    Context::map_current(|current| {
        let span = current.span();
        span.set_attribute(KeyValue::new("http.request.method", method));
        span.set_attribute(KeyValue::new("server.address", url.host_str().unwrap_or_default().to_owned()));
        if let Some(port) = url.port_or_known_default() {
            span.set_attribute(KeyValue::new("server.port", i64::from(port)));
        }
    });
}

/// Describes the response in the current span.
pub(crate) fn describe_status(status: u16) {
    Context::map_current(|current| {
        current.span().set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
    });
}
