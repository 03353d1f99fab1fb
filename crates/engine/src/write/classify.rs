//! What a vendor's failure means for a write.

use switchboard_core::{Error, Kind, Outcome};

/// What a vendor's failure means for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing changed, and asking again would not help.
    Refused,
    /// Nothing changed, as the vendor does not let us in or our account has nothing left: for others to mend.
    NotAllowed,
    /// Nothing changed, and asking again may help.
    Passing,
    /// It may have been carried out.
    Unsure,
    /// It may have been carried out, and only somebody else can tell.
    Stuck,
}

/// What the failure of a conversation that writes means.
pub fn meaning(error: &Error) -> Meaning {
    match error.kind {
        Kind::VendorAuthFailed | Kind::VendorQuotaExhausted => return Meaning::NotAllowed,
        Kind::StorageUnavailable | Kind::VendorUnavailable | Kind::VendorThrottled | Kind::VendorTimeout => {
            return Meaning::Passing;
        }
        _ => {}
    }
    match error.vendor.as_ref().map(|failure| failure.outcome) {
        Some(Outcome::NotSent | Outcome::Throttled) => Meaning::Passing,
        Some(Outcome::Ambiguous) => Meaning::Unsure,
        Some(Outcome::Rejected) | None => Meaning::Refused,
    }
}
