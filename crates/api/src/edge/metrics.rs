//! The metrics of requests. Every label has a closed set of values, such as the routes, methods, statuses and problem
//! codes of the API.
//!
//! The durations have few labels, because each combination of label values adds 17 series. The counter of requests
//! has all labels.

use std::{sync::LazyLock, time::Duration};

use axum::extract::MatchedPath;
use http::{Method, Request, StatusCode};
use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram, UpDownCounter},
};
use switchboard_core::error::Kind;
use switchboard_engine::metrics::Limit;

/// The upper bounds of the duration buckets, in seconds. 11 s is the objective for writes with the default
/// `writes.wait_s`.
const DURATIONS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 11.0];

static INSTRUMENTS: LazyLock<Instruments> = LazyLock::new(Instruments::new);

struct Instruments {
    durations: Histogram<f64>,
    requests: Counter<u64>,
    active: UpDownCounter<i64>,
    auth_failures: Counter<u64>,
    rate_limited: Counter<u64>,
}

impl Instruments {
    fn new() -> Self {
        let meter = global::meter("switchboard");
        Self {
            durations: meter
                .f64_histogram("http.server.request.duration")
                .with_unit("s")
                .with_description("Duration of a request until its answer begins.")
                .with_boundaries(DURATIONS.to_vec())
                .build(),
            requests: meter
                .u64_counter("switchboard.requests")
                .with_description("Answered requests. `error_type` is the code of the problem.")
                .build(),
            active: meter
                .i64_up_down_counter("http.server.active_requests")
                .with_description("Requests that are not answered yet.")
                .build(),
            auth_failures: meter
                .u64_counter("switchboard.auth_failures")
                .with_description("Requests without a valid key, by the reason.")
                .build(),
            rate_limited: meter
                .u64_counter("switchboard.rate_limited")
                .with_description(
                    "Requests that were refused as rate_limited, by the limit that was reached.",
                )
                .build(),
        }
    }
}

/// A request that is not answered yet. It counts as active until the value is dropped.
pub struct ActiveRequest {
    method: KeyValue,
    route: Option<KeyValue>,
}

impl ActiveRequest {
    /// Counts a request as active, after the router has matched it to a route.
    pub fn begin<B>(request: &Request<B>) -> Self {
        let known = known(request.method());
        let route = request.extensions().get::<MatchedPath>().filter(|_| known.is_some());
        let route = route.map(|route| KeyValue::new("http.route", route.as_str().to_owned()));
        let method = KeyValue::new("http.request.method", method_label(request.method()));
        INSTRUMENTS.active.add(1, std::slice::from_ref(&method));
        Self { method, route }
    }

    /// Counts the answer, and records the duration of the request. `code` is the code of the problem, if the answer is
    /// a problem.
    pub fn answered(&self, status: StatusCode, code: Option<Kind>, elapsed: Duration) {
        // Omit the route of a request that was refused before it reached the route, because such a request reveals
        // nothing about the route.
        let reached =
            !matches!(code, Some(Kind::Unauthenticated | Kind::RateLimited | Kind::MethodNotAllowed));
        let mut labels = Vec::with_capacity(4);
        labels.push(self.method.clone());
        labels.extend(self.route.clone().filter(|_| reached));
        INSTRUMENTS.durations.record(elapsed.as_secs_f64(), &labels);
        labels.push(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        labels.extend(code.map(|code| KeyValue::new("error.type", code.to_string())));
        INSTRUMENTS.requests.add(1, &labels);
    }
}

/// Adds 0 to the counter of each reason and limit. The series of each counter then exists before the first event, so
/// that the first event appears as an increase.
pub fn show_zeros() {
    for reason in AuthFailure::ALL {
        INSTRUMENTS.auth_failures.add(0, &[KeyValue::new("reason", reason.name())]);
    }
    INSTRUMENTS.rate_limited.add(0, &[by_address()]);
    Limit::show_zeros();
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        INSTRUMENTS.active.add(-1, std::slice::from_ref(&self.method));
    }
}

/// The reason why a request has no valid key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthFailure {
    /// There is no `Authorization` header.
    Missing,
    /// There are several `Authorization` headers, or the header has no bearer token.
    Malformed,
    /// The token is not a key of the gateway.
    Unknown,
}

impl AuthFailure {
    const ALL: [Self; 3] = [Self::Missing, Self::Malformed, Self::Unknown];

    /// Counts a request that failed for this reason.
    pub fn count(self) {
        INSTRUMENTS.auth_failures.add(1, &[KeyValue::new("reason", self.name())]);
    }

    fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
        }
    }
}

/// Counts a request that was refused because too many wrong keys came from its address.
pub fn count_rate_limited_address() {
    INSTRUMENTS.rate_limited.add(1, &[by_address()]);
}

fn by_address() -> KeyValue {
    KeyValue::new("by", "address")
}

/// Returns the name of a method for labels and for the log. A method that no operation has is `_OTHER`, because a caller
/// without a key can send any.
pub fn method_label(method: &Method) -> &'static str {
    known(method).unwrap_or("_OTHER")
}

/// Returns the name of a method, or `None` if no operation of the API has this method.
fn known(method: &Method) -> Option<&'static str> {
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    methods.into_iter().find(|known| method.as_str() == *known)
}
