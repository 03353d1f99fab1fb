//! The rule that each vendor has at most one dial to a number in progress. A dial is in progress until the vendor's id
//! of its call is known. If the outcome of the dial is stored without that id, the dial is in progress until `dial_gap`
//! has passed since it was sent.

use std::time::Duration;

use switchboard_core::{
    error::{Kind, Result},
    model::PhoneNumber,
};
use switchboard_store::{CallMutation, CallProgress, CallSearch};

use super::{
    CallRecord, Dialer,
    guard::{Guard, GuardVerdict},
};
use crate::records::{Batch, now};

/// The maximum number of recent calls to a number that are searched for the dial in progress.
const SEARCHED_CALLS: usize = 100;

impl Dialer {
    /// Returns the refusal if another dial to the number is in progress at the vendor. Returns `None` if there is no
    /// such dial, or if it no longer blocks the number.
    pub(super) async fn dialling_now(
        &self,
        vendor: &str,
        peer: &PhoneNumber,
    ) -> Result<Option<GuardVerdict>> {
        let other = self.find_dialling(vendor, peer).await?;
        Ok(other.and_then(|other| self.dialling_verdict(&other)))
    }

    /// Returns the call that is dialling the number at the vendor.
    pub(super) async fn find_dialling(&self, vendor: &str, peer: &PhoneNumber) -> Result<Option<CallRecord>> {
        let search = CallSearch { vendor: Some(vendor.to_owned()), ..self.book.search_for(peer) };
        let calls = self.book.list(&search, None, SEARCHED_CALLS).await?.items;
        Ok(calls.into_iter().find(|call| call.is_dialling))
    }

    /// Returns the refusal that another dial to the same number causes, or `None` if that dial no longer blocks the
    /// number.
    pub(super) fn dialling_verdict(&self, other: &CallRecord) -> Option<GuardVerdict> {
        let gap = self.guards.settings().dial_gap;
        let begun = other.sent_at.unwrap_or(other.created_at);
        let passed = Duration::try_from(now().duration_since(begun)).unwrap_or_default();
        if passed >= gap && !is_being_sent(other) {
            return None;
        }
        let reason = format!(
            "The call {} to this number is being placed at {}, and the vendor has not returned its id.",
            other.id, other.vendor
        );
        let wait = gap.saturating_sub(passed).max(Duration::from_secs(1));
        Some(GuardVerdict::refuse(Guard::Dialling, reason, Some(wait)))
    }

    /// Records that a dial no longer blocks its number. Does nothing if another process changes the call concurrently.
    pub(super) async fn release_number(&self, mut other: CallRecord) -> Result<()> {
        other.is_dialling = false;
        let due = other.due_at.map(|at| Duration::try_from(at.duration_since(now())).unwrap_or_default());
        let row = other.to_row(self.book.peers());
        let mut batch = Batch::new();
        batch.change_call(row.map(|call| CallMutation::Update { call, due }));
        match self.book.commit(batch).await {
            Err(error) if error.kind == Kind::StorageUnavailable => Err(error),
            _ => Ok(()),
        }
    }
}

/// Returns true if a process may still send the dial.
fn is_being_sent(call: &CallRecord) -> bool {
    matches!(call.progress, CallProgress::Intended | CallProgress::Sent)
}
