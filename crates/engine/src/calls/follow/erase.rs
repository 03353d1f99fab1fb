//! The erasure of a call: first in the gateway, then at the vendor.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use switchboard_core::{
    call::EndedReason,
    error::{Error, Kind, Result},
    model::Described,
};
use switchboard_store::{CallMutation, CallProgress};
use tracing::{info, warn};
use utoipa::ToSchema;

use super::{
    Follower,
    follower::since,
    following::{Erasure, ErasureState},
    schedule,
    update::{Update, changing},
};
use crate::{
    calls::CallRecord,
    records::{Batch, now},
};

/// The pause after the first failed request to the vendor. It doubles with each further failure.
const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// The longest pause between two requests to the vendor.
const MAX_PAUSE: Duration = Duration::from_secs(3600);

/// The time for which a call counts towards the limit on calls to its number, from the time at which it was stored.
const PEER_DAY: Duration = Duration::from_secs(24 * 3600);

/// The maximum number of attempts to erase a call in the gateway. An attempt fails if another process changes the call
/// meanwhile.
const MAX_ATTEMPTS: u32 = 10;

/// The result of the erasure of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CallErasure)]
pub struct ErasureAnswer {
    /// The state at the gateway: always `erased`.
    pub here: ErasedHere,
    /// The state at the vendor.
    #[schema(inline)]
    pub vendor: ErasureState,
}

/// The state of the erasure of a call at the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum ErasedHere {
    /// The gateway no longer has any personal data of the call.
    Erased,
}

impl Follower {
    /// Erases the personal data of a call and its transcript in the gateway, and requests the erasure of the call at
    /// the vendor. If the vendor fails, the gateway repeats the request until the vendor has erased the call.
    ///
    /// A record without personal data remains, so that the gateway does not discover the vendor's call again. For a
    /// day, it has the keyed hash of the number. An erasure does then circumvent neither the limit on calls to the number
    /// nor the gap between two of them, and the gateway recognizes a call that it gave up.
    ///
    /// # Errors
    /// `not_found` if there is no such call; `state_conflict` if the call may still be live, or if other processes change
    /// it during each attempt; the errors of the store. A failure of the vendor is not an error.
    pub async fn erase(&self, id: &str) -> Result<ErasureAnswer> {
        for _ in 0..MAX_ATTEMPTS {
            let call = self.book.get(id).await?;
            if let Some(erasure) = &call.following.erasure {
                return Ok(ErasureAnswer::new(erasure.state));
            }
            if call.progress.is_live() {
                return Err(Error::new(
                    Kind::StateConflict,
                    "The call has not ended; only an ended call can be erased.",
                ));
            }
            if let Some(call) = self.erase_here(call).await? {
                return match &call.following.erasure {
                    Some(erasure) if erasure.state != ErasureState::Pending => {
                        Ok(ErasureAnswer::new(erasure.state))
                    }
                    _ => Ok(ErasureAnswer::new(self.erase_at_vendor(call, now()).await?)),
                };
            }
        }
        Err(changing())
    }

