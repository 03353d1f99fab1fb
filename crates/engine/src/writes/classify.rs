//! What a vendor's failure means for a write.

use switchboard_core::{Error, Kind, Outcome};

/// What a vendor's failure means for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// Nothing changed, and asking again would not help.
    Refused,
    /// Nothing changed, as the vendor does not let us in or our account has nothing left: for others to mend.
    NotAllowed,
    /// Nothing changed, and asking again may help.
    Transient,
    /// It may have been carried out.
    Ambiguous,
    /// It may have been carried out, and only somebody else can tell.
    Stuck,
}

/// What the failure of a conversation that writes means.
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
