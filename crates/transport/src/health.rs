//! What can be told of a vendor without asking it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use switchboard_core::{Error, Kind};

/// How a vendor fares, by the requests that were sent to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// What happens to requests now.
    pub state: State,
    /// Since when. Tries in between, and failing again, do not begin it anew.
    pub since: Timestamp,
    /// How long until a request is let through; absent where it is at once.
    #[serde(rename = "retry_in_s", serialize_with = "seconds")]
    pub retry_in: Option<Duration>,
    /// How many attempts failed since the vendor last answered.
    pub consecutive_failures: u32,
    /// How many requests are in flight, or are the next to be sent.
    pub in_flight: usize,
    /// How many may be.
    pub concurrency: usize,
    /// The last failure, refusal of our credential or wish for fewer requests.
    pub last_error: Option<LastError>,
}

/// What happens to requests to a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// They are sent.
    Ok,
    /// The vendor failed too often in a row: they fail at once, until one may try whether it is back.
    Open,
    /// One of them tries whether the vendor is back; the others fail at once.
    Probing,
    /// The vendor refuses our credential: they fail at once, until one may try again.
    Paused,
    /// The vendor asked for rest: they wait it out, or fail at once where it is too long for them.
    Throttled,
}

/// The last thing that went wrong with a vendor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LastError {
    /// The stable code of the attempt's failure.
    #[serde(rename = "code")]
    pub kind: Kind,
    /// One sentence without secrets. It may hold the vendor's own message.
    pub detail: String,
    /// When it happened.
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
