//! The outcome of a dial.

use std::time::Duration;

use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    model::PhoneNumber,
    vendor::Placed,
};

use crate::records::RETRY_AFTER;

/// The outcome of a dial.
pub(super) enum DialOutcome {
    /// The vendor accepted the dial.
    Placed(Box<Placed>),
    /// The vendor refused the dial and placed no call. A repetition would be refused as well.
    Refused(Error),
    /// The vendor certainly did not dial, because no byte was sent or because the vendor throttled the request.
    NotSent(Error),
    /// The vendor may or may not have dialled.
    Unknown(Error),
}

impl DialOutcome {
    /// The name of [`Self::NotSent`] in metrics.
    pub const NOT_SENT: &'static str = "not_sent";

    /// The names of all outcomes in metrics.
    pub const NAMES: [&'static str; 5] = ["placed", "refused", "throttled", Self::NOT_SENT, "unknown"];

    /// Classifies the result of a dial. `ready_in` is the time until requests to the vendor are permitted again, if
    /// known.
    pub fn from_result(result: Result<Placed>, ready_in: Option<Duration>) -> Self {
        let error = match result {
            Ok(placed) => return Self::Placed(Box::new(placed)),
            Err(error) => error,
        };
        match error.vendor.as_ref().map(|failure| failure.outcome) {
            Some(Outcome::Rejected) => Self::Refused(error),
            Some(Outcome::Throttled) => Self::NotSent(not_sent(error, Kind::VendorThrottled, ready_in)),
            Some(Outcome::NotSent) => Self::NotSent(not_sent(error, Kind::VendorUnavailable, ready_in)),
            // If it is not known when the failure happened, the request may have been sent.
            Some(Outcome::Ambiguous) | None => Self::Unknown(error),
        }
    }

    /// Returns true if a call with this outcome was certainly not placed. Such a call is removed, unless its caller was
    /// already answered.
    pub fn removes_call(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::NotSent(_))
    }

    /// Returns the name of the outcome in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Placed(_) => "placed",
            Self::Refused(_) => "refused",
            Self::NotSent(error) if error.kind == Kind::VendorThrottled => "throttled",
            Self::NotSent(_) => Self::NOT_SENT,
            Self::Unknown(_) => "unknown",
        }
    }
}

fn not_sent(mut error: Error, kind: Kind, ready_in: Option<Duration>) -> Error {
    // A refused credential and an exhausted quota keep their kinds, because a wait does not fix them.
    error.kind = match error.kind {
        Kind::VendorAuthFailed | Kind::VendorQuotaExhausted => error.kind,
        _ => kind,
    };
    let wait = error.retry_after.or(ready_in).unwrap_or(RETRY_AFTER);
    error.retry_after(wait)
}

/// Masks a phone number in the messages of an error, because the stored answer to a refused dial is not encrypted. The
/// last two digits remain.
pub(super) fn without_number(mut error: Error, number: Option<&PhoneNumber>) -> Error {
    let Some(number) = number.map(PhoneNumber::as_str) else { return error };
    let digits = number.trim_start_matches('+');
    let masked = format!("…{}", &digits[digits.len().saturating_sub(2)..]);
    let mask = |text: &mut String| {
        if text.contains(digits) {
            *text = text.replace(number, &masked).replace(digits, &masked);
        }
    };
    mask(&mut error.detail);
    error.violations.iter_mut().for_each(|violation| mask(&mut violation.detail));
    if let Some(failure) = &mut error.vendor {
        let VendorFailure { code, message, fields, .. } = &mut **failure;
        let fields = fields.iter_mut().map(|(_, why)| why);
        code.iter_mut().chain(message).chain(fields).for_each(mask);
    }
    error
}
