//! The stored state of the looks at one call, and of its erasure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::model::Described;

/// The stored state of the looks at one call, and of its erasure. It contains no personal data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Following {
    /// The number of complete looks since the call ended.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub looks: u32,
    /// The time at which the gateway gave the call up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_at: Option<Timestamp>,
    /// The erasure of the call at the vendor. `None` if no caller requested it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure: Option<Erasure>,
}

/// The erasure of a call at the vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erasure {
    /// The state of the erasure.
    pub state: ErasureState,
    /// The number of failed requests to the vendor.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failures: u32,
}

/// The state of the erasure of a call at the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum ErasureState {
    /// The vendor has erased the call, or has no such call.
    Erased,
    /// The gateway repeats the request until the vendor has erased the call.
    Pending,
    /// The vendor cannot erase the call, or the vendor's id of the call is not known.
    Unsupported,
    /// The vendor never had the call.
    NotPlaced,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
