//! The health of vendors, derived from earlier requests.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use switchboard_core::{
    error::{Error, Kind},
    model::Described,
};
use utoipa::ToSchema;

/// The health of a vendor, derived from the requests that this process has sent to the vendor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = VendorHealth)]
pub struct Health {
    /// The gateway's present handling of requests to the vendor.
    #[schema(inline)]
    pub state: State,
    /// The time at which the state began. Failed probes do not change this time.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The time in seconds until a request may be sent to the vendor. Null if a request may be sent immediately.
    #[serde(rename = "retry_in_s", serialize_with = "seconds")]
    #[schema(value_type = Option<f64>, minimum = 0, required)]
    pub retry_in: Option<Duration>,
    /// The number of consecutive failed attempts.
    pub consecutive_failures: u32,
    /// The number of requests that are in flight or have a slot to be sent next.
    pub in_flight: usize,
    /// The maximum number of requests in flight.
    #[schema(minimum = 1)]
    pub concurrency: usize,
    /// The latest error: a failed attempt, a refusal of the gateway's credential, or a response by which the vendor
    /// limits the rate of requests. Null if there was no error.
    #[schema(required)]
    pub last_error: Option<LastError>,
}

/// The gateway's handling of requests to a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The gateway sends requests to the vendor.
    Ok,
    /// The circuit is open after too many consecutive failures. Requests fail immediately until one request may probe the
    /// vendor.
    Open,
    /// One request is probing the vendor, and other requests fail immediately.
    Probing,
    /// The vendor refused the gateway's credential. Requests fail immediately until one request may probe the vendor.
    Paused,
    /// The vendor requested a pause. Requests wait for the end of the pause, or fail immediately if the pause ends after
    /// their deadline.
    Throttled,
}

/// An error that the gateway recorded.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ToldError)]
pub struct LastError {
    /// The stable code, as in problem documents.
    #[serde(rename = "code")]
    #[schema(value_type = String)]
    pub kind: Kind,
    /// The error, in one sentence without secrets. The sentence may contain the vendor's own message.
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
