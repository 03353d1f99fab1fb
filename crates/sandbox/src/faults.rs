//! Faults that wait to happen to a vendor's next requests.

use std::collections::VecDeque;
use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Vendor;

/// Most orders that wait at a time.
const CAPACITY: usize = 1_000;

/// Longest latency, in milliseconds: ten minutes.
const LONGEST_MS: u64 = 600_000;

/// Largest body that a fault streams: 1 GiB.
const LARGEST_BYTES: u64 = 1 << 30;

/// A way to go wrong. `when` says whether the vendor carries the request out first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// The right answer, late. A caller that hangs up while waiting finds the change made with `after` (the
    /// default), and not made with `before`.
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
    /// 302 to another place. No change is made.
    Redirect { location: String },
}

/// Whether a fault strikes before or after the vendor has carried the request out.
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

const fn bad_gateway() -> u16 {
    502
}

impl Fault {
    fn when(&self) -> When {
        match self {
            Self::Latency { when, .. }
            | Self::Status { when, .. }
            | Self::Reset { when }
            | Self::Html { when, .. } => *when,
            Self::Redirect { .. } => When::Before,
            Self::Truncate {} | Self::Huge { .. } | Self::WrongType {} => When::After,
        }
    }

    /// Whether the vendor never gets to carry the request out.
    pub(crate) fn prevents(&self) -> bool {
        self.when() == When::Before && !matches!(self, Self::Latency { .. })
    }

    /// How long to wait at that side of carrying the request out.
    pub(crate) fn delay(&self, side: When) -> Option<Duration> {
        match self {
            Self::Latency { ms, when } if *when == side => Some(Duration::from_millis(*ms)),
            _ => None,
        }
    }

    /// The status that stands in for the vendor's own.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => StatusCode::from_u16(*status).ok(),
            _ => None,
        }
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Latency { ms, .. } if *ms > LONGEST_MS => Err(format!("ms is at most {LONGEST_MS}")),
            Self::Huge { bytes } if *bytes > LARGEST_BYTES => {
                Err(format!("bytes is at most {LARGEST_BYTES}"))
            }
            Self::Status { status, .. } | Self::Html { status, .. } if !(200..=599).contains(status) => {
                Err("status is 200 to 599".to_owned())
            }
            Self::Redirect { location } if http::HeaderValue::from_str(location).is_err() => {
                Err("location is not a header value".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// A fault and the requests it is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub vendor: Vendor,
    /// The contract's `operationId`; every request to the vendor when absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// How many requests it strikes.
    #[serde(default = "once")]
    pub times: u32,
    pub fault: Fault,
}

const fn once() -> u32 {
    1
}

/// The orders that wait, oldest first. A request meets one fault at most: that of the oldest order that fits.
#[derive(Default)]
pub(crate) struct Faults {
    pending: VecDeque<Order>,
}

impl Faults {
    /// Adds an order.
    ///
    /// # Errors
    ///
    /// Names the member that is out of range.
    pub(crate) fn order(&mut self, order: Order) -> Result<(), String> {
        order.fault.check()?;
        if order.times == 0 {
            return Err("times is at least 1".to_owned());
        }
        if self.pending.len() >= CAPACITY {
            return Err(format!("at most {CAPACITY} orders wait at a time"));
        }
        self.pending.push_back(order);
        Ok(())
    }

    /// Uses up one strike of the oldest order for this request.
    pub(crate) fn strike(&mut self, vendor: Vendor, operation: Option<&str>) -> Option<Fault> {
        let position = self.pending.iter().position(|order| {
            order.vendor == vendor && (order.operation.is_none() || order.operation.as_deref() == operation)
        })?;
        let order = self.pending.get_mut(position)?;
        let fault = order.fault.clone();
        order.times = order.times.saturating_sub(1);
        if order.times == 0 {
            self.pending.remove(position);
        }
        Some(fault)
    }

    pub(crate) fn pending(&self) -> Vec<Order> {
        self.pending.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.pending.clear();
    }
}
