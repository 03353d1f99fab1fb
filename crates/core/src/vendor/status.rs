//! The meaning of HTTP statuses.

use crate::error::{Kind, Outcome};

/// Returns the kind and outcome that an HTTP status other than success stands for. Adapters use this meaning unless the
/// vendor documents another. `dated` is true if the answer contains the time after which the vendor accepts requests
/// again.
///
/// A server or proxy may also send 408, 409, 423, 425 or 499 although it has applied the request, or although another
/// server may still apply it (RFC 9110 15.5.9 and 15.5.10, RFC 4918 11.3, RFC 8470 5.2, nginx). These statuses do not
/// prove that nothing was applied, so the gateway checks the vendor's record before it repeats a write.
pub const fn status_meaning(status: u16, dated: bool) -> (Kind, Outcome) {
    match status {
        401 | 403 => (Kind::VendorAuthFailed, Outcome::Rejected),
        402 => (Kind::VendorQuotaExhausted, Outcome::Rejected),
        429 => (Kind::VendorThrottled, Outcome::Throttled),
        408 | 409 | 423 | 425 | 499 => (Kind::VendorUnavailable, Outcome::Ambiguous),
        400..500 => (Kind::VendorRejected, Outcome::Rejected),
        // Among the 5xx statuses, only a 503 with a time for the next attempt shows that nothing was applied.
        503 if dated => (Kind::VendorUnavailable, Outcome::Throttled),
        500..600 => (Kind::VendorUnavailable, Outcome::Ambiguous),
        _ => (Kind::VendorProtocolError, Outcome::Ambiguous),
    }
}
