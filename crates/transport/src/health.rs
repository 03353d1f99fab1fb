//! The health of vendors, derived from earlier requests.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use switchboard_core::{
    error::{Error, Kind},
    model::Described,
};
use utoipa::ToSchema;

/// The health of a vendor, derived from the requests that this gateway process has sent to the vendor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = VendorHealth)]
pub struct Health {
    /// The way in which the gateway currently handles requests to the vendor.
    #[schema(inline)]
    pub state: State,
    /// The time at which the state began. In the states `open`, `probing` and `paused`, this is the time at which the
    /// circuit opened. A probe that fails for the same reason does not change this time. In the state `ok`, this is the
    /// time at which the circuit last closed or, if it never opened, the time at which this process began to use the
    /// current configuration of the vendor.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The time in seconds until a request may be sent to the vendor. Null if a request may be sent immediately. In the
    /// state `probing`, the value is an estimate.
    #[serde(rename = "retry_in_s", serialize_with = "seconds")]
    #[schema(value_type = Option<f64>, minimum = 0, required)]
    pub retry_in: Option<Duration>,
    /// The number of consecutive failed attempts. An attempt fails if no complete and readable response arrives in
    /// time, or if the vendor returns a server error, a redirect, or one of the statuses 408, 409, 423, 425 and 499.
    /// Any other response resets the number to 0, except a rate-limit response, which does not change it.
    pub consecutive_failures: u32,
    /// The number of requests that hold one of the `concurrency` slots: requests in flight, and requests that are about
    /// to be sent.
    pub in_flight: usize,
    /// The maximum number of requests to the vendor that may be in flight concurrently.
    #[schema(minimum = 1)]
    pub concurrency: usize,
    /// The latest error: a failed attempt, a refusal of the gateway's credential, or a rate-limit response of the
    /// vendor. Null if no such error has occurred.
    #[schema(required)]
    pub last_error: Option<LastError>,
}

/// The way in which the gateway handles requests to a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The gateway sends requests to the vendor.
    Ok,
    /// The circuit is open after too many consecutive failures. Requests fail immediately until the gateway permits one
    /// request as a probe of the vendor.
    Open,
    /// One request is probing the vendor. Other requests fail immediately.
    Probing,
    /// The vendor refused the gateway's credential. Requests fail immediately until the gateway permits one request as
    /// a probe of the vendor.
    Paused,
    /// The vendor requested a pause. A request waits for the end of the pause, or fails immediately if the pause ends
    /// after the request's deadline.
    Throttled,
}

impl State {
    /// Returns the name of the state in the API and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Open => "open",
            Self::Probing => "probing",
            Self::Paused => "paused",
            Self::Throttled => "throttled",
        }
    }
}

/// The latest error of the gateway's requests to a vendor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RecordedError)]
pub struct LastError {
    /// The stable error code, with the same values as the code of problem documents.
    #[serde(rename = "code")]
    #[schema(value_type = String)]
    pub kind: Kind,
    /// A description of the error without secrets. The description may contain the vendor's own message.
    pub detail: String,
    /// The time of the error.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl LastError {
    pub(crate) fn from_error(error: &Error) -> Self {
        Self { kind: error.kind, detail: error.detail.clone(), at: Timestamp::now() }
    }
}

fn seconds<S: Serializer>(wait: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    wait.map(|wait| wait.as_secs_f64()).serialize(serializer)
}
