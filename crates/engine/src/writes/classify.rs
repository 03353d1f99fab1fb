//! The classification of vendor failures.

use switchboard_core::error::{Error, Kind, Outcome};

/// The meaning of a vendor failure for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// A refusal: nothing changed, and another attempt would not help.
    Refused,
    /// A refused credential or an exhausted quota: nothing changed, and an operator must fix the cause.
    NotAllowed,
    /// A temporary failure: nothing changed, and another attempt may succeed.
    Transient,
    /// A failure after which the vendor may have executed the write.
    Ambiguous,
    /// A failure after which only an operator can determine whether the vendor executed the write.
    Stuck,
}

/// Classifies the failure of an action in an attempt. Never returns [`FailureClass::Stuck`].
pub fn classify(error: &Error) -> FailureClass {
    match error.kind {
        Kind::VendorAuthFailed | Kind::VendorQuotaExhausted => return FailureClass::NotAllowed,
        Kind::StorageUnavailable | Kind::VendorUnavailable | Kind::VendorThrottled | Kind::VendorTimeout => {
            return FailureClass::Transient;
        }
        _ => {}
    }
    match error.vendor.as_ref().map(|failure| failure.outcome) {
        Some(Outcome::NotSent | Outcome::Throttled) => FailureClass::Transient,
        Some(Outcome::Ambiguous) => FailureClass::Ambiguous,
        Some(Outcome::Rejected) | None => FailureClass::Refused,
    }
}
