//! The contract of a store of calls.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_core::error::Result;

use super::{
    CallCaps, CallCount, CallPosition, CallRow, CallSearch, CapUsage, DiallingCall, ExpiredCall, FoundCall,
};

/// The calls of a [`Store`](crate::Store), their transcripts, and the leases by which one process at a time does a
/// piece of work. Calls are changed by [`Store::commit`](crate::Store::commit) with a
/// [`CallMutation`](crate::CallMutation).
///
/// A list contains a damaged call as a [`FoundCall`] with an error.
///
/// # Errors
/// The errors of [`Store`](crate::Store).
#[async_trait]
pub trait CallStore: Send + Sync {
    /// Returns the call with this id, or `None` if there is none.
    async fn get(&self, id: &str) -> Result<Option<CallRow>>;

    /// Returns the calls of a vendor that have one of these remote ids, in no particular order.
    async fn bound(&self, vendor: &str, remote_ids: &[String]) -> Result<Vec<FoundCall>>;

    /// Lists at most `limit` matching calls, newest first. With `after`, lists only calls that are older than this
    /// position.
    ///
    /// Pages do not shift. A call that matches during the whole listing is listed exactly once, even if other calls
    /// are added or removed.
    async fn list(
        &self,
        search: &CallSearch,
        after: Option<&CallPosition>,
        limit: u32,
    ) -> Result<Vec<FoundCall>>;

    /// Lists at most `limit` calls of a vendor that have not ended: those that are intended, sent or live. Lists the
    /// oldest first and, with `after`, only calls that are newer than this position.
    async fn live(&self, vendor: &str, after: Option<&CallPosition>, limit: u32) -> Result<Vec<FoundCall>>;

    /// Lists at most `limit` calls of a vendor that have no remote id and are not over. Lists the oldest first and,
    /// with `after`, only calls that are newer than this position.
    async fn unmatched(
        &self,
        vendor: &str,
        after: Option<&CallPosition>,
        limit: u32,
    ) -> Result<Vec<FoundCall>>;

    /// Claims at most `limit` due calls, raises the fence of each, and holds them for the duration `hold`. A call is
    /// due if its hold has expired or the time of its next look has come. The longest overdue calls are claimed first.
    /// Calls at the vendors `except` are not claimed. A damaged call is held but not returned.
    ///
    /// If several callers claim concurrently, each call is returned to only one of them.
    async fn claim(&self, hold: Duration, except: &[String], limit: u32) -> Result<Vec<CallRow>>;

    /// Returns the time until the next call is due. The time is zero if a call is due now. Returns `None` if no call
    /// has a due time. Calls at the vendors `except` do not count.
    async fn next_due(&self, except: &[String]) -> Result<Option<Duration>>;

    /// Counts the calls that are not over, by vendor and progress. The time that this takes grows with their number,
    /// not with the number of calls that are over.
    async fn count(&self) -> Result<Vec<CallCount>>;

    /// Returns the use of each cap for one more call to `peer` at this vendor. Without a peer, the cap per number is
    /// omitted. Another process may add a call at any time, so only a commit with
    /// [`caps`](crate::CallMutation::Add) enforces the caps.
    async fn usage(&self, vendor: &str, peer: Option<&[u8]>, caps: &CallCaps) -> Result<Vec<CapUsage>>;

    /// Returns the call that is [dialling](CallRow::dialling) a peer at a vendor, or `None` if there is none. An erased call
    /// can be dialling too.
    async fn dialling(&self, vendor: &str, peer: &[u8]) -> Result<Option<DiallingCall>>;

    /// Returns the transcript of a call, even if it has expired and is not removed yet. Returns `None` if no transcript
    /// is stored.
    async fn transcript(&self, call: &str) -> Result<Option<SecretString>>;

    /// Lists at most `limit` ids of calls whose transcript has expired, the longest expired first.
    async fn expired_transcripts(&self, limit: u32) -> Result<Vec<String>>;

    /// Lists at most `limit` calls that are over and whose row has not changed for the duration `age`, the oldest
    /// first. Also lists damaged calls, so that they can be removed.
    async fn expired(&self, age: Duration, limit: u32) -> Result<Vec<ExpiredCall>>;

    /// Returns the time that [`Self::note_listed`] stored last for this vendor, or `None` if it stored none.
    async fn listed_at(&self, vendor: &str) -> Result<Option<Timestamp>>;

    /// Stores the time up to which the gateway has stored the calls that a vendor lists, truncated to microseconds.
    async fn note_listed(&self, vendor: &str, at: Timestamp) -> Result<()>;

    /// Gives the lease `name` to a holder. The lease lasts for the duration `time` from now. Returns true if the holder
    /// has the lease now, even if it had the lease before. Returns false if another holder has the lease.
    async fn acquire(&self, name: &str, holder: &str, time: Duration) -> Result<bool>;

    /// Renews a lease for the duration `time` from now. Returns false, and changes nothing, if the lease of this holder
    /// has expired or was released: another holder may have had it since.
    async fn renew(&self, name: &str, holder: &str, time: Duration) -> Result<bool>;

    /// Releases a lease. Does nothing if this holder does not have it.
    async fn release(&self, name: &str, holder: &str) -> Result<()>;
}
