//! The rule that each vendor has at most one dial to a number in progress. A dial is in progress until the vendor's id
//! of its call is known. If the outcome of the dial is stored without that id, the dial is in progress until `dial_gap`
//! has passed since it was sent, by the store's clock, even if the call is erased meanwhile.

use std::time::Duration;

use switchboard_core::{
    error::{Kind, Result},
    model::PhoneNumber,
};
use switchboard_store::{CallMutation, CallProgress, CallRow, DiallingCall};

use super::{
    Dialer,
    guard::{Guard, GuardVerdict},
};
use crate::records::Batch;

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
    pub(super) async fn find_dialling(
        &self,
        vendor: &str,
        peer: &PhoneNumber,
    ) -> Result<Option<DiallingCall>> {
        self.book.store().dialling(vendor, &self.book.peers().hash(peer)).await
    }

    /// Returns the refusal that another dial to the same number causes, or `None` if that dial no longer blocks the
    /// number.
    pub(super) fn dialling_verdict(&self, other: &DiallingCall) -> Option<GuardVerdict> {
        let gap = self.guards.settings().dial_gap;
        let DiallingCall { call, since, .. } = other;
        if *since >= gap && !is_being_sent(call) {
            return None;
        }
        let reason = format!(
            "The call {} to this number is being placed at {}, and the vendor has not returned its id.",
            call.id, call.vendor
        );
        let wait = gap.saturating_sub(*since).max(Duration::from_secs(1));
        Some(GuardVerdict::refuse(Guard::Dialling, reason, Some(wait)))
    }

    /// Records that a dial no longer blocks its number. Does nothing if another process changes the call concurrently.
    pub(super) async fn release_number(&self, other: DiallingCall) -> Result<()> {
        let DiallingCall { call, due, .. } = other;
        let call = CallRow { dialling: false, ..call };
        let mut batch = Batch::new();
        batch.change_call(Ok(CallMutation::Update { call, due }));
        match self.book.commit(batch).await {
            Err(error) if error.kind == Kind::StorageUnavailable => Err(error),
            _ => Ok(()),
        }
    }
}

/// Returns true if a process may still send the dial.
fn is_being_sent(call: &CallRow) -> bool {
    matches!(call.progress, CallProgress::Intended | CallProgress::Sent)
}
