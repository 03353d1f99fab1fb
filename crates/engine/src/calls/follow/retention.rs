//! The removal of expired transcripts and calls.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_core::error::{Kind, Result};
use switchboard_store::{CallMutation, ExpiredCall};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::{Follower, follower::since, update::Update};
use crate::{
    background::{BackgroundTask, Next, Schedule},
    records::{Batch, now},
};

/// The pause before the first pass, and after a pass that failed or removed nothing.
const INTERVAL: Duration = Duration::from_secs(600);

/// The pause after a pass that removed something, because more may have expired.
const BATCH_PAUSE: Duration = Duration::from_millis(100);

/// The maximum number of transcripts, and of calls, that one pass removes.
const BATCH: u32 = 100;

/// The task that removes expired transcripts and calls.
pub struct CallRetentionTask {
    /// The component whose settings contain the retention times.
    pub follower: Arc<Follower>,
}

#[async_trait]
impl BackgroundTask for CallRetentionTask {
    fn name(&self) -> &'static str {
        "call retention"
    }

    fn schedule(&self) -> Schedule {
        Schedule { first: INTERVAL, retry: INTERVAL, wake: None, debounce: Duration::ZERO }
    }

    async fn run(&self, _shutdown: &CancellationToken) -> Result<Next> {
        let removed = self.follower.remove_expired().await?;
        if removed == 0 {
            return Ok(Next::After(INTERVAL));
        }
        debug!(removed, "removed expired transcripts and calls");
        Ok(Next::After(BATCH_PAUSE))
    }
}

impl Follower {
    /// Removes up to 100 transcripts and up to 100 calls that have expired. Returns the total number. A transcript
    /// counts even if its call changed meanwhile and a later pass must remove it. A call counts only if it was removed.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn remove_expired(&self) -> Result<usize> {
        let mut removed = 0;
        for call in self.book.store().expired_transcripts(BATCH).await? {
            self.expire_transcript(&call).await?;
            removed += 1;
        }
        for expired in self.book.store().expired(self.settings.keep_calls, BATCH).await? {
            let ExpiredCall { id, version, fence } = expired;
            let mut batch = Batch::new();
            batch.change_call(Ok(CallMutation::Drop { id, version, fence }));
            match self.book.commit(batch).await {
                Err(conflict) if is_conflict(conflict.kind) => {}
                result => {
                    result?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Removes the transcript of a call, and notes that it has expired. If the call changes meanwhile, a later pass
    /// repeats this.
    async fn expire_transcript(&self, id: &str) -> Result<()> {
        let mut batch = Batch::new();
        batch.change_call(Ok(CallMutation::DropTranscript { call: id.to_owned() }));
        let call = match self.book.get(id).await {
            Ok(call) => call,
            Err(gone) if gone.kind == Kind::NotFound => return self.book.commit(batch).await,
            // A damaged call must not keep its transcript, nor those of other calls.
            Err(damaged) if damaged.kind == Kind::Internal => {
                error!(call = id, failure = %damaged, "failed to read a call whose transcript has expired");
                return self.book.commit(batch).await;
            }
            Err(failure) => return Err(failure),
        };
        let at = now();
        let left = call.due_at.map(|due| since(at, due));
        let mut update = Update::new(self, call, at);
        update.call.tracked.expire_transcript();
        update.commit_with(batch, left).await.map(drop)
    }
}

fn is_conflict(kind: Kind) -> bool {
    matches!(kind, Kind::PreconditionFailed | Kind::StateConflict | Kind::NotFound)
}
