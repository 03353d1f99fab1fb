//! The tracing span of a request, and the events that log its answer and its failure.

use std::{error::Error as _, future::Future, time::Duration};

use axum::extract::MatchedPath;
use http::{Request, StatusCode};
use tracing::{Instrument, Level, Span, debug, error, field::Empty, info, info_span, trace, warn};

use crate::edge::{
    metrics::method_label,
    problem::{Failure, spec},
    request_id::RequestId,
    trace,
};

/// The log entry of one request: its method, its route and its id. The path and the query are never logged, because they can
/// contain ids and values.
pub(crate) struct AccessLog {
    span: Span,
    id: RequestId,
}

impl AccessLog {
    /// Creates the entry for a request, after the router has matched it to a route. The route is `none` if no route
    /// matches.
    pub fn from_request<B>(request: &Request<B>, id: &RequestId) -> Self {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let span = info_span!(
            "request",
            method = method_label(request.method()),
            route = route.unwrap_or("none"),
            request_id = id.as_str(),
            otel.kind = Empty,
            otel.name = Empty,
        );
        trace::describe(&span, request, route);
        Self { span, id: id.clone() }
    }

    /// Runs the future `handling` within the span, so that all its log events carry the request's id.
    pub fn trace<F: Future>(&self, handling: F) -> impl Future<Output = F::Output> {
        handling.instrument(self.span.clone())
    }

    /// Logs the answered request and, if there is a failure, the failure at the level of its kind. Also records both
    /// in the trace.
    pub fn log(&self, status: StatusCode, elapsed: Duration, failure: Option<&Failure>) {
        let _entered = self.span.enter();
        trace::describe_answer(&self.span, status, failure.map(|failure| failure.error.kind));
        // Whole microseconds, divided by a thousand, have at most three decimals.
        let elapsed_ms = elapsed.as_micros() as f64 / 1000.0;
        info!(target: "switchboard::access", status = status.as_u16(), elapsed_ms, "request answered");
        if let Some(failure) = failure {
            self.log_failure(status, failure);
        }
    }

    fn log_failure(&self, status: StatusCode, Failure { error: failure }: &Failure) {
        let id = self.id.as_str();
        let code = failure.kind;
        let vendor = failure.vendor.as_ref().map(|vendor| vendor.name.as_str());
        let outcome = failure.vendor.as_ref().map(|vendor| vendor.outcome.as_str());
        let vendor_status = failure.vendor.as_ref().and_then(|vendor| vendor.status);
        // The detail of a caller's or vendor's failure may quote their values, so the log omits it. The details of the
        // gateway's own failures are logged.
        let ours = status.is_server_error() && failure.vendor.is_none();
        let detail = ours.then_some(failure.detail.as_str());
        let cause = causes(failure);
        let operation_id = failure.operation.as_deref();
        macro_rules! log {
            ($level:ident) => {
                $level!(
                    target: "switchboard::failure",
                    request_id = id, %code, detail, cause, vendor, outcome, vendor_status, operation_id,
                    "request failed"
                )
            };
        }
        match spec(failure.kind).level {
            Level::ERROR => log!(error),
            Level::WARN => log!(warn),
            Level::INFO => log!(info),
            Level::DEBUG => log!(debug),
            Level::TRACE => log!(trace),
        }
    }
}

/// Joins the chain of causes into one string, the direct cause first.
fn causes(failure: &switchboard_core::error::Error) -> Option<String> {
    let mut next = failure.source();
    let mut text = next?.to_string();
    while let Some(cause) = next.and_then(|error| error.source()) {
        text = format!("{text}: {cause}");
        next = Some(cause);
    }
    Some(text)
}
