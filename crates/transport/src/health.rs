//! Health: the state of a vendor, known without a request.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use switchboard_core::{
    error::{Error, Kind},
    model::Described,
};
use utoipa::ToSchema;

/// The health of a vendor, by the requests that this process sent to it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = VendorHealth)]
pub struct Health {
    /// The treatment of requests now.
    #[schema(inline)]
    pub state: State,
    /// The time since which the state holds. Tries in between, and failing again, do not begin it anew.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The seconds until a request is let through; null where that is now.
    #[serde(rename = "retry_in_s", serialize_with = "seconds")]
    #[schema(value_type = Option<f64>, minimum = 0, required)]
    pub retry_in: Option<Duration>,
    /// The number of attempts that failed since the vendor last answered.
    pub consecutive_failures: u32,
    /// The number of requests in flight, or next to be sent.
    pub in_flight: usize,
    /// The greatest number of requests that may be in flight together.
    #[schema(minimum = 1)]
    pub concurrency: usize,
    /// The last failure, refusal of our credential or request for fewer requests.
    #[schema(required)]
    pub last_error: Option<LastError>,
}

/// The treatment of requests to a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Requests are sent.
    Ok,
    /// The circuit is open after too many failures in a row, and requests fail immediately until one may try the vendor
    /// again.
    Open,
    /// One request tries the vendor; the others fail immediately.
    Probing,
    /// The vendor refuses our credential, and requests fail immediately until one may try again.
    Paused,
    /// The vendor asked for a pause; requests wait for its end, or fail immediately where it is too long for them.
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
    /// The error, in one sentence without secrets. It may hold the vendor's own message.
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
