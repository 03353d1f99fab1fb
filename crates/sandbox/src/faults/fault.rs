//! The kinds of fault.

use http::StatusCode;
use json_patch::jsonptr::PointerBuf;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kill::{KillPoint, Victim};

/// Longest latency, in milliseconds: ten minutes.
const MAX_LATENCY_MS: u64 = 600_000;

/// Longest hold, in milliseconds: a minute.
const MAX_HOLD_MS: u64 = 60_000;

/// Largest body that a fault streams: 1 GiB.
const MAX_BODY_BYTES: u64 = 1 << 30;

/// A kind of fault. `when` decides whether the vendor carries the request out first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// The right answer, late. If the caller hangs up while it waits, the change is made with `after` (the default),
    /// and not made with `before`.
    Latency {
        /// Milliseconds, at most ten minutes.
        ms: u64,
        #[serde(default = "When::after")]
        when: When,
    },
    /// Another status, by default with the vendor's own body for it.
    Status {
        status: u16,
        /// Seconds, sent as `retry-after`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        #[serde(default)]
        when: When,
    },
    /// The connection is closed without an answer.
    Reset {
        #[serde(default)]
        when: When,
    },
    /// Half of the right answer, then the connection is closed. The change is made.
    Truncate {},
    /// A JSON string of this many bytes, two at least, streamed. The change is made.
    Huge { bytes: u64 },
    /// The right status with a JSON string for a body. The change is made.
    WrongType {},
    /// An HTML page, as a proxy in front of the vendor sends it.
    Html {
        #[serde(default = "bad_gateway")]
        status: u16,
        #[serde(default)]
        when: When,
    },
    /// A 302 to another location. No change is made.
    Redirect { location: String },
    /// The right answer, after the request is released.
    Hold {
        /// Milliseconds after which the request is released without an order, at most a minute.
        #[serde(default = "max_hold")]
        ms: u64,
        #[serde(default)]
        when: When,
    },
    /// SIGKILL to another process; then the connection is closed.
    Kill { pid: Victim, at: KillPoint },
    /// The request is carried out and answered as if it had come without these fields.
    Forget {
        /// JSON pointers into the request's body, one at least.
        fields: Vec<PointerBuf>,
    },
}

/// The side of carrying the request out on which a fault strikes: before or after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    #[default]
    Before,
    After,
}

impl When {
    const fn after() -> Self {
        Self::After
    }
}

const fn max_hold() -> u64 {
    MAX_HOLD_MS
}

const fn bad_gateway() -> u16 {
    502
}

impl Fault {
    fn when(&self) -> When {
        match self {
            Self::Latency { when, .. }
            | Self::Status { when, .. }
            | Self::Reset { when }
            | Self::Html { when, .. }
            | Self::Hold { when, .. } => *when,
            Self::Kill { at, .. } => at.side().unwrap_or(When::After),
            Self::Redirect { .. } => When::Before,
            Self::Truncate {} | Self::Huge { .. } | Self::WrongType {} | Self::Forget { .. } => When::After,
        }
    }

    /// Returns whether the fault keeps the vendor from carrying the request out.
    pub(crate) fn prevents(&self) -> bool {
        self.when() == When::Before && !matches!(self, Self::Latency { .. } | Self::Hold { .. })
    }

    /// Returns whether the fault skips requests that the vendor refuses.
    pub(crate) fn is_beyond_refusal(&self) -> bool {
        matches!(self, Self::Kill { at, .. } if at.is_beyond_refusal())
    }

    /// Returns the status that replaces the vendor's own.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => StatusCode::from_u16(*status).ok(),
            _ => None,
        }
    }

    /// Checks the fault's members.
    ///
    /// # Errors
    ///
    /// Returns a message that names the member that is out of range.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Latency { ms, .. } if *ms > MAX_LATENCY_MS => {
                Err(format!("ms is at most {MAX_LATENCY_MS}"))
            }
            Self::Huge { bytes } if *bytes > MAX_BODY_BYTES => {
                Err(format!("bytes is at most {MAX_BODY_BYTES}"))
            }
            Self::Status { status, .. } | Self::Html { status, .. } if !(200..=599).contains(status) => {
                Err("status is 200 to 599".to_owned())
            }
            Self::Redirect { location } if http::HeaderValue::from_str(location).is_err() => {
                Err("location is not a header value".to_owned())
            }
            Self::Hold { ms, .. } if *ms > MAX_HOLD_MS => Err(format!("ms is at most {MAX_HOLD_MS}")),
            Self::Kill { pid, .. } => pid.check(),
            Self::Forget { fields } if fields.is_empty() || fields.iter().any(|field| field.is_root()) => {
                Err("fields names members of the body, one at least".to_owned())
            }
            _ => Ok(()),
        }
    }
}
