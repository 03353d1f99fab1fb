//! The vendor's strings for the status of a conversation.

use switchboard_core::prelude::*;

/// Returns the status of a call for the vendor's string, or `None` if the vendor's OpenAPI document of 2024-09 does not
/// contain the string.
pub fn status(word: &str) -> Option<CallStatus> {
    match word {
        "open" => Some(CallStatus::InProgress),
        "closed_resolved" | "closed_unresolved" => Some(CallStatus::Ended),
        _ => None,
    }
}
