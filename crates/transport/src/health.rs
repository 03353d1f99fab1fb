//! Health: the state of a vendor, known without a request.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use switchboard_core::{Error, Kind};

/// The state of a vendor, from the results of the requests to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// The current handling of requests.
    pub state: State,
    /// The beginning of this state. A failed probe does not reset it.
    pub since: Timestamp,
    /// The time until a request is let through, serialized in seconds; `None` if it is let through immediately.
    #[serde(rename = "retry_in_s", serialize_with = "seconds")]
    pub retry_in: Option<Duration>,
    /// The number of attempts that failed since the vendor's latest response.
    pub consecutive_failures: u32,
    /// The number of requests in flight, including those that are sent next.
    pub in_flight: usize,
    /// The limit for requests in flight.
    pub concurrency: usize,
    /// The latest failure, refused credential or request for a pause.
    pub last_error: Option<LastError>,
}

/// The handling of requests to a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Sent.
    Ok,
    /// Failed immediately, as the vendor failed too often in a row, until one request may probe whether it is back.
    Open,
    /// One request probes whether the vendor is back; all others fail immediately.
    Probing,
    /// Failed immediately, as the vendor refused the credential, until one request may try again.
    Paused,
    /// Delayed until the pause ends that the vendor requested; failed immediately if the deadline is earlier.
    Throttled,
}

/// The latest error of a vendor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LastError {
    /// The stable code of the failure.
    #[serde(rename = "code")]
    pub kind: Kind,
    /// One sentence without secrets. It may contain the vendor's own message.
    pub detail: String,
    /// The time of the failure.
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
