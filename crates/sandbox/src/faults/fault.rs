//! The kinds of fault.

use http::StatusCode;
use json_patch::jsonptr::PointerBuf;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kill::{KillPoint, Victim};

/// The longest latency, in milliseconds: ten minutes.
const MAX_LATENCY_MS: u64 = 600_000;

/// The longest hold, in milliseconds: one minute.
const MAX_HOLD_MS: u64 = 60_000;

/// The maximum size of a body that a fault streams, in bytes: 1 GiB.
const MAX_BODY_BYTES: u64 = 1 << 30;

/// A kind of fault. `when` determines whether the fault strikes before or after the vendor carries out the
/// request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// The correct answer is delayed. With `after`, the default, the request is carried out before the delay. With
    /// `before`, it is carried out after the delay, but only if the caller has not hung up.
    Latency {
        /// The time in milliseconds, at most ten minutes.
        ms: u64,
        #[serde(default = "When::after")]
        when: When,
    },
    /// The answer has this status. The body of the answer is `body` or, if `body` is omitted, the vendor's
    /// own body for the status.
    Status {
        status: u16,
        /// The number of seconds in the `retry-after` header of the answer. If omitted, the answer has no such header.
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
    /// The connection is closed after half of the correct answer. The request is carried out.
    Truncate {},
    /// The answer's body is a JSON string of this many bytes, at least two, sent as a stream. The status is 200. The
    /// request is carried out.
    Huge { bytes: u64 },
    /// The answer's body is a JSON string. The status is correct. The request is carried out.
    WrongType {},
    /// The answer is an HTML page, like the error page of a proxy in front of the vendor.
    Html {
        #[serde(default = "bad_gateway")]
        status: u16,
        #[serde(default)]
        when: When,
    },
    /// The answer is a 302 to another location. The request is not carried out.
    Redirect { location: String },
    /// The request waits, before or after it is carried out, until it is released or `ms` have passed. The answer is
    /// correct.
    Hold {
        /// The number of milliseconds after which the request continues even if it is not released; at most one minute.
        #[serde(default = "max_hold")]
        ms: u64,
        #[serde(default)]
        when: When,
    },
    /// The request is carried out after `ms`, or earlier if a control route ends the delay, even if the caller has
    /// hung up, and is then answered.
    Late {
        /// The time in milliseconds, at most ten minutes.
        ms: u64,
    },
    /// Another process is killed with SIGKILL. Then the connection is closed.
    Kill { pid: Victim, at: KillPoint },
    /// The request is carried out and answered as if its body did not have these fields.
    Forget {
        /// JSON pointers into the request's body, at least one.
        fields: Vec<PointerBuf>,
    },
}

/// The moment at which a fault strikes: before or after the vendor carries out the request.
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
            Self::Redirect { .. } | Self::Late { .. } => When::Before,
            Self::Truncate {} | Self::Huge { .. } | Self::WrongType {} | Self::Forget { .. } => When::After,
        }
    }

    /// Returns whether the fault prevents the request from being carried out.
    pub(crate) fn prevents(&self) -> bool {
        self.when() == When::Before
            && !matches!(self, Self::Latency { .. } | Self::Hold { .. } | Self::Late { .. })
    }

    /// Returns whether the fault skips requests that the vendor refuses.
    pub(crate) fn is_beyond_refusal(&self) -> bool {
        matches!(self, Self::Kill { at, .. } if at.is_beyond_refusal())
    }

    /// Returns the status of a [`Status`](Self::Status) fault, and `None` for any other fault.
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
    /// A message that names the invalid member.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Latency { ms, .. } | Self::Late { ms } if *ms > MAX_LATENCY_MS => {
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
                Err("fields must name at least one member of the body".to_owned())
            }
            _ => Ok(()),
        }
    }
}
