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
    following::{Erasure, ErasureState},
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
    /// the vendor. If the vendor fails, the gateway repeats the request until the vendor has erased the call. A record
    /// without personal data remains, so that the gateway does not discover the vendor's call again.
    ///
    /// # Errors
    /// `not_found` if there is no such call; `state_conflict` if the call has not ended, or if other processes change
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
                return Ok(ErasureAnswer::new(self.erase_at_vendor(call, now()).await?));
            }
        }
        Err(changing())
    }

    /// Erases a call in the gateway. Returns the stored call, or `None` if the call changed meanwhile.
    async fn erase_here(&self, mut call: CallRecord) -> Result<Option<CallRecord>> {
        let state = self.vendor_state(&call);
        call.erase(now());
        call.following.erasure = Some(Erasure { state, failures: 0 });
        let is_pending = state == ErasureState::Pending;
        call.progress = if is_pending { CallProgress::Settling } else { CallProgress::Over };
        let mut batch = Batch::new();
        batch.change_call(Ok(CallMutation::DropTranscript { call: call.id.clone() }));
        let row = call.to_row(self.book.peers());
        let due = is_pending.then_some(FIRST_PAUSE);
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
    /// call, not placed if the vendor never had it, and otherwise unsupported.
    fn vendor_state(&self, call: &CallRecord) -> ErasureState {
        let shown = call.call();
        let can_erase = |remote_id: &String| {
            self.vendor_of(call).is_ok_and(|(_, calls)| calls.erase(remote_id).is_some())
        };
        match &shown.remote_id {
            Some(remote_id) if can_erase(remote_id) => ErasureState::Pending,
            None if shown.ended_reason == Some(EndedReason::NotPlaced) => ErasureState::NotPlaced,
            _ => ErasureState::Unsupported,
        }
    }

    /// Continues the erasure of a claimed call at the vendor.
    pub(super) async fn continue_erasure(&self, call: CallRecord, at: Timestamp) -> Result<()> {
        self.erase_at_vendor(call, at).await.map(drop)
    }

    async fn erase_at_vendor(&self, mut call: CallRecord, at: Timestamp) -> Result<ErasureState> {
        let Some(mut erasure) =
            call.following.erasure.clone().filter(|erasure| erasure.state == ErasureState::Pending)
        else {
            return Ok(call.following.erasure.map_or(ErasureState::Unsupported, |erasure| erasure.state));
        };
        erasure.state = match self.request_erasure(&call).await {
            Ok(state) => state,
            Err(failure) => {
                warn!(call = call.id, %failure, "the vendor has not erased a call yet");
                erasure.failures = erasure.failures.saturating_add(1);
                ErasureState::Pending
            }
        };
        let pause = (erasure.state == ErasureState::Pending).then(|| pause(erasure.failures));
        call.progress = if pause.is_some() { CallProgress::Settling } else { CallProgress::Over };
        let state = erasure.state;
        call.following.erasure = Some(erasure);
        Update::new(self, call, at).commit(pause).await?;
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

/// Returns the pause after this number of failed requests.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(10);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(MAX_PAUSE)
}