    /// Erases a call in the gateway. Returns the stored call, or `None` if the call changed meanwhile.
    async fn erase_here(&self, mut call: CallRecord) -> Result<Option<CallRecord>> {
        let (state, at) = (self.vendor_state(&call), now());
        if call.tracked.remote_id().is_some() && call.tracked.give_up(at) {
            call.following.lost_at = Some(at);
        }
        call.erased_peer = call.call().peer.map(|peer| self.book.peers().hash(&peer));
        call.erase(at);
        let due = set_erasure(&mut call, Erasure { state, failures: 0 }, at);
        let mut batch = Batch::new();
        batch.change_call(Ok(CallMutation::DropTranscript { call: call.id.clone() }));
        let row = call.to_row(self.book.peers());
        batch.change_call(row.map(|call| CallMutation::Update { call, due }));
        match self.book.commit(batch).await {
            Ok(()) => {
                info!(call = call.id, "erased the personal data of a call");
                self.book.get(&call.id).await.map(Some)
            }
            Err(conflict) if matches!(conflict.kind, Kind::PreconditionFailed | Kind::StateConflict) => {
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Returns the state of the erasure at the vendor before the first request: pending if the vendor can erase the
    /// call or is not configured at present, not placed if the vendor never had it, and otherwise unsupported.
    fn vendor_state(&self, call: &CallRecord) -> ErasureState {
        let shown = call.call();
        let can_erase = |remote_id: &String| {
            self.fleet.vendor(&call.vendor).is_err()
                || self.vendor_of(call).is_ok_and(|(_, calls)| calls.erase(remote_id).is_some())
        };
        match &shown.remote_id {
            Some(remote_id) if can_erase(remote_id) => ErasureState::Pending,
            None if shown.ended_reason == Some(EndedReason::NotPlaced) => ErasureState::NotPlaced,
            _ => ErasureState::Unsupported,
        }
    }

    /// Continues the erasure of a claimed call at the vendor, and removes the hash of its number when the time is over.
    pub(super) async fn continue_erasure(&self, call: CallRecord, at: Timestamp) -> Result<()> {
        self.erase_at_vendor(call, at).await.map(drop)
    }

    async fn erase_at_vendor(&self, mut call: CallRecord, at: Timestamp) -> Result<ErasureState> {
        let Some(mut erasure) = call.following.erasure.clone() else { return Ok(ErasureState::Unsupported) };
        if erasure.state == ErasureState::Pending {
            match self.request_erasure(&call).await {
                Ok(state) => erasure.state = state,
                Err(failure) => {
                    warn!(call = call.id, %failure, "the vendor has not erased a call yet");
                    erasure.failures = erasure.failures.saturating_add(1);
                }
            }
        }
        let state = erasure.state;
        let due = set_erasure(&mut call, erasure, at);
        Update::new(self, call, at).commit(due).await?;
        Ok(state)
    }

    async fn request_erasure(&self, call: &CallRecord) -> Result<ErasureState> {
        let (vendor, calls) = self.vendor_of(call)?;
        let exchange = call.tracked.remote_id().and_then(|remote_id| calls.erase(remote_id));
        let Some(exchange) = exchange else { return Ok(ErasureState::Unsupported) };
        match vendor.run_for_calls(exchange).await {
            Err(gone) if gone.means_gone() => Ok(ErasureState::Erased),
            result => result.map(|()| ErasureState::Erased),
        }
    }
}

impl ErasureAnswer {
    fn new(vendor: ErasureState) -> Self {
        Self { here: ErasedHere::Erased, vendor }
    }
}

/// Sets the erasure of a call and its progress, and removes the hash of its number if it is no longer needed. Returns the
/// time until the call is due again.
fn set_erasure(call: &mut CallRecord, erasure: Erasure, at: Timestamp) -> Option<Duration> {
    let is_pending = erasure.state == ErasureState::Pending;
    let left = |from, time: Duration| time.checked_sub(since(from, at)).filter(|left| !left.is_zero());
    let counts = left(call.created_at, PEER_DAY).filter(|_| call.is_counted);
    // As long as the gateway recognizes a call that it gave up, it must not store the vendor's call as one of others.
    let lost_at = call.following.lost_at.filter(|_| call.tracked.remote_id().is_none());
    let recognized = lost_at.and_then(|lost_at| left(lost_at, schedule::RECOGNIZED_FOR));
    let kept = counts.max(recognized);
    call.erased_peer = call.erased_peer.take().filter(|_| kept.is_some());
    // No gap between two dials is longer than an hour.
    call.is_dialling &= kept.is_some();
    call.progress = match is_pending || recognized.is_some() {
        true => CallProgress::Settling,
        false => CallProgress::Over,
    };
    let pause = is_pending.then(|| pause(erasure.failures));
    call.following.erasure = Some(erasure);
    pause.or(kept)
}

/// Returns the pause after this number of failed requests.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(10);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(MAX_PAUSE)
}
