//! The mutations of calls.

use std::time::Duration;

use secrecy::SecretString;

use super::{CallCaps, CallRow};

/// A mutation of one call, of its transcript or of both.
///
/// Some values of a call are unique. If another call already has such a value, the mutation is refused with a violation
/// for each of these values. The detail of the violation names the other call. The kind is `already_exists` for
/// `/external_ref` and `/remote_id`. It is `state_conflict` for `/to/phone_number`, if the other call is
/// [dialling](CallRow::dialling) the same peer at the same vendor.
///
/// A call that is intended or sent must have a due time; a mutation without one is refused as `internal`.
#[derive(Debug, Clone)]
pub enum CallMutation {
    /// Adds a call at version 1 and fence 1. The version, fence and times in `CallRow` are ignored. Refused if another
    /// call already has one of this call's unique values, and as `already_exists` with a violation for `/id` if the id
    /// is in use.
    ///
    /// With `caps`, refused as `state_conflict` if the call would exceed a cap. The refusal has a violation for each
    /// reached cap, at a location such as `/max_live`, and a retry after the longest known wait. Concurrent commits of
    /// several processes cannot exceed a cap either. A call that is dropped or no longer counted makes room for
    /// another.
    Add {
        /// The new call.
        call: CallRow,
        /// Duration of the caller's hold, or time until the next look. `None` if the call is not due.
        due: Option<Duration>,
        /// The caps that the call must not exceed.
        caps: Option<CallCaps>,
    },
    /// Marks an intended call as sent at the current time, holds it for the duration `hold` from now, and increments
    /// its version. Refused as `state_conflict` if the call is not intended or has another fence, for example because
    /// another process has claimed or dropped the call since. An expired hold remains valid until another
    /// process claims the call.
    MarkSent {
        /// Id of the call.
        id: String,
        /// Fence of the caller's hold.
        fence: u64,
        /// Duration of the hold from now.
        hold: Duration,
    },
    /// Replaces a call if the stored version and fence match those in `CallRow`, and increments the version. The
    /// vendor, origin, fence, `sent_at` and `created_at` are not changed. Refused as `not_found` if the call does not
    /// exist, as `precondition_failed` if the stored version differs, or as `state_conflict` if the stored fence
    /// differs. Also refused if another call already has one of this call's unique values.
    Update {
        /// The call with its new values.
        call: CallRow,
        /// Time until the next look, or duration of the hold. `None` if the call is not due again.
        due: Option<Duration>,
    },
    /// Ends the hold of a call by setting its due time. Changes nothing else except `updated_at`, not even the version.
    /// Refused as `state_conflict` if the call is intended or sent, if the stored fence differs, or if there is no such
    /// call.
    Release {
        /// Id of the call.
        id: String,
        /// Fence of the caller's hold.
        fence: u64,
        /// Time until the next look. `None` if the call is not due again.
        due: Option<Duration>,
    },
    /// Removes a call with its transcript. Refused as `not_found`, `precondition_failed` or `state_conflict`, like
    /// `Update`.
    Drop {
        /// Id of the call.
        id: String,
        /// Version that the caller read.
        version: u64,
        /// Fence that the caller read.
        fence: u64,
    },
    /// Stores the transcript of a call and replaces an earlier one. Refused as `not_found` if the call does not exist.
    /// A commit that also contains an `Update` of the call cannot add a transcript to a call that was erased
    /// concurrently.
    PutTranscript {
        /// Id of the call.
        call: String,
        /// The transcript, encrypted at rest and bound to the call. The store does not parse it.
        transcript: SecretString,
        /// Time until the transcript expires.
        keep: Duration,
    },
    /// Removes the transcript of a call. Never refused.
    DropTranscript {
        /// Id of the call.
        call: String,
    },
}
