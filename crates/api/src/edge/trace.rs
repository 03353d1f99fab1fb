//! The trace of a request: its parent, and its attributes according to the semantic conventions of OpenTelemetry.
//!
//! If the gateway exports no traces, this module has no effect, and log lines stay unchanged.

use http::{HeaderMap, Request, StatusCode};
use opentelemetry::{Context, global, propagation::Extractor};
use switchboard_core::error::Kind;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::edge::metrics::method_label;

/// Continues the trace of the caller's header `traceparent`, if there is one, and describes the request. `route` is the
/// pattern of the path, such as `/v1/agents/{id}`, without the caller's values, and `None` if no route matches.
pub fn describe<B>(span: &Span, request: &Request<B>, route: Option<&str>) {
    let parent = if request.headers().contains_key("traceparent") {
        global::get_text_map_propagator(|propagator| propagator.extract(&Headers(request.headers())))
    } else {
        Context::new()
    };
    if span.set_parent(parent).is_err() {
        return;
    }
    let method = method_label(request.method());
    span.record("otel.kind", "server");
    span.set_attribute("http.request.method", method);
    match route {
        Some(route) => {
            span.record("otel.name", format!("{method} {route}"));
            span.set_attribute("http.route", route.to_owned());
        }
        None => {
            span.record("otel.name", method);
        }
    }
}

/// Describes the answer. `code` is the code of the problem, if the answer is a problem.
pub fn describe_answer(span: &Span, status: StatusCode, code: Option<Kind>) {
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
    if let Some(code) = code {
        span.set_attribute("error.type", code.to_string());
    }
    if status.is_server_error() {
        span.set_status(opentelemetry::trace::Status::error(""));
    }
}

/// The headers of a request, as the propagator reads them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}
